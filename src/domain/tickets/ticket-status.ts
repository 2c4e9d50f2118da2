/** How a ticket may move between the host's statuses: the declared graph, and the events that the moves are. */
import { type Draft, draft } from '../decider.ts'
import type { StatusPolicy } from '../policy.ts'
import type { Category, Ticket } from './ticket.ts'
import { fault } from './ticket-refusals.ts'

/** The graph between categories, for hosts that declare none of their own. Within a category every move is allowed. */
export const CATEGORY_GRAPH: Readonly<Record<Category, readonly Category[]>> = {
  new: ['open', 'pending', 'hold', 'solved'],
  open: ['pending', 'hold', 'solved'],
  pending: ['open', 'hold', 'solved'],
  hold: ['open', 'pending', 'solved'],
  solved: ['open', 'closed'],
  closed: [],
}

type Standing = Pick<Ticket, 'id' | 'status' | 'category'>

/** The names of the statuses that may follow a ticket's present one. */
export function nextStatuses(policy: StatusPolicy, ticket: Pick<Ticket, 'status' | 'category'>): string[] {
  if (ticket.category === 'closed') return []
  // A status that the policy no longer has would be a dead end: from there the graph of the categories holds.
  const isKnown = policy.statuses.some((s) => s.name === ticket.status)
  if (policy.transitions && isKnown)
    return Object.hasOwn(policy.transitions, ticket.status) ? [...(policy.transitions[ticket.status] as string[])] : []
  const reachable = [ticket.category, ...CATEGORY_GRAPH[ticket.category]]
  return policy.statuses.filter((s) => s.name !== ticket.status && reachable.includes(s.category)).map((s) => s.name)
}

/** The status that a command means: the named one, or the first of the category. */
export function statusOf(
  policy: StatusPolicy,
  category: Category,
  name?: string,
): { name: string; category: Category } {
  const status =
    name === undefined
      ? policy.statuses.find((s) => s.category === category)
      : policy.statuses.find((s) => s.name === name)
  if (!status)
    throw fault('ticket.unknown-status', { status: name ?? category, known: policy.statuses.map((s) => s.name) })
  if (status.category !== category)
    throw fault('ticket.wrong-category', { status: status.name, category: status.category, wanted: category })
  return status
}

/** The event of a move, or a refusal when the graph does not have it. */
export function move(
  policy: StatusPolicy,
  ticket: Standing,
  to: { readonly name: string; readonly category: Category },
): Draft {
  if (to.name === ticket.status) throw fault('ticket.already', { ticketId: ticket.id, status: to.name })
  const allowed = nextStatuses(policy, ticket)
  if (!allowed.includes(to.name))
    throw fault('ticket.no-move', { ticketId: ticket.id, from: ticket.status, to: to.name, allowed })
  const data = { from: ticket.status, to: to.name, category: to.category }
  return draft({ kind: 'ticket', id: ticket.id }, moveName(ticket.category, to.category), data)
}

function moveName(from: Category, to: Category) {
  switch (to) {
    case 'pending':
      return 'ticket.pended'
    case 'hold':
      return 'ticket.held'
    case 'solved':
      return 'ticket.solved'
    case 'closed':
      return 'ticket.closed'
    default:
      return from === 'new' ? 'ticket.started' : from === 'solved' ? 'ticket.reopened' : 'ticket.resumed'
  }
}

/**
 * The move to work that a message or a human hand brings, if the graph has it; nothing otherwise: a reply must not
 * fail because a host's graph knows no such move.
 */
export function backToWork(policy: StatusPolicy, ticket: Standing): Draft[] {
  const next = nextStatuses(policy, ticket)
  const open = policy.statuses.find((s) => s.category === 'open' && next.includes(s.name))
  return open && ticket.category !== 'open' ? [move(policy, ticket, open)] : []
}

/** Refuses work on a ticket that is closed, deleted, or a pointer to another. */
export function mustStand(ticket: Ticket): void {
  if (ticket.deletedAt !== null) throw fault('ticket.deleted', { ticketId: ticket.id })
  if (ticket.mergedInto !== null) throw fault('ticket.merged', { ticketId: ticket.id, into: ticket.mergedInto })
  if (ticket.category === 'closed') throw fault('ticket.closed', { ticketId: ticket.id, closedAt: ticket.closedAt })
}
