/** Holidays from elsewhere are proposals: each is listed, and counts only when somebody accepts it. */
import type { CalendarException, Hours } from './calendar-definition.ts'
import { dayOfText, textOfDay } from './civil-date.ts'
import { fault, shown } from './sla-faults.ts'

/** One proposed day off. A holiday of several days is proposed day by day. */
export interface HolidayProposal {
  /** The local date, as the source wrote it; never converted between zones. */
  readonly date: string
  readonly name: string
  /** What the source calls it: `public`, `bank`, `observance` … of date-holidays, `CATEGORIES` of iCalendar. */
  readonly kind: string | undefined
  /** The part of the date, when it is not all of it: `[['14:00', '24:00']]` on a Christmas Eve. */
  readonly part: Hours | undefined
}

/**
 * Makes exceptions of the proposals that `accept` takes: closed dates, in order, one for each date.
 *
 * Several holidays on one date become one exception with all names; a whole day wins over parts of it.
 *
 * @param accept - asked once for each proposal: `(day) => day.kind === 'public'`, or a look into the host's own list.
 */
export function acceptHolidays(
  proposals: readonly HolidayProposal[],
  accept: (proposal: HolidayProposal) => boolean,
): readonly CalendarException[] {
  const dates = new Map<string, HolidayProposal[]>()
  for (const proposal of proposals.filter((one) => accept(one))) {
    const day = dates.get(proposal.date)
    if (day) day.push(proposal)
    else dates.set(proposal.date, [proposal])
  }
  return [...dates].sort(([a], [b]) => (a < b ? -1 : 1)).map(([date, all]) => exceptionOf(date, all))
}

function exceptionOf(date: string, all: readonly HolidayProposal[]): CalendarException {
  const name = [...new Set(all.map((one) => one.name))].join(' / ').slice(0, 200)
  const parts = all.flatMap((one) => one.part ?? [])
  return all.every((one) => one.part) ? { date, name, closed: parts } : { date, name, open: [] }
}

/** The part of a date-holidays entry that is read, by structure: the package itself is not needed here. */
export interface DateHolidaysEntry {
  /** Local, `'2026-12-25 00:00:00'`. */
  readonly date: string
  readonly start: Date | string
  readonly end: Date | string
  readonly name: string
  readonly type: string
}

/**
 * Proposals from the array that `new Holidays('US').getHolidays(2026)` of the date-holidays package returns.
 *
 * Dates are taken from the local text `date`, not from the instants `start` and `end`, which only give the length.
 *
 * @throws DeskError `holidays.bad-input`, naming the entry, such as `holidays[3].date`.
 */
export function readDateHolidays(entries: readonly DateHolidaysEntry[]): readonly HolidayProposal[] {
  if (!Array.isArray(entries)) throw badInput('holidays', entries, 'the array that getHolidays() returns')
  return entries.flatMap((entry, i) => proposalsOf(entry, `holidays[${i}]`))
}

function proposalsOf(entry: DateHolidaysEntry, place: string): readonly HolidayProposal[] {
  const { date, name, type } = entry ?? {}
  const form = typeof date === 'string' ? /^(\d{4}-\d\d-\d\d)(?: (\d\d):(\d\d):\d\d)?/.exec(date) : null
  const first = form ? dayOfText(form[1]) : null
  if (!form || first === null) throw badInput(`${place}.date`, date, "a local date such as '2026-12-25 00:00:00'")
  if (typeof name !== 'string' || name === '') throw badInput(`${place}.name`, name, 'a name')
  const length = (new Date(entry.end).getTime() - new Date(entry.start).getTime()) / 60_000
  if (!(length > 0 && length < 366 * 1440)) throw badInput(`${place}.end`, entry.end, 'an end after the start')
  const begins = Number(form[2] ?? 0) * 60 + Number(form[3] ?? 0)
  return partsOf(begins, length).map(([days, from, to]) => ({
    date: textOfDay(first + days),
    name,
    kind: typeof type === 'string' ? type : undefined,
    part: from === 0 && to === 1440 ? undefined : [[clock(from), clock(to)]],
  }))
}

/**
 * Cuts minutes at midnights: day, from minute, to minute. An end within an hour of midnight is midnight, since `start`
 * and `end` are instants and a day of a clock change is an hour shorter or longer than its wall says.
 */
function partsOf(begins: number, length: number): readonly (readonly [number, number, number])[] {
  const exact = begins + Math.round(length)
  const midnight = Math.round(exact / 1440) * 1440
  const ends = midnight > begins && Math.abs(exact - midnight) <= 60 ? midnight : exact
  const parts: [number, number, number][] = []
  for (let day = 0; day * 1440 < ends; day++) {
    parts.push([day, Math.max(begins - day * 1440, 0), Math.min(ends - day * 1440, 1440)])
  }
  return parts
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

/** The refusal of both readers of holidays. */
export function badInput(place: string, value: unknown, form: string): Error {
  return fault('holidays.bad-input', { place, value: shown(value), form })
}
