/** What a clock on the wall shows in a zone, from Intl alone: only the instants of change are ever asked for. */
import type { DayNumber } from './civil-date.ts'
import { DAY_MS } from './civil-date.ts'
import { fault, shown } from './sla-faults.ts'

/** A time in which a zone's offset stands still: `from <= instant < to`, both epoch milliseconds. */
export interface Stretch {
  readonly from: number
  readonly to: number
  /** Wall time minus UTC, in milliseconds. Some old offsets have seconds (Monrovia, 1971: -44 min 30 s). */
  readonly offset: number
}

/** A zone of the IANA database. */
export interface Zone {
  readonly id: string
  /**
   * The stretches around an instant, in order and without holes: exact from six days before the window of about
   * 400 days that holds the instant until six days after it; beyond that the first and last offset are assumed.
   */
  readonly stretchesAt: (instant: number) => readonly Stretch[]
}

/** Time is cut into windows of 2^35 ms (398 days): about a year, and a shift instead of a search. */
export const WINDOW_MS = 2 ** 35
export const PER_WINDOW = 2 ** -35

// 3.1 days. No zone has ever changed its clock and changed it back within less than 3.98 days
// (Freetown, September 1939), so a step that finds equal offsets at both ends hides no change.
const STEP = 2 ** 28
const SECOND = 1000
const known = new Map<string, Zone>()

/**
 * The zone of an IANA name, in any case. Zones are kept, as every calendar of a zone needs the same changes.
 *
 * @param place - where the name stood, for the refusal.
 * @throws DeskError `calendar.unknown-zone`, also for `'+02:00'`: only some engines know offsets as zones.
 */
export function zoneOf(name: unknown, place: string): Zone {
  if (typeof name !== 'string' || !/^[a-z]/i.test(name))
    throw fault('calendar.unknown-zone', { place, value: shown(name) })
  const zone = known.get(name) ?? makeZone(name)
  if (!zone) throw fault('calendar.unknown-zone', { place, value: shown(name) })
  // Kept by its canonical name alone: spellings in other cases are without number.
  const same = known.get(zone.id) ?? zone
  known.set(same.id, same)
  return same
}

function makeZone(name: string): Zone | undefined {
  if (name === 'UTC') return { id: name, stretchesAt: () => [{ from: -Infinity, to: Infinity, offset: 0 }] }
  const format = wallFormat(name)
  if (!format) return undefined
  const windows = new Map<number, readonly Stretch[]>()
  const stretchesAt = (instant: number) => {
    const index = Math.floor(instant * PER_WINDOW)
    const found = windows.get(index) ?? findStretches(format, index * WINDOW_MS)
    windows.set(index, found)
    return found
  }
  return { id: format.resolvedOptions().timeZone, stretchesAt }
}

function wallFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    const twoDigits = '2-digit'
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      day: 'numeric',
      hour: twoDigits,
      minute: twoDigits,
      second: twoDigits,
    })
  } catch {
    return undefined
  }
}

function findStretches(format: Intl.DateTimeFormat, start: number): readonly Stretch[] {
  const found: Stretch[] = []
  let from = -Infinity
  let low = start - 2 * STEP
  let offset = readOffset(format, low)
  for (const end = start + WINDOW_MS + 2 * STEP; low < end; low += STEP) {
    const next = readOffset(format, low + STEP)
    if (next === offset) continue
    const at = findChange(format, { low, high: low + STEP, offset })
    found.push({ from, to: at, offset })
    from = at
    offset = next
  }
  found.push({ from, to: Infinity, offset })
  return found
}

function findChange(format: Intl.DateTimeFormat, step: { low: number; high: number; offset: number }): number {
  let low = Math.floor(step.low / SECOND)
  let high = Math.ceil(step.high / SECOND)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (readOffset(format, middle * SECOND) === step.offset) low = middle
    else high = middle
  }
  return high * SECOND
}

/** The day of the month tells yesterday from tomorrow, so neither year nor era has to be read. */
function readOffset(format: Intl.DateTimeFormat, instant: number): number {
  const seconds = Math.floor(instant / SECOND)
  const utc = new Date(seconds * SECOND)
  const [day = 0, hour = 0, minute = 0, second = 0] = (format.format(utc).match(/\d+/g) ?? []).map(Number)
  const away = day - utc.getUTCDate()
  const days = away > 1 ? -1 : away < -1 ? 1 : away
  const secondOfUtcDay = seconds - Math.floor(seconds / 86_400) * 86_400
  return (days * 86_400 + hour * 3600 + minute * 60 + second - secondOfUtcDay) * SECOND
}

/** Wall time at an instant, written as milliseconds as if the wall were in UTC. */
export function wallAt(stretches: readonly Stretch[], instant: number): number {
  for (const stretch of stretches) if (instant < stretch.to) return instant + stretch.offset
  return instant
}

/** The instant at which the wall first shows a time; in a gap, the first instant after the gap. */
export function firstInstantOf(stretches: readonly Stretch[], wall: number): number {
  for (const stretch of stretches) {
    if (wall < stretch.to + stretch.offset) return Math.max(stretch.from, wall - stretch.offset)
  }
  return wall
}

/** The instant at which the wall last shows a time; in a gap, the first instant after the gap. */
export function lastInstantOf(stretches: readonly Stretch[], wall: number): number {
  for (let i = stretches.length - 1; i >= 0; i--) {
    const stretch = stretches[i] as Stretch
    if (wall >= stretch.from + stretch.offset) return Math.min(stretch.to, wall - stretch.offset)
  }
  return wall
}

/**
 * The instants at which the wall shows a date, as pairs: 23, 24 or 25 hours; nothing for a date that a zone skipped
 * (Apia, 2011-12-30); two pieces where the clock went back over midnight (St John's until 2011, at 00:01).
 */
export function civilDay(
  stretches: readonly Stretch[],
  day: DayNumber,
): readonly (readonly [start: number, end: number])[] {
  return stretches
    .map(
      ({ from, to, offset }) =>
        [Math.max(from, day * DAY_MS - offset), Math.min(to, (day + 1) * DAY_MS - offset)] as const,
    )
    .filter(([start, end]) => start < end)
}
