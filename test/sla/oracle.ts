/**
 * Business time once more, written apart from the engine: on Temporal, date by date, one question at a time, slow.
 * It shares no code with `src/sla` but the type of a definition.
 */
import { Temporal } from 'temporal-polyfill'
import type { CalendarDefinition, CalendarException, Hours, WeeklyHours } from '../../src/sla/calendar-definition.ts'

interface Piece {
  /** The date on which the shift, break or closure starts. */
  readonly date: string
  readonly start: number
  readonly end: number
}

interface Segment {
  readonly start: number
  readonly end: number
  readonly date: string
  readonly isOpen: boolean
}

/** Open and closed segments of a window of dates; each lies on one local date. */
export interface OracleLine {
  readonly segments: readonly Segment[]
  readonly definition: CalendarDefinition
}

const NAMES = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

export function oracleLine(definition: CalendarDefinition, base: number, days: number): OracleLine {
  const zone = definition.timeZone
  const middle = Temporal.Instant.fromEpochMilliseconds(base).toZonedDateTimeISO(zone).toPlainDate()
  const dates: Temporal.PlainDate[] = []
  for (let i = -days - 3; i <= days + 3; i++) dates.push(middle.add({ days: i }))
  const exceptions = new Map(dates.map((date) => [date.toString(), exceptionOn(definition, date)]))
  const isReplaced = (date: string) => exceptions.get(date)?.open !== undefined
  const shifts: Piece[] = []
  const closures: Piece[] = []
  for (const date of dates) {
    const exception = exceptions.get(date.toString())
    const add = (hours: Hours | undefined, to: Piece[]) => {
      for (const [start, end] of hours ?? []) to.push({ date: date.toString(), ...piece(zone, date, start, end) })
    }
    add(exception?.open ?? hoursOn(definition.weekly, date), shifts)
    if (!exception?.open) add(hoursOn(definition.breaks ?? {}, date), closures)
    add(exception?.closed, closures)
  }
  const edges = [...shifts, ...closures].flatMap((one) => [one.start, one.end])
  // Where the clock goes back over midnight, a date begins twice.
  for (const date of dates) edges.push(startOf(zone, date), occurrence(zone, wall(date, '00:00'), 'later'))
  const first = startOf(zone, dates[3] as Temporal.PlainDate)
  const last = startOf(zone, dates[dates.length - 3] as Temporal.PlainDate)
  edges.push(...changesBetween(zone, first, last))
  const points = [...new Set([...edges, first, last])].filter((t) => t >= first && t <= last).sort((a, b) => a - b)
  const segments = points.slice(1).map((end, i): Segment => {
    const start = points[i] as number
    const date = dateAt(zone, start)
    const covers = (one: Piece) => one.start <= start && start < one.end && (one.date === date || !isReplaced(date))
    return { start, end, date, isOpen: shifts.some(covers) && !closures.some(covers) }
  })
  return { segments, definition }
}

function hoursOn(weekly: WeeklyHours, date: Temporal.PlainDate): Hours | undefined {
  return weekly[NAMES[date.dayOfWeek - 1] as (typeof NAMES)[number]]
}

function exceptionOn(definition: CalendarDefinition, date: Temporal.PlainDate): CalendarException | undefined {
  const text = date.toString()
  const all = definition.exceptions ?? []
  return all.find((one) => one.date === text) ?? all.find((one) => one.yearly === text.slice(5))
}

function piece(zone: string, date: Temporal.PlainDate, start: string, end: string): { start: number; end: number } {
  const endDate = end <= start || end === '24:00' ? date.add({ days: 1 }) : date
  return {
    start: occurrence(zone, wall(date, start), 'earlier'),
    end: occurrence(zone, wall(endDate, end === '24:00' ? '00:00' : end), 'later'),
  }
}

function wall(date: Temporal.PlainDate, time: string): Temporal.PlainDateTime {
  return date.toPlainDateTime(Temporal.PlainTime.from(time))
}

