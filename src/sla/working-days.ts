/** Counting in dates instead of hours: "the third working day after that, at the same time of day". */
import type { DayNumber } from './civil-date.ts'
import { DAY_MS } from './civil-date.ts'
import { openBetween, openEarlier, openFrom } from './open-time.ts'
import type { Timeline } from './timeline.ts'
import type { Zone } from './zone.ts'
import { civilDay, firstInstantOf, wallAt } from './zone.ts'

interface Place {
  readonly line: Timeline
  readonly zone: Zone
}

/** The local date at an instant. */
export function dayAt(zone: Zone, t: number): DayNumber {
  return Math.floor(wallAt(zone.stretchesAt(t), t) / DAY_MS)
}

/** From `nextOpen(t)` to the `days`-th local date with open time: same wall time, clamped to that date's hours. */
export function moveWorkingDays(place: Place, t: number, days: number): number | null {
  const opened = openFrom(place.line, t)
  if (opened === null || days === 0) return opened
  const time = wallAt(place.zone.stretchesAt(opened), opened) - dayAt(place.zone, opened) * DAY_MS
  const step = Math.sign(days)
  let day: DayNumber | null = dayAt(place.zone, opened)
  for (let left = Math.abs(days); left > 0 && day !== null; left--) day = workingDay(place, day + step, step)
  return day === null ? null : clampToHours(place, day, time)
}

/** The given date if it has open time, else the nearest one that has, looking in one direction. */
function workingDay({ line, zone }: Place, day: DayNumber, step: number): DayNumber | null {
  for (let date = day; ; ) {
    const edge = midnight(zone, step > 0 ? date + 1 : date)
    if (edge - 2 * DAY_MS < line.begin || edge + 2 * DAY_MS > line.end) return null
    if (openPieces({ line, zone }, date).length > 0) return date
    const open = step > 0 ? openFrom(line, edge) : openEarlier(line, edge, 1)
    if (open === null) return null
    // One date short of it: where the clock goes back over midnight, dates overlap by an hour.
    date = step > 0 ? Math.max(date + 1, dayAt(zone, open) - 1) : Math.min(date - 1, dayAt(zone, open) + 1)
  }
}

function clampToHours(place: Place, day: DayNumber, time: number): number {
  const { line, zone } = place
  const wall = day * DAY_MS + time
  const wished = firstInstantOf(zone.stretchesAt(wall), wall)
  const pieces = openPieces(place, day)
  const first = openFrom(line, pieces[0]?.[0] ?? wished) ?? wished
  const last = (openEarlier(line, pieces.at(-1)?.[1] ?? wished, 1) ?? wished) + 1
  return Math.min(Math.max(wished, first), last)
}

/** The parts of a civil day that have open time: one, but two where the clock goes back over midnight. */
function openPieces({ line, zone }: Place, day: DayNumber): readonly (readonly [number, number])[] {
  return civilDay(zone.stretchesAt(day * DAY_MS), day).filter(([start, end]) => openBetween(line, start, end) > 0)
}

function midnight(zone: Zone, day: DayNumber): number {
  return firstInstantOf(zone.stretchesAt(day * DAY_MS), day * DAY_MS)
}
