/** Hands out tasks and takes them back: who holds what is decided in one transaction, whatever other processes do. */
import type { Claim, ClaimRef, Settlement, Store } from '../../desk/ports.ts'
import { type Instant, toInstant, toMs } from '../../domain/time.ts'
import { fromColumnText } from './column-text.ts'
import type { StoreStatements } from './session.ts'
import { one, rows, run, type Steps } from './steps.ts'
import { storedTask } from './task-sql.ts'

export type ClaimRequest = Parameters<Store['claim']>[1] & { readonly queue: string }

/** Whether any task of the queue can be claimed: asked without a lock, so that idle workers keep nobody from writing. */
export function* hasClaimable({ tasks }: StoreStatements, { queue, now }: ClaimRequest): Steps<boolean> {
  return (yield* one(tasks.claimable, { queue, now, limit: 1 })) !== undefined
}

/** See `Store.claim`. Must run within a transaction that writes, and that no other claim runs beside. */
export function* claimTasks({ tasks }: StoreStatements, { queue, now, limit, leaseMs }: ClaimRequest): Steps<Claim[]> {
  const leaseUntil = toInstant(toMs(now) + leaseMs)
  const found = (yield* rows(tasks.claimable, { queue, now, limit })).map(storedTask)
  const lastFence = Number((yield* one(tasks.nextFence, { n: found.length }))?.fence)
  const claims: Claim[] = []
  for (const [n, task] of found.entries()) {
    const fence = lastFence - found.length + 1 + n
    // A lease that ran out without being settled was a claim that came to nothing.
    const attempts = task.attempts + (task.leaseUntil === '' ? 0 : 1)
    const claim = { ...task, fence, attempts, leaseUntil }
    yield* run(tasks.take, claim)
    claims.push(claim)
  }
  return claims
}

/** See `Store.settle`. Must run within a transaction that writes. */
export function* settleTask({ tasks }: StoreStatements, claim: ClaimRef, settlement: Settlement): Steps<boolean> {
  return (yield* written(settlement)) > 0

  function written(given: Settlement): Steps<number> {
    const { done, retry, release, extend, die, revive } = tasks.settle
    if ('retryAt' in given) return run(retry, { ...claim, retryAt: given.retryAt })
    if ('extendTo' in given) return run(extend, { ...claim, extendTo: given.extendTo })
    if ('dead' in given) return run(die, { ...claim, reason: given.reason })
    if ('revive' in given) return run(revive, claim)
    return run('release' in given ? release : done, claim)
  }
}

/** See `Store.dead`. */
export function* deadTasks(
  { tasks }: StoreStatements,
  asked: { readonly tenant: string; readonly queue: string; readonly limit: number },
): Steps<(Claim & { readonly reason: string })[]> {
  return (yield* rows(tasks.dead, asked)).map((row) => ({
    ...storedTask(row),
    reason: fromColumnText(row.reason as string),
  }))
}

/** See `Store.nextDue`. */
export function* nextDue({ tasks }: StoreStatements, queue: string): Steps<Instant | null> {
  const next = yield* one(tasks.next, { queue })
  const instants = [next?.untouched, next?.moved, next?.waiting]
  return (instants.filter((instant) => typeof instant === 'string') as Instant[]).sort()[0] ?? null
}
