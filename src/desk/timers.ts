/** Rings what is due: each timer is a command that is done as of the instant at which it was due, exactly once. */
import { isDeskError } from '../domain/fault.ts'
import { type Instant, toInstant } from '../domain/time.ts'
import { type CommandName, commands } from './commands.ts'
import { handle } from './handle.ts'
import type { House } from './house.ts'
import type { Claim } from './ports.ts'
import type { Round } from './worker.ts'

const BATCH = 100
const LEASE_MS = 30_000
const RETRY_MS = 60_000

/**
 * Rings all timers that are due, in the order of their instants; a timer that rings may set others, which ring in the
 * same call when they are due as well. So one jump and many small steps give the same events.
 *
 * @returns how many rang.
 */
export async function ringDue(house: House, round: Round): Promise<number> {
  let rung = 0
  while (!round.isStopping()) {
    const claims = await house.store.claim('timer', { now: round.now(), limit: BATCH, leaseMs: LEASE_MS })
    if (claims.length === 0) break
    rung += await ringInOrder(house, claims, round)
    await round.breathe()
  }
  return rung
}

async function ringInOrder(house: House, claims: readonly Claim[], round: Round): Promise<number> {
  for (const [index, claim] of claims.entries()) {
    await ring(house, claim, round.now())
    const rest = claims.slice(index + 1)
    if (rest.length > 0 && (round.isStopping() || (await isOvertaken(house, rest[0] as Claim)))) {
      for (const one of rest) await house.store.settle(one, { release: true })
      return index + 1
    }
  }
  return claims.length
}

/** Whether something is due before the next timer in hand: one that has just been set, or was waiting behind the one that rang. */
async function isOvertaken({ store }: House, { dueAt }: Claim): Promise<boolean> {
  const next = await store.nextDue('timer')
  return next !== null && next < dueAt
}

async function ring(house: House, claim: Claim, now: Instant): Promise<void> {
  const { command, input } = claim.body as { readonly command: string; readonly input: object }
  try {
    if (!Object.hasOwn(commands, command)) throw new Error(`no command ${command}`)
    await handle(house, {
      tenant: claim.tenant,
      by: { kind: 'system', id: 'timer' },
      name: command as CommandName,
      input,
      at: claim.dueAt,
      cause: [{ kind: 'timer', id: claim.key }],
      settle: claim,
    })
  } catch (error) {
    await afterFailure(house, claim, { error, now })
  }
}

/** A refusal is final: the ticket no longer is as the timer expected. Anything else may pass, and is tried again. */
async function afterFailure(
  house: House,
  claim: Claim,
  { error, now }: { readonly error: unknown; readonly now: Instant },
): Promise<void> {
  if (isDeskError(error, 'store.stale-claim')) return
  house.report({ where: 'timer', error, at: claim.key })
  const isFinal =
    isDeskError(error) && (error.kind === 'refused' || error.kind === 'not-found' || error.kind === 'invalid')
  const retryAt = toInstant(Math.max(house.clock.now(), Date.parse(now)) + RETRY_MS)
  await house.store.settle(claim, isFinal ? { dead: true, reason: error.code } : { retryAt, reason: String(error) })
}
