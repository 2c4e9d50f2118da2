/** Problems and what hangs on them: how a resolution reaches incidents and children, once each. */
import { forbidden, reachOf } from '../access.ts'
import type { Context, Draft } from '../decider.ts'
import { postMessage } from './thread.ts'
import type { Ticket } from './ticket.ts'

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
