/** From events to one change: records folded, journal chained, followers asked, deliveries queued. Pure. */

import type { Draft, EventName, Evolvers, Happened } from '../domain/decider.ts'
import type { JsonObject } from '../domain/json.ts'
import {
  evolveAgent,
  evolveCustomer,
  evolveOrganisation,
  evolveTeam,
  followIdentities,
} from '../domain/people/evolve-people.ts'
import type { Actor, Customer } from '../domain/people/people.ts'
import { endedVersion, evolvePolicies, publishedVersion, versionId } from '../domain/policies/policies.ts'
import type { LifecyclePolicy, PolicyVersion } from '../domain/policy.ts'
import type { RecordKind, RecordRef } from '../domain/records.ts'
import { followMessages } from '../domain/tickets/follow-messages.ts'
import { followTicketTimers } from '../domain/tickets/follow-ticket-timers.ts'
import type { Message } from '../domain/tickets/message.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import { evolveTicket } from '../domain/tickets/ticket-evolve.ts'
import type { Instant } from '../domain/time.ts'
import { type Cause, type DeskEvent, entryOf, eventId } from './events.ts'
import type { House } from './house.ts'
import type { Change, Check, ClaimRef, CommandRow, JournalEntry, StoredRecord, Task, TaskKey, Write } from './ports.ts'

/** How the records that every desk has are folded from their events. */
export const evolvers: Evolvers = {
  ticket: evolveTicket,
  customer: evolveCustomer,
  organisation: evolveOrganisation,
  agent: evolveAgent,
  team: evolveTeam,
  policies: evolvePolicies,
}

/** Folds one event into a record of its kind. */
export function evolve(folds: Evolvers, kind: RecordKind, record: object | null, event: Happened): object {
  const fold = folds[kind] as unknown as (record: object | null, event: Happened) => object
  return fold(record, event)
}

export interface Act {
  readonly tenant: string
  readonly by: Actor
  readonly now: Instant
  readonly commandId: string | null
  readonly cause: readonly Cause[]
  readonly lifecycle: LifecyclePolicy | null
  /** Folds of the command's own capability. */
  readonly evolves?: Evolvers | undefined
}

export interface Decided {
  readonly drafts: readonly Draft[]
  /** Every record that was read and stands. */
  readonly found: readonly StoredRecord[]
  readonly checks: readonly Check[]
  /** What followers that ran before bring along. */
  readonly writes?: readonly Write[]
  readonly set?: readonly Task[]
  readonly clear?: readonly TaskKey[]
  readonly command?: (after: ReadonlyMap<string, JsonObject>) => CommandRow | null
  readonly settle?: readonly ClaimRef[]
  /** Documents after the drafts that are known already, by `kind/id`: they are not folded again. */
  readonly folded?: ReadonlyMap<string, object> | undefined
}

export interface Assembled {
  readonly change: Change
  readonly events: readonly DeskEvent[]
  /** The documents after the change, by `kind/id`. */
  readonly after: ReadonlyMap<string, JsonObject>
}

export function nameOf({ kind, id }: RecordRef): string {
  return `${kind}/${id}`
}

interface Folded {
  readonly ref: RecordRef
  readonly before: StoredRecord | null
  readonly after: JsonObject
  readonly events: readonly DeskEvent[]
  readonly entries: readonly JournalEntry[]
  readonly tip: string
}

export function assemble(house: Pick<House, 'transports'>, act: Act, decided: Decided): Assembled {
  const stored = new Map(decided.found.map((record) => [nameOf(record), record]))
  const folded = groupByRecord(decided.drafts).map(({ ref, drafts }) => {
    const name = nameOf(ref)
    return fold(act, stored.get(name) ?? null, { ref, drafts, known: decided.folded?.get(name) })
  })
  const timers = followTimers(act, folded)
  const writes = [
    ...folded.map(
      ({ ref, before, after, tip }): Write => ({ expected: before?.version ?? 0, doc: after, tip, ...ref }),
    ),
    ...followerWrites(act, decided, { folded, stored }),
    ...(decided.writes ?? []),
  ]
  const after = new Map<string, JsonObject>()
  const written = new Set<string>()
  for (const write of writes) {
    const name = nameOf(write)
    written.add(name)
    if (write.doc !== null) after.set(name, write.doc)
  }
  const change: Change = {
    tenant: act.tenant,
    writes,
    checks: decided.checks.filter((check) => !written.has(nameOf(check))),
    journal: folded.flatMap((one) => one.entries),
    set: [...timers.set, ...(decided.set ?? []), ...folded.flatMap((one) => deliveries(house, act, one))],
    clear: [...timers.clear, ...(decided.clear ?? [])],
    settle: decided.settle ?? [],
    command: decided.command?.(after) ?? null,
  }
  return { change, events: folded.flatMap((one) => one.events), after }
}

