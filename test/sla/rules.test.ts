/** The rules of opening hours, each with figures that can be counted by hand. */
import { describe, expect, it } from 'vitest'
import type { CalendarDefinition, WeeklyHours } from '../../src/sla/sla.ts'
import { always, calendar } from '../../src/sla/sla.ts'
import { ALL_DAYS, HOUR, MINUTE, office, on, utc, WORKDAYS, written } from './hours.ts'

/** Open hours on a local date of a zone, counted from noon to noon around it and cut by the date of each span. */
function hoursOf(definition: CalendarDefinition, date: string): number {
  const time = calendar(definition)
  const noon = Date.parse(`${date}T12:00:00Z`)
  let sum = 0
  for (let t = noon - 40 * HOUR; t < noon + 40 * HOUR; t += MINUTE / 2) {
    if (time.dateOf(t) === date) sum += time.between(t, t + MINUTE / 2)
  }
  return sum / HOUR
}

/** Open hours between two instants of UTC. */
function openHours(definition: CalendarDefinition, from: string, to: string): number {
  return calendar(definition).between(utc(from), utc(to)) / HOUR
}

const allDay: WeeklyHours = on(ALL_DAYS, ['00:00', '24:00'])

describe('an interval', () => {
  const desk = calendar(office('UTC', '09:00', '17:00'))

  it('is half-open: it counts its first instant and not its last', () => {
    expect(desk.isOpen(utc('2026-03-02 09:00'))).toBe(true)
    expect(desk.isOpen(utc('2026-03-02 09:00') - 1)).toBe(false)
    expect(desk.isOpen(utc('2026-03-02 17:00') - 1)).toBe(true)
    expect(desk.isOpen(utc('2026-03-02 17:00'))).toBe(false)
  })

  it('ends on the next date when its end is not later than its start', () => {
    const night: CalendarDefinition = { timeZone: 'UTC', weekly: { fri: [['22:00', '06:00']] } }
    expect(calendar(night).spans(utc('2026-03-06 00:00'), utc('2026-03-09 00:00'))).toEqual([
      { start: utc('2026-03-06 22:00'), end: utc('2026-03-07 06:00') },
    ])
  })

  it('lasts 24 hours when it ends where it starts', () => {
    const day: CalendarDefinition = { timeZone: 'UTC', weekly: { mon: [['09:00', '09:00']] } }
    expect(calendar(day).nextClose(utc('2026-03-02 10:00'))).toBe(utc('2026-03-03 09:00'))
  })

  it('may end at 24:00, which is midnight, also as 00:00', () => {
    for (const end of ['24:00', '00:00']) {
      expect(
        openHours({ timeZone: 'UTC', weekly: { mon: [['20:00', end]] } }, '2026-03-02 00:00', '2026-03-04 00:00'),
      ).toBe(4)
    }
  })

  it('counts once where it overlaps or touches another', () => {
    const weekly: WeeklyHours = {
      mon: [
        ['13:00', '17:00'],
        ['09:00', '13:00'],
        ['10:00', '14:00'],
        ['10:00', '14:00'],
      ],
    }
    expect(calendar({ timeZone: 'UTC', weekly }).spans(utc('2026-03-02 00:00'), utc('2026-03-03 00:00'))).toEqual([
      { start: utc('2026-03-02 09:00'), end: utc('2026-03-02 17:00') },
    ])
  })
})

