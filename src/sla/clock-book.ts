/** Where the fold looks up policies and working time: editions of policies, and versions of calendars from when they hold. */
import { compileCondition } from '../domain/condition-read.ts'
import { always } from './combine.ts'
import type { ExplainedHours } from './explain.ts'
import type { ClockBook, Edition } from './follow-ticket.ts'
import type { Hours } from './sla-clock.ts'
import type { SlaPolicy } from './sla-policy.ts'

/** Hours that clocks run by and that can be explained: every calendar is such. */
export type ClockHours = Hours & ExplainedHours

/** One version of a calendar's hours, and the instant from which it holds; the first one holds for all time before. */
export interface HoursVersion {
  readonly from: number
  readonly hours: ClockHours
}

/**
 * Working time over versions of a calendar: each version counts from its own instant on, so that publishing new hours
 * never changes what was counted before.
 *
 * @param versions - at least one, by ascending `from`.
 */
export function hoursOverVersions(versions: readonly HoursVersion[]): ClockHours {
  const [first] = versions
  if (first === undefined) return always
  if (versions.length === 1) return first.hours
  const pieces = versions.map(({ hours }, index) => ({
    hours,
    from: index === 0 ? Number.NEGATIVE_INFINITY : (versions[index] as HoursVersion).from,
    until: versions[index + 1]?.from ?? Number.POSITIVE_INFINITY,
  }))
  const between = (a: number, b: number): number =>
    b < a
      ? -between(b, a)
      : pieces.reduce((sum, { hours, from, until }) => {
          const start = Math.max(a, from)
          const end = Math.min(b, until)
          return end > start ? sum + hours.between(start, end) : sum
        }, 0)
  return {
    between,
    add: (instant, ms) => (ms < 0 ? addBack(pieces, instant, -ms) : addOn(pieces, instant, ms)),
    timeZone: (versions.at(-1) as HoursVersion).hours.timeZone,
    spans: (a, b) => pieces.flatMap(({ hours, from, until }) => hours.spans(Math.max(a, from), Math.min(b, until))),
    exceptionAt: (at) => pieces.find(({ from, until }) => at >= from && at < until)?.hours.exceptionAt?.(at) ?? null,
  }
}

interface Piece extends HoursVersion {
  readonly until: number
}

function addOn(pieces: readonly Piece[], instant: number, ms: number): number | null {
  let rest = ms
  for (const { hours, from, until } of pieces) {
    if (until <= instant) continue
    const start = Math.max(instant, from)
    const end = hours.add(start, rest)
    if (end !== null && (end < until || (end === until && rest > 0))) return end
    if (until !== Number.POSITIVE_INFINITY) rest -= hours.between(start, until)
  }
  return null
}

function addBack(pieces: readonly Piece[], instant: number, ms: number): number | null {
  let rest = ms
  for (const { hours, from, until } of [...pieces].reverse()) {
    if (from >= instant) continue
    const start = Math.min(instant, until)
    const end = hours.add(start, -rest)
    if (end !== null && end >= from) return end
    if (from !== Number.NEGATIVE_INFINITY) rest -= hours.between(from, start)
  }
  return null
}

/** An edition of policies, its conditions made ready for many tickets. */
export function editionOf(number: number, policies: readonly SlaPolicy[]): Edition {
  const tests = policies.map((policy) => ({ policy, meets: compileCondition(policy.match) }))
  return { number, policies, match: (record) => tests.find((test) => test.meets(record))?.policy ?? null }
}

/** A book over all editions and all calendars; `'24/7'` is always in it. */
export function clockBook(known: {
  readonly editions: ReadonlyMap<number, Edition>
  readonly current: Edition
  readonly calendars: ReadonlyMap<string, ClockHours>
}): ClockBook & { readonly hoursOf: (calendar: string) => ClockHours } {
  const { editions, current, calendars } = known
  return {
    current,
    edition: (number) => editions.get(number) ?? current,
    hoursOf: (name) => calendars.get(name) ?? always,
  }
}

/** A book, and when each edition held, for those who read the past. */
export interface DatedClockBook extends ClockBook {
  readonly hoursOf: (calendar: string) => ClockHours
  /** The edition in force at an instant; an edition holds from the very instant of its publication. */
  readonly editionAt: (ms: number) => Edition
}
