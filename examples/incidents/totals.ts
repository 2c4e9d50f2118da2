/** The same totals twice: from the rows of the log, and from the journal and the records of the desk. Neither knows the other. */
import type { LogRow } from '../../src/cli/incidents/log.ts'
import { byIncident } from '../../src/cli/incidents/plan.ts'
import type { Acting } from '../../src/cli/incidents/replay.ts'
import { journalOf } from './reading.ts'

export interface Totals {
  readonly incidents: number
  readonly callers: number
  readonly closed: number
  /** Incidents that were reopened, and how often that happened in all. */
  readonly reopened: number
  readonly reopenings: number
  /** Incidents that went from one group to another, and how often that happened in all. */
  readonly reassigned: number
  readonly reassignments: number
  /** Incidents by their last priority, `P1` to `P4`. */
  readonly byPriority: Readonly<Record<string, number>>
  /** From opening to closing, in milliseconds, over the closed ones; `null` when none closed. */
  readonly meanToClose: number | null
}

/** What the log says of itself: its counters, its `opened_at` and its `closed_at`. */
export function totalsOfLog(rows: readonly LogRow[]): Totals {
  const ends = [...byIncident(rows).values()].map((list) => list.at(-1) as LogRow)
  const closed = ends.filter((end) => end.state === 'Closed')
  return {
    incidents: ends.length,
    callers: new Set(ends.map((end) => end.caller)).size,
    closed: closed.length,
    reopened: ends.filter((end) => end.reopenings > 0).length,
    reopenings: sum(ends.map((end) => end.reopenings)),
    reassigned: ends.filter((end) => end.reassignments > 0).length,
    reassignments: sum(ends.map((end) => end.reassignments)),
    byPriority: tally(ends.map((end) => `P${end.priority?.slice(0, 1) ?? '?'}`)),
    meanToClose: mean(closed.map((end) => Date.parse(end.closedAt ?? '') - Date.parse(end.openedAt))),
  }
}

/** What the desk knows: counts from its records, movements and times from its journal. */
export async function totalsOfDesk(me: Acting): Promise<Totals> {
  const moved = await movementsIn(me)
  const priorities = await me.ticket.count({ by: ['priority'] })
  const categories = await me.ticket.count({ by: ['category'] })
  return {
    incidents: sum(categories.map((row) => row.count)),
    callers: moved.callers,
    closed: categories.find((row) => row.group[0] === 'closed')?.count ?? 0,
    reopened: moved.reopenings.size,
    reopenings: sum([...moved.reopenings.values()]),
    reassigned: moved.departures.size,
    reassignments: sum([...moved.departures.values()]),
    byPriority: Object.fromEntries(priorities.map((row) => [String(row.group[0]), row.count])),
    meanToClose: mean(moved.lives),
  }
}

async function movementsIn(me: Acting) {
  const [openedAt, reopenings, departures] = [
    new Map<string, number>(),
    new Map<string, number>(),
    new Map<string, number>(),
  ]
  const lives: number[] = []
  let callers = 0
  const more = (map: Map<string, number>, id: string) => map.set(id, (map.get(id) ?? 0) + 1)
  const names = ['customer.created', 'ticket.opened', 'ticket.assigned', 'ticket.reopened', 'ticket.closed'] as const
  for await (const event of journalOf(me, names)) {
    const { id } = event.record
    if (event.name === 'customer.created') callers++
    if (event.name === 'ticket.opened') openedAt.set(id, Date.parse(event.at))
    if (event.name === 'ticket.reopened') more(reopenings, id)
    // Getting a first group is no reassignment, and neither is a change of the assignee within one.
    if (
      event.name === 'ticket.assigned' &&
      event.data.from.teamId !== null &&
      event.data.from.teamId !== event.data.teamId
    )
      more(departures, id)
    if (event.name === 'ticket.closed') lives.push(Date.parse(event.at) - (openedAt.get(id) ?? Number.NaN))
  }
  return { reopenings, departures, lives, callers }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values) / values.length
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}