describe('an amount of open time', () => {
  const desk = calendar(office('UTC', '09:00', '17:00'))

  it('lands on the closing instant when it fits exactly, and on the opening when it goes back', () => {
    expect(written(desk.add(utc('2026-03-02 09:00'), 8 * HOUR))).toBe('2026-03-02T17:00:00.000Z')
    expect(written(desk.add(utc('2026-03-02 09:00'), 8 * HOUR + 1))).toBe('2026-03-03T09:00:00.001Z')
    expect(written(desk.add(utc('2026-03-02 17:00'), -8 * HOUR))).toBe('2026-03-02T09:00:00.000Z')
    expect(written(desk.add(utc('2026-03-02 17:00'), -8 * HOUR - 1))).toBe('2026-02-27T16:59:59.999Z')
  })

  it('of zero lands on the next opening, which is now when it is open', () => {
    expect(written(desk.add(utc('2026-03-01 12:00'), 0))).toBe('2026-03-02T09:00:00.000Z')
    expect(written(desk.add(utc('2026-03-02 12:00'), -0))).toBe('2026-03-02T12:00:00.000Z')
    expect(written(desk.nextOpen(utc('2026-03-02 17:00')))).toBe('2026-03-03T09:00:00.000Z')
  })

  it('may be years long', () => {
    const year = 261 * 8 * HOUR
    const due = desk.add(utc('2026-01-01 00:00'), year * 20)
    expect(desk.between(utc('2026-01-01 00:00'), due ?? 0)).toBe(year * 20)
    expect(desk.add(due ?? 0, -year * 20)).toBe(utc('2026-01-01 09:00'))
  })

  it('never comes, at once, when nothing ever opens', () => {
    const closed = calendar({ timeZone: 'Europe/Paris', weekly: {} })
    expect([closed.add(0, 1), closed.add(0, -1), closed.add(0, 0), closed.nextOpen(0), closed.nextClose(0)]).toEqual([
      null,
      null,
      null,
      null,
      null,
    ])
    expect(closed.addWorkingDays(0, 3)).toBe(null)
    expect(closed.between(0, utc('2200-01-01 00:00'))).toBe(0)
    expect(closed.spans(0, utc('2200-01-01 00:00'))).toEqual([])
  })

  it('never comes when breaks leave nothing open, or when it is longer than the time there is', () => {
    const eaten = calendar({
      timeZone: 'UTC',
      weekly: { mon: [['09:00', '10:00']] },
      breaks: { mon: [['09:00', '10:00']] },
    })
    expect(eaten.add(0, 1)).toBe(null)
    expect(desk.add(0, Number.MAX_VALUE)).toBe(null)
    expect(desk.add(0, -Number.MAX_VALUE)).toBe(null)
    expect(desk.addWorkingDays(0, 1_000_000)).toBe(null)
  })

  it('is found in hours of one hour a week and one date in four years', () => {
    const weekly = calendar({ timeZone: 'UTC', weekly: { wed: [['10:00', '11:00']] } })
    expect(written(weekly.add(utc('2026-03-04 10:30'), 10 * HOUR))).toBe('2026-05-13T10:30:00.000Z')
    const leap = calendar({
      timeZone: 'UTC',
      weekly: {},
      exceptions: [{ yearly: '02-29', open: [['10:00', '11:00']] }],
    })
    expect(written(leap.add(utc('2026-03-04 10:30'), 2 * HOUR))).toBe('2032-02-29T11:00:00.000Z')
    expect(written(leap.nextOpen(utc('2097-01-01 00:00')))).toBe('2104-02-29T10:00:00.000Z')
  })
})

describe('an exception', () => {
  const night = on(ALL_DAYS, ['22:00', '06:00'])
  const withException = (exceptions: CalendarDefinition['exceptions'], weekly = night): CalendarDefinition => ({
    timeZone: 'UTC',
    weekly,
    breaks: on(ALL_DAYS, ['02:00', '03:00']),
    exceptions,
  })

  it('owns its civil day: the evening before is cut at midnight, and its own shifts go with their spill', () => {
    const closed = withException([{ date: '2026-03-04', open: [] }])
    // Tuesday 22:00-24:00 stays, Wednesday's shift is gone with its Thursday morning, Thursday 22:00 opens again.
    expect(calendar(closed).spans(utc('2026-03-03 12:00'), utc('2026-03-06 00:00'))).toEqual([
      { start: utc('2026-03-03 22:00'), end: utc('2026-03-04 00:00') },
      { start: utc('2026-03-05 22:00'), end: utc('2026-03-06 00:00') },
    ])
  })

  it('may run on into the next date by its own night, where that date has its breaks', () => {
    const party = withException([{ date: '2026-03-04', open: [['20:00', '04:00']] }])
    expect(calendar(party).spans(utc('2026-03-04 00:00'), utc('2026-03-05 12:00'))).toEqual([
      { start: utc('2026-03-04 20:00'), end: utc('2026-03-05 02:00') },
      { start: utc('2026-03-05 03:00'), end: utc('2026-03-05 04:00') },
    ])
  })

  it('cuts the night of another exception before it', () => {
    const both = withException([
      { date: '2026-03-04', open: [['20:00', '04:00']] },
      { date: '2026-03-05', open: [['01:00', '02:30']] },
    ])
    expect(calendar(both).spans(utc('2026-03-04 12:00'), utc('2026-03-05 12:00'))).toEqual([
      { start: utc('2026-03-04 20:00'), end: utc('2026-03-05 00:00') },
      // Breaks do not apply on a date whose hours are replaced.
      { start: utc('2026-03-05 01:00'), end: utc('2026-03-05 02:30') },
    ])
  })

  it('that closes a part leaves weekly hours and breaks in force', () => {
    const early: CalendarDefinition = {
      timeZone: 'America/New_York',
      weekly: on(WORKDAYS, ['08:30', '18:00']),
      breaks: on(WORKDAYS, ['12:00', '13:00']),
      exceptions: [{ date: '2026-11-27', closed: [['15:00', '18:00']] }],
    }
    expect(hoursOf(early, '2026-11-27')).toBe(5.5)
    expect(hoursOf(early, '2026-11-30')).toBe(8.5)
  })

  it('that closes a part takes it from the night before, too', () => {
    const fireDrill = withException([{ date: '2026-03-04', closed: [['04:00', '05:00']] }])
    expect(openHours(fireDrill, '2026-03-03 12:00', '2026-03-04 12:00')).toBe(6)
  })

  it('of one date wins over the yearly one of that date', () => {
    const fourth = withException([
      { yearly: '07-04', open: [] },
      { date: '2027-07-04', open: [['10:00', '12:00']] },
    ])
    expect(['2026-07-04', '2027-07-04', '2028-07-04'].map((date) => hoursOf(fourth, date))).toEqual([0, 2, 0])
  })

  it('on 29 February counts in leap years only', () => {
    const leap: CalendarDefinition = { timeZone: 'UTC', weekly: allDay, exceptions: [{ yearly: '02-29', open: [] }] }
    expect(openHours(leap, '2028-02-28 00:00', '2028-03-02 00:00')).toBe(48)
    expect(openHours(leap, '2027-02-28 00:00', '2027-03-02 00:00')).toBe(48)
  })

  it('is told with its name for every instant of its local date', () => {
    const christmas = { date: '2026-12-25', open: [], name: 'Christmas Day' } as const
    const desk = calendar({ ...office('Asia/Tokyo', '09:00', '17:00'), exceptions: [christmas] })
    expect(desk.exceptionAt(utc('2026-12-24 15:00'))).toEqual(christmas)
    expect(desk.exceptionAt(utc('2026-12-24 14:59'))).toBe(null)
    expect(desk.dateOf(utc('2026-12-24 15:00'))).toBe('2026-12-25')
  })
})

