/** What `lint()` finds in calendars that are legal and hardly meant. */
import { describe, expect, it } from 'vitest'
import type { CalendarDefinition } from '../../src/sla/sla.ts'
import { calendar } from '../../src/sla/sla.ts'
import { office, on } from './hours.ts'

const desk = office('Europe/Berlin', '09:00', '17:00')
const found = (definition: CalendarDefinition, asOf?: string) =>
  calendar(definition)
    .lint(asOf)
    .map((warning) => `${warning.code} ${warning.place}`)

describe('lint', () => {
  it('is silent about ordinary hours', () => {
    expect(
      found(
        {
          ...desk,
          exceptions: [
            { date: '2026-12-25', open: [] },
            { yearly: '05-01', open: [] },
          ],
        },
        '2026-01-01T00:00:00Z',
      ),
    ).toEqual([])
    expect(found(desk, '2026-01-01T00:00:00Z')).toEqual([])
  })

  it('finds exceptions that change nothing', () => {
    const exceptions: CalendarDefinition['exceptions'] = [
      { date: '2026-12-26', open: [] },
      { date: '2026-12-25', open: [['09:00', '17:00']] },
      { date: '2026-12-24', closed: [['18:00', '20:00']] },
      { date: '2026-12-23', closed: [] },
      { date: '2026-12-22', closed: [['16:00', '18:00']] },
      { yearly: '02-29', open: [] },
      { yearly: '03-01', closed: [['17:00', '09:00']] },
    ]
    const nothing = 'calendar.exception-changes-nothing'
    expect(found({ ...desk, exceptions })).toEqual([0, 1, 2, 3, 6].map((i) => `${nothing} exceptions[${i}]`))
  })

  it('finds an exception on a date that its zone skipped', () => {
    const apia: CalendarDefinition = {
      ...office('Pacific/Apia', '09:00', '17:00'),
      exceptions: [{ date: '2011-12-30', open: [] }],
    }
    expect(found(apia)).toEqual(['calendar.exception-changes-nothing exceptions[0]'])
  })

  it('does not miss that an exception cuts the night before it', () => {
    const night: CalendarDefinition = {
      timeZone: 'UTC',
      weekly: { fri: [['22:00', '06:00']] },
      exceptions: [{ date: '2026-03-07', open: [] }],
    }
    expect(found(night)).toEqual([])
  })

  it('looks at the local date, far east and far west of UTC', () => {
    const lateAndEarly = (timeZone: string): CalendarDefinition => ({
      timeZone,
      weekly: on(['wed'], ['00:30', '02:00'], ['21:00', '23:30']),
      exceptions: [
        { date: '2026-03-04', closed: [['01:00', '02:00']] },
        { date: '2026-03-11', closed: [['22:00', '23:00']] },
      ],
    })
    expect(found(lateAndEarly('Pacific/Kiritimati'))).toEqual([])
    expect(found(lateAndEarly('Pacific/Honolulu'))).toEqual([])
  })

  it('finds a week without hours, also when breaks leave none', () => {
    expect(found({ timeZone: 'UTC', weekly: {} })).toEqual(['calendar.week-without-hours weekly'])
    expect(
      found({ timeZone: 'UTC', weekly: on(['mon'], ['09:00', '12:00']), breaks: on(['mon'], ['08:00', '12:00']) }),
    ).toEqual(['calendar.week-without-hours weekly'])
  })

  it('finds a list of exceptions that are all past, by the instant it is given', () => {
    const exceptions = [
      { date: '2025-12-25', open: [] },
      { date: '2026-01-01', open: [] },
    ]
    expect(found({ ...desk, exceptions }, '2026-01-01T22:59:59Z')).toEqual([])
    expect(found({ ...desk, exceptions }, '2026-01-01T23:00:00Z')).toEqual(['calendar.only-past-exceptions exceptions'])
    expect(found({ ...desk, exceptions })).toEqual([])
    expect(
      found({ ...desk, exceptions: [...exceptions, { yearly: '12-24', open: [] }] }, '2030-01-01T00:00:00Z'),
    ).toEqual([])
  })
})
