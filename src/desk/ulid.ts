/** Ids that sort by the time they were made, from the desk's own clock and randomness. */
import { monotonicFactory } from 'ulid'
import type { Clock, RandomSource } from './ports.ts'

/** Within one millisecond the ids of one desk still grow: `ulid()` alone would not keep that order. */
export function ulid(clock: Clock, random: RandomSource): () => string {
  const next = monotonicFactory(() => random.next())
  return () => next(clock.now())
}
