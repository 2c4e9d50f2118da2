/** Carries what happens to a ticket to its parent, its blockers' tickets and their counts, in the same commit, whoever set it off. */
import { type Draft, draft } from '../domain/decider.ts'
import type { TicketId } from '../domain/ids.ts'
import { standingOf } from '../domain/tickets/family.ts'
import { fault } from '../domain/tickets/family-refusals.ts'
import { mustStand } from '../domain/tickets/ticket-status.ts'
import { blocksFrom, mustFit } from './family-graph.ts'
import { type Closing, guardClosing, heldBy } from './family-guard.ts'
import {
  count,
  type FamilyFollowed,
  familyRef,
  familyWrites,
  type Kin,
  kinOf,
  learn,
  type Place,
  placeOf,
  tallyOf,
  ticketBefore,
  ticketIds,
  ticketNow,
  ticketRef,
} from './family-kin.ts'
import { followLinks, linkWrites } from './family-links.ts'
import { refuseKin } from './family-merge.ts'
import { tellFamilies, wakeTimers } from './family-news.ts'
import type { House } from './house.ts'
import type { Read } from './read.ts'

/**
 * What a command's events do to tickets that hang together: parents and children, counts, links, the guard of closing.
 *
 * @throws DeskError `ticket.cycle`, `ticket.too-deep`, `ticket.too-many-children`, `ticket.parent-solved`,
 *   `ticket.already-linked`, `ticket.guarded`, `ticket.merge-kin`.
 */
export async function followFamily(
  house: House,
  closing: Closing,
  known: { readonly read: Read; readonly drafts: readonly Draft[] },
): Promise<FamilyFollowed> {
  const kin = kinOf(house, closing.tenant, known)
  await learnTies(kin)
  await refuseKin(kin)
  await moveChildren(kin)
  await followLinks(kin)
  for (let moved = movedIn(kin); moved.length > 0; moved = movedIn(kin)) {
    for (const id of moved) await recount(kin, id)
    await tellFamilies(kin)
  }
  await tellFamilies(kin)
  if (guardClosing(kin, closing) === 'held') return heldBy(kin, known.drafts)
  const { read, drafts, checks, writes } = kin
  return { read, drafts, checks, writes: [...writes, ...linkWrites(kin), ...familyWrites(kin)], set: wakeTimers(kin) }
}

/** Reads what the tickets of a commit are tied to. */
async function learnTies(kin: Kin): Promise<void> {
  const ids = ticketIds(kin.drafts)
  const parents = ids.flatMap((id) => [ticketBefore(kin, id)?.parentId, ticketNow(kin, id)?.parentId])
  const all = new Set([...ids, ...parents.filter((id) => typeof id === 'string')])
  await learn(
    kin,
    [...all].flatMap((id) => [ticketRef(id), familyRef(id)]),
  )
}

/** Tells both parents of a move, and holds the limits of the tree. */
async function moveChildren(kin: Kin): Promise<void> {
  for (const id of ticketIds(kin.drafts)) {
    const from = ticketBefore(kin, id)?.parentId ?? null
    const to = ticketNow(kin, id)?.parentId ?? null
    if (from === to) continue
    if (to !== null) await mustFit(kin, { childId: id, toId: to })
    const data = { childId: id as TicketId }
    if (from !== null) kin.drafts.push(draft(ticketRef(from), 'ticket.childRemoved', data))
    if (to !== null) kin.drafts.push(draft(ticketRef(to), 'ticket.childAdded', data))
  }
}

/** The tickets that stand elsewhere than where they were counted. */
function movedIn(kin: Kin): string[] {
  return ticketIds(kin.drafts).filter((id) => {
    const was = placeOf(kin, id)
    const is = placeNow(kin, id)
    return was.parentId !== is.parentId || was.standing !== is.standing
  })
}

function placeNow(kin: Kin, id: string): Place {
  const ticket = ticketNow(kin, id)
  return { parentId: ticket?.parentId ?? null, standing: standingOf(ticket) }
}

const ones = (is: boolean): number => (is ? 1 : 0)

async function recount(kin: Kin, id: string): Promise<void> {
  const was = placeOf(kin, id)
  const is = placeNow(kin, id)
  kin.places.set(id, is)
  await learn(kin, [ticketRef(id), familyRef(id), ...parentRefs(was), ...parentRefs(is)])
  if (was.parentId !== null)
    count(kin, was.parentId, {
      children: -ones(was.standing !== 'gone'),
      openChildren: -ones(was.standing === 'open'),
    })
  if (is.parentId !== null)
    count(kin, is.parentId, { children: ones(is.standing !== 'gone'), openChildren: ones(is.standing === 'open') })
  if (is.parentId !== null && is.standing === 'open') await mustBeTaken(kin, id, { was, parentId: is.parentId })
  const opened = ones(is.standing === 'open') - ones(was.standing === 'open')
  if (opened !== 0) await recountBlocked(kin, id, opened)
}

function parentRefs({ parentId }: Place) {
  return parentId === null ? [] : [ticketRef(parentId), familyRef(parentId)]
}

/** An open child is given only to a parent that is at work and has room; one that opens again is where it was. */
async function mustBeTaken(
  kin: Kin,
  childId: string,
  { was, parentId }: { readonly was: Place; readonly parentId: string },
): Promise<void> {
  if (was.parentId === parentId) {
    kin.reopened.push({ childId, parentId })
    return
  }
  const parent = ticketNow(kin, parentId)
  if (parent === null) return
  mustStand(parent)
  if (parent.category === 'solved' && kin.policy.guard.parent === 'block')
    throw fault('ticket.parent-solved', { ticketId: parentId })
  const limit = kin.policy.openChildren
  if (tallyOf(kin, parentId).now.openChildren > limit)
    throw fault('ticket.too-many-children', { ticketId: parentId, limit })
}

/** One blocker more, or less, for each ticket that this one blocks. */
async function recountBlocked(kin: Kin, id: string, change: number): Promise<void> {
  if (tallyOf(kin, id).now.blocking === 0) return
  const stored = await blocksFrom(kin.house.store, kin.tenant, [id])
  const { added, removed } = kin.links
  const gone = new Set(removed.map(({ toId, fromId }) => `${fromId}:${toId}`))
  const links = [...stored, ...added.filter((link) => link.type === 'blocks' && link.fromId === id)]
  const ids = links.filter(({ fromId, toId }) => !gone.has(`${fromId}:${toId}`)).map(({ toId }) => toId)
  await learn(kin, ids.map(familyRef))
  for (const blocked of ids) count(kin, blocked, { openBlockers: change })
}
