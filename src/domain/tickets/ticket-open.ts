/** How a ticket begins: by its requester or on their behalf, and as the follow-up of a closed one. */
import type * as z from 'zod'
import { forbidden, mayOwn, type Principal, reachedRecords, reachOf } from '../access.ts'
import { meets } from '../condition-read.ts'
import { type Context, command, type Draft, draft, type Found, maybe, need, type Ref } from '../decider.ts'
import type { AgentId, TeamId, TicketId } from '../ids.ts'
import { fault as reference } from '../refusals.ts'
import { nearPerson, readPerson, requesterOf } from '../requester.ts'
import { mustReachParent } from './children.ts'
import { partsAtOpening } from './follow-fields.ts'
import { postMessage } from './thread.ts'
import type { Ticket } from './ticket.ts'
import { followUpTicket, openTicket } from './ticket-inputs.ts'
import { fault } from './ticket-refusals.ts'
import { mustStand, statusOf } from './ticket-status.ts'

export const open = command({
  says: 'Opens a ticket with its first message.',
  input: openTicket,
  returns: 'ticket',
  custom: { kind: 'ticket', mode: 'whole' },
  numbered: true,
  reads: (input, by) => ({
    assignee: maybe('agent', input.assigneeId),
    team: maybe('team', input.teamId),
    parent: maybe('ticket', input.parentId),
    ...readPerson(input.requester, by),
    ...followerRefs(input.followerIds),
  }),
  near: (_, found) => nearPerson(found as Parameters<typeof nearPerson>[0]),
  decide: (context) => {
    const { input, found, by } = context
    const { drafts, customer } = requesterOf(context, input.requester, found.customer)
    const ticketId = context.newId('ticket')
    mustBeAllowedAside(by, input)
    const parent = seenParent(by, found.parent)
    refuseUnknown([input.assigneeId, found.assignee], [input.teamId, found.team], [input.parentId, parent])
    refuseUnknownFollowers(input.followerIds, found)
    if (parent !== null) mustTakeChild(by, parent)
    const { urgency, fields: all, ...parts } = partsAtOpening(context, parent)
    if (found.assignee) {
      const ticket = { id: ticketId, teamId: parts.teamId }
      mustBeAbleToOwn(found.assignee, context.rolesOf(found.assignee.roles), ticket)
    }
    const status = statusOf(context.policies.statuses, 'new')
    const fields = context.split('ticket', all)
    const opened = draft(
      { kind: 'ticket', id: ticketId },
      'ticket.opened',
      {
        number: context.number,
        type: input.type,
        status: status.name,
        category: status.category,
        assigneeId: input.assigneeId ?? null,
        requesterId: customer.id,
        organisationId: customer.organisationId,
        followerIds: [...new Set(input.followerIds)],
        channel: input.channel,
        externalRefs: input.externalRefs,
        fields: fields.facts,
        followUpOf: null,
        parentId: parent?.id ?? null,
        ...urgency,
        ...parts,
      },
      { subject: input.subject, fields: fields.text },
    )
    const own = input.author === 'actor' || (input.author === undefined && by.actor.kind === 'agent')
    const author = own ? by.actor : ({ kind: 'customer', id: customer.id } as const)
    return [
      ...drafts,
      opened,
      postMessage(
        context,
        { id: ticketId, messageCount: 0, channel: input.channel },
        { body: input.body, attachments: input.attachments, visibility: 'public', author },
      ),
    ]
  },
  result: (drafts) => (drafts.find((d) => d.name === 'ticket.opened') as Draft).of,
})

/** What may be named while opening, and the right that it needs later: it needs the same at once. */
const ASIDE = [
  ['assigneeId', 'ticket.assign'],
  ['teamId', 'ticket.assign'],
  ['priority', 'ticket.change'],
  ['externalRefs', 'ticket.change'],
  ['tags', 'ticket.tag'],
  ['followerIds', 'ticket.follow'],
  ['parentId', 'ticket.setParent'],
] as const

