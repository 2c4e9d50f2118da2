/** Carries committed changes to the transports: at least once, in the order of each record, never before the commit. */
import type { RecordKind } from '../domain/records.ts'
import { type Instant, toInstant } from '../domain/time.ts'
import type { DeskEvent } from './events.ts'
import type { House } from './house.ts'
import type { Claim } from './ports.ts'
import type { DeliveryFailure, Transport } from './transport.ts'
import type { Round } from './worker.ts'

const BATCH = 100
const LEASE_MS = 60_000
const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 3_600_000
const LONGEST_ASKED_MS = 86_400_000
const AT_ONCE = 10
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
  const start = round.now()
  while (!round.isStopping()) {
    const now = round.now()
    const claims = await house.store.claim(`out.${transport.name}`, { now, limit: BATCH, leaseMs: LEASE_MS })
    if (claims.length === 0) break
    delivered += await deliverAll(house, { transport, claims, round })
    // What came in meanwhile is the next round's: a busy transport keeps neither timers nor other transports waiting.
    if ((claims[0] as Claim).dueAt > start) break
    await round.breathe()
  }
  return delivered
}

interface Load {
  readonly transport: Transport
  readonly claims: readonly Claim[]
  readonly round: Round
}

/** Several at a time, since no two claims of one batch are about the same record, or go the same route. */
async function deliverAll(house: House, { transport, claims, round }: Load): Promise<number> {
  const waiting = [...claims]
  let delivered = 0
  const carry = async () => {
    for (let claim = waiting.shift(); claim !== undefined; claim = waiting.shift())
      if (round.isStopping()) await house.store.settle(claim, { release: true })
      else if (await deliver(house, { transport, claim, now: round.now })) delivered++
  }
  const carried = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, claims.length) }, carry))
  // Where the store failed for one, the round ends all the same only when nothing of it is under way any more.
  for (const one of carried) if (one.status === 'rejected') throw one.reason
  return delivered
}

interface Work {
  readonly transport: Transport
  readonly claim: Claim
  readonly now: Round['now']
}

/** Whether the transport took it. */
async function deliver(house: House, work: Work): Promise<boolean> {
  const { transport, claim } = work
  if (!(await isStillOurs(house, claim))) return false
  const stopBeating = beat(house, claim)
  try {
    const { route } = claim.body as { readonly route?: string }
    const delivery = { tenant: claim.tenant, events: await eventsOfChange(house, claim), attempts: claim.attempts }
    if (transport.routes && route === undefined) {
      const routes = await transport.routes(delivery)
      await stopBeating()
      await spread(house, claim, routes)
      return false
    }
    await house.observe(watchedAs(work), () =>
      transport.deliver(route === undefined ? delivery : { ...delivery, route }),
    )
  } catch (error) {
    await stopBeating()
    await afterFailure(house, work, error)
    return false
  }
  await stopBeating()
  await house.store.settle(claim, { done: true })
  return true
}

function watchedAs({ transport, claim, now }: Work) {
  const { tenant, key, attempts, dueAt } = claim
  const lagMs = Math.max(0, Date.parse(now()) - Date.parse(dueAt))
  return { name: 'delivery' as const, tenant, transport: transport.name, key, attempts, lagMs }
}

/** Puts a delivery for each route in the place of the one for all: one commit, so that none is lost or made twice. */
async function spread({ store }: House, claim: Claim, routes: readonly string[]): Promise<void> {
  const { tenant, queue, key, dueAt, group, seq, body } = claim
  const set = [...new Set(routes)].map((route) => ({
    ...{ queue, dueAt, seq },
    key: `${key}>${route}`,
    group: group === null ? null : `${group}>${route}`,
    body: { ...body, route },
  }))
  await store.commit({ tenant, writes: [], checks: [], journal: [], set, clear: [], settle: [claim], command: null })
}

/** A batch behind a slow transport outlasts its lease: one that is half over is made longer before the delivery. */
async function isStillOurs({ store, clock }: House, claim: Claim): Promise<boolean> {
  const now = clock.now()
  if (now < Date.parse(claim.leaseUntil) - LEASE_MS / 2) return true
  return store.settle(claim, { extendTo: toInstant(now + LEASE_MS) })
}

/** While a delivery takes its time, its lease is made longer again and again. Returns what ends that. */
function beat({ store, clock, pause }: House, claim: Claim): () => Promise<void> {
  let isOver = false
  let wake = (): void => {}
  const stop = {
    onStop: (wakeUp: () => void) => {
      wake = wakeUp
    },
  }
  const run = async () => {
    while (!isOver) {
      await pause(LEASE_MS / 3, stop)
      if (isOver) return
      try {
        await store.settle(claim, { extendTo: toInstant(clock.now() + LEASE_MS) })
      } catch {
        // No failure of the delivery, nor the last beat: at worst another worker delivers once more.
      }
    }
  }
  const beating = run()
  return async () => {
    isOver = true
    wake()
    await beating
  }
}

async function afterFailure(house: House, { transport, claim, now }: Work, error: unknown): Promise<void> {
  house.report({ where: 'transport', error, at: `${transport.name} ${claim.key}` })
  const reason = error instanceof Error ? error.message.slice(0, 500) : String(error).slice(0, 500)
  const { isFinal, retryAt } = (typeof error === 'object' && error !== null ? error : {}) as DeliveryFailure
  const isHopeless = isFinal === true || claim.attempts + 1 >= MAX_ATTEMPTS
  // From when it failed: a receiver that takes half a minute to time out would else be asked again at once.
  const again = latest(backOff(house, now(), claim.attempts), retryAt)
  await house.store.settle(claim, isHopeless ? { dead: true, reason } : { retryAt: again, reason })
}

/** Twice as long each time, and up to a quarter shorter by chance: those that failed together do not come back together. */
function backOff({ random }: House, now: Instant, attempts: number): Instant {
  const pause = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts)
  return toInstant(Date.parse(now) + Math.round(pause * (1 - random.next() / 4)))
}

/** The later of the two, and never more than a day away: no receiver puts a delivery off for good. */
function latest(own: Instant, asked: Instant | undefined): Instant {
  const ms = asked === undefined ? Number.NaN : Date.parse(asked)
  if (Number.isNaN(ms)) return own
  return toInstant(Math.max(Date.parse(own), Math.min(ms, Date.parse(own) + LONGEST_ASKED_MS)))
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
