/** SLA arithmetic without a desk: plain events in, the clocks as they stand at an instant out. */
import { type InstantLike, toMs } from '../domain/time.ts'
import { calendar } from './calendar.ts'
import type { CalendarDefinition } from './calendar-definition.ts'
import { checkPolicies } from './check-policy.ts'
import { type DatedClockBook, datedClockBook, editionOf, type HoursVersion } from './clock-book.ts'
import { byInstant, type ClockEvent, changesOf, type Instant, inputOf } from './clock-event.ts'
import type { ClockHappening, TicketClocks } from './clock-words.ts'
import { type Followed, followTicket } from './follow-ticket.ts'
import { type Clock, type ClockStatus, elapsedAt, type HoursOf, statusOfClock } from './sla-clock.ts'
import { METRICS, type Metric, type SlaPolicyDefinition } from './sla-policy.ts'

export interface ReplayInput {
  /** One policy, or a list in which the first match holds. */
  readonly policy: SlaPolicyDefinition | readonly SlaPolicyDefinition[]
  readonly calendars?: Readonly<Record<string, CalendarDefinition>>
  /** In the order of time; events of one instant in any order. */
  readonly events: readonly ClockEvent[]
  /** The instant at which the clocks are read; not before the last event. */
  readonly asOf: InstantLike
}

/** How one clock stands. Instants are epoch milliseconds, lengths milliseconds. */
export interface ClockReading {
  readonly metric: Metric
  readonly cycle: number
  readonly state: ClockStatus
  readonly policy: string
  readonly target: number
  /** `null` while paused, unless it was reached before, and for never. */
  readonly dueAt: number | null
  readonly startedAt: number
  readonly stoppedAt: number | null
  /** Working time run. */
  readonly elapsed: number
  /** Working time left; negative when late. */
  readonly remaining: number
  readonly paused: { readonly working: number; readonly wall: number }
  readonly breached: boolean
  readonly breachedAt: number | null
  readonly retroactive: boolean
  readonly reason: string | null
}

export interface Replayed {
  /** Of each metric that ever ran, its latest cycle. */
  readonly clocks: { readonly [M in Metric]?: ClockReading }
  /** Of each metric, every cycle, in order. */
  readonly cycles: { readonly [M in Metric]?: readonly ClockReading[] }
  /** What the clocks told, by their own instants. */
  readonly happened: readonly ClockHappening[]
  /** The policy in force; `null`: none matched. */
  readonly policy: string | null
}

/** A clock read at an instant. */
export function readClock(clock: Clock, asOf: number, hoursOf: HoursOf): ClockReading {
  const elapsed = elapsedAt(clock, asOf, hoursOf)
  const pausing = clock.pausedSince === null ? 0 : Math.max(0, asOf - clock.pausedSince)
  const pausingWorking =
    clock.pausedSince === null
      ? 0
      : hoursOf(clock.calendar).between(clock.pausedSince, Math.max(asOf, clock.pausedSince))
  const { metric, cycle, policy, target, dueAt, startedAt, stoppedAt, breachedAt, retroactive, reason } = clock
  return {
    metric,
    cycle,
    state: statusOfClock(clock),
    policy,
    target,
    dueAt,
    startedAt,
    stoppedAt,
    elapsed,
    remaining: target - elapsed,
    paused: { working: clock.pausedWorking + pausingWorking, wall: clock.pausedWall + pausing },
    breached: breachedAt !== null,
    breachedAt,
    retroactive,
    reason,
  }
}

/**
 * Plays events through the clocks and reads them at an instant.
 *
 * @throws DeskError `sla.*`, `calendar.*` or `condition.*` for a policy, calendar or event that is not right, each with
 *   its place; `sla.out-of-order` for an event earlier than the one ahead of it.
 */
export function replayClocks({ policy, calendars = {}, events, asOf }: ReplayInput): Replayed {
  const end = toMs(asOf)
  const instants = byInstant(events, end)
  const book = bookOf({ policy, calendars, instants })
  let state: TicketClocks | null = null
  let record: Readonly<Record<string, unknown>> = {}
  const happened: ClockHappening[] = []
  const ended: Clock[] = []
  // A look at the end notices what fell due after the last event, and changes nothing else.
  for (const { at, group } of instants.length === 0 ? [] : [...instants, { at: end, group: [] }]) {
    record = { ...record, ...changesOf(group) }
    const subject = { priority: (record.priority as string | null | undefined) ?? null, record }
    const followed: Followed = followTicket(state, { at, inputs: group.flatMap(inputOf), subject }, book.at(at))
    state = followed.state
    happened.push(...followed.happened)
    ended.push(...followed.ended)
  }
  const living = Object.values(state?.clocks ?? {}).filter((clock) => clock.end === null)
  return { ...readings([...ended, ...living], end, book), happened, policy: state?.policy ?? null }
}

function readings(clocks: readonly Clock[], asOf: number, book: DatedClockBook): Pick<Replayed, 'clocks' | 'cycles'> {
  const all = clocks.map((clock) => readClock(clock, asOf, book.hoursOf))
  const cycles = METRICS.map((metric) => [metric, all.filter((reading) => reading.metric === metric)] as const).filter(
    ([, list]) => list.length > 0,
  )
  const latest = cycles.map(([metric, list]) => [metric, list.at(-1)])
  return { clocks: Object.fromEntries(latest), cycles: Object.fromEntries(cycles) }
}

/** All that the events publish, each from its own instant on; a calendar that they bring first holds for all time before. */
function bookOf({
  policy,
  calendars,
  instants,
}: Required<Pick<ReplayInput, 'policy' | 'calendars'>> & { readonly instants: readonly Instant[] }): DatedClockBook {
  const events = instants.flatMap(({ at, group }) => group.map((event) => ({ at, event })))
  const versions = new Map(
    Object.entries(calendars).map(([name, definition]): [string, HoursVersion[]] => [
      name,
      [{ from: Number.NEGATIVE_INFINITY, hours: calendar(definition) }],
    ]),
  )
  for (const { at, event } of events)
    if (event.type === 'calendar')
      versions.set(event.name, [...(versions.get(event.name) ?? []), { from: at, hours: calendar(event.calendar) }])
  const references = { calendars: new Set(versions.keys()), statuses: 'any' } as const
  const published = [
    { from: Number.NEGATIVE_INFINITY, policy },
    ...events.flatMap(({ at, event }) => (event.type === 'policy' ? [{ from: at, policy: event.policy }] : [])),
  ]
  const editions = published.map(({ from, policy: given }, index) => ({
    from,
    edition: editionOf(index + 1, checkPolicies(Array.isArray(given) ? given : [given], references)),
  }))
  return datedClockBook({ editions, versions })
}
