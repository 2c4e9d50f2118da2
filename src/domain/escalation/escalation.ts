/** The words of an escalation: a ladder at work for a ticket, who was told, who answered, and what happened to it. */
import type { FieldType } from '../condition.ts'
import type { EscalationId, TicketId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { Instant } from '../time.ts'

/** `exhausted`: the last step's time ran out; nobody else is told, and it is not over. */
export const ESCALATION_STATUSES = ['triggered', 'acknowledged', 'exhausted', 'resolved'] as const
export type EscalationStatus = (typeof ESCALATION_STATUSES)[number]

/** What set an escalation off. */
export interface EscalationStart {
  readonly kind: 'hand' | 'warning' | 'breach' | 'condition' | 'silence'
  /** The clock that it is about: it ends when that clock is met. */
  readonly metric: string | null
}

export interface Escalation {
  readonly id: EscalationId
  readonly version: number
  /** What is escalated: while it runs, a second start with the same key is silent. */
  readonly key: string
  readonly ticketId: TicketId
  readonly policy: string
  /** The version of the policy by which it runs; later versions change nothing for it. */
  readonly policyNumber: number
  /** How often it was started, from 1. */
  readonly run: number
  readonly startedBy: EscalationStart
  readonly status: EscalationStatus
  /** `low`: the first step is told, and nothing follows by itself. */
  readonly urgency: 'high' | 'low'
  /** How many times the steps were begun, from 1. */
  readonly loop: number
  /** The current step, from 1. */
  readonly step: number
  /** Grows when an acknowledgement is taken back or runs out, from 1. */
  readonly cycle: number
  /** Whom the current step told. */
  readonly told: readonly string[]
  /** Who acknowledged since then. */
  readonly acknowledgedBy: readonly string[]
  readonly acknowledgedAt: Instant | null
  /** When it goes on by itself: to the next step, or back from an acknowledgement. */
  readonly nextAt: Instant | null
  readonly startedAt: Instant
  readonly changedAt: Instant
  /** The first acknowledgement of this run. */
  readonly answeredAt: Instant | null
  readonly resolvedAt: Instant | null
  /** Starts with the same key while this run was under way. */
  readonly repeats: number
  /** Steps told in this run. */
  readonly tellings: number
}

/** Fields that conditions may name. */
export const escalationFields = {
  id: 'text',
  key: 'text',
  ticketId: 'text',
  policy: 'text',
  status: 'text',
  urgency: 'text',
  nextAt: 'instant',
  startedAt: 'instant',
  changedAt: 'instant',
  resolvedAt: 'instant',
} as const satisfies Partial<Record<keyof Escalation, FieldType>>

/** A running escalation, as its ticket shows it. */
export interface ShownEscalation {
  readonly id: EscalationId
  readonly policy: string
  readonly metric: string | null
  readonly status: EscalationStatus
}

/** A person who is told. */
export interface ToldPerson {
  readonly person: string
  /** The target that stands for them: `onCall primary`. */
  readonly via: string
  /** The ways in which they want to be reached, in order; `null`: they said nothing of it. */
  readonly contact: readonly string[] | null
}

/** A command that a step did; `refused`: the code with which it was refused. */
export interface StepCommand {
  readonly command: string
  readonly input: JsonObject
  readonly refused: string | null
}

interface Own {
  /** Its own instant: a step is told when it is due, whoever notices it when. */
  readonly happenedAt: Instant
}

interface Place extends Own {
  readonly loop: number
  readonly step: number
  readonly cycle: number
}

/** What an escalation's journal says; all of it without personal text. */
export interface EscalationEvents {
  'escalation.started': Own & {
    readonly key: string
    readonly ticketId: TicketId
    readonly policy: string
    readonly policyNumber: number
    readonly run: number
    readonly startedBy: EscalationStart
    readonly urgency: 'high' | 'low'
  }
  /** It was started again while it runs: told to nobody. */
  'escalation.repeated': Own & { readonly ticketId: TicketId }
  /** A request to notify: at most one for (run, cycle, loop, step). */
  'escalation.told': Place & {
    readonly ticketId: TicketId
    readonly policy: string
    readonly run: number
    readonly startedBy: EscalationStart
    readonly because: 'trigger' | 'delay' | 'acknowledgeTimeout' | 'unacknowledged' | 'hand'
    readonly people: readonly ToldPerson[]
    readonly webhooks: readonly string[]
    readonly commands: readonly StepCommand[]
    /** Targets that stood for nobody. */
    readonly missing: readonly string[]
    readonly nextAt: Instant | null
  }
  /** A step that told nobody, and why. */
  'escalation.passed': Place & {
    readonly why: 'condition' | 'nobody'
    readonly missing: readonly string[]
    readonly nextAt: Instant | null
  }
  'escalation.acknowledged': Own & {
    readonly by: string | null
    readonly policy: string
    /** Whether the ladder halts, or waits for others who were told. */
    readonly halts: 'yes' | 'no'
    readonly nextAt: Instant | null
    /** Of the first acknowledgement of a run: milliseconds since its start. */
    readonly afterMs: number | null
  }
  'escalation.unacknowledged': Own & { readonly by: string | null; readonly why: 'timeout' | 'hand' }
  /** Somebody took it one step on. */
  'escalation.escalated': Own & { readonly by: string | null }
  'escalation.exhausted': Own & { readonly ticketId: TicketId; readonly policy: string }
  'escalation.resolved': Own & { readonly by: string | null; readonly why: string }
}

/** On the ticket's journal. */
export interface ShownEscalationEvents {
  /** What the ticket shows of an escalation changed. */
  'escalation.shown': ShownEscalation
}
