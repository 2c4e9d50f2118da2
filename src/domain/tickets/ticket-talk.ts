/** How people speak in a ticket: replies, notes and side messages, and what a message does to the status. */

import { forbidden, reachedRecords } from '../access.ts'
import { meets } from '../condition-read.ts'
import { type Context, command, type Decision, type Draft, draft, maybe } from '../decider.ts'
import { parseDuration, toInstant } from '../time.ts'
import { arrived, readThread, threadOf } from './merge-pointer.ts'
import { postMessage } from './thread.ts'
import type { Ticket } from './ticket.ts'
import { evolveTicket } from './ticket-evolve.ts'
import { noteTicket, replyTicket, sideMessage } from './ticket-inputs.ts'
import { fault } from './ticket-refusals.ts'
import { backToWork, move, mustStand } from './ticket-status.ts'
import { assignToSolver, freeFromFormerOwner, nearOwner } from './ticket-work.ts'

/** When a solved ticket can no longer be reopened by its customer; `null` when it is not solved. */
export function reopenableUntil(ticket: Ticket, reopenWindow: string | number): string | null {
  return ticket.solvedAt === null ? null : toInstant(Date.parse(ticket.solvedAt) + parseDuration(reopenWindow))
}

export const reply = command({
  says: 'Adds a public reply. A customer’s reply brings a waiting or solved ticket back to work, and makes a follow-up of a closed one.',
  input: replyTicket,
  returns: 'message',
  on: 'ticket',
  reads: readThread,
  near: (_, { ticket }) => (ticket === null ? { owner: maybe('agent', null) } : nearOwner({ ticket })),
  decide: (context): Decision => {
    const { input, found, by, now, policies } = context
    const thread = threadOf('ticket.reply', input, found)
    if ('instead' in thread) return thread
    const { ticket, home } = thread
    if (ticket.deletedAt !== null) throw fault('ticket.deleted', { ticketId: ticket.id })
    const author = by.actor
    if (author.kind === 'customer' && !input.automatic) {
      const until = reopenableUntil(ticket, policies.lifecycle.reopenWindow)
      // A reply typed before closing but delivered after it is a follow-up, not an error:
      // mail servers may hold a message for days (RFC 5321, 4.5.4.1).
      if (ticket.category === 'closed' || (until !== null && now > until)) {
        const { body, attachments, channel } = input
        return { instead: 'ticket.followUp', input: { ticketId: home.id, body, attachments, channel } }
      }
    }
    mustStand(ticket)
    const posted = postMessage(context, home, { ...input, visibility: 'public', author })
    const moves = afterMessage(context, ticket, input)
    const { category } = fold(ticket, moves, now)
    const isWork = category !== 'solved' && category !== 'closed'
    return [posted, ...arrived(thread, posted), ...moves, ...(isWork ? freeFromFormerOwner(context, ticket) : [])]
  },
  result: (drafts) => ({
    kind: 'message',
    id: (drafts.find((d) => d.name === 'message.posted') as Draft<'message.posted'>).data.messageId,
  }),
})

type Talk = Pick<Context<unknown, unknown>, 'by' | 'policies' | 'now'>

/** The command, and so the permission, that moves to each category. */
const VERB = { new: 'resume', open: 'resume', pending: 'pend', hold: 'hold', solved: 'solve', closed: 'close' } as const

/** What a public message does beside being there: it wakes, resumes, reopens, starts, and moves where it was told to. */
function afterMessage(
  context: Talk,
  ticket: Ticket,
  input: { readonly automatic: boolean; readonly status?: string | undefined },
): Draft[] {
  const moves = input.automatic ? [] : bringBack(context, ticket)
  if (input.status === undefined) return moves
  const now = fold(ticket, moves, context.now)
  const wanted = context.policies.statuses.statuses.find((status) => status.name === input.status)
  if (!wanted)
    throw fault('ticket.unknown-status', {
      status: input.status,
      known: context.policies.statuses.statuses.map((s) => s.name),
    })
  if (wanted.name === now.status) return moves
  const isReopening = now.category === 'solved' && VERB[wanted.category] === 'resume'
  const permission = `ticket.${isReopening ? 'reopen' : VERB[wanted.category]}`
  if (!meets(reachedRecords(context.by, permission, 'ticket'), ticket)) throw forbidden(context.by.actor, permission)
  const owner = wanted.category === 'solved' ? assignToSolver(context, now) : []
  // A reply on a new ticket that is told where to go goes there at once: the start would be a status nobody saw.
  if (ticket.category === 'new') return [...owner, move(context.policies.statuses, ticket, wanted)]
  return [...moves, ...owner, move(context.policies.statuses, now, wanted)]
}

function bringBack({ by, policies }: Talk, ticket: Ticket): Draft[] {
  const of = { kind: 'ticket', id: ticket.id } as const
  switch (by.actor.kind) {
    case 'customer': {
      const woken = ticket.snoozedUntil === null ? [] : [draft(of, 'ticket.woken', { because: 'reply' })]
      const resumes = policies.lifecycle.customerReplyResumes
      const stays = (ticket.category === 'pending' && !resumes.pending) || (ticket.category === 'hold' && !resumes.hold)
      return stays || ticket.category === 'new' ? woken : [...woken, ...backToWork(policies.statuses, ticket)]
    }
    case 'agent':
      return ticket.category === 'new' ? backToWork(policies.statuses, ticket) : []
    default:
      return []
  }
}

function fold(ticket: Ticket, drafts: readonly Draft[], at: string): Ticket {
  return drafts.reduce(
    (now, event) => evolveTicket(now, { at, ...event } as Parameters<typeof evolveTicket>[1]),
    ticket,
  )
}

export const note = command({
  says: 'Adds an internal note, which no customer ever sees.',
  input: noteTicket,
  returns: 'message',
  on: 'ticket',
  reads: readThread,
  decide: (context): Decision => {
    const { input, found, by, policies } = context
    const thread = threadOf('ticket.note', input, found)
    if ('instead' in thread) return thread
    const { ticket, home } = thread
    mustStand(ticket)
    const posted = postMessage(context, home, { ...input, visibility: 'internal', author: by.actor })
    const isStart = by.actor.kind === 'agent' && ticket.category === 'new'
    return [posted, ...arrived(thread, posted), ...(isStart ? backToWork(policies.statuses, ticket) : [])]
  },
  result: (drafts) => ({ kind: 'message', id: (drafts[0] as Draft<'message.posted'>).data.messageId }),
})

export const side = command({
  says: 'Records a message to a third party, which agents see and the requester does not.',
  input: sideMessage,
  returns: 'message',
  on: 'ticket',
  reads: readThread,
  decide: (context): Decision => {
    const { input, found, by } = context
    const thread = threadOf('ticket.sideMessage', input, found)
    if ('instead' in thread) return thread
    mustStand(thread.ticket)
    const said = { ...input, channel: 'email', visibility: 'side', author: by.actor } as const
    const posted = postMessage(context, thread.home, said)
    return [posted, ...arrived(thread, posted)]
  },
  result: (drafts) => ({ kind: 'message', id: (drafts[0] as Draft<'message.posted'>).data.messageId }),
})
