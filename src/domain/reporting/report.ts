/** The words of a report: what is asked for, and the figures that answer. */
import type { Instant } from '../time.ts'
import type { TimeKind } from './measure.ts'
import type { MetricName } from './metric.ts'

/** How long a period is: a part of the calendar in the report's zone, or all of the time asked for. */
export const REPORT_UNITS = ['day', 'week', 'month', 'quarter', 'year', 'whole'] as const
export type ReportUnit = (typeof REPORT_UNITS)[number]

/** What tickets are told apart by: what they belonged to when it happened. */
export const REPORT_GROUPS = ['agent', 'team', 'channel', 'tag', 'priority', 'segment', 'organisation'] as const
export type ReportGroup = (typeof REPORT_GROUPS)[number]

/** One stretch of a report; `from <= instant < until`. */
export interface Period {
  /** `2026-03-02` (a day, or the Monday of a week), `2026-03`, `2026-Q1`, `2026`, or `whole`. */
  readonly name: string
  readonly from: Instant
  readonly until: Instant
}

interface Place {
  readonly metric: MetricName
  /** The period's name. */
  readonly period: string
  /** An id or a word; `null`: of none, or nothing is told apart. */
  readonly group: string | null
}

/** Of lengths of time, in seconds; `null` where there are none: 0 would claim that it took no time. */
export interface TimeFigure extends Place {
  readonly kind: 'time'
  readonly n: number
  readonly mean: number | null
  readonly median: number | null
  readonly p90: number | null
}

/** How many of n met it. */
export interface ShareFigure extends Place {
  readonly kind: 'share'
  readonly n: number
  readonly met: number
  /** met / n; `null` where n is 0. */
  readonly share: number | null
}

export interface CountFigure extends Place {
  readonly kind: 'count'
  readonly n: number
}

/** Of what customers answered. */
export interface ScoreFigure extends Place {
  readonly kind: 'score'
  readonly n: number
  /** A share, a mean on the scale of the question, or points; `null` where nobody answered. */
  readonly value: number | null
  /** Where it lies with 95 % confidence; `null` where the answers do not show that. */
  readonly interval: { readonly low: number; readonly high: number } | null
}

export type Figure = TimeFigure | ShareFigure | CountFigure | ScoreFigure

export interface Report {
  /** When it was made: what happened later is not in it. */
  readonly asOf: Instant
  readonly timeZone: string
  readonly per: ReportUnit
  readonly by: ReportGroup | null
  readonly time: TimeKind
  /** How long a solution must have stood for a share that waits for it. */
  readonly windowMs: number
  readonly periods: readonly Period[]
  /** What the groups are called, by id, where they have names. */
  readonly names: Readonly<Record<string, string>>
  /** By metric, then by period, then by group. */
  readonly figures: readonly Figure[]
}
