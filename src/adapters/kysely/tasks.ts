/** Hands out tasks and takes them back: who holds what is decided in one transaction, whatever other processes do. */
import type { Claim, ClaimRef, Settlement, Store } from '../../desk/ports.ts'
import { type Instant, toInstant, toMs } from '../../domain/time.ts'
import { fromColumnText } from './column-text.ts'
import type { Session } from './session.ts'
import type { Row } from './sqlite-driver.ts'
import { one, rows, run } from './statements.ts'
import { storedTask } from './task-sql.ts'

type ClaimRequest = Parameters<Store['claim']>[1]

/** See `Store.claim`. Asks without a lock first, so that idle workers keep nobody from writing. */
export function claimTasks({ driver, statements }: Session, queue: string, request: ClaimRequest): Claim[] {
  const { now, limit, leaseMs } = request
  const leaseUntil = toInstant(toMs(now) + leaseMs)
  const { claimable, nextFence, take } = statements.tasks
  if (!one(driver, claimable, { queue, now, limit: 1 })) return []
  return driver.write(() => {
    const found = rows(driver, claimable, { queue, now, limit }).map(storedTask)
    const lastFence = Number(one(driver, nextFence, { n: found.length })?.fence)
    return found.map((task, n) => {
      const fence = lastFence - found.length + 1 + n
      // A lease that ran out without being settled was a claim that came to nothing.
      const attempts = task.attempts + (task.leaseUntil === '' ? 0 : 1)
      const claim = { ...task, fence, attempts, leaseUntil }
      run(driver, take, claim)
      return claim
    })
  })
}

/** See `Store.settle`. Must run within a transaction that writes. */
export function settleTask({ driver, statements }: Session, claim: ClaimRef, settlement: Settlement): boolean {
  return written(settlement) > 0

  function written(given: Settlement): number {
    const { done, retry, release, extend, die } = statements.tasks.settle
    if ('retryAt' in given) return run(driver, retry, { ...claim, retryAt: given.retryAt })
    if ('extendTo' in given) return run(driver, extend, { ...claim, extendTo: given.extendTo })
    if ('dead' in given) return run(driver, die, { ...claim, reason: given.reason })
    return run(driver, 'release' in given ? release : done, claim)
  }
}

/** See `Store.dead`. */
export function deadTasks({ driver, statements }: Session, asked: { tenant: string; queue: string; limit: number }) {
  return rows(driver, statements.tasks.dead, asked).map((row) => ({
    ...storedTask(row),
    reason: fromColumnText(row.reason as string),
  }))
}

/** See `Store.nextDue`. Must run within a transaction, since it reads three times. */
export function nextDue({ driver, statements }: Session, queue: string): Instant | null {
  const { nextUntouched, nextMoved, waiting } = statements.tasks
  const instants = [
    one(driver, nextUntouched, { queue })?.at,
    one(driver, nextMoved, { queue })?.at,
    ...rows(driver, waiting, { queue }).map(laterOfBoth),
  ]
  return (instants.filter((instant) => typeof instant === 'string') as Instant[]).sort()[0] ?? null
}

function laterOfBoth(row: Row): Instant {
  return [row.lease_until as Instant, row.first_at as Instant].sort()[1] ?? ''
}
