/** The questions that support asks of opening hours, answered by two table reads wherever the instant lies. */
import type { InstantLike } from '../domain/time.ts'
import { toMs } from '../domain/time.ts'
import { textOfDay } from './civil-date.ts'
import { closeFrom, eachSpan, isOpenAt, openBetween, openEarlier, openFrom, openLater } from './open-time.ts'
import { fault, shown } from './sla-faults.ts'
import type { FlatSpans } from './spans.ts'
import { timelineOf } from './timeline.ts'
import { dayAt, moveWorkingDays } from './working-days.ts'
import type { Zone } from './zone.ts'

/** A time in which a calendar is open throughout: `start <= instant < end`, epoch milliseconds. */
export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * What can be asked of opening hours.
 *
 * Instants are `Date`, ISO-8601 text with `Z` or an offset, or epoch milliseconds (fractions are cut off); answers
 * are epoch milliseconds, `null` for never, which means not before 2400, or not after 1800 when looking back.
 * Intervals are half-open. Every question refuses what is no instant with `time.bad-instant`, and years outside 1800
 * to 2399 with `calendar.out-of-range`. Exact from 1970 to 2037, and beyond as far as the engine's zone data reach.
 */
export interface BusinessTime {
  /** The zone that decides what a local date is; of combined calendars, the first one's. */
  readonly timeZone: string
  /**
   * The instant at which `ms` of open time have passed since `instant`; a negative amount goes back.
   *
   * The earliest such instant, so that an amount used up exactly lands on the closing; going back it is the latest,
   * the opening. Zero is `nextOpen(instant)`. Fractions of a millisecond are rounded.
   *
   * @throws DeskError `calendar.bad-amount` for what is no finite number.
   */
  readonly add: (instant: InstantLike, ms: number) => number | null
  /** Open milliseconds from `a` to `b`; negative when `b` is earlier: `between(a, b) === -between(b, a)`. */
  readonly between: (a: InstantLike, b: InstantLike) => number
  /** Whether the instant lies in open time; a closing instant does not. */
  readonly isOpen: (instant: InstantLike) => boolean
  /** The instant itself when open, else the next opening. */
  readonly nextOpen: (instant: InstantLike) => number | null
  /** The first closing after the instant, of the open span it lies in or of the next one. */
  readonly nextClose: (instant: InstantLike) => number | null
  /** The open spans in `[from, to)`, cut to it, in order, never touching; none when `to` is not later. */
  readonly spans: (from: InstantLike, to: InstantLike) => readonly Span[]
  /**
   * From `nextOpen(instant)` to the `days`-th following local date that has open time, at the same wall time, moved
   * between that date's first opening and last closing. Negative counts back; zero is `nextOpen(instant)`.
   *
   * The hours after midnight of a night shift make the date they lie on a date with open time.
   *
   * @throws DeskError `calendar.bad-amount` for what is no whole number.
   */
  readonly addWorkingDays: (instant: InstantLike, days: number) => number | null
  /** The local date at an instant: `'2026-03-02'`. */
  readonly dateOf: (instant: InstantLike) => string
}

/** Makes business time of a zone and a function that lists open time, which is asked for one window at a time. */
export function businessTime(zone: Zone, openSpans: (from: number, to: number) => FlatSpans): BusinessTime {
  const line = timelineOf(openSpans)
  return {
    timeZone: zone.id,
    add: (instant, ms) => {
      const t = msOf(instant)
      if (!Number.isFinite(ms)) throw badAmount('ms', ms)
      const whole = Math.floor(ms + 0.5)
      return whole > 0 ? openLater(line, t, whole) : whole < 0 ? openEarlier(line, t, -whole) : openFrom(line, t)
    },
    between: (a, b) => openBetween(line, msOf(a), msOf(b)),
    isOpen: (instant) => isOpenAt(line, msOf(instant)),
    nextOpen: (instant) => openFrom(line, msOf(instant)),
    nextClose: (instant) => closeFrom(line, msOf(instant)),
    spans: (from, to) => {
      const found: Span[] = []
      eachSpan(line, { from: toMs(from), to: toMs(to) }, (start, end) => found.push({ start, end }))
      return found
    },
    addWorkingDays: (instant, days) => {
      if (!Number.isInteger(days)) throw badAmount('days', days)
      return moveWorkingDays({ line, zone }, msOf(instant), days)
    },
    dateOf: (instant) => textOfDay(dayAt(zone, toMs(instant))),
  }
}

/** Numbers pass at once; `NaN` and infinities are refused by the lookup that cannot place them. */
function msOf(instant: InstantLike): number {
  return typeof instant === 'number' ? Math.floor(instant) : toMs(instant)
}

function badAmount(place: string, value: unknown): Error {
  return fault('calendar.bad-amount', { place, value: shown(value) })
}
