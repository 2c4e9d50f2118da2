/** Reads holidays from iCalendar text (RFC 5545), as local dates and never as instants. */
import type { DayNumber } from './civil-date.ts'
import { dayOfText, textOfDay } from './civil-date.ts'
import type { HolidayProposal } from './holidays.ts'
import { badInput } from './holidays.ts'
import { readYearlyRule, yearlyDates } from './yearly-rule.ts'

/** An event that was read and not proposed, and why, so that nothing is lost in silence. */
export interface SkippedEvent {
  readonly name: string
  readonly reason: string
}

/** What a feed proposes between two dates. */
export interface HolidayFeed {
  /** In order of date. */
  readonly proposals: readonly HolidayProposal[]
  readonly skipped: readonly SkippedEvent[]
}

interface Property {
  /** Upper case, with its parameters: `DTSTART;VALUE=DATE`. */
  readonly name: string
  readonly value: string
}

type Event = readonly Property[]

/**
 * Proposals from the all-day events of an iCalendar file.
 *
 * A date stays the date that is written. `DTEND` is exclusive; events of several days are proposed day by day. Yearly
 * rules (`RRULE:FREQ=YEARLY` with INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY) are expanded, `RDATE` and
 * `EXDATE` of dates count, and an event with a `RECURRENCE-ID` takes its original's place. Timed and cancelled events
 * and other rules are listed as skipped.
 *
 * @param range - first and last local date that is proposed, both included.
 * @throws DeskError `holidays.bad-input`, when the text is no iCalendar or a date of the range is none.
 */
export function readICalendar(text: string, range: { readonly from: string; readonly to: string }): HolidayFeed {
  const from = dayOfText(range.from)
  const to = dayOfText(range.to)
  if (from === null) throw badInput('range.from', range.from, "a date 'YYYY-MM-DD'")
  if (to === null || to < from) throw badInput('range.to', range.to, "a date 'YYYY-MM-DD' not before range.from")
  if (typeof text !== 'string' || !/^\uFEFF?\s*BEGIN:VCALENDAR/i.test(text)) {
    throw badInput('text', text, 'iCalendar text, which begins with BEGIN:VCALENDAR')
  }
  const events = eventsOf(text)
  const moved = new Set(events.flatMap((event) => recurrenceId(event) ?? []))
  const read = events.map((event) => readEvent(event, { from, to, moved }))
  return {
    proposals: read.flatMap((one) => one.proposals).sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0)),
    skipped: read.flatMap((one) => one.skipped),
  }
}

/** The properties of each VEVENT, without those of an alarm inside it. */
function eventsOf(text: string): readonly Event[] {
  const events: Property[][] = []
  const open: string[] = []
  for (const line of text
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]/g, '')
    .split('\n')) {
    const match = /^([^:"]*(?:"[^"]*"[^:"]*)*):(.*)$/.exec(line.trim())
    if (!match) continue
    const name = (match[1] as string).toUpperCase()
    const value = match[2] as string
    if (name === 'BEGIN') open.push(value.toUpperCase())
    if (name === 'BEGIN' && open.at(-1) === 'VEVENT') events.push([])
    else if (name === 'END') open.pop()
    else if (open.at(-1) === 'VEVENT') events.at(-1)?.push({ name, value })
  }
  return events
}

interface Reading {
  readonly from: DayNumber
  readonly to: DayNumber
  readonly moved: ReadonlySet<string>
}

function readEvent(event: Event, reading: Reading): HolidayFeed {
  const name = unescaped(propertyOf(event, 'SUMMARY') ?? '').trim() || 'Holiday'
  const skip = (reason: string): HolidayFeed => ({ proposals: [], skipped: [{ name, reason }] })
  const first = dateOf(propertyOf(event, 'DTSTART'))
  if (propertyOf(event, 'STATUS')?.toUpperCase() === 'CANCELLED') return skip('It is cancelled.')
  if (first === null) return skip('It has a time of day, or no date that exists; only all-day events are holidays.')
  const length = lengthOf(event, first)
  if (length === null) return skip('Its end is not a date after its start.')
  const starts = startsOf(event, first, reading)
  if (typeof starts === 'string') return skip(starts)
  const kind = propertyOf(event, 'CATEGORIES')
  const proposals: HolidayProposal[] = []
  for (const start of starts) {
    const last = Math.min(start + length - 1, reading.to)
    for (let day = Math.max(start, reading.from); day <= last; day++) {
      proposals.push({
        date: textOfDay(day),
        name,
        kind: kind === undefined ? undefined : unescaped(kind),
        part: undefined,
      })
    }
  }
  return { proposals, skipped: [] }
}

/** The first days of all occurrences, or the reason why they cannot be told. */
function startsOf(event: Event, first: DayNumber, { to, moved }: Reading): readonly DayNumber[] | string {
  const rules = event.filter((property) => property.name.startsWith('RRULE'))
  const rule = rules[0] ? readYearlyRule(rules[0].value) : undefined
  if (rules.length > 1 || rule === null)
    return `Its rule ${rules.map((one) => one.value).join(' ')} is not one that is read here.`
  const uid = propertyOf(event, 'UID')
  const own = recurrenceId(event) !== undefined
  const excluded = new Set(datesOf(event, 'EXDATE'))
  const all = new Set([...(rule ? yearlyDates(rule, first, to) : [first]), ...datesOf(event, 'RDATE')])
  return [...all].filter((day) => !excluded.has(day) && (own || !moved.has(`${uid} ${day}`)))
}

/** Length in days; null when the end is unreadable. */
function lengthOf(event: Event, first: DayNumber): number | null {
  const end = propertyOf(event, 'DTEND')
  const duration = propertyOf(event, 'DURATION')
  if (end !== undefined) {
    const last = dateOf(end)
    // Some writers repeat the start as the end of a one-day event.
    return last === null || last < first ? null : Math.max(last - first, 1)
  }
  if (duration === undefined) return 1
  const form = /^P(\d{1,4})([DW])$/i.exec(duration)
  return form ? Math.max(Number(form[1]) * (form[2]?.toUpperCase() === 'W' ? 7 : 1), 1) : null
}

function recurrenceId(event: Event): string | undefined {
  const day = dateOf(propertyOf(event, 'RECURRENCE-ID'))
  return day === null ? undefined : `${propertyOf(event, 'UID')} ${day}`
}

function datesOf(event: Event, name: string): readonly DayNumber[] {
  return event
    .filter((property) => property.name.split(';')[0] === name)
    .flatMap((property) => property.value.split(','))
    .flatMap((text) => dateOf(text) ?? [])
}

function propertyOf(event: Event, name: string): string | undefined {
  return event.find((property) => property.name.split(';')[0] === name)?.value.trim()
}

function dateOf(text: string | undefined): DayNumber | null {
  const form = /^(\d{4})(\d\d)(\d\d)$/.exec(text ?? '')
  return form ? dayOfText(`${form[1]}-${form[2]}-${form[3]}`) : null
}

function unescaped(text: string): string {
  return text.replace(/\\([\\;,nN])/g, (_, sign: string) => (sign === 'n' || sign === 'N' ? ' ' : sign))
}
