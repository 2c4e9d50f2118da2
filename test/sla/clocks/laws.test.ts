/** What holds for the clocks of every ticket, whatever happens to it and whoever looks when. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { followTicket } from '../../../src/sla/follow-ticket.ts'
import {
  type ClockEvent,
  type ClockHappening,
  METRICS,
  type Metric,
  replayClocks,
  type SlaPolicyDefinition,
} from '../../../src/sla/sla.ts'
import { HOUR } from '../hours.ts'
import { type Life, lifeOf } from './arbitrary-history.ts'
import { batchesOf, bookOf, moved } from './steps.ts'

const numRuns = Number(process.env.FC_RUNS ?? 150)

/** Holds a property on as many random lives as there is time for. */
function law<Ts extends [unknown, ...unknown[]]>(
  ...args: [...arbitraries: { [K in keyof Ts]: fc.Arbitrary<Ts[K]> }, predicate: (...values: Ts) => void]
): void {
  fc.assert(fc.property<Ts>(...args), { numRuns })
}

const share = fc.double({ min: 0, max: 1, noNaN: true })

/** An instant somewhere in a life, or exactly at one that matters. */
function someInstant({ events, asOf }: Life, at: number, which: readonly number[]): number {
  const first = events[0]?.at as number
  const matter = which.filter((one) => one >= first && one <= asOf)
  const exact = matter[Math.floor(at * 2 * matter.length)]
  return exact ?? Math.floor(first + (asOf - first) * at)
}

function withNotes(life: Life, shares: readonly number[]): ClockEvent[] {
  const instants = replayClocks(life).happened.flatMap(({ at, dueAt }) => [
    at,
    at + 1,
    ...(dueAt === null ? [] : [dueAt, dueAt + 1]),
  ])
  const notes = shares.map(
    (one): ClockEvent => ({ at: someInstant(life, one, instants), type: one > 0.4 ? 'note' : 'autoMessage' }),
  )
  return [...life.events, ...notes].sort((a, b) => (a.at as number) - (b.at as number))
}

describe('looking at clocks', () => {
  it('once or many times brings the same events and the same readings', () => {
    law(lifeOf(), fc.array(share, { maxLength: 12 }), (life, shares) => {
      expect(replayClocks({ ...life, events: withNotes(life, shares) })).toEqual(replayClocks(life))
    })
  })

  it('changes nothing where nothing is due: the very state is given back', () => {
    law(lifeOf(), fc.integer({ min: 0, max: 50 * HOUR }), (life, back) => {
      const book = bookOf(life)
      const batches = batchesOf(life)
      const { state } = moved(batches, book)
      const last = batches.at(-1) as (typeof batches)[number]
      for (const at of [last.at, last.at - back]) {
        const again = followTicket(state, { ...last, at, inputs: [] }, book.at(last.at))
        expect(again.state).toBe(state)
        expect(again.happened).toEqual([])
      }
      // What is to be told next lies ahead.
      const next = Object.values(state.clocks).flatMap(({ nextAt }) => (nextAt === null ? [] : [nextAt]))
      expect(Math.min(last.at, ...next)).toBe(last.at)
    })
  })

  it('with a clock that went back breaches nothing again, meets nothing again, takes nothing back', () => {
    law(lifeOf(), fc.nat({ max: 30 * HOUR }), (life, back) => {
      const book = bookOf(life)
      const batches = batchesOf(life)
      const last = batches.at(-1) as (typeof batches)[number]
      const look = { at: life.asOf, inputs: [], subject: last.subject }
      const { state, happened } = moved([...batches, look], book)
      const earlier = followTicket(state, { ...look, at: life.asOf - back }, book.at(life.asOf))
      expect(earlier.state).toEqual(state)
      const later = moved([...batches, look, { ...look, at: life.asOf - back }, look], book)
      expect(later.happened).toEqual(happened)
    })
  })

  it('with a clock that went back takes what happens as of the latest instant there was', () => {
    law(lifeOf(), fc.integer({ min: 1, max: 30 * HOUR }), (life, back) => {
      const book = bookOf(life)
      const batches = batchesOf(life)
      const { at, subject } = batches.at(-1) as (typeof batches)[number]
      const { state } = moved(batches, book)
      const pended = { inputs: [{ type: 'status', category: 'pending', status: 'pending' }], subject } as const
      const late = followTicket(state, { ...pended, at: state.at - back }, book.at(at))
      expect(late).toEqual(followTicket(state, { ...pended, at: state.at }, book.at(at)))
    })
  })

  it('after the state went through JSON at every step gives the same', () => {
    law(lifeOf(), (life) => {
      const book = bookOf(life)
      const through = moved(batchesOf(life), book, (state) => JSON.parse(JSON.stringify(state)))
      expect(through).toEqual(moved(batchesOf(life), book))
    })
  })
})

/** Kinds of events that have an order of their own within an instant. */
function orderOf(event: ClockEvent): string {
  if (event.type === 'restored' || event.type === 'deleted' || event.type === 'merged') return 'aside'
  return event.type === 'due' ? `due ${event.metric}` : event.type === 'calendar' ? event.name : event.type
}

