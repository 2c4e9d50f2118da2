/** A known error: a problem whose cause is known, with a workaround that its incidents show until it is solved. */
import { type Draft, draft, need, rules } from '../decider.ts'
import { sayKnownError } from './relation-inputs.ts'
import { postMessage } from './thread.ts'
import { fault } from './ticket-refusals.ts'
import { mustStand } from './ticket-status.ts'

// The workaround is a message of the problem, so that its words are edited, redacted and erased as all words are.
export const setKnownError = rules(sayKnownError, {
  reads: (input) => ({ ticket: need('ticket', input.ticketId) }),
  decide: (context) => {
    const { ticket } = context.found
    const { workaround } = context.input
    const of = { kind: 'ticket', id: ticket.id } as const
    mustStand(ticket)
    if (ticket.type !== 'problem') throw fault('ticket.not-a-problem', { ticketId: ticket.id, type: ticket.type })
    if (workaround === null) {
      if (ticket.workaroundId === null) throw fault('ticket.nothing-new', { ticketId: ticket.id })
      return [draft(of, 'ticket.knownErrorSet', { workaroundId: null })]
    }
    const author = context.by.actor
    const posted = postMessage(context, ticket, { body: workaround, attachments: [], author, visibility: 'internal' })
    const { messageId } = (posted as Draft<'message.posted'>).data
    return [posted, draft(of, 'ticket.knownErrorSet', { workaroundId: messageId })]
  },
})
