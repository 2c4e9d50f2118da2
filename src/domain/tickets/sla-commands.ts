/** What is asked of a ticket's clocks; what they do by themselves they do in the commit of every other command. */
import * as z from 'zod'
import { command, need } from '../decider.ts'
import { id } from '../inputs.ts'

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
