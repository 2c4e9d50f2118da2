/** CSAT, CES and NPS of plain answers: each with how many answered and how sure it is. */
import { type Interval, intervalOf, momentsOf, type Tally, tallyOf, wilsonInterval } from './interval.ts'
import { fault, shown } from './score-faults.ts'
import { SCALES, type ScoreKind } from './score-kind.ts'
import { Z95 } from './student-t.ts'

/** Customer satisfaction. */
export interface CsatScore {
  readonly n: number
  readonly satisfied: number
  /** 0..1; `null` when nobody answered. */
  readonly share: number | null
  /** Wilson. */
  readonly interval: Interval | null
}

/** Customer effort. */
export interface CesScore {
  readonly n: number
  /** On the scale of the question; `null` when nobody answered. */
  readonly mean: number | null
  /** Student’s t; `null` where there are fewer than two answers, or all are the same. */
  readonly interval: Interval | null
  /** CES 2.0: the share that answered 5, 6 or 7. `null` for CES 1.0, which has none, and when nobody answered. */
  readonly easyShare: number | null
  /** Wilson. */
  readonly easyInterval: Interval | null
}

/** Net Promoter Score. */
export interface NpsScore {
  readonly n: number
  readonly promoters: number
  readonly passives: number
  readonly detractors: number
  /** -100..100; `null` when nobody answered. */
  readonly points: number | null
  /** By the standard error; `null` where all answers fall into one group, which shows no scatter. */
  readonly interval: Interval | null
}

/** A score by its kind. */
export type Score =
  | ({ readonly kind: 'csat' | 'goodBad' } & CsatScore)
  | ({ readonly kind: 'ces1' | 'ces2' } & CesScore)
  | ({ readonly kind: 'nps' } & NpsScore)

/**
 * Customer satisfaction: the share of the top two boxes, or of good.
 *
 * @param answers - whole numbers 1..5, or `'good'` and `'bad'`; in any order, one scale at a time; may be empty.
 * @throws DeskError `survey.answer-out-of-range`, naming the first bad answer.
 */
export function csat(answers: readonly number[] | readonly ('good' | 'bad')[]): CsatScore {
  const kind = typeof answers[0] === 'string' ? 'goodBad' : 'csat'
  return csatOf(kind, tallyAnswers(kind, answers))
}

/**
 * Customer effort score.
 *
 * @param answers - `1.0`: whole numbers 1..5 of effort, low is good; `2.0`: 1..7 of agreement, high is good.
 * @throws DeskError `survey.answer-out-of-range`, naming the first bad answer.
 * @see M. Dixon, K. Freeman, N. Toman, “Stop Trying to Delight Your Customers”, HBR, July 2010, for 1.0.
 */
export function ces(answers: readonly number[], version: '1.0' | '2.0'): CesScore {
  const kind = version === '1.0' ? 'ces1' : 'ces2'
  return cesOf(kind, tallyAnswers(kind, answers))
}

/**
 * Net Promoter Score.
 *
 * @param answers - whole numbers 0..10, in any order; may be empty.
 * @returns points -100..100, or `null` when nobody answered (0 would claim balance).
 * @throws DeskError `survey.answer-out-of-range`, naming the first bad answer.
 * @see F. Reichheld, “The One Number You Need to Grow”, HBR, December 2003.
 */
export function nps(answers: readonly number[]): NpsScore {
  return npsOf(tallyAnswers('nps', answers))
}

/** The score of a kind, from how often each answer was given. */
export function scoreOf(kind: ScoreKind, tally: Tally): Score {
  switch (kind) {
    case 'csat':
    case 'goodBad':
      return { kind, ...csatOf(kind, tally) }
    case 'ces1':
    case 'ces2':
      return { kind, ...cesOf(kind, tally) }
    case 'nps':
      return { kind, ...npsOf(tally) }
    default:
      return kind satisfies never
  }
}

/** An answer as it is stored; `null` when it is none of this kind. */
export function readAnswer(kind: ScoreKind, answer: unknown): number | null {
  if (kind === 'goodBad') return answer === 'good' ? 1 : answer === 'bad' ? 0 : null
  const [low, high] = SCALES[kind]
  return Number.isInteger(answer) && (answer as number) >= low && (answer as number) <= high ? (answer as number) : null
}

/** What a kind is answered by, in words. */
export function allowedAnswers(kind: ScoreKind): string {
  return kind === 'goodBad' ? "'good' or 'bad'" : `a whole number from ${SCALES[kind][0]} to ${SCALES[kind][1]}`
}

function tallyAnswers(kind: ScoreKind, answers: readonly unknown[]): Tally {
  return tallyOf(
    answers.map((answer, index) => {
      const value = readAnswer(kind, answer)
      if (value !== null) return value
      const told = { place: `answers[${index}]`, value: shown(answer), allowed: allowedAnswers(kind) }
      throw fault('survey.answer-out-of-range', told)
    }),
  )
}

function csatOf(kind: 'csat' | 'goodBad', tally: Tally): CsatScore {
  const { count, n } = countFrom(tally, kind === 'csat' ? 4 : 1)
  return { n, satisfied: count, share: n === 0 ? null : count / n, interval: wilsonInterval(count, n) }
}

function cesOf(kind: 'ces1' | 'ces2', tally: Tally): CesScore {
  const { mean, ...rest } = momentsOf(tally)
  const { count, n } = countFrom(tally, 5)
  const hasShare = kind === 'ces2' && n > 0
  return {
    n,
    mean,
    interval: intervalOf({ mean, ...rest }),
    easyShare: hasShare ? count / n : null,
    easyInterval: hasShare ? wilsonInterval(count, n) : null,
  }
}

function npsOf(tally: Tally): NpsScore {
  const { count: promoters, n } = countFrom(tally, 9)
  const detractors = n - countFrom(tally, 7).count
  const passives = n - promoters - detractors
  if (n === 0) return { n, promoters, passives, detractors, points: null, interval: null }
  const points = (100 * (promoters - detractors)) / n
  const half = Z95 * npsError({ n, promoters, detractors })
  const interval = half === 0 ? null : { low: Math.max(-100, points - half), high: Math.min(100, points + half) }
  return { n, promoters, passives, detractors, points, interval }
}

/** The standard error of points: 100 · sqrt((P + D - (P - D)²) / n), P and D being shares. */
export function npsError({ n, promoters, detractors }: Pick<NpsScore, 'n' | 'promoters' | 'detractors'>): number {
  const spread = (promoters + detractors) / n - ((promoters - detractors) / n) ** 2
  return 100 * Math.sqrt(Math.max(0, spread) / n)
}

/** How many answers there are, and how many of them are this high or higher. */
export function countFrom(tally: Tally, lowest: number): { readonly count: number; readonly n: number } {
  let count = 0
  let n = 0
  for (const [value, times] of tally) {
    n += times
    if (value >= lowest) count += times
  }
  return { count, n }
}
