/** The plain events that clocks can be played from without a desk: their words, their checks, their order. */
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
  'merged',
  'deleted',
  'spam',
  'restored',
  'due',
] satisfies ClockEvent['type'][])

/** The events up to the end, those of one instant together. */
export function byInstant(events: readonly ClockEvent[], end: number): Instant[] {
  const instants: { at: number; group: ClockEvent[] }[] = []
  let latest = Number.NEGATIVE_INFINITY
  events.forEach((event, index) => {
    if (!TYPES.has(event?.type))
      throw fault('sla.bad-event', { place: `events[${index}].type`, value: shown(event?.type) })
    const at = toMs(event.at)
    if (at < latest)
      throw fault('sla.out-of-order', { place: `events[${index}].at`, value: new Date(at).toISOString() })
    if (index === 0 && event.type !== 'created')
      throw fault('sla.bad-event', {
        place: 'events[0].type',
        value: `${shown(event.type)}, and a ticket begins with 'created'`,
      })
    if (index > 0 && event.type === 'created')
      throw fault('sla.bad-event', { place: `events[${index}].type`, value: `'created' a second time` })
    checkEvent(event, `events[${index}]`)
    if (at <= end && at === latest) instants.at(-1)?.group.push(event)
    else if (at <= end) instants.push({ at, group: [event] })
    latest = at
  })
  return instants
}

function checkEvent(event: ClockEvent, place: string): void {
  if (event.type === 'due' && !METRICS.includes(event.metric))
    throw fault('sla.bad-event', { place: `${place}.metric`, value: shown(event.metric) })
  if (event.type === 'status' && categoryOf(event) === undefined)
    throw fault('sla.bad-event', {
      place: `${place}.category`,
      value: `missing, and ${shown(event.status)} is no category`,
    })
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

/** Every status that the events name. */
export function statusesOf(events: readonly ClockEvent[]): ReadonlySet<string> {
  return new Set(
    events.flatMap((event) => ('status' in event && typeof event.status === 'string' ? [event.status] : [])),
  )
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
