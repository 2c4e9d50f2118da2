/** Moves a ticket's clocks in the commit of whatever happens to the ticket: a deadline lost between commit and bus would be lost unseen. */
import { type Draft, draft, type EventName, type Happened } from '../domain/decider.ts'
import type { JsonObject } from '../domain/json.ts'
import type { RecordRef } from '../domain/records.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import { evolveTicket, withoutPersonalText } from '../domain/tickets/ticket-evolve.ts'
import { type Instant, toInstant } from '../domain/time.ts'
import type { DatedClockBook } from '../sla/clock-book.ts'
import type { ClockHappening, ClockInput, TicketClocks } from '../sla/clock-words.ts'
import { followTicket } from '../sla/follow-ticket.ts'
import { METRICS, type Metric } from '../sla/sla-policy.ts'
import { fault } from './desk-faults.ts'
import type { StoredRecord, Task, TaskKey, Write } from './ports.ts'

/** What a command knows of clocks when it decides. */
export interface SlaRead {
  readonly follow: typeof followSla
  readonly book: DatedClockBook
  /** The clocks record of a ticket, where it has one. */
  readonly stored: (ticketId: string) => StoredRecord | null
  /** The clocks of a ticket: from its record, or from its history when the tenant had no SLA while it was opened. */
  readonly state: (ticketId: string) => TicketClocks | null
  readonly personalFields: readonly string[]
}

export interface SlaFollowed {
  readonly drafts: readonly Draft[]
  readonly writes: readonly Write[]
  readonly set: readonly Task[]
  readonly clear: readonly TaskKey[]
}

/** What happens to one ticket's clocks when these events happen to the ticket. */
export function followSla(
  read: SlaRead,
  ticket: { readonly ref: RecordRef; readonly before: Ticket | null; readonly drafts: readonly Draft[] },
  at: Instant,
): SlaFollowed {
  const { ref, before, drafts } = ticket
  const after = drafts.reduce<Ticket | null>(
    (record, event) => evolveTicket(record, { at, ...event } as Parameters<typeof evolveTicket>[1]),
    before,
  ) as Ticket
  const old = read.state(ref.id)
  for (const event of drafts) if (event.name === 'sla.dueSet') mustRun(old, event.data.metric as Metric, ref.id)
  // A timer rings as of its own instant, however late: by the policies and calendars that held then.
  const moment = latestOf(old, Date.parse(at))
  const followed = followTicket(
    old,
    { at: moment, inputs: inputsOf(drafts), subject: subjectOf(after, read.personalFields) },
    read.book.at(moment),
  )
  const stored = read.stored(ref.id)
  const said = followed.happened.map((happening) =>
    happeningDraft(ref, happening, priorityAt(happening, { before, after, at: moment })),
  )
  const shown = shownBy(followed.state)
  // A look that changes something is told, as is all that changes: clocks are what their journal gives.
  const isLook = drafts.length === 0 && said.length === 0
  if (isLook && followed.state === old) return { drafts: [], writes: [], set: [], clear: [] }
  const isNew =
    isLook ||
    after.slaPolicy !== shown.slaPolicy ||
    after.nextDueAt !== shown.nextDueAt ||
    after.slaBreached !== shown.slaBreached
  const state = followed.state as unknown as JsonObject
  const isSame = stored !== null && followed.state === old
  const version = (stored?.version ?? 0) + 1
  return {
    drafts: isNew ? [...said, draft(ref, 'sla.shown', shown)] : said,
    writes: isSame
      ? []
      : [{ kind: 'clocks', id: ref.id, expected: version - 1, tip: '', doc: { id: ref.id, version, state } }],
    ...timersOf(ref.id, stored === null ? null : old, followed.state),
  }
}

/** The instant at which clocks are moved: machines' clocks differ, and those of a ticket never go back. */
export function latestOf(state: TicketClocks | null, at: number): number {
  return state === null ? at : Math.max(at, state.at)
}

function mustRun(state: TicketClocks | null, metric: Metric, ticketId: string): void {
  const clock = state?.clocks[metric]
  if (clock === undefined || clock.end !== null) throw fault('sla.no-clock', { ticketId, metric })
}

/** What policies match against: the ticket as the journal alone gives it. */
export function subjectOf(
  ticket: Ticket,
  personalFields: readonly string[],
): { readonly priority: string; readonly record: object } {
  return { priority: ticket.priority, record: withoutPersonalText(ticket, personalFields) }
}

