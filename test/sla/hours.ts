/** Short ways to write opening hours and instants in the tests of business time. */
import type { CalendarDefinition, Hours, Weekday, WeeklyHours } from '../../src/sla/calendar-definition.ts'

export const MINUTE = 60_000
export const HOUR = 3_600_000
export const WORKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'] as const
export const ALL_DAYS = [...WORKDAYS, 'sat', 'sun'] as const

/** The same hours on each of some weekdays. */
export function on(days: readonly Weekday[], ...hours: Hours): WeeklyHours {
  return Object.fromEntries(days.map((day) => [day, hours]))
}

/** Monday to Friday in a zone. */
export function office(timeZone: string, start: string, end: string): CalendarDefinition {
  return { timeZone, weekly: on(WORKDAYS, [start, end]) }
}

/** An answer in the written form of instants, for readable failures. */
export function written(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

/** An instant of UTC without seconds: `utc('2026-03-02 09:30')`. */
export function utc(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}:00Z`)
}
