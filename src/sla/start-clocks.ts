/** How a clock begins: from the instant at which it should have, with the pauses that the ticket's own past holds. */
import type { ClockFacts } from './clock-words.ts'
import {
  type Clock,
  changed,
  continueClock,
  type HoursOf,
  pauseClock,
  type Stretch,
  startClock,
  withDue,
} from './sla-clock.ts'
import type { Metric, MetricRule } from './sla-policy.ts'

/** Clocks that run from a message to its answer. */
export const REPLY: readonly Metric[] = ['firstReply', 'nextReply', 'periodicUpdate', 'pausableUpdate']

export function isPaused({ category, status, waits }: Standing, { pauseOn }: MetricRule): boolean {
  return pauseOn.has(category) || pauseOn.has(status) || (waits !== undefined && pauseOn.has(waits))
}

type Standing = Pick<ClockFacts, 'category' | 'status' | 'waits'>

export function isSolved({ category }: Pick<ClockFacts, 'category'>): boolean {
  return category === 'solved' || category === 'closed'
}

/** Since when a metric is to be measured, by what is known of the ticket; `null`: not now. */
export function anchorOf(facts: ClockFacts, metric: Metric): number | null {
  switch (metric) {
    case 'firstReply':
      return facts.firstReplyFrom
    case 'nextReply':
      return facts.unansweredSince
    case 'periodicUpdate':
    case 'pausableUpdate':
      return facts.lastReplyAt
    case 'firstResolution':
      return facts.firstSolvedAt === null ? facts.createdAt : null
    case 'teamTime':
      return isSolved(facts) ? null : facts.teamSince
    default:
      return isSolved(facts) ? null : facts.createdAt
  }
}

export interface Beginning {
  readonly at: number
  readonly facts: ClockFacts
  readonly hoursOf: HoursOf
  /** The metric's last clock, if there was one. */
  readonly ended: Clock | undefined
  /** The instant at which it should have started. */
  readonly from: number
  readonly target: number
  readonly policy: string
}

/**
 * A clock as it would stand had it started in time: pauses and solved times of the ticket's own past are left out. One
 * that measured the same thing before goes on with what it had run.
 */
export function beginClock(rule: MetricRule, beginning: Beginning): Clock {
  const { from, target, policy, ended, at, facts, hoursOf } = beginning
  const start = { cycle: (ended?.cycle ?? 0) + 1, policy, target, at: from }
  if (goesOn(ended, from)) {
    const continued = continueClock(ended, rule, { ...start, at })
    return isPaused(facts, rule) ? pauseClock(continued, at, hoursOf) : withDue(continued, hoursOf)
  }
  const fresh = startClock(rule, start)
  return from === at && !isPaused(facts, rule) ? withDue(fresh, hoursOf) : stretched(rule, fresh, beginning)
}

/** Whether a clock that ended measured the same thing: then the next one goes on with what it had run. */
function goesOn(ended: Clock | undefined, from: number): ended is Clock {
  return ended !== undefined && from <= ended.startedAt && isResumed(ended)
}

/** Whether it was told to be late before it goes on. */
export function goesOnLate(ended: Clock | undefined, from: number): boolean {
  return goesOn(ended, from) && ended.breachedAt !== null
}

/** Solving ends a clock until the ticket is reopened, and setting a ticket aside until it is restored. */
function isResumed({ end, reason, metric }: Clock): boolean {
  if (end === 'met') return !REPLY.includes(metric)
  return reason !== 'policy' && reason !== 'solved' && reason !== 'restarted'
}

/** Replays the ticket's statuses into a clock that should have started earlier. */
function stretched(rule: MetricRule, fresh: Clock, { at, facts, hoursOf }: Beginning): Clock {
  const { metric, calendar } = rule
  let clock: Clock = changed(fresh, { since: null })
  facts.statuses.forEach(([start, category, status, waits], index) => {
    const next = facts.statuses[index + 1]?.[0]
    // A wait that was inherited may have begun before the ticket did: it counts as its first status does.
    const from = index === 0 ? fresh.startedAt : Math.max(start, fresh.startedAt)
    const stay = { from, to: next ?? at, calendar }
    if (category === null || (isSolved({ category }) && !REPLY.includes(metric))) return
    const stands = isPaused({ category, status, waits }, rule)
    if (next === undefined) clock = changed(clock, { [stands ? 'pausedSince' : 'since']: stay.from })
    else if (stay.to > stay.from) clock = stands ? pausedFor(clock, stay, hoursOf) : ranFor(clock, stay, hoursOf)
  })
  return withDue(clock, hoursOf)
}

function ranFor(clock: Clock, stay: Stretch, hoursOf: HoursOf): Clock {
  const elapsed = clock.elapsed + hoursOf(stay.calendar).between(stay.from, stay.to)
  return changed(clock, { ran: [...clock.ran, stay], elapsed })
}

function pausedFor(clock: Clock, { from, to, calendar }: Stretch, hoursOf: HoursOf): Clock {
  const pausedWorking = clock.pausedWorking + hoursOf(calendar).between(from, to)
  return changed(clock, { pausedWall: clock.pausedWall + to - from, pausedWorking })
}
