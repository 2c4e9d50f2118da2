/** Where the fold looks up policies and working time: editions of policies, and versions of calendars from when they hold. */
import { compileCondition } from '../domain/condition-read.ts'
import { always } from './combine.ts'
import type { ExplainedHours } from './explain.ts'
import { type ClockBook, type Edition, editionNone } from './follow-ticket.ts'
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

/** A book that never changes; `'24/7'` is always in it. */
export function clockBook({
  policies,
  calendars,
}: {
  readonly policies: readonly SlaPolicy[]
  readonly calendars: ReadonlyMap<string, ClockHours>
}): DatedClockBook {
  const versions = new Map([...calendars].map(([name, hours]) => [name, [{ from: 0, hours }]]))
  return datedClockBook({ editions: [{ from: Number.NEGATIVE_INFINITY, edition: editionOf(1, policies) }], versions })
}

/** A book of all times. As it stands, it knows everything that was ever published. */
export interface DatedClockBook extends ClockBook {
  readonly hoursOf: (calendar: string) => ClockHours
  /** The book as it was at an instant: what is published holds from the very instant of its publication. */
  readonly at: (ms: number) => ClockBook
}

export interface Published {
  /** By ascending `from`. */
  readonly editions: readonly { readonly from: number; readonly edition: Edition }[]
  /** Of each calendar, by ascending `from`; at least one. */
  readonly versions: ReadonlyMap<string, readonly HoursVersion[]>
}

/** A book over all editions of policies and all versions of calendars. */
export function datedClockBook({ editions, versions }: Published): DatedClockBook {
  const numbered = new Map(editions.map(({ edition }) => [edition.number, edition]))
  const edition = (number: number) => numbered.get(number) ?? editionNone
  const changes = [...versions.values()].flatMap((list) => list.slice(1).map(({ from }) => from)).sort((a, b) => a - b)
  const known = new Map<number, ReadonlyMap<string, ClockHours>>()
  const hoursFrom = (count: number) => {
    const from = count === 0 ? Number.NEGATIVE_INFINITY : (changes[count - 1] as number)
    const hours = known.get(count) ?? hoursKnown(versions, from)
    known.set(count, hours)
    return (name: string) => hours.get(name) ?? always
  }
  const bookOf = (current: Edition, hours: number) => ({ current, edition, hours, hoursOf: hoursFrom(hours) })
  let last: ClockBook = bookOf(editions[0]?.edition ?? editionNone, 0)
  return {
    ...bookOf(editions.at(-1)?.edition ?? editionNone, changes.length),
    at: (ms) => {
      const current = editions.findLast(({ from }) => from <= ms)?.edition ?? editionNone
      const hours = changes.findLastIndex((from) => from <= ms) + 1
      if (last.current !== current || last.hours !== hours) last = bookOf(current, hours)
      return last
    },
  }
}

/** The hours of each calendar as they were known at an instant; the first version of each holds for all time before. */
function hoursKnown(versions: Published['versions'], at: number): ReadonlyMap<string, ClockHours> {
  return new Map(
    [...versions].map(([name, list]) => [name, hoursOverVersions(list.filter(({ from }, n) => n === 0 || from <= at))]),
  )
}
