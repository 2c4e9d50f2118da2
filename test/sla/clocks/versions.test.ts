/** Hours that change: each version of a calendar counts from its own instant on, forwards and back. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calendar } from '../../../src/sla/calendar.ts'
import { hoursOverVersions } from '../../../src/sla/clock-book.ts'
import { HOUR, office } from '../hours.ts'
import { CALENDARS } from './arbitrary-history.ts'
import { t } from './play.ts'

const numRuns = Number(process.env.FC_RUNS ?? 300)
const DAY = 24 * HOUR
const instant = fc.integer({ min: 0, max: 14 * 48 }).map((n) => t('Mon 00:00') + n * HOUR * 0.5)
/** Amounts that often end where a version does. */
const amount = fc.oneof(
  fc.integer({ min: 1, max: 30 * HOUR }),
  fc.integer({ min: 1, max: 20 }).map((n) => n * HOUR * 0.5),
)
const definitions = [
  ...Object.values(CALENDARS),
  office('Asia/Kolkata', '10:00', '19:30'),
  office('UTC', '00:00', '24:00'),
]
const compiled = definitions.map((one) => calendar(one))
const hours = fc.constantFrom(...compiled)
const versions = fc
  .tuple(hours, fc.array(fc.record({ from: instant, hours }), { minLength: 1, maxLength: 4 }))
  .map(([first, later]) => [{ from: Number.NEGATIVE_INFINITY, hours: first }, ...later.sort((a, b) => a.from - b.from)])

describe('hours over versions', () => {
  it('count the open time of each version within its own time', () => {
    fc.assert(
      fc.property(versions, instant, instant, (list, a, b) => {
        const over = hoursOverVersions(list)
        const spans = over.spans(Math.min(a, b), Math.max(a, b))
        const total = spans.reduce((sum, { start, end }) => sum + end - start, 0)
        expect(over.between(a, b)).toBe(b < a ? 0 - total : total)
        // At each half hour, the version in force says whether the next half hour is open.
        for (let at = Math.min(a, b); at < Math.max(a, b); at += HOUR / 2) {
          const inForce = list.findLast(({ from }) => from <= at)
          expect(over.between(at, at + HOUR / 2)).toBe(inForce?.hours.between(at, at + HOUR / 2))
        }
      }),
      { numRuns },
    )
  })

  it('hold exactly what is added, at the earliest such instant, and at the latest going back', () => {
    fc.assert(
      fc.property(versions, instant, amount, (list, at, ms) => {
        const over = hoursOverVersions(list)
        const end = over.add(at, ms)
        if (end !== null) expect([over.between(at, end), over.between(at, end - 1)]).toEqual([ms, ms - 1])
        else expect(over.between(at, at + 300 * DAY)).toBeLessThan(ms)
        const start = over.add(at, -ms)
        if (start !== null) expect([over.between(start, at), over.between(start + 1, at)]).toEqual([ms, ms - 1])
        else expect(over.between(at - 300 * DAY, at)).toBeLessThan(ms)
      }),
      { numRuns },
    )
  })

  it('open next where adding nothing lands', () => {
    fc.assert(
      fc.property(versions, instant, (list, at) => {
        const over = hoursOverVersions(list)
        const next = over.add(at, 0)
        if (next === null) return
        expect(over.between(at, next)).toBe(0)
        expect(over.between(next, next + 1)).toBe(1)
      }),
      { numRuns },
    )
  })

  it('name the exception of the version in force', () => {
    const exceptions = [{ date: '2026-03-04', open: [], name: 'Founding day' }]
    const over = hoursOverVersions([
      { from: Number.NEGATIVE_INFINITY, hours: calendar(office('UTC', '09:00', '17:00')) },
      { from: t('Tue 12:00'), hours: calendar({ ...office('UTC', '09:00', '17:00'), exceptions }) },
    ])
    expect(over.exceptionAt?.(t('Wed 12:00'))?.name).toBe('Founding day')
    expect(over.exceptionAt?.(t('Tue 11:00'))).toBeNull()
  })
})