/** The events of each instant in another order, those of one kind in their own. */
function shuffled(events: readonly ClockEvent[], ranks: readonly number[]): ClockEvent[] {
  const ranked = events.map((event, index) => ({ event, index, rank: ranks[index % ranks.length] ?? 0 }))
  const sorted = ranked.toSorted((a, b) => (a.event.at as number) - (b.event.at as number) || a.rank - b.rank)
  const queues = new Map<string, ClockEvent[]>()
  for (const event of events) {
    const key = `${event.at} ${orderOf(event)}`
    queues.set(key, [...(queues.get(key) ?? []), event])
  }
  return sorted.map(({ event }) => queues.get(`${event.at} ${orderOf(event)}`)?.shift() as ClockEvent)
}

describe('order', () => {
  it('of the events of one instant does not matter', () => {
    law(lifeOf(), fc.array(share, { minLength: 20, maxLength: 20 }), (life, ranks) => {
      expect(replayClocks({ ...life, events: shuffled(life.events, ranks) })).toEqual(replayClocks(life))
    })
  })

  it('of two commits of one instant that have nothing to do with each other does not matter', () => {
    const speech = fc.constantFrom('customerMessage', 'agentMessage', 'note', 'botMessage')
    const move = fc.constantFrom(
      { type: 'status', category: 'pending', status: 'pending' },
      { type: 'status', category: 'open', status: 'open' },
      { type: 'team', teamId: 'z' },
      { type: 'team', teamId: null },
    )
    law(lifeOf({ modes: ['carry'] }), speech, move, fc.nat({ max: 20 * HOUR }), (life, type, second, wait) => {
      const book = bookOf(life)
      const batches = batchesOf(life)
      const { subject, at } = batches.at(-1) as (typeof batches)[number]
      // A message on a solved ticket has to do with its reopening.
      if (moved(batches, book).state.facts.category.match(/solved|closed/)) return
      const one = { at: at + wait, inputs: [{ type }], subject }
      const other = { at: at + wait, inputs: [second], subject }
      const first = moved([...batches, one, other] as never, book)
      const swapped = moved([...batches, other, one] as never, book)
      expect(swapped.state.clocks).toEqual(first.state.clocks)
      expect(swapped.state.facts).toEqual(first.state.facts)
      // A pause of no length may be told of, or not; and what starts in a pause is not due yet.
      const text = (happened: readonly ClockHappening[]) =>
        happened
          .filter(({ name }) => name !== 'sla.paused' && name !== 'sla.resumed')
          .map(({ name, metric, cycle, at, late }) => `${name} ${metric} ${cycle} ${at} ${late}`)
          .sort()
      expect(text(swapped.happened)).toEqual(text(first.happened))
    })
  })
})

/** Everything but another promise. */
const UNCHANGED = [
  'customerMessage',
  'agentMessage',
  'botMessage',
  'status',
  'team',
  'calendar',
  'deleted',
  'restored',
] as const

