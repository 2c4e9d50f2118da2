/** Tells, before anything more is read or loaded, whether what happens to tickets concerns others: most of it does not. */
import type { Draft, EventName } from '../domain/decider.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import type { StoredRecord } from './ports.ts'

const TIES: ReadonlySet<EventName> = new Set(['ticket.childOf', 'ticket.linked', 'ticket.unlinked'])
const ENDS: ReadonlySet<EventName> = new Set(['ticket.deleted', 'ticket.restored', 'ticket.merged', 'ticket.unmerged'])

/** Whether events tie tickets together, or move one that is tied to another between open, solved and set aside. */
export function concernsFamily(drafts: readonly Draft[], stored: readonly StoredRecord[]): boolean {
  return drafts.some((event) => {
    if (event.of.kind !== 'ticket') return false
    if (TIES.has(event.name)) return true
    if (event.name === 'ticket.opened') return (event.data.parentId ?? event.data.followUpOf ?? null) !== null
    return (ENDS.has(event.name) || 'category' in event.data) && isTied(event.of.id, stored)
  })
}

function isTied(id: string, stored: readonly StoredRecord[]): boolean {
  const doc = stored.find((record) => record.kind === 'ticket' && record.id === id)?.doc as unknown as
    | Ticket
    | undefined
  return doc !== undefined && (doc.related || doc.parentId !== null)
}
