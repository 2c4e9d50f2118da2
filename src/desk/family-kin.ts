/** What a commit knows and changes of tickets that hang together: the working state of whoever follows families. */
import type { Draft } from '../domain/decider.ts'
import type { RelationPolicy } from '../domain/policy.ts'
import type { RecordRef } from '../domain/records.ts'
import { type Family, noFamily, type Standing, standingOf } from '../domain/tickets/family.ts'
import type { LinkEnds } from '../domain/tickets/links.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import { evolveTicket } from '../domain/tickets/ticket-evolve.ts'
import { nameOf } from './assemble.ts'
import type { House } from './house.ts'
import type { Check, StoredRecord, Task, Write } from './ports.ts'
import { alsoRead, type Read } from './read.ts'

/** A family as it was stored, as its tickets were last told of it, and as it is now. */
export interface Tally {
  readonly stored: StoredRecord | null
  told: Family
  now: Family
}

/** A command's commit, with what families add to it. */
export interface FamilyFollowed {
  readonly read: Read
  readonly drafts: readonly Draft[]
  readonly writes: readonly Write[]
  readonly checks: readonly Check[]
  readonly set: readonly Task[]
}

/** Where a ticket stands in its family: what was counted of it last. */
export interface Place {
  readonly parentId: string | null
  readonly standing: Standing
}

/** A commit at work. */
export interface Kin {
  readonly house: House
  readonly tenant: string
  readonly policy: RelationPolicy
  read: Read
  /** What was read, by `kind/id`. */
  stored: ReadonlyMap<string, StoredRecord>
  readonly drafts: Draft[]
  readonly tallies: Map<string, Tally>
  readonly places: Map<string, Place>
  readonly links: { readonly added: LinkEnds[]; readonly removed: LinkEnds[] }
  /** Children that opened again under the parent they had. */
  reopened: { readonly childId: string; readonly parentId: string }[]
  /** Tickets that nothing holds open any more. */
  readonly freed: Set<string>
  readonly writes: Write[]
  readonly checks: Check[]
}

/** The state with which a commit begins. */
export function kinOf(house: House, tenant: string, known: { read: Read; drafts: readonly Draft[] }): Kin {
  return {
    house,
    tenant,
    policy: known.read.policies.relations,
    read: known.read,
    stored: byName(known.read),
    drafts: [...known.drafts],
    tallies: new Map(),
    places: new Map(),
    links: { added: [], removed: [] },
    reopened: [],
    freed: new Set(),
    writes: [],
    checks: [],
  }
}

/** Reads records that were not read before. */
export async function learn(kin: Kin, refs: readonly RecordRef[]): Promise<void> {
  kin.read = await alsoRead(kin.house, kin.tenant, kin.read, refs)
  kin.stored = byName(kin.read)
}

// What was read first stands last, and so wins.
function byName({ stored }: Read): ReadonlyMap<string, StoredRecord> {
  return new Map(stored.map((record) => [nameOf(record), record]))
}

/** Names a ticket. */
export function ticketRef(id: string): RecordRef<'ticket'> {
  return { kind: 'ticket', id }
}
/** Names the family of a ticket. */
export function familyRef(id: string): RecordRef<'family'> {
  return { kind: 'family', id }
}

/** A record as it was read; `null`: it is not there, or was not read. */
export function storedOf({ stored }: Kin, ref: RecordRef): StoredRecord | null {
  return stored.get(nameOf(ref)) ?? null
}

/** A ticket before this commit; `null`: it is new, or was not read. */
export function ticketBefore(kin: Kin, id: string): Ticket | null {
  return (storedOf(kin, ticketRef(id))?.doc ?? null) as Ticket | null
}

/** A ticket as the events so far leave it. */
export function ticketNow(kin: Kin, id: string): Ticket | null {
  const own = kin.drafts.filter(({ of }) => of.kind === 'ticket' && of.id === id)
  return own.reduce<Ticket | null>(
    (ticket, event) => evolveTicket(ticket, { at: kin.read.now, ...event } as Parameters<typeof evolveTicket>[1]),
    ticketBefore(kin, id),
  )
}

/** The tickets that something happens to. */
export function ticketIds(drafts: readonly Draft[]): string[] {
  return [...new Set(drafts.flatMap(({ of }) => (of.kind === 'ticket' ? [of.id] : [])))]
}

/** The tally of a ticket whose family was read. */
export function tallyOf(kin: Kin, id: string): Tally {
  const known = kin.tallies.get(id)
  if (known !== undefined) return known
  const stored = storedOf(kin, familyRef(id))
  const family = (stored?.doc as unknown as Family | undefined) ?? noFamily(id)
  const tally: Tally = { stored, told: family, now: family }
  kin.tallies.set(id, tally)
  return tally
}

type Counted = Omit<Family, 'id' | 'version'>

/** Adds to the counts of a family that was read. */
export function count(kin: Kin, id: string, change: Partial<Counted>): void {
  const tally = tallyOf(kin, id)
  const sums = Object.entries(change).map(([name, n]) => [name, tally.now[name as keyof Counted] + n])
  tally.now = { ...tally.now, ...Object.fromEntries(sums) }
}

/** Where a ticket stood when it was last counted. */
export function placeOf(kin: Kin, id: string): Place {
  const before = ticketBefore(kin, id)
  return kin.places.get(id) ?? { parentId: before?.parentId ?? null, standing: standingOf(before) }
}

/** What the families come to: one record for each that was looked at and holds anything. */
export function familyWrites(kin: Kin): Write[] {
  return [...kin.tallies].flatMap(([id, { stored, now }]): Write[] => {
    const expected = stored?.version ?? 0
    const isEmpty = now.children + now.blockers + now.blocking === 0
    return stored === null && isEmpty
      ? []
      : [{ kind: 'family', id, expected, tip: '', doc: { ...now, version: expected + 1 } }]
  })
}
