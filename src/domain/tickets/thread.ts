/** How words enter a conversation: one event on the ticket for each message, its text beside it. */
import { type Context, type Draft, draft } from '../decider.ts'
import type { TicketId } from '../ids.ts'
import type { Actor } from '../people/people.ts'
import type { Attachment, Channel, Correspondent, MessageText, Visibility } from './message.ts'

interface Thread {
  readonly id: TicketId
  readonly messageCount: number
  readonly channel: Channel
}

interface NewMessage {
  readonly body: string
  readonly visibility: Visibility
  readonly author: Actor
  readonly attachments: readonly Attachment[]
  readonly channel?: Channel | undefined
  readonly automatic?: boolean
  readonly to?: readonly Correspondent[]
}

export function postMessage(
  context: Pick<Context<unknown, unknown>, 'newId'>,
  ticket: Thread,
  message: NewMessage,
): Draft {
  const text: MessageText = { body: message.body, attachments: message.attachments, to: message.to ?? [] }
  return draft(
    { kind: 'ticket', id: ticket.id },
    'message.posted',
    {
      messageId: context.newId('message'),
      seq: ticket.messageCount + 1,
      visibility: message.visibility,
      authorKind: message.author.kind,
      authorId: message.author.id,
      channel: message.channel ?? ticket.channel,
      automatic: message.automatic ?? false,
      attachments: message.attachments.length,
    },
    text,
  )
}
