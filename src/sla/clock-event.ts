/** The plain events that clocks can be played from without a desk: their words, their checks, their order. */
import { isDeskError } from '../domain/fault.ts'
import { type InstantLike, toMs } from '../domain/time.ts'
import type { CalendarDefinition } from './calendar-definition.ts'
import type { ClockInput } from './clock-words.ts'
import { policyFault as fault } from './policy-faults.ts'
import { shown } from './sla-faults.ts'
import { CLOCK_CATEGORIES, type ClockCategory, METRICS, type Metric, type SlaPolicyDefinition } from './sla-policy.ts'

/** One thing that happened to a ticket. `at`: `Date`, ISO text, or epoch milliseconds. */
export type ClockEvent = { readonly at: InstantLike } & (
  | {
      readonly type: 'created'
      /** Who opened it: an agent's own opening starts no first-reply clock before the customer writes. Default `customer`. */
      readonly by?: 'customer' | 'agent'
      readonly priority?: string
      /** Default: the category `new`. */
      readonly status?: string
      readonly category?: ClockCategory
      /** Anything else that policies match on: `tags`, `organisationId`, `fields` … */
      readonly record?: Readonly<Record<string, unknown>>
    }
  | { readonly type: 'customerMessage' | 'agentMessage' | 'botMessage' | 'note' | 'autoMessage' }
  /** `status` names a category, or a status of the host's with its category beside it. */
  | { readonly type: 'status'; readonly status: string; readonly category?: ClockCategory }
  | { readonly type: 'priority'; readonly priority: string | null }
  | { readonly type: 'team'; readonly teamId: string | null }
  /** Other fields that policies match on. */
  | { readonly type: 'change'; readonly record: Readonly<Record<string, unknown>> }
  /** From here on another policy, or list of policies, holds. */
  | { readonly type: 'policy'; readonly policy: SlaPolicyDefinition | readonly SlaPolicyDefinition[] }
  /** From here on a calendar has other hours. */
  | { readonly type: 'calendar'; readonly name: string; readonly calendar: CalendarDefinition }
  /** It waits for open children, which stops clocks that name `waitingOnChild` in `pauseOn`. */
  | { readonly type: 'waitStarted' | 'waitEnded' }
  | { readonly type: 'merged' | 'deleted' | 'spam' | 'restored' }
  /** A due instant set by hand; `null` clears it. */
  | { readonly type: 'due'; readonly metric: Metric; readonly dueAt: InstantLike | null }
)

/** The events of one instant. */
export interface Instant {
  readonly at: number
  readonly group: readonly ClockEvent[]
}

const TYPES: ReadonlySet<unknown> = new Set([
  'created',
  'customerMessage',
  'agentMessage',
  'botMessage',
  'note',
  'autoMessage',
  'status',
  'priority',
  'team',
  'change',
  'policy',
  'calendar',
  'waitStarted',
  'waitEnded',
  'merged',
  'deleted',
  'spam',
  'restored',
  'due',
] satisfies ClockEvent['type'][])

// What opens a ticket comes first, whatever order an instant's events stand in; the fold orders the rest.
const isOpening = (event: ClockEvent) => (event.type === 'created' ? 0 : 1)

/**
 * The events up to the end, those of one instant together.
 *
 * @throws DeskError `sla.bad-event` or `sla.out-of-order`, with the place.
 */
export function byInstant(events: readonly ClockEvent[], end: number): Instant[] {
  if (!Array.isArray(events)) throw fault('sla.not-a-list', { place: 'events', value: shown(events) })
  const instants: { at: number; group: ClockEvent[] }[] = []
  for (const [index, event] of events.entries()) {
    const at = checkEvent(event, `events[${index}]`)
    const last = instants.at(-1)
    if (last !== undefined && at < last.at)
      throw fault('sla.out-of-order', { place: `events[${index}].at`, value: new Date(at).toISOString() })
    const isFirst = last === undefined || (instants.length === 1 && at === last.at)
    if (event.type === 'created' && (!isFirst || last?.group.some((other) => other.type === 'created')))
      throw bad(`events[${index}].type`, `'created' a second time, or not at the first instant`)
    if (last?.at === at) last.group.push(event)
    else instants.push({ at, group: [event] })
  }
  const [first] = instants
  if (first && !first.group.some(({ type }) => type === 'created'))
    throw bad('events[0].type', `${shown(first.group[0]?.type)}, and a ticket begins with 'created'`)
  return instants
    .filter(({ at }) => at <= end)
    .map(({ at, group }) => ({ at, group: group.sort((a, b) => isOpening(a) - isOpening(b)) }))
}

function bad(place: string, value: string): Error {
  return fault('sla.bad-event', { place, value })
}

/** Checks what an event says, and gives its instant. */
function checkEvent(event: ClockEvent, place: string): number {
  if (typeof event !== 'object' || event === null || !TYPES.has(event.type))
    throw bad(`${place}.type`, shown((event as { readonly type?: unknown } | null | undefined)?.type))
  const wrong = wrongOf(event)
  if (wrong !== null) throw bad(`${place}.${wrong[0]}`, wrong[1])
  const at = msOf(event.at)
  if (at === null) throw bad(`${place}.at`, shown(event.at))
  return at
}

