/** Work that was given up: seen, listed and, once its cause is mended, done again. */
import type { JsonObject } from '../domain/json.ts'
import { type Instant, toInstant } from '../domain/time.ts'
import { fault } from './desk-faults.ts'
import type { House } from './house.ts'
import type { Claim } from './ports.ts'

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
const AT_ONCE = 100

/** The dead tasks of a transport or of the timers, oldest first, at most 1,000. */
export async function deadTasks(house: House, { tenant = 'main', of }: DeadRequest): Promise<DeadTask[]> {
  const claims = await house.store.dead(tenant, queueOf(house, of), LISTED)
  return claims.map(({ queue, key, dueAt, attempts, reason, body }) => ({ queue, key, dueAt, attempts, reason, body }))
}

/**
 * Puts dead tasks back, due at once and with no attempt counted.
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
  const wanted = named ? claims.filter(({ key }) => named.has(key)) : claims
  // All are listed before the first is put back: what dies again meanwhile must not be met again.
  for (let from = 0; from < wanted.length; from += AT_ONCE)
    await revive(house, tenant, wanted.slice(from, from + AT_ONCE))
  return wanted.length
}

/** Replacing a task outdates whatever claim there is; that it was revived twice meanwhile changes nothing. */
async function revive({ store, clock }: House, tenant: string, claims: readonly Claim[]): Promise<void> {
  const set = claims.map(({ queue, key, dueAt, group, seq, body }) => {
    const due = toInstant(Math.min(Date.parse(dueAt), clock.now()))
    return { queue, key, dueAt: due, group, seq, body }
  })
  await store.commit({ tenant, writes: [], checks: [], journal: [], clear: [], settle: [], command: null, set })
}

function queueOf({ transports }: House, of: string): string {
  if (of === 'timer') return of
  if (transports.some(({ name }) => name === of)) return `out.${of}`
  const known = ['timer', ...transports.map(({ name }) => name)].join(', ')
  const issues = [{ place: 'of', reason: `is none of ${known}` }]
  throw fault('input.invalid', { command: 'The list of dead tasks', issues })
}