describe('a break', () => {
  it('is taken from whatever is open at that time of its date, a night that began the evening before included', () => {
    const night: CalendarDefinition = {
      timeZone: 'UTC',
      weekly: { mon: [['22:00', '06:00']] },
      breaks: { tue: [['02:00', '02:30']] },
    }
    expect(openHours(night, '2026-03-02 00:00', '2026-03-04 00:00')).toBe(7.5)
  })

  it('outside the hours changes nothing', () => {
    const desk = { ...office('UTC', '09:00', '17:00'), breaks: on(ALL_DAYS, ['18:00', '19:00'], ['08:00', '09:00']) }
    expect(openHours(desk, '2026-03-02 00:00', '2026-03-03 00:00')).toBe(8)
  })

  it('does not run on into a date whose hours are replaced', () => {
    const desk: CalendarDefinition = {
      timeZone: 'UTC',
      weekly: allDay,
      breaks: { mon: [['23:00', '01:00']] },
      exceptions: [{ date: '2026-03-03', open: [['00:00', '24:00']] }],
    }
    expect(openHours(desk, '2026-03-02 00:00', '2026-03-04 00:00')).toBe(47)
    expect(openHours(desk, '2026-03-09 00:00', '2026-03-11 00:00')).toBe(46)
  })
})

