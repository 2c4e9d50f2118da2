/** The one read of a command: the actor, the policies, what the command names, and what that leads to. */
import type { Principal } from '../domain/access.ts'
import type { Ref, Refs, CommandRow as Row } from '../domain/decider.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Actor, Agent, Customer } from '../domain/people/people.ts'
import { CURRENT } from '../domain/policies/policies.ts'
import type { Policies, PolicyDocuments } from '../domain/policy.ts'
import type { RecordRef } from '../domain/records.ts'
import { type Instant, toInstant } from '../domain/time.ts'
import type { TicketClocks } from '../sla/clock-words.ts'
import { nameOf } from './assemble.ts'
import type { SlaRead } from './follow-sla.ts'
import type { House } from './house.ts'
import { loadSla } from './load-sla.ts'
import { policiesInForce } from './policies.ts'
import type { Check, StoredRecord } from './ports.ts'
import { actorNear, actorRef, principalFrom } from './principal.ts'

interface Reading {
  readonly tenant: string
  readonly by: Actor
  readonly only?: readonly string[] | undefined
  readonly row: Row
  readonly parsed: object
  readonly at?: Instant
}

/** What one attempt at a command has read. */
export interface Read {
  readonly by: Principal
  readonly policies: PolicyDocuments
  readonly refs: Refs
  readonly found: Readonly<Record<string, JsonObject | null>>
  readonly stored: readonly StoredRecord[]
  readonly checks: readonly Check[]
  readonly now: Instant
  /** `null` where the tenant has never had an SLA policy. */
  readonly sla: SlaRead | null
}

/** Everything the decision may look at: the actor, the policies, what the command names, and what that leads to. */
export async function readFor(house: House, asked: Reading): Promise<Read> {
  const { tenant, row, parsed } = asked
  const hint = { actor: asked.by } as Principal
  const refs: Refs = row.reads?.(parsed, hint) ?? {}
  const given = givenIn(refs)
  const first = await fetch(house, tenant, [CURRENT, actorRef(asked.by), ...given, ...clocksOf(given)])
  const actorRecord = (first.doc(actorRef(asked.by)) ?? null) as Agent | Customer | null
  const found = first.named(refs)
  const nearRefs: Refs = isAllThere(refs, found) ? (row.near?.(parsed, found as never) ?? {}) : {}
  const near = givenIn(nearRefs)
  const second = await fetch(house, tenant, [actorNear(actorRecord), ...near, ...clocksOf(near)], first)
  const stored = (ref: RecordRef) => first.stored(ref) ?? second.stored(ref)
  const policies = await policiesInForce(house, tenant, first.stored(CURRENT) as StoredRecord)
  const by = await principalFrom(house, {
    tenant,
    actor: asked.by,
    record: actorRecord,
    near: second.doc(actorNear(actorRecord)),
    policies,
    only: asked.only,
  })
  const named = [...given, ...near]
  const needed = named.filter(mayMove).flatMap((ref) => stored(ref) ?? [])
  const current = first.stored(CURRENT) as StoredRecord
  const sla = await slaFor(house, tenant, {
    current: current.doc as unknown as Policies,
    policies,
    tickets: needed,
    stored,
  })
  // Clocks and working time move by the policies of their commit: one that is published between the read and the commit
  // comes first.
  const { hours, segment } = policies.reports
  const isFree = sla === null && hours === null && segment === null
  const checked: RecordRef[] = isFree || named.some(({ kind }) => kind === 'policies') ? named : [...named, CURRENT]
  return {
    by,
    policies,
    // A command may be about what its record leads to: an escalation's right is the right to its ticket.
    refs:
      row.on !== undefined && Object.hasOwn(nearRefs, row.on) ? { ...refs, [row.on]: nearRefs[row.on] ?? null } : refs,
    found: Object.assign(found, second.named(nearRefs)),
    // What the decision saw stands last, and so wins: a record that both reads brought may have changed between them.
    stored: [...second.all, ...first.all],
    checks: checked
      .filter(({ kind }) => !UNCHECKED.has(kind))
      .map((ref) => ({ kind: ref.kind, id: ref.id, version: stored(ref)?.version ?? 0 })),
    sla,
    now: momentOf(asked.at ?? toInstant(house.clock.now()), needed),
  }
}

/**
 * What a command turns out to need beside what its table says: records, and of tickets their clocks. What was read
 * before stays as it was read.
 */
export async function alsoRead(house: House, tenant: string, read: Read, refs: readonly RecordRef[]): Promise<Read> {
  const known = new Set(read.stored.map(nameOf))
  const clocks = read.sla === null ? [] : refs.filter(({ kind }) => kind === 'ticket').map(clocksRef)
  const missing = [...refs, ...clocks].filter((ref) => !known.has(nameOf(ref)))
  if (missing.length === 0) return read
  const more = await fetch(house, tenant, missing)
  const stored = [...more.all, ...read.stored]
  const asked = new Set(refs.map(nameOf))
  const tickets = stored.filter((record) => record.kind === 'ticket' && asked.has(nameOf(record)))
  return {
    ...read,
    stored,
    sla: read.sla && (await widerSla(house, tenant, { sla: read.sla, tickets, stored: more.stored })),
    now: momentOf(read.now, tickets),
  }
}

