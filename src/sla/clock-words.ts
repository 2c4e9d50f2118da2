/** The words of the fold: what clocks are told, and what they answer. */
import type { Clock } from './sla-clock.ts'
import type { ClockCategory, Metric, WAITING_ON_CHILD } from './sla-policy.ts'

/** What happened to a ticket, as far as clocks care. */
export type ClockInput =
  | {
      readonly type: 'created'
      readonly by: 'customer' | 'agent'
      readonly category: ClockCategory
      readonly status: string
    }
  | { readonly type: 'customerMessage' }
  | { readonly type: 'agentMessage' }
  | { readonly type: 'botMessage' }
  | { readonly type: 'note' }
  | { readonly type: 'autoMessage' }
  | { readonly type: 'status'; readonly category: ClockCategory; readonly status: string }
  | { readonly type: 'team'; readonly teamId: string | null }
  /** It waits for a child that is open, until all are done. */
  | { readonly type: 'waitStarted' }
  | { readonly type: 'waitEnded' }
  /** The ticket was merged, deleted, or found to be spam: its clocks end with that reason. */
  | { readonly type: 'ended'; readonly reason: string }
  | { readonly type: 'restored' }
  /** A ticket whose customer waits for an answer became part of this one: who waits here waits no shorter. */
  | { readonly type: 'inherited'; readonly since: number }
  /** A due instant set by hand; `null` clears it. */
  | { readonly type: 'due'; readonly metric: Metric; readonly dueAt: number | null }

/** What the clocks must know of the ticket beside its messages, after the events of one instant. */
export interface ClockSubject {
  readonly priority: string | null
  /** What policies match against. */
  readonly record: object
}

/** Everything that happened to a ticket at one instant. */
export interface ClockBatch {
  readonly at: number
  readonly inputs: readonly ClockInput[]
  readonly subject: ClockSubject
}

export type ClockEventName =
  | 'sla.started'
  | 'sla.warned'
  | 'sla.breached'
  | 'sla.met'
  | 'sla.paused'
  | 'sla.resumed'
  | 'sla.cancelled'
  | 'sla.changed'

/** Something that a clock did, at its own instant: a breach happens when it is due, whoever notices it when. */
export interface ClockHappening {
  readonly name: ClockEventName
  readonly at: number
  readonly metric: Metric
  readonly cycle: number
  readonly policy: string
  readonly dueAt: number | null
  /** Of warnings: which level. */
  readonly level?: string
  /** Of breaches: it was late already when its policy attached. */
  readonly retroactive?: boolean
  /** Of those: its clock goes on from one that was late, and was told so then. */
  readonly again?: boolean
  /** Of cancellations. */
  readonly reason?: string
  /** Of a clock that was met: whether it was late. */
  readonly late?: boolean
}

/** Since when a ticket is in a status; the category is `null` where it was set aside. */
export type Stay = readonly [
  at: number,
  category: ClockCategory | null,
  status: string,
  waits?: typeof WAITING_ON_CHILD | undefined,
]

/** What a ticket's past says to clocks that are yet to start. Instants are epoch milliseconds. */
export interface ClockFacts {
  readonly createdAt: number
  readonly category: ClockCategory
  readonly status: string
  /** Set while the ticket waits for open children. */
  readonly waits?: typeof WAITING_ON_CHILD | undefined
  /** Where the status, or the waiting, changed, in order. */
  readonly statuses: readonly Stay[]
  /** When the customer first spoke; `null`: an agent opened the ticket, and nobody has written back. */
  readonly askedAt: number | null
  /** Since when a first reply is waited for; `null`: it is not. */
  readonly firstReplyFrom: number | null
  readonly repliedAt: number | null
  /** The oldest customer message unanswered since the last public agent message, after a first reply. */
  readonly unansweredSince: number | null
  readonly lastReplyAt: number | null
  readonly firstSolvedAt: number | null
  readonly teamId: string | null
  readonly teamSince: number | null
  readonly ended: string | null
}

/** All clocks of a ticket: of each metric the one that lives, or the last one that ended. Plain JSON. */
export interface TicketClocks {
  readonly facts: ClockFacts
  /** The policy that matched; `null`: none. */
  readonly policy: string | null
  /** Which edition of the list of policies it was matched in, and which versions of the calendars were known. */
  readonly edition: number
  readonly hours: number
  /** The instant of the latest change; clocks never go back before it. */
  readonly at: number
  readonly clocks: { readonly [M in Metric]?: Clock }
}
