/** Reads how long an endpoint asks to be left alone. */

const LONGEST_MS = 24 * 3_600_000
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/

/**
 * Until when, in epoch milliseconds; `null` when the header is absent, unreadable, or names the past. At most a day: more
 * would let an endpoint keep what waits for it for ever.
 *
 * @param header - seconds, or an HTTP date (RFC 9110, 10.2.3).
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null
  const until = /^\d+$/.test(header)
    ? nowMs + Number(header) * 1000
    : HTTP_DATE.test(header)
      ? Date.parse(header)
      : Number.NaN
  return until > nowMs ? Math.min(until, nowMs + LONGEST_MS) : null
}
