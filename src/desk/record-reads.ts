/** Getting one record, and finding them page by page: the two reads that most kinds of record have. */
import * as z from 'zod'
import type { Condition } from '../domain/condition.ts'
import { checkCondition } from '../domain/condition-check.ts'
import { meets } from '../domain/condition-read.ts'
import { id } from '../domain/inputs.ts'
import type { JsonObject } from '../domain/json.ts'
import type { RecordKind } from '../domain/records.ts'
import { fault, notFound } from './desk-faults.ts'
import { query, type ReadContext } from './query.ts'
import { sightOf } from './sight.ts'
import { type Table, tables } from './tables.ts'

/** One page of records. */
export interface Page<T> {
  readonly items: readonly T[]
  /** Hand it back as `after` for the next page; `null`: this was the last. */
  readonly next: string | null
}

/** A record that is in the actor's sight; absent and out of sight look the same. */
export async function getVisible(
  context: ReadContext<unknown>,
  kind: RecordKind,
  recordId: string,
): Promise<JsonObject> {
  const { house, tenant } = context
  const [record = null] = recordId === '' ? [] : await house.store.get(tenant, [{ kind, id: recordId }])
  if (record === null || !meets(sightOf(context, kind), record.doc)) throw notFound(kind, recordId)
  return record.doc
}

export function one<K extends 'ticket' | 'organisation' | 'agent' | 'team' | 'apiKey'>(kind: K) {
  const key = `${kind}Id` as const
  return query({
    says: `Gets one ${kind}.`,
    input: z.strictObject({ [key]: id(kind) } as Record<`${K}Id`, ReturnType<typeof id<K>>>),
    shows: { kind, as: 'one' },
    read: (context) => getVisible(context, kind, (context.input as Record<string, string>)[key] ?? ''),
  })
}

// Most lists have one page.
const loadCursor = () => import('./cursor.ts')

/** What a search takes. */
export const findInput = z.strictObject({
  /** A condition on the records' fields. */
  where: z.unknown().optional(),
  /** Absent: the latest first. Ties are broken by id. */
  order: z
    .array(z.strictObject({ field: z.string(), direction: z.enum(['asc', 'desc']).default('asc') }))
    .max(4)
    .optional(),
  limit: z.int().min(1).max(200).default(50),
  /** The `next` of the page before. */
  after: z.string().max(4000).optional(),
})

/** The caller's condition, checked, and cut to what the actor may see. */
export function visibleWhere(context: ReadContext<unknown>, kind: RecordKind, where: unknown): Condition | null {
  const table: Table = tables[kind]
  const asked =
    where === undefined
      ? null
      : checkCondition(where, {
          fields: table.fields,
          custom: table.custom ? 'any' : 'none',
          place: 'where',
        })
  const reached = sightOf(context, kind)
  if (asked === null || reached === null) return asked ?? reached
  return { all: [reached, asked] }
}

export function many<K extends 'ticket' | 'customer' | 'organisation' | 'agent' | 'team' | 'apiKey'>(kind: K) {
  const latest = [{ field: kind === 'ticket' ? 'openedAt' : 'createdAt', direction: 'desc' as const }]
  const table: Table = tables[kind]
  return query({
    says: `Finds ${kind}s by a condition, page by page.`,
    input: findInput,
    shows: { kind, as: 'page' },
    read: async (context): Promise<Page<JsonObject>> => {
      const { house, tenant, input } = context
      const order = input.order ?? latest
      const unknown = order.find(({ field }) => !table.columns.includes(field) && field !== 'id')
      if (unknown) throw fault('query.unsortable', { field: unknown.field, sortable: [...table.columns, 'id'] })
      const where = visibleWhere(context, kind, input.where)
      const after = input.after === undefined ? null : (await loadCursor()).readCursor(input.after, order)
      const records = await house.store.find(tenant, kind, { where, order, limit: input.limit + 1, after })
      const items = records.slice(0, input.limit).map((record) => record.doc)
      const last = records[input.limit - 1]
      const isMore = records.length > input.limit && last !== undefined
      return { items, next: isMore ? (await loadCursor()).writeCursor(last, order) : null }
    },
  })
}
