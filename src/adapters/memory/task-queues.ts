/** The queues of the memory store: due times, leases, fences and groups, at a cost that does not grow with the backlog. */
import type { Claim, ClaimRef, Settlement, Store, Task, TaskKey } from '../../desk/ports.ts'
import { compareText } from '../../domain/condition-read.ts'
import type { Instant } from '../../domain/time.ts'
import { toInstant, toMs } from '../../domain/time.ts'
import type { Heap, Placed } from './heap.ts'
import { heapOf } from './heap.ts'
import { copy, keyOf } from './values.ts'

interface Row extends Placed {
  readonly tenant: string
  readonly task: Task
  readonly lane: Lane
  fence: number
  /** How often it was claimed; a release takes its claim back. */
  claims: number
  readyAt: Instant
  /** Set while it is claimed, also when the lease has run out and nobody else has claimed it. */
  leaseUntil: Instant | null
  /** Why it is dead; `null` while it lives. */
  reason: string | null
}

/** What is handed out one at a time: the tasks of a group, or one task that has none. */
interface Lane extends Placed {
  readonly id: string | null
  readonly rows: Heap<Row>
  /** The one handed out last, while it is not settled. */
  holder: Row | null
  /** From when the first of it can be claimed. */
  at: Instant
  /** The heap it stands in. */
  home: Heap<Lane> | null
}

interface Queue {
  readonly rows: Map<string, Row>
  readonly lanes: Map<string, Lane>
  /** By the time from which they can be claimed. */
  readonly waiting: Heap<Lane>
  /** Those whose time a claim has seen come, in the order in which they are handed out. */
  readonly ready: Heap<Lane>
}

/** All tasks of a store. Every method is one step: nothing of it is seen half done. */
export interface TaskQueues extends Pick<Sync<Store>, 'claim' | 'settle' | 'dead' | 'nextDue'> {
  set(tenant: string, task: Task): void
  clear(tenant: string, key: TaskKey): void
  isLive(claim: ClaimRef): boolean
}

type Sync<T> = { [K in keyof T]: T[K] extends (...args: infer A) => Promise<infer R> ? (...args: A) => R : T[K] }

/** Queues without a task in them. */
export function taskQueues(): TaskQueues {
  const queues = new Map<string, Queue>()
  // One for all, never reset: a task set anew under an old key must not repeat a fence that somebody still holds.
  let lastFence = 0

  function queueOf(name: string): Queue {
    const queue = queues.get(name) ?? emptyQueue()
    queues.set(name, queue)
    return queue
  }

  function rowOf({ tenant, queue, key }: TaskKey & { readonly tenant: string }): Row | undefined {
    return queues.get(queue)?.rows.get(keyOf(tenant, key))
  }

  function liveRow(claim: ClaimRef): Row | null {
    const row = rowOf(claim)
    return row?.fence === claim.fence && row.leaseUntil !== null && row.reason === null ? row : null
  }

  function remove(row: Row): void {
    const queue = queueOf(row.task.queue)
    queue.rows.delete(keyOf(row.tenant, row.task.key))
    leaveLane(queue, row)
  }

  function set(tenant: string, task: Task): void {
    const old = rowOf({ ...task, tenant })
    if (old) remove(old)
    const queue = queueOf(task.queue)
    const lane = laneOf(queue, tenant, task.group)
    lastFence += 1
    const row = { tenant, task, lane, fence: lastFence, readyAt: task.dueAt, ...NEW }
    queue.rows.set(keyOf(tenant, task.key), row)
    lane.rows.put(row)
    schedule(queue, lane)
  }

  function revive(claim: ClaimRef): boolean {
    const row = rowOf(claim)
    if (row?.fence !== claim.fence || row.reason === null) return false
    set(row.tenant, row.task)
    return true
  }

  return {
    set,
    clear(tenant, key) {
      const row = rowOf({ ...key, tenant })
      if (row) remove(row)
    },
    isLive: (claim) => liveRow(claim) !== null,
    settle(claim, settlement) {
      if ('revive' in settlement) return revive(claim)
      const row = liveRow(claim)
      if (row === null) return false
      if ('done' in settlement) remove(row)
      else change(queueOf(claim.queue), row, settlement)
      return true
    },
    claim(name, { now, limit, leaseMs }) {
      const queue = queueOf(name)
      const leaseUntil = toInstant(toMs(now) + leaseMs)
      return takeReady(queue, now, limit).map((row) => {
        lastFence += 1
        Object.assign(row, { fence: lastFence, leaseUntil, claims: row.claims + 1 })
        row.lane.holder = row
        schedule(queue, row.lane)
        return { ...asClaim(row), attempts: row.claims - 1 }
      })
    },
    dead(tenant, name, limit) {
      const rows = [...(queues.get(name)?.rows.values() ?? [])]
      const dead = rows.filter((row) => row.tenant === tenant && row.reason !== null).sort(inGroup)
      return dead.slice(0, limit).map((row) => ({ ...asClaim(row), reason: row.reason ?? '' }))
    },
    nextDue(name) {
      const { waiting, ready } = queueOf(name)
      let next = waiting.items[0]?.at ?? null
      // These are few: what the latest claims left behind.
      for (const { at } of ready.items) if (next === null || at < next) next = at
      return next
    },
  }
}

