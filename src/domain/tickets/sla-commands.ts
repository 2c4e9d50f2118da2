/** What is asked of a ticket's clocks; what they do by themselves they do in the commit of every other command. */
import * as z from 'zod'
import { command, draft, need } from '../decider.ts'
import { id, instant, line } from '../inputs.ts'
import { METRICS } from '../metrics.ts'
import { mustStand } from './ticket-status.ts'

export const setDue = command({
  says: 'Sets the due instant of a running clock by hand, or gives it back with null; it holds against all later changes.',
  input: z.strictObject({
    ticketId: id('ticket'),
    metric: z.enum(METRICS),
    // The years that calendars answer for; written years of more than four digits begin with a sign.
    dueAt: instant.refine((at) => at > '1800' && at < '2400', 'lies outside the years 1800 to 2399').nullable(),
    reason: line(500),
  }),
  returns: 'ticket',
  on: 'ticket',
  reads: (input) => ({ ticket: need('ticket', input.ticketId) }),
  decide: ({ input, found }) => {
    mustStand(found.ticket)
    const { metric, dueAt, reason } = input
    return [draft({ kind: 'ticket', id: found.ticket.id }, 'sla.dueSet', { metric, dueAt, reason })]
  },
})

export const recompute = command({
  says: 'Looks at a ticket’s clocks anew: notices what fell due, and brings them under the policies and calendars in force.',
  input: z.strictObject({ ticketId: id('ticket') }),
  returns: 'ticket',
  on: 'ticket',
  follows: true,
  reads: (input) => ({ ticket: need('ticket', input.ticketId) }),
  decide: () => [],
  result: (_, input) => ({ kind: 'ticket', id: input.ticketId }),
})
