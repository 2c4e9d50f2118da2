/** How a clock begins: from the instant at which it should have, with the pauses that the ticket's own past holds. */
import type { ClockFacts } from './clock-words.ts'
import { type Clock, continueClock, type HoursOf, pauseClock, type Stretch, startClock, withDue } from './sla-clock.ts'
import type { Metric, MetricRule } from './sla-policy.ts'

/** Clocks that run from a message to its answer. */
export const REPLY: readonly Metric[] = ['firstReply', 'nextReply', 'periodicUpdate', 'pausableUpdate']

export function isPaused(facts: ClockFacts, rule: MetricRule): boolean {
  return rule.pauseOn.has(facts.category) || rule.pauseOn.has(facts.status)
}

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
      return isSolved(facts) ? null : facts.lastReplyAt
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
 * that ended before goes on with what it had run, unless each of its cycles is counted by itself.
 */
export function beginClock(rule: MetricRule, beginning: Beginning): Clock {
  const { from, target, policy, ended, at, facts, hoursOf } = beginning
  const start = { cycle: (ended?.cycle ?? 0) + 1, policy, target, at: from }
  const wasSetAside = ended?.reason === 'deleted' || ended?.reason === 'spam'
  const goesOn = ended !== undefined && (wasSetAside || (ended.end === 'met' && isCumulative(rule.metric)))
  if (goesOn) {
    const continued = continueClock({ ...ended, calendar: rule.calendar }, { ...start, at }, hoursOf)
    return isPaused(facts, rule) ? pauseClock(continued, at, hoursOf) : continued
  }
  if (from === at && !isPaused(facts, rule)) return withDue(startClock(rule, start), hoursOf)
  return stretched(rule, startClock(rule, start), beginning)
}

/** Metrics that a reopening resumes; the others begin anew each time. */
function isCumulative(metric: Metric): boolean {
  return metric === 'resolution' || metric === 'requesterWait' || metric === 'agentWork' || metric === 'totalResolution'
}

/** Replays the ticket's statuses into a clock that should have started earlier. */
function stretched(rule: MetricRule, fresh: Clock, { at, facts, hoursOf }: Beginning): Clock {
  const from = fresh.startedAt
  const stretches: Stretch[] = []
  let clock: Clock = { ...fresh, since: null, pausedSince: null }
  const stays = facts.statuses.map(([since, category, status], index) => ({
    since: Math.max(since, from),
    until: facts.statuses[index + 1]?.[0] ?? at,
    category,
    status,
  }))
  for (const { since, until, category, status } of stays) {
    if (until <= from && until !== at) continue
    const stands = rule.pauseOn.has(category) || rule.pauseOn.has(status)
    const isReply = REPLY.includes(rule.metric)
    if (stands && until === at) clock = { ...clock, pausedSince: since }
    else if (stands)
      clock = {
        ...clock,
        pausedWall: clock.pausedWall + until - since,
        pausedWorking: clock.pausedWorking + hoursOf(rule.calendar).between(since, until),
      }
    else if ((isReply || !isSolved({ category })) && until > since)
      stretches.push({ from: since, to: until, calendar: rule.calendar })
  }
  const running = clock.pausedSince === null ? stretches.at(-1) : undefined
  const isRunning = clock.pausedSince === null
  const closed = running !== undefined && running.to === at ? stretches.slice(0, -1) : stretches
  const elapsed = closed.reduce((sum, one) => sum + hoursOf(one.calendar).between(one.from, one.to), 0)
  const since = isRunning ? (running !== undefined && running.to === at ? running.from : at) : null
  return withDue({ ...clock, ran: closed, elapsed, since }, hoursOf)
}
