/** Whether two groups differ: the difference with its interval, and a plain word for those who read no intervals. */
import { type Interval, type Moments, momentsOf, type Tally, tallyOf, wilsonInterval } from './interval.ts'
import { countFrom, type NpsScore, npsError, scoreOf } from './score.ts'
import type { ScoreKind } from './score-kind.ts'
import { t95, Z95 } from './student-t.ts'

/** What can be said of the first group against the second. */
export interface Difference {
  /** The first less the second; `null` where one of them is empty. */
  readonly difference: number | null
  /** With 95 % confidence; `null` where the answers do not show how far they scatter. */
  readonly interval: Interval | null
  /** `none`: no difference can be shown, which is not to say that there is none. */
  readonly shown: 'higher' | 'lower' | 'none'
  /** The answers of both. */
  readonly n: number
  /** One sentence without its subject: `higher by 5 to 33 percentage points, with 150 answers`. */
  readonly words: string
}

/** A part of a whole. */
export interface Share {
  readonly count: number
  readonly n: number
}

/**
 * Compares two shares.
 *
 * @throws DeskError `score.bad-count` unless counts are whole and 0 <= count <= n.
 * @see R. G. Newcombe, “Interval estimation for the difference between independent proportions”, Statistics in
 *   Medicine 17 (1998), method 10.
 */
export function compareShares(first: Share, second: Share): Difference {
  const one = wilsonInterval(first.count, first.n)
  const other = wilsonInterval(second.count, second.n)
  const n = first.n + second.n
  if (one === null || other === null) return said({ difference: null, interval: null, n, unit: 'share' })
  const [p, q] = [first.count / first.n, second.count / second.n]
  const interval = {
    low: Math.max(-1, p - q - Math.hypot(p - one.low, other.high - q)),
    high: Math.min(1, p - q + Math.hypot(one.high - p, q - other.low)),
  }
  return said({ difference: p - q, interval, n, unit: 'share' })
}

/**
 * Compares two means.
 *
 * @see B. L. Welch, “The generalization of ‘Student’s’ problem …”, Biometrika 34 (1947).
 */
export function compareMeans(first: readonly number[], second: readonly number[]): Difference {
  return differenceOfMeans(momentsOf(tallyOf(first)), momentsOf(tallyOf(second)))
}

/** Compares two Net Promoter Scores, by their standard errors. */
export function compareNps(
  first: Pick<NpsScore, 'n' | 'promoters' | 'detractors'>,
  second: Pick<NpsScore, 'n' | 'promoters' | 'detractors'>,
): Difference {
  const n = first.n + second.n
  if (first.n === 0 || second.n === 0) return said({ difference: null, interval: null, n, unit: 'point' })
  const points = (of: typeof first) => (100 * (of.promoters - of.detractors)) / of.n
  const difference = points(first) - points(second)
  const errors = [npsError(first), npsError(second)]
  // A group without scatter says nothing of how sure it is; to take it as certain would show differences that are none.
  const half = errors.includes(0) ? null : Z95 * Math.hypot(...errors)
  const interval =
    half === null ? null : { low: Math.max(-200, difference - half), high: Math.min(200, difference + half) }
  return said({ difference, interval, n, unit: 'point' })
}

/** Compares the scores of two groups, from how often each answer was given. */
export function compareScores(kind: ScoreKind, first: Tally, second: Tally): Difference {
  switch (kind) {
    case 'csat':
      return compareShares(countFrom(first, 4), countFrom(second, 4))
    case 'goodBad':
      return compareShares(countFrom(first, 1), countFrom(second, 1))
    case 'ces1':
    case 'ces2':
      return differenceOfMeans(momentsOf(first), momentsOf(second))
    case 'nps':
      return compareNps(scoreOf(kind, first) as NpsScore, scoreOf(kind, second) as NpsScore)
    default:
      return kind satisfies never
  }
}

function differenceOfMeans(first: Moments, second: Moments): Difference {
  const n = first.n + second.n
  if (first.mean === null || second.mean === null) return said({ difference: null, interval: null, n, unit: 'mean' })
  const difference = first.mean - second.mean
  if (first.variance === 0 || second.variance === 0) return said({ difference, interval: null, n, unit: 'mean' })
  const [a, b] = [first.variance / first.n, second.variance / second.n]
  const df = (a + b) ** 2 / (a ** 2 / (first.n - 1) + b ** 2 / (second.n - 1))
  const half = t95(df) * Math.sqrt(a + b)
  return said({ difference, interval: { low: difference - half, high: difference + half }, n, unit: 'mean' })
}

type Unit = 'share' | 'mean' | 'point'

function said(found: Pick<Difference, 'difference' | 'interval' | 'n'> & { readonly unit: Unit }): Difference {
  const { difference, interval, n, unit } = found
  const shown = interval === null ? 'none' : interval.low > 0 ? 'higher' : interval.high < 0 ? 'lower' : 'none'
  const answers = `with ${n} ${n === 1 ? 'answer' : 'answers'}`
  const words =
    interval === null || shown === 'none'
      ? `no difference can be shown ${answers}`
      : `${shown} by ${rangeIn(unit, interval)}, ${answers}`
  return { difference, interval, shown, n, words }
}

/** The nearer end first, both without their sign. */
function rangeIn(unit: Unit, { low, high }: Interval): string {
  const factor = unit === 'share' ? 100 : 1
  const digits = unit === 'mean' ? 2 : 0
  const [near, far] = [Math.abs(low), Math.abs(high)]
    .sort((a, b) => a - b)
    .map((end) => (end * factor).toFixed(digits)) as [string, string]
  const noun = { share: ' percentage points', mean: '', point: ' points' }[unit]
  return `${near} to ${far}${noun}`
}
