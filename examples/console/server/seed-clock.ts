/** A clock that can be set back while the desk is filled, so that its tickets have a past. */
import type { Clock } from 'deskwright'

export interface SeedClock extends Clock {
  /** Stands at so many minutes before now. */
  standBack(minutes: number): void
  /** Goes on with the time. */
  goOn(): void
}

/** @param now - the time; a desk's clock is a port, and this one only puts a past before it. */
export function seedClock(now: () => number): SeedClock {
  let standsAt: number | null = null
  return {
    now: () => standsAt ?? now(),
    standBack: (minutes) => {
      standsAt = now() - minutes * 60_000
    },
    goOn: () => {
      standsAt = null
    },
  }
}