describe('the clocks of a ticket', () => {
  it('know nothing of each other: each runs as it would alone', () => {
    law(lifeOf(), fc.constantFrom(...METRICS), (life, metric) => {
      const alone = (policy: SlaPolicyDefinition): SlaPolicyDefinition => ({
        ...policy,
        metrics: { [metric]: policy.metrics[metric] ?? { target: { nobody: 1 } } },
      })
      const events = life.events.map((event) =>
        event.type === 'policy' ? { ...event, policy: alone(event.policy as SlaPolicyDefinition) } : event,
      )
      const single = replayClocks({ ...life, policy: alone(life.policy), events })
      const all = replayClocks(life)
      expect(single.cycles[metric]).toEqual(all.cycles[metric])
      const own = (metricOf: Metric) => (one: { readonly metric: Metric }) => one.metric === metricOf
      expect(single.happened.filter(own(metric))).toEqual(all.happened.filter(own(metric)))
    })
  })

  it('tell each thing once for each cycle, and each cycle ends in one way', () => {
    law(lifeOf(), (life) => {
      const { happened, cycles } = replayClocks(life)
      const keys = happened
        .filter(({ name }) => name !== 'sla.paused' && name !== 'sla.resumed' && name !== 'sla.changed')
        .map(({ name, metric, cycle, level }) => {
          const end = name === 'sla.met' || name === 'sla.cancelled' ? 'ended' : name
          return `${metric} ${cycle} ${end} ${level ?? ''}`
        })
      expect(keys.filter((key, index) => keys.indexOf(key) < index)).toEqual([])
      for (const list of Object.values(cycles)) {
        expect(list.map(({ cycle }) => cycle)).toEqual(list.map((_, index) => index + 1))
        expect(list.slice(0, -1).every(({ stoppedAt }) => stoppedAt !== null)).toBe(true)
      }
    })
  })

  it('pause and resume in turn', () => {
    law(lifeOf(), (life) => {
      const stands = new Map<string, boolean>()
      for (const { name, metric, cycle } of replayClocks(life).happened) {
        const key = `${metric} ${cycle}`
        if (name === 'sla.paused') expect(stands.get(key) ?? false).toBe(false)
        if (name === 'sla.resumed') expect(stands.get(key)).toBe(true)
        if (name === 'sla.paused' || name === 'sla.resumed') stands.set(key, name === 'sla.paused')
      }
    })
  })

  it('never run longer than time itself, and never in a pause', () => {
    law(lifeOf(), fc.nat({ max: 30 * HOUR }), (life, more) => {
      const now = replayClocks(life)
      const later = replayClocks({ ...life, asOf: life.asOf + more })
      for (const metric of METRICS)
        now.cycles[metric]?.forEach((clock, index) => {
          const next = later.cycles[metric]?.[index]
          const wall = (clock.stoppedAt ?? life.asOf) - clock.startedAt
          expect(clock.elapsed).toBeGreaterThanOrEqual(0)
          expect(clock.elapsed + clock.paused.wall).toBeLessThanOrEqual(wall)
          expect(clock.paused.working).toBeLessThanOrEqual(clock.paused.wall)
          expect(clock.remaining).toBe(clock.target - clock.elapsed)
          if (clock.state === 'paused') expect(next?.elapsed).toBe(clock.elapsed)
          expect(next?.elapsed).toBeGreaterThanOrEqual(clock.elapsed)
        })
    })
  })

  it('stay late once they are late, as of the same instant', () => {
    law(lifeOf(), share, (life, part) => {
      const before = life.events.slice(0, 1 + Math.floor(part * life.events.length))
      const early = replayClocks({ ...life, events: before, asOf: before.at(-1)?.at as number })
      const late = replayClocks(life)
      for (const metric of METRICS)
        early.cycles[metric]?.forEach((clock, index) => {
          if (!clock.breached) return
          expect(late.cycles[metric]?.[index]).toMatchObject({ breached: true, breachedAt: clock.breachedAt })
        })
    })
  })

  it('are late exactly when they say so, as of the due instant then in force', () => {
    law(lifeOf(), (life) => {
      const { happened, cycles } = replayClocks(life)
      for (const list of Object.values(cycles))
        for (const clock of list) {
          const breaches = happened.filter(
            ({ name, metric, cycle }) => name === 'sla.breached' && metric === clock.metric && cycle === clock.cycle,
          )
          expect(breaches.map(({ at, dueAt, retroactive }) => [at, dueAt, retroactive])).toEqual(
            clock.breached ? [[clock.breachedAt, clock.breachedAt, clock.retroactive]] : [],
          )
          const isLate = clock.state === 'breached' || clock.state === 'metLate'
          if (clock.state !== 'cancelled' && clock.state !== 'paused') expect(isLate).toBe(clock.breached)
          if (clock.state === 'met')
            expect(clock.dueAt ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(clock.stoppedAt as number)
          if (clock.state === 'running') expect(clock.dueAt ?? life.asOf).toBeGreaterThanOrEqual(life.asOf)
        }
    })
  })

  it('are due no earlier when the target is longer', () => {
    law(lifeOf({ modes: ['carry'] }, UNCHANGED), fc.integer({ min: 1, max: 20 * HOUR }), (life, more) => {
      const metrics = Object.fromEntries(
        Object.entries(life.policy.metrics).map(([metric, rule]) => {
          const { target } = rule as { target: number | Record<string, number> }
          const grown = Object.entries(target).map(([priority, ms]) => [priority, ms + more])
          return [metric, { ...rule, target: typeof target === 'number' ? target + more : Object.fromEntries(grown) }]
        }),
      )
      const short = replayClocks(life)
      const long = replayClocks({ ...life, policy: { ...life.policy, metrics } })
      for (const metric of METRICS)
        short.cycles[metric]?.forEach((clock, index) => {
          const other = long.cycles[metric]?.[index]
          expect(other?.elapsed).toBe(clock.elapsed)
          if (clock.dueAt !== null && other?.dueAt != null) expect(other.dueAt).toBeGreaterThanOrEqual(clock.dueAt)
          if (other?.breached) expect(clock.breached).toBe(true)
        })
    })
  })

  it('do not notice a pause that begins and ends in one instant', () => {
    law(lifeOf(), share, (life, part) => {
      const index = 1 + Math.floor(part * (life.events.length - 1))
      const before = life.events.slice(0, index)
      const at = before.at(-1)?.at as number
      // After the last event of its instant; and the status that stands, again.
      if (life.events[index]?.at === at) return
      const status = before.findLast((event) => event.type === 'status' || event.type === 'created') as {
        status: string
      }
      const back = { ...status, at, type: 'status' } as ClockEvent
      const blink = [{ at, type: 'status', status: 'pending' } as ClockEvent, back]
      if (['solved', 'closed'].includes(status.status)) return
      const events = [...before, ...blink, ...life.events.slice(index)]
      expect(replayClocks({ ...life, events }).cycles).toEqual(replayClocks(life).cycles)
    })
  })
})
