/** Scores against closed forms, published examples, and computations of another kind. */
import { isDeskError } from 'deskwright'
import {
  ces,
  compareMeans,
  compareNps,
  compareShares,
  csat,
  meanInterval,
  nps,
  wilsonInterval,
} from 'deskwright/scores'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareScores } from '../../../src/domain/surveys/compare.ts'
import { tallyOf } from '../../../src/domain/surveys/interval.ts'
import { scoreOf } from '../../../src/domain/surveys/score.ts'
import { SCALES, SCORE_KINDS } from '../../../src/domain/surveys/score-kind.ts'
import { t95, Z95 } from '../../../src/domain/surveys/student-t.ts'

const answersOf = (low: number, high: number, from = 0) =>
  fc.array(fc.integer({ min: low, max: high }), { minLength: from, maxLength: 60 })
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const average = (values: readonly number[]) => sum(values) / values.length

/** Where a function that falls, or rises, through 0 between two places does so. */
function root(f: (x: number) => number, low: number, high: number): number {
  const rises = f(high) > f(low)
  let [a, b] = [low, high]
  for (let step = 0; step < 200; step++) {
    const middle = (a + b) / 2
    if (f(middle) > 0 === rises) b = middle
    else a = middle
  }
  return (a + b) / 2
}

describe('csat', () => {
  it('is the share of fours and fives, or of good', () => {
    expect(csat([5, 4, 3, 2, 1])).toMatchObject({ n: 5, satisfied: 2, share: 0.4 })
    expect(csat(['good', 'bad', 'good', 'good'])).toMatchObject({ n: 4, satisfied: 3, share: 0.75 })
  })

  it('is null, not 0, when nobody answered', () => {
    expect(csat([])).toEqual({ n: 0, satisfied: 0, share: null, interval: null })
  })
})

describe('ces', () => {
  it('is a mean of effort in 1.0, without a share', () => {
    expect(ces([1, 2, 3], '1.0')).toMatchObject({ n: 3, mean: 2, easyShare: null, easyInterval: null })
  })

  it('is a mean of agreement in 2.0, with the share of five to seven', () => {
    expect(ces([7, 6, 5, 4], '2.0')).toMatchObject({ n: 4, mean: 5.5, easyShare: 0.75 })
  })

  it('is null, not 0, when nobody answered', () => {
    expect(ces([], '2.0')).toEqual({ n: 0, mean: null, interval: null, easyShare: null, easyInterval: null })
  })
})

describe('nps', () => {
  it('takes nine and ten as promoters, up to six as detractors', () => {
    const everybody = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    expect(nps(everybody)).toMatchObject({ n: 11, promoters: 2, passives: 2, detractors: 7, points: (100 * -5) / 11 })
  })

  it('has the interval of the standard error 100 · sqrt((P + D - (P - D)²) / n)', () => {
    // 50 promoters, 30 passives, 20 detractors: 30 points, give or take 1.96 · 100 · sqrt((0.7 - 0.09) / 100).
    const answers = [...Array(50).fill(10), ...Array(30).fill(8), ...Array(20).fill(3)]
    const half = 1.959963984540054 * 100 * Math.sqrt(0.0061)
    expect(nps(answers).interval?.low).toBeCloseTo(30 - half, 10)
    expect(nps(answers).interval?.high).toBeCloseTo(30 + half, 10)
  })

  it('equals the mean and the standard error of -100, 0 and 100, computed answer by answer', () => {
    fc.assert(
      fc.property(answersOf(0, 10, 1), (answers) => {
        const points = answers.map((answer) => (answer >= 9 ? 100 : answer <= 6 ? -100 : 0))
        const mean = average(points)
        const error = Math.sqrt(average(points.map((value) => (value - mean) ** 2)) / points.length)
        const score = nps(answers)
        expect(score.points).toBeCloseTo(mean, 9)
        const ends = error === 0 ? null : [Math.max(-100, mean - Z95 * error), Math.min(100, mean + Z95 * error)]
        sameEnds(score.interval, ends)
      }),
    )
  })

  it('has no interval where all answered alike: nothing shows how far answers scatter', () => {
    expect(nps([10, 9, 10])).toMatchObject({ points: 100, interval: null })
    expect(nps([])).toMatchObject({ n: 0, points: null, interval: null })
  })
})

