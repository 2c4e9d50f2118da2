/** One clock: what it has run, when it is due, and what starting, pausing, resuming and stopping do to it. Pure. */
import type { Metric, MetricRule } from './sla-policy.ts'

/** Working time, as a clock needs it: every calendar is one. */
export interface Hours {
  readonly add: (instant: number, ms: number) => number | null
  readonly between: (a: number, b: number) => number
}

/** The working time of a calendar by name, each version of it from the instant on which it was published. */
export type HoursOf = (calendar: string) => Hours

/** A stretch in which the clock ran: `[from, to)`, in the working time of a calendar. */
export interface Stretch {
  readonly from: number
  readonly to: number
  readonly calendar: string
}

/** How much time, and whose. */
export interface Promised {
  readonly target: number
  readonly calendar: string
}

/** A clock as it is kept: instants are epoch milliseconds, lengths milliseconds. */
export interface Clock {
  readonly metric: Metric
  /** From 1: a metric that starts again starts a new cycle. */
  readonly cycle: number
  readonly policy: string
  readonly target: number
  readonly calendar: string
  readonly startedAt: number
  /** Where it ran and no longer does. */
  readonly ran: readonly Stretch[]
  /** Working time of `ran`. */
  readonly elapsed: number
  /** Since when it runs; `null`: it stands still. */
  readonly since: number | null
  readonly pausedSince: number | null
  /** Time paused and over, in real and in working time. */
  readonly pausedWall: number
  readonly pausedWorking: number
  /** In force now; of a stopped clock, at its stop. `null` while paused, unless it was reached before, and for never. */
  readonly dueAt: number | null
  readonly dueByHand: number | null
  /** The due instant that passed while it ran; never taken back. */
  readonly breachedAt: number | null
  /** It was late already at the moment at which its policy attached. */
  readonly retroactive: boolean
  /** Ids of the warnings that were given, or that lay behind already when its policy attached. */
  readonly warned: readonly string[]
  /** The next instant at which it has something to tell, a warning or a breach; told once a later instant is seen. */
  readonly nextAt: number | null
  /** The promise that was weighed last: not its own where a stricter one was kept. */
  readonly weighed: Promised
  readonly stoppedAt: number | null
  readonly end: 'met' | 'cancelled' | null
  /** Why it was cancelled. */
  readonly reason: string | null
}

export type ClockStatus = 'running' | 'paused' | 'met' | 'breached' | 'metLate' | 'cancelled'

/** What a clock is, in one word; `idle` is a clock that is not there. */
export function statusOfClock(clock: Clock): ClockStatus {
  if (clock.end === 'cancelled') return 'cancelled'
  if (clock.end === 'met') return clock.breachedAt === null ? 'met' : 'metLate'
  if (clock.since === null) return 'paused'
  return clock.breachedAt === null ? 'running' : 'breached'
}

export interface Start {
  readonly cycle: number
  readonly policy: string
  readonly target: number
  readonly at: number
}

/** A clock that begins to run. */
export function startClock(rule: MetricRule, { cycle, policy, target, at }: Start): Clock {
  return {
    metric: rule.metric,
    cycle,
    policy,
    target,
    calendar: rule.calendar,
    startedAt: at,
    ran: [],
    elapsed: 0,
    since: at,
    pausedSince: null,
    pausedWall: 0,
    pausedWorking: 0,
    dueAt: null,
    dueByHand: null,
    breachedAt: null,
    retroactive: false,
    warned: [],
    nextAt: null,
    weighed: { target, calendar: rule.calendar },
    stoppedAt: null,
    end: null,
    reason: null,
  }
}

/** The clock with some things changed. Spelt out: engines copy a copy that `...` made five times as slowly. */
export function changed(clock: Clock, part: Partial<Clock>): Clock {
  return {
    metric: clock.metric,
    cycle: clock.cycle,
    policy: clock.policy,
    target: clock.target,
    calendar: clock.calendar,
    startedAt: clock.startedAt,
    ran: clock.ran,
    elapsed: clock.elapsed,
    since: clock.since,
    pausedSince: clock.pausedSince,
    pausedWall: clock.pausedWall,
    pausedWorking: clock.pausedWorking,
    dueAt: clock.dueAt,
    dueByHand: clock.dueByHand,
    breachedAt: clock.breachedAt,
    retroactive: clock.retroactive,
    warned: clock.warned,
    nextAt: clock.nextAt,
    weighed: clock.weighed,
    stoppedAt: clock.stoppedAt,
    end: clock.end,
    reason: clock.reason,
    ...part,
  }
}

/** Working time run until an instant. */
export function elapsedAt(clock: Clock, at: number, hoursOf: HoursOf): number {
  return clock.since === null || at <= clock.since
    ? clock.elapsed
    : clock.elapsed + hoursOf(clock.calendar).between(clock.since, at)
}

