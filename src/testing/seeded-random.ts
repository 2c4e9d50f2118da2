/** Randomness that is the same in every run, for tests that have to be repeated. */
import type { RandomSource } from '../desk/ports.ts'

/**
 * A random source that gives the same numbers for the same seed, on every machine. For tests only: who has seen a few
 * numbers knows all that follow.
 *
 * @param seed - a whole number; its low 32 bits count.
 * @see Mulberry32 by Tommy Ettinger, public domain; every seed runs through 2^32 states.
 */
export function seededRandom(seed: number): RandomSource {
  let state = seed >>> 0
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
    },
  }
}
