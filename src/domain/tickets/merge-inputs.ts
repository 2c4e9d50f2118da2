/** What is asked of merging, unmerging and splitting: the schema of each command, checked at the wall. */
import * as z from 'zod'
import { personInput } from '../identity.ts'
import { id, line } from '../inputs.ts'
import { TICKET_TYPES } from './ticket.ts'

export const mergeTicket = z.strictObject({
  /** The ticket that becomes a pointer. */
  ticketId: id('ticket'),
  /** The ticket that goes on; where it is a pointer itself, the live one behind it. */
  intoId: id('ticket'),
  /** `apart`: customers read what they could read before. `join`: those of either ticket read the other as well. */
  customers: z.enum(['apart', 'join']).default('apart'),
  /** Whether reply clocks of the ticket that goes on run from the oldest unanswered message of either. Absent: as the policy says. */
  inheritOldest: z.boolean().optional(),
})

export const unmergeTicket = z.strictObject({ ticketId: id('ticket') })

export const splitTicket = z.strictObject({
  ticketId: id('ticket'),
  /** Messages of the ticket, or of one that is merged into it. */
  messageIds: z
    .array(id('message'))
    .min(1)
    .max(100)
    .refine((ids) => new Set(ids).size === ids.length, 'names a message twice'),
  mode: z.enum(['move', 'copy']),
  subject: line(500),
  /** Whose the new ticket is. Absent: the requester of the ticket in which the messages stand. */
  requester: personInput.optional(),
  type: z.enum(TICKET_TYPES).optional(),
})
