/** What the fold carries through one instant, and the small moves it makes: keep a clock, tell of it, notice, stop, cancel. */
import type { ClockFacts, ClockHappening } from './clock-words.ts'
import { dueBefore, nextMoment } from './due-clocks.ts'
import { type Clock, cancelClock, changed, type HoursOf, meetClock, resumeClock } from './sla-clock.ts'
import { METRICS, type Metric, type SlaPolicy } from './sla-policy.ts'

export interface Walk {
  readonly at: number
  readonly hoursOf: HoursOf
  readonly happened: ClockHappening[]
  readonly ended: Clock[]
  readonly priority: string | null
  readonly wasSolved: boolean
  facts: ClockFacts
  policy: SlaPolicy | null
  /** The state's own until the first change. */
  clocks: { [M in Metric]?: Clock }
  areOwn: 'yes' | 'no'
}

export function isLive(clock: Clock | undefined): clock is Clock {
  return clock !== undefined && clock.end === null
}

/** Keeps a clock, with the next instant at which it has something to tell. */
export function keep(walk: Walk, clock: Clock): Clock {
  const { metric } = clock
  const nextAt = nextMoment(clock, walk.policy?.rules[metric], walk.hoursOf)
  const kept = nextAt === clock.nextAt ? clock : changed(clock, { nextAt })
  if (kept !== walk.clocks[metric]) put(walk, kept)
  return kept
}

function put(walk: Walk, clock: Clock): void {
  if (walk.areOwn === 'no') walk.clocks = { ...walk.clocks }
  walk.areOwn = 'yes'
  walk.clocks[clock.metric] = clock
}

export function tell(
  walk: Walk,
  clock: Clock,
  happening: Partial<ClockHappening> & Pick<ClockHappening, 'name'>,
): void {
  const { metric, cycle, policy, dueAt } = clock
  walk.happened.push({ at: walk.at, metric, cycle, policy, dueAt, ...happening })
}

/** Warnings and breaches that lie before the instant. At due is in time: only a running instant past it is late. */
export function noticeDue(walk: Walk): void {
  for (const metric of METRICS) {
    const clock = walk.clocks[metric]
    if (clock !== undefined) notice(walk, clock)
  }
  if (walk.happened.length > 1) walk.happened.sort((a, b) => a.at - b.at)
}

export function notice(walk: Walk, clock: Clock): Clock {
  if (clock.nextAt === null || clock.nextAt >= walk.at) return clock
  let next = clock
  for (const { at, level } of dueBefore(clock, walk.policy?.rules[clock.metric], walk)) {
    next = changed(next, level === null ? { breachedAt: at } : { warned: [...next.warned, level.id] })
    if (level === null) tell(walk, next, { name: 'sla.breached', at, retroactive: false })
    else tell(walk, next, { name: 'sla.warned', at, level: level.id })
  }
  return keep(walk, next)
}

export function stop(walk: Walk, metric: Metric): void {
  const clock = walk.clocks[metric]
  if (!isLive(clock)) return
  const met = meetClock(awake(walk, clock), walk.at, walk.hoursOf)
  end(walk, met)
  tell(walk, met, { name: 'sla.met', late: met.breachedAt !== null })
}

export function cancel(walk: Walk, metric: Metric, reason: string): void {
  const clock = walk.clocks[metric]
  if (!isLive(clock)) return
  const cancelled = cancelClock(clock, walk.at, { reason, hoursOf: walk.hoursOf })
  end(walk, cancelled)
  tell(walk, cancelled, { name: 'sla.cancelled', reason })
}

function end(walk: Walk, clock: Clock): void {
  put(walk, clock)
  walk.ended.push(clock)
}

/** A clock that no longer stands still. A due instant that passed meanwhile, being set by hand, is missed from here on. */
function awake(walk: Walk, clock: Clock): Clock {
  if (clock.since !== null) return clock
  return notice(walk, keep(walk, resumeClock(clock, walk.at, walk.hoursOf)))
}
