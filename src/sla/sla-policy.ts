/** The words of an SLA: which promises hold for which tickets, and what starts, pauses and ends each clock. */
import type { Condition } from '../domain/condition.ts'
import { METRICS, type Metric } from '../domain/metrics.ts'
import type { DurationLike } from '../domain/time.ts'

/** What is measured. See `docs/guides/sla.md` for what starts, pauses and ends each. */
export { METRICS, type Metric }

/** The meanings a status can have; the same words as a ticket's categories. */
export const CLOCK_CATEGORIES = ['new', 'open', 'pending', 'hold', 'solved', 'closed'] as const
export type ClockCategory = (typeof CLOCK_CATEGORIES)[number]

/** What `pauseOn` may name beside categories and statuses: a clock of a ticket that waits for open children stands still. */
export const WAITING_ON_CHILD = 'waitingOnChild'

/** Who writes an agent's reply in the eyes of a clock. */
export type Replier = 'agent' | 'bot'

/** What a change of priority, policy or calendar does to a running clock: {@link MetricDefinition.onChange}. */
export type ChangeMode = 'carry' | 'restart' | 'keepStricter'

/** A warning: at a share of the target (`0.8`), or a length of working time before it (`{ before: '1h' }`). */
export type WarningLevel = number | { readonly before: DurationLike }

/** One promise: how long, in whose working time, and what to do when things change. */
export interface MetricDefinition {
  /** Working time of the calendar: one for all, or one for each priority (`otherwise` for the rest). A priority without one has no clock. */
  readonly target: DurationLike | { readonly [priority: string]: DurationLike }
  /** Name of a calendar; `'24/7'` for always. Absent: the policy's. */
  readonly calendar?: string
  readonly warn?: readonly WarningLevel[]
  /** Categories, names of statuses, or `waitingOnChild`, in which the clock stands still. Absent: the metric's own default. */
  readonly pauseOn?: readonly string[]
  /** `carry` (default): time spent stays, under the new target. `restart`: from the change on. `keepStricter`: whichever is due first. */
  readonly onChange?: ChangeMode
  /** What solving does to a reply clock whose message is unanswered. Default `cancel`. */
  readonly onSolve?: 'met' | 'cancel' | 'keep'
}

/** One policy of an ordered list; the first whose condition a ticket meets is the ticket's. */
export interface SlaPolicyDefinition {
  readonly name: string
  /** Absent: every ticket. */
  readonly match?: Condition
  /** For metrics that name none. Absent: `'24/7'`. */
  readonly calendar?: string
  readonly metrics: { readonly [M in Metric]?: MetricDefinition }
  /** Whose public messages answer a customer. Default: human agents only. */
  readonly repliers?: readonly Replier[]
}

/** A level of warning, ready for use. */
export type Level = { readonly id: string } & ({ readonly share: number } | { readonly beforeMs: number })

/** A promise, checked. */
export interface MetricRule {
  readonly metric: Metric
  readonly targets: Readonly<Record<string, number>>
  readonly otherwise: number | null
  readonly calendar: string
  readonly levels: readonly Level[]
  readonly pauseOn: ReadonlySet<string>
  readonly onChange: ChangeMode
  readonly onSolve: 'met' | 'cancel' | 'keep'
}

/** A policy, checked. */
export interface SlaPolicy {
  readonly name: string
  readonly match: Condition | null
  readonly rules: Readonly<Partial<Record<Metric, MetricRule>>>
  readonly countsBots: 'yes' | 'no'
}

/** The target of a rule for a priority, in milliseconds; `null`: no promise. */
export function targetOf(rule: MetricRule, priority: string | null): number | null {
  if (priority !== null && Object.hasOwn(rule.targets, priority)) return rule.targets[priority] as number
  return rule.otherwise
}
