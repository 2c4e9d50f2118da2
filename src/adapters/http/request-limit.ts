/** A limit to how often one caller may ask, for hosts whose proxy has none: so many requests, and one more every so often. */
import type { Clock } from '../../desk/ports.ts'
import type { Identity } from './serving.ts'

export interface RequestLimit {
  /** How many requests a caller may make at once. */
  readonly requests: number
  /** In which time so many come back, evenly. */
  readonly perSeconds: number
  /** Default: the machine's. */
  readonly clock?: Clock | undefined
}

/** Callers that are remembered before those who have not asked for long are forgotten. */
const REMEMBERED = 10_000

/**
 * A limit for each caller, kept in this process: several processes allow several times as much.
 *
 * @returns for `limit` of the handler: the seconds that a caller has to wait, 0 for none.
 */
export function requestLimit({ requests, perSeconds, clock = { now: () => Date.now() } }: RequestLimit) {
  // When the last of a caller's requests is paid off: one number tells how many are still to be.
  const paidAt = new Map<string, number>()
  const each = (perSeconds * 1000) / requests
  return ({ tenant = 'main', by }: Identity): number => {
    const now = clock.now()
    const key = `${tenant}\n${by.kind}\n${by.id}`
    const at = Math.max(paidAt.get(key) ?? 0, now) + each
    const waitMs = at - now - perSeconds * 1000
    // Thousandths of a millisecond are what dividing leaves.
    if (waitMs > 0.001) return waitMs / 1000
    if (paidAt.size >= REMEMBERED) for (const [known, paid] of paidAt) if (paid <= now) paidAt.delete(known)
    paidAt.set(key, at)
    return 0
  }
}
