/** How a resolution reaches incidents and children: in the words of who wrote it, once each. */
import { draft, maybe, need, rules } from '../decider.ts'
import type { Message } from './message.ts'
import { takeTheResolution } from './relation-inputs.ts'
import { postMessage } from './thread.ts'
import type { Ticket } from './ticket.ts'
import { fault } from './ticket-refusals.ts'
import { move, mustStand, statusOf } from './ticket-status.ts'

export const takeResolution = rules(takeTheResolution, {
  reads: (input) => ({ ticket: need('ticket', input.ticketId), message: maybe('message', input.messageId) }),
  decide: (context) => {
    const { input, found, policies } = context
    const { ticket } = found
    const { fromId, messageId, since } = input
    mustStand(ticket)
    if (ticket.resolvedBy?.fromId === fromId && ticket.resolvedBy.since === since)
      throw fault('ticket.resolution-taken', { ticketId: ticket.id, fromId })
    if (ticket.category === 'solved') throw fault('ticket.already', { ticketId: ticket.id, status: ticket.status })
    return [
      ...toldBy(context, ticket, found.message),
      draft({ kind: 'ticket', id: ticket.id }, 'ticket.resolutionTaken', { fromId, messageId, since }),
      move(policies.statuses, ticket, statusOf(policies.statuses, 'solved', input.status)),
    ]
  },
  result: (_, input) => ({ kind: 'ticket', id: input.ticketId }),
})

/** The resolution in the words of who wrote it. One that was redacted since is told nobody any more. */
function toldBy(
  context: Parameters<typeof postMessage>[0] & { readonly input: { readonly fromId: string } },
  ticket: Ticket,
  message: Message | null,
) {
  if (message?.ticketId !== context.input.fromId || message.visibility !== 'public' || message.redactedAt !== null)
    return []
  const { body, attachments, authorKind, authorId } = message
  const author = { kind: authorKind, id: authorId } as Parameters<typeof postMessage>[2]['author']
  return [postMessage(context, ticket, { body, attachments, author, visibility: 'public' })]
}
