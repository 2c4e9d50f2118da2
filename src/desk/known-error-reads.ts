/** Reads what the open incidents of a known error show. */
import { reachedRecords } from '../domain/access.ts'
import type { Condition } from '../domain/condition.ts'
import { meets } from '../domain/condition-read.ts'
import type { MessageId, TicketId } from '../domain/ids.ts'
import type { Link } from '../domain/tickets/links.ts'
import type { Message } from '../domain/tickets/message.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import type { Instant } from '../domain/time.ts'
import { notFound } from './desk-faults.ts'
import type { ReadContext } from './query.ts'

/** How to live with a problem that causes an incident. */
export interface Workaround {
  readonly problemId: TicketId
  /** The problem's number. */
  readonly number: number
  readonly messageId: MessageId
  /** The words, as they stand today. */
  readonly workaround: string
  readonly since: Instant
}

type Store = ReadContext<unknown>['house']['store']
// As many as one ticket may have causes.
const MOST = 500

/** Workarounds of the open problems that cause an open incident, the oldest first; none of one that is solved. */
export async function readWorkarounds(
  context: ReadContext<{ readonly ticketId: TicketId }>,
): Promise<readonly Workaround[]> {
  const { house, tenant, by, input, name } = context
  const { store } = house
  const incident = await docOf<Ticket>(store, tenant, { kind: 'ticket', ids: [input.ticketId] })
  const [ticket] = incident
  const isSeen = [name, 'ticket.get'].every((right) => meets(reachedRecords(by, right, 'ticket'), ticket ?? {}))
  if (ticket === undefined || !isSeen) throw notFound('ticket', input.ticketId)
  if (!isOpen(ticket)) return []
  const causes: Condition[] = [
    { field: 'toId', is: ticket.id },
    { field: 'type', is: 'causes' },
  ]
  const links = await store.find(tenant, 'link', { where: { all: causes }, order: [], limit: MOST, after: null })
  const ids = links.map(({ doc }) => (doc as unknown as Link).fromId)
  const problems = (await docOf<Ticket>(store, tenant, { kind: 'ticket', ids })).filter(isKnownError)
  const words = problems.flatMap(({ workaroundId }) => workaroundId ?? [])
  const messages = await docOf<Message>(store, tenant, { kind: 'message', ids: words })
  return problems.flatMap((problem) => {
    const message = messages.find((one) => one.id === problem.workaroundId && one.redactedAt === null)
    return message === undefined ? [] : [workaroundOf(problem, message)]
  })
}

async function docOf<T>(
  store: Store,
  tenant: string,
  { kind, ids }: { readonly kind: 'ticket' | 'message'; readonly ids: readonly string[] },
): Promise<T[]> {
  const found =
    ids.length === 0
      ? []
      : await store.get(
          tenant,
          ids.map((one) => ({ kind, id: one })),
        )
  return found.flatMap((record) => (record === null ? [] : [record.doc as unknown as T]))
}

function isOpen({ deletedAt, category }: Ticket): boolean {
  return deletedAt === null && category !== 'solved' && category !== 'closed'
}

function isKnownError(ticket: Ticket): boolean {
  return isOpen(ticket) && ticket.type === 'problem' && ticket.workaroundId !== null
}

function workaroundOf({ id: problemId, number }: Ticket, { id: messageId, body, postedAt }: Message): Workaround {
  return { problemId, number, messageId, workaround: body, since: postedAt }
}
