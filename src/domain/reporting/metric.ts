/** Each measure of a report, defined once: its name, its unit, whose definition it is, and which measures it is read from. */
import type { Condition } from '../condition.ts'
import type { Length, Measurable } from './measure.ts'

interface Defined {
  /** One sentence for people. */
  readonly says: string
  /** Whose definition it is. */
  readonly source: string
}

/** Lengths of time: how many, their mean, median and 90th percentile. */
export interface TimeMetric extends Defined {
  readonly kind: 'time'
  readonly unit: 'seconds'
  readonly what: readonly Measurable[]
  readonly length: Length
  readonly where: readonly Condition[]
}

/** How many of some tickets met something. */
export interface ShareMetric extends Defined {
  readonly kind: 'share'
  readonly unit: 'share'
}

/** How often something happened, or how many tickets there are at the end of a period. */
export interface CountMetric extends Defined {
  readonly kind: 'count'
  readonly unit: 'tickets'
  /** What it counts; absent: what tickets themselves tell. */
  readonly what?: readonly Measurable[]
}

/** What customers answered in surveys; `share` of those satisfied, else on the scale of the question. */
export interface ScoreMetric extends Defined {
  readonly kind: 'score'
  readonly unit: 'share' | 'points'
}

export type MetricDefinition = TimeMetric | ShareMetric | CountMetric | ScoreMetric

const ZENDESK = 'Zendesk, ticket metrics'
const HDI = 'HDI, practices of first contact resolution'
// A solution that was reopened since is not the last one.
const STANDING: Condition = { field: 'untilReopenedMs', is: null }

const SOLUTIONS: readonly Measurable[] = ['solved', 'solvedAgain']

const time = (what: readonly Measurable[], length: Length, where: readonly Condition[], says: string): TimeMetric => ({
  ...{ kind: 'time', unit: 'seconds', what, length, where, says },
  source: ZENDESK,
})
const share = (says: string, source: string): ShareMetric => ({ kind: 'share', unit: 'share', says, source })
const count = (what: readonly Measurable[], says: string): CountMetric => ({
  ...{ kind: 'count', unit: 'tickets', what, says },
  source: 'the journal',
})

const score = (unit: ScoreMetric['unit'], says: string, source: string): ScoreMetric => ({
  kind: 'score',
  unit,
  says,
  source,
})

/** All measures, by name. Percentiles are nearest-rank: the `ceil(p·n)`-th of n lengths in order. */
export const reportMetrics = {
  firstReply: time(
    ['firstReply'],
    'length',
    [],
    'From the customer’s first words to the first public reply by a human agent.',
  ),
  nextReply: time(
    ['nextReply'],
    'length',
    [],
    'From the oldest unanswered message of the customer, after a first reply, to the next public reply by a human agent.',
  ),
  firstResolution: time(['solved'], 'length', [], 'From opening to the first solution.'),
  fullResolution: time(SOLUTIONS, 'length', [STANDING], 'From opening to the last solution, which stands.'),
  requesterWait: time(
    SOLUTIONS,
    'requester',
    [STANDING],
    'How long the requester waited for the desk until the last solution: the time in new, open and hold.',
  ),
  agentWait: time(
    SOLUTIONS,
    'agent',
    [STANDING],
    'How long the desk waited for the requester until the last solution: the time in pending.',
  ),
  onHold: time(
    SOLUTIONS,
    'hold',
    [STANDING],
    'How long it waited for a third party until the last solution: the time in hold.',
  ),
  firstContactResolution: share(
    'Of tickets first solved whose window has closed, those for which the customer wrote once, and neither wrote again nor had it reopened within the window.',
    HDI,
  ),
  oneTouch: share(
    'Of tickets first solved whose window has closed, those with one public reply at most that were not reopened within the window.',
    ZENDESK,
  ),
  csat: score('share', 'Customer satisfaction: the share of answers 4 and 5 of 1 to 5.', 'top two boxes'),
  goodBad: score('share', 'Customer satisfaction: the share of answers good among good and bad.', 'top box'),
  ces1: score(
    'points',
    'Customer effort 1.0: the mean of 1 to 5, low is good.',
    'Dixon, Freeman, Toman, HBR, July 2010',
  ),
  ces2: score('points', 'Customer effort 2.0: the mean of 1 to 7, high is good.', 'CEB, 2013'),
  nps: score(
    'points',
    'Net Promoter Score: 9 and 10 less 0 to 6, in points from -100 to 100.',
    'Reichheld, HBR, December 2003',
  ),
  reopenRate: share('Of tickets solved in the period, those that were reopened since. A ticket counts once.', ZENDESK),
  resolutionRate: share('Tickets solved in the period, by tickets opened in it; it may be more than 1.', ZENDESK),
  created: { kind: 'count', unit: 'tickets', says: 'Tickets opened.', source: 'the tickets' },
  solved: count(SOLUTIONS, 'How often a ticket was solved: one that was reopened and solved again counts twice.'),
  reopened: count(['reopened'], 'How often a solved ticket went back to work.'),
  merged: count(['merged'], 'Unsolved tickets that became part of another.'),
  unmerged: count(['unmerged'], 'Merges undone of tickets that are unsolved.'),
  deleted: count(['deleted'], 'Unsolved tickets that were deleted.'),
  restored: count(['restored'], 'Unsolved tickets that were brought back.'),
  backlog: {
    kind: 'count',
    unit: 'tickets',
    says: 'Unsolved tickets at the end of the period: those at its beginning, and those opened, reopened, unmerged and restored, less those solved, merged and deleted.',
    source: 'the journal',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>

export type MetricName = keyof typeof reportMetrics

/** What each happening does to the number of unsolved tickets; an opening adds one. */
export const BACKLOG_MOVES = {
  reopened: 1,
  unmerged: 1,
  restored: 1,
  solved: -1,
  solvedAgain: -1,
  merged: -1,
  deleted: -1,
} as const satisfies Partial<Record<Measurable, 1 | -1>>

/** The place of a percentile among n lengths in order, from 1: nearest rank. */
export function rankOf(share: number, n: number): number {
  return Math.max(1, Math.ceil(share * n))
}
