/** Writes the one record that both ends of a link share, and counts blockers, from what the journals of the ends say. */

import type { TicketId } from '../domain/ids.ts'
import type { RecordRef } from '../domain/records.ts'
import { fault } from '../domain/tickets/family-refusals.ts'
import { LINK_TYPES, type Link, type LinkEnds, linkBetween, linkId } from '../domain/tickets/links.ts'
import { mustNotCircle } from './family-graph.ts'
import { count, familyRef, type Kin, learn, placeOf, storedOf } from './family-kin.ts'
import type { Write } from './ports.ts'

/**
 * Follows what was linked and unlinked.
 *
 * @throws DeskError `ticket.already-linked`, `ticket.cycle`.
 */
export async function followLinks(kin: Kin): Promise<void> {
  const { added, removed } = linksIn(kin)
  if (added.length + removed.length === 0) return
  await learn(
    kin,
    [...added, ...removed].flatMap((link) => [linkRef(link), familyRef(link.fromId), familyRef(link.toId)]),
  )
  kin.links.removed.push(...removed)
  for (const link of removed) {
    const stored = storedOf(kin, linkRef(link))
    if (stored === null) continue
    kin.writes.push({ ...linkRef(link), expected: stored.version, doc: null, tip: '' })
    countBlocks(kin, link, -1)
  }
  for (const link of added) await add(kin, link)
}

async function add(kin: Kin, link: LinkEnds): Promise<void> {
  const { type, fromId, toId } = link
  if (storedOf(kin, linkRef(link)) !== null)
    throw fault('ticket.already-linked', { ticketId: fromId, type, otherId: toId })
  if (type === 'blocks') await mustNotCircle(kin, link)
  kin.links.added.push(link)
  countBlocks(kin, link, 1)
}

/** The records of the links that a commit adds, as of its own instant, which is known when all is read. */
export function linkWrites({ links, read }: Kin): Write[] {
  const { now: at, by } = read
  return links.added.map((link) => {
    const doc: Link = { id: linkId(link), version: 1, ...link, at, by: by.actor }
    return { ...linkRef(link), expected: 0, doc: { ...doc, by: { ...by.actor } }, tip: '' }
  })
}

function linkRef(link: LinkEnds): RecordRef<'link'> {
  return { kind: 'link', id: linkId(link) }
}

/** What the blocker is at the moment is counted here; what it becomes in this commit is counted with its move. */
function countBlocks(kin: Kin, { type, fromId, toId }: LinkEnds, n: 1 | -1): void {
  if (type !== 'blocks') return
  count(kin, fromId, { blocking: n })
  count(kin, toId, { blockers: n, openBlockers: placeOf(kin, fromId).standing === 'open' ? n : 0 })
}

/** Each link once, though both of its ends tell it. A follow-up is linked by its opening. */
function linksIn({ drafts }: Kin): { added: LinkEnds[]; removed: LinkEnds[] } {
  const added = new Map<string, LinkEnds>()
  const removed = new Map<string, LinkEnds>()
  for (const event of drafts) {
    const ticketId = event.of.id as TicketId
    if (event.name === 'ticket.linked' || event.name === 'ticket.unlinked') {
      const link = linkBetween(event.data.type, ticketId, event.data.otherId)
      const list = event.name === 'ticket.linked' ? added : removed
      list.set(linkId(link), link)
    }
    if (event.name === 'ticket.opened' && event.data.followUpOf !== null) {
      const link = { type: LINK_TYPES[3], fromId: ticketId, toId: event.data.followUpOf }
      added.set(linkId(link), link)
    }
  }
  return { added: [...added.values()], removed: [...removed.values()] }
}
