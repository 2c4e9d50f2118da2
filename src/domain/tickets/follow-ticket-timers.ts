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
  const set: Timer[] = []
  const clear: string[] = []
  for (const { name, command, from, length } of WAITS) {
    const key = `${name}:${after.id}`
    const began = before === null ? null : from(before)
    const begins = from(after)
    const wait = length(lifecycle)
    if (begins === began) continue
    if (begins !== null && wait !== null)
      set.push({ key, dueAt: toInstant(begins + parseDuration(wait)), command, input: { ticketId: after.id } })
    // Also where today's policy sets no such timer: the one of an earlier policy may still be waiting.
    else if (began !== null) clear.push(key)
  }
  return { set, clear }
}

interface Wait {
  readonly name: string
  readonly command: string
  /** The moment from which it runs, in epoch milliseconds; `null`: the ticket does not wait in this way. */
  readonly from: (ticket: Ticket) => number | null
  /** How long it runs; `null`: for ever. */
  readonly length: (lifecycle: LifecyclePolicy) => string | number | null
}

const standing = (ticket: Ticket, category: Ticket['category']) =>
  ticket.deletedAt === null && ticket.category === category

const WAITS: readonly Wait[] = [
  {
    name: 'wake',
    command: 'ticket.wake',
    from: ({ deletedAt, snoozedUntil }) =>
      deletedAt === null && snoozedUntil !== null ? Date.parse(snoozedUntil) : null,
    length: () => 0,
  },
  {
    name: 'close',
    command: 'ticket.close',
    from: (ticket) => (standing(ticket, 'solved') ? silentSince(ticket) : null),
    length: ({ closeAfter }) => closeAfter,
  },
  {
    name: 'solve',
    command: 'ticket.solve',
    from: (ticket) => (standing(ticket, 'pending') ? silentSince(ticket) : null),
    length: ({ solveAfterSilence }) => solveAfterSilence,
  },
]

/** The beginning of a silence: the status or the latest public message, whichever came last. */
function silentSince(ticket: Ticket): number {
  const since = [ticket.statusSince, ticket.lastAgentMessageAt, ticket.lastCustomerMessageAt]
  return Math.max(...since.map((at) => (at === null ? 0 : Date.parse(at))))
}
