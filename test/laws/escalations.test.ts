/**
 * Whatever workers there are, however late they look and wherever they crash: a desk tells just whom a replay of the same
 * history tells, each step of each loop once.
 */
import { type Acting, createDesk, type DeskEvent, isDeskError, type Store, storeFault } from 'deskwright'
import { type ReplayEscalationInput, replayEscalation } from 'deskwright/escalation'
import { manualClock, seededRandom } from 'deskwright/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { STORES } from '../desk/stores.ts'
import { history } from '../escalation/arbitraries.ts'
import { RUNS } from './program.ts'

const MINUTE = 60_000
const NAMES = ['ann', 'bob', 'cy', 'dee', 'eve'] as const

type Crash = 'no' | 'before' | 'after' | 'claimed'

/** A process on the store that may end before or after a commit, or with tasks in its hands. */
function mortal(store: Store, next: () => Crash): Store {
  const dead = () => storeFault('store.unavailable', { place: 'here', reason: 'the process ended' })
  return {
    ...store,
    commit: async (change) => {
      const crash = next()
      if (crash === 'before') throw dead()
      const outcome = await store.commit(change)
      if (crash === 'after') throw dead()
      return outcome
    },
    claim: async (queue, request) => {
      const claims = await store.claim(queue, request)
      if (claims.length > 0 && next() === 'claimed') throw dead()
      return claims
    },
    // One process of several does not end the store of all.
    close: async () => {},
  }
}

interface Plan {
  readonly given: ReplayEscalationInput
  readonly looks: readonly { readonly minute: number; readonly worker: number }[]
  readonly crashes: readonly Crash[]
  readonly workers: number
}

const crash = fc.constantFrom<Crash>('no', 'no', 'no', 'before', 'after', 'claimed')
const plan: fc.Arbitrary<Plan> = fc.record({
  given: history,
  workers: fc.integer({ min: 1, max: 4 }),
  looks: fc.array(fc.record({ minute: fc.integer({ min: 0, max: 60 * 30 }), worker: fc.nat() }), { maxLength: 12 }),
  crashes: fc.array(crash, { maxLength: 60 }),
})

/** Each event at a second of its own, so that none falls on the instant of a step that another one set. */
function apart({ events }: ReplayEscalationInput): ReplayEscalationInput['events'] {
  return events.map((event, n) => ({ ...event, at: Number(event.at) + n * 1000 }))
}

async function live({ given, looks, crashes, workers }: Plan, store: Store) {
  const events = apart(given)
  const start = Number(events[0]?.at)
  const clock = manualClock(new Date(start).toISOString())
  const waiting = [...crashes]
  let isCalm = true
  const next = () => (isCalm ? 'no' : (waiting.shift() ?? 'no'))
  const desks = await Promise.all(
    Array.from({ length: workers }, (_, n) =>
      createDesk({ store: mortal(store, next), clock, random: seededRandom(n + 1), report: () => {} }),
    ),
  )
  const desk = (n: number) => desks[n % workers] as (typeof desks)[number]
  const system = desk(0).as({ by: { kind: 'system', id: 'law' } })
  await system.policy.publish({ name: 'roles', document: { roles: { lead: { 'sla.get': 'any' } } } })
  const one = await system.team.create({ name: 'one' })
  const none = await system.team.create({ name: 'none' })
  const teams = { one: one.id, none: none.id }
  const ids = new Map<string, string>()
  for (const name of NAMES) {
    const teamIds = given.directory?.teams?.one?.includes(name) ? [one.id] : []
    const roles = ['agent', ...(given.directory?.roles?.lead?.includes(name) ? ['lead'] : [])]
    ids.set(name, (await system.agent.create({ name, roles, teamIds })).id)
  }
  const named = <T>(part: T): T =>
    JSON.parse(
      JSON.stringify(part)
        .replace(/"(ann|bob|cy|dee|eve)"/g, (_, name) => JSON.stringify(ids.get(name)))
        .replace(/"team":"(one|none)"/g, (_, name: 'one' | 'none') => `"team":"${teams[name]}"`),
    )
  await system.policy.publish({ name: 'calendars', document: named(given.calendars ?? {}) })
  const { schedules = {}, contacts = {} } = given
  await system.policy.publish({ name: 'onCall', document: named({ schedules, contacts }) })
  await system.policy.publish({ name: 'escalation', document: { policies: [named(given.policy)] } })
  const { assignee, team } = given.directory ?? {}
  const ticket = await system.ticket.open({
    requester: { email: 'ada@example.org' },
    ...{ subject: 'S', body: 'B', priority: (given.record as { priority: 'P1' }).priority },
    ...(team === 'one' || team === 'none' ? { teamId: teams[team] } : {}),
    ...(assignee == null ? {} : { assigneeId: ids.get(assignee) }),
  } as never)
  isCalm = false
  const moments = [
    ...events.map((event, n) => ({ at: Number(event.at), n, event })),
    ...looks.map(({ minute, worker }) => ({ at: start + minute * MINUTE + 500, n: worker, event: null })),
  ].sort((a, b) => a.at - b.at)
  const end = Math.max(Number(given.asOf), ...moments.map(({ at }) => at)) + 10 * MINUTE
  let escalationId = ''
  for (const { at, n, event } of moments) {
    clock.set(new Date(at).toISOString())
    if (event === null) {
      await desk(n)
        .tick()
        .catch(() => {})
      continue
    }
    const by = event.type === 'trigger' ? undefined : ids.get(event.by ?? '')
    const acting = desk(n).as({ by: by ? { kind: 'agent', id: by as 'agt_' } : { kind: 'system', id: 'law' } })
    const made = await persistently(() => act(acting, event, { ticketId: ticket.id, escalationId, commandId: `c${n}` }))
    escalationId = made?.id ?? escalationId
  }
  // Whatever workers had in their hands comes back when its lease ends, and what failed is tried again.
  isCalm = true
  for (let at = end - 5 * MINUTE; at <= end; at += MINUTE) {
    clock.set(new Date(at).toISOString())
    for (const worker of desks) await worker.tick()
  }
  const nameOf = (id: string) => [...ids].find(([, other]) => other === id)?.[0] ?? id
  const page = await system.event.find({ names: ['escalation.told'], limit: 1000 })
  const told = page.items.map((item) => {
    const { data } = item as DeskEvent<'escalation.told'>
    return tellingOf({ ...data, at: data.happenedAt, people: data.people.map(({ person }) => nameOf(person)) })
  })
  const record = await system.escalation.get({ escalationId: escalationId as 'esc_' })
  const dead = await desk(0).dead({ of: 'timer' })
  const verified = await desk(0).verify()
  return { told, record, end, events, dead, verified, nameOf }
}

