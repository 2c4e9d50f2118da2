/** Starts and ends escalations in the commit of what sets them off, and keeps their timers: one for each that goes on by itself. */
import { meets } from '../domain/condition-read.ts'
import type { Draft, Happened } from '../domain/decider.ts'
import type { Escalation } from '../domain/escalation/escalation.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import { evolveTicket } from '../domain/tickets/ticket-evolve.ts'
import { type Instant, toInstant } from '../domain/time.ts'
import type { CheckedStart } from '../escalation/escalation-policy.ts'
import { stateOfDone } from './escalation-decision.ts'
import { hoursIn, laddersOf } from './escalation-documents.ts'
import { definitionOf, evolveEscalation } from './escalation-record.ts'
import type { Bringing, Brought, Committing, FollowUp } from './follow-words.ts'
import type { House } from './house.ts'
import type { Task, TaskKey } from './ports.ts'

const ESCALATOR = { kind: 'system', id: 'escalation' } as const

/** What a commit does to escalations. */
export function followEscalations(_: House, asked: Bringing, committing: Committing): FollowUp {
  const timers = timersOfLadders(committing)
  const tickets = ticketsIn(committing)
  const watches = tickets.map((ticket) => watchesOf(committing, ticket))
  const bring = (name: string, input: object, id: string): Brought => ({
    tenant: asked.tenant,
    at: committing.read.now,
    by: ESCALATOR,
    name,
    input,
    cause: [...(asked.cause ?? []), { kind: 'escalation', id }],
  })
  return {
    bring: [
      ...tickets.flatMap((ticket) =>
        endsOf(ticket).map((input) => bring('escalation.end', input, `${input.why}:${input.escalationId}`)),
      ),
      ...tickets.flatMap((ticket) =>
        startsOf(committing, ticket).map((input) =>
          bring('escalation.begin', input, `${input.policy}:${input.ticketId}`),
        ),
      ),
    ],
    set: [...timers.set, ...watches.flatMap(({ set }) => set)],
    clear: [...timers.clear, ...watches.flatMap(({ clear }) => clear)],
  }
}

/** A ticket that something happens to. */
interface Moved {
  readonly before: Ticket | null
  readonly after: Ticket
  readonly drafts: readonly Draft[]
}

function ticketsIn({ read, drafts }: Committing): Moved[] {
  const ids = new Set(drafts.filter(({ of }) => of.kind === 'ticket').map(({ of }) => of.id))
  return [...ids].map((id) => {
    const before = (read.stored.find((one) => one.kind === 'ticket' && one.id === id)?.doc ?? null) as Ticket | null
    const own = drafts.filter(({ of }) => of.kind === 'ticket' && of.id === id)
    const after = own.reduce<Ticket | null>(
      (ticket, event) => evolveTicket(ticket, { at: read.now, ...event } as Parameters<typeof evolveTicket>[1]),
      before,
    )
    return { before, after: after as Ticket, drafts: own }
  })
}

/** Which escalations end: all of a ticket that is done, and those about a clock that was met. */
function endsOf({ before, after, drafts }: Moved): { escalationId: string; why: string }[] {
  const running = before?.escalations ?? []
  if (running.length === 0) return []
  const state = stateOfDone(after)
  if (state !== null) return running.map(({ id }) => ({ escalationId: id, why: state }))
  const over = new Map(
    drafts.flatMap((event) =>
      event.name === 'sla.met' || event.name === 'sla.cancelled' ? [[event.data.metric, event.name] as const] : [],
    ),
  )
  return running.flatMap(({ id, metric }) => {
    const why = metric === null ? undefined : over.get(metric)
    return why === undefined ? [] : [{ escalationId: id, why }]
  })
}

interface Begin {
  readonly ticketId: string
  readonly policy: string
  readonly start: number
  readonly since?: Instant
}

/** Which escalations begin now. */
function startsOf({ read }: Committing, moved: Moved): Begin[] {
  const { before, after, drafts } = moved
  if (stateOfDone(after) !== null) return []
  return laddersOf(read.policies.escalation).flatMap(({ name: policy, starts }) =>
    starts.flatMap((one, start): Begin[] => {
      const begun = { ticketId: after.id, policy, start }
      if (one.kind === 'silence') return []
      if (one.kind === 'condition') {
        const came = one.delay === null && meets(one.when, after) && !(before !== null && isWatched(one, before))
        return came ? [begun] : []
      }
      const since = clockEvent(one, drafts)
      return since === null ? [] : [{ ...begun, since }]
    }),
  )
}

