/** Carries committed changes to the transports: at least once, in the order of each record, never before the commit. */
import type { RecordKind } from '../domain/records.ts'
import { type Instant, toInstant } from '../domain/time.ts'
import type { DeskEvent } from './events.ts'
import type { House } from './house.ts'
import type { Claim } from './ports.ts'
import type { Transport } from './transport.ts'
import type { Round } from './worker.ts'

const BATCH = 100
const LEASE_MS = 60_000
const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 3_600_000
/** About three days of hourly tries; then people look at it. */
export const MAX_ATTEMPTS = 80

/**
 * Delivers what waits for the transports.
 *
 * @returns how many deliveries succeeded.
 */
export async function deliverDue(house: House, round: Round): Promise<number> {
  let delivered = 0
  for (const transport of house.transports) delivered += await drain(house, transport, round)
  return delivered
}

async function drain(house: House, transport: Transport, round: Round): Promise<number> {
  let delivered = 0
  while (!round.isStopping()) {
    const now = round.now()
    const claims = await house.store.claim(`out.${transport.name}`, { now, limit: BATCH, leaseMs: LEASE_MS })
    if (claims.length === 0) break
    for (const claim of claims) {
      if (round.isStopping()) await house.store.settle(claim, { release: true })
      else delivered += await deliver(house, { transport, claim, now: round.now() })
    }
    await round.breathe()
  }
  return delivered
}

async function deliver(
  house: House,
  work: { readonly transport: Transport; readonly claim: Claim; readonly now: Instant },
): Promise<number> {
  const { transport, claim, now } = work
  if (!(await isStillOurs(house, claim))) return 0
  try {
    const events = await eventsOfChange(house, claim)
    await transport.deliver({ tenant: claim.tenant, events, attempts: claim.attempts })
  } catch (error) {
    house.report({ where: 'transport', error, at: `${transport.name} ${claim.key}` })
    const reason = error instanceof Error ? error.message.slice(0, 500) : String(error).slice(0, 500)
    const isHopeless = claim.attempts + 1 >= MAX_ATTEMPTS
    await house.store.settle(
      claim,
      isHopeless ? { dead: true, reason } : { retryAt: retryAt(now, claim.attempts), reason },
    )
    return 0
  }
  await house.store.settle(claim, { done: true })
  return 1
}

/** A batch behind a slow transport outlasts its lease: one that is half over is made longer before the delivery. */
async function isStillOurs({ store, clock }: House, claim: Claim): Promise<boolean> {
  const now = clock.now()
  if (now < Date.parse(claim.leaseUntil) - LEASE_MS / 2) return true
  return store.settle(claim, { extendTo: toInstant(now + LEASE_MS) })
}

function retryAt(now: Instant, attempts: number): Instant {
  return toInstant(Date.parse(now) + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts))
}

async function eventsOfChange({ store }: House, { tenant, body }: Claim): Promise<DeskEvent[]> {
  const { kind, id, version } = body as unknown as { kind: RecordKind; id: string; version: number }
  const events: DeskEvent[] = []
  for (let after = 0; ; ) {
    const page = await store.history(tenant, { of: { kind, id }, fromVersion: version, after, limit: 100 })
    for (const entry of page) {
      if (entry.version > version) return events
      events.push(JSON.parse(entry.body) as DeskEvent)
    }
    const last = page.at(-1)
    if (last === undefined || page.length < 100) return events
    after = last.position
  }
}
