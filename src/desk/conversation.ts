/** What was said in a ticket and in those merged into it, as one conversation: to each reader what they may read of each. */
import { reachedRecords } from '../domain/access.ts'
import type { Condition } from '../domain/condition.ts'
import { meets } from '../domain/condition-read.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Message } from '../domain/tickets/message.ts'
import { readCursor, writeCursor } from './cursor.ts'
import type { Order } from './ports.ts'

import type { ReadContext } from './query.ts'

/** Whether the actor reads all of a ticket, or what its requester may read. */
export type Sees = 'everything' | 'public'

/**
 * The tickets merged into one whose messages the actor may read. Who works on a ticket reads all of it. A customer
 * reads of each ticket what they could read were it alone: a merge shows nobody what another one wrote.
 */
export async function mergedInSight(
  { house, tenant, by, name }: ReadContext<unknown>,
  ticket: JsonObject,
  sees: Sees,
): Promise<readonly string[]> {
  const absorbed = ticket.absorbed as readonly string[]
  if (sees === 'everything' || absorbed.length === 0) return absorbed
  const records = await house.store.get(
    tenant,
    absorbed.map((id) => ({ kind: 'ticket' as const, id })),
  )
  const reached = reachedRecords(by, name, 'ticket')
  return records.flatMap((record) => (record !== null && meets(reached, record.doc) ? [record.id] : []))
}

// Ties are broken by id: of messages of one millisecond the one that was made first comes first.
const ORDER: readonly Order[] = [{ field: 'postedAt', direction: 'asc' }]

interface Asked {
  readonly ticketId: string
  readonly limit: number
  readonly after?: string | undefined
}

/** One page of a conversation; of public messages, to who may not read internal ones, without the texts they had before. */
export async function readConversation(
  context: ReadContext<Asked>,
  getTicket: (id: string) => Promise<JsonObject>,
): Promise<{ readonly items: readonly Message[]; readonly next: string | null }> {
  const { house, tenant, by, input } = context
  const ticket = await getTicket(input.ticketId)
  const sees = meets(reachedRecords(by, 'ticket.readInternal', 'ticket'), ticket) ? 'everything' : 'public'
  const ids = [input.ticketId, ...(await mergedInSight(context, ticket, sees))]
  const where: Condition = { field: 'ticketId', in: ids }
  const found = await house.store.find(tenant, 'message', {
    where: sees === 'everything' ? where : { all: [where, { field: 'visibility', is: 'public' }] },
    order: ORDER,
    limit: input.limit + 1,
    after: input.after === undefined ? null : readCursor(input.after, ORDER),
  })
  const items = found.slice(0, input.limit).map(({ doc }) => doc as unknown as Message)
  const last = found[input.limit - 1]
  return {
    items: sees === 'everything' ? items : items.map((message) => ({ ...message, edits: [] })),
    next: found.length > input.limit && last ? writeCursor(last, ORDER) : null,
  }
}
