/** Splitting: chosen messages of a ticket go, or are copied, to a new one that is linked to it, each with the instant at which it was said. */
import { forbidden, reachOf } from '../access.ts'
import { type Context, type Draft, draft, type Listing, need, type Ref, rules } from '../decider.ts'
import type { CustomerId, TicketId } from '../ids.ts'
import type { Customer } from '../people/people.ts'
import { nearPerson, readPerson, requesterOf } from '../requester.ts'
import { linkDrafts } from './link-words.ts'
import { splitTicket } from './merge-inputs.ts'
import type { Message, MessageText } from './message.ts'
import type { Ticket } from './ticket.ts'
import { fault } from './ticket-refusals.ts'
import { mustStand, statusOf } from './ticket-status.ts'

type Input = ReturnType<typeof splitTicket.parse>

export const split = rules(splitTicket, {
  reads: (input, by) => ({
    ticket: need('ticket', input.ticketId),
    ...(input.requester ? readPerson(input.requester, by) : { person: null }),
    ...messageRefs(input.messageIds),
  }),
  near: (_, found) => ({
    ...nearPerson(found as Parameters<typeof nearPerson>[0]),
    ...homeRefs(found as unknown as Parts),
  }),
  lists: (_, found) => requesterLists(found as unknown as Parts),
  decide: (context) => {
    const found = context.found as unknown as Parts
    const { ticket } = found
    mustStand(ticket)
    if (reachOf(context.by, 'ticket.open') === null) throw forbidden(context.by.actor, 'ticket.open')
    const messages = chosen(context.input, found)
    const id = context.newId('ticket')
    const requester = whose(context, messages)
    return [
      ...requester.drafts,
      opening(context, { id, ticket, requester: requester.customer }),
      ...messages.map((message, n) => taken(context, { id, message, seq: n + 1 })),
      ...told(context.input.mode, id, messages),
      ...linkDrafts('ticket.linked', { ticketId: id, type: 'relates', otherId: ticket.id }),
    ]
  },
  result: (drafts) => (drafts.find((d) => d.name === 'ticket.opened') as Draft).of,
})

type Parts = { readonly ticket: Ticket; readonly customer: Customer | null } & Readonly<
  Record<`message:${string}`, Message> & Record<`home:${string}`, Ticket>
>
type SplitContext = Context<Input, unknown>

function messageRefs(ids: readonly string[]): Record<`message:${string}`, Ref<'message', 'needed'>> {
  return Object.fromEntries(ids.map((id) => [`message:${id}`, need('message', id)]))
}

function homeRefs(found: Parts): Record<`home:${string}`, Ref<'ticket', 'needed'>> {
  const messages = Object.entries(found).flatMap(([key, record]) =>
    key.startsWith('message:') ? [record as Message] : [],
  )
  return Object.fromEntries(messages.map(({ ticketId }) => [`home:${ticketId}`, need('ticket', ticketId)] as const))
}

/** The requesters of different homes: several of them may be records of one customer who was merged since. */
function requesterLists(found: Parts): Readonly<Record<string, Listing>> {
  const homes = Object.entries(found).flatMap(([key, record]) => (key.startsWith('home:') ? [record as Ticket] : []))
  const ids = [...new Set(homes.map(({ requesterId }) => requesterId))]
  return ids.length < 2 ? {} : { requesters: { kind: 'customer', where: { field: 'id', in: ids }, limit: ids.length } }
}

/** The messages that are named, oldest first; those of other tickets look absent. */
function chosen({ messageIds, mode }: Input, found: Parts): Message[] {
  const { ticket } = found
  const messages = messageIds.map((id) => found[`message:${id}`] as Message)
  for (const { id, ticketId, redactedAt } of messages) {
    if (![ticket.id, ...ticket.absorbed].includes(ticketId)) throw fault('message.not-found', { id })
    // It can be put elsewhere, but there is nothing of it to repeat.
    if (mode === 'copy' && redactedAt !== null) throw fault('message.redacted', { messageId: id })
  }
  return messages.sort((a, b) => (a.postedAt < b.postedAt || (a.postedAt === b.postedAt && a.id < b.id) ? -1 : 1))
}

/** Whose the new ticket is: who is named, else the requester of the ticket in which the messages stand. */
function whose(context: SplitContext, messages: readonly Message[]): ReturnType<typeof requesterOf> {
  const found = context.found as Parts
  if (context.input.requester) return requesterOf(context, context.input.requester, found.customer)
  const homes = messages.map(({ ticketId }) => found[`home:${ticketId}`] as Ticket)
  const known = new Map((context.lists.requesters as Customer[] | undefined)?.map((one) => [one.id, one.mergedInto]))
  const requesterIds = [...new Set(homes.map(({ requesterId }) => known.get(requesterId) ?? requesterId))]
  // Whoever it was given to would read what another one wrote.
  if (requesterIds.length > 1) throw fault('ticket.split-requester', { ticketId: found.ticket.id, requesterIds })
  const [{ requesterId, organisationId }] = homes as [Ticket]
  return { drafts: [], customer: { id: requesterId, organisationId } }
}

interface Opening {
  readonly id: TicketId
  readonly ticket: Ticket
  readonly requester: { readonly id: CustomerId; readonly organisationId: Ticket['organisationId'] }
}

function opening(context: SplitContext, { id, ticket, requester }: Opening): Draft {
  const { type, impact, urgency, priority, priorityByHand, tags, teamId, channel } = ticket
  const fields = context.split('ticket', ticket.fields)
  const status = statusOf(context.policies.statuses, 'new')
  return draft(
    { kind: 'ticket', id },
    'ticket.opened',
    {
      number: context.number,
      ...{ type: context.input.type ?? type, impact, urgency, priority, priorityByHand, tags, teamId, channel },
      status: status.name,
      category: status.category,
      assigneeId: null,
      requesterId: requester.id,
      organisationId: requester.organisationId,
      followerIds: [],
      externalRefs: [],
      followUpOf: null,
      fields: fields.facts,
    },
    // What is personal in the fields of one customer's ticket is not told to another.
    { subject: context.input.subject, fields: requester.id === ticket.requesterId ? fields.text : {} },
  )
}

function taken(
  context: SplitContext,
  { id, message, seq }: { readonly id: TicketId; readonly message: Message; readonly seq: number },
): Draft {
  const {
    ticketId: fromId,
    postedAt,
    visibility,
    authorKind,
    authorId,
    channel,
    automatic,
    attachments,
    body,
    to,
  } = message
  const facts = {
    ...{ seq, visibility, authorKind, authorId, channel, automatic, fromId, postedAt },
    attachments: attachments.length,
  }
  const of = { kind: 'ticket', id } as const
  if (context.input.mode === 'move') return draft(of, 'message.moved', { messageId: message.id, ...facts })
  const text: MessageText = { body, attachments, to }
  const messageId = context.newId('message')
  return draft(of, 'message.copied', { messageId, copiedFrom: message.id, ...facts }, text)
}

/** What the tickets that messages come from say of it. */
function told(mode: Input['mode'], toId: TicketId, messages: readonly Message[]): Draft[] {
  return [...new Set(messages.map(({ ticketId }) => ticketId))].map((home) => {
    const messageIds = messages.filter(({ ticketId }) => ticketId === home).map(({ id }) => id)
    return draft({ kind: 'ticket', id: home }, 'ticket.split', { toId, mode, messageIds })
  })
}
