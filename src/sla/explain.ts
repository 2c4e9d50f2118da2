/** Why a clock is due when it is due: its life in stretches, each with its reason and the sum that it brings. */

import type { Span } from './business-time.ts'
import type { CalendarException } from './calendar-definition.ts'
import type { ClockFacts } from './clock-words.ts'
import { type Clock, type ClockStatus, statusOfClock } from './sla-clock.ts'
import type { Metric } from './sla-policy.ts'

/** What a calendar must be able to say beside working time, for an explanation. */
export interface ExplainedHours {
  readonly timeZone: string
  readonly spans: (from: number, to: number) => readonly Span[]
  /** The exception on the local date of an instant; calendars made of others have none. */
  readonly exceptionAt?: (instant: number) => CalendarException | null
}

/**
 * One stretch of a clock's life, `[from, to)`, epoch milliseconds.
 *
 * - `open`: it ran, and the calendar was open: only this adds to the sum.
 * - `closed`: it ran, and the calendar was closed.
 * - `paused`: a status held it.
 * - `stopped`: between two cycles.
 */
export interface Segment {
  readonly kind: 'open' | 'closed' | 'paused' | 'stopped'
  readonly from: number
  readonly to: number
  /** In words: the calendar, the exception's name, the status. */
  readonly why: string
  /** Working time of the clock at the end of the stretch, milliseconds. */
  readonly sum: number
}

export interface Explanation {
  readonly metric: Metric
  readonly cycle: number
  readonly policy: string
  readonly calendar: string
  readonly timeZone: string
  readonly target: number
  readonly state: ClockStatus
  readonly startedAt: number
  readonly dueAt: number | null
  readonly stoppedAt: number | null
  /** In order, without gaps, from the start to the stop; of a clock that lives, to the reading or to its due instant, whichever is later. */
  readonly segments: readonly Segment[]
}

export interface Explained {
  readonly clock: Clock
  readonly facts: ClockFacts
  readonly asOf: number
  readonly hoursOf: (calendar: string) => ExplainedHours
}

/** Cuts a clock's life into stretches. */
export function explainClock({ clock, facts, asOf, hoursOf }: Explained): Explanation {
  const { metric, cycle, policy, calendar, target, startedAt, dueAt, stoppedAt } = clock
  const until = stoppedAt ?? Math.max(asOf, clock.since === null ? asOf : (dueAt ?? asOf))
  const ran = clock.since === null ? clock.ran : [...clock.ran, { from: clock.since, to: until, calendar }]
  const segments: Segment[] = []
  let at = startedAt
  let sum = 0
  for (const stretch of ran) {
    segments.push(...standing(facts, { from: at, to: stretch.from, sum }))
    for (const segment of running(stretch, hoursOf(stretch.calendar), sum)) {
      segments.push(segment)
      sum = segment.sum
    }
    at = stretch.to
  }
  segments.push(...standing(facts, { from: at, to: until, sum }))
  return {
    metric,
    cycle,
    policy,
    calendar,
    timeZone: hoursOf(calendar).timeZone,
    target,
    state: statusOfClock(clock),
    startedAt,
    dueAt,
    stoppedAt,
    segments,
  }
}

/** Time in which the clock stood still, cut where the status changed. */
function standing(
  facts: ClockFacts,
  { from, to, sum }: { readonly from: number; readonly to: number; readonly sum: number },
): Segment[] {
  return facts.statuses.flatMap(([since, category, status, waits], index): Segment[] => {
    const start = Math.max(from, since)
    const end = Math.min(to, facts.statuses[index + 1]?.[0] ?? to)
    if (end <= start) return []
    const kind = category === 'solved' || category === 'closed' ? 'stopped' : 'paused'
    return [{ kind, from: start, to: end, why: waits === undefined ? status : `${status}, ${waits}`, sum }]
  })
}

function running(
  stretch: { readonly from: number; readonly to: number; readonly calendar: string },
  hours: ExplainedHours,
  before: number,
): Segment[] {
  const { from, to, calendar } = stretch
  const segments: Segment[] = []
  let at = from
  let sum = before
  const close = (end: number) => {
    if (end > at) segments.push({ kind: 'closed', from: at, to: end, why: closedBecause(hours, at, end), sum })
  }
  for (const { start, end } of hours.spans(from, to)) {
    close(start)
    sum += end - start
    segments.push({ kind: 'open', from: start, to: end, why: calendar, sum })
    at = end
  }
  close(to)
  return segments
}

const DAY = 86_400_000
const LONGEST_LOOK = 400

/** The names of the exceptions that lie in a closed time; without one it is simply outside the hours. */
function closedBecause(hours: ExplainedHours, from: number, to: number): string {
  const names = new Set<string>()
  for (let at = from, looks = 0; at < to && looks < LONGEST_LOOK; at += DAY, looks++) nameAt(hours, at, names)
  nameAt(hours, to - 1, names)
  return names.size === 0 ? 'outside the hours' : [...names].join(', ')
}

function nameAt({ exceptionAt }: ExplainedHours, at: number, names: Set<string>): void {
  const exception = exceptionAt?.(at)
  if (exception)
    names.add(
      exception.name ?? ('date' in exception ? `exception of ${exception.date}` : `exception of ${exception.yearly}`),
    )
}