describe('where the clock is moved', () => {
  const sunday = (timeZone: string, start: string, end: string): CalendarDefinition => ({
    timeZone,
    weekly: { sun: [[start, end]] },
  })

  it('an interval begins at the first reading of its start and ends at the last of its end', () => {
    expect(hoursOf(sunday('America/New_York', '00:00', '01:30'), '2026-11-01')).toBe(2.5)
    expect(hoursOf(sunday('America/New_York', '01:30', '01:45'), '2026-11-01')).toBe(1.25)
  })

  it('a reading that does not exist is the first instant after the gap', () => {
    expect(hoursOf(sunday('America/New_York', '02:30', '05:00'), '2026-03-08')).toBe(2)
    expect(hoursOf(sunday('America/New_York', '00:00', '02:30'), '2026-03-08')).toBe(2)
    expect(hoursOf(sunday('America/New_York', '02:15', '02:45'), '2026-03-08')).toBe(0)
  })

  it('a civil day has 23 or 25 hours, in São Paulo and Tehran from one o’clock', () => {
    const day = (timeZone: string, date: string) => hoursOf({ timeZone, weekly: allDay }, date)
    expect(day('America/New_York', '2026-03-08')).toBe(23)
    expect(day('America/New_York', '2026-11-01')).toBe(25)
    expect(day('America/Sao_Paulo', '2018-11-04')).toBe(23)
    expect(day('America/Sao_Paulo', '2018-02-17')).toBe(25)
    expect(day('Asia/Tehran', '2021-03-22')).toBe(23)
    expect(day('Asia/Tehran', '2021-09-21')).toBe(25)
    const saoPaulo = calendar(sunday('America/Sao_Paulo', '00:00', '02:00'))
    expect(written(saoPaulo.nextOpen(utc('2018-11-04 00:00')))).toBe('2018-11-04T03:00:00.000Z')
    expect(saoPaulo.between(utc('2018-11-04 00:00'), utc('2018-11-05 00:00'))).toBe(HOUR)
  })

  it('half an hour is half an hour on Lord Howe', () => {
    expect(hoursOf(sunday('Australia/Lord_Howe', '00:00', '02:00'), '2026-04-05')).toBe(2.5)
    expect(hoursOf(sunday('Australia/Lord_Howe', '00:00', '04:00'), '2026-10-04')).toBe(3.5)
  })

  it('Casablanca goes back for Ramadan and forth after it', () => {
    const desk = calendar(office('Africa/Casablanca', '09:00', '17:00'))
    expect(written(desk.nextOpen(utc('2026-03-02 00:00')))).toBe('2026-03-02T09:00:00.000Z')
    expect(written(desk.nextOpen(utc('2026-04-01 00:00')))).toBe('2026-04-01T08:00:00.000Z')
  })

  it('Apia has no 30 December 2011: a shift of that date is empty, a night before it ends at its midnight', () => {
    const desk = calendar(office('Pacific/Apia', '09:00', '17:00'))
    // Thursday 16:00 in UTC-10 and two hours; Friday is skipped; Monday 10:00 in UTC+14.
    expect(written(desk.add('2011-12-29T16:00:00-10:00', 2 * HOUR))).toBe(
      written(Date.parse('2012-01-02T10:00:00+14:00')),
    )
    const night = calendar({ timeZone: 'Pacific/Apia', weekly: { thu: [['22:00', '06:00']] } })
    expect(night.between('2011-12-29T12:00:00-10:00', '2011-12-31T12:00:00+14:00')).toBe(2 * HOUR)
    expect(written(desk.addWorkingDays('2011-12-29T16:00:00-10:00', 1))).toBe(
      written(Date.parse('2012-01-02T16:00:00+14:00')),
    )
  })

  it('a midnight that comes twice counts from its first time in Havana', () => {
    expect(hoursOf(sunday('America/Havana', '00:00', '00:30'), '2026-11-01')).toBe(1.5)
    expect(hoursOf(sunday('America/Havana', '00:30', '01:00'), '2026-11-01')).toBe(1.5)
  })

  it('seconds of an old offset count', () => {
    const desk = calendar(office('Africa/Monrovia', '09:00', '17:00'))
    expect(written(desk.nextOpen(utc('1971-06-01 00:00')))).toBe('1971-06-01T09:44:30.000Z')
    expect(written(desk.nextOpen(utc('1973-06-01 00:00')))).toBe('1973-06-01T09:00:00.000Z')
  })

  it('a date that begins twice owns both pieces', () => {
    // St John's, 29 October 2006: at 00:01 on Sunday back to 23:01 on Saturday.
    const closed: CalendarDefinition = {
      timeZone: 'America/St_Johns',
      weekly: allDay,
      exceptions: [{ date: '2006-10-29', open: [] }],
    }
    expect(hoursOf({ timeZone: 'America/St_Johns', weekly: allDay }, '2006-10-29')).toBeCloseTo(24 + 1 / 60, 9)
    expect(hoursOf(closed, '2006-10-29')).toBe(0)
    expect(hoursOf(closed, '2006-10-28')).toBeCloseTo(24 + 59 / 60, 9)
    const before: CalendarDefinition = { ...closed, exceptions: [{ date: '2006-10-28', open: [] }] }
    expect(hoursOf(before, '2006-10-28')).toBe(0)
    expect(hoursOf(before, '2006-10-29')).toBeCloseTo(24 + 1 / 60, 9)
  })
})

