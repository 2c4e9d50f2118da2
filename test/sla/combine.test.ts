/** Hours made of other hours, with figures that can be counted by hand. */
import { describe, expect, it } from 'vitest'
import type { OpenHours } from '../../src/sla/sla.ts'
import { always, calendar, difference, intersection, union } from '../../src/sla/sla.ts'
import { HOUR, office, on, utc, WORKDAYS, written } from './hours.ts'

const sydney = calendar(office('Australia/Sydney', '09:00', '17:00'))
const dublin = calendar(office('Europe/Dublin', '09:00', '17:00'))
const denver = calendar(office('America/Denver', '09:00', '17:00'))

describe('sites that follow the sun', () => {
  const desk = union(sydney, dublin, denver)

  it('are open around the clock but for the gaps between them', () => {
    // Monday in March: Sydney 22–06, Dublin 09–17, Denver 16–24, in UTC.
    expect(desk.spans(utc('2026-03-02 06:00'), utc('2026-03-03 09:00'))).toEqual([
      { start: utc('2026-03-02 09:00'), end: utc('2026-03-03 06:00') },
    ])
  })

  it('hand a target over from site to site', () => {
    expect(written(desk.add(utc('2026-03-02 16:30'), 12 * HOUR))).toBe('2026-03-03T04:30:00.000Z')
    expect(written(desk.nextClose(utc('2026-03-06 10:00')))).toBe('2026-03-07T00:00:00.000Z')
  })

  it('count dates by the zone of the first', () => {
    expect(desk.timeZone).toBe('Australia/Sydney')
    expect(desk.dateOf(utc('2026-03-02 20:00'))).toBe('2026-03-03')
    expect(written(desk.addWorkingDays(utc('2026-03-02 20:00'), 1))).toBe('2026-03-03T20:00:00.000Z')
  })
})

describe('a team within its company', () => {
  it('is open when both are', () => {
    const company = calendar({
      ...office('Europe/Dublin', '08:00', '20:00'),
      exceptions: [{ date: '2026-03-17', open: [] }],
    })
    const team = calendar({ timeZone: 'America/New_York', weekly: on(WORKDAYS, ['09:00', '17:00']) })
    const both = intersection(company, team)
    expect(both.spans(utc('2026-03-16 00:00'), utc('2026-03-19 00:00'))).toEqual([
      { start: utc('2026-03-16 13:00'), end: utc('2026-03-16 20:00') },
      { start: utc('2026-03-18 13:00'), end: utc('2026-03-18 20:00') },
    ])
  })

  it('that never meets its company never opens, and says so', () => {
    const nights = calendar(office('Europe/Dublin', '22:00', '23:00'))
    expect(intersection(dublin, nights).add(utc('2026-03-02 00:00'), 1)).toBe(null)
  })
})

describe('a desk without its training', () => {
  it('is open when the training is not', () => {
    const training = calendar({ timeZone: 'Europe/Dublin', weekly: { wed: [['13:00', '15:00']] } })
    const desk = difference(dublin, training)
    expect(desk.between(utc('2026-03-04 00:00'), utc('2026-03-05 00:00'))).toBe(6 * HOUR)
    expect(written(desk.add(utc('2026-03-04 12:30'), HOUR))).toBe('2026-03-04T15:30:00.000Z')
  })

  it('may lack several things', () => {
    expect(difference(always, sydney, dublin, denver).between(utc('2026-03-02 00:00'), utc('2026-03-03 00:00'))).toBe(
      3 * HOUR,
    )
  })
})

describe('hours of the host’s own', () => {
  it('combine with calendars when they can list their spans, in any order and overlapping', () => {
    const roster: OpenHours = {
      timeZone: 'UTC',
      spans: () => [
        { start: utc('2026-03-03 10:00'), end: utc('2026-03-03 12:00') },
        { start: utc('2026-03-02 10:00'), end: utc('2026-03-02 12:00') },
        { start: utc('2026-03-02 11:00'), end: utc('2026-03-02 13:00') },
      ],
    }
    const duty = intersection(roster, dublin)
    expect(duty.between(utc('2026-03-01 00:00'), utc('2026-03-09 00:00'))).toBe(5 * HOUR)
    expect(duty.add(utc('2026-03-01 00:00'), 6 * HOUR)).toBe(null)
  })

  it('nest', () => {
    const nested = difference(union(intersection(dublin, always), denver), sydney)
    expect(nested.between(utc('2026-03-02 08:00'), utc('2026-03-03 00:00'))).toBe((13 + 2) * HOUR - 2 * HOUR)
  })
})
