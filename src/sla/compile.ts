/** Lays the rules of a calendar on the real line of time: the one place where wall clocks become instants. */
import type { CalendarRules, DateRule, WallRange } from './check-calendar.ts'
import type { DayNumber } from './civil-date.ts'
import { DAY_MS, dayOfText, textOfDay, weekdayOf } from './civil-date.ts'
import type { FlatSpans } from './spans.ts'
import { clipped, joined, without } from './spans.ts'
import type { Stretch } from './zone.ts'
import { civilDay, firstInstantOf, lastInstantOf } from './zone.ts'

/** The exception in force on a date: the dated one wins over the yearly one. */
export function ruleOn(rules: CalendarRules, day: DayNumber): DateRule | undefined {
  const date = textOfDay(day)
  return rules.exceptions.get(date) ?? rules.exceptions.get(date.slice(5))
}

/**
 * The open time of a calendar in `[from, to)`, at most one window of a zone long.
 *
 * Shifts open, breaks and partial closures close; both are cut where another date owns its civil day.
 */
export function openSpans(rules: CalendarRules, from: number, to: number): FlatSpans {
  // A shift ends within two dates of its start, and no clock was ever moved by more than one.
  const first = Math.floor(from / DAY_MS) - 4
  const last = Math.floor(to / DAY_MS) + 3
  const special = rulesBetween(rules, first - 1, last + 2)
  const weekly = rules.weekly.some((hours) => hours.length > 0)
  if (!weekly && ![...special.values()].some((rule) => rule.open?.length)) return []
  const stretches = rules.zone.stretchesAt((from + to) / 2)
  const cuts = cutsOf(special)
  let steady: Stretch | undefined
  const opened: number[] = []
  const closed: number[] = []
  for (let day = first; day <= last; day++) {
    if (steady === undefined || !isAround(steady, day)) steady = stretches.find((stretch) => isAround(stretch, day))
    const rule = special.get(day)
    const date = { stretches, steady, day, cuts: cuts.get(day) }
    const weekday = weekdayOf(day)
    layRanges(date, rule?.open ?? rules.weekly[weekday], opened)
    if (!rule?.open) layRanges(date, rules.breaks[weekday], closed)
    if (rule?.closed) layRanges(date, rule.closed, closed)
  }
  return clipped(without(joined(opened), joined(closed)), from, to)
}

/** The exceptions of a time, by date: looked up by exception, as there are fewer of them than days. */
function rulesBetween(rules: CalendarRules, first: DayNumber, last: DayNumber): ReadonlyMap<DayNumber, DateRule> {
  const found = new Map<DayNumber, DateRule>()
  const years = [first, (first + last) >> 1, last].map((day) => textOfDay(day).slice(0, 5))
  for (const date of rules.exceptions.keys()) {
    for (const text of date.length > 5 ? [date] : years.map((year) => year + date)) {
      const day = dayOfText(text)
      const rule = day !== null && day >= first && day <= last ? ruleOn(rules, day) : undefined
      if (rule) found.set(day as DayNumber, rule)
    }
  }
  return found
}

/** By date: the dates near it that own their civil day, into which its shifts could reach. */
function cutsOf(special: ReadonlyMap<DayNumber, DateRule>): ReadonlyMap<DayNumber, readonly DayNumber[]> {
  const cuts = new Map<DayNumber, DayNumber[]>()
  for (const [owner, rule] of special) {
    if (!rule.open) continue
    for (const day of [owner - 2, owner - 1, owner + 1]) cuts.set(day, [...(cuts.get(day) ?? []), owner])
  }
  return cuts
}

/** Whether a date's shifts lie in one stretch, far from a clock change: so on all but a dozen days a year. */
function isAround({ from, to, offset }: Stretch, day: DayNumber): boolean {
  return from + offset <= (day - 1) * DAY_MS && (day + 3) * DAY_MS <= to + offset
}

interface DateOnLine {
  readonly stretches: readonly Stretch[]
  /** The one stretch around the date, when there is one. */
  readonly steady: Stretch | undefined
  readonly day: DayNumber
  readonly cuts: readonly DayNumber[] | undefined
}

function layRanges(date: DateOnLine, ranges: readonly WallRange[] | undefined, out: number[]): void {
  if (!ranges) return
  const { stretches, steady, cuts } = date
  const midnight = date.day * DAY_MS
  for (const [start, end] of ranges) {
    const opens = steady ? midnight + start - steady.offset : firstInstantOf(stretches, midnight + start)
    const closes = steady ? midnight + end - steady.offset : lastInstantOf(stretches, midnight + end)
    if (closes <= opens) continue
    if (!cuts) out.push(opens, closes)
    else
      out.push(
        ...cuts.reduce<FlatSpans>((left, cut) => without(left, civilDay(stretches, cut).flat()), [opens, closes]),
      )
  }
}
