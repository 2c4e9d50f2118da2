/** Where a page ended, as text that only the read that gave it out understands. */
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { fieldOf } from '../domain/condition-read.ts'
import { fault } from './desk-faults.ts'
import type { FindRequest, Order, StoredRecord } from './ports.ts'

type After = NonNullable<FindRequest['after']>

function signature(order: readonly Order[]): string {
  return order.map(({ field, direction }) => `${direction === 'asc' ? '+' : '-'}${field}`).join(',')
}

export function writeCursor(last: StoredRecord, order: readonly Order[]): string {
  const values = order.map(({ field }) => fieldOf(last.doc, field) ?? null)
  return bytesToHex(utf8ToBytes(JSON.stringify([signature(order), values, last.id])))
}

/** @throws DeskError `query.bad-cursor` for text that no page with this order gave out. */
export function readCursor(text: string, order: readonly Order[]): After {
  try {
    const [signed, values, id] = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(hexToBytes(text))) as [
      unknown,
      unknown,
      unknown,
    ]
    const scalars =
      Array.isArray(values) &&
      values.length === order.length &&
      values.every((value) => value === null || ['string', 'number', 'boolean'].includes(typeof value))
    if (signed === signature(order) && scalars && typeof id === 'string')
      return { values: values as After['values'], id }
  } catch {
    // Not hexadecimal, not UTF-8 or not JSON: all the same to the caller.
  }
  throw fault('query.bad-cursor', {})
}
