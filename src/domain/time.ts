/** Instants and lengths of time: one written form for instants, one unambiguous form for lengths. */
import { faultsOf } from './fault.ts'

/** An instant as ISO-8601 UTC text with milliseconds: `2026-03-02T09:30:00.000Z`. Sorts as text. */
export type Instant = string

/** Whatever a caller may hand in as an instant: `Date`, ISO-8601 text with an offset or `Z`, or epoch milliseconds. */
export type InstantLike = Date | string | number

/** A length of time: `'45s'`, `'90m'`, `'8h'`, `'250ms'`, or milliseconds. Days are refused: see `parseDuration`. */
export type DurationLike = `${number}ms` | `${number}s` | `${number}m` | `${number}h` | number

// Two tables, so that whoever only asks for instants carries no sentence about lengths.
const instantFault = /* @__PURE__ */ faultsOf({
  'time.bad-instant': {
    kind: 'invalid',
    says: ({ value }: { value: string }) =>
      `${value} is not an instant; give a Date, ISO-8601 text with Z or an offset, or epoch milliseconds.`,
  },
})
const lengthFault = /* @__PURE__ */ faultsOf({
  'time.bad-duration': {
    kind: 'invalid',
    says: ({ value }: { value: string }) =>
      `${value} is not a length of time; write '45s', '90m', '8h', or milliseconds as a number of at least 0.`,
  },
  'time.ambiguous-day': {
    kind: 'invalid',
    says: ({ value }: { value: string }) =>
      `${value} is refused: a day may mean 24 hours, a calendar day or a working day; write hours ('24h', or '8h' for a working day of eight).`,
  },
})

const ISO = /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)$/
const MAX_MS = 8.64e15

/**
 * Epoch milliseconds of an instant.
 *
 * @throws DeskError `time.bad-instant` for an invalid date, text without a zone, or a number past ±8.64e15.
 */
export function toMs(value: InstantLike): number {
  const ms =
    typeof value === 'number'
      ? value
      : value instanceof Date
        ? value.getTime()
        : typeof value === 'string' && ISO.test(value)
          ? Date.parse(value)
          : Number.NaN
  if (!(ms >= -MAX_MS && ms <= MAX_MS)) throw instantFault('time.bad-instant', { value: shown(value) })
  return Math.floor(ms)
}

/** The written form of an instant. */
export function toInstant(value: InstantLike): Instant {
  return new Date(toMs(value)).toISOString()
}

/** The longest wait that a timer of the web or of Node can make: what is longer, they take for 1 ms. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1

const UNIT = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/

/**
 * Milliseconds of a length of time, rounded to whole milliseconds.
 *
 * @throws DeskError `time.ambiguous-day` for `'1d'` or `'2w'`, `time.bad-duration` for anything else that is not a length.
 */
export function parseDuration(value: DurationLike | (string & {})): number {
  if (typeof value === 'number') {
    if (Number.isFinite(value) && value >= 0 && value <= MAX_MS) return Math.round(value)
    throw lengthFault('time.bad-duration', { value: shown(value) })
  }
  const match = typeof value === 'string' ? DURATION.exec(value) : null
  if (match) return Math.round(Number(match[1]) * UNIT[match[2] as keyof typeof UNIT])
  if (typeof value === 'string' && /^\d+(\.\d+)?\s*(d|w|day|days|week|weeks)$/i.test(value))
    throw lengthFault('time.ambiguous-day', { value: shown(value) })
  throw lengthFault('time.bad-duration', { value: shown(value) })
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60))
  // What has no prototype cannot be turned into text.
  return typeof value === 'object' && value !== null && !(value instanceof Date) ? 'an object' : String(value)
}
