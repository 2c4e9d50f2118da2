/** What the reads of clocks do; loaded when the first tenant has an SLA. */
import type { Condition } from '../domain/condition.ts'
import { checkCondition } from '../domain/condition-check.ts'
import { meets } from '../domain/condition-read.ts'
import { CURRENT } from '../domain/policies/policies.ts'
import type { Policies, PolicyDocuments } from '../domain/policy.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import { toInstant } from '../domain/time.ts'
import { calendar } from '../sla/calendar.ts'
import type { CalendarDefinition } from '../sla/calendar-definition.ts'
import type { DatedClockBook } from '../sla/clock-book.ts'
import type { TicketClocks } from '../sla/clock-words.ts'
import { drawExplanation, saysExplanation } from '../sla/draw-explanation.ts'
import { type Explanation, explainClock } from '../sla/explain.ts'
import { followTicket } from '../sla/follow-ticket.ts'
import { type ClockReading, readClock } from '../sla/replay-clocks.ts'
import { METRICS, type Metric } from '../sla/sla-policy.ts'
import { clockBookOf } from './clock-books.ts'
import { bookAsOf, playPast } from './clock-history.ts'
import { fault, notFound } from './desk-faults.ts'
import { canonicalJson, type DeskEvent } from './events.ts'
import { subjectOf } from './follow-sla.ts'
import { policiesInForce } from './policies.ts'
import type { StoredRecord } from './ports.ts'
import type { ReadContext } from './query.ts'
import { sightOf } from './sight.ts'
import { type Simulation, simulateClocks } from './simulate-clocks.ts'
import { slaPoliciesOf } from './sla-documents.ts'
import type { AttainmentInput, ExplainInput, GetInput, RebuildInput, SimulateInput } from './sla-inputs.ts'
import { tables } from './tables.ts'

/** How a ticket's clocks stand. Instants are epoch milliseconds, as everywhere in `deskwright/sla`. */
export interface SlaStanding {
  readonly policy: string | null
  /** Of each metric that ever ran, its latest cycle. */
  readonly clocks: readonly ClockReading[]
}

/** Why a clock is due when it is due: as data, as text, and as a picture. */
export interface SlaExplanation extends Explanation {
  readonly text: string
  readonly svg: string
}

export interface Attained {
  readonly metric: string
  readonly priority: string
  readonly policy: string
  readonly met: number
  readonly breached: number
  /** met / (met + breached), 0..1. */
  readonly share: number
}

/** A clock whose stored state is not what the journal gives. */
export interface ClockDifference {
  readonly ticketId: string
  readonly metric: string
  readonly stored: string | null
  readonly rebuilt: string | null
}

export interface Rebuilt {
  readonly checked: number
  readonly differences: readonly ClockDifference[]
  /** Hand it back as `after` to go on; `null`: all were checked. */
  readonly next: string | null
}

async function bookIn({ house, tenant }: Pick<ReadContext<unknown>, 'house' | 'tenant'>): Promise<DatedClockBook> {
  const [current = null] = await house.store.get(tenant, [CURRENT])
  const book = await clockBookOf(house, tenant, current?.doc as unknown as Policies)
  if (book === null) throw fault('sla.none', {})
  return book
}

/** The clocks of a ticket in sight, as they stand at an instant: what has fallen due by then is noticed, not written. */
async function clocksOf(
  context: ReadContext<{ readonly ticketId: string; readonly at?: string | undefined }>,
): Promise<{ state: TicketClocks; book: DatedClockBook; at: number }> {
  const { house, tenant, input } = context
  const { ticketId } = input
  const [ticket = null, clocks = null] = await house.store.get(tenant, [
    { kind: 'ticket', id: ticketId },
    { kind: 'clocks', id: ticketId },
  ])
  if (ticket === null || !meets(sightOf(context, 'ticket'), ticket.doc)) throw notFound('ticket', ticketId)
  const book = await bookIn(context)
  if (clocks === null) throw fault('sla.no-clock', { ticketId, metric: 'any metric' })
  const stored = clocks.doc.state as unknown as TicketClocks
  const at = Date.parse(input.at ?? toInstant(house.clock.now()))
  const subject = subjectOf(ticket.doc as unknown as Ticket, house.personal.ticket)
  // Under the edition that the clocks are under: only a command brings them under another.
  const asStored = { ...book, current: book.edition(stored.edition) }
  return { state: followTicket(stored, { at, inputs: [], subject }, asStored).state, book, at }
}

export async function get(context: ReadContext<GetInput>): Promise<SlaStanding> {
  const { state, book, at } = await clocksOf(context)
  return {
    policy: state.policy,
    clocks: Object.values(state.clocks).map((clock) => readClock(clock, at, book.hoursOf)),
  }
}

