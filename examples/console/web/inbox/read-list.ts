/** Reads the tickets of a view, and how many each view has. */
import { desk, type Ticket } from '../kit/desk.ts'
import type { View } from './views.ts'

const IS_LATE: View['where'] = {
  all: [
    { field: 'slaBreached', is: true },
    { field: 'category', in: ['new', 'open'] },
  ],
}
const IS_DUE: View['where'] = { not: { field: 'nextDueAt', is: null } }

/** One after the other: those that are late, those that are due by when, then those that wait for somebody else. */
async function* ticketsOf({ where, order }: View): AsyncGenerator<Ticket> {
  if (order[0]?.field !== 'nextDueAt') return yield* desk.ticket.find({ where, order })
  yield* desk.ticket.find({ where: { all: [where, IS_LATE] }, order })
  yield* desk.ticket.find({ where: { all: [where, IS_DUE, { not: IS_LATE }] }, order })
  yield* desk.ticket.find({ where: { all: [where, { not: IS_DUE }, { not: IS_LATE }] }, order })
}

/** The first tickets of a view; the client turns the pages. */
export async function readList(view: View, most: number): Promise<{ tickets: readonly Ticket[]; isMore: boolean }> {
  const tickets: Ticket[] = []
  for await (const ticket of ticketsOf(view)) {
    if (tickets.length === most) return { tickets, isMore: true }
    tickets.push(ticket)
  }
  return { tickets, isMore: false }
}

export async function readCounts(views: readonly View[]): Promise<ReadonlyMap<string, number>> {
  const counts = await Promise.all(views.map(({ where }) => desk.ticket.count({ where })))
  return new Map(views.map(({ name }, index) => [name, counts[index]?.[0]?.count ?? 0]))
}
