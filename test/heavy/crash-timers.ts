/** Replays the tickets' journals to know which timers must stand and which have rung, and compares that with the store. */
import type { DeskEvent, Ticket } from 'deskwright'
import type { Happened } from '../../src/domain/decider.ts'
import { followTicketTimers } from '../../src/domain/tickets/follow-ticket-timers.ts'
import { evolveTicket } from '../../src/domain/tickets/ticket-evolve.ts'
import { differences, type Finding } from './crash-check.ts'
import { LIFECYCLE } from './crash-desk.ts'
import type { Snapshot } from './crash-snapshot.ts'

const LIFECYCLE_TIMER = /^(wake|close|solve):/

type Happening = Happened & Parameters<typeof evolveTicket>[1]

/** Each timer rang once when it was set, neither cleared nor replaced, and due; those that have not rung yet wait. */
export function checkTimers({ events, tasks }: Pick<Snapshot, 'events' | 'tasks'>): Finding[] {
  const findings: Finding[] = []
  const waiting = new Map<string, string>()
  for (const commit of ticketCommits(events)) {
    for (const { kind, id } of commit.event.cause) {
      if (kind !== 'timer' || !LIFECYCLE_TIMER.test(id)) continue
      const dueAt = waiting.get(id)
      if (dueAt === undefined)
        findings.push({ kind: 'doubled', says: `${id} rang for ${commit.event.id}, and was not set` })
      else if (commit.event.at < dueAt) findings.push({ kind: 'order', says: `${id} rang before it was due` })
      waiting.delete(id)
    }
    const { set, clear } = followTicketTimers(commit.before, commit.after, LIFECYCLE)
    for (const key of clear) waiting.delete(key)
    for (const { key, dueAt } of set) waiting.set(key, dueAt)
  }
  const stored = tasks
    .filter(({ queue, key }) => queue === 'timer' && LIFECYCLE_TIMER.test(key))
    .map(({ key, dueAt }) => `${key} at ${dueAt}`)
  const expected = [...waiting].map(([key, dueAt]) => `${key} at ${dueAt}`)
  const apart = differences('a timer by the journal and by the store', expected, stored)
  return [...findings, ...apart.map((says): Finding => ({ kind: 'half', says }))]
}

interface Commit {
  readonly event: DeskEvent
  readonly before: Ticket | null
  readonly after: Ticket
}

/** The changes of all tickets in the order of the journal, each with the ticket before and after it. */
function* ticketCommits(events: readonly DeskEvent[]): Generator<Commit> {
  const tickets = new Map<string, Ticket>()
  for (let n = 0; n < events.length; ) {
    const event = events[n] as DeskEvent
    const { kind, id, version } = event.record
    let end = n
    while (events[end]?.record.id === id && events[end]?.record.version === version) end++
    const before = tickets.get(id) ?? null
    if (kind === 'ticket' && (before === null) === (event.name === 'ticket.opened')) {
      const after = events.slice(n, end).reduce<Ticket | null>(evolveOne, before) as Ticket
      tickets.set(id, after)
      yield { event, before, after }
    }
    n = end
  }
}

function evolveOne(ticket: Ticket | null, { record, name, data, at }: DeskEvent): Ticket {
  return evolveTicket(ticket, { of: record, name, data, at } as unknown as Happening)
}
