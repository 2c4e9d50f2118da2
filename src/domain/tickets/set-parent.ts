/** Makes a ticket a part of another one. What its tree allows is held in the same commit by whoever follows families. */
import { type Decision, draft, maybe, need, rules } from '../decider.ts'
import { liveId, mustReachParent } from './children.ts'
import { fault } from './family-refusals.ts'
import { giveParent } from './relation-inputs.ts'
import { fault as refused } from './ticket-refusals.ts'
import { mustStand } from './ticket-status.ts'

export const setParent = rules(giveParent, {
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
