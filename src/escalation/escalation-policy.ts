/** The words of an escalation policy: who is told in which order, how long each has, and what then. Plain data that survives JSON. */
import type { Condition } from '../domain/condition.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Metric } from '../domain/metrics.ts'
import type { DurationLike } from '../domain/time.ts'

/** A length of real time, or of the working time of a calendar (`'24/7'` is always there). */
export type Delay = DurationLike | { readonly working: DurationLike; readonly calendar: string }

/**
 * Whom or what a step reaches.
 *
 * - `agent`: one person.
 * - `team`: everybody in it.
 * - `role`: everybody who has it; with `within: 'team'` only those of the ticket's team, such as its lead.
 * - `onCall`: whoever is on call in that schedule when the step is told.
 * - `ticket`: the ticket's assignee, or everybody in its team.
 * - `webhook`: an endpoint, by its name.
 * - `command`: what is done to the ticket, such as `ticket.change` with another priority, or `ticket.assign` to tier 2.
 */
export type EscalationTarget =
  | { readonly agent: string }
  | { readonly team: string }
  | { readonly role: string; readonly within?: 'team' }
  | { readonly onCall: string }
  | { readonly ticket: 'assignee' | 'team' }
  | { readonly webhook: string }
  | { readonly command: string; readonly input?: JsonObject }

/** One rung of the ladder. */
export interface EscalationStepDefinition {
  /** For jumps, and for people. */
  readonly name?: string
  readonly targets: readonly EscalationTarget[]
  /** How long after it was told the next step follows, unless somebody acknowledges. */
  readonly delay: Delay
  /** Whose acknowledgement halts the ladder: one of anybody (default), or one of each person whom this step told. */
  readonly acknowledge?: 'anyone' | 'everyone'
  /** The step is passed, at once, unless the ticket meets this when its turn comes. */
  readonly when?: Condition
  /** Where it goes on instead of at the next step, always or if the ticket meets `when`; `'end'` is behind the last step. Only forward. */
  readonly jump?: { readonly to: string; readonly when?: Condition }
}

/**
 * What sets a ladder off by itself, in a desk.
 *
 * - `clock`: a clock of the ticket warns or breaches. `level` names the warning as the SLA policy does, by share or by
 *   length before; absent: any. A breach that was late already when its policy attached counts unless `retroactive` is
 *   `'skip'`. The escalation ends when the clock is met.
 * - `when`: the ticket comes to meet a condition, and, with `for`, still meets it after that time.
 * - `silentFor`: nobody who works here has written in the ticket for that time, while it meets `when`.
 */
export type EscalationStartDefinition = { readonly urgency?: 'high' | 'low' } & (
  | {
      readonly clock: Metric
      readonly on: 'warning' | 'breach'
      readonly level?: number | { readonly before: DurationLike }
      readonly retroactive?: 'start' | 'skip'
    }
  | { readonly when: Condition; readonly for?: Delay }
  | { readonly silentFor: Delay; readonly when?: Condition }
)

/** A ladder. */
export interface EscalationPolicyDefinition {
  readonly name: string
  /** What sets it off in a desk, beside people. A replay has its triggers among its events. */
  readonly starts?: readonly EscalationStartDefinition[]
  readonly steps: readonly EscalationStepDefinition[]
  /** How many times more the steps are gone through when nobody acknowledged, 0 (default) to 9. */
  readonly repeat?: number
  /** How long an acknowledgement holds; then the current step is told again. Absent: for good. */
  readonly acknowledgeTimeout?: Delay
  /** Who is told where a target stands for nobody. Absent: nobody. */
  readonly fallback?: readonly EscalationTarget[]
}

/** A delay, checked; `calendar` is `null` for real time. */
export interface CheckedDelay {
  readonly ms: number
  readonly calendar: string | null
}

/** A step, checked. Steps are counted from 1; `jump.to` is one behind the last step for the end. */
export interface EscalationStep {
  readonly name: string | null
  readonly targets: readonly EscalationTarget[]
  readonly delay: CheckedDelay
  readonly acknowledge: 'anyone' | 'everyone'
  readonly when: Condition | null
  readonly jump: { readonly to: number; readonly when: Condition | null } | null
}

/** A start, checked. */
export type CheckedStart = { readonly urgency: 'high' | 'low' } & (
  | {
      readonly kind: 'warning' | 'breach'
      readonly metric: Metric
      /** As events of clocks name it; `null`: any. */
      readonly level: string | null
      readonly retroactive: 'start' | 'skip'
    }
  | { readonly kind: 'condition'; readonly when: Condition; readonly delay: CheckedDelay | null }
  | { readonly kind: 'silence'; readonly when: Condition | null; readonly delay: CheckedDelay }
)

/** A policy, checked. */
export interface EscalationPolicy {
  readonly name: string
  readonly starts: readonly CheckedStart[]
  readonly steps: readonly EscalationStep[]
  readonly repeat: number
  readonly acknowledgeTimeout: CheckedDelay | null
  readonly fallback: readonly EscalationTarget[]
}

/** A target in a few words, for logs and pictures: `onCall primary`. */
export function saysTarget(target: EscalationTarget): string {
  const [[kind = '', value] = []] = Object.entries(target)
  return `${kind} ${value}${'within' in target ? ' of the team' : ''}`
}
