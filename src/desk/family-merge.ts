/** Refuses to merge a ticket with one that it is a part of, however many generations lie between. */
import type { TicketId } from '../domain/ids.ts'
import { fault } from '../domain/tickets/ticket-refusals.ts'
import { type Kin, learn, storedOf, ticketBefore, ticketRef } from './family-kin.ts'

/**
 * Looks at the tree as it was before the commit, whose own moves would close a circle in it.
 *
 * @throws DeskError `ticket.merge-kin`.
 */
export async function refuseKin(kin: Kin): Promise<void> {
  for (const event of kin.drafts) {
    if (event.name !== 'ticket.absorbed') continue
    const ticketId = event.data.sourceId
    const into = event.of.id as TicketId
    if ((await above(kin, ticketId)).includes(into) || (await above(kin, into)).includes(ticketId))
      throw fault('ticket.merge-kin', { ticketId, into })
  }
}

/** The tickets that one is a part of, nearest first; each must stay as it was read until the commit. */
async function above(kin: Kin, ticketId: string): Promise<string[]> {
  const path: string[] = []
  for (let id = parentOf(kin, ticketId); id !== null && !path.includes(id); id = parentOf(kin, id)) {
    await learn(kin, [ticketRef(id)])
    kin.checks.push({ ...ticketRef(id), version: storedOf(kin, ticketRef(id))?.version ?? 0 })
    path.push(id)
  }
  return path
}

function parentOf(kin: Kin, id: string): string | null {
  return ticketBefore(kin, id)?.parentId ?? null
}