function occurrence(zone: string, at: Temporal.PlainDateTime, which: 'earlier' | 'later'): number {
  const found = at.toZonedDateTime(zone, { disambiguation: which })
  if (found.toPlainDateTime().equals(at)) return found.epochMilliseconds
  // In a gap "earlier" is a reading before it; the gap is the next change.
  const before = at.toZonedDateTime(zone, { disambiguation: 'earlier' })
  const change = before.getTimeZoneTransition('next')
  if (!change) throw new Error(`no change after ${before.toString()}`)
  return change.epochMilliseconds
}

function startOf(zone: string, date: Temporal.PlainDate): number {
  return occurrence(zone, wall(date, '00:00'), 'earlier')
}

function changesBetween(zone: string, first: number, last: number): number[] {
  const found: number[] = []
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(first).toZonedDateTimeISO(zone)
  while (at) {
    at = at.getTimeZoneTransition('next')
    if (!at || at.epochMilliseconds > last) break
    found.push(at.epochMilliseconds)
  }
  return found
}

function dateAt(zone: string, instant: number): string {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainDate().toString()
}

/** `undefined` always means: not within the window that was laid out. */
export type Perhaps<T> = T | undefined

export function oracleIsOpen(line: OracleLine, t: number): boolean {
  return line.segments.some((one) => one.isOpen && one.start <= t && t < one.end)
}

export function oracleBetween(line: OracleLine, a: number, b: number): number {
  if (b < a) return 0 - oracleBetween(line, b, a)
  let sum = 0
  for (const one of line.segments) if (one.isOpen) sum += Math.max(0, Math.min(b, one.end) - Math.max(a, one.start))
  return sum
}

export function oracleNextOpen(line: OracleLine, t: number): Perhaps<number> {
  const next = line.segments.find((one) => one.isOpen && one.end > t)
  return next && Math.max(t, next.start)
}

export function oracleNextClose(line: OracleLine, t: number): Perhaps<number> {
  const open = oracleNextOpen(line, t)
  return open === undefined ? undefined : line.segments.find((one) => one.start > open && !one.isOpen)?.start
}

export function oracleAdd(line: OracleLine, t: number, ms: number): Perhaps<number> {
  if (ms === 0) return oracleNextOpen(line, t)
  let left = Math.abs(ms)
  const parts = line.segments.filter((one) => one.isOpen)
  for (const one of ms > 0 ? parts : [...parts].reverse()) {
    const start = ms > 0 ? Math.max(one.start, t) : one.start
    const end = ms > 0 ? one.end : Math.min(one.end, t)
    if (end <= start) continue
    if (left <= end - start) return ms > 0 ? start + left : end - left
    left -= end - start
  }
  return undefined
}

export function oracleAddWorkingDays(line: OracleLine, t: number, days: number): Perhaps<number> {
  const zone = line.definition.timeZone
  const opened = oracleNextOpen(line, t)
  if (opened === undefined || days === 0) return opened
  const here = Temporal.Instant.fromEpochMilliseconds(opened).toZonedDateTimeISO(zone)
  const dates = [...new Set(line.segments.filter((one) => one.isOpen).map((one) => one.date))].sort()
  const at = dates.indexOf(here.toPlainDate().toString())
  const date = dates[at + days]
  if (date === undefined) return undefined
  const wished = occurrence(zone, Temporal.PlainDate.from(date).toPlainDateTime(here.toPlainTime()), 'earlier')
  const parts = line.segments.filter((one) => one.isOpen && one.date === date)
  const opening = Math.min(...parts.map((one) => one.start))
  const closing = Math.max(...parts.map((one) => one.end))
  return Math.min(Math.max(wished, opening), closing)
}

/** Open spans between two instants of the window, joined. */
export function oracleSpans(line: OracleLine, from: number, to: number): { start: number; end: number }[] {
  const out: { start: number; end: number }[] = []
  for (const one of line.segments) {
    const start = Math.max(one.start, from)
    const end = Math.min(one.end, to)
    if (!one.isOpen || end <= start) continue
    const last = out.at(-1)
    if (last?.end === start) out[out.length - 1] = { start: last.start, end }
    else out.push({ start, end })
  }
  return out
}
