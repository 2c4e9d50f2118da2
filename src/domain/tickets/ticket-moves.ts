/** The life of a ticket: waiting, solved, reopened, closed, put to sleep, deleted and brought back. */
import { type Context, command, type Draft, draft, type Found, need, type Ref } from '../decider.ts'
import { withResolution } from './problem.ts'
import type { Category } from './ticket.ts'
import {
  closeTicket,
  deleteTicket,
  moveTicket,
  restoreTicket,
  snoozeTicket,
  solveTicket,
  wakeTicket,
} from './ticket-inputs.ts'
import { fault } from './ticket-refusals.ts'
import { move, mustStand, statusOf } from './ticket-status.ts'
import { reopenableUntil } from './ticket-talk.ts'
import { assignToSolver, freeFromFormerOwner, nearOwner } from './ticket-work.ts'

type MoveContext = Context<{ readonly status?: string | undefined }, Found<{ ticket: Ref<'ticket', 'needed'> }>>

function mover(says: string, category: Category) {
  return command({
    says,
    input: moveTicket,
    returns: 'ticket',
    on: 'ticket',
    reads: (input) => ({ ticket: need('ticket', input.ticketId) }),
    // A host's own graph may lead here from solved.
    near: (_, found) => nearOwner(found),
    decide: (context) => [moveTo(context, category), ...freeFromFormerOwner(context, context.found.ticket)],
  })
}

function moveTo({ input, found, policies }: MoveContext, category: Category) {
  mustStand(found.ticket)
  return move(policies.statuses, found.ticket, statusOf(policies.statuses, category, input.status))
}

export const pend = mover('Sets a ticket to wait for its requester.', 'pending')
export const hold = mover('Sets a ticket to wait for a third party.', 'hold')

export const close = command({
  says: 'Closes a solved ticket for good.',
  input: closeTicket,
  returns: 'ticket',
  on: 'ticket',
  reads: (input) => ({ ticket: need('ticket', input.ticketId) }),
  decide: (context) => [moveTo(context, 'closed')],
})

export const resume = command({
  says: 'Takes a new or waiting ticket back to work, or moves it between statuses of work.',
  input: moveTicket,
  returns: 'ticket',
  on: 'ticket',
  reads: (input) => ({ ticket: need('ticket', input.ticketId) }),
  decide: (context) => {
    const { ticket } = context.found
    // From solved it is a reopening, which has its own right, window and count.
    if (ticket.category === 'solved')
      throw fault('ticket.no-move', {
        ticketId: ticket.id,
        from: ticket.status,
        to: 'open',
        allowed: ['ticket.reopen'],
      })
    return [moveTo(context, 'open')]
  },
})

export const solve = command({
  says: 'Solves a ticket; one without an assignee becomes the solving agent’s.',
  input: solveTicket,
  returns: 'ticket',
  on: 'ticket',
  reads: (input) => ({ ticket: need('ticket', input.ticketId) }),
  decide: (context) => {
    const { ticket } = context.found
    const solved = moveTo(context, 'solved') as Draft<'ticket.solved'>
    return [...assignToSolver(context, ticket), ...withResolution(context, ticket, solved)]
  },
})

export const reopen = command({
  says: 'Takes a solved ticket back to work; its customer may do so within the reopen window.',
  input: moveTicket,
  returns: 'ticket',
  on: 'ticket',
  reads: (input) => ({ ticket: need('ticket', input.ticketId) }),
  near: (_, found) => nearOwner(found),
  decide: (context) => {
    const { found, by, now, policies } = context
    const { ticket } = found
    mustStand(ticket)
    if (ticket.category !== 'solved') throw fault('ticket.not-solved', { ticketId: ticket.id, status: ticket.status })
    const until = reopenableUntil(ticket, policies.lifecycle.reopenWindow)
    if (by.actor.kind === 'customer' && until !== null && now > until)
      throw fault('ticket.reopen-window-over', { ticketId: ticket.id, until })
    return [moveTo(context, 'open'), ...freeFromFormerOwner(context, ticket)]
  },
})

export const snooze = command({
  says: 'Puts an unsolved ticket aside until an instant, or until its customer writes.',
  input: snoozeTicket,
  returns: 'ticket',
  on: 'ticket',
  reads: (input) => ({ ticket: need('ticket', input.ticketId) }),
  decide: ({ input, found, now }) => {
    const { ticket } = found
    mustStand(ticket)
    if (ticket.category === 'solved')
      throw fault('ticket.no-move', {
        ticketId: ticket.id,
        from: ticket.status,
        to: 'snoozed',
        allowed: ['open', 'closed'],
      })
    if (input.until <= now) throw fault('ticket.snooze-past', { until: input.until, now })
    if (input.until === ticket.snoozedUntil) throw fault('ticket.nothing-new', { ticketId: ticket.id })
    return [draft({ kind: 'ticket', id: ticket.id }, 'ticket.snoozed', { until: input.until })]
  },
})

export const wake = command({
  says: 'Wakes a snoozed ticket before its time.',
  input: wakeTicket,
  returns: 'ticket',
  on: 'ticket',
  reads: (input) => ({ ticket: need('ticket', input.ticketId) }),
  decide: ({ found, by }) => {
    const { ticket } = found
    mustStand(ticket)
    if (ticket.snoozedUntil === null) throw fault('ticket.not-snoozed', { ticketId: ticket.id })
    const because = by.actor.kind === 'system' && by.actor.id === 'timer' ? 'time' : 'hand'
    return [draft({ kind: 'ticket', id: ticket.id }, 'ticket.woken', { because })]
  },
})

export const remove = command({
  says: 'Deletes a ticket so that it can be restored; its timers stop.',
  input: deleteTicket,
  returns: 'ticket',
  on: 'ticket',
  reads: (input) => ({ ticket: need('ticket', input.ticketId) }),
  decide: ({ input, found }) => {
    const { ticket } = found
    if (ticket.deletedAt !== null) throw fault('ticket.deleted', { ticketId: ticket.id })
    return [draft({ kind: 'ticket', id: ticket.id }, 'ticket.deleted', { reason: input.reason ?? null })]
  },
})

export const restore = command({
  says: 'Brings a deleted ticket back as it was; its timers run again.',
  input: restoreTicket,
  returns: 'ticket',
  on: 'ticket',
  reads: (input) => ({ ticket: need('ticket', input.ticketId) }),
  decide: ({ found }) => {
    const { ticket } = found
    if (ticket.deletedAt === null) throw fault('ticket.not-deleted', { ticketId: ticket.id })
    return [draft({ kind: 'ticket', id: ticket.id }, 'ticket.restored', {})]
  },
})
