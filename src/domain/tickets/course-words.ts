/** The words of a ticket's course, apart from its fold: the ticket's own words name them. */
import type { Instant } from '../time.ts'

/** Who waits for whom: the requester for the desk, the desk for the requester (`agent`), both for a third party (`hold`), or nobody. */
export type Waits = 'requester' | 'agent' | 'hold' | 'none'

export interface Course {
  /** When the customer first spoke; `null`: an agent opened the ticket, and nobody has written back. */
  readonly askedAt: Instant | null
  /** First public reply by a human agent. */
  readonly repliedAt: Instant | null
  /** The oldest customer message unanswered since the last such reply. */
  readonly unansweredSince: Instant | null
  /** Public replies by human agents, without what an agent opened it with. */
  readonly replies: number
  /** How often its customer has written; a ticket that became part of it counts once more. */
  readonly contacts: number
  /** Who waited for whom, each from an instant on. */
  readonly stays: readonly (readonly [from: Instant, waits: Waits])[]
  readonly solves: number
  /** When it was last solved, reopened since or not. */
  readonly solvedAt: Instant | null
  /** Whether its customer has written since it was last solved. */
  readonly askedAgain: boolean
}
