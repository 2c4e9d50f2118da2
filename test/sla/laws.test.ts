/** The laws of business time on random calendars of every zone, 1970 to 2037. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BusinessTime } from '../../src/sla/sla.ts'
import { always, calendar, difference, intersection, union } from '../../src/sla/sla.ts'
import { calendarAround, DAY, HOUR, ZONES } from './arbitrary-calendar.ts'
import { ALL_DAYS, on } from './hours.ts'

const subject = calendarAround.map(({ definition, base }) => ({ definition, base, time: calendar(definition) }))
const away = fc.integer({ min: -30 * DAY, max: 30 * DAY })
const amount = fc.oneof(
  fc.integer({ min: 1, max: 400 * HOUR }),
  fc.integer({ min: 1, max: 400 }).map((h) => h * HOUR),
)

/** Checks a law for a calendar, an instant near its trap day, and two amounts of open time. */
function law(check: (time: BusinessTime, t: number, m: number, n: number) => void, numRuns = 200): void {
  fc.assert(
    fc.property(subject, away, amount, amount, ({ time, base }, shift, m, n) => check(time, base + shift, m, n)),
    { numRuns, seed: 424242 },
  )
}

describe('business time', () => {
  it('holds exactly the amount that was added', () => {
    law((time, t, n) => {
      const due = time.add(t, n)
      if (due !== null) expect(time.between(t, due)).toBe(n)
      const back = time.add(t, -n)
      if (back !== null) expect(time.between(back, t)).toBe(n)
    })
  })

  it('lands on the earliest such instant going forward and on the latest going back', () => {
    law((time, t, n) => {
      const due = time.add(t, n)
      if (due !== null) expect(time.between(t, due - 1)).toBe(n - 1)
      const back = time.add(t, -n)
      if (back !== null) expect(time.between(back + 1, t)).toBe(n - 1)
    })
  })

  it('adds in two steps what it adds in one', () => {
    law((time, t, m, n) => {
      const half = time.add(t, m)
      if (half !== null) expect(time.add(half, n)).toBe(time.add(t, m + n))
      const back = time.add(t, -m)
      if (back !== null) expect(time.add(back, -n)).toBe(time.add(t, -m - n))
    })
  })

  it('sums over neighbouring times and changes sign with direction', () => {
    law((time, t, m, n) => {
      const [a, b, c] = [t, t + m, t + m + n] as const
      expect(time.between(a, b) + time.between(b, c)).toBe(time.between(a, c))
      expect(time.between(c, a)).toBe(0 - time.between(a, c))
      expect(time.between(a, a)).toBe(0)
    })
  })

  it('is open exactly where the next millisecond counts', () => {
    law((time, t) => {
      expect(time.between(t, t + 1)).toBe(time.isOpen(t) ? 1 : 0)
      // Every opening and closing lies on a whole second, so the law holds at that grain too.
      const second = Math.floor(t / 1000) * 1000
      expect(time.between(second, second + 1000)).toBe(time.isOpen(second) ? 1000 : 0)
    })
  })

  it('opens next where adding nothing lands', () => {
    law((time, t) => {
      const open = time.nextOpen(t)
      expect(time.add(t, 0)).toBe(open)
      if (open === null) return
      expect(time.isOpen(open)).toBe(true)
      expect(time.between(t, open)).toBe(0)
      expect(open === t).toBe(time.isOpen(t))
    })
  })

  it('closes at the first instant that no longer counts', () => {
    law((time, t) => {
      const close = time.nextClose(t)
      if (close === null) return
      expect(close).toBeGreaterThan(t)
      expect(time.isOpen(close)).toBe(false)
      expect(time.isOpen(close - 1)).toBe(true)
      const open = time.nextOpen(t) ?? Number.NaN
      expect(time.between(open, close)).toBe(close - open)
    })
  })

  it('lists spans that are in order, apart, and as long together as the time between', () => {
    law((time, t, m) => {
      const spans = time.spans(t, t + m)
      let last = Number.NEGATIVE_INFINITY
      for (const { start, end } of spans) {
        expect(start).toBeGreaterThan(last)
        expect(end).toBeGreaterThan(start)
        last = end
      }
      expect(spans.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(time.between(t, t + m))
    })
  })

  it('answers alike for a number, a Date, and text of any offset', () => {
    law((time, t, n) => {
      const due = time.add(t, n)
      const inTokyo = `${new Date(t + 9 * HOUR).toISOString().slice(0, -1)}+09:00`
      expect(time.add(new Date(t), n)).toBe(due)
      expect(time.add(new Date(t).toISOString(), n)).toBe(due)
      expect(time.add(inTokyo, n)).toBe(due)
      expect(time.between(inTokyo, new Date(t + n))).toBe(time.between(t, t + n))
    })
  })

  it('never lets a later start end earlier', () => {
    law((time, t, m, n) => {
      const [early, late] = [time.add(t, n), time.add(t + m, n)]
      if (early !== null && late !== null) expect(late).toBeGreaterThanOrEqual(early)
      if (early === null) expect(late).toBe(null)
    })
  })

  it('counts dates from the next opening and lands later than it', () => {
    law((time, t, m) => {
      const days = (m % 5) + 1
      const moved = time.addWorkingDays(t, days)
      const open = time.nextOpen(t)
      if (moved === null || open === null) return
      expect(time.addWorkingDays(open, days)).toBe(moved)
      expect(moved).toBeGreaterThan(open)
    }, 150)
  })

  it('keeps them in every zone that the engine knows', () => {
    for (const [i, timeZone] of ZONES.entries()) {
      const time = calendar({ timeZone, weekly: on(ALL_DAYS, ['07:10', '12:00'], ['23:30', '01:15']) })
      const t = Date.UTC(1970 + ((i * 7) % 68), i % 12, (i % 28) + 1, i % 24)
      const due = time.add(t, 50 * HOUR) ?? Number.NaN
      expect([timeZone, time.between(t, due), time.add(due, -50 * HOUR)]).toEqual([
        timeZone,
        50 * HOUR,
        time.nextOpen(t),
      ])
      expect([timeZone, time.isOpen(due - 1), time.isOpen(due)]).toEqual([
        timeZone,
        true,
        due !== time.nextClose(due - 1),
      ])
    }
  })

  it('does not depend on which year was asked for first', () => {
    fc.assert(
      fc.property(
        calendarAround,
        away,
        amount,
        fc.array(away, { maxLength: 4 }),
        ({ definition, base }, shift, n, others) => {
          const fresh = calendar(definition)
          const used = calendar(definition)
          for (const other of others) used.between(base + other * 40, base - other * 15)
          expect(used.add(base + shift, n)).toBe(fresh.add(base + shift, n))
          expect(used.add(base + shift, -n)).toBe(fresh.add(base + shift, -n))
        },
      ),
      { numRuns: 60, seed: 7 },
    )
  })
})

describe('combined calendars', () => {
  const pair = fc.tuple(calendarAround, calendarAround, away, amount)

  it('are open as their parts say, in zones of their own', () => {
    fc.assert(
      fc.property(pair, ([one, two, shift, n]) => {
        const [a, b, t] = [calendar(one.definition), calendar(two.definition), one.base + shift]
        const [either, both, only] = [union(a, b), intersection(a, b), difference(a, b)]
        for (const at of [t, t + n, t + 7 * HOUR]) {
          expect(either.isOpen(at)).toBe(a.isOpen(at) || b.isOpen(at))
          expect(both.isOpen(at)).toBe(a.isOpen(at) && b.isOpen(at))
          expect(only.isOpen(at)).toBe(a.isOpen(at) && !b.isOpen(at))
        }
        const open = (time: BusinessTime) => time.between(t, t + n)
        expect(open(either)).toBe(open(a) + open(b) - open(both))
        expect(open(only)).toBe(open(a) - open(both))
      }),
      { numRuns: 120, seed: 11 },
    )
  })

  it('of everything are everything, and of everything without itself nothing', () => {
    fc.assert(
      fc.property(subject, away, amount, ({ time, base }, shift, n) => {
        const t = base + shift
        expect(intersection(time, always).spans(t, t + n)).toEqual(time.spans(t, t + n))
        expect(union(time, always).between(t, t + n)).toBe(n)
        expect(difference(time, time).between(t, t + n)).toBe(0)
        expect(difference(always, time).between(t, t + n)).toBe(n - time.between(t, t + n))
      }),
      { numRuns: 60, seed: 12 },
    )
  })
})
