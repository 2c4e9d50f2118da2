/** The words of a ticket: what it holds, what is asked of it, what can happen to it. */
import type { FieldType } from '../condition.ts'
import type { AgentId, CustomerId, MessageId, OrganisationId, TeamId, TicketId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { Instant } from '../time.ts'
import type { Channel, PostedMessage } from './message.ts'
import type { SlaEvents } from './ticket-sla.ts'

/** The six meanings a status can have. A host's own statuses each belong to one. */
export const CATEGORIES = ['new', 'open', 'pending', 'hold', 'solved', 'closed'] as const
export type Category = (typeof CATEGORIES)[number]

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
  readonly openedAt: Instant
  readonly changedAt: Instant
  readonly solvedAt: Instant | null
  readonly closedAt: Instant | null
  readonly deletedAt: Instant | null
  readonly snoozedUntil: Instant | null
  /** Messages of every visibility, redacted ones included. */
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
} as const satisfies Partial<Record<keyof Ticket, FieldType>>

/** A move from one status to another. */
export interface StatusMove {
  readonly from: string
  readonly to: string
  readonly category: Category
}

/** The journal's part of what can happen to a ticket: facts and ids, never personal text. */
export interface TicketEvents extends SlaEvents {
  'ticket.opened': {
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
  'ticket.solved': StatusMove
  /** From solved back to work. */
  'ticket.reopened': StatusMove
  'ticket.closed': StatusMove
  'ticket.snoozed': { readonly until: Instant }
  'ticket.woken': { readonly because: 'time' | 'reply' | 'hand' }
  'ticket.deleted': { readonly reason: string | null }
  'ticket.restored': Record<never, never>
}
