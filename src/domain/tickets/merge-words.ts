/** The words of merging, unmerging and splitting: what a pointer remembers, and what the journals say of it. */
import type { AgentId, CustomerId, MessageId, TicketId } from '../ids.ts'
import type { Instant } from '../time.ts'
import type { Category } from './category.ts'
import type { LinkName } from './links.ts'
import type { PostedMessage } from './message.ts'

/** What one ticket brings to another by a merge: only what the other did not have. */
export interface Given {
  readonly tags: readonly string[]
  readonly followerIds: readonly (AgentId | CustomerId)[]
  readonly externalRefs: readonly { readonly system: string; readonly id: string }[]
}

/** A link that a merge took from a ticket: the other one has it since, or has not, by a refusal with this code. */
export interface TakenLink {
  readonly type: LinkName
  readonly otherId: TicketId
  readonly refused: string | null
}

/** What hung on a ticket and hangs on the one that it was merged into since. */
export interface Ties {
  readonly children: readonly TicketId[]
  readonly links: readonly TakenLink[]
}

/** How a ticket stood when it was merged. */
export interface StoodBefore {
  readonly status: string
  readonly category: Category
  readonly solvedAt: Instant | null
  readonly closedAt: Instant | null
  readonly snoozedUntil: Instant | null
}

/** Something that a merge moved and that undoing it could not bring back, and why. */
export interface Unreturned {
  readonly what: 'message' | 'tag' | 'follower' | 'externalRef' | 'link' | 'child' | 'wait'
  /** Of an external reference: `system/id`; of a link: `type/ticket`; of a wait that reply clocks inherited: since when. */
  readonly id: string
  /** `removed`: taken away, or put elsewhere, since. `merged`: what it leads to is a pointer now. `counted`: clocks have run from it. */
  readonly because: 'redacted' | 'split' | 'removed' | 'merged' | 'counted'
}

/** The latest merge of a ticket into another, with all that undoing it needs. */
export interface Merge {
  /** The ticket that it was merged into, then those that this one was merged into in turn: the last one is live. */
  readonly path: readonly TicketId[]
  readonly at: Instant
  readonly was: StoodBefore
  /** What the first of the path got. */
  readonly gave: Given
  /** What hangs on the first of the path since. */
  readonly ties: Ties
  /** The wait that reply clocks of the first of the path inherited. */
  readonly waitingSince: Instant | null
  /** Customers of the other ticket who may read this one since. */
  readonly readers: readonly CustomerId[]
  /** Messages of this ticket whose words were wiped since. */
  readonly redacted: readonly MessageId[]
  /** Messages of this ticket that were moved to a ticket of their own since. */
  readonly splitOff: readonly MessageId[]
  /** Set by undoing it: what could not return. `null` while it holds. */
  readonly left: readonly Unreturned[] | null
}

/** A message that came into a ticket with a past. */
interface Taken extends PostedMessage {
  readonly postedAt: Instant
}

export interface MergeEvents {
  /** A ticket, with those merged into it before, is part of this one from now on; it brought what is named. */
  'ticket.absorbed': Given & {
    readonly sourceId: TicketId
    readonly ids: readonly TicketId[]
    /** Since when a customer of the source waits for an answer, where this one's clocks inherit that. */
    readonly waitingSince: Instant | null
  }
  /** It is a pointer from now on. */
  'ticket.merged': {
    readonly into: TicketId
    /** Its status as a pointer, of category closed. */
    readonly status: string
    readonly gave: Given
    readonly ties: Ties
    readonly waitingSince: Instant | null
    readonly readers: readonly CustomerId[]
  }
  /** The ticket that it was merged into is a pointer now, or is one no longer: this is the live one. */
  'ticket.repointed': { readonly into: TicketId }
  /** It is a ticket of its own again, as it stood before. */
  'ticket.unmerged': {
    readonly fromId: TicketId
    readonly status: string
    readonly category: Category
    readonly left: readonly Unreturned[]
  }
  /** A ticket, with those merged into it, is no longer part of this one; what it had brought went with it. */
  'ticket.released': Given & {
    readonly sourceId: TicketId
    readonly ids: readonly TicketId[]
    readonly ties: Ties
  }
  /** Something was said in a ticket that is merged into this one; it stands there. */
  'message.arrived': Omit<PostedMessage, 'seq'> & { readonly inId: TicketId }
  /** Messages of it went, or were copied, to a new ticket. */
  'ticket.split': {
    readonly toId: TicketId
    readonly mode: 'move' | 'copy'
    readonly messageIds: readonly MessageId[]
  }
  /** A message of another ticket stands here now. */
  'message.moved': Taken & { readonly fromId: TicketId }
  /** A message of another ticket is repeated here. */
  'message.copied': Taken & { readonly fromId: TicketId; readonly copiedFrom: MessageId }
}

export type MergeEventName = keyof MergeEvents

/** How many tickets one ticket may have absorbed: every merge writes each of them anew. */
export const MOST_ABSORBED = 100
