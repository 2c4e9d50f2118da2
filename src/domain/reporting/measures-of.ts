/** The one fold of measures: an event, and the ticket before and after it, become what reports count and time. In the commit and over the journal alike. */
import type { Ticket } from '../tickets/ticket.ts'
import type { Instant } from '../time.ts'
import { type Belonging, bucketOf, type Length, lengthFields, type Measurable, type Measure } from './measure.ts'

/** Working time between two instants; calendars have it. */
export interface WorkingHours {
  readonly between: (from: number, until: number) => number
}

/** One event of a ticket. */
export interface Happening {
  readonly event: { readonly name: string; readonly data: unknown; readonly at: Instant }
  /** `null`: it opens the ticket. */
  readonly before: Ticket | null
  readonly after: Ticket
  /** The ticket's, once the commit of the event is done. */
  readonly version: number
  /** Who did it. */
  readonly by: { readonly kind: string; readonly id: string }
  /** `null`: no working hours are named. */
  readonly hours: WorkingHours | null
  /** The ticket's own field that names the customer segment. */
  readonly segmentField: string | null
}

/** What a happening says of the ticket's latest solution, which has a measure already. */
export interface Amendment {
  readonly id: string
  readonly untilAgainAt?: Instant
  readonly untilReopenedAt?: Instant
}

export interface Measured {
  readonly made: readonly Measure[]
  readonly amended: readonly Amendment[]
}

const NOTHING: Measured = { made: [], amended: [] }

/** What a report is to know of an event. */
export function measuresOf(happening: Happening): Measured {
  const { before, after } = happening
  if (before === null || before.course === after.course) return NOTHING
  const [was, is] = [before.course, after.course]
  const last = solutionId(after.id, was.solves)
  if (was.repliedAt !== is.repliedAt && was.askedAt !== null)
    return madeOf(happening, 'firstReply', byAuthor(happening, lengthOf(happening, was.askedAt)))
  if (was.unansweredSince !== null && is.unansweredSince === null)
    return madeOf(happening, 'nextReply', byAuthor(happening, lengthOf(happening, was.unansweredSince)))
  if (was.solves !== is.solves)
    return madeOf(happening, is.solves === 1 ? 'solved' : 'solvedAgain', solution(happening))
  if (!was.askedAgain && is.askedAgain) return { made: [], amended: [{ id: last, untilAgainAt: happening.event.at }] }
  if (isUnsolved(before) === isUnsolved(after)) return NOTHING
  const what = (MOVES[happening.event.name as keyof typeof MOVES] ?? 'reopened') as Measurable
  const isReopened = what === 'reopened' && was.solves > 0
  return {
    ...madeOf(happening, what, {}),
    amended: isReopened ? [{ id: last, untilReopenedAt: happening.event.at }] : [],
  }
}

/** What brings an unsolved ticket into the backlog, or takes it out; any other way into it is a reopening. */
const MOVES = {
  'ticket.merged': 'merged',
  'ticket.unmerged': 'unmerged',
  'ticket.deleted': 'deleted',
  'ticket.restored': 'restored',
} as const satisfies Record<string, Measurable>

const solutionId = (ticketId: string, nth: number) => `${ticketId}/solved/${nth}`

function isUnsolved({ course }: Ticket): boolean {
  return course.stays.at(-1)?.[1] !== 'none'
}

function madeOf(happening: Happening, what: Measurable, more: Partial<Measure>): Measured {
  const { after, event, version } = happening
  const isSolution = what === 'solved' || what === 'solvedAgain'
  const made = {
    // A solution is found again by its number.
    id: isSolution ? solutionId(after.id, after.course.solves) : `${after.id}/${what}/${version}`,
    version: 1,
    ticketId: after.id,
    what,
    at: event.at,
    month: event.at.slice(0, 7),
    ...belongingOf(happening),
    ...more,
  } as Measure
  return { made: [made], amended: [] }
}

function belongingOf({ after, segmentField }: Happening): Belonging {
  const { assigneeId, teamId, channel, priority, organisationId, tags, fields } = after
  const segment = segmentField === null ? null : (fields[segmentField] ?? null)
  return {
    ...{ agentId: assigneeId, teamId, channel, priority, organisationId },
    segment: segment === null ? null : String(segment),
    tags: tags.length === 0 ? null : JSON.stringify([...tags].sort()),
  }
}

// Whose reply it is, not whose ticket.
function byAuthor({ event }: Happening, length: Partial<Measure>): Partial<Measure> {
  return { ...length, agentId: (event.data as { readonly authorId: string }).authorId }
}

function lengthOf({ event, hours }: Happening, from: Instant): Partial<Measure> {
  return lengthsOf('length', [[Date.parse(from), Date.parse(event.at)]], hours)
}

function solution(happening: Happening): Partial<Measure> {
  const { before, after, event, by, hours } = happening
  const { replies, contacts } = after.course
  const stays = (before as Ticket).course.stays.map(
    ([from, waits], index, all) => [Date.parse(from), Date.parse(all[index + 1]?.[0] ?? event.at), waits] as const,
  )
  const spent = (...whose: string[]) =>
    stays.flatMap(([from, until, waits]) => (whose.includes(waits) ? [[from, until] as const] : []))
  return {
    ...(by.kind === 'agent' ? { agentId: by.id } : {}),
    solvedBefore: (before as Ticket).course.solvedAt,
    replies,
    contacts,
    untilAgainMs: null,
    untilReopenedMs: null,
    ...lengthOf(happening, after.openedAt),
    ...lengthsOf('requester', spent('requester', 'hold'), hours),
    ...lengthsOf('agent', spent('agent'), hours),
    ...lengthsOf('hold', spent('hold'), hours),
  }
}

type Stretch = readonly [from: number, until: number]

function lengthsOf(length: Length, stretches: readonly Stretch[], hours: WorkingHours | null): Partial<Measure> {
  const [field, bucket] = lengthFields(length, 'calendar')
  const [workingField, workingBucket] = lengthFields(length, 'working')
  const ms = stretches.reduce((sum, [from, until]) => sum + until - from, 0)
  if (hours === null) return { [field]: ms, [bucket]: bucketOf(ms) }
  const workingMs = stretches.reduce((sum, [from, until]) => sum + hours.between(from, until), 0)
  return { [field]: ms, [bucket]: bucketOf(ms), [workingField]: workingMs, [workingBucket]: bucketOf(workingMs) }
}

/** A solution with what is known of it only later. */
export function amended(solved: Measure, { untilAgainAt, untilReopenedAt }: Amendment): Measure {
  const since = Date.parse(solved.at)
  return {
    ...solved,
    ...(untilAgainAt === undefined ? {} : { untilAgainMs: Date.parse(untilAgainAt) - since }),
    ...(untilReopenedAt === undefined ? {} : { untilReopenedMs: Date.parse(untilReopenedAt) - since }),
  }
}