describe('the Wilson interval', () => {
  const part = fc.integer({ min: 1, max: 2000 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))

  it('ends where the share is just within 1.96 standard errors of the end', () => {
    fc.assert(
      fc.property(part, ([count, n]) => {
        const p = count / n
        const distance = (end: number) => (end - p) ** 2 - (Z95 ** 2 * end * (1 - end)) / n
        const { low, high } = wilsonInterval(count, n)!
        expect(low).toBeCloseTo(count === 0 ? 0 : root(distance, 0, p), 9)
        expect(high).toBeCloseTo(count === n ? 1 : root(distance, p, 1), 9)
      }),
    )
  })

  it('lies within 0 and 1 and holds the share', () => {
    fc.assert(
      fc.property(part, ([count, n]) => {
        const { low, high } = wilsonInterval(count, n)!
        expect(0 <= low && low <= count / n && count / n <= high && high <= 1).toBe(true)
        expect(low < high).toBe(true)
      }),
    )
  })

  it('narrows when there are more of the same', () => {
    fc.assert(
      fc.property(part, fc.integer({ min: 2, max: 20 }), ([count, n], times) => {
        const few = wilsonInterval(count, n)!
        const many = wilsonInterval(count * times, n * times)!
        expect(many.high - many.low).toBeLessThan(few.high - few.low)
      }),
    )
  })

  it('mirrors: the interval of the others is 1 less the interval of these', () => {
    fc.assert(
      fc.property(part, ([count, n]) => {
        const these = wilsonInterval(count, n)!
        const others = wilsonInterval(n - count, n)!
        expect(others.low).toBeCloseTo(1 - these.high, 12)
        expect(others.high).toBeCloseTo(1 - these.low, 12)
      }),
    )
  })

  it('begins at 0 for none and ends at 1 for all, exactly', () => {
    for (let n = 1; n < 500; n++) {
      expect(wilsonInterval(0, n)?.low).toBe(0)
      expect(wilsonInterval(n, n)?.high).toBe(1)
    }
    expect(wilsonInterval(0, 0)).toBeNull()
  })

  it.each([
    [-1, 3],
    [4, 3],
    [1.5, 3],
    [Number.NaN, 3],
    [0, Number.POSITIVE_INFINITY],
  ])('refuses %d of %d', (count, n) => {
    expect(codeOf(() => wilsonInterval(count, n))).toBe('score.bad-count')
  })
})

