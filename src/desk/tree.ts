/** A ticket with all that hangs on it, and what all of it comes to: figures that are made when they are read, and never kept. */
import type { Condition } from '../domain/condition.ts'
import { compileCondition } from '../domain/condition-read.ts'
import { standingOf } from '../domain/tickets/family.ts'
import { CATEGORIES, type Category, type Priority, type Ticket } from '../domain/tickets/ticket.ts'
import type { Instant } from '../domain/time.ts'

/** How a ticket's promises stand, the worst of them: one is broken, one is due, all are kept, there are none. */
export const SLA_STATES = ['breached', 'due', 'ok', 'none'] as const
export type SlaState = (typeof SLA_STATES)[number]

/** What tickets come to, together. */
export interface RolledUp {
  readonly tickets: number
  readonly byCategory: Readonly<Record<Category, number>>
  /** Time between opening and solving, or until now, in milliseconds of the calendar, added up. */
  readonly openMs: number
  /** The worst of them. */
  readonly sla: SlaState
  /** The earliest. */
  readonly nextDueAt: Instant | null
}

/** A ticket of a tree. */
export interface TreeNode {
  readonly ticketId: Ticket['id']
  readonly number: number
  readonly subject: string
  readonly status: string
  readonly category: Category
  readonly priority: Priority
  readonly teamId: Ticket['teamId']
  readonly assigneeId: Ticket['assigneeId']
  readonly openMs: number
  readonly sla: SlaState
  readonly nextDueAt: Instant | null
  /** This ticket and all below it. */
  readonly total: RolledUp
  /** In the order in which they were opened. */
  readonly children: readonly TreeNode[]
}

/** A ticket with all that hangs on it, as far as it was asked for and is in sight. */
export interface Tree {
  readonly root: TreeNode
  /** The instant as of which times are counted. */
  readonly at: Instant
  /** Whether more hangs on the root than was read; then the figures are of what was read. */
  readonly isCut: boolean
}

/**
 * Puts tickets together to a tree.
 *
 * @param tickets - those below the root, each behind its parent. A ticket that is deleted or merged into another, or
 *   that does not meet `sight`, is left out with all that hangs on it.
 */
export function growTree(
  root: Ticket,
  tickets: readonly Ticket[],
  { at, sight }: { readonly at: Instant; readonly sight: Condition | null },
): TreeNode {
  const isSeen = compileCondition(sight)
  const children = new Map<string, Ticket[]>([[root.id, []]])
  for (const ticket of tickets) {
    const siblings = children.get(ticket.parentId ?? '')
    if (siblings === undefined || standingOf(ticket) === 'gone' || !isSeen(ticket)) continue
    siblings.push(ticket)
    children.set(ticket.id, [])
  }
  return nodeOf(root, children, at)
}

function nodeOf(ticket: Ticket, tickets: ReadonlyMap<string, readonly Ticket[]>, at: Instant): TreeNode {
  const below = [...(tickets.get(ticket.id) ?? [])].sort((a, b) => a.number - b.number)
  const children = below.map((child) => nodeOf(child, tickets, at))
  const { id: ticketId, number, subject, status, category, priority, teamId, assigneeId, nextDueAt } = ticket
  const openMs = Math.max(0, Date.parse(ticket.solvedAt ?? at) - Date.parse(ticket.openedAt))
  const own = { openMs, sla: slaStateOf(ticket, at), nextDueAt }
  const total = children.reduce((sum, child) => plus(sum, child.total), {
    tickets: 1,
    byCategory: { ...NONE, [category]: 1 },
    ...own,
  } as RolledUp)
  return { ticketId, number, subject, status, category, priority, teamId, assigneeId, ...own, total, children }
}

const NONE = Object.fromEntries(CATEGORIES.map((category) => [category, 0]))

function slaStateOf({ slaPolicy, slaBreached, nextDueAt }: Ticket, at: Instant): SlaState {
  // What fell due and was not yet looked at is late all the same. At due is in time.
  if (slaBreached || (nextDueAt !== null && nextDueAt < at)) return 'breached'
  if (nextDueAt !== null) return 'due'
  return slaPolicy === null ? 'none' : 'ok'
}

function plus(a: RolledUp, b: RolledUp): RolledUp {
  const sums = CATEGORIES.map((category) => [category, a.byCategory[category] + b.byCategory[category]])
  return {
    tickets: a.tickets + b.tickets,
    byCategory: Object.fromEntries(sums) as RolledUp['byCategory'],
    openMs: a.openMs + b.openMs,
    sla: SLA_STATES.find((state) => state === a.sla || state === b.sla) ?? 'none',
    nextDueAt: [a.nextDueAt, b.nextDueAt].filter((dueAt) => dueAt !== null).sort()[0] ?? null,
  }
}