/** A ticket's events in the words of the clocks. */
export function inputsOf(events: readonly Pick<Happened, 'name' | 'data'>[]): ClockInput[] {
  const drafts = events as readonly Pick<Happened<EventName>, 'name' | 'data'>[] as readonly Draft[]
  const said = drafts.flatMap((event) => (isSaid(event) ? [event.data.authorKind] : []))
  return drafts.flatMap((event): ClockInput[] => {
    switch (event.name) {
      case 'ticket.opened': {
        const { category, status, teamId } = event.data
        // Whoever split messages off: the ticket is the customer's if one of them is.
        const by = said.length > 0 && said.every((kind) => kind === 'agent') ? 'agent' : 'customer'
        const opened: ClockInput = { type: 'created', by, category, status }
        return teamId === null ? [opened] : [opened, { type: 'team', teamId }]
      }
      case 'message.posted':
      case 'message.arrived':
        return [{ type: messageType(event.data) }]
      case 'ticket.assigned':
        return event.data.teamId === event.data.from.teamId ? [] : [{ type: 'team', teamId: event.data.teamId }]
      case 'ticket.started':
      case 'ticket.resumed':
      case 'ticket.pended':
      case 'ticket.held':
      case 'ticket.solved':
      case 'ticket.reopened':
      case 'ticket.closed':
        return [{ type: 'status', category: event.data.category, status: event.data.to }]
      case 'ticket.waitStarted':
        return [{ type: 'waitStarted' }]
      case 'ticket.waitEnded':
        return [{ type: 'waitEnded' }]
      case 'ticket.deleted':
        return [{ type: 'ended', reason: 'deleted' }]
      case 'ticket.merged':
        return [{ type: 'ended', reason: 'merged' }]
      case 'ticket.absorbed': {
        const { waitingSince } = event.data
        return waitingSince === null ? [] : [{ type: 'inherited', since: Date.parse(waitingSince) }]
      }
      case 'ticket.restored':
      case 'ticket.unmerged':
        return [{ type: 'restored' }]
      case 'sla.dueSet':
        return [
          {
            type: 'due',
            metric: event.data.metric as Metric,
            dueAt: event.data.dueAt === null ? null : Date.parse(event.data.dueAt),
          },
        ]
      default:
        return []
    }
  })
}

type Said = Draft<'message.posted' | 'message.moved' | 'message.copied'>

function isSaid(event: Draft): event is Said {
  return event.name === 'message.posted' || event.name === 'message.moved' || event.name === 'message.copied'
}

/** Automatic mail, notes and what rules and the system say never move a clock. */
function messageType(posted: {
  readonly visibility: string
  readonly automatic: boolean
  readonly authorKind: string
}) {
  if (posted.visibility !== 'public') return 'note'
  if (posted.automatic) return 'autoMessage'
  switch (posted.authorKind) {
    case 'customer':
      return 'customerMessage'
    case 'agent':
      return 'agentMessage'
    case 'bot':
      return 'botMessage'
    default:
      return 'autoMessage'
  }
}

/** What fell due before this commit fell due under the priority before it, but for what its own policy found late. */
export function priorityAt(
  { at: happenedAt, retroactive }: ClockHappening,
  { before, after, at }: { readonly before: Prioritised | null; readonly after: Prioritised; readonly at: number },
): string {
  return before !== null && happenedAt < at && retroactive !== true ? before.priority : after.priority
}

type Prioritised = Pick<Ticket, 'priority'>

function happeningDraft(of: RecordRef, happening: ClockHappening, priority: string): Draft {
  const { name, at, dueAt, ...rest } = happening
  return draft(of, name, {
    ...rest,
    priority,
    happenedAt: toInstant(at),
    dueAt: dueAt === null ? null : toInstant(dueAt),
  } as never)
}

/** What the ticket shows of its clocks, for lists of tickets by time left. */
function shownBy({ clocks, policy }: TicketClocks): {
  slaPolicy: string | null
  nextDueAt: Instant | null
  slaBreached: boolean
} {
  const live = Object.values(clocks).filter((clock) => clock.end === null)
  const dues = live.flatMap((clock) => (clock.dueAt !== null && clock.breachedAt === null ? [clock.dueAt] : []))
  return {
    slaPolicy: policy,
    nextDueAt: dues.length === 0 ? null : toInstant(Math.min(...dues)),
    slaBreached: live.some((clock) => clock.breachedAt !== null),
  }
}

/** One timer a clock, at its next moment. A moment has passed one millisecond later: at due is in time. */
function timersOf(ticketId: string, old: TicketClocks | null, state: TicketClocks): { set: Task[]; clear: TaskKey[] } {
  const set: Task[] = []
  const clear: TaskKey[] = []
  for (const metric of METRICS) {
    const had = old?.clocks[metric]?.nextAt ?? null
    const has = state.clocks[metric]?.nextAt ?? null
    const key = `sla:${ticketId}:${metric}`
    if (has !== null && had !== has)
      set.push({
        queue: 'timer',
        key,
        dueAt: toInstant(has + 1),
        group: ticketId,
        seq: 0,
        body: { command: 'sla.recompute', input: { ticketId } },
      })
    else if (has === null && had !== null) clear.push({ queue: 'timer', key })
  }
  return { set, clear }
}