describe('the interval of a mean', () => {
  it.each([
    [1, 12.706204736432095],
    [2, 4.302652729696142],
    [5, 2.570581835636314],
    [10, 2.2281388519649385],
    [30, 2.0422724563012373],
    [100, 1.9839715184496334],
    [1000, 1.9623390808264078],
    [1e9, 1.9599639869107],
  ])('reaches, at %d degrees of freedom, %d standard errors to each side', (df, expected) => {
    expect(t95(df)).toBeCloseTo(expected, 9)
  })

  it('leaves 5 % of Student’s density outside, integrated step by step', () => {
    fc.assert(
      fc.property(fc.double({ min: 3, max: 1200, noNaN: true }), (df) => {
        const density = (t: number) => (1 + (t * t) / df) ** (-(df + 1) / 2)
        // t = tan(u) brings the whole line into a finite piece.
        const under = (to: number) => simpson((u) => density(Math.tan(u)) / Math.cos(u) ** 2, to)
        expect(under(Math.atan(t95(df))) / under(Math.PI / 2 - 1e-9)).toBeCloseTo(0.95, 6)
      }),
      { numRuns: 30 },
    )
  })

  it('is the mean, give or take t standard errors, computed number by number', () => {
    fc.assert(
      fc.property(answersOf(1, 7, 2), (values) => {
        const mean = average(values)
        const variance = sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1)
        const half = t95(values.length - 1) * Math.sqrt(variance / values.length)
        sameEnds(meanInterval(values), half < 1e-9 ? null : [mean - half, mean + half])
      }),
    )
  })

  it('is null for one number and for equal ones', () => {
    expect(meanInterval([])).toBeNull()
    expect(meanInterval([3])).toBeNull()
    // Whose sum is not three times as much.
    expect(meanInterval([0.1, 0.1, 0.1])).toBeNull()
    expect(compareMeans([0.1, 0.1, 0.1], [0.2, 0.2, 0.2])).toMatchObject({ interval: null, shown: 'none' })
    expect(meanInterval([3, 3, 3])).toBeNull()
  })

  it('refuses what is no number', () => {
    expect(codeOf(() => meanInterval([1, Number.NaN]))).toBe('score.not-a-number')
  })

  it('holds the true mean about 95 times in 100', () => {
    let seed = 7
    const draw = () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return 1 + Math.floor((seed / 2 ** 32) * 7)
    }
    let held = 0
    for (let trial = 0; trial < 4000; trial++) {
      const interval = meanInterval(Array.from({ length: 12 }, draw))
      if (interval && interval.low <= 4 && 4 <= interval.high) held++
    }
    expect(held / 4000).toBeGreaterThan(0.93)
    expect(held / 4000).toBeLessThan(0.97)
  })
})

describe('the difference of two groups', () => {
  // The published table of Newcombe (1998), method 10.
  it.each([
    [56, 70, 48, 80, 0.2, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.6, 0.1705, 0.809],
    [6, 7, 2, 7, 0.5714, 0.0582, 0.8062],
    [5, 56, 0, 29, 0.0893, -0.0381, 0.1926],
    [10, 10, 0, 20, 1, 0.6791, 1],
  ])('of %d/%d and %d/%d is as published', (count, n, otherCount, otherN, difference, low, high) => {
    const found = compareShares({ count, n }, { count: otherCount, n: otherN })
    expect(found.difference).toBeCloseTo(difference, 4)
    expect(found.interval?.low).toBeCloseTo(low, 4)
    expect(found.interval?.high).toBeCloseTo(high, 4)
  })

  it('of two means is Welch’s', () => {
    // The heights of two groups; by hand: a = 2.5/5, b = 10/5, 1.5² degrees' worth of t.
    const found = compareMeans([1, 2, 3, 4, 5], [2, 4, 6, 8, 10])
    const df = 2.5 ** 2 / (0.5 ** 2 / 4 + 2 ** 2 / 4)
    expect(found.difference).toBe(-3)
    expect(found.interval?.low).toBeCloseTo(-3 - t95(df) * Math.sqrt(2.5), 9)
    expect(found.interval?.high).toBeCloseTo(-3 + t95(df) * Math.sqrt(2.5), 9)
  })

  it('turns its sign when the groups change places', () => {
    for (const kind of SCORE_KINDS)
      fc.assert(
        fc.property(answersOf(...SCALES[kind]), answersOf(...SCALES[kind]), (a, b) => {
          const there = compareScores(kind, tallyOf(a), tallyOf(b))
          const back = compareScores(kind, tallyOf(b), tallyOf(a))
          expect(back.difference ?? 0).toBeCloseTo(-(there.difference ?? 0), 9)
          expect(back.interval === null).toBe(there.interval === null)
          if (back.interval) expect(back.interval.low).toBeCloseTo(-(there.interval?.high ?? Number.NaN), 9)
          expect(back.shown).toBe({ higher: 'lower', lower: 'higher', none: 'none' }[there.shown])
        }),
      )
  })

  it('is never shown between a group and itself', () => {
    for (const kind of SCORE_KINDS)
      fc.assert(
        fc.property(answersOf(...SCALES[kind]), (answers) => {
          expect(compareScores(kind, tallyOf(answers), tallyOf(answers)).shown).toBe('none')
        }),
      )
  })

  it('is said in plain words', () => {
    expect(compareShares({ count: 56, n: 70 }, { count: 48, n: 80 }).words).toBe(
      'higher by 5 to 33 percentage points, with 150 answers',
    )
    expect(compareShares({ count: 15, n: 20 }, { count: 11, n: 17 }).words).toBe(
      'no difference can be shown with 37 answers',
    )
    expect(compareShares({ count: 0, n: 0 }, { count: 1, n: 1 }).words).toBe('no difference can be shown with 1 answer')
    const few = { n: 100, promoters: 10, detractors: 60 }
    const many = { n: 100, promoters: 60, detractors: 10 }
    expect(compareNps(few, many).words).toBe('lower by 81 to 119 points, with 200 answers')
    expect(compareMeans([1, 2, 1, 2, 1, 2], [6, 7, 6, 7, 6, 7]).words).toBe('lower by 4.30 to 5.70, with 12 answers')
  })

  it('is not shown where a group does not scatter, however far the two are apart', () => {
    expect(compareNps({ n: 2, promoters: 2, detractors: 0 }, { n: 9, promoters: 0, detractors: 8 })).toMatchObject({
      interval: null,
      shown: 'none',
    })
    expect(compareMeans([7, 7], [1, 2, 1, 2])).toMatchObject({ interval: null, shown: 'none' })
  })
})

