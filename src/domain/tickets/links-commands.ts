/** Ties two tickets by a typed link and unties them; both journals tell it, each in the words of its own end. */
import type * as z from 'zod'
import { type Decision, type Instead, maybe, need, rules } from '../decider.ts'
import type { TicketId } from '../ids.ts'
import { liveId } from './children.ts'
import { fault } from './family-refusals.ts'
import { linkDrafts, linksOf } from './link-words.ts'
import { inverseOf, type LinkName, linkBetween, linkId, linkLimit } from './links.ts'
import { linkTickets } from './relation-inputs.ts'
import type { Ticket } from './ticket.ts'
import { fault as refused } from './ticket-refusals.ts'

type Input = z.output<typeof linkTickets>

const reads = ({ ticketId, type, otherId }: Input) => ({
  ticket: need('ticket', ticketId),
  other: need('ticket', otherId),
  link: maybe('link', linkId(linkBetween(type, ticketId, otherId))),
})

export const link = rules(linkTickets, {
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

export const unlink = rules(linkTickets, {
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

// What a ticket goes on from is a field of it, which holds one.
function mustBeFirst(ticket: Ticket, type: LinkName): void {
  if (type === 'followUpOf' && ticket.followUpOf !== null)
    throw fault('ticket.already-linked', { ticketId: ticket.id, type, otherId: ticket.followUpOf })
}

function mustHaveRoom(ticketId: TicketId, name: LinkName, count = 0): void {
  const limit = linkLimit(name)
  if (count >= limit) throw refused('ticket.too-many', { ticketId, what: `links ${name}`, limit })
}
