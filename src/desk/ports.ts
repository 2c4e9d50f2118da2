/** What the host plugs in. The store is the large one: every method states the race it wins. */
import type { Condition } from '../domain/condition.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Instant } from '../domain/time.ts'
import type { RecordKind } from './tables.ts'

/** Names one record of a tenant. */
export interface RecordKey {
  readonly kind: RecordKind
  readonly id: string
}

/** A record as it is stored: the document, its version, and the hash of its latest journal entry (`''` when it has none). */
export interface StoredRecord extends RecordKey {
  readonly version: number
  readonly tip: string
  readonly doc: JsonObject
}

/** One record to be written. */
export interface Write extends RecordKey {
  /** The version that must stand now; 0: there must be no such record. The new version is `expected + 1`. */
  readonly expected: number
  /** The new document; `null` removes the record. */
  readonly doc: JsonObject | null
  readonly tip: string
}

/** A record that was only read, and must not have changed since. Version 0: it must still be absent. */
export interface Check extends RecordKey {
  readonly version: number
}

/** One entry of the journal. `body` is the event as JSON text and is kept to the byte, since `hash` is taken over it. */
export interface JournalEntry extends RecordKey {
  /** The record's version after the commit that wrote this. */
  readonly version: number
  /** Place within that commit's events of the record, from 0. */
  readonly n: number
  readonly name: string
  readonly at: Instant
  readonly body: string
  readonly hash: string
}

/** A journal entry as read back, with its place in the tenant's journal. Positions grow, and may have gaps. */
export interface StoredEntry extends JournalEntry {
  readonly position: number
}

/** Names one task of a queue. Timers and deliveries are both tasks. */
export interface TaskKey {
  /** `timer`, or one queue a transport, such as `out.webhooks`. */
  readonly queue: string
  readonly key: string
}

/** Work that is due at an instant. */
export interface Task extends TaskKey {
  readonly dueAt: Instant
  /**
   * Tasks of one queue, tenant and group are handed out one at a time, in the order of `dueAt`, then `seq`, then `key`:
   * a later one is not claimable while an earlier one is unsettled. `null`: no such order.
   */
  readonly group: string | null
  readonly seq: number
  readonly body: JsonObject
}

/** A task handed to one worker until `leaseUntil`. `fence` grows with every claim and every replacement of the task. */
export interface Claim extends Task {
  readonly tenant: string
  readonly fence: number
  /** How often it was claimed before and not done. */
  readonly attempts: number
  readonly leaseUntil: Instant
}

/** Which claim is meant: a claim can be passed as it is. */
export type ClaimRef = Pick<Claim, 'tenant' | 'queue' | 'key' | 'fence'>

/**
 * What becomes of a claimed task: `done` removes it; `retryAt` makes it claimable from that instant, and never before it
 * is due, with one more attempt counted; `release` gives it back at once, as if unclaimed; `extendTo` moves the lease's
 * end; `dead` keeps it for people to see. `revive` puts back what `Store.dead` listed, as if newly set, while it is that.
 */
export type Settlement =
  | { readonly done: true }
  | { readonly retryAt: Instant; readonly reason: string }
  | { readonly release: true }
  | { readonly extendTo: Instant }
  | { readonly dead: true; readonly reason: string }
  | { readonly revive: true }

/** The command whose retry must find its first result. */
export interface CommandRow {
  readonly id: string
  /** Hash of what was asked: the same id with another content is refused. */
  readonly fingerprint: string
  readonly result: JsonObject
  readonly at: Instant
}

/** All that one command changes: one value, committed whole or not at all. */
export interface Change {
  readonly tenant: string
  /** In order. A record may come several times, as when several commands share a commit: each write then expects what the one before leaves. */
  readonly writes: readonly Write[]
  /** Compared with what stands before the change, also where the change writes the same record. */
  readonly checks: readonly Check[]
  readonly journal: readonly JournalEntry[]
  /** Tasks set, after `settle` and `clear`: one with the same queue and key is replaced, its attempts forgotten and any claim on it outdated. */
  readonly set: readonly Task[]
  /** Tasks taken away, whether claimed or not; absent ones are passed over. */
  readonly clear: readonly TaskKey[]
  /** Claims that end with this commit. One that is outdated (settled, claimed anew, replaced) refuses the whole change. */
  readonly settle: readonly ClaimRef[]
  readonly command: CommandRow | null
}

/** `repeated`: the command id was there already; nothing was changed, and `first` is what stands under it. */
export type CommitOutcome = { readonly committed: true } | { readonly committed: false; readonly first: CommandRow }

export interface Order {
  readonly field: string
  readonly direction: 'asc' | 'desc'
}

export interface FindRequest {
  readonly where: Condition | null
  /** Ties are broken by id, ascending, always. An absent value sorts before all others (`asc`), text by code point. */
  readonly order: readonly Order[]
  /** 1..1000. */
  readonly limit: number
  /** Continue behind this place: the values of the order's fields, and the id, of the last record seen. */
  readonly after: { readonly values: readonly (string | number | boolean | null)[]; readonly id: string } | null
}

export interface CountRow {
  /** The value of each field of `by`, in that order; empty when nothing was grouped. */
  readonly group: readonly (string | number | boolean | null)[]
  readonly count: number
  /** Of the numbers in the column that was to be added up; absent ones add nothing. Only where one was asked for. */
  readonly sum?: number
}

export interface HistoryRequest {
  readonly of?: RecordKey
  readonly names?: readonly string[]
  /** Only entries at or after this instant. */
  readonly from?: Instant
  /** Only entries before this instant. */
  readonly until?: Instant
  /** With `of`: only entries of this version of the record and later ones. */
  readonly fromVersion?: number
  /** Only entries behind this position. */
  readonly after?: number
  /** 1..1000. */
  readonly limit: number
}