function groupByRecord(drafts: readonly Draft[]): { ref: RecordRef; drafts: Draft[] }[] {
  const groups = new Map<string, { ref: RecordRef; drafts: Draft[] }>()
  for (const draft of drafts) {
    const name = nameOf(draft.of)
    const group = groups.get(name)
    if (group) group.drafts.push(draft)
    else groups.set(name, { ref: { kind: draft.of.kind, id: draft.of.id }, drafts: [draft] })
  }
  return [...groups.values()]
}

function fold(
  act: Act,
  before: StoredRecord | null,
  { ref, drafts, known }: { ref: RecordRef; drafts: readonly Draft[]; known: object | undefined },
): Folded {
  const version = (before?.version ?? 0) + 1
  const events: DeskEvent[] = []
  const entries: JournalEntry[] = []
  let record: object | null = known ?? before?.doc ?? null
  let tip = before?.tip ?? ''
  const folds = act.evolves?.[ref.kind] ? act.evolves : evolvers
  drafts.forEach((draft, n) => {
    if (known === undefined) record = evolve(folds, ref.kind, record, { at: act.now, ...draft })
    const event = publicEvent(act, draft, { kind: ref.kind, id: ref.id, version, n })
    const entry = entryOf(event, tip)
    events.push(event)
    entries.push(entry)
    tip = entry.hash
  })
  return { ref, before, after: { ...(record as unknown as JsonObject), version }, events, entries, tip }
}

function publicEvent(act: Act, { name, data }: Draft, record: DeskEvent['record']): DeskEvent {
  const { tenant, by, now: at, commandId, cause } = act
  return { id: eventId(record), name, tenant, at, by, record, commandId, cause, data } as DeskEvent<EventName>
}

/** The records that go with events in the same commit: messages, identities, policy versions. */
function followerWrites(
  act: Act,
  { drafts }: Decided,
  state: { readonly folded: readonly Folded[]; readonly stored: ReadonlyMap<string, StoredRecord> },
): Write[] {
  const { folded, stored } = state
  const put = (kind: RecordKind, id: string, doc: object | null): Write => {
    const before = stored.get(nameOf({ kind, id }))
    return { kind, id, expected: before?.version ?? 0, doc: doc as JsonObject | null, tip: '' }
  }
  const messageOf = (id: string) => (stored.get(nameOf({ kind: 'message', id }))?.doc ?? null) as Message | null
  const messages = followMessages(drafts, messageOf, act.now).map(({ after }) => put('message', after.id, after))
  const customers = folded.filter(({ ref }) => ref.kind === 'customer')
  const identities = followIdentities(
    customers.map(({ before, after }) => ({
      before: (before?.doc as unknown as Customer | null) ?? null,
      after: after as unknown as Customer,
    })),
  )
  const versions = drafts.flatMap((draft): Write[] => {
    if (draft.name !== 'policy.published') return []
    const published = publishedVersion({ at: act.now, ...draft })
    const previous = stored.get(nameOf({ kind: 'policyVersion', id: versionId(published.name, published.number - 1) }))
    const ended = previous
      ? [put('policyVersion', previous.id, endedVersion(previous.doc as unknown as PolicyVersion, act.now))]
      : []
    return [...ended, put('policyVersion', published.id, published)]
  })
  return [
    ...messages,
    ...[...identities.put].map(([id, customerId]) => put('identity', id, { customerId })),
    ...[...identities.drop].map((id) => put('identity', id, null)),
    ...versions,
  ]
}

function followTimers(act: Act, folded: readonly Folded[]): { set: Task[]; clear: TaskKey[] } {
  const set: Task[] = []
  const clear: TaskKey[] = []
  for (const { ref, before, after } of folded) {
    if (ref.kind !== 'ticket' || act.lifecycle === null) continue
    const timers = followTicketTimers((before?.doc ?? null) as Ticket | null, after as unknown as Ticket, act.lifecycle)
    for (const { key, dueAt, command, input } of timers.set)
      set.push({ queue: 'timer', key, dueAt, group: ref.id, seq: 0, body: { command, input } })
    for (const key of timers.clear) clear.push({ queue: 'timer', key })
  }
  return { set, clear }
}

/** One delivery for each transport and changed record; the relay reads the events from the journal. */
function deliveries({ transports }: Pick<House, 'transports'>, act: Act, { ref, events }: Folded): Task[] {
  const version = (events[0] as DeskEvent).record.version
  return transports.map((transport) => ({
    queue: `out.${transport.name}`,
    key: `${nameOf(ref)}/${version}`,
    dueAt: act.now,
    group: nameOf(ref),
    seq: version,
    body: { kind: ref.kind, id: ref.id, version },
  }))
}
