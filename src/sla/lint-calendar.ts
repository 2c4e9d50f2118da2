/** Finds what a calendar says without effect: legal, but hardly what somebody meant. */
import type { CalendarRules } from './check-calendar.ts'
import type { DayNumber } from './civil-date.ts'
import { DAY_MS, dayOfText } from './civil-date.ts'
import { openSpans } from './compile.ts'

/** One finding of `lint()`. */
export interface CalendarWarning {
  readonly code: 'calendar.exception-changes-nothing' | 'calendar.week-without-hours' | 'calendar.only-past-exceptions'
  /** Where in the definition: `exceptions[2]`. */
  readonly place: string
  readonly message: string
}

/** The warnings of checked rules; `today` is the local date before which an exception is past. */
export function lintCalendar(rules: CalendarRules, today: DayNumber | undefined): readonly CalendarWarning[] {
  const warnings: CalendarWarning[] = []
  if (weekIsEmpty(rules)) {
    const message = 'No weekday has open time; only exceptions can open this calendar.'
    warnings.push({ code: 'calendar.week-without-hours', place: 'weekly', message })
  }
  const dates = [...rules.exceptions.keys()]
  dates.forEach((date, i) => {
    if (changesSomething(rules, date)) return
    const message = `The hours of ${date} are the same with and without this exception.`
    warnings.push({ code: 'calendar.exception-changes-nothing', place: `exceptions[${i}]`, message })
  })
  if (today !== undefined && dates.length > 0 && dates.every((date) => (dayOfText(date) ?? Infinity) < today)) {
    const message = 'Every exception lies in the past; the holidays to come are missing.'
    warnings.push({ code: 'calendar.only-past-exceptions', place: 'exceptions', message })
  }
  return warnings
}

/** Two ordinary weeks, so that a night which runs into Monday counts. */
function weekIsEmpty(rules: CalendarRules): boolean {
  return openSpans({ ...rules, exceptions: new Map() }, 0, 14 * DAY_MS).length === 0
}

// Forty years see each date of the year, 29 February too, on every weekday.
const YEARS = Array.from({ length: 41 }, (_, i) => 2000 + i)

function changesSomething(rules: CalendarRules, date: string): boolean {
  const exceptions = new Map(rules.exceptions)
  exceptions.delete(date)
  const days = date.length > 5 ? [date] : YEARS.map((year) => `${year}-${date}`)
  return days.some((text) => {
    const day = dayOfText(text)
    if (day === null) return false
    const around = [(day - 2) * DAY_MS, (day + 3) * DAY_MS] as const
    return String(openSpans(rules, ...around)) !== String(openSpans({ ...rules, exceptions }, ...around))
  })
}
