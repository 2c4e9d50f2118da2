/** Calendar dates as whole numbers of days, because a date is a name on a wall and no instant. */

/** Milliseconds of 24 hours: the length of a date in wall time, not always in real time. */
export const DAY_MS = 86_400_000

/** The number of a date: days since 1970-01-01, negative before. */
export type DayNumber = number

const FORM = /^(1[89]|2[0-3])\d\d-\d\d-\d\d$/

/** The number of a written date, or null when there is no such date in the years 1800 to 2399. */
export function dayOfText(text: unknown): DayNumber | null {
  if (typeof text !== 'string' || !FORM.test(text)) return null
  const ms = Date.parse(`${text}T00:00:00Z`)
  return Number.isNaN(ms) || textOfDay(ms / DAY_MS) !== text ? null : ms / DAY_MS
}

/** The written form of a date: `2026-07-04`. */
export function textOfDay(day: DayNumber): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** 0 for Monday to 6 for Sunday. */
export function weekdayOf(day: DayNumber): number {
  return (((day + 3) % 7) + 7) % 7
}
