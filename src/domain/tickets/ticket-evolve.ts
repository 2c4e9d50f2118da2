/** What each event does to a ticket: folding a ticket's journal through this gives the stored ticket. */
import type { Happened } from '../decider.ts'
import type { EscalationStatus, ShownEscalation, ShownEscalationEvents } from '../escalation/escalation.ts'
import type { TicketId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import { type Changes, changesByMerge, redactedInPointer } from './merge-evolve.ts'
import type { StatusMove, Ticket, TicketEvents } from './ticket.ts'
import type { SlaEvents } from './ticket-sla.ts'

type TicketHappened = Happened<keyof TicketEvents>
type Text = { readonly subject?: string; readonly fields?: JsonObject }

/** The ticket after an event, but for its course, which `evolveWhole` adds where tickets are stored or compared. Without the event's text, as in the journal, the personal parts come out empty. */
export function evolveTicket(ticket: Ticket | null, event: TicketHappened): Ticket {
  if (event.name === 'ticket.opened') return opened(event)
  if (event.name === 'escalation.shown') return { ...(ticket as Ticket), ...escalated(ticket as Ticket, event.data) }
  if (isOfClocks(event))
    return event.name === 'sla.shown' ? { ...(ticket as Ticket), ...event.data } : (ticket as Ticket)
  return { ...(ticket as Ticket), ...changesBy(ticket as Ticket, event), changedAt: event.at }
}

function opened(event: Happened<'ticket.opened'>): Ticket {
  const { data, at, of } = event
  const text = event.text as Text | undefined
  const ticket: Omit<Ticket, 'course'> = {
    id: of.id as TicketId,
    version: 0,
    ...data,
    subject: text?.subject ?? '',
    fields: { ...data.fields, ...text?.fields },
    parentId: data.parentId ?? null,
    related: false,
    waitingOnChild: false,
    follows: data.follows ?? [],
    workaroundId: null,
    resolvedBy: null,
    mergedInto: null,
    absorbed: [],
    merge: null,
    statusSince: at,
    openedAs: JSON.stringify([data.assigneeId, data.teamId, data.priority, data.organisationId, [...data.tags].sort()]),
    openedAt: at,
    changedAt: at,
    solvedAt: null,
    closedAt: null,
    deletedAt: null,
    snoozedUntil: null,
    messageCount: 0,
    reopenCount: 0,
    reassignCount: 0,
    lastCustomerMessageAt: null,
    lastAgentMessageAt: null,
    slaPolicy: null,
    nextDueAt: null,
    slaBreached: false,
    escalations: [],
    escalation: null,
  }
  return ticket as Ticket
}

const WORST: readonly EscalationStatus[] = ['exhausted', 'triggered', 'acknowledged']

function escalated({ escalations }: Ticket, shown: ShownEscalation): Pick<Ticket, 'escalations' | 'escalation'> {
  const others = escalations.filter(({ id }) => id !== shown.id)
  const all = shown.status === 'resolved' ? others : [...others, shown]
  return {
    escalations: all,
    escalation: WORST.find((status) => all.some((one) => one.status === status)) ?? null,
  }
}

// Clocks move by themselves: a ticket that nobody touched must not rise to the top of what changed last.
function isOfClocks(event: TicketHappened): event is Happened<keyof SlaEvents> {
  return event.name.startsWith('sla.')
}

const NOTHING: Changes = {}

function changesBy(
  ticket: Ticket,
  event: Exclude<TicketHappened, Happened<'ticket.opened' | keyof SlaEvents | keyof ShownEscalationEvents>>,
): Changes {
  switch (event.name) {
    case 'ticket.changed': {
      const { personal: _, fields, ...rest } = event.data
      const text = event.text as Text | undefined
      const subject = text?.subject ?? ticket.subject
      return { ...rest, subject, fields: fields ? { ...fields, ...text?.fields } : ticket.fields }
    }
    case 'ticket.assigned': {
      const { assigneeId, teamId, from } = event.data
      const moved =
        (from.assigneeId !== null && assigneeId !== null && from.assigneeId !== assigneeId) ||
        (from.teamId !== null && teamId !== null && from.teamId !== teamId)
      return { assigneeId, teamId, reassignCount: ticket.reassignCount + (moved ? 1 : 0) }
    }
    case 'ticket.tagged':
      return { tags: without(ticket.tags, event.data.removed).concat(event.data.added) }
    case 'ticket.followed':
      return { followerIds: without(ticket.followerIds, event.data.removed).concat(event.data.added) }
    case 'message.posted':
      return spoken(ticket, event)
    case 'message.edited':
      return NOTHING
    case 'message.redacted':
      return redactedInPointer(ticket, event)
    case 'ticket.started':
    case 'ticket.resumed':
    case 'ticket.pended':
    case 'ticket.held':
      return moved(ticket, event.data, event.at)
    case 'ticket.solved':
      return { snoozedUntil: null, ...moved(ticket, event.data, event.at), solvedAt: event.at }
    case 'ticket.reopened':
      return { reopenCount: ticket.reopenCount + 1, ...moved(ticket, event.data, event.at) }
    case 'ticket.closed':
      return {
        closedAt: event.at,
        snoozedUntil: null,
        ...moved(ticket, event.data, event.at),
        solvedAt: ticket.solvedAt ?? event.at,
      }
    case 'ticket.snoozed':
      return { snoozedUntil: event.data.until }
    case 'ticket.woken':
      return { snoozedUntil: null }
    case 'ticket.deleted':
      return { deletedAt: event.at }
    case 'ticket.childOf':
      return { parentId: event.data.parentId }
    case 'ticket.childAdded':
      return { related: true }
    case 'ticket.linked': {
      const { type, otherId } = event.data
      return { related: true, followUpOf: type === 'followUpOf' ? otherId : ticket.followUpOf }
    }
    case 'ticket.unlinked':
      return event.data.type === 'followUpOf' ? { followUpOf: null } : NOTHING
    case 'ticket.waitStarted':
      return { waitingOnChild: true }
    case 'ticket.waitEnded':
      return { waitingOnChild: false }
    case 'ticket.childRemoved':
    case 'children.allSolved':
    case 'child.reopened':
    case 'ticket.unblocked':
    case 'ticket.guardWarned':
    case 'ticket.guardOverridden':
    case 'ticket.guardHeld':
      return NOTHING
    case 'ticket.unfollowed':
      return { follows: without(ticket.follows, event.data.parts) }
    case 'ticket.knownErrorSet':
      return { workaroundId: event.data.workaroundId }
    case 'ticket.resolutionTaken':
      return { resolvedBy: event.data }
    case 'ticket.childrenOpened':
    case 'ticket.cascaded':
      return NOTHING
    case 'ticket.restored':
      return { deletedAt: null }
    case 'ticket.absorbed':
    case 'ticket.merged':
    case 'ticket.repointed':
    case 'ticket.unmerged':
    case 'ticket.released':
    case 'ticket.split':
    case 'message.arrived':
    case 'message.moved':
    case 'message.copied':
      return changesByMerge(ticket, event)
    default:
      return event satisfies never
  }
}

function moved(ticket: Ticket, { to, category }: StatusMove, at: string): Changes {
  // A host's own graph may lead from solved straight to waiting.
  const solvedAt = category === 'solved' || category === 'closed' ? ticket.solvedAt : null
  return { status: to, category, statusSince: at, solvedAt }
}

function spoken(ticket: Ticket, event: Happened<'message.posted'>): Changes {
  const { visibility, authorKind, automatic } = event.data
  const messageCount = ticket.messageCount + 1
  if (visibility !== 'public' || automatic) return { messageCount }
  if (authorKind === 'customer') return { messageCount, lastCustomerMessageAt: event.at }
  return authorKind === 'agent' ? { messageCount, lastAgentMessageAt: event.at } : { messageCount }
}

function without<T>(list: readonly T[], removed: readonly T[]): T[] {
  return list.filter((item) => !removed.includes(item))
}

/** The ticket as the journal alone knows it. */
export function withoutPersonalText(ticket: Ticket, personalFields: readonly string[]): Ticket {
  const fields = Object.fromEntries(Object.entries(ticket.fields).filter(([name]) => !personalFields.includes(name)))
  return { ...ticket, subject: '', fields }
}
