/** What would another SLA have done? Past tickets are played twice, as it was and as it would be, one at a time. */
import type { Condition } from '../domain/condition.ts'
import { toInstant } from '../domain/time.ts'
import { type ClockHours, clockBook, type DatedClockBook } from '../sla/clock-book.ts'
import type { ClockHappening } from '../sla/clock-words.ts'
import { followTicket } from '../sla/follow-ticket.ts'
import type { SlaPolicy } from '../sla/sla-policy.ts'
import { type BookAt, bookAsOf, type PastStep, playPast } from './clock-history.ts'
import { latestOf, priorityAt, subjectOf } from './follow-sla.ts'
import type { House } from './house.ts'

/** Outcomes of one metric for one priority in one month (UTC, `2026-03`). */
export interface SimulatedRow {
  readonly metric: string
  readonly priority: string
  readonly month: string
  readonly actual: { readonly met: number; readonly breached: number }
  readonly simulated: { readonly met: number; readonly breached: number }
}

/** A ticket for which the outcome of a metric would differ; `null`: no clock of it ended or was late. */
export interface SimulatedDifference {
  readonly ticketId: string
  readonly metric: string
  readonly actual: Outcome | null
  readonly simulated: Outcome | null
}

export interface Simulation {
  readonly tickets: number
  /** How many tickets differ in any metric. */
  readonly differing: number
  readonly rows: readonly SimulatedRow[]
  /** The first of them, in the order of their opening. */
  readonly differences: readonly SimulatedDifference[]
}

type Outcome = 'met' | 'breached'

interface Ended {
  readonly metric: string
  readonly outcome: Outcome
  readonly priority: string
  readonly month: string
}

interface Asked {
  readonly policies: readonly SlaPolicy[]
  readonly hours: ReadonlyMap<string, ClockHours>
  readonly actual: DatedClockBook | null
  readonly where: Condition | null
  readonly limit: number
}

const PAGE = 25

/** Memory does not grow with the number of tickets, but for the rows of the result. */
export async function simulateClocks(house: House, tenant: string, asked: Asked): Promise<Simulation> {
  const simulatedBook = clockBook({ policies: asked.policies, calendars: asked.hours })
  const actualAt = asked.actual === null ? null : bookAsOf(asked.actual)
  const rows = new Map<string, SimulatedRow>()
  const differences: SimulatedDifference[] = []
  let tickets = 0
  let differing = 0
  for await (const id of ticketIds(house, tenant, asked.where)) {
    const simulated = await outcomes(house, tenant, { id, bookAt: () => simulatedBook })
    const actual = actualAt === null ? [] : await outcomes(house, tenant, { id, bookAt: actualAt })
    for (const one of simulated) add(rows, one, 'simulated')
    for (const one of actual) add(rows, one, 'actual')
    const found = compare(id, actual, simulated)
    tickets++
    if (found.length > 0) differing++
    if (differences.length < asked.limit) differences.push(...found.slice(0, asked.limit - differences.length))
  }
  return {
    tickets,
    differing,
    rows: [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row),
    differences,
  }
}

async function* ticketIds({ store, breathe }: House, tenant: string, where: Condition | null): AsyncGenerator<string> {
  const order = [{ field: 'openedAt', direction: 'asc' as const }]
  for (let after: { values: string[]; id: string } | null = null; ; ) {
    const page = await store.find(tenant, 'ticket', { where, order, limit: PAGE, after })
    for (const record of page) yield record.id
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    after = { values: [String(last.doc.openedAt)], id: last.id }
    await breathe()
  }
}

/** How each cycle of each clock came out: met, or breached, also when it still runs past its due instant. */
async function outcomes(
  house: House,
  tenant: string,
  { id, bookAt }: { readonly id: string; readonly bookAt: BookAt },
): Promise<Ended[]> {
  const ended: Ended[] = []
  const note = (happened: readonly ClockHappening[], priorities: Parameters<typeof priorityAt>[1]) => {
    for (const happening of happened) {
      const { name, metric, at, late } = happening
      const where = { metric, priority: priorityAt(happening, priorities), month: toInstant(at).slice(0, 7) }
      if (name === 'sla.breached') ended.push({ ...where, outcome: 'breached' })
      if (name === 'sla.met' && late === false) ended.push({ ...where, outcome: 'met' })
    }
  }
  let last: PastStep | null = null
  for await (const step of playPast(house, tenant, { id, bookAt })) {
    note(step.followed.happened, { before: last?.ticket ?? null, after: step.ticket, at: step.at })
    last = step
  }
  if (last === null) return ended
  const { followed, ticket } = last
  const now = latestOf(followed.state, house.clock.now())
  const batch = { at: now, inputs: [], subject: subjectOf(ticket, house.personal.ticket) }
  const { happened } = followTicket(followed.state, batch, bookAt(now))
  note(happened, { before: ticket, after: ticket, at: now })
  return ended
}

function add(
  rows: Map<string, SimulatedRow>,
  { metric, priority, month, outcome }: Ended,
  side: 'actual' | 'simulated',
): void {
  const key = `${metric}\n${priority}\n${month}`
  const row = rows.get(key) ?? {
    metric,
    priority,
    month,
    actual: { met: 0, breached: 0 },
    simulated: { met: 0, breached: 0 },
  }
  rows.set(key, { ...row, [side]: { ...row[side], [outcome]: row[side][outcome] + 1 } })
}

function compare(ticketId: string, actual: readonly Ended[], simulated: readonly Ended[]): SimulatedDifference[] {
  const metrics = new Set([...actual, ...simulated].map((one) => one.metric))
  return [...metrics].flatMap((metric) => {
    const was = worst(actual, metric)
    const would = worst(simulated, metric)
    return was === would ? [] : [{ ticketId, metric, actual: was, simulated: would }]
  })
}

/** The outcome of all cycles of a metric in one word: breached if any was. */
function worst(all: readonly Ended[], metric: string): Outcome | null {
  const own = all.filter((one) => one.metric === metric).map((one) => one.outcome)
  return own.includes('breached') ? 'breached' : (own[0] ?? null)
}
