/** How a state of the log becomes moves of a ticket, and what is left as a remark where the log contradicts itself. */
import { type Status, statusOf } from './desk-of-log.ts'

export type Verb = 'resume' | 'pend' | 'hold' | 'solve' | 'reopen' | 'close'

export interface Move {
  readonly does: Verb
  readonly status: Status
}

export interface Moves {
  readonly acts: readonly Move[]
  /** Where the ticket is after them. */
  readonly status: Status
  /** Why the ticket is not where the row says; `null` when it is. */
  readonly remark: 'closed again' | 'state not reached' | null
}

/** Where a move can lead: nothing comes back to new. */
type Reached = Exclude<Status, 'new'>

interface Place {
  readonly status: Status
  /** Whether the incident has later rows. */
  readonly place: 'between' | 'last'
  readonly reopened: 'reopened' | 'not reopened'
}

/**
 * The moves that take a ticket to where a row says the incident is.
 *
 * - Closed is final in this desk, and in the log it is not: four incidents have rows after it, which move `closed_at`.
 *   The last row closes; a Closed before it leaves the ticket resolved.
 * - A reopening is what the log counts as one. One row (INC0000137) says New after Resolved and counts nothing: its
 *   update counter is older than that of the row before it, so it is late, and the ticket stays resolved.
 */
export function movesOf(state: string, { status, place, reopened }: Place): Moves {
  const said = statusOf.get(state) ?? status
  const wanted = said === 'closed' && place === 'between' ? 'resolved' : said
  const path: Reached[] = []
  if (reopened === 'reopened') path.push(...(status === 'resolved' ? [] : ['resolved' as const]), 'active')
  const now = path.at(-1) ?? status
  const isBack = now === 'resolved' && wanted !== 'resolved' && wanted !== 'closed'
  if (wanted !== 'new' && wanted !== now && !isBack)
    path.push(...(wanted === 'closed' && now !== 'resolved' ? ['resolved' as const, wanted] : [wanted]))
  const end = path.at(-1) ?? status
  const remark = said === 'closed' && end !== 'closed' ? 'closed again' : end === said ? null : 'state not reached'
  return { acts: path.map((to, index) => moveTo(to, path[index - 1] ?? status)), status: end, remark }
}

function moveTo(status: Reached, from: Status): Move {
  switch (status) {
    case 'resolved':
      return { does: 'solve', status }
    case 'closed':
      return { does: 'close', status }
    case 'awaiting-user-info':
      return { does: 'pend', status }
    case 'active':
      return { does: from === 'resolved' ? 'reopen' : 'resume', status }
    case 'awaiting-problem':
    case 'awaiting-vendor':
    case 'awaiting-evidence':
      return { does: 'hold', status }
    default:
      return status satisfies never
  }
}
