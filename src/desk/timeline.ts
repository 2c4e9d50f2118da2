/** What was said and done in a ticket, in order: the journal's events, with the messages that they brought, and what was said in tickets merged into it. */
import type { Message } from '../domain/tickets/message.ts'
import type { TicketEvents } from '../domain/tickets/ticket.ts'
import type { DeskEvent } from './events.ts'
import type { Store, StoredEntry } from './ports.ts'

type TicketEvent = DeskEvent<keyof TicketEvents>

/** One line of a timeline; `message` stands with the events that brought, edited or redacted one, while it is in that ticket. */
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

const BROUGHT: ReadonlySet<string> = new Set(['message.posted', 'message.moved', 'message.copied'])

export async function readTimeline(
  store: Store,
  tenant: string,
  asked: {
    readonly ticketId: string
    /** Tickets merged into it whose messages are to be shown. */
    readonly with: readonly string[]
    readonly limit: number
    readonly after?: number | undefined
    readonly sees: 'everything' | 'public'
  },
): Promise<Timeline> {
  const { limit, sees } = asked
  const page = await pageOf(store, tenant, asked)
  const events = page
    .map((entry) => JSON.parse(entry.body) as TicketEvent)
    .filter((event) => !isShownThere(event, asked))
  const messages = await messagesOf(store, tenant, events)
  const entries = events
    .map((event): TimelineEntry => ({ at: event.at, event, message: messageOf(event, messages) }))
    .flatMap((entry) => (sees === 'everything' ? [entry] : publicEntry(entry)))
  return { entries, next: page.length < limit ? null : (page.at(-1) as StoredEntry).position }
}

const SAID = ['message.posted', 'message.moved', 'message.copied', 'message.edited', 'message.redacted']

/** The next entries of a ticket's journal, and of what was said in those merged into it, in the order in which they were committed. */
async function pageOf(
  store: Store,
  tenant: string,
  asked: {
    readonly ticketId: string
    readonly with: readonly string[]
    readonly limit: number
    readonly after?: number | undefined
  },
): Promise<StoredEntry[]> {
  const { limit, after = 0 } = asked
  const of = (id: string) => ({ of: { kind: 'ticket', id }, after, limit }) as const
  const parts = [store.history(tenant, of(asked.ticketId))]
  for (const id of asked.with) parts.push(store.history(tenant, { ...of(id), names: SAID }))
  const entries = (await Promise.all(parts)).flat()
  return entries.sort((a, b) => a.position - b.position).slice(0, limit)
}

/** Words that stand in a merged ticket are shown from its own journal. */
function isShownThere(event: TicketEvent, { with: shown }: { readonly with: readonly string[] }): boolean {
  return event.name === 'message.arrived' && shown.includes(event.data.inId)
}

/** The message of an event, where it still stands in the event's ticket: elsewhere others may read it. */
function messageOf(event: TicketEvent, messages: ReadonlyMap<string, Message>): Message | null {
  const message = messages.get(messageIdOf(event) ?? '')
  return message?.ticketId === event.record.id ? message : null
}

/** The entry as the requester may read it: a public message without the texts it had before it was edited. */
function publicEntry(entry: TimelineEntry): TimelineEntry[] {
  if (PUBLIC_EVENTS.has(entry.event.name)) return [entry]
  const isPublic = BROUGHT.has(entry.event.name) && entry.message?.visibility === 'public'
  return isPublic ? [{ ...entry, message: { ...(entry.message as Message), edits: [] } }] : []
}

/** Those of tickets' events that the requester may know of. */
export async function publicEvents(
  store: Store,
  tenant: string,
  events: readonly DeskEvent[],
): Promise<readonly DeskEvent[]> {
  const ofTickets = events as readonly TicketEvent[]
  const messages = await messagesOf(store, tenant, ofTickets)
  return ofTickets.filter(
    (event) => publicEntry({ at: event.at, event, message: messageOf(event, messages) }).length > 0,
  )
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
