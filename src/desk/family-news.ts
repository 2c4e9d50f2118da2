/** What a parent or a blocked ticket is told when the last one it waits for is done, or one comes back; and what the policy makes of it. */
import { type Draft, draft } from '../domain/decider.ts'
import type { TicketId } from '../domain/ids.ts'
import type { Agent } from '../domain/people/people.ts'
import type { RecordRef } from '../domain/records.ts'
import { standingOf } from '../domain/tickets/family.ts'
import { followTicketTimers } from '../domain/tickets/follow-ticket-timers.ts'
import { postMessage } from '../domain/tickets/thread.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import { backToWork } from '../domain/tickets/ticket-status.ts'
import { freeFromFormerOwner } from '../domain/tickets/ticket-work.ts'
import type { Instant } from '../domain/time.ts'
import { type Kin, learn, storedOf, type Tally, ticketNow, ticketRef } from './family-kin.ts'
import { rolesOf } from './policies.ts'
import type { Task } from './ports.ts'

/** Tells every ticket whose family changed since it was last told. */
export async function tellFamilies(kin: Kin): Promise<void> {
  for (const [id, tally] of kin.tallies) {
    if (!isNews(tally)) continue
    await learn(kin, [ticketRef(id)])
    const ticket = ticketNow(kin, id)
    if (ticket !== null) await tell(kin, ticket, tally)
  }
}

function isNews({ told, now }: Tally): boolean {
  return told.openChildren !== now.openChildren || (told.openBlockers > 0 && now.openBlockers === 0)
}

async function tell(kin: Kin, ticket: Ticket, tally: Tally): Promise<void> {
  const { told, now } = tally
  tally.told = now
  const of = ticketRef(ticket.id)
  const isThere = standingOf(ticket) !== 'gone'
  const areDone = told.openChildren > 0 && now.openChildren === 0 && now.children > 0 && isThere
  const isFree = told.openBlockers > 0 && now.openBlockers === 0 && isThere && ticket.category !== 'closed'
  if (areDone) kin.drafts.push(draft(of, 'children.allSolved', { children: now.children }))
  if (isFree) kin.drafts.push(draft(of, 'ticket.unblocked', { blockers: now.blockers }))
  const isWaiting = kin.policy.waitingOnChild && now.openChildren > 0
  if (isWaiting !== ticket.waitingOnChild)
    kin.drafts.push(draft(of, isWaiting ? 'ticket.waitStarted' : 'ticket.waitEnded', { reason: 'waitingOnChild' }))
  if (isThere && isHeld(kin, told) && !isHeld(kin, now)) kin.freed.add(ticket.id)
  if (areDone) afterAllSolved(kin, ticket)
  await tellReopened(kin, ticket, now.openChildren)
}

function isHeld({ policy: { guard } }: Kin, { openChildren, openBlockers }: Tally['now']): boolean {
  return (openChildren > 0 && guard.parent === 'block') || (openBlockers > 0 && guard.blocks === 'block')
}

function afterAllSolved(kin: Kin, ticket: Ticket): void {
  const { whenChildrenSolved } = kin.policy
  const waits = ticket.category === 'pending' || ticket.category === 'hold'
  if (whenChildrenSolved === 'resumeParent' && waits) kin.drafts.push(...backToWork(kin.read.policies.statuses, ticket))
  if (whenChildrenSolved === 'noteOnParent') note(kin, ticket, 'All children of this ticket are solved.')
}

async function tellReopened(kin: Kin, ticket: Ticket, openChildren: number): Promise<void> {
  const children = kin.reopened.filter(({ parentId }) => parentId === ticket.id)
  if (children.length === 0) return
  kin.reopened = kin.reopened.filter(({ parentId }) => parentId !== ticket.id)
  if (standingOf(ticket) !== 'solved') return
  for (const { childId } of children)
    kin.drafts.push(draft(ticketRef(ticket.id), 'child.reopened', { childId: childId as TicketId, openChildren }))
  const { whenChildReopened } = kin.policy
  if (whenChildReopened === 'reopenParent' && ticket.category === 'solved')
    kin.drafts.push(...(await reopened(kin, ticket)))
  if (whenChildReopened === 'noteOnParent') note(kin, ticket, 'A child of this ticket is open again.')
}

async function reopened(kin: Kin, ticket: Ticket): Promise<Draft[]> {
  const moves = backToWork(kin.read.policies.statuses, ticket)
  if (moves.length === 0 || ticket.assigneeId === null) return moves
  const ref: RecordRef = { kind: 'agent', id: ticket.assigneeId }
  await learn(kin, [ref])
  const stored = storedOf(kin, ref)
  if (stored !== null) kin.checks.push({ ...ref, version: stored.version })
  const owner = (stored?.doc ?? null) as Agent | null
  const context = { found: { owner }, rolesOf: (names: readonly string[]) => rolesOf(kin.read.policies, names) }
  return [...moves, ...freeFromFormerOwner(context, ticket)]
}

function note(kin: Kin, ticket: Ticket, body: string): void {
  if (ticket.category === 'closed') return
  const author = { kind: 'system', id: 'relations' } as const
  const message = { body, visibility: 'internal', author, attachments: [], channel: 'api' } as const
  kin.drafts.push(postMessage(kin.house, ticketNow(kin, ticket.id) as Ticket, message))
}

/**
 * The timers of tickets that nothing holds any more: one that came while the ticket was held was used up. Setting a
 * timer that still waits sets it as it was.
 */
export function wakeTimers(kin: Kin): Task[] {
  const { lifecycle } = kin.read.policies
  return [...kin.freed].flatMap((id) =>
    followTicketTimers(null, ticketNow(kin, id) as Ticket, lifecycle)
      .set.filter(({ command }) => command !== 'ticket.wake')
      .map(({ key, dueAt, command, input }) => ({
        queue: 'timer',
        key,
        dueAt: [dueAt, kin.read.now].sort()[1] as Instant,
        group: id,
        seq: 0,
        body: { command, input },
      })),
  )
}
