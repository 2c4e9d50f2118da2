/** The calendar: opening hours as data in, business time out. */
import type { InstantLike } from '../domain/time.ts'
import { toMs } from '../domain/time.ts'
import type { BusinessTime } from './business-time.ts'
import { businessTime } from './business-time.ts'
import type { CalendarDefinition, CalendarException } from './calendar-definition.ts'
import { checkCalendar } from './check-calendar.ts'
import { openSpans, ruleOn } from './compile.ts'
import type { CalendarWarning } from './lint-calendar.ts'
import { lintCalendar } from './lint-calendar.ts'
import { dayAt } from './working-days.ts'

/** Business time of one definition. */
export interface Calendar extends BusinessTime {
  /** The exception in force on the local date of an instant, or null on an ordinary date. */
  readonly exceptionAt: (instant: InstantLike) => CalendarException | null
  /**
   * What is legal but hardly meant: an exception that changes nothing, a week without hours, and, when `asOf` is given,
   * a list of exceptions that all lie before it.
   */
  readonly lint: (asOf?: InstantLike) => readonly CalendarWarning[]
}

/**
 * Checks opening hours and makes business time of them.
 *
 * A year is compiled when an instant of it is first asked for (about a millisecond, 40 KB for ordinary office
 * hours); from then on an answer costs the same for a minute and for a decade of open time.
 *
 * @throws DeskError `calendar.*` with `data.place`, such as `weekly.fri[0][1]`, when the definition is not right.
 *
 * @example
 * ```ts
 * import { calendar } from 'deskwright/sla'
 *
 * const support = calendar({
 *   timeZone: 'America/New_York',
 *   weekly: { mon: [['09:00', '17:00']], tue: [['09:00', '17:00']] },
 *   exceptions: [{ yearly: '07-04', open: [], name: 'Independence Day' }],
 * })
 * const due = support.add('2026-03-02T21:00:00Z', 2 * 3_600_000) // Monday 16:00 + 2 h = Tuesday 10:00
 * ```
 */
export function calendar(definition: CalendarDefinition): Calendar {
  const rules = checkCalendar(definition)
  return {
    ...businessTime(rules.zone, (from, to) => openSpans(rules, from, to)),
    exceptionAt: (instant) => ruleOn(rules, dayAt(rules.zone, toMs(instant)))?.exception ?? null,
    lint: (asOf) => lintCalendar(rules, asOf === undefined ? undefined : dayAt(rules.zone, toMs(asOf))),
  }
}