const NEW = { place: -1, claims: 0, leaseUntil: null, reason: null }

function emptyQueue(): Queue {
  return {
    rows: new Map(),
    lanes: new Map(),
    waiting: heapOf((a, b) => a.at < b.at),
    ready: heapOf((a, b) => isHandedOutBefore(a.rows.items[0], b.rows.items[0])),
  }
}

function isHandedOutBefore(a: Row | undefined, b: Row | undefined): boolean {
  if (!a || !b) return a !== undefined
  // Instants are ASCII, so the machine's own comparison orders them, and most are told apart by it.
  if (a.task.dueAt !== b.task.dueAt) return a.task.dueAt < b.task.dueAt
  return (compareText(a.tenant, b.tenant) || compareText(a.task.key, b.task.key)) < 0
}

function inGroup({ task: a }: Row, { task: b }: Row): number {
  return compareText(a.dueAt, b.dueAt) || a.seq - b.seq || compareText(a.key, b.key)
}

function laneOf(queue: Queue, tenant: string, group: string | null): Lane {
  const id = group === null ? null : keyOf(tenant, group)
  const known = id === null ? undefined : queue.lanes.get(id)
  if (known) return known
  const lane: Lane = { id, rows: heapOf((a, b) => inGroup(a, b) < 0), holder: null, at: '', place: -1, home: null }
  if (id !== null) queue.lanes.set(id, lane)
  return lane
}

/** Puts a lane where its first task's time has it wait, or takes an empty one away. */
function schedule(queue: Queue, lane: Lane): void {
  const first = lane.rows.items[0]
  // A dead task's lane may have been emptied before, and another made for the group since.
  if (!first && lane.id !== null && queue.lanes.get(lane.id) === lane) queue.lanes.delete(lane.id)
  // Whoever holds another task of the group, one that was set later but is due earlier waits for the lease to end.
  if (first) lane.at = [first.readyAt, first.leaseUntil ?? '', lane.holder?.leaseUntil ?? ''].sort()[2] ?? ''
  move(lane, first ? queue.waiting : null)
}

function move(lane: Lane, to: Heap<Lane> | null): void {
  if (lane.home !== to) lane.home?.drop(lane)
  lane.home = to
  to?.put(lane)
}

function leaveLane(queue: Queue, row: Row): void {
  const { lane } = row
  lane.rows.drop(row)
  if (lane.holder === row) lane.holder = null
  schedule(queue, lane)
}

function takeReady({ waiting, ready }: Queue, now: Instant, limit: number): Row[] {
  for (let lane = waiting.items[0]; lane && lane.at <= now; lane = waiting.items[0]) move(lane, ready)
  const taken: Row[] = []
  for (let lane = ready.items[0]; lane && taken.length < limit; lane = ready.items[0]) {
    // Another caller's `now` was later than this one's.
    const row = lane.at <= now ? lane.rows.items[0] : undefined
    move(lane, row ? null : waiting)
    if (row) taken.push(row)
  }
  return taken
}

type Change = Exclude<Settlement, { readonly done: true } | { readonly revive: true }>

function change(queue: Queue, row: Row, settlement: Change): void {
  const { lane } = row
  if ('extendTo' in settlement) row.leaseUntil = settlement.extendTo
  else if (lane.holder === row) lane.holder = null
  if ('dead' in settlement) {
    row.reason = settlement.reason
    lane.rows.drop(row)
  }
  if ('retryAt' in settlement)
    Object.assign(row, { leaseUntil: null, readyAt: laterOf(settlement.retryAt, row.task.dueAt) })
  if ('release' in settlement) Object.assign(row, { leaseUntil: null, claims: row.claims - 1 })
  schedule(queue, lane)
}

// A task is never claimable before it is due.
function laterOf(retryAt: Instant, dueAt: Instant): Instant {
  return retryAt < dueAt ? dueAt : retryAt
}

function asClaim({ tenant, task, fence, claims, leaseUntil }: Row): Claim {
  return { ...copy(task), tenant, fence, attempts: claims, leaseUntil: leaseUntil ?? '' }
}
