/** What tables and charts show of a figure: the same numbers in the same places, whatever its kind. */
import { wilsonInterval } from '../surveys/interval.ts'
import { type MetricDefinition, reportMetrics } from './metric.ts'
import type { Figure } from './report.ts'

/** `null` where its kind has none, or there was nothing to count. */
export interface FigureCells {
  readonly unit: MetricDefinition['unit']
  readonly n: number
  readonly met: number | null
  /** The median of lengths, a share, a score, or a count. */
  readonly value: number | null
  readonly mean: number | null
  readonly p90: number | null
  /** Of shares and scores: where it lies with 95 % confidence. */
  readonly low: number | null
  readonly high: number | null
}

const NONE = { met: null, mean: null, p90: null, low: null, high: null } as const

export function figureCells(figure: Figure): FigureCells {
  const { unit } = reportMetrics[figure.metric]
  switch (figure.kind) {
    case 'time':
      return { ...NONE, unit, n: figure.n, value: figure.median, mean: figure.mean, p90: figure.p90 }
    case 'share': {
      // Tickets solved by tickets opened are no part of them, and the quotient may be more than 1.
      const interval = figure.metric === 'resolutionRate' ? null : wilsonInterval(figure.met, figure.n)
      return { ...NONE, ...interval, unit, n: figure.n, met: figure.met, value: figure.share }
    }
    case 'score':
      return { ...NONE, ...figure.interval, unit, n: figure.n, value: figure.value }
    case 'count':
      return { ...NONE, unit, n: figure.n, value: figure.n }
    default:
      return figure satisfies never
  }
}
