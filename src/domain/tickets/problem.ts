/** Problems and what hangs on them: how a resolution reaches incidents and children, once each. */
import * as z from 'zod'
import { forbidden, reachOf } from '../access.ts'
import { type Context, command, type Draft, draft, maybe, need } from '../decider.ts'
import { id, instant } from '../inputs.ts'
import type { Message } from './message.ts'
import { postMessage } from './thread.ts'
import type { Ticket } from './ticket.ts'
import { fault } from './ticket-refusals.ts'
import { move, mustStand, statusOf } from './ticket-status.ts'

/** The right to say how tickets that hang on one are solved. */
export const OFFER_RESOLUTION = 'ticket.offerResolution'

/**
 * A solving with the words that tell how. Only what is given as a resolution goes on to others: a reply may speak of
 * its own requester.
 *
 * @throws DeskError `access.forbidden` for those who may solve a ticket, but not speak to the people of others.
 */
export function withResolution(
  context: Pick<Context<{ readonly resolution?: string | undefined }, unknown>, 'by' | 'input' | 'newId'>,
  ticket: Ticket,
  solved: Draft<'ticket.solved'>,
): Draft[] {
  const { by, input } = context
  if (input.resolution === undefined) return [solved]
  if (reachOf(by, OFFER_RESOLUTION) === null) throw forbidden(by.actor, OFFER_RESOLUTION)
  const posted = postMessage(context, ticket, {
    body: input.resolution,
    attachments: [],
    author: by.actor,
    visibility: 'public',
  })
  const { messageId } = (posted as Draft<'message.posted'>).data
  return [posted, { ...solved, data: { ...solved.data, resolutionId: messageId } }]
}

export const takeResolution = command({
  says: 'Solves an incident or child with the resolution of its problem or parent, once for each; the desk does so by itself.',
  by: 'system',
  input: z.strictObject({
    ticketId: id('ticket'),
    /** The problem or parent. */
    fromId: id('ticket'),
    /** When that was solved. */
    since: instant,
    /** What its people are told; the words are copied. Absent: nothing. */
    messageId: id('message').nullable().default(null),
    /** One of the host's solved statuses. */
    status: z.string().max(40).optional(),
  }),
  returns: 'ticket',
  on: 'ticket',
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
