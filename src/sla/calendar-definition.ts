/** The words in which opening hours are written down: plain data that survives JSON and a database. */

/** The seven keys of `weekly` and `breaks`, Monday first. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** A key of `weekly` and `breaks`. */
export type Weekday = (typeof WEEKDAYS)[number]

/**
 * Times of day as pairs `['HH:MM', 'HH:MM']`, half-open: the end is the first minute that no longer counts.
 * An end not later than its start lies on the next date: `['22:00', '06:00']` is a night,
 * `['09:00', '09:00']` is 24 hours. `'24:00'` is an end. Pairs may touch or overlap; nothing counts twice.
 */
export type Hours = readonly (readonly [start: string, end: string])[]

/** Hours by weekday; a weekday that is left out has none. */
export type WeeklyHours = { readonly [day in Weekday]?: Hours | undefined }

interface OneDate {
  /** The one local date, `'2026-12-25'`. Never an instant: a holiday begins at each desk's own midnight. */
  readonly date: string
  readonly yearly?: undefined
}

interface EveryYear {
  readonly date?: undefined
  /** The date of each year, `'12-25'`; `'02-29'` counts in leap years only. A `date` of its own wins over it. */
  readonly yearly: string
}

interface Replaced {
  /** The hours of that date in place of the weekly hours and breaks; `[]` is closed. */
  readonly open: Hours
  readonly closed?: undefined
}

interface Reduced {
  readonly open?: undefined
  /** Hours taken from the date; its weekly hours and breaks stay in force. */
  readonly closed: Hours
}

/** A date that differs: it replaces its hours (`open`) or loses some (`closed`). */
export type CalendarException = (OneDate | EveryYear) &
  (Replaced | Reduced) & {
    /** What people call it: "Christmas Day". Shown when a due instant is explained. */
    readonly name?: string | undefined
  }

/**
 * Opening hours in one zone.
 *
 * A shift belongs to the date on which it starts. A date whose hours are replaced owns its civil day: shifts of other
 * dates are cut there, its own night may run on. Breaks and `closed` are taken from whatever is open at that time of
 * that date, a night that began the evening before included.
 */
export interface CalendarDefinition {
  /** An IANA zone name: `'America/New_York'`, `'UTC'`. */
  readonly timeZone: string
  readonly weekly: WeeklyHours
  /** Taken from the weekly hours of that date; they do not apply on a date whose hours are replaced. */
  readonly breaks?: WeeklyHours | undefined
  readonly exceptions?: readonly CalendarException[] | undefined
}
