/** A child's parts that are its parent's, brought to what they are there. */
import { mayOwn } from '../access.ts'
import { type Context, type Draft, draft, maybe, need, rules } from '../decider.ts'
import type { Agent } from '../people/people.ts'
import { differing, FIELD, isSame, partsOf, type Splitting } from './follow-fields.ts'
import { followTheParent } from './relation-inputs.ts'
import type { Ticket, TicketEvents } from './ticket.ts'

export const followParent = rules(followTheParent, {
  reads: (input) => ({ ticket: need('ticket', input.ticketId) }),
  near: (_, { ticket }) => ({ parent: maybe('ticket', ticket.parentId), owner: maybe('agent', ticket.assigneeId) }),
  decide: (context) => {
    const { ticket, parent } = context.found
    // Other commands bring this one along: one that is set aside or closed takes nothing, and stands in nobody's way.
    if (parent === null || ticket.deletedAt !== null || ticket.mergedInto !== null || ticket.category === 'closed')
      return []
    return [
      ...changedWith(context, ticket, parent),
      ...taggedWith(ticket, parent),
      ...movedWith(context, ticket, parent),
    ]
  },
  result: (_, input) => ({ kind: 'ticket', id: input.ticketId }),
})

function changedWith({ split }: Splitting, ticket: Ticket, parent: Ticket): Draft[] {
  const { urgency = {}, fields } = partsOf(parent, ticket)
  const before = split('ticket', ticket.fields)
  const after = split('ticket', fields)
  const data: { -readonly [K in keyof TicketEvents['ticket.changed']]: TicketEvents['ticket.changed'][K] } = {
    ...Object.fromEntries(Object.entries(urgency).filter(([name, value]) => !isSame(value, ticket[name as 'impact']))),
  }
  const personal = differing(before.text, after.text).map((name) => FIELD + name)
  if (!isSame(fields, ticket.fields)) data.fields = after.facts
  if (personal.length > 0) data.personal = personal
  if (Object.keys(data).length === 0) return []
  return [draft({ kind: 'ticket', id: ticket.id }, 'ticket.changed', data, data.fields && { fields: after.text })]
}

function taggedWith(ticket: Ticket, parent: Ticket): Draft[] {
  const { tags = ticket.tags } = partsOf(parent, ticket)
  const added = tags.filter((tag) => !ticket.tags.includes(tag))
  const removed = ticket.tags.filter((tag) => !tags.includes(tag))
  if (added.length + removed.length === 0) return []
  return [draft({ kind: 'ticket', id: ticket.id }, 'ticket.tagged', { added, removed })]
}

/** With its parent's team a child keeps its assignee only where the agent may own it there. */
function movedWith(
  context: Context<unknown, { readonly owner: Agent | null }>,
  ticket: Ticket,
  parent: Ticket,
): Draft[] {
  const { teamId = ticket.teamId } = partsOf(parent, ticket)
  if (teamId === ticket.teamId) return []
  const { owner } = context.found
  const stays = owner !== null && mayOwn({ ...owner, accepting: true }, context.rolesOf(owner.roles), { teamId })
  const from = { assigneeId: ticket.assigneeId, teamId: ticket.teamId }
  const assigneeId = stays ? ticket.assigneeId : null
  return [draft({ kind: 'ticket', id: ticket.id }, 'ticket.assigned', { assigneeId, teamId, from })]
}
