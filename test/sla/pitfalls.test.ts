/** What went wrong with business time elsewhere; each test carries the lesson and names the public report. */
import { describe, expect, it } from 'vitest'
import type { CalendarDefinition, Weekday } from '../../src/sla/sla.ts'
import { acceptHolidays, calendar, readICalendar } from '../../src/sla/sla.ts'
import { ALL_DAYS, HOUR, MINUTE, office, on, utc, written } from './hours.ts'

describe('lessons of other help desks', () => {
  // zammad#3180
  it('a day of 24 hours loses no minute at midnight: intervals are half-open and 24:00 is legal', () => {
    const always = calendar({ timeZone: 'UTC', weekly: on(ALL_DAYS, ['00:00', '24:00']) })
    expect(always.between(utc('2026-03-02 00:00'), utc('2026-03-09 00:00'))).toBe(7 * 24 * HOUR)
    expect(always.add(utc('2026-03-02 12:00'), 72 * HOUR)).toBe(utc('2026-03-05 12:00'))
    const mistyped = calendar({ timeZone: 'UTC', weekly: on(ALL_DAYS, ['00:00', '23:59']) })
    expect(mistyped.between(utc('2026-03-02 00:00'), utc('2026-03-09 00:00'))).toBe(7 * (24 * HOUR - MINUTE))
  })

  // zammad#390
  it('a holiday counts when somebody accepted it, and the answer can be counted by hand', () => {
    const daily: CalendarDefinition = { timeZone: 'UTC', weekly: on(ALL_DAYS, ['09:00', '21:00']) }
    const closed = (...dates: string[]) => ({ ...daily, exceptions: dates.map((date) => ({ date, open: [] })) })
    const created = utc('2026-11-09 23:00')
    expect(written(calendar(closed('2026-11-13')).add(created, 48 * HOUR))).toBe('2026-11-14T21:00:00.000Z')
    expect(written(calendar(closed('2026-11-11', '2026-11-13')).add(created, 48 * HOUR))).toBe(
      '2026-11-15T21:00:00.000Z',
    )
  })

  // zammad#390
  it('an observance in a holiday feed closes nothing unless it is accepted', () => {
    const feed = [
      'BEGIN:VCALENDAR',
      'BEGIN:VEVENT',
      'SUMMARY:Veterans Day',
      'DTSTART;VALUE=DATE:20261111',
      'CATEGORIES:observance',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'SUMMARY:Thanksgiving',
      'DTSTART;VALUE=DATE:20261126',
      'CATEGORIES:public',
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\r\n')
    const { proposals } = readICalendar(feed, { from: '2026-01-01', to: '2026-12-31' })
    const exceptions = acceptHolidays(proposals, (day) => day.kind === 'public')
    expect(exceptions).toEqual([{ date: '2026-11-26', name: 'Thanksgiving', open: [] }])
  })

  // zammad#3706; fivetran/dbt_zendesk PR#126
  it('a holiday is a local date, never an instant: it closes 24 hours of the desk’s own zone', () => {
    for (const timeZone of ['Pacific/Kiritimati', 'America/Los_Angeles', 'Asia/Kolkata']) {
      const desk = calendar({
        timeZone,
        weekly: on(ALL_DAYS, ['00:00', '24:00']),
        exceptions: [{ date: '2026-12-25', open: [] }],
      })
      const close = desk.nextClose(utc('2026-12-20 00:00')) ?? Number.NaN
      const open = desk.nextOpen(close) ?? Number.NaN
      expect([open - close, desk.dateOf(close), desk.dateOf(open)]).toEqual([24 * HOUR, '2026-12-25', '2026-12-26'])
      expect(desk.dateOf(close - 1)).toBe('2026-12-24')
    }
  })

  // zammad#1396
  it('a calendar without hours answers never, neither throwing nor looping', () => {
    const empty = calendar({ timeZone: 'Europe/Berlin', weekly: {} })
    expect([empty.add(0, HOUR), empty.nextOpen(0), empty.nextClose(0), empty.addWorkingDays(0, 1)]).toEqual([
      null,
      null,
      null,
      null,
    ])
    expect(empty.lint().map((warning) => warning.code)).toEqual(['calendar.week-without-hours'])
  })

  // zammad#2157, zammad#4432
  it('a reminder due at midnight or on a weekend waits for the next opening of whom it reminds', () => {
    const recipient = calendar(office('Europe/Berlin', '09:00', '17:00'))
    expect(written(recipient.nextOpen('2026-03-07T00:00:00+01:00'))).toBe('2026-03-09T08:00:00.000Z')
  })

  // frappe/helpdesk PR#3776; frappe/erpnext PR#38745
  it('answers are instants, the same for every viewer and every zone of the server', () => {
    const desk = calendar(office('Asia/Kolkata', '09:00', '17:00'))
    const due = desk.add('2026-03-02T10:00:00+05:30', 2 * HOUR)
    expect(due).toBe(Date.parse('2026-03-02T12:00:00+05:30'))
    expect(desk.add('2026-03-02T04:30:00Z', 2 * HOUR)).toBe(due)
  })

  // chatwoot/chatwoot PR#13392
  it('business hours are used, not only stored: Friday 16:30 and an hour is Monday 09:30', () => {
    expect(written(calendar(office('UTC', '09:00', '17:00')).add(utc('2026-03-06 16:30'), HOUR))).toBe(
      '2026-03-09T09:30:00.000Z',
    )
  })

  // osTicket/osTicket PR#4807
  it('Friday 17:00 and four hours of 8 to 18 is Monday 11:00', () => {
    expect(written(calendar(office('UTC', '08:00', '18:00')).add(utc('2026-03-06 17:00'), 4 * HOUR))).toBe(
      '2026-03-09T11:00:00.000Z',
    )
  })

  // glpi-project/glpi#10594, PR#14937
  it('adding and measuring use one calendar: adding what lies between leads there', () => {
    const desk = calendar({
      ...office('Europe/Paris', '09:00', '17:00'),
      exceptions: [{ date: '2026-05-01', open: [] }],
    })
    const start = utc('2026-04-28 11:17')
    for (const end of [utc('2026-04-30 09:41'), utc('2026-05-04 08:00'), utc('2026-11-03 12:00')]) {
      expect(desk.add(start, desk.between(start, end))).toBe(end)
    }
  })

  // glpi-project/glpi#9082
  it('a due instant lies in open time or at its end, wherever the start lies', () => {
    const desk = calendar(office('Europe/Paris', '09:00', '17:00'))
    for (let start = utc('2026-03-27 00:00'); start < utc('2026-03-31 00:00'); start += 37 * MINUTE) {
      const due = desk.add(start, 90 * MINUTE) ?? Number.NaN
      expect(desk.isOpen(due) || desk.isOpen(due - 1)).toBe(true)
    }
  })

  // glpi-project/glpi PR#22678, PR#15357
  it('an hour before due walks the calendar back: due Tuesday 11:00, warned Tuesday 10:00, and over night if need be', () => {
    const desk = calendar(office('UTC', '08:00', '18:00'))
    const due = desk.add(utc('2026-03-02 17:00'), 4 * HOUR) ?? Number.NaN
    expect(written(due)).toBe('2026-03-03T11:00:00.000Z')
    expect(written(desk.add(due, -HOUR))).toBe('2026-03-03T10:00:00.000Z')
    expect(written(desk.add(due, -HOUR * 3.5))).toBe('2026-03-02T17:30:00.000Z')
  })

  // glpi-project/glpi#687
  it('a ticket created out of hours gets its full amount, from the next opening', () => {
    const desk = calendar(office('UTC', '09:00', '17:00'))
    expect(written(desk.add(utc('2026-03-07 22:00'), 2 * HOUR))).toBe('2026-03-09T11:00:00.000Z')
    expect(desk.between(utc('2026-03-07 22:00'), utc('2026-03-09 11:00'))).toBe(2 * HOUR)
  })

  // osTicket/osTicket#6739
  it('any of the 127 sets of weekdays counts right, a week without Monday and Thursday too', () => {
    for (let set = 1; set < 128; set++) {
      const days = ALL_DAYS.filter((_, i) => set & (1 << i))
      const desk = calendar({ timeZone: 'UTC', weekly: on(days as Weekday[], ['09:00', '17:00']) })
      const start = utc('2026-03-02 00:00')
      // Twenty working hours: two whole days of the set, and four hours of the third.
      const dates = Array.from({ length: 28 }, (_, i) => i).filter((i) => set & (1 << (i % 7)))
      const third = start + (dates[2] ?? Number.NaN) * 24 * HOUR
      expect([days, desk.add(start, 20 * HOUR)]).toEqual([days, third + 13 * HOUR])
      expect([days, desk.between(start, start + 28 * 24 * HOUR)]).toEqual([days, dates.length * 8 * HOUR])
      expect([days, desk.add(third + 13 * HOUR, -20 * HOUR)]).toEqual([
        days,
        start + (dates[0] ?? Number.NaN) * 24 * HOUR + 9 * HOUR,
      ])
    }
  })

  // fivetran/dbt_zendesk#86, PR#154
  it('each date has the offset of that date, also in a zone that gave up daylight saving', () => {
    const desk = calendar(office('America/Mexico_City', '09:00', '17:00'))
    expect(written(desk.nextOpen(utc('2022-07-04 00:00')))).toBe('2022-07-04T14:00:00.000Z')
    expect(written(desk.nextOpen(utc('2023-07-03 00:00')))).toBe('2023-07-03T15:00:00.000Z')
  })

  // fivetran/dbt_zendesk PR#217, PR#218
  it('milliseconds are whole and none is lost: a minute cut in pieces is a minute', () => {
    const desk = calendar(office('UTC', '09:00', '17:00'))
    const start = utc('2026-03-02 16:59')
    let at = start
    for (let i = 0; i < 60_000 / 37 - 1; i++) at = desk.add(at, 37) ?? Number.NaN
    expect(desk.between(start, at)).toBe(Math.ceil(60_000 / 37 - 1) * 37)
    expect(desk.add(utc('2026-03-02 16:59') + 1, MINUTE)).toBe(utc('2026-03-03 09:00') + 1)
  })

  // Intrepidd/working_hours#26; zendesk/biz PR#37
  it('a clock change inside the hours lengthens or shortens them by what it moves', () => {
    const sundays = (timeZone: string) => calendar({ timeZone, weekly: { sun: [['00:00', '06:00']] } })
    expect(sundays('America/New_York').between(utc('2026-03-08 00:00'), utc('2026-03-09 00:00'))).toBe(5 * HOUR)
    expect(sundays('America/New_York').between(utc('2026-11-01 00:00'), utc('2026-11-02 00:00'))).toBe(7 * HOUR)
  })

  // lennym/moment-business-time#58
  it('an hour after two o’clock in Amsterdam in October is two o’clock again, another instant', () => {
    const desk = calendar({ timeZone: 'Europe/Amsterdam', weekly: on(ALL_DAYS, ['00:00', '10:00']) })
    expect(desk.add('2022-10-30T02:00:00+02:00', HOUR)).toBe(Date.parse('2022-10-30T02:00:00+01:00'))
  })

  // calcom/cal.diy#30021
  it('hours after a clock change are those of the new offset on that very date', () => {
    const desk = calendar({ timeZone: 'America/New_York', weekly: { sun: [['13:00', '18:00']] } })
    expect(desk.spans(utc('2026-03-08 00:00'), utc('2026-03-09 12:00'))).toEqual([
      { start: utc('2026-03-08 17:00'), end: utc('2026-03-08 22:00') },
    ])
  })

  // znuny/OTRS PR#1732
  it('a short target near closing time runs over to the next opening', () => {
    const desk = calendar(office('UTC', '09:00', '17:00'))
    expect(written(desk.add(utc('2026-03-06 16:58'), 5 * MINUTE))).toBe('2026-03-09T09:03:00.000Z')
    expect(written(desk.add(utc('2026-03-06 16:58'), 2 * MINUTE))).toBe('2026-03-06T17:00:00.000Z')
  })

  // abhinavxd/libredesk internal/sla
  it('an hour at the start of a shutdown of four weeks ends in the first open hour after it', () => {
    const dates = Array.from({ length: 28 }, (_, i) =>
      new Date(utc('2026-07-06 00:00') + i * 24 * HOUR).toISOString().slice(0, 10),
    )
    const desk = calendar({ ...office('UTC', '09:00', '17:00'), exceptions: dates.map((date) => ({ date, open: [] })) })
    expect(written(desk.add(utc('2026-07-03 17:00'), HOUR))).toBe('2026-08-03T10:00:00.000Z')
  })

  // abhinavxd/libredesk internal/sla
  it('seconds are not cut to minutes', () => {
    const desk = calendar(office('UTC', '09:00', '17:00'))
    expect(written(desk.add('2026-03-02T16:59:30.250Z', MINUTE))).toBe('2026-03-03T09:00:30.250Z')
  })

  // chatwoot/chatwoot#14009, #9798; frappe/helpdesk#2212
  it('lunch breaks, night shifts and special days are plain data', () => {
    const desk = calendar({
      timeZone: 'America/Sao_Paulo',
      weekly: {
        ...on(['mon', 'tue', 'wed', 'thu'], ['08:00', '12:00'], ['13:00', '18:00']),
        fri: [['20:00', '04:00']],
      },
      exceptions: [{ yearly: '12-24', open: [['08:00', '12:00']], name: 'Véspera de Natal' }],
    })
    expect(desk.between('2026-03-02T00:00:00-03:00', '2026-03-09T00:00:00-03:00')).toBe((4 * 9 + 8) * HOUR)
    expect(desk.between('2026-12-24T00:00:00-03:00', '2026-12-25T00:00:00-03:00')).toBe(4 * HOUR)
  })
})
