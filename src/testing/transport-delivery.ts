/** Deliveries for transport cases and tests: a record's change, whole by default, so that each names only what it is about. */
import type { DeskEvent } from '../desk/events.ts'
import { eventId } from '../desk/events.ts'
import type { Delivery } from '../desk/transport.ts'
import type { RecordKind } from '../domain/records.ts'
import { minute, ticketId } from './fixtures.ts'

/** What a delivery may differ in. */
export interface DeliveryChanges {
  readonly tenant?: string
  readonly kind?: RecordKind
  readonly id?: string
  readonly version?: number
  /** The data of its events, one event each; one event with little data unless given. */
  readonly data?: readonly object[]
  readonly attempts?: number
}

/**
 * The delivery of one record's change: version 1 of the fixtures' first ticket in the tenant `main`, unless said otherwise.
 * Frozen through and through: whoever changes what was handed over is found out.
 */
export function deliveryOf(changes: DeliveryChanges = {}): Delivery {
  const { tenant = 'main', kind = 'ticket', id = ticketId(1), version = 1, attempts = 0 } = changes
  const { data = [{ from: 'open', to: 'solved' }] } = changes
  const events = data.map((facts, n) => {
    const record = { kind, id, version, n }
    return {
      id: eventId(record),
      name: `${kind}.changed`,
      tenant,
      at: minute(version),
      by: { kind: 'system', id: 'case' },
      record,
      commandId: null,
      cause: [],
      data: facts,
    }
  })
  return frozen({ tenant, events: events as unknown as readonly DeskEvent[], attempts })
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}
