/** Rings what is due: each timer is a command that is done as of the instant at which it was due, exactly once. */
import { isDeskError } from '../domain/fault.ts'
import { type Instant, toInstant } from '../domain/time.ts'
import type { Hands } from './hands.ts'
import type { House } from './house.ts'
import type { Claim } from './ports.ts'
import { inOrder, together } from './together.ts'
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
export async function ringDue(house: House, round: Round, hands: Hands): Promise<number> {
  let rung = 0
  const start = round.now()
  while (!round.isStopping()) {
    const claims = await claimDue(house, round)
    if (claims.length === 0) break
    rung += await (isWhole(claims) ? ringInstant : ringInOrder)(house, claims, { round, hands })
    // What fell due meanwhile is the next round's: busy timers keep no delivery waiting.
    if ((claims[0] as Claim).dueAt > start) break
    await round.breathe()
  }
  return rung
}

async function claimDue({ store }: House, round: Round): Promise<readonly Claim[]> {
  return round.isStopping() ? [] : store.claim('timer', { now: round.now(), limit: BATCH, leaseMs: LEASE_MS })
}

/** Whether all that could be claimed is of one instant: more of it may be due. */
function isWhole(claims: readonly Claim[]): boolean {
  return claims.length === BATCH && chordOf(claims).length === BATCH
}

interface Ringer {
  readonly round: Round
  readonly hands: Hands
}

/**
 * Rings timers of one instant, which are more than one claim holds, and what was claimed behind them. While some are
 * committed, the next are claimed and begun.
 */
async function ringInstant(house: House, first: readonly Claim[], ringer: Ringer): Promise<number> {
  const ringing: Promise<void>[] = []
  let [count, chord, next] = [0, first, first]
  try {
    while (next.length > 0 && chordOf([...chord, ...next]).length === chord.length + next.length) {
      chord = next
      // Two at a time: one is decided while the other is committed.
      if (ringing.length > 1) await ringing.shift()
      const begun = ringChord(house, chord, { now: ringer.round.now(), hands: ringer.hands })
      // What it fails by is told where it is waited for.
      begun.catch(() => undefined)
      ringing.push(begun)
      count += chord.length
      next = await claimDue(house, ringer.round)
    }
  } finally {
    await Promise.all(ringing)
  }
  if (next.length === 0) return count
  if (await mustGiveBack(house, next, ringer)) return count
  return count + (await ringInOrder(house, next, ringer))
}

async function ringInOrder(house: House, claims: readonly Claim[], { round, hands }: Ringer): Promise<number> {
  let rest = claims
  while (rest.length > 0) {
    const chord = chordOf(rest)
    await ringChord(house, chord, { now: round.now(), hands })
    rest = rest.slice(chord.length)
    if (rest.length > 0 && (await mustGiveBack(house, rest, { round, hands }))) break
  }
  return claims.length - rest.length
}

/** Whether others come before these, which are given back then: what has just been set, or was waiting behind what rang. */
async function mustGiveBack(house: House, claims: readonly Claim[], { round }: Ringer): Promise<boolean> {
  if (!round.isStopping() && !(await isOvertaken(house, claims[0] as Claim))) return false
  for (const claim of claims) await house.store.settle(claim, { release: true })
  return true
}

/** The first timers that are due at one instant in one tenant. No two of them are about the same ticket; a cascade, which is large, rings alone. */
function chordOf(claims: readonly Claim[]): readonly Claim[] {
  const first = claims[0] as Claim
  const isApart = ({ dueAt, tenant, body }: Claim) =>
    dueAt !== first.dueAt || tenant !== first.tenant || body.command === 'ticket.cascade'
  const end = isApart(first) ? 1 : claims.findIndex(isApart)
  return end === -1 ? claims : claims.slice(0, end)
}

/** Whether something is due before the next timer in hand. */
async function isOvertaken({ store }: House, { dueAt }: Claim): Promise<boolean> {
  const next = await store.nextDue('timer')
  return next !== null && next < dueAt
}

interface Ringing {
  readonly now: Instant
  readonly hands: Hands
}

/** Timers of one instant ring in one commit; where that cannot be done, each in its own. */
async function ringChord(house: House, chord: readonly Claim[], ringing: Ringing): Promise<void> {
  if (chord.length === 1) return ringAlone(house, chord[0] as Claim, ringing)
  const { tenant } = chord[0] as Claim
  try {
    const done = await together(house, {
      tenant,
      work: (inner) => inOrder(inner, chord, (one, claim) => ring(one, claim, ringing)),
    })
    for (const [n, piece] of done.result.entries())
      if ('error' in piece) await afterFailure(house, chord[n] as Claim, { error: piece.error, now: ringing.now })
  } catch {
    // One claim that somebody else holds meanwhile, one change too many: alone, each of them has its own answer.
    for (const claim of chord) await ringAlone(house, claim, ringing)
  }
}

async function ringAlone(house: House, claim: Claim, ringing: Ringing): Promise<void> {
  try {
    await ring(house, claim, ringing)
  } catch (error) {
    await afterFailure(house, claim, { error, now: ringing.now })
  }
}

async function ring(house: House, claim: Claim, { now, hands }: Ringing): Promise<void> {
  const { command, input } = claim.body as { readonly command: string; readonly input: object }
  if (!hands.names.has(command)) throw new Error(`no command ${command}`)
  const { tenant, key, dueAt } = claim
  const lagMs = Math.max(0, Date.parse(now) - Date.parse(dueAt))
  await house.observe({ name: 'timer', tenant, command, key, lagMs }, () =>
    hands.act(house, {
      tenant: claim.tenant,
      by: { kind: 'system', id: 'timer' },
      name: command,
      input,
      at: claim.dueAt,
      cause: [{ kind: 'timer', id: claim.key }],
      settle: claim,
    }),
  )
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
