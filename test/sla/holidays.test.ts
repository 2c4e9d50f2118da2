/** Holidays from iCalendar text and from date-holidays: local dates, listed first, counted when accepted. */
import { describe, expect, it } from 'vitest'
import type { DateHolidaysEntry } from '../../src/sla/sla.ts'
import { acceptHolidays, calendar, readDateHolidays, readICalendar } from '../../src/sla/sla.ts'
import { HOUR, office } from './hours.ts'

const years = { from: '2026-01-01', to: '2028-12-31' }

function feed(...events: readonly (readonly string[])[]): string {
  const lines = events.flatMap((lines) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'])
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n')
}

const datesOf = (...lines: string[]) =>
  readICalendar(feed(['SUMMARY:x', ...lines]), years).proposals.map((day) => day.date)
const reasonOf = (...lines: string[]) =>
  readICalendar(feed(['SUMMARY:x', ...lines]), years).skipped.map((event) => event.reason)

describe('an iCalendar feed', () => {
  it('proposes each all-day event on the date that is written, with its name', () => {
    const text = feed([
      'UID:1',
      'SUMMARY:Christmas\\, first day',
      'CATEGORIES:Public',
      'DTSTART;VALUE=DATE:20261225',
      'DTEND;VALUE=DATE:20261226',
    ])
    expect(readICalendar(text, years)).toEqual({
      proposals: [{ date: '2026-12-25', name: 'Christmas, first day', kind: 'Public', part: undefined }],
      skipped: [],
    })
  })

  it('reads folded lines, line feeds alone, quoted parameters, alarms inside events and a byte order mark', () => {
    const text = `\uFEFF${feed(['SUMMARY;X-A="a:b":Tag der Deutschen', '  Einheit', 'BEGIN:VALARM', 'SUMMARY:no', 'END:VALARM', 'DTSTART;VALUE=DATE:20261003'])}`
    expect(readICalendar(text.replaceAll('\r\n', '\n'), years).proposals.map((day) => [day.date, day.name])).toEqual([
      ['2026-10-03', 'Tag der Deutschen Einheit'],
    ])
  })

  it('takes the end as exclusive and proposes day by day', () => {
    expect(datesOf('DTSTART;VALUE=DATE:20261230', 'DTEND;VALUE=DATE:20270102')).toEqual([
      '2026-12-30',
      '2026-12-31',
      '2027-01-01',
    ])
    expect(datesOf('DTSTART;VALUE=DATE:20260501', 'DTEND;VALUE=DATE:20260501')).toEqual(['2026-05-01'])
    expect(datesOf('DTSTART;VALUE=DATE:20260501', 'DURATION:P2D')).toEqual(['2026-05-01', '2026-05-02'])
    expect(datesOf('DTSTART;VALUE=DATE:20251220', 'DTEND;VALUE=DATE:20260103')).toEqual(['2026-01-01', '2026-01-02'])
  })

  it('repeats yearly: a date, the n-th weekday, the last one, every fourth year', () => {
    expect(datesOf('DTSTART;VALUE=DATE:20200704', 'RRULE:FREQ=YEARLY')).toEqual([
      '2026-07-04',
      '2027-07-04',
      '2028-07-04',
    ])
    expect(datesOf('DTSTART;VALUE=DATE:20201126', 'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH')).toEqual([
      '2026-11-26',
      '2027-11-25',
      '2028-11-23',
    ])
    expect(datesOf('DTSTART;VALUE=DATE:20200525', 'RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO')).toEqual([
      '2026-05-25',
      '2027-05-31',
      '2028-05-29',
    ])
    expect(
      datesOf(
        'DTSTART;VALUE=DATE:20201103',
        'RRULE:FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYMONTHDAY=2,3,4,5,6,7,8;BYDAY=TU',
      ),
    ).toEqual(['2028-11-07'])
    expect(datesOf('DTSTART;VALUE=DATE:20200229', 'RRULE:FREQ=YEARLY')).toEqual(['2028-02-29'])
    expect(datesOf('DTSTART;VALUE=DATE:20201231', 'RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1')).toEqual([
      '2026-12-31',
      '2027-12-31',
      '2028-12-31',
    ])
  })

  it('stops repeating by count and by last date, leaves out what is excluded, adds what is added', () => {
    expect(datesOf('DTSTART;VALUE=DATE:20250101', 'RRULE:FREQ=YEARLY;COUNT=3')).toEqual(['2026-01-01', '2027-01-01'])
    expect(datesOf('DTSTART;VALUE=DATE:20250101', 'RRULE:FREQ=YEARLY;UNTIL=20270101')).toEqual([
      '2026-01-01',
      '2027-01-01',
    ])
    expect(datesOf('DTSTART;VALUE=DATE:20250101', 'RRULE:FREQ=YEARLY', 'EXDATE;VALUE=DATE:20270101,20280101')).toEqual([
      '2026-01-01',
    ])
    expect(datesOf('DTSTART;VALUE=DATE:20260406', 'RDATE;VALUE=DATE:20270329')).toEqual(['2026-04-06', '2027-03-29'])
  })

  it('lets an event with a RECURRENCE-ID take its original’s place', () => {
    const original = ['UID:king', 'SUMMARY:King’s Day', 'DTSTART;VALUE=DATE:20200427', 'RRULE:FREQ=YEARLY']
    const moved = ['UID:king', 'SUMMARY:King’s Day', 'RECURRENCE-ID;VALUE=DATE:20270427', 'DTSTART;VALUE=DATE:20270426']
    expect(readICalendar(feed(original, moved), years).proposals.map((day) => day.date)).toEqual([
      '2026-04-27',
      '2027-04-26',
      '2028-04-27',
    ])
  })

  it('lists what it does not propose, with the reason', () => {
    expect(reasonOf('DTSTART:20261224T140000Z')[0]).toMatch('time of day')
    expect(reasonOf('DTSTART;VALUE=DATE:20260230')[0]).toMatch('no date that exists')
    expect(reasonOf('DTSTART;VALUE=DATE:20261224', 'STATUS:CANCELLED')[0]).toMatch('cancelled')
    expect(reasonOf('DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20261223')[0]).toMatch('not a date after')
    for (const rule of [
      'FREQ=WEEKLY',
      'FREQ=YEARLY;BYWEEKNO=20',
      'FREQ=YEARLY;BYDAY=20MO',
      'FREQ=YEARLY;INTERVAL=0',
      'FREQ=YEARLY;BYMONTH=13',
      'nonsense',
    ]) {
      expect(reasonOf('DTSTART;VALUE=DATE:20261224', `RRULE:${rule}`)[0]).toMatch(rule)
      expect(datesOf('DTSTART;VALUE=DATE:20261224', `RRULE:${rule}`)).toEqual([])
    }
  })

  it('is refused when it is none, and when the range is none', () => {
    expect(() => readICalendar('<html>', years)).toThrow('text is "<html>"; give iCalendar text')
    expect(() => readICalendar(feed(), { from: '2026', to: '2027-01-01' })).toThrow('range.from is "2026"')
    expect(() => readICalendar(feed(), { from: '2026-02-01', to: '2026-01-01' })).toThrow('range.to is "2026-01-01"')
  })
})

/** As date-holidays 3.37 returns them. */
const entry = (date: string, start: string, end: string, name: string, type: string): DateHolidaysEntry => ({
  date,
  start: new Date(start),
  end: new Date(end),
  name,
  type,
})

describe('the output of date-holidays', () => {
  it('is read by its local text, never by its instants', () => {
    const entries = [
      entry('2026-01-01 00:00:00', '2026-01-01T05:00:00.000Z', '2026-01-02T05:00:00.000Z', "New Year's Day", 'public'),
      entry('2026-04-02 00:00:00 -0600', '2026-04-01T15:00:00.000Z', '2026-04-02T15:00:00.000Z', 'פסח', 'public'),
    ]
    expect(readDateHolidays(entries)).toEqual([
      { date: '2026-01-01', name: "New Year's Day", kind: 'public', part: undefined },
      { date: '2026-04-02', name: 'פסח', kind: 'public', part: undefined },
    ])
  })

  it('proposes several days one by one, and a part of a day as a part', () => {
    const eid = entry(
      '2026-05-26 00:00:00 -0600',
      '2026-05-25T15:00:00.000Z',
      '2026-05-29T15:00:00.000Z',
      'عيد الأضحى',
      'public',
    )
    expect(readDateHolidays([eid]).map((day) => day.date)).toEqual([
      '2026-05-26',
      '2026-05-27',
      '2026-05-28',
      '2026-05-29',
    ])
    const eve = entry(
      '2026-12-24 14:00:00',
      '2026-12-24T13:00:00.000Z',
      '2026-12-24T23:00:00.000Z',
      'Heiliger Abend',
      'bank',
    )
    expect(readDateHolidays([eve])[0]?.part).toEqual([['14:00', '24:00']])
    const carnival = entry(
      '2026-02-18 00:00:00',
      '2026-02-18T03:00:00.000Z',
      '2026-02-18T17:00:00.000Z',
      'Carnaval',
      'optional',
    )
    expect(readDateHolidays([carnival])[0]?.part).toEqual([['00:00', '14:00']])
  })

  it('takes a day of 23 or 25 hours as a day', () => {
    const easter = entry(
      '2026-03-29 00:00:00',
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
      'x',
      'observance',
    )
    const autumn = entry(
      '2026-10-25 00:00:00',
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
      'y',
      'observance',
    )
    expect(readDateHolidays([easter, autumn])).toMatchObject([
      { date: '2026-03-29', part: undefined },
      { date: '2026-10-25', part: undefined },
    ])
  })

  it('is refused with the place when it is not what date-holidays returns', () => {
    const whole = entry('2026-01-01 00:00:00', '2026-01-01T05:00:00Z', '2026-01-02T05:00:00Z', 'x', 'public')
    expect(() => readDateHolidays({} as never)).toThrow('holidays is an object')
    expect(() => readDateHolidays([whole, null as never])).toThrow('holidays[1].date')
    expect(() => readDateHolidays([{ ...whole, date: '01.01.2026' }])).toThrow('holidays[0].date')
    expect(() => readDateHolidays([{ ...whole, name: '' }])).toThrow('holidays[0].name')
    expect(() => readDateHolidays([{ ...whole, end: whole.start }])).toThrow('holidays[0].end')
  })
})

describe('accepting holidays', () => {
  const day = (date: string, name: string, part?: string) => ({
    date,
    name,
    kind: 'public',
    part: part ? ([[part, '24:00']] as const) : undefined,
  })

  it('makes one exception a date, in order, with every name, the whole day before a part', () => {
    const proposals = [
      day('2026-12-25', 'Christmas'),
      day('2026-05-01', 'Labour Day'),
      day('2026-05-01', 'May Day', '12:00'),
      day('2026-12-24', 'Eve', '14:00'),
    ]
    expect(acceptHolidays(proposals, () => true)).toEqual([
      { date: '2026-05-01', name: 'Labour Day / May Day', open: [] },
      { date: '2026-12-24', name: 'Eve', closed: [['14:00', '24:00']] },
      { date: '2026-12-25', name: 'Christmas', open: [] },
    ])
  })

  it('makes exceptions that a calendar takes', () => {
    const exceptions = acceptHolidays(
      [day('2026-12-24', 'Eve', '14:00'), day('2026-12-25', 'Christmas')],
      (one) => one.kind === 'public',
    )
    const desk = calendar({ ...office('Europe/Berlin', '09:00', '17:00'), exceptions })
    expect(desk.between('2026-12-24T00:00:00+01:00', '2026-12-26T00:00:00+01:00')).toBe(5 * HOUR)
    expect(desk.exceptionAt('2026-12-24T12:00:00+01:00')?.name).toBe('Eve')
  })
})
