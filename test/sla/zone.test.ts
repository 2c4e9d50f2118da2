/** Zone arithmetic beside Intl's own offsets, which are read in another way than the code under test reads them. */
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { firstInstantOf, lastInstantOf, wallAt, zoneOf } from '../../src/sla/zone.ts'
import { DAY, HOUR, ZONES } from './arbitrary-calendar.ts'

function offsetByIntl(format: Intl.DateTimeFormat, instant: number): number {
  const name = format.formatToParts(instant).find((part) => part.type === 'timeZoneName')?.value ?? ''
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?/.exec(name) ?? []
  return (sign === '-' ? -1000 : 1000) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) + 0
}

/** Where the code under test and Intl differ in a range of instants. */
function differences(id: string, range: { first: number; last: number; step: number }): string[] {
  const zone = zoneOf(id, 'timeZone')
  const format = new Intl.DateTimeFormat('en-US', { timeZone: id, timeZoneName: 'longOffset' })
  const wrong: string[] = []
  for (let t = range.first; t < range.last; t += range.step) {
    const offset = wallAt(zone.stretchesAt(t), t) - t
    if (offset !== offsetByIntl(format, t)) wrong.push(`${id} ${new Date(t).toISOString()} ${offset}`)
  }
  return wrong
}

describe('the offset of a zone', () => {
  it('is that of Intl in every zone, at instants from 1970 to 2037', () => {
    const wrong: string[] = []
    for (const [i, id] of ZONES.entries()) {
      const first = Date.UTC(1970 + (i % 8) * 8, 0)
      wrong.push(...differences(id, { first, last: first + 2 * 366 * DAY, step: 53 * HOUR }))
    }
    expect(wrong).toEqual([])
  })

  it('changes at the second that Temporal names', () => {
    for (const id of [
      'America/New_York',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
      'Asia/Gaza',
      'Africa/Monrovia',
      'America/Argentina/Tucuman',
    ]) {
      const zone = zoneOf(id, 'timeZone')
      let change = Temporal.Instant.from('1970-01-01T00:00:00Z').toZonedDateTimeISO(id).getTimeZoneTransition('next')
      while (change && change.year < 2038) {
        const at = change.epochMilliseconds
        const offset = (t: number) => wallAt(zone.stretchesAt(at), t) - t
        expect([id, at, offset(at)]).toEqual([id, at, change.offsetNanoseconds / 1e6])
        expect([id, at, offset(at - 1) === offset(at)]).toEqual([id, at, false])
        change = change.getTimeZoneTransition('next')
      }
    }
  })

  it('is seen when a change was taken back within days', () => {
    // Freetown 1939 for four days, northern Brazil 2000 for one and two weeks, Tucumán 2004 for twelve days.
    const rows = [
      ['Africa/Freetown', '1939-09-03'],
      ['America/Boa_Vista', '2000-10-11'],
      ['America/Noronha', '2000-10-11'],
      ['America/Recife', '2000-10-11'],
      ['America/Fortaleza', '2000-10-14'],
      ['America/Argentina/Tucuman', '2004-06-06'],
      ['Europe/Vienna', '1945-04-07'],
      ['Africa/Tunis', '1943-04-20'],
    ] as const
    const wrong = rows.flatMap(([id, date]) => {
      const middle = Date.parse(date)
      return differences(id, { first: middle - 30 * DAY, last: middle + 30 * DAY, step: 2 * HOUR })
    })
    expect(wrong).toEqual([])
  })

  it('is found beyond 2037 and before 1900', () => {
    const paris = zoneOf('Europe/Paris', 'timeZone')
    const offset = (t: number) => (wallAt(paris.stretchesAt(t), t) - t) / 1000
    expect(offset(Date.UTC(2300, 6, 1))).toBe(7200)
    expect(offset(Date.UTC(2300, 0, 1))).toBe(3600)
    expect(offset(Date.UTC(1850, 6, 1))).toBe(561)
  })
})

describe('a reading of the wall', () => {
  const zone = zoneOf('America/New_York', 'timeZone')
  const pair = (text: string) => {
    const wall = Date.parse(`${text}Z`)
    return [firstInstantOf, lastInstantOf].map((of) =>
      new Date(of(zone.stretchesAt(wall), wall)).toISOString().slice(0, 16),
    )
  }

  it('has one instant on ordinary days, two when the clock goes back, the end of the gap when it goes forth', () => {
    expect(pair('2026-07-04T12:00')).toEqual(['2026-07-04T16:00', '2026-07-04T16:00'])
    expect(pair('2026-11-01T01:00')).toEqual(['2026-11-01T05:00', '2026-11-01T06:00'])
    expect(pair('2026-11-01T01:59')).toEqual(['2026-11-01T05:59', '2026-11-01T06:59'])
    expect(pair('2026-11-01T02:00')).toEqual(['2026-11-01T07:00', '2026-11-01T07:00'])
    expect(pair('2026-03-08T02:30')).toEqual(['2026-03-08T07:00', '2026-03-08T07:00'])
    expect(pair('2026-03-08T03:00')).toEqual(['2026-03-08T07:00', '2026-03-08T07:00'])
  })
})
