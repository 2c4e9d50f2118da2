/** When clocks have something to tell: warnings at their levels, and the due instant. */
import { type Clock, type HoursOf, reached } from './sla-clock.ts'
import type { Level, MetricRule } from './sla-policy.ts'

/** The instant at which a level of warning is reached, by the clock's present course. */
export function warningAt(clock: Clock, level: Level, hoursOf: HoursOf): number | null {
  if ('share' in level) return reached(clock, level.share * clock.target, hoursOf)
  return clock.dueAt === null ? null : hoursOf(clock.calendar).add(clock.dueAt, -level.beforeMs)
}

/** Something that fell due: a level of warning, or, with `null`, the target itself. */
export interface Due {
  readonly at: number
  readonly level: Level | null
}

/** What of a clock lies before an instant and was not told yet, in order. At due is in time: only a running instant past it is late. */
export function dueBefore(
  clock: Clock,
  rule: MetricRule | undefined,
  { at, hoursOf }: { readonly at: number; readonly hoursOf: HoursOf },
): Due[] {
  const due: Due[] = []
  for (const level of rule?.levels ?? []) {
    if (clock.warned.includes(level.id)) continue
    const warnAt = warningAt(clock, level, hoursOf)
    if (warnAt !== null && warnAt < at) due.push({ at: warnAt, level })
  }
  if (clock.breachedAt === null && clock.dueAt !== null && clock.dueAt < at) due.push({ at: clock.dueAt, level: null })
  return due.sort((a, b) => a.at - b.at)
}

/** The next instant at which a living clock has something to tell; `null`: not before something else happens to it. */
export function nextMoment(clock: Clock, rule: MetricRule | undefined, hoursOf: HoursOf): number | null {
  if (clock.end !== null || clock.since === null) return null
  const warnings = (rule?.levels ?? [])
    .filter((level) => !clock.warned.includes(level.id))
    .map((level) => warningAt(clock, level, hoursOf))
  const moments = [...warnings, clock.breachedAt === null ? clock.dueAt : null].filter((at) => at !== null)
  return moments.length === 0 ? null : Math.min(...moments)
}
