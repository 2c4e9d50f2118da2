/** Rings what is due: each timer is a command that is done as of the instant at which it was due, exactly once. */
import { isDeskError } from '../domain/fault.ts'
import { type Instant, toInstant } from '../domain/time.ts'
import { type CommandName, commands } from './commands.ts'
import { handle } from './handle.ts'
import type { House } from './house.ts'
import type { Claim } from './ports.ts'

const BATCH = 100
const LEASE_MS = 30_000
const RETRY_MS = 60_000

/**
 * Rings all timers due at `now` or before, in the order of their instants; a timer that rings may set others, which
 * ring in the same call when they are due as well. So one jump and many small steps give the same events.
 *
 * @returns how many rang.
 */
export async function ringDue(house: House, now: Instant): Promise<number> {
  let rung = 0
  for (;;) {
    const claims = await house.store.claim('timer', { now, limit: BATCH, leaseMs: LEASE_MS })
    if (claims.length === 0) return rung
    rung += await ringInOrder(house, claims, now)
  }
}

async function ringInOrder(house: House, claims: readonly Claim[], now: Instant): Promise<number> {
  let rung = 0
  for (const [index, claim] of claims.entries()) {
    await ring(house, claim, now)
    rung++
    const following = claims[index + 1]
    if (following === undefined) break
    // A timer that rang may have set one that is due before the next in hand: give the rest back and look again.
    const next = await house.store.nextDue('timer')
    if (next !== null && next < following.dueAt) {
      for (const rest of claims.slice(index + 1)) await house.store.settle(rest, { release: true })
      break
    }
  }
  return rung
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
