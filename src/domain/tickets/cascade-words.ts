/** The words of cascades: what can be carried from one ticket to many, and what came of it. */
import type { MessageId, TicketId } from '../ids.ts'
import type { Instant } from '../time.ts'

/**
 * What a cascade carries: `ending`, a parent's solving to its open children; `resolution`, a problem's to its open
 * incidents; `parts`, what children follow of their parent.
 */
export const CASCADES = ['ending', 'resolution', 'parts'] as const
export type CascadeKind = (typeof CASCADES)[number]

/** One cascade, the same in all its rounds. */
export interface CascadeOrder {
  readonly what: CascadeKind
  /** When that happened which is carried. */
  readonly since: Instant
  /** The message that goes with it; `null`: none. */
  readonly messageId: MessageId | null
  /** Of `parts`: which of them changed. */
  readonly parts: readonly string[]
}

/** One round of a cascade: the tickets that it came to, in their order. */
export interface Cascaded extends CascadeOrder {
  readonly done: readonly TicketId[]
  /** Those that refused, each with the code of its refusal. */
  readonly refused: readonly { readonly ticketId: TicketId; readonly code: string }[]
  /** Behind this one the next round begins; `null`: this was the last. */
  readonly next: string | null
}

/** The resolution of another ticket that a ticket was solved with. */
export interface Resolution {
  /** Its problem, or its parent. */
  readonly fromId: TicketId
  /** The message that told of it; `null`: none did. */
  readonly messageId: MessageId | null
  /** When the other ticket was solved. */
  readonly since: Instant
}
