/** What a link says in the journals of both ends, and how the links of a ticket are looked for. */
import type { Condition } from '../condition.ts'
import { type Draft, draft } from '../decider.ts'
import type { TicketId } from '../ids.ts'
import { inverseOf, LINK_TYPES, type LinkName } from './links.ts'

interface Tie {
  readonly ticketId: TicketId
  readonly type: LinkName
  readonly otherId: TicketId
}

/** What a link, or its end, says on the journals of both ends. */
export function linkDrafts(name: 'ticket.linked' | 'ticket.unlinked', { ticketId, type, otherId }: Tie): Draft[] {
  return [
    draft({ kind: 'ticket', id: ticketId }, name, { type, otherId }),
    draft({ kind: 'ticket', id: otherId }, name, { type: inverseOf(type), otherId: ticketId }),
  ]
}

/** The links that a ticket calls by this name, as a condition on links. */
export function linksOf(ticketId: TicketId, name: LinkName): Condition {
  const own = (field: 'fromId' | 'toId'): Condition => ({ field, is: ticketId })
  if (name === 'relates') return { all: [{ any: [own('fromId'), own('toId')] }, { field: 'type', is: name }] }
  const isForward = LINK_TYPES.some((one) => one === name)
  return { all: [own(isForward ? 'fromId' : 'toId'), { field: 'type', is: isForward ? name : inverseOf(name) }] }
}
