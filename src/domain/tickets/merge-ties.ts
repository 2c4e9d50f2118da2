/** What hangs on a ticket that is merged: its children and links come to hang on the other one, and back when that is undone. */
import type { Condition } from '../condition.ts'
import { type Draft, draft, type Listing, maybe, type Ref, type StepOutcome } from '../decider.ts'
import type { TicketId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import { linkDrafts } from './link-words.ts'
import { type Link, type LinkName, linkBetween, linkId, linkSeenFrom } from './links.ts'
import type { Merge, TakenLink, Ties, Unreturned } from './merge-words.ts'
import type { Ticket } from './ticket.ts'
import { fault } from './ticket-refusals.ts'

/** How many children and links a merge takes over: each is written in its commit. */
const MOST_TIES = 500

/** Lists what hangs on a ticket, if anything ever did. */
export function tiesListed({ id, related }: Ticket): Record<string, Listing> {
  if (!related) return {}
  const ends: Condition = {
    any: [
      { field: 'fromId', is: id },
      { field: 'toId', is: id },
    ],
  }
  // What a ticket goes on from is its past, and is no work that another one could take over.
  const where: Condition = { all: [ends, { field: 'type', in: ['blocks', 'causes', 'duplicates', 'relates'] }] }
  return {
    children: { kind: 'ticket', where: { field: 'parentId', is: id }, limit: MOST_TIES + 1 },
    links: { kind: 'link', where, limit: MOST_TIES + 1 },
  }
}

export interface Tied {
  readonly children: readonly TicketId[]
  /** Links as the ticket calls them. */
  readonly links: readonly { readonly type: LinkName; readonly otherId: TicketId }[]
}

/** What hangs on a ticket, as listed. */
export function tiedTo(
  { id }: Ticket,
  { children = [], links = [] }: Readonly<Record<string, readonly JsonObject[]>>,
): Tied {
  if (children.length + links.length > MOST_TIES)
    throw fault('ticket.too-many', { ticketId: id, what: 'children and links to be taken over', limit: MOST_TIES })
  return {
    // A child that is a pointer was taken over with what was merged into it.
    children: (children as unknown as readonly Ticket[]).map((child) => child.id),
    links: (links as unknown as readonly Link[]).map((link) => {
      const { name, otherId } = linkSeenFrom(link, id)
      return { type: name, otherId }
    }),
  }
}

/** The links that the other ticket is to get, as ordinary commands: each may be refused, by a circle or because it has it. */
export function linkSteps({ links }: Tied, into: TicketId) {
  return links.map(({ type, otherId }) => ({ name: 'ticket.link', input: { ticketId: into, type, otherId } }))
}

interface Taking {
  readonly ticket: Ticket
  readonly into: Ticket
  readonly tied: Tied
  readonly outcomes: readonly StepOutcome[]
}

/** What the other ticket has taken over, and what the journals of all ends say of it. */
export function takeOver({ ticket, into, tied, outcomes }: Taking): { readonly ties: Ties; readonly drafts: Draft[] } {
  const links = tied.links.map((link, n): TakenLink => {
    const outcome = outcomes[n]
    return { ...link, refused: outcome !== undefined && 'refused' in outcome ? outcome.refused : null }
  })
  const drafts = [
    ...tied.links.flatMap((link) => linkDrafts('ticket.unlinked', { ticketId: ticket.id, ...link })),
    ...tied.children.map((child) => moved(child, ticket.id, into.id)),
  ]
  return { ties: { children: tied.children, links }, drafts }
}

function moved(childId: TicketId, formerId: TicketId, parentId: TicketId): Draft {
  return draft({ kind: 'ticket', id: childId }, 'ticket.childOf', { parentId, formerId })
}

/** Reads what hung on a merged ticket, and where it hangs now: at one of the tickets on the way to the live one. */
export function tieRefs({ path, ties }: Merge): Record<string, Ref<'ticket' | 'link', 'maybe'>> {
  const refs: Record<string, Ref<'ticket' | 'link', 'maybe'>> = {}
  for (const id of ties.children) refs[`child:${id}`] = maybe('ticket', id)
  for (const { type, otherId } of ties.links) {
    refs[`other:${otherId}`] = maybe('ticket', otherId)
    for (const id of path) {
      const link = linkId(linkBetween(type, id, otherId))
      refs[`link:${link}`] = maybe('link', link)
    }
  }
  return refs
}

interface Returning {
  readonly ticket: Ticket
  readonly path: readonly Ticket[]
  readonly near: Readonly<Record<string, unknown>>
}

/** What comes back to a ticket from those on its way, in their order, and what does not. */
export function giveBack(returning: Returning): {
  readonly drafts: Draft[]
  readonly left: Unreturned[]
} {
  const parts = [childrenBack(returning), linksBack(returning)]
  return {
    drafts: parts.flatMap(({ drafts }) => drafts),
    left: parts.flatMap(({ left }) => left),
  }
}

function childrenBack({ ticket, path, near }: Returning) {
  const drafts: Draft[] = []
  const left: Unreturned[] = []
  for (const id of (ticket.merge as Merge).ties.children) {
    const child = near[`child:${id}`] as Ticket | null
    const holder = path.find((on) => on.id === child?.parentId)
    if (holder !== undefined) drafts.push(moved(id, holder.id, ticket.id))
    else left.push({ what: 'child', id, because: 'removed' })
  }
  return { drafts, left }
}

/** Where a link is that the first of the path got: `nobody` has it where a later one had it already, `removed` is one that is gone. */
function holderOf(
  { type, otherId }: Pick<TakenLink, 'type' | 'otherId'>,
  path: readonly Ticket[],
  near: Returning['near'],
): Ticket | 'nobody' | 'removed' {
  for (const on of path) {
    if (on.mergedInto === null)
      return near[`link:${linkId(linkBetween(type, on.id, otherId))}`] == null ? 'removed' : on
    const given = (on.merge as Merge).ties.links.find((link) => link.type === type && link.otherId === otherId)
    if (given === undefined) return 'removed'
    if (given.refused !== null) return 'nobody'
  }
  return 'removed'
}

function linksBack({ ticket, path, near }: Returning) {
  const drafts: Draft[] = []
  const left: Unreturned[] = []
  for (const { type, otherId, refused } of (ticket.merge as Merge).ties.links) {
    const other = near[`other:${otherId}`] as Ticket | null
    const holder = refused === null ? holderOf({ type, otherId }, path, near) : 'nobody'
    const isGone = other === null || other.mergedInto !== null
    if (isGone) left.push({ what: 'link', id: `${type}/${otherId}`, because: 'merged' })
    else if (holder === 'removed') left.push({ what: 'link', id: `${type}/${otherId}`, because: 'removed' })
    else {
      if (holder !== 'nobody') drafts.push(...linkDrafts('ticket.unlinked', { ticketId: holder.id, type, otherId }))
      drafts.push(...linkDrafts('ticket.linked', { ticketId: ticket.id, type, otherId }))
    }
  }
  return { drafts, left }
}
