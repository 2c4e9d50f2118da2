/** Hands out tasks on MariaDB: one claim after the other, each in four statements whatever the number of tasks. */
import type { Claim } from '../../desk/ports.ts'
import { toInstant, toMs } from '../../domain/time.ts'
import { toColumnText } from './column-text.ts'
import type { MariadbStatements, Taken } from './mariadb-statements.ts'
import { one, rows, run, type Steps } from './steps.ts'
import { storedTask } from './task-sql.ts'
import type { ClaimRequest } from './tasks.ts'

/**
 * See `Store.claim`. Must run within a transaction that writes, and whose statements see what others have committed.
 * The fences are taken first: that holds up other claims, so that none hands out two tasks of one group, and nobody who
 * sets or settles tasks. Tasks that others write to meanwhile are passed over.
 */
export function* claimInTurn(statements: MariadbStatements, request: ClaimRequest): Steps<Claim[]> {
  const { queue, now, limit, leaseMs } = request
  const leaseUntil = toInstant(toMs(now) + leaseMs)
  const lastFence = Number((yield* one(statements.tasks.nextFence, { n: limit }))?.fence)
  const held = (yield* rows(statements.holdClaimable, { queue, now, limit })).map(storedTask)
  if (held.length === 0) return []
  const asked = { queue, now, limit, held: JSON.stringify(held.map(takenOf)) }
  const free = (yield* rows(statements.stillFree, asked)).map(storedTask)
  const claims = free.map((task, n) => ({
    ...task,
    leaseUntil,
    fence: lastFence - limit + 1 + n,
    // A lease that ran out without being settled was a claim that came to nothing.
    attempts: task.attempts + (task.leaseUntil === '' ? 0 : 1),
  }))
  yield* run(statements.takeAll, { leaseUntil, taken: JSON.stringify(claims.map(takenOf)) })
  return claims
}

function takenOf({ tenant, queue, key, fence, attempts }: Claim): Taken {
  return { tenant: toColumnText(tenant), queue: toColumnText(queue), key: toColumnText(key), fence, attempts }
}
