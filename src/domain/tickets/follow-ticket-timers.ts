/** The timers that a ticket's own life needs: waking from a snooze, closing after silence, solving after silence. */
import type { LifecyclePolicy } from '../policy.ts'
import { type Instant, parseDuration, toInstant } from '../time.ts'
import type { Ticket } from './ticket.ts'

/** A command that is due at an instant. One with the same key replaces it. */
export interface Timer {
  readonly key: string
  readonly dueAt: Instant
  readonly command: string
  readonly input: { readonly ticketId: string }
}

/**
 * What a change of a ticket does to its timers. They are set by the lifecycle policy in force at the change, and stay
 * until the ticket gives a reason to move them: publishing a policy walks no tickets.
 */
export function followTicketTimers(
  before: Ticket | null,
  after: Ticket,
  lifecycle: LifecyclePolicy,
): { set: Timer[]; clear: string[] } {
  const had = before === null ? [] : timersOf(before, lifecycle)
  const wants = timersOf(after, lifecycle)
  return {
    set: wants.filter((timer) => had.find((old) => old.key === timer.key)?.dueAt !== timer.dueAt),
    clear: had.map((timer) => timer.key).filter((key) => !wants.some((timer) => timer.key === key)),
  }
}

function timersOf(ticket: Ticket, lifecycle: LifecyclePolicy): Timer[] {
  if (ticket.deletedAt !== null) return []
  const input = { ticketId: ticket.id }
  const timers: Timer[] = []
  if (ticket.snoozedUntil !== null)
    timers.push({ key: `wake:${ticket.id}`, dueAt: ticket.snoozedUntil, command: 'ticket.wake', input })
  if (ticket.category === 'solved' && lifecycle.closeAfter !== null)
    timers.push({
      key: `close:${ticket.id}`,
      dueAt: silent(ticket, lifecycle.closeAfter),
      command: 'ticket.close',
      input,
    })
  if (ticket.category === 'pending' && lifecycle.solveAfterSilence !== null)
    timers.push({
      key: `solve:${ticket.id}`,
      dueAt: silent(ticket, lifecycle.solveAfterSilence),
      command: 'ticket.solve',
      input,
    })
  return timers
}

/** The end of a silence that began with the status or with the latest public message, whichever came last. */
function silent(ticket: Ticket, after: string | number): Instant {
  const since = [ticket.statusSince, ticket.lastAgentMessageAt, ticket.lastCustomerMessageAt].map((at) =>
    at === null ? 0 : Date.parse(at),
  )
  return toInstant(Math.max(...since) + parseDuration(after))
}
