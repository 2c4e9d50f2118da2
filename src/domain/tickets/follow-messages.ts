/** Writes the message records of a ticket's events, in the same commit: the journal has the facts, the records the words. */
import type { Draft, Happened } from '../decider.ts'
import type { Instant } from '../time.ts'
import type { Message, MessageText } from './message.ts'

/** A message record to be written: the one before, `null` when it is new, and the one after. */
export interface MessageChange {
  readonly before: Message | null
  readonly after: Message
}

type MessageEvent = Happened<'message.posted' | 'message.edited' | 'message.redacted'>

/**
 * The message records that events bring.
 *
 * @param stored - the message that the command edits or redacts, as it stands.
 */
export function followMessages(drafts: readonly Draft[], stored: Message | null, at: Instant): MessageChange[] {
  return drafts.flatMap((event) => {
    switch (event.name) {
      case 'message.posted':
        return [{ before: null, after: evolveMessage(null, { ...event, at }) }]
      case 'message.edited':
      case 'message.redacted':
        return [{ before: stored, after: evolveMessage(stored, { ...event, at }) }]
      default:
        return []
    }
  })
}

/** What each event does to a message. */
export function evolveMessage(message: Message | null, event: MessageEvent): Message {
  const text = event.text as MessageText | undefined
  switch (event.name) {
    case 'message.posted': {
      const { messageId, attachments: _, ...facts } = event.data
      const ticketId = event.of.id as Message['ticketId']
      const words = { body: text?.body ?? '', attachments: text?.attachments ?? [], to: text?.to ?? [] }
      return {
        id: messageId,
        version: 1,
        ticketId,
        ...facts,
        ...words,
        postedAt: event.at,
        editedAt: null,
        edits: [],
        redactedAt: null,
      }
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