type Event = ReplayEscalationInput['events'][number]

async function act(
  acting: Acting,
  event: Event,
  { ticketId, escalationId, commandId }: { ticketId: string; escalationId: string; commandId: string },
) {
  const named = { escalationId: escalationId as 'esc_' }
  if (event.type !== 'trigger') return acting.escalation[event.type](named, { commandId })
  const input = { ticketId: ticketId as 'tkt_', policy: 'random', urgency: event.urgency ?? 'high' }
  return acting.escalation.start(input, { commandId })
}

/** Again and again under one command id, as a caller does who does not know whether it was done; a refusal is an answer. */
async function persistently<T>(work: () => Promise<T>): Promise<T | null> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isDeskError(error) || error.kind === 'invalid') throw error
      if (error.kind === 'refused') return null
    }
  }
}

function tellingOf(one: {
  readonly at: string | number
  readonly run: number
  readonly loop: number
  readonly step: number
  readonly cycle: number
  readonly because: string
  readonly people: readonly string[]
  readonly webhooks: readonly string[]
}): string {
  const place = `${one.run}/${one.cycle}/${one.loop}/${one.step}`
  return `${new Date(one.at).toISOString()} ${place} ${one.because}: ${[...one.people].sort().join(' ')} ${one.webhooks.join(' ')}`
}

describe.each(STORES)('escalations on $name', ({ open }) => {
  it('are told once each, as a replay tells them, in random histories', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (one) => {
        const store = open()
        const { told, record, end, events, dead, verified, nameOf } = await live(one, store)
        const replayed = replayEscalation({ ...one.given, events, asOf: end })
        expect(told).toEqual(
          replayed.tellings.map((telling) =>
            tellingOf({ ...telling, people: telling.people.map(({ person }) => person) }),
          ),
        )
        expect({
          ...{ status: record.status, loop: record.loop, step: record.step, cycle: record.cycle },
          acknowledgedBy: record.acknowledgedBy.map(nameOf),
          nextAt: record.nextAt === null ? null : Date.parse(record.nextAt),
        }).toEqual({
          ...{ status: replayed.state, loop: replayed.loop, step: replayed.step, cycle: replayed.cycle },
          ...{ acknowledgedBy: replayed.acknowledgedBy, nextAt: replayed.nextAt },
        })
        const places = told.map((line) => line.split(' ')[1])
        expect(new Set(places).size).toBe(places.length)
        expect({ dead, findings: verified.findings }).toEqual({ dead: [], findings: [] })
        await store.close()
      }),
      { numRuns: RUNS(8) },
    )
  })
})
