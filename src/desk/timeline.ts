/** What was said and done in a ticket, in order: the journal's events, with the messages that they brought. */
import type { Message } from '../domain/tickets/message.ts'
import type { TicketEvents } from '../domain/tickets/ticket.ts'
import type { DeskEvent } from './events.ts'
import type { Store, StoredEntry } from './ports.ts'

type TicketEvent = DeskEvent<keyof TicketEvents>

/** One line of a timeline; `message` stands with the events that posted, edited or redacted one. */
export interface TimelineEntry {
  readonly at: string
  readonly event: TicketEvent
  /** As it stands now: edited or redacted since, perhaps. */
  readonly message: Message | null
}

export interface Timeline {
  readonly entries: readonly TimelineEntry[]
  /** Hand it back as `after` for what follows; `null`: this was all. */
  readonly next: number | null
}

// What a requester may know of the work on their ticket; all else, internal messages above all, is not shown.
const PUBLIC_EVENTS: ReadonlySet<string> = new Set([
  'ticket.opened',
  'ticket.started',
  'ticket.resumed',
  'ticket.pended',
  'ticket.held',
  'ticket.solved',
  'ticket.reopened',
  'ticket.closed',
])

export async function readTimeline(
  store: Store,
  tenant: string,
  asked: {
    readonly ticketId: string
    readonly limit: number
    readonly after?: number | undefined
    readonly sees: 'everything' | 'public'
  },
): Promise<Timeline> {
  const { ticketId, limit, after = 0, sees } = asked
  const page = await store.history(tenant, { of: { kind: 'ticket', id: ticketId }, after, limit })
  const events = page.map((entry) => JSON.parse(entry.body) as TicketEvent)
  const messages = await messagesOf(store, tenant, events)
  const entries = events
    .map((event): TimelineEntry => ({ at: event.at, event, message: messages.get(messageIdOf(event) ?? '') ?? null }))
    .flatMap((entry) => (sees === 'everything' ? [entry] : publicEntry(entry)))
  return { entries, next: page.length < limit ? null : (page.at(-1) as StoredEntry).position }
}

/** The entry as the requester may read it: a public message without the texts it had before it was edited. */
function publicEntry(entry: TimelineEntry): TimelineEntry[] {
  if (PUBLIC_EVENTS.has(entry.event.name)) return [entry]
  const isPublic = entry.event.name === 'message.posted' && entry.message?.visibility === 'public'
  return isPublic ? [{ ...entry, message: { ...(entry.message as Message), edits: [] } }] : []
}

function messageIdOf(event: TicketEvent): string | null {
  return 'messageId' in event.data ? event.data.messageId : null
}

async function messagesOf(store: Store, tenant: string, events: readonly TicketEvent[]): Promise<Map<string, Message>> {
  const ids = [...new Set(events.map(messageIdOf).filter((id) => id !== null))]
  const records =
    ids.length === 0
      ? []
      : await store.get(
          tenant,
          ids.map((id) => ({ kind: 'message' as const, id })),
        )
  return new Map(records.flatMap((record) => (record === null ? [] : [[record.id, record.doc as unknown as Message]])))
}