function mustBeAllowedAside(by: Principal, input: z.output<typeof openTicket>): void {
  for (const [name, permission] of ASIDE) {
    const value = input[name]
    if (value !== undefined && value.length > 0 && reachOf(by, permission) === null)
      throw forbidden(by.actor, permission)
  }
}

/** A parent out of sight is answered like one that is not there. */
function seenParent(by: Principal, parent: Ticket | null): Ticket | null {
  return parent !== null && meets(reachedRecords(by, 'ticket.get', 'ticket'), parent) ? parent : null
}

function mustTakeChild(by: Principal, parent: Ticket): void {
  mustReachParent(by, parent)
  mustStand(parent)
}

export function followerRefs(ids: readonly string[]): Record<`follower:${string}`, Ref<'agent' | 'customer', 'maybe'>> {
  return Object.fromEntries(
    ids.map((id) => [`follower:${id}`, maybe(id.startsWith('agt_') ? 'agent' : 'customer', id)]),
  )
}

export function refuseUnknownFollowers(ids: readonly string[], found: object): void {
  refuseUnknown(...ids.map((id): [string, unknown] => [id, (found as Record<string, unknown>)[`follower:${id}`]]))
}

/** Refuses ids that were named but lead to nobody. */
export function refuseUnknown(...named: readonly (readonly [string | null | undefined, unknown])[]): void {
  const ids = named.filter(([id, record]) => id != null && record == null).map(([id]) => id as string)
  if (ids.length > 0) throw reference('reference.unknown', { ids })
}

type Owner = Parameters<typeof mayOwn>[0]

export function mustBeAbleToOwn(
  agent: Owner,
  roles: Parameters<typeof mayOwn>[1],
  ticket: { readonly id: TicketId; readonly teamId: TeamId | null },
): void {
  if (mayOwn(agent, roles, ticket)) return
  const reason = !agent.active
    ? 'the agent is not active'
    : !agent.accepting
      ? 'the agent takes no new tickets'
      : 'no role of the agent reaches it'
  throw fault('ticket.bad-assignee', { ticketId: ticket.id, agentId: agent.id satisfies AgentId, reason })
}

export const followUp = command({
  says: 'Opens a new ticket that goes on from a closed or long solved one.',
  input: followUpTicket,
  returns: 'ticket',
  numbered: true,
  on: 'ticket',
  reads: (input) => ({ ticket: need('ticket', input.ticketId) }),
  near: (_, { ticket }) => ({ live: maybe('ticket', ticket.mergedInto) }),
  decide: (context) => {
    const { input, found, by } = context
    const { ticket } = found
    // The live ticket of a merged one may be another customer's: whether to go on is its affair, with what is not.
    const live = found.live ?? ticket
    if (live.deletedAt !== null) throw fault('ticket.deleted', { ticketId: live.id })
    if (live.category !== 'closed' && live.category !== 'solved')
      throw fault('ticket.still-open', { ticketId: live.id })
    return openFollowUp(context, ticket, input, by)
  },
})

function openFollowUp(
  context: Context<unknown, Found<{ ticket: Ref<'ticket', 'needed'> }>>,
  ticket: Ticket,
  input: z.output<typeof followUpTicket>,
  by: Principal,
): Draft[] {
  const status = statusOf(context.policies.statuses, 'new')
  const id = context.newId('ticket')
  const channel = input.channel ?? ticket.channel
  const fields = context.split('ticket', ticket.fields)
  const { type, impact, urgency, priority, priorityByHand, tags, teamId, requesterId, organisationId, followerIds } =
    ticket
  const opened = draft(
    { kind: 'ticket', id },
    'ticket.opened',
    {
      number: context.number,
      type,
      impact,
      urgency,
      priority,
      priorityByHand,
      tags,
      teamId,
      requesterId,
      organisationId,
      followerIds,
      status: status.name,
      category: status.category,
      assigneeId: null,
      channel,
      externalRefs: [],
      followUpOf: ticket.mergedInto ?? ticket.id,
      fields: fields.facts,
    },
    { subject: input.subject ?? ticket.subject, fields: fields.text },
  )
  return [
    opened,
    postMessage(context, { id, messageCount: 0, channel }, { ...input, visibility: 'public', author: by.actor }),
  ]
}
