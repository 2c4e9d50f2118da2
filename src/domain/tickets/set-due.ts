/** The due instant of a clock, as a person sets it. */
import { draft, need, rules } from '../decider.ts'
import { setDueInstant } from './relation-inputs.ts'
import { mustStand } from './ticket-status.ts'

export const setDue = rules(setDueInstant, {
  reads: (input) => ({ ticket: need('ticket', input.ticketId) }),
  decide: ({ input, found }) => {
    mustStand(found.ticket)
    const { metric, dueAt, reason } = input
    return [draft({ kind: 'ticket', id: found.ticket.id }, 'sla.dueSet', { metric, dueAt, reason })]
  },
})
