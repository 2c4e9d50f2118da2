/** The tasks of the store, in memory: due times, leases, fences and groups. */
import {
  type Claim,
  type ClaimRef,
  compareText,
  type Instant,
  type Settlement,
  type Task,
  type TaskKey,
} from 'deskwright'

interface Row extends Task {
  readonly tenant: string
  /** Of the latest claim or replacement: whoever holds a lower number is outdated. */
  fence: number
  /** How often it was claimed and not given back. */
  claims: number
  /** From when it may be claimed: `dueAt`, or a retry's instant where that is later. It never moves the task's place in its group. */
  readyAt: Instant
  /** Set while somebody holds it, also when the lease has run out and nobody has taken over. */
  leaseUntil: Instant | null
  deadBecause: string | null
}

export interface Tasks {
  readonly rows: Map<string, Row>
  /** One for all tasks, never counted back: a task set anew under an old key must not repeat a number that somebody holds. */
  lastFence: number
}

type Place = TaskKey & { readonly tenant: string }
const placeOf = ({ tenant, queue, key }: Place) => JSON.stringify([tenant, queue, key])

export function setTask(tasks: Tasks, tenant: string, task: Task): void {
  tasks.lastFence += 1
  const fresh = { claims: 0, readyAt: task.dueAt, leaseUntil: null, deadBecause: null }
  tasks.rows.set(placeOf({ ...task, tenant }), { ...task, ...fresh, tenant, fence: tasks.lastFence })
}

export function clearTask(tasks: Tasks, place: Place): void {
  tasks.rows.delete(placeOf(place))
}

/** The row that a claim is on, if the claim is not outdated. A lease that has run out does not outdate it. */
export function heldRow(tasks: Tasks, claim: ClaimRef): Row | null {
  const row = tasks.rows.get(placeOf(claim))
  return row?.fence === claim.fence && row.leaseUntil !== null && row.deadBecause === null ? row : null
}

/** Those of a queue that can be claimed at an instant, in the order in which they are handed out. */
export function claimable(tasks: Tasks, queue: string, now: Instant): Row[] {
  const ready = heads(tasks, queue).filter(({ from }) => from <= now)
  return ready
    .map(({ row }) => row)
    .sort((a, b) => compareText(a.dueAt, b.dueAt) || compareText(a.tenant, b.tenant) || compareText(a.key, b.key))
}

export function nextDue(tasks: Tasks, queue: string): Instant | null {
  return (
    heads(tasks, queue)
      .map(({ from }) => from)
      .sort()[0] ?? null
  )
}

/** The first of each group, and every task without one; with the instant from which it can be claimed. */
function heads({ rows }: Tasks, queue: string): { readonly row: Row; readonly from: Instant }[] {
  const groups = new Map<string, Row[]>()
  for (const [place, row] of rows) {
    if (row.queue !== queue || row.deadBecause !== null) continue
    const name = row.group === null ? place : JSON.stringify([row.tenant, row.group])
    groups.set(name, [...(groups.get(name) ?? []), row])
  }
  return [...groups.values()].flatMap((members) => {
    const [row] = members.sort(inGroup)
    // Whoever of the group is held keeps the first one back, even one that was set later and is due before.
    const leases = members.map(({ leaseUntil }) => leaseUntil ?? '')
    return row ? [{ row, from: [row.readyAt, ...leases].sort().at(-1) ?? '' }] : []
  })
}

function inGroup(a: Task, b: Task): number {
  return compareText(a.dueAt, b.dueAt) || a.seq - b.seq || compareText(a.key, b.key)
}

/** Hands tasks to a claimer, each with a fence of its own. */
export function lease(tasks: Tasks, places: readonly Place[], leaseUntil: Instant): Claim[] {
  return places.flatMap((place) => {
    const row = tasks.rows.get(placeOf(place))
    if (!row) return []
    tasks.lastFence += 1
    Object.assign(row, { fence: tasks.lastFence, claims: row.claims + 1, leaseUntil })
    return [claimOf(row, row.claims - 1)]
  })
}

/** The row that a claim may settle so: a dead one to revive it, else one that it holds. */
export function settledRow(tasks: Tasks, claim: ClaimRef, settlement: Settlement): Row | null {
  if (!('revive' in settlement)) return heldRow(tasks, claim)
  const row = tasks.rows.get(placeOf(claim))
  return row?.fence === claim.fence && row.deadBecause !== null ? row : null
}

export function applySettlement(tasks: Tasks, claim: ClaimRef, settlement: Settlement): void {
  const row = settledRow(tasks, claim, settlement)
  if (!row) return
  if ('revive' in settlement) setTask(tasks, row.tenant, row)
  else if ('done' in settlement) clearTask(tasks, claim)
  else if ('extendTo' in settlement) row.leaseUntil = settlement.extendTo
  else if ('dead' in settlement) row.deadBecause = settlement.reason
  else if ('retryAt' in settlement)
    Object.assign(row, { leaseUntil: null, readyAt: [settlement.retryAt, row.dueAt].sort().at(-1) })
  else Object.assign(row, { leaseUntil: null, claims: row.claims - 1 })
}

export function deadTasks({ rows }: Tasks, tenant: string, queue: string): (Claim & { readonly reason: string })[] {
  const dead = [...rows.values()].filter((row) => row.tenant === tenant && row.queue === queue)
  return dead
    .sort(inGroup)
    .flatMap((row) => (row.deadBecause === null ? [] : [{ ...claimOf(row, row.claims), reason: row.deadBecause }]))
}

function claimOf(row: Row, attempts: number): Claim {
  const { tenant, queue, key, dueAt, group, seq, body, fence, leaseUntil } = row
  return {
    tenant,
    queue,
    key,
    dueAt,
    group,
    seq,
    body: structuredClone(body),
    fence,
    attempts,
    leaseUntil: leaseUntil ?? '',
  }
}
