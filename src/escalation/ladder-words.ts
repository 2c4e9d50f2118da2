/** The words of the ladder: what it is told, what it answers, and how it stands. Plain JSON; instants are epoch milliseconds. */
import type { EscalationTarget } from './escalation-policy.ts'

/** What happens to a ladder from outside. */
export type LadderInput =
  /** `low`: the first step is told, and nothing follows by itself. Silent while the ladder runs. */
  | { readonly type: 'trigger'; readonly urgency?: Urgency }
  | { readonly type: 'acknowledge'; readonly by?: string | null }
  | { readonly type: 'unacknowledge'; readonly by?: string | null }
  /** One step on, at once. */
  | { readonly type: 'escalate'; readonly by?: string | null }
  | { readonly type: 'resolve'; readonly by?: string | null; readonly why?: string }

export type Urgency = 'high' | 'low'

/** `exhausted`: the last step's time ran out in the last loop; nobody else is told, and it is not over. */
export type LadderStatus = 'triggered' | 'acknowledged' | 'exhausted' | 'resolved'

/** Somebody who is told. */
export interface Told {
  readonly person: string
  /** The target that stands for this person, in words: `onCall primary`. */
  readonly via: string
  /** The ways in which they want to be reached, in order; `null`: they said nothing of it. */
  readonly contact: readonly string[] | null
}

export type Because = 'trigger' | 'delay' | 'acknowledgeTimeout' | 'unacknowledged' | 'hand'

/** Which telling: no two tellings of a run have the same place. */
export interface Place {
  /** How many times the steps were begun, from 1. */
  readonly loop: number
  /** From 1. */
  readonly step: number
  /** Grows when an acknowledgement is taken back or runs out, from 1. */
  readonly cycle: number
}

/** A step was told. */
export interface Telling extends Place {
  readonly at: number
  readonly because: Because
  readonly people: readonly Told[]
  readonly webhooks: readonly string[]
  readonly commands: readonly Extract<EscalationTarget, { command: string }>[]
  /** Targets that stood for nobody, in words. */
  readonly missing: readonly string[]
}

/** What the ladder did, each at its own instant. */
export type LadderEvent =
  | { readonly name: 'started'; readonly at: number; readonly urgency: Urgency }
  /** It was triggered again while it runs: told to nobody. */
  | { readonly name: 'repeated'; readonly at: number }
  | ({ readonly name: 'told'; readonly nextAt: number | null } & Telling)
  /** A step told nobody. `nextAt` is set where the end of the steps waits all the same. */
  | ({
      readonly name: 'passed'
      readonly at: number
      readonly why: 'condition' | 'nobody'
      readonly missing: readonly string[]
      readonly nextAt: number | null
    } & Place)
  | {
      readonly name: 'acknowledged'
      readonly at: number
      readonly by: string | null
      /** Whether the ladder halts, or waits for others who were told. */
      readonly halts: 'yes' | 'no'
      readonly nextAt: number | null
    }
  | {
      readonly name: 'unacknowledged'
      readonly at: number
      readonly by: string | null
      readonly why: 'timeout' | 'hand'
    }
  | { readonly name: 'escalated'; readonly at: number; readonly by: string | null }
  | { readonly name: 'exhausted'; readonly at: number }
  | { readonly name: 'resolved'; readonly at: number; readonly by: string | null; readonly why: string }

/** A ladder at work. */
export interface Ladder extends Place {
  readonly status: LadderStatus
  readonly urgency: Urgency
  readonly startedAt: number
  /** The instant of its latest change; it never goes back before it. */
  readonly at: number
  /** Whom the current step told. */
  readonly told: readonly string[]
  /** Who acknowledged since then. */
  readonly acknowledgedBy: readonly string[]
  readonly acknowledgedAt: number | null
  /** When it goes on by itself: to the next step, or back from an acknowledgement. */
  readonly nextAt: number | null
}
