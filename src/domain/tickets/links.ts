/** The words of relations between tickets: typed links, parent and child, and what each does to the journal of both ends. */
import type { FieldType } from '../condition.ts'
import type { TicketId } from '../ids.ts'
import type { Actor } from '../people/people.ts'
import type { Instant } from '../time.ts'

/** Relations that are many to many; `parent`, which is one at most, is a field of the child. */
export const LINK_TYPES = ['blocks', 'causes', 'duplicates', 'followUpOf', 'relates'] as const
export type LinkType = (typeof LINK_TYPES)[number]

const INVERSES = {
  blocks: 'blockedBy',
  causes: 'causedBy',
  duplicates: 'duplicatedBy',
  followUpOf: 'followedUpBy',
  relates: 'relates',
} as const satisfies Record<LinkType, string>

/** A link as one of its ends calls it: `blocks` on the one is `blockedBy` on the other. */
export type LinkName = LinkType | (typeof INVERSES)[LinkType]
export const LINK_NAMES = [...new Set([...LINK_TYPES, ...Object.values(INVERSES)])] as readonly LinkName[]

/** A link from `fromId` to `toId`. One record serves both ends, so that neither can know of it alone. */
export interface Link {
  readonly id: string
  readonly version: number
  readonly type: LinkType
  readonly fromId: TicketId
  /** Of `relates`, which has no direction, the greater of the two ids. */
  readonly toId: TicketId
  readonly at: Instant
  readonly by: Actor
}

export const linkFields = {
  id: 'text',
  type: 'text',
  fromId: 'text',
  toId: 'text',
  at: 'instant',
} as const satisfies Partial<Record<keyof Link, FieldType>>

/** A link without who made it and when. */
export type LinkEnds = Pick<Link, 'type' | 'fromId' | 'toId'>

/** What the other end calls a link that this end calls `name`. */
export function inverseOf(name: LinkName): LinkName {
  const type = LINK_TYPES.find((one) => INVERSES[one] === name)
  return type ?? INVERSES[name as LinkType]
}

/** The link that one end means when it names the other. */
export function linkBetween(name: LinkName, ticketId: TicketId, otherId: TicketId): LinkEnds {
  if (name === 'relates')
    return ticketId < otherId
      ? { type: name, fromId: ticketId, toId: otherId }
      : { type: name, fromId: otherId, toId: ticketId }
  const type = LINK_TYPES.find((one) => one === name)
  if (type !== undefined) return { type, fromId: ticketId, toId: otherId }
  return { type: inverseOf(name) as LinkType, fromId: otherId, toId: ticketId }
}

/** What a ticket at one end of a link calls it, and who stands at the other. */
export function linkSeenFrom(
  link: LinkEnds,
  ticketId: string,
): { readonly name: LinkName; readonly otherId: TicketId } {
  return link.fromId === ticketId
    ? { name: link.type, otherId: link.toId }
    : { name: INVERSES[link.type], otherId: link.fromId }
}

/** The id of a link's record: the same link cannot stand twice. */
export function linkId({ type, fromId, toId }: LinkEnds): string {
  return `${type}:${fromId}:${toId}`
}

/** How many links of a name a ticket may have. A problem may cause many incidents. */
export function linkLimit(name: LinkName): number {
  return name === 'causes' ? 10_000 : 500
}

interface Other {
  readonly type: LinkName
  readonly otherId: TicketId
}
interface Open {
  /** What it was to become. */
  readonly category: 'solved' | 'closed'
  readonly openChildren: number
  readonly openBlockers: number
}

/** What relations say on the journals of tickets. */
export interface RelationEvents {
  /** On the child: it became a part of another ticket; `null`: of none. */
  'ticket.childOf': { readonly parentId: TicketId | null; readonly formerId: TicketId | null }
  'ticket.childAdded': { readonly childId: TicketId }
  'ticket.childRemoved': { readonly childId: TicketId }
  /** On both ends, each in its own words. */
  'ticket.linked': Other
  'ticket.unlinked': Other
  /** On the parent, once each time the last open child is solved or set aside. */
  'children.allSolved': { readonly children: number }
  /** On a solved or closed parent: one of its children is open again. */
  'child.reopened': { readonly childId: TicketId; readonly openChildren: number }
  /** The last open ticket that blocked this one is solved, set aside, or blocks it no longer. */
  'ticket.unblocked': { readonly blockers: number }
  'ticket.waitStarted': { readonly reason: 'waitingOnChild' }
  'ticket.waitEnded': { readonly reason: 'waitingOnChild' }
  /** It was solved or closed with open children or blockers, which the policy allows with a warning. */
  'ticket.guardWarned': Open
  /** It was solved or closed in spite of open children or blockers, by a right and for a reason. */
  'ticket.guardOverridden': Open & { readonly reason: string }
  /** Its time to be solved or closed by itself came, and open children or blockers hold it; it comes again when they are done. */
  'ticket.guardHeld': Open
}
