/** A commit writes what reports count and time: so a report reads rows that are there, and never plays the journal. */
import type { Draft, Evolvers } from '../domain/decider.ts'
import type { JsonObject } from '../domain/json.ts'
import type { PolicyDocuments } from '../domain/policy.ts'
import type { Measure } from '../domain/reporting/measure.ts'
import { type Amendment, amended, type Happening, type Measured, measuresOf } from '../domain/reporting/measures-of.ts'
import { evolveWhole } from '../domain/tickets/course.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import type { Instant } from '../domain/time.ts'
import { type Calendar, calendar } from '../sla/calendar.ts'
import type { CalendarDefinition } from '../sla/calendar-definition.ts'
import { nameOf } from './assemble.ts'
import type { Follow } from './follow-words.ts'
import type { House } from './house.ts'
import type { Write } from './ports.ts'

/** The policies that measures are kept by. */
export type MeasureRules = Pick<PolicyDocuments, 'reports' | 'calendars'>

/** How tickets that are stored are folded. */
export const wholeTickets: Evolvers = { ticket: evolveWhole }

export const followMeasures: Follow = async (house, { tenant, by }, { read, drafts }) => {
  const tickets = new Map<string, Told[]>()
  for (const draft of drafts)
    if (draft.of.kind === 'ticket') {
      const told = { at: read.now, by, ...draft }
      const own = tickets.get(draft.of.id)
      if (own) own.push(told)
      else tickets.set(draft.of.id, [told])
    }
  const writes: Write[] = []
  const folded = new Map<string, object>()
  for (const [id, events] of tickets) {
    const stored = read.stored.find((record) => record.kind === 'ticket' && record.id === id)
    const before = (stored?.doc ?? null) as Ticket | null
    const version = (stored?.version ?? 0) + 1
    const told = measured(house, { before, version, events, rules: read.policies })
    folded.set(nameOf({ kind: 'ticket', id }), told.after as Ticket)
    if (told.made.length + told.amended.length > 0) writes.push(...(await writesOf(house, tenant, told)))
  }
  return { bring: [], set: [], clear: [], writes, folded }
}

async function writesOf({ store }: House, tenant: string, { made, amended: later }: Measured): Promise<Write[]> {
  const write = (measure: Measure, expected: number): Write => ({
    ...{ kind: 'measure', id: measure.id, expected, tip: '' },
    doc: { ...measure, version: expected + 1 } as unknown as JsonObject,
  })
  const ids = [...new Set(later.map(({ id }) => id))].filter((id) => made.every((measure) => measure.id !== id))
  const found =
    ids.length === 0
      ? []
      : await store.get(
          tenant,
          ids.map((id) => ({ kind: 'measure' as const, id })),
        )
  const rewritten = found.flatMap((record) =>
    record === null ? [] : [write(withLater(record.doc as unknown as Measure, later), record.version)],
  )
  return [...made.map((measure) => write(withLater(measure, later), 0)), ...rewritten]
}

/** A measure with all that a commit says of it. */
export function withLater(measure: Measure, later: readonly Amendment[]): Measure {
  return later.filter(({ id }) => id === measure.id).reduce(amended, measure)
}

/** An event as it was decided, or as the journal has it. */
type Told = Pick<Draft, 'name' | 'data' | 'of'> & { readonly at: Instant; readonly by: Happening['by'] }

/** What the events of one commit say of a ticket. */
export function measured(
  house: Pick<House, 'personal'>,
  told: {
    readonly before: Ticket | null
    readonly version: number
    readonly events: readonly Told[]
    readonly rules: MeasureRules
  },
): Measured & { readonly after: Ticket | null } {
  const { segment } = told.rules.reports
  const segmentField = segment === null || house.personal.ticket.includes(segment) ? null : segment
  const hours = hoursOf(told.rules)
  const made: Measure[] = []
  const later: Amendment[] = []
  let ticket = told.before
  for (const event of told.events) {
    const before = ticket
    const after = evolveWhole(before, event as Parameters<typeof evolveWhole>[1])
    const one = measuresOf({ event, before, after, version: told.version, by: event.by, hours, segmentField })
    made.push(...one.made)
    later.push(...one.amended)
    ticket = after
  }
  return { made, amended: later, after: ticket }
}

// Documents are read once for each version, so their identity tells the version.
const compiled = new WeakMap<object, Calendar>()

function hoursOf({ reports, calendars }: MeasureRules): Calendar | null {
  const definition = reports.hours === null ? undefined : calendars[reports.hours]
  if (definition === undefined) return null
  const known = compiled.get(definition) ?? calendar(definition as unknown as CalendarDefinition)
  compiled.set(definition, known)
  return known
}
