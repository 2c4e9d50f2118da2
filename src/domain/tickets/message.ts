/** The words of a conversation: messages, who wrote them and who may read them. */
import type { FieldType } from '../condition.ts'
import type { MessageId, TicketId } from '../ids.ts'
import type { ActorKind } from '../people/people.ts'
import type { Instant } from '../time.ts'

export const CHANNELS = [
  'voice',
  'email',
  'web',
  'chat',
  'messaging',
  'social',
  'sms',
  'fax',
  'video',
  'in-person',
  'monitoring',
  'api',
] as const
/** By what way words reached the desk. */
export type Channel = (typeof CHANNELS)[number]

/** `public`: the requester reads it. `internal`: agents only. `side`: agents and the third party it was sent to. */
export const VISIBILITIES = ['public', 'internal', 'side'] as const
export type Visibility = (typeof VISIBILITIES)[number]

/** A file that the host stores; only its reference is kept here. */
export interface Attachment {
  /** Where the host finds it: an id or a key, never a secret link. */
  readonly ref: string
  readonly name: string
  readonly mediaType: string
  readonly bytes: number
}

/** A third party whom a side message was sent to. */
export interface Correspondent {
  readonly email: string
  readonly name?: string | undefined
}

export interface Message {
  readonly id: MessageId
  readonly version: number
  readonly ticketId: TicketId
  /** Place in the ticket's conversation, from 1; it changes only when the message is moved to another ticket. */
  readonly seq: number
  readonly visibility: Visibility
  readonly authorKind: ActorKind
  readonly authorId: string
  readonly channel: Channel
  /** Sent by a machine without a person behind it: an acknowledgement, an out-of-office. It moves no status and no clock. */
  readonly automatic: boolean
  readonly body: string
  readonly attachments: readonly Attachment[]
  /** Only of side messages. */
  readonly to: readonly Correspondent[]
  readonly postedAt: Instant
  /** The ticket that it stood in before; `null`: it stands where it was posted. */
  readonly movedFrom: TicketId | null
  /** The message whose words it repeats. */
  readonly copiedFrom: MessageId | null
  readonly editedAt: Instant | null
  /** Earlier texts, oldest first, each with the instant until which it stood. */
  readonly edits: readonly { readonly body: string; readonly until: Instant }[]
  /** Set: text, attachments and earlier texts are gone for good; that it was here, and where, remains. */
  readonly redactedAt: Instant | null
}

export const messageFields = {
  id: 'text',
  ticketId: 'text',
  seq: 'number',
  visibility: 'text',
  authorKind: 'text',
  authorId: 'text',
  channel: 'text',
  automatic: 'boolean',
  postedAt: 'instant',
  editedAt: 'instant',
  redactedAt: 'instant',
} as const satisfies Partial<Record<keyof Message, FieldType>>

/** What the journal says of a new message. */
export interface PostedMessage {
  readonly messageId: MessageId
  readonly seq: number
  readonly visibility: Visibility
  readonly authorKind: ActorKind
  readonly authorId: string
  readonly channel: Channel
  readonly automatic: boolean
  readonly attachments: number
}

/** The text that goes with a posted or edited message, kept out of the journal. */
export interface MessageText {
  readonly body: string
  readonly attachments: readonly Attachment[]
  readonly to: readonly Correspondent[]
}
