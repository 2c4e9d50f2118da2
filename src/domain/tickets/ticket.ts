/** The words of a ticket: what it holds, what is asked of it, what can happen to it. */
import type { FieldType } from '../condition.ts'
import type { EscalationStatus, ShownEscalation, ShownEscalationEvents } from '../escalation/escalation.ts'
import type { AgentId, CustomerId, MessageId, OrganisationId, TeamId, TicketId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { Instant } from '../time.ts'
import type { Cascaded, Resolution } from './cascade-words.ts'
import { CATEGORIES, type Category } from './category.ts'
import type { Course } from './course-words.ts'
import type { RelationEvents } from './links.ts'
import type { Merge, MergeEvents } from './merge-words.ts'
import type { Channel, PostedMessage } from './message.ts'
import type { SlaEvents } from './ticket-sla.ts'

export { CATEGORIES, type Category }

/** P1 is the most urgent. */
export const PRIORITIES = ['P1', 'P2', 'P3', 'P4', 'P5'] as const
export type Priority = (typeof PRIORITIES)[number]

export const LEVELS = ['high', 'medium', 'low'] as const
/** Impact: how many are hit. Urgency: how soon it hurts. */
export type Level = (typeof LEVELS)[number]

export const TICKET_TYPES = ['question', 'incident', 'problem', 'task', 'complaint'] as const
export type TicketType = (typeof TICKET_TYPES)[number]

/** The same thing in another system, unique in that system. */
export interface ExternalRef {
  readonly system: string
  readonly id: string
}

export interface Ticket<Fields = JsonObject> {
  readonly id: TicketId
  /** Grows by one with every committed change. */
  readonly version: number
  /** For people: unique in the tenant, growing, with gaps. */
  readonly number: number
  readonly subject: string
  readonly type: TicketType
  readonly impact: Level | null
  readonly urgency: Level | null
  readonly priority: Priority
  /** Set by a person: impact and urgency no longer move the priority, until it is cleared. */
  readonly priorityByHand: boolean
  readonly status: string
  readonly category: Category
  readonly statusSince: Instant
  readonly tags: readonly string[]
  readonly assigneeId: AgentId | null
  readonly teamId: TeamId | null
  readonly requesterId: CustomerId
  readonly organisationId: OrganisationId | null
  /** Agents and customers who are kept informed. */
  readonly followerIds: readonly (AgentId | CustomerId)[]
  /** By what way it came in. */
  readonly channel: Channel
  readonly externalRefs: readonly ExternalRef[]
  /** The host's own fields, as its schema gives them. */
  readonly fields: Fields
  readonly followUpOf: TicketId | null
  /** The ticket that this one is a part of. */
  readonly parentId: TicketId | null
  /** Whether it ever had a child or a link. */
  readonly related: boolean
  /** Whether the policy lets its clocks wait for its open children. */
  readonly waitingOnChild: boolean
  /** Parts that are its parent's until it is given its own: `priority`, `tags`, `teamId`, `fields.<name>`. */
  readonly follows: readonly string[]
  /** The message that tells how to live with this problem until it is solved; `null`: no known error. */
  readonly workaroundId: MessageId | null
  /** The resolution of its problem or parent that it was solved with last; `null`: of none. */
  readonly resolvedBy: Resolution | null
  /** The live ticket that this one is a pointer to: it was merged into it, or into one that was. `null`: it is a ticket of its own. */
  readonly mergedInto: TicketId | null
  /** The tickets that were merged into this one, and into those: their messages are read as part of its conversation. */
  readonly absorbed: readonly TicketId[]
  /** Its latest merge into another ticket, undone since or not. */
  readonly merge: Merge | null
  /** How its time went, for reports. */
  readonly course: Course
  /** What it was opened with, for reports, as JSON text: assignee, team, priority, organisation, tags. */
  readonly openedAs: string
  readonly openedAt: Instant
  readonly changedAt: Instant
  readonly solvedAt: Instant | null
  readonly closedAt: Instant | null
  readonly deletedAt: Instant | null
  readonly snoozedUntil: Instant | null
  /** Messages that were ever in it, redacted ones and those moved away included; those of merged tickets count there. */
  readonly messageCount: number
  readonly reopenCount: number
  /** How often it moved from one agent or team to another; the first assignment does not count. */
  readonly reassignCount: number
  readonly lastCustomerMessageAt: Instant | null
  /** Latest public message by a human agent. */
  readonly lastAgentMessageAt: Instant | null
  /** The SLA policy that matched; `null`: none. */
  readonly slaPolicy: string | null
  /** The earliest due instant of its running clocks. */
  readonly nextDueAt: Instant | null
  /** Whether a clock that lives is past its due instant. */
  readonly slaBreached: boolean
  /** Its escalations that run. */
  readonly escalations: readonly ShownEscalation[]
  /** How the worst of them stands: exhausted, triggered, acknowledged; `null`: none runs. */
  readonly escalation: EscalationStatus | null
}

/** Fields that conditions may name. */
export const ticketFields = {
  id: 'text',
  number: 'number',
  version: 'number',
  subject: 'text',
  type: 'text',
  impact: 'text',
  urgency: 'text',
  priority: 'text',
  priorityByHand: 'boolean',
  status: 'text',
  category: 'text',
  statusSince: 'instant',
  tags: 'list',
  assigneeId: 'text',
  teamId: 'text',
  requesterId: 'text',
  organisationId: 'text',
  followerIds: 'list',
  channel: 'text',
  followUpOf: 'text',
  parentId: 'text',
  related: 'boolean',
  waitingOnChild: 'boolean',
  follows: 'list',
  workaroundId: 'text',
  mergedInto: 'text',
  absorbed: 'list',
  openedAs: 'text',
  openedAt: 'instant',
  changedAt: 'instant',
  solvedAt: 'instant',
  closedAt: 'instant',
  deletedAt: 'instant',
  snoozedUntil: 'instant',
  messageCount: 'number',
  reopenCount: 'number',
  reassignCount: 'number',
  lastCustomerMessageAt: 'instant',
  lastAgentMessageAt: 'instant',
  slaPolicy: 'text',
  nextDueAt: 'instant',
  slaBreached: 'boolean',
  escalation: 'text',
} as const satisfies Partial<Record<keyof Ticket, FieldType>>

/** A move from one status to another. */
export interface StatusMove {
  readonly from: string
  readonly to: string
  readonly category: Category
}

/** The journal's part of what can happen to a ticket: facts and ids, never personal text. */
export interface TicketEvents extends SlaEvents, RelationEvents, MergeEvents, ShownEscalationEvents {
  'ticket.opened': {
    /** Absent: none. */
    readonly parentId?: TicketId | null
    /** Absent: none. */
    readonly follows?: readonly string[]
    readonly number: number
    readonly type: TicketType
    readonly impact: Level | null
    readonly urgency: Level | null
    readonly priority: Priority
    readonly priorityByHand: boolean
    readonly status: string
    readonly category: Category
    readonly tags: readonly string[]
    readonly assigneeId: AgentId | null
    readonly teamId: TeamId | null
    readonly requesterId: CustomerId
    readonly organisationId: OrganisationId | null
    readonly followerIds: readonly (AgentId | CustomerId)[]
    readonly channel: Channel
    readonly externalRefs: readonly ExternalRef[]
    readonly fields: JsonObject
    readonly followUpOf: TicketId | null
  }
  /** Only what is named changed. `personal` lists changed parts whose text stays out of the journal. */
  'ticket.changed': {
    readonly type?: TicketType
    readonly impact?: Level | null
    readonly urgency?: Level | null
    readonly priority?: Priority
    readonly priorityByHand?: boolean
    readonly externalRefs?: readonly ExternalRef[]
    readonly requesterId?: CustomerId
    readonly organisationId?: OrganisationId | null
    /** The host's fields after the change, whole, but for those marked personal. */
    readonly fields?: JsonObject
    readonly personal?: readonly string[]
  }
  'ticket.assigned': {
    readonly assigneeId: AgentId | null
    readonly teamId: TeamId | null
    readonly from: { readonly assigneeId: AgentId | null; readonly teamId: TeamId | null }
  }
  'ticket.tagged': { readonly added: readonly string[]; readonly removed: readonly string[] }
  'ticket.followed': {
    readonly added: readonly (AgentId | CustomerId)[]
    readonly removed: readonly (AgentId | CustomerId)[]
  }
  'message.posted': PostedMessage
  'message.edited': { readonly messageId: MessageId }
  'message.redacted': { readonly messageId: MessageId; readonly reason: string }
  /** First human action on a new ticket. */
  'ticket.started': StatusMove
  /** From pending or hold back to work. */
  'ticket.resumed': StatusMove
  'ticket.pended': StatusMove
  'ticket.held': StatusMove
  'ticket.solved': StatusMove & {
    /** The message that tells its children and incidents how it was solved; absent: there is none. */
    readonly resolutionId?: MessageId
  }
  /** From solved back to work. */
  'ticket.reopened': StatusMove
  'ticket.closed': StatusMove
  'ticket.snoozed': { readonly until: Instant }
  'ticket.woken': { readonly because: 'time' | 'reply' | 'hand' }
  'ticket.deleted': { readonly reason: string | null }
  /** It has its own of these from now on. */
  'ticket.unfollowed': { readonly parts: readonly string[] }
  /** A problem's cause is known; the message tells how to live with it. `null`: no longer. */
  'ticket.knownErrorSet': { readonly workaroundId: MessageId | null }
  /** It is solved with the resolution of its problem or parent. */
  'ticket.resolutionTaken': Resolution
  /** Its children of a scenario were opened. */
  'ticket.childrenOpened': { readonly scenario: string; readonly childIds: readonly TicketId[] }
  /** What happened to it was carried to tickets that hang on it; each had its own say. */
  'ticket.cascaded': Cascaded
  'ticket.restored': Record<never, never>
}
