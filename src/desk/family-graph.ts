/** Refuses circles and trees that are too deep, and sees to it that the paths it looked at still stand at the commit. */
import type { Condition } from '../domain/condition.ts'
import { fault } from '../domain/tickets/family-refusals.ts'
import { type Link, type LinkEnds, linkId } from '../domain/tickets/links.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import { fault as refused } from '../domain/tickets/ticket-refusals.ts'
import { type Kin, learn, storedOf, ticketBefore, ticketNow, ticketRef } from './family-kin.ts'
import type { Store, StoredRecord } from './ports.ts'

/** A ticket that becomes a part of another one. */
export interface Move {
  readonly childId: string
  readonly toId: string
}

/**
 * Refuses a parent that is below its child, and a tree deeper than the policy allows.
 *
 * Every ticket of the path up, and every one below a ticket that is moved, must still be as it was read when this
 * commits. Whoever gives one of them another parent, or a child, writes it: so no two halves of a circle can pass each
 * other, and no tree grows too deep from two ends.
 */
export async function mustFit(kin: Kin, { childId, toId }: Move): Promise<void> {
  const above = await pathUp(kin, toId)
  if (above.some(({ id }) => id === childId))
    throw cycle('parent and child', [ticketNow(kin, childId) as Ticket, ...above])
  const depth = above.length + (await heightOf(kin, childId, above.length))
  const limit = kin.policy.depth
  if (depth > limit) throw fault('ticket.too-deep', { ticketId: childId, depth, limit })
}

/** A ticket and all that it is a part of, up to the root; a circle that stood already ends it. */
async function pathUp(kin: Kin, fromId: string): Promise<Ticket[]> {
  const path: Ticket[] = []
  for (let id: string | null = fromId; id !== null && !path.some((ticket) => ticket.id === id); ) {
    const ticket = await pinned(kin, id)
    if (ticket === null) break
    path.push(ticket)
    id = ticket.parentId
  }
  return path
}

/** A ticket as it is now, which must be as it was read until the commit. */
async function pinned(kin: Kin, id: string): Promise<Ticket | null> {
  const record = storedOf(kin, ticketRef(id)) ?? (await fetched(kin, id))
  if (record !== null) kin.checks.push({ kind: 'ticket', id, version: record.version })
  return ticketNow(kin, id) ?? (record?.doc as unknown as Ticket | undefined) ?? null
}

async function fetched({ house, tenant }: Kin, id: string): Promise<StoredRecord | null> {
  return (await house.store.get(tenant, [ticketRef(id)]))[0] ?? null
}

const MOST_MOVED = 10_000

/** How many generations hang on a ticket, as far as it matters; each ticket of them must stay as it is until the commit. */
async function heightOf(kin: Kin, id: string, above: number): Promise<number> {
  if (ticketBefore(kin, id)?.related !== true) return 0
  const depth = Math.max(1, kin.policy.depth - above + 1)
  const below = await kin.house.store.descendants(kin.tenant, id, { depth, limit: MOST_MOVED + 1 })
  if (below.length > MOST_MOVED)
    throw refused('ticket.too-many', { ticketId: id, what: 'tickets below it while it is moved', limit: MOST_MOVED })
  const levels = new Map([[id, 0]])
  for (const { id: childId, version, doc } of below) {
    levels.set(childId, (levels.get(String(doc.parentId)) ?? 0) + 1)
    kin.checks.push({ kind: 'ticket', id: childId, version })
  }
  return Math.max(...levels.values())
}

function cycle(relation: string, path: readonly Ticket[]): Error {
  return fault('ticket.cycle', { relation, path: path.map(({ id, number }) => ({ ticketId: id, number })) })
}

/** Refuses a ticket that would block, through others, itself. */
export async function mustNotCircle(kin: Kin, { fromId, toId }: LinkEnds): Promise<void> {
  await lock(kin)
  const ids = await pathOfBlocks(kin.house.store, kin.tenant, { fromId: toId, toId: fromId, ...kin.links })
  if (ids === null) return
  const path = await Promise.all(ids.map(async (id) => ticketNow(kin, id) ?? (await fetched(kin, id))?.doc))
  throw cycle('blocks', [path.at(-1), ...path] as Ticket[])
}

const LOCK = { kind: 'graph', id: 'blocks' } as const

/** Read before the paths are: they may lead through any number of tickets, so all who add to them meet at one record. */
async function lock(kin: Kin): Promise<void> {
  if (kin.writes.some(({ kind }) => kind === LOCK.kind)) return
  await learn(kin, [LOCK])
  const expected = storedOf(kin, LOCK)?.version ?? 0
  kin.writes.push({ ...LOCK, expected, tip: '', doc: { id: LOCK.id, version: expected + 1 } })
}

const AT_ONCE = 200
const PAGE = 1000

/**
 * The ids from one ticket to another along `blocks`, both included, the fewest steps; `null`: no path leads there.
 *
 * @param sought - `added` and `removed` are links that a commit is about to change.
 */
export async function pathOfBlocks(
  store: Pick<Store, 'find'>,
  tenant: string,
  sought: {
    readonly fromId: string
    readonly toId: string
    readonly added: readonly LinkEnds[]
    readonly removed: readonly LinkEnds[]
  },
): Promise<string[] | null> {
  const before = new Map<string, string | null>([[sought.fromId, null]])
  const gone = new Set(sought.removed.map(linkId))
  let edge = [sought.fromId]
  while (edge.length > 0 && !before.has(sought.toId)) {
    const links: LinkEnds[] = sought.added.filter(({ type, fromId }) => type === 'blocks' && edge.includes(fromId))
    for (let n = 0; n < edge.length; n += AT_ONCE)
      links.push(...(await blocksFrom(store, tenant, edge.slice(n, n + AT_ONCE))))
    edge = []
    for (const link of links) {
      if (gone.has(linkId(link)) || before.has(link.toId)) continue
      before.set(link.toId, link.fromId)
      edge.push(link.toId)
    }
  }
  if (!before.has(sought.toId)) return null
  const path: string[] = []
  for (let id: string | null = sought.toId; id !== null; id = before.get(id) ?? null) path.unshift(id)
  return path
}

/** All links by which some tickets block others. */
export async function blocksFrom(store: Pick<Store, 'find'>, tenant: string, ids: readonly string[]): Promise<Link[]> {
  const where: Condition = {
    all: [
      { field: 'fromId', in: ids },
      { field: 'type', is: 'blocks' },
    ],
  }
  const links: Link[] = []
  for (let after: { values: []; id: string } | null = null; ; ) {
    const page = await store.find(tenant, 'link', { where, order: [], limit: PAGE, after })
    links.push(...page.map(({ doc }) => doc as unknown as Link))
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return links
    after = { values: [], id: last.id }
  }
}
