/** What store cases read over and over: everything of a tenant, all pages, all claims, who won a race. */
import type { Claim, CommitOutcome, FindRequest, Order, Store, StoredEntry, StoredRecord } from '../desk/ports.ts'
import type { RecordKind } from '../desk/tables.ts'
import { fieldOf } from '../domain/condition-read.ts'
import { isDeskError } from '../domain/fault.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import type { Instant } from '../domain/time.ts'
import { equal, holds } from './expectation.ts'
import { changeOf, minute, taskOf } from './fixtures.ts'

/** The tenant of most cases. */
export const ACME = 'acme'
/** Its neighbour, whom nothing may reach. */
export const GLOBEX = 'globex'
/** Length of a lease, in milliseconds: a minute. */
export const LEASE = 60_000

/** A find request: everything, by id, up to 1000, but for what is given. */
export function asking(part: Partial<FindRequest> = {}): FindRequest {
  return { where: null, order: [], limit: 1000, after: null, ...part }
}

/** Ascending by a field. */
export const asc = (field: string): Order => ({ field, direction: 'asc' })
/** Descending by a field. */
export const desc = (field: string): Order => ({ field, direction: 'desc' })

/** Spreads tickets over three statuses and seven instants of change, so that both have many ties. */
export function statusOf(n: number): Partial<Ticket> {
  return { status: ['open', 'pending', 'solved'][n % 3] ?? '', changedAt: minute(n % 7) }
}

/** The ids of records, in their order. */
export const idsOf = (records: readonly { readonly id: string }[]): string[] => records.map(({ id }) => id)

/** All records and journal entries of a tenant. */
export async function stateOf(store: Store, tenant = ACME) {
  const records: Record<string, StoredRecord[]> = {}
  for (const kind of ['ticket', 'message', 'customer'] as const)
    records[kind] = await store.find(tenant, kind, asking())
  return { records, journal: await store.history(tenant, { limit: 1000 }) }
}

/** Claims what is due of a queue: as of ten minutes into the morning, for a minute, at most 1000, unless given. */
export function claim(
  store: Store,
  queue = 'timer',
  request: { readonly now?: Instant; readonly limit?: number; readonly leaseMs?: number } = {},
): Promise<Claim[]> {
  return store.claim(queue, { now: minute(10), limit: 1000, leaseMs: LEASE, ...request })
}

/** The one task that can be claimed; refuses when there are none or several. */
export async function claimOne(store: Store, now: Instant = minute(10), queue = 'timer'): Promise<Claim> {
  const [first, ...more] = await claim(store, queue, { now })
  if (first === undefined) throw new Error(`a claim of ${queue} at ${now}: expected one task, found none`)
  equal(keysOf(more), [], `tasks of ${queue} claimed beside ${first.key} at ${now}`)
  return first
}

/** Sets one task, `wake`, and claims it as of ten minutes into the morning. */
export async function heldTask(store: Store): Promise<Claim> {
  await store.commit(changeOf({ set: [taskOf('wake')] }))
  return claimOne(store)
}

/** The keys of tasks, in their order. */
export const keysOf = (claims: readonly { readonly key: string }[]): string[] => claims.map(({ key }) => key)

/** All tasks of a queue that nobody holds, whenever they are due: claimed far in the future, and given back. */
export async function tasksOf(store: Store, queue = 'timer') {
  const claims = await claim(store, queue, { now: '2999-01-01T00:00:00.000Z' })
  for (const one of claims) holds(await store.settle(one, { release: true }), `giving back ${one.key} of ${queue}`)
  return claims.map(({ fence: _fence, leaseUntil: _leaseUntil, ...task }) => task)
}

/** Reads on, page by page, until a page is empty. `between` runs after each page. */
export async function pagesOf(
  store: Store,
  kind: RecordKind,
  request: FindRequest & { readonly between?: (page: StoredRecord[]) => Promise<unknown> },
): Promise<StoredRecord[]> {
  const { between, ...asked } = request
  const all: StoredRecord[] = []
  for (let { after } = asked; ; ) {
    const page = await store.find(ACME, kind, { ...asked, after })
    holds(page.length <= asked.limit, `a page of at most ${asked.limit}, found ${page.length}`)
    const last = page.at(-1)
    if (last === undefined) return all
    all.push(...page)
    holds(all.length <= 5000, 'reading page by page comes to an end')
    const values = asked.order.map(({ field }) => fieldOf(last.doc, field) as string | number | boolean | null)
    after = { values, id: last.id }
    await between?.(page)
  }
}

/** Reads a tenant's journal to its end, in pages. */
export async function journalOf(store: Store, tenant = ACME, limit = 1000): Promise<StoredEntry[]> {
  const all: StoredEntry[] = []
  for (let after = 0; ; after = all.at(-1)?.position ?? after) {
    const page = await store.history(tenant, { after, limit })
    if (page.length === 0) return all
    all.push(...page)
    holds(all.length <= 5000, 'reading the journal page by page comes to an end')
  }
}

/** How a race of commits ended: the places of those that acted, and of those that found their command done. */
export interface RaceResult {
  readonly won: readonly number[]
  readonly repeated: readonly number[]
  readonly stale: readonly number[]
}

/** Waits for all commits of a race. Any error but a refusal for staleness is passed on. */
export async function raceOf(commits: readonly Promise<CommitOutcome>[]): Promise<RaceResult> {
  const outcomes = await Promise.allSettled(commits)
  const places = (test: (outcome: PromiseSettledResult<CommitOutcome>) => boolean) =>
    [...outcomes.keys()].filter((n) => test(outcomes[n] as PromiseSettledResult<CommitOutcome>))
  const isStale = (error: unknown) =>
    isDeskError(error, 'store.stale-version') || isDeskError(error, 'store.stale-claim')
  const strange = outcomes.find((outcome) => outcome.status === 'rejected' && !isStale(outcome.reason))
  if (strange?.status === 'rejected')
    throw new Error(`a commit in a race: expected success or a refusal, found ${String(strange.reason)}`, {
      cause: strange.reason,
    })
  return {
    won: places((outcome) => outcome.status === 'fulfilled' && outcome.value.committed),
    repeated: places((outcome) => outcome.status === 'fulfilled' && !outcome.value.committed),
    stale: places((outcome) => outcome.status === 'rejected'),
  }
}

/** Whole numbers from 1 to `n`. */
export const upTo = (n: number): number[] => Array.from({ length: n }, (_, place) => place + 1)

/** The version of the nth record, by key; 0 when absent. */
export async function versionOf(
  store: Store,
  key: Parameters<Store['get']>[1][number],
  tenant = ACME,
): Promise<number> {
  const [record] = await store.get(tenant, [key])
  return record?.version ?? 0
}
