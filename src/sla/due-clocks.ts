/** When clocks have something to tell: warnings at their levels, and the due instant. */
import { type Clock, type HoursOf, reached } from './sla-clock.ts'
import type { Level, MetricRule } from './sla-policy.ts'

/** The instant at which a level of warning is reached, by the clock's present course; `null`: not before it is due. */
export function warningAt(clock: Clock, level: Level, hoursOf: HoursOf): number | null {
  const { dueAt } = clock
  if (dueAt === null) return null
  if ('beforeMs' in level) return hoursOf(clock.calendar).add(dueAt, -level.beforeMs)
  const at = reached(clock, level.share * clock.target, hoursOf)
  return at !== null && at <= dueAt ? at : null
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

/** The next instant at which a clock has something to tell; `null`: not before something else happens to it. */
export function nextMoment(clock: Clock, rule: MetricRule | undefined, hoursOf: HoursOf): number | null {
  if (clock.end !== null || clock.since === null) return null
  let next = clock.breachedAt === null ? clock.dueAt : null
  for (const level of rule?.levels ?? []) {
    if (clock.warned.includes(level.id)) continue
    const at = warningAt(clock, level, hoursOf)
    if (at !== null && (next === null || at < next)) next = at
  }
  return next
}