describe('a bad answer', () => {
  it.each([
    ['csat', () => csat([5, 6]), 'answers[1]'],
    ['csat', () => csat([0]), 'answers[0]'],
    ['csat', () => csat([4.5]), 'answers[0]'],
    ['csat', () => csat(['good', 5] as never), 'answers[1]'],
    ['csat', () => csat([5, 'good'] as never), 'answers[1]'],
    ['ces 1.0', () => ces([6], '1.0'), 'answers[0]'],
    ['ces 2.0', () => ces([8], '2.0'), 'answers[0]'],
    ['nps', () => nps([10, -1]), 'answers[1]'],
    ['nps', () => nps([11]), 'answers[0]'],
    ['nps', () => nps([null] as never), 'answers[0]'],
  ])('of %s is refused, and named', (_, score, place) => {
    try {
      score()
      expect.unreachable()
    } catch (error) {
      expect(isDeskError(error, 'survey.answer-out-of-range') && error.data.place).toBe(place)
    }
  })
})

describe('a score of counted answers', () => {
  it('is the score of the answers themselves, in any order', () => {
    fc.assert(
      fc.property(answersOf(1, 5), (answers) => {
        const turned = tallyOf([...answers].reverse())
        expect(scoreOf('csat', turned)).toEqual({ kind: 'csat', ...csat(answers) })
        expect(scoreOf('ces1', turned)).toEqual({ kind: 'ces1', ...ces(answers, '1.0') })
        expect(scoreOf('ces2', turned)).toEqual({ kind: 'ces2', ...ces(answers, '2.0') })
        expect(scoreOf('nps', turned)).toEqual({ kind: 'nps', ...nps(answers) })
      }),
    )
  })
})

function sameEnds(found: { low: number; high: number } | null, ends: readonly number[] | null): void {
  expect(found === null).toBe(ends === null)
  expect(found?.low ?? 0).toBeCloseTo(ends?.[0] ?? 0, 8)
  expect(found?.high ?? 0).toBeCloseTo(ends?.[1] ?? 0, 8)
}

function simpson(f: (x: number) => number, to: number): number {
  const steps = 4000
  const width = to / steps
  let total = f(0) + f(to)
  for (let n = 1; n < steps; n++) total += f(n * width) * (n % 2 === 1 ? 4 : 2)
  return (total * width) / 3
}

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return isDeskError(error) ? error.code : String(error)
  }
  return 'not refused'
}
