/** Writes the message records of a ticket's events, in the same commit: the journal has the facts, the records the words. */
import type { Draft, Happened } from '../decider.ts'
import type { MessageId } from '../ids.ts'
import type { Instant } from '../time.ts'
import type { Message, MessageText, PostedMessage } from './message.ts'

/** A message record to be written: the one before, `null` when it is new, and the one after. */
export interface MessageChange {
  readonly before: Message | null
  readonly after: Message
}

type MessageEvent = Happened<
  'message.posted' | 'message.copied' | 'message.moved' | 'message.edited' | 'message.redacted'
>

/**
 * The message records that events bring.
 *
 * @param stored - a message that the command edits, redacts or moves, as it stands.
 */
export function followMessages(
  drafts: readonly Draft[],
  stored: (id: MessageId) => Message | null,
  at: Instant,
): MessageChange[] {
  const changes: MessageChange[] = []
  for (const event of drafts)
    switch (event.name) {
      case 'message.posted':
      case 'message.copied':
        changes.push({ before: null, after: evolveMessage(null, { at, ...event }) })
        break
      case 'message.edited':
      case 'message.redacted':
      case 'message.moved': {
        const before = stored(event.data.messageId)
        changes.push({ before, after: evolveMessage(before, { at, ...event }) })
      }
    }
  return changes
}

/** What each event does to a message. */
export function evolveMessage(message: Message | null, event: MessageEvent): Message {
  const text = event.text as MessageText | undefined
  switch (event.name) {
    case 'message.posted':
      return newMessage(event.of.id, { postedAt: event.at, copiedFrom: null, ...event.data }, text)
    case 'message.copied': {
      const { fromId: _, ...facts } = event.data
      return newMessage(event.of.id, facts, text)
    }
    case 'message.moved': {
      const before = message as Message
      const { seq, fromId } = event.data
      const ticketId = event.of.id as Message['ticketId']
      return { ...before, version: before.version + 1, ticketId, seq, movedFrom: fromId }
    }
    case 'message.edited': {
      const before = message as Message
      const edits = [...before.edits, { body: before.body, until: event.at }]
      return { ...before, version: before.version + 1, body: text?.body ?? '', edits, editedAt: event.at }
    }
    case 'message.redacted': {
      const before = message as Message
      return {
        ...before,
        version: before.version + 1,
        body: '',
        attachments: [],
        to: [],
        edits: [],
        redactedAt: event.at,
      }
    }
    default:
      return event satisfies never
  }
}

function newMessage(
  ticketId: string,
  posted: PostedMessage & Pick<Message, 'postedAt' | 'copiedFrom'>,
  text: MessageText | undefined,
): Message {
  const { messageId, attachments: _, ...facts } = posted
  return {
    id: messageId,
    version: 1,
    ticketId: ticketId as Message['ticketId'],
    ...facts,
    body: text?.body ?? '',
    attachments: text?.attachments ?? [],
    to: text?.to ?? [],
    movedFrom: null,
    editedAt: null,
    edits: [],
    redactedAt: null,
  }
}