export async function explain(context: ReadContext<ExplainInput>): Promise<SlaExplanation> {
  const { ticketId, metric } = context.input
  const { state, book, at } = await clocksOf(context)
  const clock = state.clocks[metric]
  if (clock === undefined) throw fault('sla.no-clock', { ticketId, metric })
  const explanation = explainClock({ clock, facts: state.facts, asOf: at, hoursOf: book.hoursOf })
  return { ...explanation, text: saysExplanation(explanation), svg: drawExplanation(explanation) }
}

export async function attainment({ house, tenant, input }: ReadContext<AttainmentInput>): Promise<readonly Attained[]> {
  const rows = new Map<string, { metric: string; priority: string; policy: string; met: number; breached: number }>()
  for (let after = 0; ; ) {
    // What fell due in the period may have been noticed after it, never before.
    const page = await house.store.history(tenant, {
      names: ['sla.met', 'sla.breached'],
      from: input.from,
      after,
      limit: 1000,
    })
    for (const { body } of page) count(rows, JSON.parse(body) as DeskEvent<'sla.met' | 'sla.breached'>, input)
    const last = page.at(-1)
    if (last === undefined || page.length < 1000) break
    after = last.position
  }
  return [...rows.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => ({ ...row, share: row.met / (row.met + row.breached) }))
}

function count(
  rows: Map<string, { metric: string; priority: string; policy: string; met: number; breached: number }>,
  event: DeskEvent<'sla.met' | 'sla.breached'>,
  period: { readonly from: string; readonly until: string },
): void {
  const { metric, priority, policy, happenedAt } = event.data
  // A clock that was met late was counted when it was breached.
  const isLateEnd = event.name === 'sla.met' && event.data.late
  // A late ticket that is reopened goes on late; that was counted as well.
  const isLateAgain = event.name === 'sla.breached' && event.data.again === true
  if (isLateEnd || isLateAgain || happenedAt < period.from || happenedAt >= period.until) return
  const key = `${policy}\n${metric}\n${priority}`
  const row = rows.get(key) ?? { metric, priority, policy, met: 0, breached: 0 }
  if (event.name === 'sla.met') row.met++
  else row.breached++
  rows.set(key, row)
}

export async function rebuild(context: ReadContext<RebuildInput>): Promise<Rebuilt> {
  const { house, tenant, input } = context
  const book = await bookIn(context)
  const after = input.after === undefined ? null : { values: [], id: input.after }
  const records = await house.store.find(tenant, 'clocks', { where: null, order: [], limit: input.limit, after })
  const differences: ClockDifference[] = []
  for (const record of records) differences.push(...(await differencesOf(context, record, book)))
  return {
    checked: records.length,
    differences,
    next: records.length < input.limit ? null : (records.at(-1)?.id ?? null),
  }
}

async function differencesOf(
  { house, tenant }: ReadContext<unknown>,
  record: StoredRecord,
  book: DatedClockBook,
): Promise<ClockDifference[]> {
  let rebuilt: TicketClocks | null = null
  for await (const { followed } of playPast(house, tenant, { id: record.id, bookAt: bookAsOf(book) }))
    rebuilt = followed.state
  const stored = record.doc.state as unknown as TicketClocks
  return METRICS.flatMap((metric): ClockDifference[] => {
    const is = textOf(stored, metric)
    const was = textOf(rebuilt, metric)
    return is === was ? [] : [{ ticketId: record.id, metric, stored: is, rebuilt: was }]
  })
}

function textOf(state: TicketClocks | null, metric: Metric): string | null {
  const clock = state?.clocks[metric]
  return clock === undefined ? null : canonicalJson(clock)
}

export async function simulate(context: ReadContext<SimulateInput>): Promise<Simulation> {
  const { house, tenant, input } = context
  const [current] = await house.store.get(tenant, [CURRENT])
  const inForce = await policiesInForce(house, tenant, current as StoredRecord)
  const documents = {
    ...inForce,
    ...(input.policies === undefined ? {} : { sla: { policies: input.policies } }),
    calendars: { ...inForce.calendars, ...input.calendars },
  } as PolicyDocuments
  const hours = new Map(
    Object.entries(documents.calendars).map(([name, definition]) => [
      name,
      calendar(definition as unknown as CalendarDefinition),
    ]),
  )
  const actual = await clockBookOf(house, tenant, current?.doc as unknown as Policies)
  return simulateClocks(house, tenant, {
    policies: slaPoliciesOf(documents),
    hours,
    actual,
    where: periodWhere(input),
    limit: input.limit,
  })
}

function periodWhere({
  where,
  from,
  until,
}: {
  readonly where?: unknown
  readonly from?: string | undefined
  readonly until?: string | undefined
}): Condition | null {
  const parts: Condition[] = []
  if (where !== undefined)
    parts.push(checkCondition(where, { fields: tables.ticket.fields, custom: 'any', place: 'where' }))
  if (from !== undefined) parts.push({ field: 'openedAt', gte: from })
  if (until !== undefined) parts.push({ field: 'openedAt', lt: until })
  return parts.length === 0 ? null : { all: parts }
}
