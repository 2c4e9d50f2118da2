/** The words of a family: what a ticket must know of its children and blockers to be closed by the rules, kept in the commit of every change of theirs. */
import type { TicketId } from '../ids.ts'
import type { Ticket } from './ticket.ts'

/**
 * How many tickets hang on a ticket, under its own id. Bookkeeping that `desk.verify` recounts, never shown as figures:
 * its version is what a change of a child and the closing of its parent meet at.
 */
export interface Family {
  readonly id: TicketId
  readonly version: number
  /** Children that stand: neither deleted nor merged into another ticket. */
  readonly children: number
  /** Those of them that are neither solved nor closed. */
  readonly openChildren: number
  /** Tickets that block this one, and those of them that stand and are neither solved nor closed. */
  readonly blockers: number
  readonly openBlockers: number
  /** Tickets that this one blocks. */
  readonly blocking: number
}

/** What the paths of `blocks` are checked under: whoever adds to them writes it, so that two halves of a circle meet here. */
export interface Graph {
  readonly id: 'blocks'
  readonly version: number
}

/** The family of a ticket that never had one. */
export function noFamily(id: string): Family {
  return { id: id as TicketId, version: 0, children: 0, openChildren: 0, blockers: 0, openBlockers: 0, blocking: 0 }
}

/** What a ticket is to its parent and to those it blocks. `gone`: deleted, or merged into another. */
export type Standing = 'open' | 'solved' | 'gone'

/** What a ticket counts as. */
export function standingOf(ticket: Pick<Ticket, 'category' | 'deletedAt' | 'mergedInto'> | null): Standing {
  if (ticket === null || ticket.deletedAt !== null || ticket.mergedInto !== null) return 'gone'
  return ticket.category === 'solved' || ticket.category === 'closed' ? 'solved' : 'open'
}
