/** A commit moves the clocks of the tickets that it is about. */
import type { CommandHead, Draft } from '../domain/decider.ts'
import type { RecordRef } from '../domain/records.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import { fault } from './desk-faults.ts'
import type { SlaFollowed } from './follow-sla.ts'
import type { Read } from './read.ts'

/** Every ticket that something happens to, or that is to be looked at again, moves its clocks in the same commit. */
export function clocksAfter(
  { row }: { readonly row: CommandHead },
  { sla, refs, stored, now }: Read,
  drafts: readonly Draft[],
): SlaFollowed[] {
  if (sla === null) {
    if (drafts.some(({ name }) => name === 'sla.dueSet')) throw fault('sla.none', {})
    return []
  }
  const target = row.follows ? (refs[row.on as string] as RecordRef) : null
  const ids = new Set([
    ...(target ? [target.id] : []),
    ...drafts.filter(({ of }) => of.kind === 'ticket').map(({ of }) => of.id),
  ])
  return [...ids].map((id) => {
    const before = stored.find((record) => record.kind === 'ticket' && record.id === id)?.doc ?? null
    const own = drafts.filter(({ of }) => of.kind === 'ticket' && of.id === id)
    return sla.follow(sla, { ref: { kind: 'ticket', id }, before: before as Ticket | null, drafts: own }, now)
  })
}
