/** Parts of a child that are its parent's, until it is given its own. */
import * as z from 'zod'
import { mayOwn } from '../access.ts'
import { type Context, command, type Draft, draft, maybe, need } from '../decider.ts'
import type { TeamId } from '../ids.ts'
import { id } from '../inputs.ts'
import type { JsonObject } from '../json.ts'
import type { Agent } from '../people/people.ts'
import type { Level, Priority, Ticket, TicketEvents } from './ticket.ts'
import { priorityOf } from './ticket-priority.ts'
import { mustStand } from './ticket-status.ts'

const URGENCY = ['impact', 'urgency', 'priority', 'priorityByHand'] as const
const FIELD = 'fields.'

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** The names of what differs between two sets of fields. */
function differing(a: JsonObject, b: JsonObject): string[] {
  return Object.keys({ ...a, ...b }).filter((name) => !isSame(a[name], b[name]))
}

/**
 * The parts of a ticket that events change, as its children may follow them.
 *
 * @param facts - the ticket's fields before, but for those marked personal: events name these apart.
 */
export function partsChanged(facts: JsonObject, drafts: readonly Draft[]): string[] {
  const parts = drafts.flatMap((event): string[] => {
    switch (event.name) {
      case 'ticket.changed': {
        const { fields, personal = [] } = event.data
        return [
          ...(URGENCY.some((name) => event.data[name] !== undefined) ? ['priority'] : []),
          ...(fields === undefined ? [] : differing(facts, fields).map((name) => FIELD + name)),
          ...personal.filter((name) => name.startsWith(FIELD)),
        ]
      }
      case 'ticket.tagged':
        return ['tags']
      case 'ticket.absorbed':
      case 'ticket.released':
        return event.data.tags.length === 0 ? [] : ['tags']
      case 'ticket.assigned':
        return event.data.teamId === event.data.from.teamId ? [] : ['teamId']
      default:
        return []
    }
  })
  return [...new Set(parts)]
}

type Splitting = Pick<Context<unknown, unknown>, 'split'>

/** What a change by hand makes a ticket's own: there it follows its parent no longer. */
export function unfollowed({ split }: Splitting, ticket: Ticket, drafts: readonly Draft[]): Draft[] {
  if (ticket.follows.length === 0) return []
  const changed = partsChanged(split('ticket', ticket.fields).facts, drafts)
  const parts = ticket.follows.filter((part) => changed.includes(part))
  return parts.length === 0 ? [] : [draft({ kind: 'ticket', id: ticket.id }, 'ticket.unfollowed', { parts })]
}

/** A ticket's parts as a parent has them; what it does not follow is its own. */
export function partsOf(parent: Ticket, ticket: Pick<Ticket, 'follows' | 'fields'>) {
  const has = (part: string) => ticket.follows.includes(part)
  const names = ticket.follows.filter((part) => part.startsWith(FIELD)).map((part) => part.slice(FIELD.length))
  const { impact, urgency, priority, priorityByHand, tags, teamId } = parent
  const fields: Record<string, JsonObject[string]> = { ...ticket.fields }
  for (const name of names)
    if (Object.hasOwn(parent.fields, name)) fields[name] = parent.fields[name]
    else delete fields[name]
  return {
    ...(has('priority') ? { urgency: { impact, urgency, priority, priorityByHand } } : {}),
    ...(has('tags') ? { tags } : {}),
    ...(has('teamId') ? { teamId } : {}),
    fields,
  }
}

interface Given {
  readonly follows?: readonly string[] | undefined
  readonly impact?: Level | undefined
  readonly urgency?: Level | undefined
  readonly priority?: Priority | undefined
  readonly tags: readonly string[]
  readonly teamId?: TeamId | undefined
}

/** What a new ticket has of its own, and what of its parent, where it is to follow that. */
export function partsAtOpening(
  { input, policies, fields }: Pick<Context<Given, unknown>, 'input' | 'policies' | 'fields'>,
  parent: Ticket | null,
) {
  const { impact = null, urgency = null, priority = null, teamId = null } = input
  const follows =
    parent === null ? [] : [...new Set(input.follows ?? leftOpen(policies.relations.follow, { ...input, fields }))]
  const own = {
    follows,
    urgency: priorityOf(policies.priority, { impact, urgency, byHand: priority }),
    tags: [...new Set(input.tags)],
    teamId,
    fields: fields ?? {},
  }
  return parent === null ? own : { ...own, ...partsOf(parent, own) }
}

/** The parts of a policy that an opening gives no values of its own. */
function leftOpen(parts: readonly string[], given: Given & { readonly fields: JsonObject | null }): string[] {
  const { impact, urgency, priority, tags, teamId, fields } = given
  return parts.filter((part) => {
    if (part === 'priority') return (impact ?? urgency ?? priority) === undefined
    if (part === 'tags') return tags.length === 0
    return part === 'teamId' ? teamId === undefined : fields?.[part.slice(FIELD.length)] === undefined
  })
}

export const followParent = command({
  says: 'Brings the parts that a ticket follows to what they are in its parent; the desk does so by itself.',
  by: 'system',
  input: z.strictObject({ ticketId: id('ticket') }),
  returns: 'ticket',
  on: 'ticket',
  reads: (input) => ({ ticket: need('ticket', input.ticketId) }),
  near: (_, { ticket }) => ({ parent: maybe('ticket', ticket.parentId), owner: maybe('agent', ticket.assigneeId) }),
  decide: (context) => {
    const { ticket, parent } = context.found
    mustStand(ticket)
    if (parent === null) return []
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
