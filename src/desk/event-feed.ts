/** The change feed in somebody's hands: a tenant's events in the order of their commits, those that the actor may see. */
import * as z from 'zod'

import { reachedRecords, reachOf } from '../domain/access.ts'
import { meets } from '../domain/condition-read.ts'
import type { JsonObject } from '../domain/json.ts'
import type { RecordRef } from '../domain/records.ts'
import { nameOf } from './assemble.ts'
import type { DeskEvent } from './events.ts'
import { type FeedPage, feed } from './feed.ts'
import type { Store } from './ports.ts'
import { query, type ReadContext } from './query.ts'
import { sightOf } from './sight.ts'
import { publicEvents } from './timeline.ts'

const feedInput = z.strictObject({
  /** The `next` of the page before; `now`: nothing, but the place of what comes next. Absent: from the beginning. */
  after: z.string().max(20).optional(),
  names: z.array(z.string().max(60)).max(100).optional(),
  limit: z.int().min(1).max(1000).default(100),
})

/**
 * Events behind a cursor, judged by what the actor may see at this moment: a right that was taken away takes its events
 * along. `next` passes what was left out, so a page may be empty and yet not the last.
 */
async function readFeed(context: ReadContext<z.output<typeof feedInput>>): Promise<FeedPage> {
  const { house, tenant, by, input } = context
  if (input.after === 'now') return { entries: [], next: String(await lastPosition(house.store, tenant)) }
  const page = await feed(house, { tenant, ...input })
  const events = page.entries.map(({ event }) => event)
  const named = events.map(({ record }) => record)
  const docs = await recordsOf(house.store, tenant, named)
  const isEscalationSeen = await escalationsInSight(context, events, docs)
  const isSeen = (event: DeskEvent) => {
    const { record } = event
    const doc = docs.get(nameOf(record))
    if (record.kind === 'escalation') return isEscalationSeen(event)
    if (!KINDS_IN_SIGHT.has(record.kind)) return reachOf(by, RIGHTS[record.kind] ?? `${record.kind}.get`) === 'any'
    return doc !== undefined && meets(sightOf(context, record.kind), doc)
  }
  const readsAll = reachedRecords(by, 'ticket.readInternal', 'ticket')
  const isWhole = ({ record }: DeskEvent) =>
    record.kind !== 'ticket' || meets(readsAll, docs.get(nameOf(record)) as object)
  const seen = events.filter(isSeen)
  const whole = seen.filter(isWhole)
  const rest = seen.filter((event) => !whole.includes(event))
  const shown = new Set([...whole, ...(await publicEvents(house.store, tenant, rest))])
  return { entries: page.entries.filter(({ event }) => shown.has(event)), next: page.next }
}

/** Kinds whose records are in sight one by one; of all others it takes the right to the whole kind. */
const KINDS_IN_SIGHT: ReadonlySet<string> = new Set(['ticket', 'customer', 'organisation', 'agent', 'team'])
const RIGHTS: Readonly<Record<string, string>> = { policies: 'policy.get' }

/** Which events of escalations are seen: those about tickets that are in sight, both by the event and by its record. */
async function escalationsInSight(
  context: ReadContext<unknown>,
  events: readonly DeskEvent[],
  docs: ReadonlyMap<string, JsonObject>,
): Promise<(event: DeskEvent) => boolean> {
  const { house, tenant, by } = context
  // A key may have gone on to another ticket since the event.
  const ticketsOf = ({ record, data }: DeskEvent): RecordRef[] => {
    const now = docs.get(nameOf(record))?.ticketId
    return [now, 'ticketId' in data ? data.ticketId : now].map((id) => ({ kind: 'ticket', id: String(id) }))
  }
  const own = events.filter(({ record }) => record.kind === 'escalation')
  const tickets = await recordsOf(house.store, tenant, own.flatMap(ticketsOf))
  const sights = [sightOf(context, 'ticket'), reachedRecords(by, 'escalation.get', 'ticket')]
  return (event) =>
    ticketsOf(event).every((ref) => {
      const ticket = tickets.get(nameOf(ref))
      return ticket !== undefined && sights.every((sight) => meets(sight, ticket))
    })
}

async function recordsOf(store: Store, tenant: string, all: readonly RecordRef[]) {
  const refs = new Map<string, RecordRef>(all.map(({ kind, id }) => [nameOf({ kind, id }), { kind, id }]))
  const found = refs.size === 0 ? [] : await store.get(tenant, [...refs.values()])
  return new Map(found.flatMap((record) => (record === null ? [] : [[nameOf(record), record.doc] as const])))
}

/** The last position of the journal, found by halving: stores read it forwards only, and from any place at once. */
async function lastPosition(store: Store, tenant: string): Promise<number> {
  const behind = async (after: number) => (await store.history(tenant, { after, limit: 1 }))[0]?.position
  let last = 0
  let end = 1
  for (let found = await behind(end); found !== undefined; found = await behind(end)) {
    last = found
    end = found * 2
  }
  while (last < end) {
    const middle = Math.floor((last + end) / 2)
    const found = await behind(middle)
    if (found === undefined) end = middle
    else last = found
  }
  return last
}

export const feedQueries = {
  'event.feed': query({
    says: 'Reads what happened, in the order of commits and behind a cursor: the events that the actor may see now.',
    input: feedInput,
    shows: { kind: 'ticket', as: 'events' },
    read: readFeed,
  }),
} as const
