/** How words that were said are changed, or wiped for good. */
import { reachOf } from '../access.ts'
import { draft, maybe, need, rules } from '../decider.ts'
import type { MessageId } from '../ids.ts'
import type { Message } from './message.ts'
import type { Ticket } from './ticket.ts'
import { editMessage, redactMessage } from './ticket-inputs.ts'
import { fault } from './ticket-refusals.ts'
import { mustStand } from './ticket-status.ts'

/** The ticket in which a message stands, where that is merged into the named one: the message's events are on its journal. */
function otherThan(ticket: Ticket, message: Message): Ticket['id'] | null {
  return message.ticketId === ticket.id ? null : message.ticketId
}

/** A message named together with its ticket must be of that ticket, or of one merged into it, and look absent otherwise. */
function mustBelong(message: Message | null, ticket: Ticket, id: MessageId): Message {
  if (message === null || ![ticket.id, ...ticket.absorbed].includes(message.ticketId))
    throw fault('message.not-found', { id })
  if (message.redactedAt !== null) throw fault('message.redacted', { messageId: id })
  return message
}

export const edit = rules(editMessage, {
  reads: (input) => ({ ticket: need('ticket', input.ticketId), message: need('message', input.messageId) }),
  near: (_, { ticket, message }) => ({ home: maybe('ticket', otherThan(ticket, message)) }),
  decide: ({ input, found, by }) => {
    const message = mustBelong(found.message, found.ticket, input.messageId)
    mustStand(found.ticket)
    if (message.authorId !== by.actor.id && reachOf(by, 'message.editAny') === null)
      throw fault('message.not-author', { messageId: message.id })
    if (message.body === input.body) throw fault('ticket.nothing-new', { ticketId: found.ticket.id })
    const text = { body: input.body, attachments: message.attachments, to: message.to }
    return [draft({ kind: 'ticket', id: message.ticketId }, 'message.edited', { messageId: message.id }, text)]
  },
  result: (_, input) => ({ kind: 'message', id: input.messageId }),
})

export const redact = rules(redactMessage, {
  reads: (input) => ({ ticket: need('ticket', input.ticketId), message: need('message', input.messageId) }),
  near: (_, { ticket, message }) => ({ home: maybe('ticket', otherThan(ticket, message)) }),
  decide: ({ input, found }) => {
    const message = mustBelong(found.message, found.ticket, input.messageId)
    return [
      draft({ kind: 'ticket', id: message.ticketId }, 'message.redacted', {
        messageId: message.id,
        reason: input.reason,
      }),
    ]
  },
  result: (_, input) => ({ kind: 'message', id: input.messageId }),
})