describe('where one year of the engine meets the next', () => {
  it('no minute is lost or doubled, east and west of UTC, in shifts of nearly two dates', () => {
    for (const timeZone of ['Pacific/Kiritimati', 'Pacific/Honolulu', 'Asia/Kolkata', 'UTC']) {
      const shifts = [
        ['23:59', '23:58'],
        ['00:01', '24:00'],
        ['12:01', '12:00'],
      ] as const
      for (const shift of shifts) {
        const time = calendar({ timeZone, weekly: on(ALL_DAYS, shift) })
        for (let index = 16; index < 62; index++) {
          const edge = index * 2 ** 35
          expect(time.between(edge - 72 * HOUR, edge + 72 * HOUR)).toBe(6 * (24 * HOUR - MINUTE))
          expect(
            time.spans(edge - HOUR / 2, edge + HOUR / 2).reduce((sum, { start, end }) => sum + end - start, 0),
          ).toBe(time.between(edge - HOUR / 2, edge + HOUR / 2))
        }
      }
    }
  })

  it('an amount that uses a year up exactly lands on its last closing, and going back on its first opening', () => {
    const desk = calendar(office('UTC', '09:00', '17:00'))
    // Now every year is summed, and none is the last one known.
    desk.between(utc('1965-01-01 00:00'), utc('2045-01-01 00:00'))
    for (let index = 1; index < 62; index++) {
      const edge = index * 2 ** 35
      const far = 500 * 24 * HOUR
      const [before, after] = [desk.spans(edge - 5 * 24 * HOUR, edge), desk.spans(edge, edge + 5 * 24 * HOUR)]
      expect(desk.add(edge - far, desk.between(edge - far, edge))).toBe(before.at(-1)?.end)
      expect(desk.add(edge + far, -desk.between(edge, edge + far))).toBe(after[0]?.start)
    }
  })

  it('a span goes on over the border', () => {
    const edge = 52 * 2 ** 35
    const week = calendar({
      timeZone: 'UTC',
      weekly: on(ALL_DAYS, ['00:00', '24:00']),
      exceptions: [{ date: '2026-08-20', open: [] }],
    })
    expect(week.nextClose(edge - HOUR)).toBe(utc('2026-08-20 00:00'))
    expect(week.spans(edge - HOUR, edge + HOUR)).toEqual([{ start: edge - HOUR, end: edge + HOUR }])
    expect(week.add(edge - HOUR, HOUR)).toBe(edge)
    expect(week.add(edge + HOUR, -HOUR)).toBe(edge)
  })
})

describe('the calendar that is always open', () => {
  it('never closes, and time in it is time', () => {
    expect(always.isOpen(0)).toBe(true)
    expect(always.nextClose(0)).toBe(null)
    expect(always.add(utc('2026-03-08 00:00'), 5 * HOUR)).toBe(utc('2026-03-08 05:00'))
    expect(always.add(utc('2026-03-08 00:00'), -5 * HOUR)).toBe(utc('2026-03-07 19:00'))
    expect(always.between(utc('1970-01-01 00:00'), utc('2037-12-31 00:00'))).toBe(utc('2037-12-31 00:00'))
    expect(always.spans(0, utc('2026-01-01 00:00'))).toEqual([{ start: 0, end: utc('2026-01-01 00:00') }])
  })
})

describe('working days', () => {
  const desk = calendar({
    ...office('UTC', '09:00', '17:00'),
    exceptions: [
      { date: '2026-03-04', open: [] },
      { date: '2026-03-10', open: [['11:00', '13:00']] },
    ],
  })
  const moved = (from: string, days: number) => written(desk.addWorkingDays(utc(from), days))

  it('keep the wall time and step over dates without open time', () => {
    expect(moved('2026-03-02 10:30', 1)).toBe('2026-03-03T10:30:00.000Z')
    expect(moved('2026-03-02 10:30', 2)).toBe('2026-03-05T10:30:00.000Z')
    expect(moved('2026-03-06 10:30', 1)).toBe('2026-03-09T10:30:00.000Z')
    expect(moved('2026-03-09 10:30', -2)).toBe('2026-03-05T10:30:00.000Z')
  })

  it('start from the next opening when it is closed', () => {
    expect(moved('2026-03-07 23:00', 0)).toBe('2026-03-09T09:00:00.000Z')
    expect(moved('2026-03-06 18:00', 3)).toBe('2026-03-12T09:00:00.000Z')
  })

  it('clamp the wall time between the first opening and the last closing of the date', () => {
    expect(moved('2026-03-09 10:30', 1)).toBe('2026-03-10T11:00:00.000Z')
    expect(moved('2026-03-09 16:30', 1)).toBe('2026-03-10T13:00:00.000Z')
  })

  it('keep the wall time over a clock change', () => {
    const berlin = calendar(office('Europe/Berlin', '09:00', '17:00'))
    expect(written(berlin.addWorkingDays('2026-03-27T10:00:00+01:00', 1))).toBe(
      written(Date.parse('2026-03-30T10:00:00+02:00')),
    )
  })
})
