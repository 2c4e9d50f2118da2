/** What must hold in a desk after every step, whatever the steps were: the checks, by their lasting names. */
import type { DeskEvent, StoredEntry } from 'deskwright'
import { expect } from 'vitest'
import type { Agent } from '../../src/domain/people/people.ts'
import type { Message } from '../../src/domain/tickets/message.ts'
import type { Category, StatusMove, Ticket } from '../../src/domain/tickets/ticket.ts'
import { CATEGORY_GRAPH } from '../../src/domain/tickets/ticket-status.ts'
import type { Site } from './program.ts'

type Kind = 'ticket' | 'message' | 'agent'

async function all<T>({ store, tenant }: Site, kind: Kind): Promise<T[]> {
  const records = await store.find(tenant, kind, { where: null, order: [], limit: 1000, after: null })
  return records.map((record) => record.doc as unknown as T)
}

/** Messages that were acknowledged: where they stood must stay. */
export type Acknowledged = Map<string, { readonly seq: number; readonly ticketId: string }>

/** @param acknowledged - carried from check to check; new messages are added. */
export async function mustHold(site: Site, acknowledged: Acknowledged): Promise<void> {
  const tickets = await all<Ticket>(site, 'ticket')
  const messages = await all<Message>(site, 'message')
  const agents = new Map((await all<Agent>(site, 'agent')).map((agent) => [agent.id, agent]))
  const entries = await site.store.history(site.tenant, { limit: 1000 })
  expect(entries.length).toBeLessThan(1000)
  versionsGrowByOne(entries)
  statusesFollowTheGraph(entries)
  expect((await site.desk.verify({ tenant: site.tenant })).findings).toEqual([])
  expect(new Set(tickets.map((ticket) => ticket.number)).size).toBe(tickets.length)
  messagesStay(tickets, messages, acknowledged)
  for (const ticket of tickets) {
    const isWork = ticket.category !== 'solved' && ticket.category !== 'closed'
    if (isWork && ticket.assigneeId !== null) expect(agents.get(ticket.assigneeId)?.active).toBe(true)
    expect(ticket.solvedAt !== null).toBe(!isWork)
    expect(ticket.closedAt !== null).toBe(ticket.category === 'closed')
  }
  await customersReadNoNotes(site, tickets)
}

/** I1, I10: versions of a record grow by one, places within a commit count from 0, each event has its actor, time and cause. */
function versionsGrowByOne(entries: readonly StoredEntry[]): void {
  const last = new Map<string, { version: number; n: number; at: string }>()
  for (const { kind, id, version, n, at, body } of entries) {
    const before = last.get(`${kind}/${id}`) ?? { version: 0, n: -1, at: '' }
    const isNext = version === before.version ? n === before.n + 1 : version === before.version + 1 && n === 0
    expect([id, version, n, isNext]).toEqual([id, version, n, true])
    expect(at >= before.at).toBe(true)
    last.set(`${kind}/${id}`, { version, n, at })
    const event = JSON.parse(body) as DeskEvent
    expect([typeof event.by.kind, typeof event.by.id, event.at, Array.isArray(event.cause)]).toEqual([
      'string',
      'string',
      at,
      true,
    ])
  }
}

/** I3: statuses move along the graph, and closed is never left. */
function statusesFollowTheGraph(entries: readonly StoredEntry[]): void {
  const at = new Map<string, Category>()
  for (const { id, body } of entries) {
    const { name, data } = JSON.parse(body) as DeskEvent
    if (name === 'ticket.opened') at.set(id, data.category)
    if (!('category' in data && 'from' in data)) continue
    const { category } = data as StatusMove
    expect([...CATEGORY_GRAPH[at.get(id) ?? 'closed'], at.get(id)]).toContain(category)
    expect(at.get(id)).not.toBe('closed')
    at.set(id, category)
  }
}

/** I5: what was acknowledged is there for ever, in its place; places in a thread have no holes. */
function messagesStay(tickets: readonly Ticket[], messages: readonly Message[], acknowledged: Acknowledged): void {
  for (const { id, seq, ticketId } of messages) {
    const before = acknowledged.get(id)
    if (before) expect({ seq, ticketId }).toEqual(before)
    acknowledged.set(id, { seq, ticketId })
  }
  expect(acknowledged.size).toBe(messages.length)
  for (const ticket of tickets) {
    const places = messages.filter((message) => message.ticketId === ticket.id).map((message) => message.seq)
    expect(places.sort((a, b) => a - b)).toEqual(Array.from({ length: ticket.messageCount }, (_, n) => n + 1))
  }
}

/** I6: no customer reads an internal word, in any ticket that they can see. */
async function customersReadNoNotes({ desk, tenant, customers }: Site, tickets: readonly Ticket[]): Promise<void> {
  for (const id of customers) {
    const acting = desk.as({ tenant, by: { kind: 'customer', id } })
    for (const ticket of tickets) {
      const told = await acting.ticket.timeline({ ticketId: ticket.id }).catch(() => null)
      expect(JSON.stringify(told)).not.toContain('NOTE')
    }
  }
}
