/** Work that was given up: seen, listed and, once its cause is mended, done again. */
import type { JsonObject } from '../domain/json.ts'
import type { Instant } from '../domain/time.ts'
import { fault } from './desk-faults.ts'
import type { House } from './house.ts'

/** A delivery or a timer that nobody tries any more. */
export interface DeadTask {
  readonly queue: string
  readonly key: string
  readonly dueAt: Instant
  /** How often it was tried. */
  readonly attempts: number
  readonly reason: string
  /** The change that was to be delivered, or the command that was to be done. */
  readonly body: JsonObject
}

export interface DeadRequest {
  /** Absent: `main`. */
  readonly tenant?: string | undefined
  /** The name of a transport; `timer` stands for the desk's own timers. */
  readonly of: string
}

const LISTED = 1000
const ALL = 2 ** 31 - 1

/** The dead tasks of a transport or of the timers, oldest first, at most 1,000. */
export async function deadTasks(house: House, { tenant = 'main', of }: DeadRequest): Promise<DeadTask[]> {
  const claims = await house.store.dead(tenant, queueOf(house, of), LISTED)
  return claims.map(({ queue, key, dueAt, attempts, reason, body }) => ({ queue, key, dueAt, attempts, reason, body }))
}

/**
 * Puts dead tasks back, due as they were and with no attempt counted. One that was set anew meanwhile stays as it is.
 *
 * @param keys - absent: all of them.
 * @returns how many were put back.
 */
export async function reviveTasks(
  house: House,
  { tenant = 'main', of, keys }: DeadRequest & { readonly keys?: readonly string[] | undefined },
): Promise<number> {
  const named = keys && new Set(keys)
  const claims = await house.store.dead(tenant, queueOf(house, of), ALL)
  let revived = 0
  // All are listed before the first is put back: what dies again meanwhile must not be met again.
  for (const claim of claims)
    if (named?.has(claim.key) !== false && (await house.store.settle(claim, { revive: true }))) revived += 1
  return revived
}

function queueOf({ transports }: House, of: string): string {
  if (of === 'timer') return of
  if (transports.some(({ name }) => name === of)) return `out.${of}`
  const known = ['timer', ...transports.map(({ name }) => name)].join(', ')
  const issues = [{ place: 'of', reason: `is none of ${known}` }]
  throw fault('input.invalid', { command: 'The list of dead tasks', issues })
}
