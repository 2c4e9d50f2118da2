/** What agents do to a ticket beside talking: whose it is, what it is, and how it is found again. */
import { mayOwn } from '../access.ts'
import { type Context, command, type Draft, draft, maybe, need, type Ref } from '../decider.ts'
import type { JsonObject } from '../json.ts'
import type { Agent } from '../people/people.ts'
import { nearPerson, readPerson, requesterOf } from '../requester.ts'
import { unfollowed } from './follow-fields.ts'
import type { Ticket, TicketEvents } from './ticket.ts'
import { assignTicket, changeTicket, followTicket, tagTicket } from './ticket-inputs.ts'
import { followerRefs, mustBeAbleToOwn, refuseUnknown, refuseUnknownFollowers } from './ticket-open.ts'
import { priorityOf } from './ticket-priority.ts'
import { fault } from './ticket-refusals.ts'
import { backToWork, mustStand } from './ticket-status.ts'

const LIMIT = 100

/** The first human action takes a new ticket to work. */
function started({ by, policies }: Pick<Context<unknown, unknown>, 'by' | 'policies'>, ticket: Ticket): Draft[] {
  return by.actor.kind === 'agent' && ticket.category === 'new' ? backToWork(policies.statuses, ticket) : []
}

export const assign = command({
  says: 'Gives a ticket to an agent, a team, or both, or takes it from them.',
  input: assignTicket,
  returns: 'ticket',
  on: 'ticket',
  reads: (input) => ({
    ticket: need('ticket', input.ticketId),
    assignee: maybe('agent', input.assigneeId),
    team: maybe('team', input.teamId),
  }),
  near: (input, { ticket }) => ({
    owner: maybe('agent', input.assigneeId === undefined ? ticket.assigneeId : null),
  }),
  decide: (context) => {
    const { input, found } = context
    const { ticket } = found
    mustStand(ticket)
    refuseUnknown([input.assigneeId, found.assignee], [input.teamId, found.team])
    const assigneeId = input.assigneeId === undefined ? ticket.assigneeId : input.assigneeId
    const teamId = input.teamId === undefined ? ticket.teamId : input.teamId
    if (assigneeId === ticket.assigneeId && teamId === ticket.teamId)
      throw fault('ticket.nothing-new', { ticketId: ticket.id })
    if (found.assignee)
      mustBeAbleToOwn(found.assignee, context.rolesOf(found.assignee.roles), { id: ticket.id, teamId })
    // Who keeps a ticket that goes to another team takes no new one, but must still reach it there.
    else if (found.owner && assigneeId !== null && teamId !== ticket.teamId)
      mustBeAbleToOwn({ ...found.owner, accepting: true }, context.rolesOf(found.owner.roles), {
        id: ticket.id,
        teamId,
      })
    const from = { assigneeId: ticket.assigneeId, teamId: ticket.teamId }
    const assigned = draft({ kind: 'ticket', id: ticket.id }, 'ticket.assigned', { assigneeId, teamId, from })
    return [assigned, ...unfollowed(context, ticket, [assigned]), ...started(context, ticket)]
  },
})

/** An unassigned ticket that an agent solves is that agent's: a solved ticket has an owner, or no human solved it. */
export function assignToSolver(context: Pick<Context<unknown, unknown>, 'by'>, ticket: Ticket): Draft[] {
  const { actor } = context.by
  if (ticket.assigneeId !== null || (actor.kind !== 'agent' && actor.kind !== 'customer')) return []
  const solver = context.by.agent
  if (actor.kind !== 'agent' || !solver) throw fault('ticket.unassigned', { ticketId: ticket.id })
  mustBeAbleToOwn(solver, context.by.roles, ticket)
  const from = { assigneeId: null, teamId: ticket.teamId }
  return [
    draft({ kind: 'ticket', id: ticket.id }, 'ticket.assigned', { assigneeId: actor.id, teamId: ticket.teamId, from }),
  ]
}

/** Reads whose a solved ticket is, in case it comes back to work. */
export function nearOwner({ ticket }: { readonly ticket: Ticket }): { owner: Ref<'agent', 'maybe'> } {
  return { owner: maybe('agent', ticket.category === 'solved' ? ticket.assigneeId : null) }
}

/**
 * Takes a ticket that comes back to work from an agent who may not own it now: one who left owns solved tickets still,
 * and must not own one that has to be worked on.
 */
export function freeFromFormerOwner(
  context: Pick<Context<unknown, { readonly owner: Agent | null }>, 'found' | 'rolesOf'>,
  ticket: Ticket,
): Draft[] {
  const { owner } = context.found
  if (owner === null || mayOwn(owner, context.rolesOf(owner.roles), ticket)) return []
  const from = { assigneeId: owner.id, teamId: ticket.teamId }
  return [
    draft({ kind: 'ticket', id: ticket.id }, 'ticket.assigned', { assigneeId: null, teamId: ticket.teamId, from }),
  ]
}