function clocksRef({ id }: { readonly id: string }): RecordRef {
  return { kind: 'clocks', id }
}

// What may change between the read and the commit without harm. A customer who is merged meanwhile is still found under
// the old id, and an identity leads to the customer; both are written, and so checked, by whatever depends on them.
const UNCHECKED: ReadonlySet<string> = new Set(['identity', 'customer'])

function clocksOf(refs: readonly Ref[]): RecordRef[] {
  return refs.filter(({ kind }) => kind === 'ticket').map(clocksRef)
}

/** Whether a command may write a record that it reads: what it needs, and every ticket. */
function mayMove({ kind, needed }: Ref): boolean {
  return needed === 'needed' || kind === 'ticket'
}

interface SlaAsked {
  readonly current: Policies
  readonly policies: PolicyDocuments
  readonly tickets: readonly StoredRecord[]
  readonly stored: (ref: RecordRef) => StoredRecord | null
}

async function slaFor(
  house: House,
  tenant: string,
  { current, policies, tickets, stored }: SlaAsked,
): Promise<SlaRead | null> {
  // The first version of this policy is the host's code's, or the empty default: then nobody has ever had a clock.
  if ((current.inForce.sla?.version ?? 1) === 1 && policies.sla.policies.length === 0) return null
  const { clockBookOf, clocksOfPast, followSla } = await loadSla()
  const book = await clockBookOf(house, tenant, current)
  if (book === null) return null
  const past = new Map<string, TicketClocks>()
  for (const { kind, id } of tickets)
    if (kind === 'ticket' && stored({ kind: 'clocks', id }) === null)
      past.set(id, await clocksOfPast(house, tenant, { id, book }))
  const record = (id: string) => stored({ kind: 'clocks', id })
  return {
    follow: followSla,
    book,
    stored: record,
    state: (id) => (record(id)?.doc.state as TicketClocks | undefined) ?? past.get(id) ?? null,
    personalFields: house.personal.ticket,
  }
}

/** The same knowledge of clocks, about more tickets. */
async function widerSla(
  house: House,
  tenant: string,
  more: {
    readonly sla: SlaRead
    readonly tickets: readonly StoredRecord[]
    readonly stored: (ref: RecordRef) => StoredRecord | null
  },
): Promise<SlaRead> {
  const { sla, tickets } = more
  const record = (id: string) => more.stored(clocksRef({ id })) ?? sla.stored(id)
  const past = new Map<string, TicketClocks>()
  const { clocksOfPast } = await loadSla()
  for (const { id } of tickets)
    if (record(id) === null && sla.state(id) === null)
      past.set(id, await clocksOfPast(house, tenant, { id, book: sla.book }))
  return {
    ...sla,
    stored: record,
    state: (id) => (record(id)?.doc.state as TicketClocks | undefined) ?? past.get(id) ?? sla.state(id),
  }
}

/** The instant of a command: never before the latest change of what it reads, though machines' clocks differ. */
function momentOf(now: Instant, records: readonly StoredRecord[]): Instant {
  let latest = now
  for (const { doc } of records) {
    const { changedAt = now } = doc as { readonly changedAt?: Instant }
    if (changedAt > latest) latest = changedAt
  }
  return latest
}

function isAllThere(refs: Refs, found: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(refs).every(([name, ref]) => ref?.needed !== 'needed' || found[name] !== null)
}

function givenIn(refs: Refs): Ref[] {
  return Object.values(refs).filter((ref): ref is Ref => ref !== null && ref.id !== '')
}

/** What was read by key. */
interface Fetched {
  readonly asked: ReadonlyMap<string, StoredRecord | null>
  readonly all: readonly StoredRecord[]
  stored(ref: RecordRef | null): StoredRecord | null
  doc(ref: RecordRef | null): JsonObject | null
  named(wanted: Refs): Record<string, JsonObject | null>
}

/** @param known - what was read before, and is not asked for again: a command that finds all it needs there reads once. */
async function fetch(
  house: House,
  tenant: string,
  refs: readonly (RecordRef | null)[],
  known?: Fetched,
): Promise<Fetched> {
  const asked = new Map<string, StoredRecord | null>()
  const keys: RecordRef[] = []
  for (const ref of refs) {
    if (ref === null || ref.id === '') continue
    const name = nameOf(ref)
    if (asked.has(name) || known?.asked.has(name)) continue
    asked.set(name, null)
    keys.push({ kind: ref.kind, id: ref.id })
  }
  const records = keys.length === 0 ? [] : await house.store.get(tenant, keys)
  const all = records.filter((record) => record !== null)
  for (const record of all) asked.set(nameOf(record), record)
  const stored = (ref: RecordRef | null) =>
    ref === null || ref.id === '' ? null : (asked.get(nameOf(ref)) ?? known?.stored(ref) ?? null)
  const doc = (ref: RecordRef | null) => stored(ref)?.doc ?? null
  const named = (wanted: Refs) => {
    const docs: Record<string, JsonObject | null> = {}
    for (const name in wanted) docs[name] = doc(wanted[name] ?? null)
    return docs
  }
  return { asked, all, stored, doc, named }
}
