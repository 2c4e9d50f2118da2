/** Turns a definition that came from anywhere into rules that can be trusted, or says what is wrong and where. */
import type { CalendarDefinition, CalendarException } from './calendar-definition.ts'
import { WEEKDAYS } from './calendar-definition.ts'
import { dayOfText } from './civil-date.ts'
import { fault, shown } from './sla-faults.ts'
import type { Zone } from './zone.ts'
import { zoneOf } from './zone.ts'

/** Milliseconds of wall time after the date's midnight; the end is past the start and may lie on the next date. */
export type WallRange = readonly [start: number, end: number]

/** What a date has of its own: its hours replaced (`open`) or reduced (`closed`). */
export interface DateRule {
  readonly open: readonly WallRange[] | undefined
  readonly closed: readonly WallRange[] | undefined
  readonly exception: CalendarException
}

/** A definition after checking: numbers in place of texts, a lookup in place of a list. */
export interface CalendarRules {
  readonly zone: Zone
  /** Monday to Sunday. */
  readonly weekly: readonly (readonly WallRange[])[]
  readonly breaks: readonly (readonly WallRange[])[]
  /** By written date `2026-12-25` or `12-25`. */
  readonly exceptions: ReadonlyMap<string, DateRule>
}

const MINUTE = 60_000

type Raw = Readonly<Record<string, unknown>>

/**
 * Checks a definition.
 *
 * @throws DeskError `calendar.*`, the first fault in reading order, with `data.place` such as `weekly.fri[0][1]`.
 */
export function checkCalendar(definition: CalendarDefinition): CalendarRules {
  const raw = objectAt(definition, 'definition', ['timeZone', 'weekly', 'breaks', 'exceptions'])
  return {
    zone: zoneOf(raw.timeZone, 'timeZone'),
    weekly: weekAt(raw.weekly, 'weekly'),
    breaks: weekAt(raw.breaks ?? {}, 'breaks'),
    exceptions: exceptionsAt(raw.exceptions ?? []),
  }
}

/** Own keys only, on an object without a prototype: a key called `__proto__` is an unknown key like any other. */
function objectAt(value: unknown, place: string, known: readonly string[]): Raw {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw fault('calendar.not-an-object', { place, value: shown(value) })
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue
    const at = { place: place === 'definition' ? key : `${place}.${key}`, known: known.join(', ') }
    throw fault(known === WEEKDAYS ? 'calendar.unknown-weekday' : 'calendar.unknown-key', at)
  }
  return Object.assign(Object.create(null), value) as Raw
}

function listAt(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw fault('calendar.not-a-list', { place, value: shown(value) })
  return Array.from(value as readonly unknown[])
}

function weekAt(value: unknown, place: string): readonly (readonly WallRange[])[] {
  const raw = objectAt(value, place, WEEKDAYS)
  return WEEKDAYS.map((day) => hoursAt(raw[day] ?? [], `${place}.${day}`))
}

function hoursAt(value: unknown, place: string): readonly WallRange[] {
  return listAt(value, place).map((pair, i) => rangeAt(pair, `${place}[${i}]`))
}

function rangeAt(pair: unknown, place: string): WallRange {
  if (!Array.isArray(pair) || pair.length !== 2) throw fault('calendar.bad-interval', { place, value: shown(pair) })
  const start = minutesAt(pair[0], `${place}[0]`, 1439)
  const end = minutesAt(pair[1], `${place}[1]`, 1440)
  return [start * MINUTE, (end > start ? end : end + 1440) * MINUTE]
}

function minutesAt(value: unknown, place: string, max: number): number {
  const form = typeof value === 'string' ? /^(\d\d):([0-5]\d)$/.exec(value) : null
  const minutes = form ? Number(form[1]) * 60 + Number(form[2]) : Infinity
  if (minutes > max) throw fault('calendar.bad-time', { place, value: shown(value) })
  return minutes
}

function exceptionsAt(value: unknown): ReadonlyMap<string, DateRule> {
  const rules = new Map<string, DateRule>()
  const places = new Map<string, string>()
  listAt(value, 'exceptions').forEach((item, i) => {
    const place = `exceptions[${i}]`
    const raw = objectAt(item, place, ['date', 'yearly', 'open', 'closed', 'name'])
    const key = dateKeyAt(raw, place)
    const first = places.get(key)
    if (first) throw fault('calendar.date-twice', { place, value: shown(key), first })
    places.set(key, place)
    rules.set(key, dateRuleAt(raw, place))
  })
  return rules
}

function dateKeyAt(raw: Raw, place: string): string {
  if ((raw.date === undefined) === (raw.yearly === undefined)) throw fault('calendar.exception-day', { place })
  if (raw.date !== undefined) {
    if (dayOfText(raw.date) !== null) return raw.date as string
    throw fault('calendar.bad-date', { place: `${place}.date`, value: shown(raw.date), form: 'YYYY-MM-DD' })
  }
  // 2000 was a leap year, so 02-29 passes.
  if (typeof raw.yearly === 'string' && dayOfText(`2000-${raw.yearly}`) !== null) return raw.yearly
  throw fault('calendar.bad-date', { place: `${place}.yearly`, value: shown(raw.yearly), form: 'MM-DD' })
}

function dateRuleAt(raw: Raw, place: string): DateRule {
  const { name, open, closed } = raw
  if (name !== undefined && (typeof name !== 'string' || name.trim() === '' || name.length > 200))
    throw fault('calendar.bad-name', { place: `${place}.name`, value: shown(name) })
  if ((open === undefined) === (closed === undefined)) throw fault('calendar.exception-change', { place })
  return {
    open: open === undefined ? undefined : hoursAt(open, `${place}.open`),
    closed: closed === undefined ? undefined : hoursAt(closed, `${place}.closed`),
    exception: JSON.parse(JSON.stringify(raw)) as CalendarException,
  }
}
