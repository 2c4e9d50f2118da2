/** Merging one ticket into another: the one becomes a pointer, the other takes over what hung on it; no message moves. */
import { forbidden, reachOf } from '../access.ts'
import {
  type Context,
  type Decision,
  type Draft,
  draft,
  type Found,
  maybe,
  need,
  type Ref,
  rules,
  type StepOutcome,
} from '../decider.ts'
import type { CustomerId, TicketId } from '../ids.ts'
import type { ClocksRecord } from '../records.ts'
import { type Instant, toInstant } from '../time.ts'
import { holdsRef } from './merge-evolve.ts'
import { mergeTicket } from './merge-inputs.ts'
import { linkSteps, takeOver, tiedTo, tiesListed } from './merge-ties.ts'
import { type Given, MOST_ABSORBED } from './merge-words.ts'
import type { Ticket } from './ticket.ts'
import { fault } from './ticket-refusals.ts'
import { mustStand, statusOf } from './ticket-status.ts'

export const merge = rules(mergeTicket, {
  reads: (input) => ({
    ticket: need('ticket', input.ticketId),
    into: need('ticket', input.intoId),
    clocks: maybe('clocks', input.ticketId),
  }),
  near: (_, { ticket }) => absorbedRefs(ticket),
  lists: (_, { ticket }) => tiesListed(ticket),
  decide: (context): Decision => {
    const { ticket, into } = context.found as Pair
    if (ticket.mergedInto !== null) throw fault('ticket.merged', { ticketId: ticket.id, into: ticket.mergedInto })
    if (into.mergedInto !== null)
      return { instead: 'ticket.merge', input: { ...context.input, intoId: into.mergedInto } }
    mustBeMergeable(context, { ticket, into })
    const tied = tiedTo(ticket, context.lists)
    const merged = (outcomes: readonly StepOutcome[]) =>
      mergeDrafts(context, { ticket, into }, takeOver({ ticket, into, tied, outcomes }))
    if (tied.links.length === 0) return merged([])
    return { steps: linkSteps(tied, into.id), by: 'system', refusal: 'of-one', afterwards: merged }
  },
  result: (drafts) => (drafts.find((d) => d.name === 'ticket.absorbed') as Draft).of,
})

type Pair = Found<{ ticket: Ref<'ticket', 'needed'>; into: Ref<'ticket', 'needed'> }>
type MergeContext = Context<
  { readonly customers: 'apart' | 'join'; readonly inheritOldest?: boolean | undefined },
  { readonly clocks: ClocksRecord | null }
>

/** Reads every ticket that was merged into this one before: their pointers are to lead straight to the live ticket. */
export function absorbedRefs(ticket: Ticket): Record<`absorbed:${string}`, Ref<'ticket', 'needed'>> {
  return Object.fromEntries(ticket.absorbed.map((id) => [`absorbed:${id}`, need('ticket', id)]))
}

function mustBeMergeable({ by, input }: MergeContext, { ticket, into }: Pair): void {
  if (ticket.id === into.id) throw fault('ticket.merge-self', { ticketId: ticket.id })
  if (ticket.parentId === into.id || into.parentId === ticket.id)
    throw fault('ticket.merge-kin', { ticketId: ticket.id, into: into.id })
  mustStand(ticket)
  mustStand(into)
  // Joining lets customers follow a ticket, and so needs the right to let somebody follow.
  if (input.customers === 'join' && reachOf(by, 'ticket.follow') === null) throw forbidden(by.actor, 'ticket.follow')
  mustFit(into, [into.absorbed, ticket.absorbed, [ticket.id]], { what: 'merged tickets', limit: MOST_ABSORBED })
}

function mergeDrafts(context: MergeContext, { ticket, into }: Pair, taken: ReturnType<typeof takeOver>): Draft[] {
  const gave = givenTo(context, { ticket, into })
  const readers = context.input.customers === 'join' ? newReaders(into, ticket) : []
  mustFit(into, [into.tags, gave.tags], { what: 'tags', limit: 100 })
  mustFit(into, [into.followerIds, gave.followerIds], { what: 'followers', limit: 100 })
  mustFit(into, [into.externalRefs, gave.externalRefs], { what: 'external references', limit: 50 })
  mustFit(ticket, [ticket.followerIds, readers], { what: 'followers', limit: 100 })
  const of = (id: string) => ({ kind: 'ticket', id }) as const
  const inherits = context.input.inheritOldest ?? context.policies.relations.merge.inheritOldest
  const since = inherits ? waitingSince(ticket, context.found.clocks) : null
  const absorbed = {
    sourceId: ticket.id,
    ids: [ticket.id, ...ticket.absorbed],
    ...gave,
    waitingSince: since,
  }
  const status = statusOf(context.policies.statuses, 'closed').name
  return [
    draft(of(into.id), 'ticket.absorbed', absorbed),
    draft(of(ticket.id), 'ticket.merged', {
      into: into.id,
      status,
      gave,
      ties: taken.ties,
      waitingSince: since,
      readers,
    }),
    ...repointed(ticket.absorbed, into.id),
    ...taken.drafts,
  ]
}

/** Every pointer leads straight to the live ticket, also those that led to one that is a pointer now. */
export function repointed(ids: readonly TicketId[], into: TicketId): Draft[] {
  return ids.map((id) => draft({ kind: 'ticket', id }, 'ticket.repointed', { into }))
}

/** What the other ticket gets: all that it has not, and of people only agents, unless customers are to be joined. */
function givenTo({ input }: MergeContext, { ticket, into }: Pair): Given {
  const agents = ticket.followerIds.filter((id) => id.startsWith('agt_') && !into.followerIds.includes(id))
  return {
    // One that follows its parent in these has its parent's.
    tags: into.follows.includes('tags') ? [] : ticket.tags.filter((tag) => !into.tags.includes(tag)),
    followerIds: [...agents, ...(input.customers === 'join' ? newReaders(ticket, into) : [])],
    externalRefs: ticket.externalRefs.filter((ref) => !holdsRef(into.externalRefs, ref)),
  }
}

/** The customers of one ticket who could not read another by being its requester or a follower. */
function newReaders(of: Ticket, other: Ticket): CustomerId[] {
  const known: readonly string[] = [other.requesterId, ...other.followerIds]
  const customers = [of.requesterId, ...of.followerIds.filter((id): id is CustomerId => id.startsWith('cus_'))]
  return [...new Set(customers)].filter((id) => !known.includes(id))
}

function mustFit(
  { id }: Ticket,
  parts: readonly (readonly unknown[])[],
  { what, limit }: { readonly what: string; readonly limit: number },
): void {
  if (parts.reduce((sum, part) => sum + part.length, 0) > limit)
    throw fault('ticket.too-many', { ticketId: id, what, limit })
}

/** Since when a customer waits for a reply, by the ticket's clocks, else by its course; `null`: nobody does. */
function waitingSince({ category, course }: Ticket, clocks: ClocksRecord | null): Instant | null {
  if (clocks === null) {
    // As with clocks, what was solved is waited for no more.
    if (category === 'solved') return null
    return course.repliedAt === null ? course.askedAt : course.unansweredSince
  }
  const facts = clocks.state.facts as
    | { readonly firstReplyFrom: number | null; readonly unansweredSince: number | null }
    | undefined
  const since = facts?.firstReplyFrom ?? facts?.unansweredSince ?? null
  return since === null ? null : toInstant(since)
}
