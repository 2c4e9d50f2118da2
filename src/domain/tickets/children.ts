/** Who may give a ticket children, and which ticket a pointer leads to. */
import { forbidden, type Principal, reachedRecords } from '../access.ts'
import { meets } from '../condition-read.ts'
import type { Ticket } from './ticket.ts'

/** The ticket that a pointer leads to. */
export function liveId(ticket: Ticket): Ticket['id'] {
  return ticket.mergedInto ?? ticket.id
}

/** Refuses who may not give this ticket children, or take some away. */
export function mustReachParent(by: Principal, parent: Ticket): void {
  if (!meets(reachedRecords(by, 'ticket.setParent', 'ticket'), parent)) throw forbidden(by.actor, 'ticket.setParent')
}