export const change = command({
  says: 'Changes what a ticket says of itself: subject, type, impact, urgency, priority, requester, references, own fields.',
  input: changeTicket,
  returns: 'ticket',
  on: 'ticket',
  custom: { kind: 'ticket', mode: 'patch' },
  reads: (input, by) => ({
    ticket: need('ticket', input.ticketId),
    ...(input.requester ? readPerson(input.requester, by) : { person: null }),
  }),
  near: (_, found) => nearPerson(found as Parameters<typeof nearPerson>[0]),
  decide: (context) => {
    const { input, found } = context
    const { ticket } = found
    mustStand(ticket)
    const requester = input.requester ? requesterOf(context, input.requester, found.customer) : null
    const data: { -readonly [K in keyof TicketEvents['ticket.changed']]: TicketEvents['ticket.changed'][K] } = {
      ...differing(ticket, { type: input.type, externalRefs: input.externalRefs, requesterId: requester?.customer.id }),
      ...(requester ? differing(ticket, { organisationId: requester.customer.organisationId }) : {}),
      ...differing(ticket, urgencyAfter(context, ticket)),
    }
    const text = changedText(context, ticket, data)
    if (Object.keys(data).length === 0) throw fault('ticket.nothing-new', { ticketId: ticket.id })
    const event = draft({ kind: 'ticket', id: ticket.id }, 'ticket.changed', data, text)
    return [...(requester?.drafts ?? []), event, ...unfollowed(context, ticket, [event]), ...started(context, ticket)]
  },
  result: (_, input) => ({ kind: 'ticket', id: input.ticketId }),
})

type ChangeContext = Pick<Context<{ subject?: string | undefined }, unknown>, 'input' | 'fields' | 'split'>

/** The personal text of a change; what of it changed is named in `data`, its words are not. */
function changedText(
  { input, fields, split }: ChangeContext,
  ticket: Ticket,
  data: { fields?: JsonObject; personal?: readonly string[] },
): object {
  const text: { subject?: string; fields?: JsonObject } = {}
  const personal: string[] = []
  if (input.subject !== undefined && input.subject !== ticket.subject) {
    text.subject = input.subject
    personal.push('subject')
  }
  if (fields && !same(fields, ticket.fields)) {
    const now = split('ticket', fields)
    const before = split('ticket', ticket.fields)
    text.fields = now.text
    data.fields = now.facts
    const names = new Set([...Object.keys(now.text), ...Object.keys(before.text)])
    personal.push(
      ...[...names].filter((name) => !same(now.text[name], before.text[name])).map((name) => `fields.${name}`),
    )
  }
  if (personal.length > 0) data.personal = personal
  return text
}

function urgencyAfter(
  context: Pick<
    Context<
      {
        impact?: Ticket['impact'] | undefined
        urgency?: Ticket['urgency'] | undefined
        priority?: Ticket['priority'] | null | undefined
      },
      unknown
    >,
    'input' | 'policies'
  >,
  ticket: Ticket,
) {
  const { input, policies } = context
  if (input.impact === undefined && input.urgency === undefined && input.priority === undefined) return {}
  const impact = input.impact === undefined ? ticket.impact : input.impact
  const urgency = input.urgency === undefined ? ticket.urgency : input.urgency
  const kept = ticket.priorityByHand ? ticket.priority : null
  return priorityOf(policies.priority, {
    impact,
    urgency,
    byHand: input.priority === undefined ? kept : input.priority,
  })
}

/** Those of the wanted values that are named and differ from what stands. */
function differing<T extends object>(ticket: Ticket, wanted: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(wanted).filter(
    ([name, value]) => value !== undefined && !same(value, ticket[name as keyof Ticket]),
  )
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

export const tag = command({
  says: 'Adds tags to a ticket and takes tags away.',
  input: tagTicket,
  returns: 'ticket',
  on: 'ticket',
  reads: (input) => ({ ticket: need('ticket', input.ticketId) }),
  decide: (context) => {
    const { input, found } = context
    mustStand(found.ticket)
    const data = listChange(found.ticket.id, found.ticket.tags, { ...input, what: 'tags' })
    const tagged = draft({ kind: 'ticket', id: found.ticket.id }, 'ticket.tagged', data)
    return [tagged, ...unfollowed(context, found.ticket, [tagged])]
  },
})

export const follow = command({
  says: 'Adds agents and customers who are kept informed of a ticket, and takes some away.',
  input: followTicket,
  returns: 'ticket',
  on: 'ticket',
  reads: (input) => ({ ticket: need('ticket', input.ticketId), ...followerRefs(input.add) }),
  decide: ({ input, found }) => {
    const ticket = (found as { readonly ticket: Ticket }).ticket
    mustStand(ticket)
    refuseUnknownFollowers(input.add, found)
    const data = listChange(ticket.id, ticket.followerIds, { ...input, what: 'followers' })
    return [draft({ kind: 'ticket', id: ticket.id }, 'ticket.followed', data)]
  },
})

/** What a change of a list really adds and removes; one that is both named to go and to come stays or comes. */
function listChange<T>(
  ticketId: Ticket['id'],
  now: readonly T[],
  input: { readonly add: readonly T[]; readonly remove: readonly T[]; readonly what: string },
) {
  const added = [...new Set(input.add)].filter((item) => !now.includes(item))
  const removed = [...new Set(input.remove)].filter((item) => now.includes(item) && !input.add.includes(item))
  if (added.length + removed.length === 0) throw fault('ticket.nothing-new', { ticketId })
  if (now.length + added.length - removed.length > LIMIT)
    throw fault('ticket.too-many', { ticketId, what: input.what, limit: LIMIT })
  return { added, removed }
}
