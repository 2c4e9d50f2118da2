/** The words of a survey: one invitation to one customer, why it was held back or what it was answered with. */
import type { FieldType } from '../condition.ts'
import type { AgentId, CustomerId, OrganisationId, SurveyId, TeamId, TicketId } from '../ids.ts'
import type { Channel } from '../tickets/message.ts'
import type { Priority } from '../tickets/ticket.ts'
import type { Instant } from '../time.ts'
import type { ScoreKind } from './score-kind.ts'

/** After what a customer is asked. */
export const OCCASIONS = ['solve', 'chat', 'call', 'hand'] as const
export type Occasion = (typeof OCCASIONS)[number]

/** Whose answers make scores unless others are named: whoever asks by hand may choose the happy ones. */
export const SCORED_OCCASIONS: Occasion[] = ['solve', 'chat', 'call']

/**
 * `suppressed`: held back, for a reason. `planned`: will be sent at its due instant. `sent`: waits for its answer.
 * `bounced`: did not reach the customer, and stays so unless it is answered all the same. `withdrawn`: taken back, since
 * its ticket went another way. `expired`: was not answered in time.
 */
export type SurveyState = 'suppressed' | 'planned' | 'sent' | 'answered' | 'bounced' | 'withdrawn' | 'expired'

/** Why a customer is not asked. */
export type Suppression =
  | 'sampled-out'
  | 'opted-out'
  | 'frequency-cap'
  | 'automatic'
  | 'own-address'
  | 'spam'
  | 'bounced'
  | 'already-asked'
  | 'no-longer-solved'
  | 'policy-ended'

/** What takes a survey back. */
export type Withdrawal = 'reopened' | 'merged' | 'deleted' | 'erased'

/** What an answer is counted by, as it was when the customer was chosen; later changes of the ticket move nothing here. */
export interface SurveyFacts {
  /** Its name in the policy. */
  readonly survey: string
  /** The version of the policy `surveys` whose questions are asked. */
  readonly policyNumber: number
  readonly kind: ScoreKind
  readonly occasion: Occasion
  readonly ticketId: TicketId
  readonly customerId: CustomerId
  /** Who solved the ticket; where a customer or the desk did, its assignee. */
  readonly agentId: AgentId | null
  readonly teamId: TeamId | null
  readonly organisationId: OrganisationId | null
  readonly channel: Channel
  readonly priority: Priority
  readonly tags: readonly string[]
  /** The customer’s, by the field that the policy names. */
  readonly segment: string | null
  /** The customer’s, a BCP 47 tag. */
  readonly language: string | null
  /** Who asked for it by command; `null`: the desk itself, after solving. */
  readonly invitedBy: string | null
}

export interface Survey extends SurveyFacts {
  readonly id: SurveyId
  readonly version: number
  readonly state: SurveyState
  readonly reason: Suppression | Withdrawal | null
  /** When the customer was chosen, or held back. */
  readonly consideredAt: Instant
  /** When it is to be sent. */
  readonly dueAt: Instant | null
  readonly sentAt: Instant | null
  readonly answeredAt: Instant | null
  /** Of `answeredAt`, in UTC: `2026-03`. */
  readonly answeredMonth: string | null
  /** Until when it can be answered. */
  readonly expiresAt: Instant | null
  /** Until when the answer can be changed. */
  readonly amendableUntil: Instant | null
  /** The answer to its first question, on the scale of its kind; of `goodBad`, 0 is bad and 1 is good. */
  readonly score: number | null
  /** The answers to its other questions but for comments. */
  readonly answers: Readonly<Record<string, number | string>>
  /** Free text by question: personal, and so never in the journal. */
  readonly comments: Readonly<Record<string, string>>
  readonly redactedAt: Instant | null
  /** SHA-256 of its token; `null`: it has none, or none any more. */
  readonly tokenHash: string | null
  /** What its token is made of, together with the desk’s secret. */
  readonly nonce: string | null
  /** What a low answer led to. */
  readonly loop: Loop | null
}

/** What followed from a low answer: the ticket that was opened or noted in, or the code of what stood in the way. */
export type Loop = { readonly ticketId: TicketId } | { readonly refused: string }

/** What is known of a customer in the matter of surveys; under the customer’s id. */
export interface Respondent {
  readonly id: CustomerId
  readonly version: number
  /** Since when the customer wants none. */
  readonly optedOutAt: Instant | null
  /** When the latest ones were sent, oldest first, at most 20. */
  readonly sentAt: readonly Instant[]
  /** When the latest one that was sent came back; a change of the customer’s addresses is looked at anew. */
  readonly bouncedAt: Instant | null
}

/** Fields that conditions may name. */
export const surveyFields = {
  id: 'text',
  survey: 'text',
  policyNumber: 'number',
  kind: 'text',
  occasion: 'text',
  ticketId: 'text',
  customerId: 'text',
  agentId: 'text',
  teamId: 'text',
  organisationId: 'text',
  channel: 'text',
  priority: 'text',
  tags: 'list',
  segment: 'text',
  language: 'text',
  state: 'text',
  reason: 'text',
  consideredAt: 'instant',
  dueAt: 'instant',
  sentAt: 'instant',
  answeredAt: 'instant',
  answeredMonth: 'text',
  expiresAt: 'instant',
  score: 'number',
} as const satisfies Partial<Record<keyof Survey, FieldType>>

/** An answer, as the journal has it. */
interface Answered {
  readonly score: number
  readonly answers: Readonly<Record<string, number | string>>
  /** Which questions were answered in free text. */
  readonly commented: readonly string[]
  readonly amendableUntil: Instant
}

/** The journal's part of what can happen to a survey: never what people wrote. */
export interface SurveyEvents {
  /** A customer came up for a survey; what became of it follows in the same commit. */
  'survey.considered': SurveyFacts
  'survey.planned': { readonly dueAt: Instant }
  'survey.suppressed': { readonly reason: Suppression }
  'survey.sent': { readonly expiresAt: Instant }
  'survey.bounced': Record<never, never>
  'survey.answered': Answered
  'survey.amended': Answered
  'survey.withdrawn': { readonly because: Withdrawal }
  'survey.expired': Record<never, never>
  'survey.commentRedacted': { readonly reason: string }
  /** A low answer was followed up. */
  'survey.loopClosed': Loop
  'respondent.asked': { readonly surveyId: SurveyId }
  'respondent.bounced': { readonly surveyId: SurveyId }
  /** `more`: what the customer wrote is to be wiped on, in a commit of its own. */
  'respondent.optedOut': { readonly more?: true }
  'respondent.optedIn': Record<never, never>
}
