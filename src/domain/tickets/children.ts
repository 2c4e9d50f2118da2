/** Makes a ticket a part of another one. What its tree allows is held in the same commit by whoever follows families. */
import * as z from 'zod'
import { forbidden, type Principal, reachedRecords } from '../access.ts'
import { meets } from '../condition-read.ts'
import { command, type Decision, draft, maybe, need } from '../decider.ts'
import { id } from '../inputs.ts'
import { fault } from './family-refusals.ts'
import type { Ticket } from './ticket.ts'
import { fault as refused } from './ticket-refusals.ts'
import { mustStand } from './ticket-status.ts'

export const setParent = command({
  says: 'Makes a ticket a part of another one, or of none.',
  input: z.strictObject({ ticketId: id('ticket'), parentId: id('ticket').nullable() }),
  returns: 'ticket',
  on: 'ticket',
  // A right must reach both ends of a relation; without a new parent the ticket itself stands in its place.
  reads: (input) => ({
    ticket: need('ticket', input.ticketId),
    parent: need('ticket', input.parentId ?? input.ticketId),
  }),
  near: (_, { ticket }) => ({ former: maybe('ticket', ticket.parentId) }),
  decide: ({ input, found, by }): Decision => {
    const { ticket, parent, former } = found
    if (ticket.mergedInto !== null || parent.mergedInto !== null)
      return {
        instead: 'ticket.setParent',
        input: { ticketId: liveId(ticket), parentId: input.parentId && liveId(parent) },
      }
    if (input.parentId === ticket.id) throw fault('ticket.self-relation', { ticketId: ticket.id })
    mustStand(ticket)
    if (input.parentId === ticket.parentId) throw refused('ticket.nothing-new', { ticketId: ticket.id })
    if (input.parentId !== null) mustStand(parent)
    if (former !== null) mustReachParent(by, former)
    const data = { parentId: input.parentId, formerId: ticket.parentId }
    return [draft({ kind: 'ticket', id: ticket.id }, 'ticket.childOf', data)]
  },
})

/** The ticket that a pointer leads to. */
export function liveId(ticket: Ticket): Ticket['id'] {
  return ticket.mergedInto ?? ticket.id
}

/** Refuses who may not give this ticket children, or take some away. */
export function mustReachParent(by: Principal, parent: Ticket): void {
  if (!meets(reachedRecords(by, 'ticket.setParent', 'ticket'), parent)) throw forbidden(by.actor, 'ticket.setParent')
}
