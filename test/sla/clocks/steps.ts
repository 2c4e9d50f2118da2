/** The fold, one batch at a time, for laws that look between two steps. */
import { calendar } from '../../../src/sla/calendar.ts'
import { checkPolicies } from '../../../src/sla/check-policy.ts'
import { datedClockBook, editionOf } from '../../../src/sla/clock-book.ts'
import { byInstant, changesOf, inputOf } from '../../../src/sla/clock-event.ts'
import type { ClockBatch, ClockHappening, TicketClocks } from '../../../src/sla/clock-words.ts'
import { type Followed, followTicket } from '../../../src/sla/follow-ticket.ts'
import type { Life } from './arbitrary-history.ts'

/** Everything that a life publishes, each from its own instant on. */
export function bookOf({ policy, calendars, events }: Life) {
  const instants = byInstant(events, Number.POSITIVE_INFINITY)
  const versions = new Map(
    Object.entries(calendars).map(([name, hours]) => [
      name,
      [{ from: Number.NEGATIVE_INFINITY, hours: calendar(hours) }],
    ]),
  )
  const editions = [{ from: Number.NEGATIVE_INFINITY, given: policy as unknown }]
  for (const { at, group } of instants)
    for (const event of group) {
      if (event.type === 'calendar') versions.get(event.name)?.push({ from: at, hours: calendar(event.calendar) })
      if (event.type === 'policy') editions.push({ from: at, given: event.policy })
    }
  const references = { calendars: new Set(versions.keys()), statuses: 'any' } as const
  return datedClockBook({
    versions,
    editions: editions.map(({ from, given }, n) => ({
      from,
      edition: editionOf(n + 1, checkPolicies([given], references)),
    })),
  })
}

/** The batches of a life, one an instant. */
export function batchesOf({ events }: Life): ClockBatch[] {
  let record: Record<string, unknown> = {}
  return byInstant(events, Number.POSITIVE_INFINITY).map(({ at, group }) => {
    record = { ...record, ...changesOf(group) }
    return { at, inputs: group.flatMap(inputOf), subject: { priority: record.priority as string | null, record } }
  })
}

/** Moves clocks through batches; `between` stands for a store, a wire, a restart. */
export function moved(
  batches: readonly ClockBatch[],
  book: ReturnType<typeof bookOf>,
  between: (state: TicketClocks) => TicketClocks = (state) => state,
): { state: TicketClocks; happened: ClockHappening[] } {
  const happened: ClockHappening[] = []
  let state: TicketClocks | null = null
  for (const batch of batches) {
    const followed: Followed = followTicket(state, batch, book.at(Math.max(batch.at, state?.at ?? batch.at)))
    happened.push(...followed.happened)
    state = between(followed.state)
  }
  return { state: state as TicketClocks, happened }
}
