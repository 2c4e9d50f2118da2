/** Reads what hangs on a ticket and what it is tied to: never more of it than the actor may get one by one. */
import { reachedRecords } from '../domain/access.ts'
import type { Condition } from '../domain/condition.ts'
import { meets } from '../domain/condition-read.ts'
import { linksOf } from '../domain/tickets/link-words.ts'
import { type Link, type LinkName, linkSeenFrom } from '../domain/tickets/links.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import { type Instant, toInstant } from '../domain/time.ts'
import { notFound } from './desk-faults.ts'
import type { ReadContext } from './query.ts'
import { growTree, type Tree } from './tree.ts'
import type { LinksInput, TreeInput } from './tree-inputs.ts'

/** A ticket at the other end of a link. */
export interface Relative {
  readonly ticketId: Ticket['id']
  readonly number: number
  readonly subject: string
  readonly status: string
  readonly category: Ticket['category']
}

/** A link as the ticket that was asked for calls it. */
export interface SeenLink extends Relative {
  readonly type: LinkName
  readonly at: Instant
  readonly by: Link['by']
}

/** How a ticket is tied to others. */
export interface Links {
  readonly parent: Relative | null
  /** Those whose other end is in sight; a page may hold fewer than its limit. */
  readonly items: readonly SeenLink[]
  /** Hand it back as `after` for the next page; `null`: this was the last. */
  readonly next: string | null
}

const MOST = 20_000

/** A ticket in sight with all that hangs on it, in one statement. */
export async function tree(context: ReadContext<TreeInput>): Promise<Tree> {
  const { house, tenant, input } = context
  const root = await mustSee(context, input.ticketId)
  const { ticketId, depth } = input
  const records = await house.store.descendants(tenant, ticketId, { depth, limit: MOST + 1 })
  const tickets = records.slice(0, MOST).map(({ doc }) => doc as unknown as Ticket)
  const at = toInstant(house.clock.now())
  return { root: growTree(root, tickets, { at, sight: sightOf(context) }), at, isCut: records.length > MOST }
}

/** One page of the links of a ticket in sight. */
export async function links(context: ReadContext<LinksInput>): Promise<Links> {
  const { house, tenant, input } = context
  const ticket = await mustSee(context, input.ticketId)
  const { limit, after } = input
  const page = await house.store.find(tenant, 'link', {
    where: whereLinks(input),
    order: [],
    limit: limit + 1,
    after: after === undefined ? null : { values: [], id: after },
  })
  const found = page.slice(0, limit).map(({ doc }) => doc as unknown as Link)
  const seen = found.map((link) => ({ link, ...linkSeenFrom(link, ticket.id) }))
  const relatives = await relativesOf(context, [ticket.parentId, ...seen.map(({ otherId }) => otherId)])
  return {
    parent: relatives[0] ?? null,
    items: seen.flatMap(({ link: { at, by }, name }, index): SeenLink[] => {
      const relative = relatives[index + 1]
      return relative ? [{ type: name, ...relative, at, by }] : []
    }),
    next: page.length > limit ? (page[limit - 1]?.id ?? null) : null,
  }
}

function whereLinks({ ticketId, type }: LinksInput): Condition {
  if (type !== undefined) return linksOf(ticketId, type)
  return {
    any: [
      { field: 'fromId', is: ticketId },
      { field: 'toId', is: ticketId },
    ],
  }
}

async function relativesOf(
  context: ReadContext<unknown>,
  ids: readonly (string | null)[],
): Promise<(Relative | null)[]> {
  const { house, tenant } = context
  const named = [...new Set(ids.filter((id) => id !== null))]
  const records = await house.store.get(
    tenant,
    named.map((id) => ({ kind: 'ticket', id })),
  )
  const sight = sightOf(context)
  const seen = new Map(
    records.flatMap((record) => (record && meets(sight, record.doc) ? [[record.id, relativeOf(record.doc)]] : [])),
  )
  return ids.map((id) => seen.get(id ?? '') ?? null)
}

function relativeOf(doc: object): Relative {
  const { id: ticketId, number, subject, status, category } = doc as Ticket
  return { ticketId, number, subject, status, category }
}

/** What this read may show: never more than getting tickets one by one does. */
function sightOf({ by, name }: Pick<ReadContext<unknown>, 'by' | 'name'>): Condition | null {
  const both = [reachedRecords(by, name, 'ticket'), reachedRecords(by, 'ticket.get', 'ticket')]
  return { all: both.filter((condition) => condition !== null) }
}

async function mustSee(context: ReadContext<unknown>, ticketId: string): Promise<Ticket> {
  const [record = null] = await context.house.store.get(context.tenant, [{ kind: 'ticket', id: ticketId }])
  if (record === null || !meets(sightOf(context), record.doc)) throw notFound('ticket', ticketId)
  return record.doc as unknown as Ticket
}
