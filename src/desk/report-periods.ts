/** The periods of a report in its zone, and which stretches of UTC months each is put together from. */

import type { Period, ReportUnit } from '../domain/reporting/report.ts'
import { toInstant } from '../domain/time.ts'
import { firstInstantOf, wallAt, zoneOf } from '../sla/zone.ts'
import { reportFault } from './report-faults.ts'

/** A stretch that is added to a period, or taken from it: whole UTC months, or a cut out of some. */
export interface Span {
  readonly sign: 1 | -1
  readonly months: readonly string[]
  /** Within those months only this; `null`: all of them. */
  readonly cut: { readonly from: string; readonly until: string } | null
}

export interface SpannedPeriod extends Period {
  readonly spans: readonly Span[]
}

/** How many periods a report may have. */
export const MOST_PERIODS = 1000

interface Asked {
  readonly from: string
  readonly until: string
  readonly per: ReportUnit
  readonly timeZone: string
}

/**
 * Every period that has a part in `from <= instant < until`, whole.
 *
 * @throws DeskError `report.bad-period`, `report.too-many-periods`, `calendar.unknown-zone`.
 */
export function periodsOf({ from, until, per, timeZone }: Asked): SpannedPeriod[] {
  if (from > until) throw reportFault('report.bad-period', { from, until })
  const zone = zoneOf(timeZone, 'timeZone')
  if (per === 'whole') return [{ name: 'whole', from, until, spans: [cutOf(from, until)] }]
  const instantOf = (wall: number) => toInstant(firstInstantOf(zone.stretchesAt(wall), wall))
  const periods: SpannedPeriod[] = []
  let wall = beginningOf(per, wallAt(zone.stretchesAt(Date.parse(from)), Date.parse(from)))
  for (;;) {
    const next = beginningAfter(per, wall)
    const [start, end] = [instantOf(wall), instantOf(next)]
    if (start >= until) return periods
    if (periods.length === MOST_PERIODS) throw reportFault('report.too-many-periods', { limit: MOST_PERIODS })
    // A date that a zone skipped has no instant.
    if (start < end)
      periods.push({
        name: nameOf(per, wall),
        from: start,
        until: end,
        spans: spansOf(per, { wall, next, start, end }),
      })
    wall = next
  }
}

const DAY = 86_400_000

function beginningOf(per: ReportUnit, wall: number): number {
  const date = new Date(wall)
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  switch (per) {
    case 'day':
      return Date.UTC(year, month, day)
    case 'week':
      return Date.UTC(year, month, day - ((date.getUTCDay() + 6) % 7))
    case 'month':
      return Date.UTC(year, month)
    case 'quarter':
      return Date.UTC(year, month - (month % 3))
    default:
      return Date.UTC(year, 0)
  }
}

const MONTHS = { month: 1, quarter: 3, year: 12 } as const

function beginningAfter(per: ReportUnit, wall: number): number {
  if (per === 'day' || per === 'week') return wall + (per === 'day' ? DAY : 7 * DAY)
  const date = new Date(wall)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + MONTHS[per as keyof typeof MONTHS])
}

function nameOf(per: ReportUnit, wall: number): string {
  const text = new Date(wall).toISOString()
  if (per === 'day' || per === 'week') return text.slice(0, 10)
  if (per === 'quarter') return `${text.slice(0, 4)}-Q${new Date(wall).getUTCMonth() / 3 + 1}`
  return text.slice(0, per === 'month' ? 7 : 4)
}

interface Bounds {
  /** As if the wall were in UTC. */
  readonly wall: number
  readonly next: number
  readonly start: string
  readonly end: string
}

/** Months of a zone are those of UTC but for a few hours at either end, which are put right. */
function spansOf(per: ReportUnit, { wall, next, start, end }: Bounds): Span[] {
  if (per === 'day' || per === 'week') return [cutOf(start, end)]
  const [first, last] = [toInstant(wall), toInstant(next)]
  return [
    { sign: 1, months: monthsOf(first, last), cut: null },
    ...between(start, first, 1),
    ...between(first, start, -1),
    ...between(last, end, 1),
    ...between(end, last, -1),
  ]
}

function between(from: string, until: string, sign: Span['sign']): Span[] {
  return from < until ? [{ ...cutOf(from, until), sign }] : []
}

function cutOf(from: string, until: string): Span {
  return { sign: 1, months: monthsOf(from, until), cut: { from, until } }
}

/** The UTC months that have a part in `from <= instant < until`. */
function monthsOf(from: string, until: string): string[] {
  const months: string[] = []
  const date = new Date(from)
  for (
    let ms = Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
    ms < Date.parse(until);
    ms = beginningAfter('month', ms)
  )
    months.push(new Date(ms).toISOString().slice(0, 7))
  return months
}