// The years that calendars answer for.
const FIRST = Date.UTC(1800, 0)
const END = Date.UTC(2400, 0)

/** Epoch milliseconds; `null` for what is no instant that a clock can run to. */
function msOf(value: InstantLike): number | null {
  try {
    const ms = toMs(value)
    return ms >= FIRST && ms < END ? ms : null
  } catch (error) {
    if (isDeskError(error)) return null
    throw error
  }
}

/** Fields that have an event of their own: a change that names one would leave the clocks behind. */
const OWN_EVENTS = ['priority', 'status', 'category'] as const

/** Which part of an event is wrong, and how; `null`: none. */
function wrongOf(event: ClockEvent): readonly [part: string, value: string] | null {
  switch (event.type) {
    case 'created':
      if (event.by !== undefined && event.by !== 'customer' && event.by !== 'agent') return ['by', shown(event.by)]
      return (
        wrongName('priority', event.priority ?? null) ??
        wrongStatus(event) ??
        wrongRecord(event.record ?? {}, OWN_EVENTS)
      )
    case 'status':
      if (typeof event.status !== 'string') return ['status', shown(event.status)]
      if (categoryOf(event) === undefined) return ['category', `missing, and ${shown(event.status)} is no category`]
      return wrongStatus(event)
    case 'priority':
      return wrongName('priority', event.priority)
    case 'team':
      return wrongName('teamId', event.teamId)
    case 'change':
      return wrongRecord(event.record, [...OWN_EVENTS, 'teamId'])
    case 'calendar':
      return typeof event.name === 'string' ? null : ['name', shown(event.name)]
    case 'due':
      if (!METRICS.includes(event.metric)) return ['metric', shown(event.metric)]
      return event.dueAt === null || msOf(event.dueAt) !== null ? null : ['dueAt', shown(event.dueAt)]
    default:
      return null
  }
}

function wrongName(part: string, value: unknown): readonly [string, string] | null {
  return value === null || (typeof value === 'string' && value !== '') ? null : [part, shown(value)]
}

function wrongStatus(event: {
  readonly status?: unknown
  readonly category?: unknown
}): readonly [string, string] | null {
  const { status, category } = event
  if (category !== undefined && !CLOCK_CATEGORIES.some((one) => one === category)) return ['category', shown(category)]
  return status === undefined || (typeof status === 'string' && status !== '') ? null : ['status', shown(status)]
}

function wrongRecord(record: unknown, own: readonly string[]): readonly [string, string] | null {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return ['record', shown(record)]
  const name = own.find((one) => Object.hasOwn(record, one))
  return name === undefined ? null : [`record.${name}`, 'named in a record, and it has a place of its own']
}

/** A status that is named like a category is of that category. */
function categoryOf({
  status,
  category,
}: {
  readonly status?: string | undefined
  readonly category?: ClockCategory | undefined
}): ClockCategory | undefined {
  return category ?? CLOCK_CATEGORIES.find((one) => one === status)
}

/** What the events of an instant change of the record that policies match against. */
export function changesOf(group: readonly ClockEvent[]): Record<string, unknown> {
  return Object.assign({}, ...group.map(changeOf))
}

function changeOf(event: ClockEvent): Record<string, unknown> {
  switch (event.type) {
    case 'created':
      return {
        status: event.status ?? 'new',
        category: categoryOf(event) ?? 'new',
        ...event.record,
        ...(event.priority === undefined ? {} : { priority: event.priority }),
      }
    case 'status':
      return { status: event.status, category: categoryOf(event) }
    case 'priority':
      return { priority: event.priority }
    case 'team':
      return { teamId: event.teamId }
    case 'change':
      return { ...event.record }
    default:
      return {}
  }
}

/** An event in the words of the fold. */
export function inputOf(event: ClockEvent): ClockInput[] {
  switch (event.type) {
    case 'created': {
      const created: ClockInput = {
        type: 'created',
        by: event.by ?? 'customer',
        category: categoryOf(event) ?? 'new',
        status: event.status ?? 'new',
      }
      const teamId = event.record?.teamId
      return typeof teamId === 'string' ? [created, { type: 'team', teamId }] : [created]
    }
    case 'status':
      return [{ type: 'status', status: event.status, category: categoryOf(event) as ClockCategory }]
    case 'merged':
    case 'deleted':
    case 'spam':
      return [{ type: 'ended', reason: event.type }]
    case 'due':
      return [{ type: 'due', metric: event.metric, dueAt: event.dueAt === null ? null : toMs(event.dueAt) }]
    case 'priority':
    case 'change':
    case 'policy':
    case 'calendar':
      return []
    case 'team':
      return [{ type: 'team', teamId: event.teamId }]
    default:
      return [{ type: event.type }]
  }
}
