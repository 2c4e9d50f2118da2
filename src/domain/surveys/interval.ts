/** How sure a share or a mean is: 95 % intervals. */
import { fault, shown } from './score-faults.ts'
import { t95, Z95 } from './student-t.ts'

/** Where the true value lies, with 95 % confidence; both ends belong to it. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/**
 * The Wilson score interval of a share.
 *
 * @param count - how many of them.
 * @param n - how many there are; 0 gives `null`.
 * @returns within 0..1, around `count / n`; `low` is 0 for none of them and `high` is 1 for all of them.
 * @throws DeskError `score.bad-count` unless both are whole and 0 <= count <= n.
 * @see E. B. Wilson, “Probable Inference, the Law of Succession, and Statistical Inference”, JASA 22 (1927).
 */
export function wilsonInterval(count: number, n: number): Interval | null {
  if (!Number.isSafeInteger(count) || !Number.isSafeInteger(n) || count < 0 || count > n)
    throw fault('score.bad-count', { count: shown(count), n: shown(n) })
  if (n === 0) return null
  const p = count / n
  const z2 = Z95 * Z95
  const shrink = 1 + z2 / n
  const centre = (p + z2 / (2 * n)) / shrink
  const half = (Z95 / shrink) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n))
  // The formula gives 0 and 1 there too, but for the last digit.
  return {
    low: count === 0 ? 0 : Math.min(p, Math.max(0, centre - half)),
    high: count === n ? 1 : Math.max(p, Math.min(1, centre + half)),
  }
}

/** A set of numbers by what its mean and the mean's interval rest on. */
export interface Moments {
  readonly n: number
  /** `null` for an empty set. */
  readonly mean: number | null
  /** Of the sample, over n - 1; 0 for fewer than two. */
  readonly variance: number
}

/** How often each value was there. */
export type Tally = ReadonlyMap<number, number>

/** Counts how often each value is there. */
export function tallyOf(values: readonly number[]): Map<number, number> {
  const tally = new Map<number, number>()
  for (const value of values) tally.set(value, (tally.get(value) ?? 0) + 1)
  return tally
}

export function momentsOf(tally: Tally): Moments {
  // In ascending order, so that the same numbers in any order give the same sum.
  const counts = [...tally].sort(([a], [b]) => a - b)
  const n = counts.reduce((total, [, times]) => total + times, 0)
  if (n === 0) return { n, mean: null, variance: 0 }
  // Not by the sums: rounding would make equal numbers scatter.
  const [only, another] = counts.filter(([, times]) => times > 0)
  if (only && !another) return { n, mean: only[0], variance: 0 }
  const mean = counts.reduce((total, [value, times]) => total + value * times, 0) / n
  const squares = counts.reduce((total, [value, times]) => total + times * (value - mean) ** 2, 0)
  return { n, mean, variance: n < 2 ? 0 : squares / (n - 1) }
}

/**
 * The t-interval of a mean.
 *
 * @returns `null` where the numbers do not show how far they scatter: fewer than two, or all the same. An interval
 *   without length would claim certainty.
 * @throws DeskError `score.not-a-number`, naming the first.
 * @see Student, “The Probable Error of a Mean”, Biometrika 6 (1908).
 */
export function meanInterval(values: readonly number[]): Interval | null {
  values.forEach((value, index) => {
    if (!Number.isFinite(value)) throw fault('score.not-a-number', { place: `values[${index}]`, value: shown(value) })
  })
  return intervalOf(momentsOf(tallyOf(values)))
}

export function intervalOf({ n, mean, variance }: Moments): Interval | null {
  if (mean === null || variance === 0) return null
  const half = t95(n - 1) * Math.sqrt(variance / n)
  return { low: mean - half, high: mean + half }
}
