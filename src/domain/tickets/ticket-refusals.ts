/** What the rules of tickets refuse, and what each refusal says. */
import { faultsOf } from '../fault.ts'
import type { Instant } from '../time.ts'

type One = { readonly ticketId: string }

export const ticketFaults = {
  'ticket.closed': {
    kind: 'refused',
    says: (d: One & { readonly closedAt: Instant | null }) =>
      `Ticket ${d.ticketId} closed on ${d.closedAt?.slice(0, 10)} and takes no more work; open a follow-up with ticket.followUp.`,
  },
  'ticket.deleted': {
    kind: 'refused',
    says: (d: One) => `Ticket ${d.ticketId} is deleted; restore it with ticket.restore first.`,
  },
  'ticket.not-deleted': {
    kind: 'refused',
    says: (d: One) => `Ticket ${d.ticketId} is not deleted; there is nothing to restore.`,
  },
  'ticket.no-move': {
    kind: 'refused',
    says: (d: One & { readonly from: string; readonly to: string; readonly allowed: readonly string[] }) =>
      `Ticket ${d.ticketId} cannot go from ${d.from} to ${d.to}; from there it may go to ${d.allowed.join(', ') || 'no other status'}.`,
  },
  'ticket.already': {
    kind: 'refused',
    says: (d: One & { readonly status: string }) => `Ticket ${d.ticketId} is ${d.status} already; nothing was changed.`,
  },
  'ticket.unknown-status': {
    kind: 'invalid',
    says: (d: { readonly status: string; readonly known: readonly string[] }) =>
      `${JSON.stringify(d.status)} is no status of this desk; there are ${d.known.join(', ')}.`,
  },
  'ticket.wrong-category': {
    kind: 'invalid',
    says: (d: { readonly status: string; readonly category: string; readonly wanted: string }) =>
      `Status ${d.status} is of category ${d.category}, and this command moves to ${d.wanted}; use the command of that category.`,
  },
  'ticket.unassigned': {
    kind: 'refused',
    says: (d: One) =>
      `Ticket ${d.ticketId} has no assignee, so no human can solve it yet; an agent must take it or be given it first.`,
  },
  'ticket.bad-assignee': {
    kind: 'refused',
    says: (d: One & { readonly agentId: string; readonly reason: string }) =>
      `Agent ${d.agentId} cannot be given ticket ${d.ticketId}: ${d.reason}; choose another agent.`,
  },
  'ticket.not-solved': {
    kind: 'refused',
    says: (d: One & { readonly status: string }) =>
      `Ticket ${d.ticketId} is ${d.status}, not solved; only a solved ticket can be reopened.`,
  },
  'ticket.reopen-window-over': {
    kind: 'refused',
    says: (d: One & { readonly until: Instant }) =>
      `The time to reopen ticket ${d.ticketId} ended at ${d.until}; open a follow-up with ticket.followUp.`,
  },
  'ticket.still-open': {
    kind: 'refused',
    says: (d: One) =>
      `Ticket ${d.ticketId} is still being worked on; write to it with ticket.reply, or solve it first.`,
  },
  'ticket.snooze-past': {
    kind: 'invalid',
    says: (d: { readonly until: Instant; readonly now: Instant }) =>
      `A ticket cannot be snoozed until ${d.until}: it is ${d.now} already; name a later instant.`,
  },
  'ticket.not-snoozed': {
    kind: 'refused',
    says: (d: One) => `Ticket ${d.ticketId} is not snoozed; nothing was changed.`,
  },
  'ticket.nothing-new': {
    kind: 'refused',
    says: (d: One) => `Ticket ${d.ticketId} has all of that already; nothing was changed.`,
  },
  'ticket.too-many': {
    kind: 'refused',
    says: (d: One & { readonly what: string; readonly limit: number }) =>
      `Ticket ${d.ticketId} may have ${d.limit} ${d.what} at most; remove some first.`,
  },
  'ticket.merged': {
    kind: 'refused',
    says: (d: One & { readonly into: string }) =>
      `Ticket ${d.ticketId} is merged into ticket ${d.into}; name that one, or take it out with ticket.unmerge first.`,
  },
  'ticket.merge-self': {
    kind: 'refused',
    says: (d: One) => `Ticket ${d.ticketId} cannot be merged into itself; name two different tickets.`,
  },
  'ticket.merge-kin': {
    kind: 'refused',
    says: (d: One & { readonly into: string }) =>
      `Tickets ${d.ticketId} and ${d.into} are above and below each other in one tree; give the lower one another parent with ticket.setParent first.`,
  },
  'ticket.not-merged': {
    kind: 'refused',
    says: (d: One) => `Ticket ${d.ticketId} is not merged into another; there is nothing to undo.`,
  },
  'ticket.split-requester': {
    kind: 'refused',
    says: (d: One & { readonly requesterIds: readonly string[] }) =>
      `The messages to be split off ticket ${d.ticketId} stand in tickets of ${d.requesterIds.join(' and ')}; say with requester whose the new ticket is.`,
  },
  'ticket.resolution-taken': {
    kind: 'refused',
    says: (d: One & { readonly fromId: string }) =>
      `Ticket ${d.ticketId} has that resolution of ${d.fromId} already; nothing was changed.`,
  },
  'ticket.not-a-problem': {
    kind: 'refused',
    says: (d: One & { readonly type: string }) =>
      `Ticket ${d.ticketId} is of type ${d.type}, and only a problem is a known error; change its type with ticket.change first.`,
  },
  'scenario.unknown': {
    kind: 'invalid',
    says: (d: { readonly scenario: string; readonly known: readonly string[] }) =>
      `There is no scenario ${JSON.stringify(d.scenario)}; the policy scenarios has ${d.known.join(', ') || 'none'}.`,
  },
  'message.redacted': {
    kind: 'refused',
    says: (d: { readonly messageId: string }) =>
      `Message ${d.messageId} is redacted: its text is gone and cannot be changed.`,
  },
  'message.not-author': {
    kind: 'forbidden',
    says: (d: { readonly messageId: string }) =>
      `Message ${d.messageId} was written by somebody else; only its author may edit it. Redact it, or add a note.`,
  },
  'message.not-found': {
    kind: 'not-found',
    says: (d: { readonly id: string }) => `There is no message ${d.id} in this ticket that you may see.`,
  },
} as const

export const fault = faultsOf(ticketFaults)
