/** Turns, hours, overrides and clock changes; and the feed that a person's calendar reads. */
import { coverage, type OnCallScheduleDefinition, onCallFeed, whoIsOnCall } from 'deskwright/escalation'
import { readICalendar } from 'deskwright/sla'
import { describe, expect, it } from 'vitest'

const HOUR = 3_600_000
const BERLIN: OnCallScheduleDefinition = {
  timeZone: 'Europe/Berlin',
  layers: [{ people: ['ann', 'bob'], turn: 'daily', start: '2026-03-27T09:00' }],
}

describe('a daily turn', () => {
  it('hands over at the same wall time when the clocks are moved, and the instant belongs to the next person', () => {
    const { shifts } = coverage(BERLIN, '2026-03-27T08:00:00Z', '2026-03-31T07:00:00Z')
    expect(shifts.map(({ from, until, people }) => [(until - from) / HOUR, ...people])).toEqual([
      [24, 'ann'],
      [23, 'bob'],
      [24, 'ann'],
      [24, 'bob'],
    ])
    expect(whoIsOnCall(BERLIN, '2026-03-29T06:59:59.999Z')).toEqual(['bob'])
    expect(whoIsOnCall(BERLIN, '2026-03-29T07:00:00Z')).toEqual(['ann'])
  })

  it('that hands over in the hour that is left out does so right after it, and in one that comes twice at its first', () => {
    const night = (start: string) => ({ ...BERLIN, layers: [{ ...BERLIN.layers[0]!, start }] })
    const [, march] = coverage(night('2026-03-28T02:30'), '2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z').shifts
    const [, october] = coverage(night('2026-10-24T02:30'), '2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z').shifts
    expect(new Date(march!.from).toISOString()).toBe('2026-03-29T01:00:00.000Z')
    expect(new Date(october!.from).toISOString()).toBe('2026-10-25T00:30:00.000Z')
  })

  it('has nobody before its start and after its end', () => {
    const ended = { ...BERLIN, layers: [{ ...BERLIN.layers[0]!, until: '2026-03-28T09:00' }] }
    const { gaps } = coverage(ended, '2026-03-27T00:00:00Z', '2026-03-29T00:00:00Z')
    expect(gaps.map(({ from, until }) => (until - from) / HOUR)).toEqual([8, 16])
  })
})

describe('several layers', () => {
  const layers = [
    { people: ['ann'], turn: 'weekly', start: '2026-03-02T00:00' },
    { people: ['bob'], turn: 'weekly', start: '2026-03-02T00:00', hours: { wed: [['22:00', '06:00']] } },
  ] as const

  it('have the last one on top', () => {
    const { shifts } = coverage({ timeZone: 'UTC', layers }, '2026-03-04T00:00:00Z', '2026-03-06T00:00:00Z')
    expect(shifts.map(({ people, until, from }) => [(until - from) / HOUR, ...people])).toEqual([
      [22, 'ann'],
      [8, 'bob'],
      [18, 'ann'],
    ])
  })

  it('stand side by side where the schedule says so', () => {
    const both = { timeZone: 'UTC', layers, overlap: 'all' } as const
    const { double, gaps } = coverage(both, '2026-03-04T00:00:00Z', '2026-03-06T00:00:00Z')
    expect({ double: double.map(({ people }) => people), gaps }).toEqual({ double: [['ann', 'bob']], gaps: [] })
  })

  it('give way to who stands in, for all or for one', () => {
    const time = { from: '2026-03-04T21:00:00Z', until: '2026-03-04T23:00:00Z' }
    const who = (override: object) =>
      whoIsOnCall(
        { timeZone: 'UTC', layers, overlap: 'all', overrides: [{ ...time, person: 'cy', ...override }] },
        '2026-03-04T22:30:00Z',
      )
    expect(who({})).toEqual(['cy'])
    expect(who({ for: 'bob' })).toEqual(['ann', 'cy'])
    expect(who({ until: '2026-03-04T22:30:00Z' })).toEqual(['ann', 'bob'])
  })
})

describe('the feed of a person', () => {
  const given = { from: '2026-03-27T08:00:00Z', until: '2026-03-31T07:00:00Z', madeAt: '2026-03-01T00:00:00Z' }
  const text = onCallFeed({
    schedules: { 'Tier 1, Europe; nights and all the other hours that nobody wants': BERLIN },
    person: 'ann',
    ...given,
  })

  it('has each turn as an event, in UTC', () => {
    const lines = text.replace(/\r\n /g, '').split('\r\n')
    expect(lines.filter((line) => line.startsWith('DTSTART'))).toEqual([
      'DTSTART:20260327T080000Z',
      'DTSTART:20260329T070000Z',
    ])
    expect(lines.filter((line) => line.startsWith('DTEND'))).toEqual([
      'DTEND:20260328T080000Z',
      'DTEND:20260330T070000Z',
    ])
    expect(lines).toContain('SUMMARY:On call: Tier 1\\, Europe\\; nights and all the other hours that nobody wants')
    expect(new Set(lines.filter((line) => line.startsWith('UID'))).size).toBe(2)
  })

  it('keeps its lines within 75 octets, and is read by a reader', () => {
    for (const line of text.split('\r\n')) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75)
    expect(readICalendar(text, { from: '2026-01-01', to: '2026-12-31' }).skipped).toHaveLength(2)
  })

  it('knows a turn by its start, and one that was under way by the start of the feed', () => {
    const uids = (from: string) =>
      onCallFeed({ schedules: { primary: BERLIN }, person: 'ann', ...given, from })
        .match(/(?<=UID:)\d+/g)
        ?.map(Number)
    const [first, second] = [Date.parse('2026-03-27T08:00:00Z'), Date.parse('2026-03-29T07:00:00Z')]
    expect(uids('2026-03-20T00:00:00Z')).toEqual([first, second])
    expect(uids('2026-03-28T12:00:00Z')).toEqual([second])
    expect(uids('2026-03-27T20:00:00Z')).toEqual([Date.parse('2026-03-27T20:00:00Z'), second])
  })

  it('joins what touches: beside whom somebody is on call cuts no turn', () => {
    const layers = [
      { people: ['ann'], turn: 'weekly', start: '2026-03-02T00:00' },
      { people: ['bob'], turn: 'daily', start: '2026-03-02T00:00', hours: { tue: [['00:00', '24:00']] } },
    ] as const
    const feed = onCallFeed({
      schedules: { both: { timeZone: 'UTC', layers, overlap: 'all' } },
      ...{ person: 'ann', from: '2026-03-02T00:00:00Z', until: '2026-03-05T00:00:00Z', madeAt: 0 },
    })
    expect(feed.match(/BEGIN:VEVENT/g)).toHaveLength(1)
  })
})
