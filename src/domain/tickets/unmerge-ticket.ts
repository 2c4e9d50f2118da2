/** Undoing a merge: the pointer is a ticket again, and the tickets on its way give back what it had brought them. */
import { forbidden, reachedRecords } from '../access.ts'
import { meets } from '../condition-read.ts'
import { type Draft, draft, maybe, need, type Ref, rules } from '../decider.ts'
import type { Agent } from '../people/people.ts'
import { holdsRef, withoutGiven } from './merge-evolve.ts'
import { unmergeTicket } from './merge-inputs.ts'
import { absorbedRefs, repointed } from './merge-ticket.ts'
import { giveBack, tieRefs } from './merge-ties.ts'
import type { Given, Merge, Unreturned } from './merge-words.ts'
import type { Ticket } from './ticket.ts'
import { fault } from './ticket-refusals.ts'
import { freeFromFormerOwner } from './ticket-work.ts'

export const unmerge = rules(unmergeTicket, {
  reads: (input) => ({ ticket: need('ticket', input.ticketId) }),
  near: (_, { ticket }) => ({
    owner: maybe('agent', ticket.assigneeId),
    ...pathRefs(ticket),
    ...absorbedRefs(ticket),
    ...(ticket.mergedInto === null ? {} : tieRefs(ticket.merge as Merge)),
  }),
  decide: (context) => {
    const { ticket, owner, ...near } = context.found as Near
    if (ticket.mergedInto === null) throw fault('ticket.not-merged', { ticketId: ticket.id })
    const merge = ticket.merge as Merge
    const path = merge.path.map((id) => near[`path:${id}`] as Ticket)
    const live = path.at(-1) as Ticket
    if (!meets(reachedRecords(context.by, 'ticket.unmerge', 'ticket'), live))
      throw forbidden(context.by.actor, 'ticket.unmerge')
    const { status, category } = merge.was
    const back = giveBack({ ticket, path, near })
    const left = [...wordsLeft(merge), ...partsLeft(merge.gave, path[0] as Ticket), ...back.left]
    // Who takes no new tickets keeps this one; who left, or cannot reach it any more, does not.
    const keeping = owner && { ...owner, accepting: true }
    const isWork = category !== 'solved' && category !== 'closed'
    return [
      draft({ kind: 'ticket', id: ticket.id }, 'ticket.unmerged', { fromId: live.id, status, category, left }),
      ...(isWork ? freeFromFormerOwner({ ...context, found: { owner: keeping } }, ticket) : []),
      ...releases(ticket, path),
      ...repointed(ticket.absorbed, ticket.id),
      ...back.drafts,
    ]
  },
})

type Near = { readonly ticket: Ticket; readonly owner: Agent | null } & Readonly<Record<`path:${string}`, Ticket>>

/** Reads every ticket on the way to the live one: each got what this one had brought to the one before it. */
function pathRefs(ticket: Ticket): Record<`path:${string}`, Ref<'ticket', 'needed'>> {
  const path = ticket.mergedInto === null ? [] : (ticket.merge as Merge).path
  return Object.fromEntries(path.map((id) => [`path:${id}`, need('ticket', id)]))
}

/** Takes from each ticket on the way what the one before it had brought, as far as it is still there. */
function releases(ticket: Ticket, path: readonly Ticket[]): Draft[] {
  const { gave, ties: had } = ticket.merge as Merge
  const ties = { ...had, links: had.links.filter(({ refused }) => refused === null) }
  let carried = gave
  return path.map((on) => {
    const taken = common(carried, on)
    if (on.mergedInto !== null) carried = common(taken, (on.merge as Merge).gave)
    const data = { sourceId: ticket.id, ids: [ticket.id, ...ticket.absorbed], ...taken, ties }
    return draft({ kind: 'ticket', id: on.id }, 'ticket.released', data)
  })
}

function common(some: Given, others: Given): Given {
  return {
    tags: some.tags.filter((tag) => others.tags.includes(tag)),
    followerIds: some.followerIds.filter((id) => others.followerIds.includes(id)),
    externalRefs: some.externalRefs.filter((ref) => holdsRef(others.externalRefs, ref)),
  }
}

function wordsLeft({ redacted, splitOff, waitingSince }: Merge): Unreturned[] {
  const left = (because: Unreturned['because']) => (id: string) => ({ what: 'message', id, because }) as const
  return [
    ...redacted.map(left('redacted')),
    ...splitOff.map(left('split')),
    ...(waitingSince === null ? [] : [{ what: 'wait', id: waitingSince, because: 'counted' } as const]),
  ]
}

/** What was brought and is gone since: somebody took it away, and nobody knows for which of the tickets. */
function partsLeft(gave: Given, target: Ticket): Unreturned[] {
  const gone = withoutGiven(gave, target)
  const left = (what: Unreturned['what']) => (id: string) => ({ what, id, because: 'removed' }) as const
  return [
    ...gone.tags.map(left('tag')),
    ...gone.followerIds.map(left('follower')),
    ...gone.externalRefs.map(({ system, id }) => `${system}/${id}`).map(left('externalRef')),
  ]
}
