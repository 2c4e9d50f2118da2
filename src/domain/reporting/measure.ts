/** The words of measures: what is kept of each thing that reports count or time, as it was at its own instant. */
import type { FieldType } from '../condition.ts'
import type { TicketId } from '../ids.ts'
import type { Channel } from '../tickets/message.ts'
import type { Priority } from '../tickets/ticket.ts'
import type { Instant } from '../time.ts'

/** What a measure is of. All but replies move the backlog, as openings do, which tickets themselves tell of. */
export type Measurable =
  | 'firstReply'
  | 'nextReply'
  | 'solved'
  | 'solvedAgain'
  | 'reopened'
  | 'merged'
  | 'unmerged'
  | 'deleted'
  | 'restored'

/** Lengths that a measure may hold: of replies their waiting, of a solution the time since opening and how it was spent. */
export const LENGTHS = ['length', 'requester', 'agent', 'hold'] as const
export type Length = (typeof LENGTHS)[number]

/** By which time: all of it, or what lay in the working hours. */
export type TimeKind = 'calendar' | 'working'

/** Who and what a ticket belonged to at an instant: later changes rewrite no report. */
export interface Belonging {
  readonly agentId: string | null
  readonly teamId: string | null
  readonly channel: Channel
  readonly priority: Priority
  readonly organisationId: string | null
  /** The customer segment, as the policy says where to find it. */
  readonly segment: string | null
  /** Its tags in order, as JSON text; `null`: none. */
  readonly tags: string | null
}

/** Something that happened to a ticket once, with what reports ask of it. Its id begins with the ticket's. */
export interface Measure extends Belonging {
  readonly id: string
  readonly version: number
  readonly ticketId: TicketId
  readonly what: Measurable
  readonly at: Instant
  /** Of `at`, in UTC: `2026-03`. */
  readonly month: string
  /** Of solutions: when it was solved before. */
  readonly solvedBefore?: Instant | null
  /** Of solutions: public replies by human agents, and how often the customer had written, until then. */
  readonly replies?: number
  readonly contacts?: number
  /** Of solutions: how long it lasted until the customer wrote again, or it was reopened; `null`: that did not happen. */
  readonly untilAgainMs?: number | null
  readonly untilReopenedMs?: number | null
  /** `lengthMs`, `requesterWorkingMs` … and the bucket of each. */
  readonly [length: `${string}${'Ms' | 'Bucket'}`]: number | null | undefined
}

const RELATIVE = 2 ** 5

/**
 * Parts lengths into buckets that are about a thirtieth of the length wide: the count of each tells in which one a
 * median lies, and only that one is then looked at. A longer length is never in a lower bucket.
 */
export function bucketOf(ms: number): number {
  if (ms < 2 * RELATIVE) return Math.max(0, Math.floor(ms))
  let power = Math.floor(Math.log2(ms))
  if (2 ** power > ms) power--
  return (power - 5) * RELATIVE + Math.floor(ms / 2 ** (power - 5))
}

/** The field that holds a length, and the one that holds its bucket. */
export function lengthFields(length: Length, time: TimeKind): readonly [ms: `${string}Ms`, bucket: `${string}Bucket`] {
  const name = time === 'working' ? `${length}Working` : length
  return [`${name}Ms`, `${name}Bucket`]
}

const lengthNames = LENGTHS.flatMap((length) => [
  ...lengthFields(length, 'calendar'),
  ...lengthFields(length, 'working'),
])

const texts = [
  'ticketId',
  'what',
  'month',
  'agentId',
  'teamId',
  'channel',
  'priority',
  'organisationId',
  'segment',
  'tags',
]
const numbers = ['replies', 'contacts', 'untilAgainMs', 'untilReopenedMs', ...lengthNames]

/** What a store keeps beside the document. Of the rest, tags and segments may be long, and all else is seldom asked for. */
export const MEASURE_COLUMNS: readonly string[] = [
  ...['what', 'at', 'month', 'agentId', 'teamId', 'channel', 'priority', 'solvedBefore'],
  ...numbers,
]

/** Fields that conditions may name. */
export const measureFields: Readonly<Record<string, FieldType>> = {
  ...Object.fromEntries(texts.map((name) => [name, 'text'])),
  at: 'instant',
  solvedBefore: 'instant',
  ...Object.fromEntries(numbers.map((name) => [name, 'number'])),
}
