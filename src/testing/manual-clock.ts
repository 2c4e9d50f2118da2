/** A clock that stands still until it is moved by hand. */
import type { Clock } from '../desk/ports.ts'
import { type Instant, type InstantLike, toInstant, toMs } from '../domain/time.ts'

export interface ManualClock extends Clock {
  /** The time as an instant's text. */
  instant(): Instant
  /** Moves on by milliseconds; back when negative, as clocks of real machines do. */
  advance(ms: number): void
  /** Moves to an instant, in either direction. */
  set(to: InstantLike): void
}

/**
 * A clock for tests: `desk.tick` and leases see exactly the time that the test set.
 *
 * @param start - the instant it stands at first.
 * @throws DeskError `time.bad-instant` for what is no instant, also from `set` and from `advance` past the last one.
 */
export function manualClock(start: InstantLike): ManualClock {
  let ms = toMs(start)
  return {
    now: () => ms,
    instant: () => toInstant(ms),
    advance(by) {
      ms = toMs(ms + by)
    },
    set(to) {
      ms = toMs(to)
    },
  }
}