/** The instant at which the clock has run for `ms`, as far as it is known: `null` while it stands still short of it. */
export function reached(clock: Clock, ms: number, hoursOf: HoursOf): number | null {
  const rest = ms - clock.elapsed
  if (rest > 0 || clock.ran.length === 0)
    return clock.since === null ? null : hoursOf(clock.calendar).add(clock.since, rest)
  let before = 0
  for (const { from, to, calendar } of clock.ran) {
    const hours = hoursOf(calendar)
    const length = hours.between(from, to)
    if (before + length >= ms) return hours.add(from, ms - before)
    before += length
  }
  return null
}

/** The clock with the due instant that its target and its past give. */
export function withDue(clock: Clock, hoursOf: HoursOf): Clock {
  const dueAt = clock.dueByHand ?? (clock.since === null ? clock.breachedAt : reached(clock, clock.target, hoursOf))
  return dueAt === clock.dueAt ? clock : changed(clock, { dueAt })
}

/** Where a clock has run, the running stretch closed at an instant. */
function ranUntil({ ran, since, calendar }: Clock, at: number): readonly Stretch[] {
  return since === null || at <= since ? ran : [...ran, { from: since, to: at, calendar }]
}

function pausedWorkingUntil({ pausedSince, pausedWorking, calendar }: Clock, at: number, hoursOf: HoursOf): number {
  return pausedSince === null ? pausedWorking : pausedWorking + hoursOf(calendar).between(pausedSince, at)
}

/** A clock that stands still: not due, unless it was missed or set by hand. */
export function pauseClock(clock: Clock, at: number, hoursOf: HoursOf): Clock {
  const dueAt = clock.dueByHand ?? clock.breachedAt
  const [ran, elapsed] = [ranUntil(clock, at), elapsedAt(clock, at, hoursOf)]
  return changed(clock, { ran, elapsed, since: null, pausedSince: at, dueAt, nextAt: null })
}

export function resumeClock(clock: Clock, at: number, hoursOf: HoursOf): Clock {
  const pausedWall = clock.pausedWall + at - (clock.pausedSince ?? at)
  const pausedWorking = pausedWorkingUntil(clock, at, hoursOf)
  return withDue(changed(clock, { since: at, pausedSince: null, pausedWall, pausedWorking }), hoursOf)
}

/** Ends a clock that runs; its due instant stays as it was in force. */
export function meetClock(clock: Clock, at: number, hoursOf: HoursOf): Clock {
  const [ran, elapsed] = [ranUntil(clock, at), elapsedAt(clock, at, hoursOf)]
  return changed(clock, { ran, elapsed, since: null, nextAt: null, stoppedAt: at, end: 'met' })
}

export function cancelClock(
  clock: Clock,
  at: number,
  { reason, hoursOf }: { readonly reason: string; readonly hoursOf: HoursOf },
): Clock {
  const pausedWall = clock.pausedWall + at - (clock.pausedSince ?? at)
  const pausedWorking = pausedWorkingUntil(clock, at, hoursOf)
  const [ran, elapsed] = [ranUntil(clock, at), elapsedAt(clock, at, hoursOf)]
  const stood = { ran, elapsed, since: null, pausedSince: null, pausedWall, pausedWorking }
  return changed(changed(clock, stood), { nextAt: null, stoppedAt: at, end: 'cancelled', reason })
}

/** A clock that ended goes on in a new cycle, with the time it has run and without what lay between. */
export function continueClock(ended: Clock, rule: MetricRule, { cycle, policy, target, at }: Start): Clock {
  const { calendar } = rule
  return changed(ended, {
    cycle,
    policy,
    target,
    calendar,
    weighed: { target, calendar },
    since: at,
    stoppedAt: null,
    end: null,
    reason: null,
    breachedAt: null,
    retroactive: false,
    warned: [],
  })
}

/** Another promise for a clock, from an instant on. */
export interface Change extends Promised {
  readonly policy: string
  readonly at: number
  readonly hoursOf: HoursOf
}

/** The clock under another promise, the time that it has run included; of two promises the stricter one where its rule says so. */
export function retargetClock(clock: Clock, mode: MetricRule['onChange'], change: Change): Clock {
  const { policy, target, calendar } = change
  const carried = carry(clock, change)
  if (mode !== 'keepStricter') return carried
  const kept = changed(clock, { policy, weighed: { target, calendar } })
  return isDueFirst(kept, carried, change) ? kept : carried
}

function carry(clock: Clock, { policy, target, calendar, at, hoursOf }: Change): Clock {
  // Time spent stays spent, in the working time in which it was spent; only what follows is in the new calendar's.
  const isSettled = calendar === clock.calendar || clock.since === null
  const settled = isSettled
    ? clock
    : changed(clock, { ran: ranUntil(clock, at), elapsed: elapsedAt(clock, at, hoursOf), since: at })
  return withDue(changed(settled, { policy, target, calendar, weighed: { target, calendar } }), hoursOf)
}

/** Whether one clock would be due no later than the other, were both running from now on. */
function isDueFirst(one: Clock, other: Clock, { at, hoursOf }: Pick<Change, 'at' | 'hoursOf'>): boolean {
  const due = (clock: Clock) =>
    reached(clock.since === null ? changed(clock, { since: at }) : clock, clock.target, hoursOf) ??
    Number.POSITIVE_INFINITY
  return due(one) <= due(other)
}
