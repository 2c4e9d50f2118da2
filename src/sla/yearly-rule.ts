/** The yearly recurrence rules in which holidays are published: "25 December", "the fourth Thursday of November". */
import type { DayNumber } from './civil-date.ts'
import { dayOfText, textOfDay, weekdayOf } from './civil-date.ts'

/** A rule `FREQ=YEARLY` of RFC 5545, 3.3.10. Empty lists mean "not given". */
export interface YearlyRule {
  readonly interval: number
  readonly count: number
  readonly until: DayNumber
  readonly months: readonly number[]
  /** -31..31 without 0; negative counts from the month's end. */
  readonly monthDays: readonly number[]
  /** Weekday 0 (Monday) to 6, and which of the month: 0 for each, -1 for the last. */
  readonly weekdays: readonly { readonly weekday: number; readonly nth: number }[]
}

const CODES = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
const KNOWN = ['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'BYMONTH', 'BYMONTHDAY', 'BYDAY', 'WKST']

/** Reads a rule; null when it is not yearly, or uses a part that is not read here. */
export function readYearlyRule(text: string): YearlyRule | null {
  const pairs = text
    .toUpperCase()
    .split(';')
    .filter(Boolean)
    .map((part) => part.split('='))
  const parts = new Map(pairs.map(([name = '', value = '']) => [name, value]))
  if (parts.get('FREQ') !== 'YEARLY' || [...parts.keys()].some((name) => !KNOWN.includes(name))) return null
  const list = (name: string) => (parts.get(name) ?? '').split(',').filter(Boolean)
  const until = (parts.get('UNTIL') ?? '23991231').slice(0, 8).replace(/(....)(..)(..)/, '$1-$2-$3')
  const rule = {
    interval: Number(parts.get('INTERVAL') ?? 1),
    count: Number(parts.get('COUNT') ?? Infinity),
    until: dayOfText(until) ?? Number.NaN,
    months: list('BYMONTH').map(Number),
    monthDays: list('BYMONTHDAY').map(Number),
    weekdays: list('BYDAY').map((code) => ({ weekday: CODES.indexOf(code.slice(-2)), nth: Number(code.slice(0, -2)) })),
  }
  return isSound(rule) ? rule : null
}

function isSound({ interval, count, until, months, monthDays, weekdays }: YearlyRule): boolean {
  const whole = (value: number, max: number) => Number.isInteger(value) && Math.abs(value) <= max
  return (
    whole(interval, 400) &&
    interval > 0 &&
    count > 0 &&
    !Number.isNaN(until) &&
    months.every((month) => whole(month, 12) && month > 0) &&
    monthDays.every((day) => whole(day, 31) && day !== 0) &&
    weekdays.every(({ weekday, nth }) => weekday >= 0 && whole(nth, 5)) &&
    // Without a month "the 20th Monday" is counted over the year, which no holiday needs.
    (weekdays.length === 0 || months.length > 0)
  )
}

/** The dates of a rule from `first`, which is always one of them, to `last`. */
export function yearlyDates(rule: YearlyRule, first: DayNumber, last: DayNumber): readonly DayNumber[] {
  const dates = [first]
  const [firstYear, lastYear] = [first, last].map((day) => Number(textOfDay(day).slice(0, 4))) as [number, number]
  for (let year = firstYear; year <= lastYear && dates.length < rule.count; year += rule.interval) {
    for (const day of datesInYear(rule, year, first)) {
      if (day > first && day <= Math.min(last, rule.until) && dates.length < rule.count) dates.push(day)
    }
  }
  return dates
}

function datesInYear(rule: YearlyRule, year: number, first: DayNumber): readonly DayNumber[] {
  const [month, monthDay] = textOfDay(first).slice(5).split('-').map(Number) as [number, number]
  const everyMonth = Array.from({ length: 12 }, (_, i) => i + 1)
  const plain = rule.monthDays.length === 0
  const months = rule.months.length > 0 ? rule.months : plain ? [month] : everyMonth
  const fixed = plain && rule.weekdays.length === 0
  return [...new Set(months)]
    .sort((a, b) => a - b)
    .flatMap((one) =>
      daysOfMonth(year, one).filter((day, i, all) => {
        if (fixed) return i + 1 === monthDay
        const dayFits = plain || rule.monthDays.includes(i + 1) || rule.monthDays.includes(i - all.length)
        return dayFits && weekdayFits(rule, { day, index: i, length: all.length })
      }),
    )
}

function weekdayFits(rule: YearlyRule, at: { day: DayNumber; index: number; length: number }): boolean {
  if (rule.weekdays.length === 0) return true
  const fromStart = Math.floor(at.index / 7) + 1
  const fromEnd = -(Math.floor((at.length - 1 - at.index) / 7) + 1)
  return rule.weekdays.some(
    ({ weekday, nth }) => weekday === weekdayOf(at.day) && (nth === 0 || nth === fromStart || nth === fromEnd),
  )
}

function daysOfMonth(year: number, month: number): readonly DayNumber[] {
  const first = dayOfText(`${year}-${String(month).padStart(2, '0')}-01`)
  if (first === null) return []
  return Array.from({ length: 31 }, (_, i) => first + i).filter(
    (day) => textOfDay(day).slice(0, 7) === textOfDay(first).slice(0, 7),
  )
}