/** What a store can do. Nothing it cannot do is skipped in silence: the desk refuses it with `store.cannot`. */
export interface StoreCapabilities {
  /** May several processes work on it at once? */
  readonly processes: 'one' | 'many'
  /** Does a returned commit survive the end of the process? */
  readonly durable: boolean
}

/** What an operator wants to know of a store before a desk is opened on it. */
export interface StoreState {
  /** The version of the schema that stands there, 0 for none, and the one that this release knows. */
  readonly schema: { readonly found: number; readonly known: number }
  /** The time by the database's own clock; `null` where it has none of its own. */
  readonly now: Instant | null
}

/**
 * Where the desk keeps everything. All methods may be called at the same time, from many callers.
 * What a platform team implements; `deskwright/testing` has the cases that a store must pass.
 */
export interface Store {
  readonly capabilities: StoreCapabilities

  /** Makes or updates the schema. Safe when several processes start at once; refuses a schema newer than it knows. */
  migrate(): Promise<void>

  /** The records in the order of the keys, `null` for absent ones, all as of one moment: never a mix of before and after a commit. */
  get(tenant: string, keys: readonly RecordKey[]): Promise<(StoredRecord | null)[]>

  /** One page of the tenant's records that meet a condition. */
  find(tenant: string, kind: RecordKind, request: FindRequest): Promise<StoredRecord[]>

  /**
   * How many of the tenant's records meet a condition, one row for each combination of the fields in `by` (none: one
   * row). Rows come in no fixed order.
   *
   * @param sum - a column of numbers, which each row then adds up.
   */
  count(
    tenant: string,
    kind: RecordKind,
    where: Condition | null,
    by: readonly string[],
    sum?: string,
  ): Promise<CountRow[]>

  /**
   * The tickets below one, by `parentId`: as of one moment, nearest first, then by id; the root itself is not among
   * them. Asked in one go, also for ten thousand: `depth` is how many generations, `limit` how many tickets at most.
   */
  descendants(
    tenant: string,
    rootId: string,
    request: { readonly depth: number; readonly limit: number },
  ): Promise<StoredRecord[]>

  /**
   * Applies a change, all or nothing.
   *
   * Of two commits that expect version 4 of a record, exactly one succeeds; the other is refused and changed nothing.
   * Of two commits with one command id, one acts and the other gets what the first one left (`committed: false`);
   * the command id is looked at first, before versions and claims.
   * Of two commits that settle one claim, one succeeds.
   *
   * @throws DeskError `store.stale-version` naming the first record whose version differs (also for `checks`),
   *   `store.stale-claim` naming the first claim that is outdated.
   */
  commit(change: Change): Promise<CommitOutcome>

  /**
   * Hands out due tasks of one queue, over all tenants, earliest `dueAt` first (ties: tenant, then key),
   * leased to the caller until `now + leaseMs`.
   * No two live claims hold the same task; a task whose lease has run out is handed out again with a higher fence.
   * `now` is the caller's: tests move it by hand.
   */
  claim(
    queue: string,
    request: { readonly now: Instant; readonly limit: number; readonly leaseMs: number },
  ): Promise<Claim[]>

  /** Ends or changes one claim. Returns false, and changes nothing, when the claim is outdated. */
  settle(claim: ClaimRef, settlement: Settlement): Promise<boolean>

  /** The dead tasks of a tenant's queue, oldest first. */
  dead(tenant: string, queue: string, limit: number): Promise<(Claim & { readonly reason: string })[]>

  /** The instant at which the next task of a queue can be claimed, over all tenants; `null` when the queue is empty. */
  nextDue(queue: string): Promise<Instant | null>

  /**
   * Reserves `n` following numbers of a tenant's counter and returns the first; counters start at 1.
   * No number is ever handed out twice, also after a crash; gaps are allowed.
   */
  reserve(tenant: string, counter: string, n: number): Promise<number>

  /** What stands under a command id. */
  command(tenant: string, id: string): Promise<CommandRow | null>

  /** Journal entries by ascending position. Reading to the end, now and again later, leaves no hole: an entry committed later never appears at a lower position than one already read. */
  history(tenant: string, request: HistoryRequest): Promise<StoredEntry[]>

  /** Ends all work and frees what the store holds. Later calls are refused with `store.closed`. */
  close(): Promise<void>

  /**
   * This store at work within a transaction that the host has opened, and alone ends: what it writes is there when the
   * host commits, and never was when the host rolls back; a refused commit leaves the transaction usable and writes
   * nothing into it. Absent: the store cannot. Closing what this returns ends nothing of the host's.
   *
   * @param transaction - whatever the store's maker says: an open transaction of the same database.
   */
  within?(transaction: unknown): Store

  /**
   * Calls `wake` with a queue's name when some process may have put a task there that is due at once. A hint that may
   * be lost, repeated or late: workers look by themselves as well. Absent: the store cannot tell.
   *
   * @returns what ends the watching.
   */
  watch?(wake: (queue: string) => void): Promise<() => Promise<void>>

  /** Looks at the schema and the clock, and changes nothing, also where `migrate` would. Absent: the store cannot tell. */
  inspect?(): Promise<StoreState>
}

/** Tells the time. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
}

/** Where ids and tokens get their randomness. */
export interface RandomSource {
  /** A number in [0, 1), as `Math.random` gives it, but of cryptographic quality. */
  next(): number
}

/** Waits, for the worker. */
export type Pause = (ms: number, stop: { readonly onStop: (wake: () => void) => void }) => Promise<void>
