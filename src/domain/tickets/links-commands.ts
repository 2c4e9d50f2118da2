/** Ties two tickets by a typed link and unties them; both journals tell it, each in the words of its own end. */
import * as z from 'zod'
import type { Condition } from '../condition.ts'
import { command, type Decision, type Draft, draft, type Instead, maybe, need } from '../decider.ts'
import type { TicketId } from '../ids.ts'
import { id } from '../inputs.ts'
import { liveId } from './children.ts'
import { fault } from './family-refusals.ts'
import { inverseOf, LINK_NAMES, LINK_TYPES, type LinkName, linkBetween, linkId, linkLimit } from './links.ts'
import type { Ticket } from './ticket.ts'
import { fault as refused } from './ticket-refusals.ts'

const input = z.strictObject({
  ticketId: id('ticket'),
  /** What the link is called from `ticketId`; of either direction. */
  type: z.enum(LINK_NAMES),
  otherId: id('ticket'),
})
type Input = z.output<typeof input>

const reads = ({ ticketId, type, otherId }: Input) => ({
  ticket: need('ticket', ticketId),
  other: need('ticket', otherId),
  link: maybe('link', linkId(linkBetween(type, ticketId, otherId))),
})

export const link = command({
  says: 'Ties a ticket to another one: blocks, causes, duplicates, followUpOf, relates, or one of these as the other end calls it.',
  input,
  returns: 'ticket',
  on: 'ticket',
  reads,
  counts: ({ ticketId, type, otherId }) => ({
    own: { kind: 'link', where: linksOf(ticketId, type) },
    others: { kind: 'link', where: linksOf(otherId, inverseOf(type)) },
  }),
  decide: ({ input: asked, found, counts }): Decision => {
    const { ticketId, type, otherId } = asked
    const live = insteadOf('ticket.link', asked, found)
    if (live !== null) return live
    if (ticketId === otherId) throw fault('ticket.self-relation', { ticketId })
    for (const ticket of [found.ticket, found.other])
      if (ticket.deletedAt !== null) throw refused('ticket.deleted', { ticketId: ticket.id })
    if (found.link !== null) throw fault('ticket.already-linked', asked)
    mustBeFirst(found.ticket, type)
    mustBeFirst(found.other, inverseOf(type))
    mustHaveRoom(ticketId, type, counts.own)
    mustHaveRoom(otherId, inverseOf(type), counts.others)
    return linkDrafts('ticket.linked', asked)
  },
})

export const unlink = command({
  says: 'Takes a link between two tickets away.',
  input,
  returns: 'ticket',
  on: 'ticket',
  reads,
  decide: ({ input: asked, found }): Decision => {
    const live = insteadOf('ticket.unlink', asked, found)
    if (live !== null) return live
    if (found.link === null) throw fault('ticket.not-linked', asked)
    return linkDrafts('ticket.unlinked', asked)
  },
})

type Ends = { readonly ticket: Ticket; readonly other: Ticket }

/** The same between the tickets that merged ones lead to. */
function insteadOf(name: string, asked: Input, { ticket, other }: Ends): Instead | null {
  if (ticket.mergedInto === null && other.mergedInto === null) return null
  return { instead: name, input: { ...asked, ticketId: liveId(ticket), otherId: liveId(other) } }
}

/** What a link, or its end, says on the journals of both ends. */
export function linkDrafts(name: 'ticket.linked' | 'ticket.unlinked', { ticketId, type, otherId }: Input): Draft[] {
  return [
    draft({ kind: 'ticket', id: ticketId }, name, { type, otherId }),
    draft({ kind: 'ticket', id: otherId }, name, { type: inverseOf(type), otherId: ticketId }),
  ]
}

/** The links that a ticket calls by this name, as a condition on links. */
export function linksOf(ticketId: TicketId, name: LinkName): Condition {
  const own = (field: 'fromId' | 'toId'): Condition => ({ field, is: ticketId })
  if (name === 'relates') return { all: [{ any: [own('fromId'), own('toId')] }, { field: 'type', is: name }] }
  const isForward = LINK_TYPES.some((one) => one === name)
  return { all: [own(isForward ? 'fromId' : 'toId'), { field: 'type', is: isForward ? name : inverseOf(name) }] }
}

// What a ticket goes on from is a field of it, which holds one.
function mustBeFirst(ticket: Ticket, type: LinkName): void {
  if (type === 'followUpOf' && ticket.followUpOf !== null)
    throw fault('ticket.already-linked', { ticketId: ticket.id, type, otherId: ticket.followUpOf })
}

function mustHaveRoom(ticketId: TicketId, name: LinkName, count = 0): void {
  const limit = linkLimit(name)
  if (count >= limit) throw refused('ticket.too-many', { ticketId, what: `links ${name}`, limit })
}
