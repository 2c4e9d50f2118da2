/** Random policies and random lives of tickets for the laws of clocks; many things happen at one instant. */
import fc from 'fast-check'
import type {
  CalendarDefinition,
  ClockEvent,
  Metric,
  MetricDefinition,
  SlaPolicyDefinition,
} from '../../../src/sla/sla.ts'
import { METRICS } from '../../../src/sla/sla.ts'
import { HOUR, MINUTE, office, on as week } from '../hours.ts'
import { t } from './play.ts'

export const CALENDARS = {
  office: office('UTC', '09:00', '17:00'),
  'new york': {
    timeZone: 'America/New_York',
    weekly: week(['mon', 'tue', 'wed', 'thu', 'fri'], ['08:30', '12:00'], ['13:00', '18:00']),
    exceptions: [{ date: '2026-03-04', open: [] }],
  },
  nights: { timeZone: 'Europe/Berlin', weekly: week(['mon', 'wed', 'sat'], ['22:00', '06:00']) },
  never: { timeZone: 'UTC', weekly: {} },
} as const satisfies Record<string, CalendarDefinition>

const calendarName = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('24/7', 'office', 'new york', 'nights') },
  { weight: 1, arbitrary: fc.constant('never') },
)
const definition = fc.constantFrom<CalendarDefinition>(
  ...Object.values(CALENDARS),
  office('Asia/Kolkata', '10:00', '19:30'),
  office('UTC', '00:00', '24:00'),
)

/** Lengths that collide with each other and with closing times, as those of people do. */
const length = fc.oneof(
  fc.integer({ min: 1, max: 30 }).map((n) => n * 30 * MINUTE),
  fc.integer({ min: 1, max: 40 * HOUR }),
)

const NEVER_PAUSED: readonly Metric[] = ['firstReply', 'nextReply', 'periodicUpdate', 'totalResolution']
const REPLIES: readonly Metric[] = ['firstReply', 'nextReply', 'periodicUpdate', 'pausableUpdate']

export interface Shape {
  readonly modes?: readonly ('carry' | 'restart' | 'keepStricter')[]
  readonly metrics?: readonly Metric[]
  /** Whether each priority has a promise. */
  readonly targets?: 'whole' | 'some'
}

function metricOf(
  metric: Metric,
  { modes = ['carry', 'restart', 'keepStricter'], targets = 'some' }: Shape,
): fc.Arbitrary<MetricDefinition> {
  const perPriority =
    targets === 'whole'
      ? fc.record({ P1: length, otherwise: length })
      : fc.record({ P1: length, P2: length, otherwise: length }, { requiredKeys: ['P1'] })
  return fc
    .record({
      target: fc.oneof(length, perPriority),
      calendar: fc.option(calendarName, { nil: undefined }),
      warn: fc.uniqueArray(fc.constantFrom(0.25, 0.5, 0.8), { maxLength: 2 }),
      onChange: fc.constantFrom(...modes),
      pauseOn: fc.option(fc.uniqueArray(fc.constantFrom('pending', 'hold', 'parts', 'new')), { nil: undefined }),
      onSolve: fc.constantFrom('met', 'cancel', 'keep'),
    })
    .map(({ pauseOn, onSolve, calendar, ...rest }) => ({
      ...rest,
      ...(calendar === undefined ? {} : { calendar }),
      ...(pauseOn === undefined || NEVER_PAUSED.includes(metric) ? {} : { pauseOn }),
      ...(REPLIES.includes(metric) ? { onSolve } : {}),
    })) as fc.Arbitrary<MetricDefinition>
}

export function policyOf(shape: Shape = {}): fc.Arbitrary<SlaPolicyDefinition> {
  const { metrics = METRICS, targets = 'some' } = shape
  const rules = Object.fromEntries(metrics.map((metric) => [metric, metricOf(metric, shape)]))
  return fc.record({
    name: fc.constantFrom('A', 'B'),
    calendar: calendarName,
    metrics: targets === 'whole' ? fc.record(rules) : fc.record(rules, { requiredKeys: [metrics[0] as string] }),
    repliers: fc.constantFrom(['agent'] as const, ['agent', 'bot'] as const),
  }) as fc.Arbitrary<SlaPolicyDefinition>
}

type Kind = ClockEvent['type']

function eventOf(kind: Kind, shape: Shape): fc.Arbitrary<Record<string, unknown>> {
  switch (kind) {
    case 'status':
      return fc.constantFrom(
        { status: 'open' },
        { status: 'pending' },
        { status: 'hold' },
        { status: 'parts', category: 'hold' },
        { status: 'solved' },
        { status: 'closed' },
      )
    case 'priority':
      return fc.record({ priority: fc.constantFrom('P1', 'P2', 'P3', null) })
    case 'team':
      return fc.record({ teamId: fc.constantFrom('a', 'b', null) })
    case 'policy':
      return fc.record({ policy: policyOf(shape) })
    case 'calendar':
      return fc.record({ name: fc.constantFrom(...Object.keys(CALENDARS)), calendar: definition })
    case 'due':
      return fc.record({
        metric: fc.constantFrom(...METRICS),
        dueAt: fc.option(fc.integer({ min: 0, max: 10 * 48 }).map((n) => t('Mon 00:00') + n * 30 * MINUTE)),
      })
    case 'change':
      return fc.record({ record: fc.record({ tags: fc.constantFrom(['x'], ['y'], []) }) })
    default:
      return fc.constant({})
  }
}

const EVERY: readonly Kind[] = [
  'customerMessage',
  'customerMessage',
  'agentMessage',
  'agentMessage',
  'botMessage',
  'note',
  'autoMessage',
  'status',
  'status',
  'status',
  'priority',
  'team',
  'change',
  'policy',
  'calendar',
  'due',
  'deleted',
  'restored',
  'merged',
]

/** Steps in time between events: often none, often a round one. */
const step = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 40 }).map((n) => n * 30 * MINUTE) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 20 * HOUR }) },
)

export interface Life {
  readonly policy: SlaPolicyDefinition
  readonly calendars: typeof CALENDARS
  readonly events: readonly ClockEvent[]
  readonly asOf: number
}

/** A ticket's life from a Monday morning on. */
export function lifeOf(shape: Shape = {}, kinds: readonly Kind[] = EVERY): fc.Arbitrary<Life> {
  const event = fc
    .constantFrom(...kinds)
    .chain((type) => fc.tuple(step, eventOf(type, shape)).map(([wait, rest]) => ({ wait, event: { type, ...rest } })))
  return fc
    .record({
      policy: policyOf(shape),
      by: fc.constantFrom('customer', 'customer', 'agent'),
      priority: fc.constantFrom('P1', 'P2', 'P3'),
      status: fc.constantFrom('new', 'new', 'open', 'pending'),
      start: fc.integer({ min: 0, max: 4 * 48 }),
      later: fc.array(event, { maxLength: 14 }),
      wait: fc.integer({ min: 1, max: 60 }),
    })
    .map(({ policy, by, priority, status, start, later, wait }) => {
      let at = t('Mon 00:00') + start * 30 * MINUTE
      const events = [{ at, type: 'created', by, priority, status }] as ClockEvent[]
      for (const one of later) {
        at += one.wait
        events.push({ at, ...one.event } as ClockEvent)
      }
      return { policy, calendars: CALENDARS, events, asOf: at + wait * HOUR }
    })
}
