/** The same fold over the past: a ticket's journal, commit by commit, through policies of one's choice. */
import type { Happened } from '../domain/decider.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import { evolveTicket } from '../domain/tickets/ticket-evolve.ts'
import type { DatedClockBook } from '../sla/clock-book.ts'
import type { TicketClocks } from '../sla/clock-words.ts'
import { type ClockBook, type Edition, editionNone, type Followed, followTicket } from '../sla/follow-ticket.ts'
import type { DeskEvent } from './events.ts'
import { inputsOf, latestOf, subjectOf } from './follow-sla.ts'
import type { House } from './house.ts'

/** One commit of a ticket's past, and what the clocks made of it. */
export interface PastStep {
  readonly at: number
  readonly ticket: Ticket
  readonly followed: Followed
}

/** The book for each commit, by its instant and its position in the journal: another edition may have held then. */
export type BookAt = (ms: number, position?: number) => ClockBook

/** Plays a ticket's journal through a book. */
export async function* playPast(
  house: House,
  tenant: string,
  { id, bookAt }: { readonly id: string; readonly bookAt: BookAt },
): AsyncGenerator<PastStep> {
  let state: TicketClocks | null = null
  let ticket: Ticket | null = null
  for await (const { events, position } of commitsOf(house, tenant, id)) {
    const at = latestOf(state, Date.parse((events[0] as DeskEvent).at))
    for (const event of events)
      ticket = evolveTicket(ticket, {
        of: event.record,
        name: event.name,
        data: event.data,
        at: event.at,
      } as unknown as Parameters<typeof evolveTicket>[1])
    const inputs = inputsOf(events as unknown as readonly Happened[])
    const followed: Followed = followTicket(
      state,
      { at, inputs, subject: subjectOf(ticket as Ticket, house.personal.ticket) },
      bookAt(at, position),
    )
    state = followed.state
    yield { at, ticket: ticket as Ticket, followed }
  }
}

interface PastCommit {
  readonly events: readonly DeskEvent[]
  /** Of its first event, in the journal. */
  readonly position: number
}

/** A ticket's events, those of one commit together. */
async function* commitsOf({ store }: House, tenant: string, id: string): AsyncGenerator<PastCommit> {
  let commit: { events: DeskEvent[]; position: number } | null = null
  for (let after = 0; ; ) {
    const page = await store.history(tenant, { of: { kind: 'ticket', id }, after, limit: PAGE })
    for (const { body, position } of page) {
      const event = JSON.parse(body) as DeskEvent
      if (commit?.events[0]?.record.version === event.record.version) commit.events.push(event)
      else {
        if (commit !== null) yield commit
        commit = { events: [event], position }
      }
      after = position
    }
    if (page.length < PAGE) break
  }
  if (commit !== null) yield commit
}
const PAGE = 500

/** The book as of each instant: the edition that held then, and all calendars with their versions. */
export function bookAsOf(book: DatedClockBook): BookAt {
  return book.at
}

/** A ticket's facts from a time in which no policy held: clocks start from them, none has run yet. */
export async function clocksOfPast(
  house: House,
  tenant: string,
  { id, book }: { readonly id: string; readonly book: DatedClockBook },
): Promise<TicketClocks> {
  const none: Edition = editionNone
  let state: TicketClocks | null = null
  for await (const { followed } of playPast(house, tenant, {
    id,
    bookAt: () => ({ ...book, current: none, edition: () => none }),
  }))
    state = followed.state
  return state as unknown as TicketClocks
}