/** When a clock did what a start waits for; `null`: it did not, or it is over already. */
function clockEvent(
  one: Extract<CheckedStart, { kind: 'warning' | 'breach' }>,
  drafts: readonly Draft[],
): Instant | null {
  for (const event of drafts) {
    if (event.name === 'sla.warned' && one.kind === 'warning') {
      const { metric, level, happenedAt } = event.data
      if (metric === one.metric && (one.level === null || level === one.level) && !isOver(metric, drafts))
        return happenedAt
    }
    if (event.name === 'sla.breached' && one.kind === 'breach') {
      const { metric, retroactive, happenedAt } = event.data
      const counts = one.retroactive === 'start' || !retroactive
      if (metric === one.metric && counts && !isOver(metric, drafts)) return happenedAt
    }
  }
  return null
}

function isOver(metric: string, drafts: readonly Draft[]): boolean {
  return drafts.some(
    (event) => (event.name === 'sla.met' || event.name === 'sla.cancelled') && event.data.metric === metric,
  )
}

type Watched = Extract<CheckedStart, { kind: 'condition' | 'silence' }>

/** Whether a ticket is one that a start looks at. */
function isWatched({ when }: Watched, ticket: Ticket): boolean {
  return stateOfDone(ticket) === null && meets(when, ticket)
}

/** The timers of starts that wait: set when a ticket comes to meet them, set anew by a word of ours, cleared when it no longer does. */
function watchesOf({ read }: Committing, { before, after, drafts }: Moved): { set: Task[]; clear: TaskKey[] } {
  // By key: the same start may stand in a policy twice, and not every store takes two timers of one key.
  const set = new Map<string, Task>()
  const clear: TaskKey[] = []
  const hoursOf = hoursIn(read.policies.calendars)
  for (const { name: policy, starts } of laddersOf(read.policies.escalation))
    for (const one of starts) {
      if ('metric' in one || one.delay === null) continue
      const was = before !== null && isWatched(one, before)
      const is = isWatched(one, after)
      const isAnew = !was || (one.kind === 'silence' && drafts.some(isOurs))
      if (is ? !isAnew : !was) continue
      const start = definitionOf(one)
      const key = `escalate:${after.id}:${start}:${policy}`
      if (!is) {
        clear.push({ queue: 'timer', key })
        continue
      }
      const { ms, calendar } = one.delay
      const now = Date.parse(read.now)
      const dueAt = calendar === null ? now + ms : hoursOf(calendar).add(now, ms)
      if (dueAt === null) continue
      const input = { ticketId: after.id, policy, start }
      const body = { command: 'escalation.begin', input }
      set.set(key, { queue: 'timer', key, dueAt: toInstant(dueAt), group: after.id, seq: 0, body })
    }
  return { set: [...set.values()], clear }
}

/** Whether somebody who works here wrote. */
function isOurs(event: Draft): boolean {
  return (event.name === 'message.posted' || event.name === 'message.arrived') && event.data.authorKind === 'agent'
}

/** One timer a ladder, at its next instant. That has passed one millisecond later: what happens at it comes before what is due. */
function timersOfLadders({ read, drafts }: Committing): { set: Task[]; clear: TaskKey[] } {
  const set: Task[] = []
  const clear: TaskKey[] = []
  const ids = new Set(drafts.filter(({ of }) => of.kind === 'escalation').map(({ of }) => of.id))
  for (const id of ids) {
    const stored = read.stored.find((one) => one.kind === 'escalation' && one.id === id)?.doc
    const before = (stored ?? null) as Escalation | null
    const after = drafts
      .filter(({ of }) => of.kind === 'escalation' && of.id === id)
      .reduce<Escalation | null>(
        (record, event) => evolveEscalation(record, { at: read.now, ...event } as Happened as never),
        before,
      ) as Escalation
    if (after.nextAt === (before?.nextAt ?? null)) continue
    const key = `escalation:${id}`
    if (after.nextAt === null) clear.push({ queue: 'timer', key })
    else {
      const body = { command: 'escalation.step', input: { escalationId: id } }
      const dueAt = toInstant(Date.parse(after.nextAt) + 1)
      set.push({ queue: 'timer', key, dueAt, group: after.ticketId, seq: 0, body })
    }
  }
  return { set, clear }
}
