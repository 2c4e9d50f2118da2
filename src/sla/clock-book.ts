/** Where the fold looks up policies and working time: editions of policies, and versions of calendars from when they hold. */
import { compileCondition } from '../domain/condition-read.ts'
import { always } from './combine.ts'
import type { ExplainedHours } from './explain.ts'
import { type ClockBook, type Edition, editionNone } from './follow-ticket.ts'
import type { Hours } from './sla-clock.ts'
import type { SlaPolicy } from './sla-policy.ts'

/** Hours that clocks run by and that can be explained: every calendar is such. */
export type ClockHours = Hours & ExplainedHours

/** When something was published: it holds from that instant on. */
export interface Publication {
  readonly from: number
  /** In the journal. Absent: known at all times. */
  readonly position?: number
}

/** One version of a calendar's hours; the first one holds for all time before, too. */
export interface HoursVersion extends Publication {
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
      ? 0 - between(b, a)
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
  /**
   * The book as it was at an instant: what is published holds from the very instant of its publication.
   *
   * @param position - of the journal: what was published at it or later was not known yet, whatever the clocks said.
   */
  readonly at: (ms: number, position?: number) => ClockBook
}

export interface Published {
  /** In the order of their publication. */
  readonly editions: readonly (Publication & { readonly edition: Edition })[]
  /** Of each calendar, in the order of their publication; at least one. */
  readonly versions: ReadonlyMap<string, readonly HoursVersion[]>
}

/** A book over all editions of policies and all versions of calendars. */
export function datedClockBook({ editions, versions }: Published): DatedClockBook {
  const numbered = new Map(editions.map(({ edition }) => [edition.number, edition]))
  const edition = (number: number) => numbered.get(number) ?? editionNone
  const changes = [...versions.values()].flatMap((list) => list.slice(1)).sort((a, b) => a.from - b.from)
  const hoursAfter = hoursAfterChanges(versions, changes)
  const bookOf = (current: Edition, hours: number) => ({ current, edition, hours, hoursOf: hoursAfter(hours) })
  let last: ClockBook = bookOf(editions[0]?.edition ?? editionNone, 0)
  return {
    ...bookOf(editions.at(-1)?.edition ?? editionNone, changes.length),
    at: (ms, position = Number.POSITIVE_INFINITY) => {
      const isKnown = (one: Publication) => one.from <= ms && (one.position ?? Number.NEGATIVE_INFINITY) < position
      const current = editions.findLast(isKnown)?.edition ?? editionNone
      const hours = changes.findLastIndex(isKnown) + 1
      if (last.current !== current || last.hours !== hours) last = bookOf(current, hours)
      return last
    },
  }
}

/** The hours of each calendar once so many changes were published; the first version of each holds for all time before. */
function hoursAfterChanges(
  versions: Published['versions'],
  changes: readonly HoursVersion[],
): (count: number) => ClockBook['hoursOf'] & DatedClockBook['hoursOf'] {
  const made = new Map<number, ReadonlyMap<string, ClockHours>>()
  return (count) => {
    const known = new Set(changes.slice(0, count))
    const hours =
      made.get(count) ??
      new Map(
        [...versions].map(([name, list]) => [
          name,
          hoursOverVersions(list.filter((one, n) => n === 0 || known.has(one))),
        ]),
      )
    made.set(count, hours)
    return (name) => hours.get(name) ?? always
  }
}
