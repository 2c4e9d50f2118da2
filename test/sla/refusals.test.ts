/** Definitions that are refused: each with its code and its place. */
import { describe, expect, it } from 'vitest'
import { isDeskError } from '../../src/domain/fault.ts'
import type { BusinessTime, CalendarDefinition } from '../../src/sla/sla.ts'
import { calendar, difference, intersection, union } from '../../src/sla/sla.ts'
import { office } from './hours.ts'

/** What a calendar answers to a definition that may be anything. */
function refusal(act: () => unknown): { code: string; place: unknown } | 'accepted' {
  try {
    act()
  } catch (error) {
    if (isDeskError(error)) return { code: error.code, place: error.data.place }
    throw error
  }
  return 'accepted'
}

const parsed = (text: string): unknown => JSON.parse(text)
const good = { timeZone: 'UTC', weekly: { mon: [['09:00', '17:00']] } }
const weekly = (hours: unknown) => ({ ...good, weekly: { fri: hours } })
const exception = (one: unknown) => ({ ...good, exceptions: [{ date: '2026-01-01', open: [] }, one] })

type Row = readonly [definition: unknown, code: string, place: string]

const ROWS: readonly Row[] = [
  [undefined, 'calendar.not-an-object', 'definition'],
  [null, 'calendar.not-an-object', 'definition'],
  ['UTC', 'calendar.not-an-object', 'definition'],
  [42, 'calendar.not-an-object', 'definition'],
  [[], 'calendar.not-an-object', 'definition'],
  [() => good, 'calendar.not-an-object', 'definition'],
  [{}, 'calendar.unknown-zone', 'timeZone'],
  [{ ...good, timezone: 'UTC' }, 'calendar.unknown-key', 'timezone'],
  [{ ...good, holidays: [] }, 'calendar.unknown-key', 'holidays'],
  [{ ...good, toString: 1 }, 'calendar.unknown-key', 'toString'],
  [parsed('{"timeZone":"UTC","weekly":{},"__proto__":{"weekly":{}}}'), 'calendar.unknown-key', '__proto__'],
  [Object.create(good), 'calendar.unknown-zone', 'timeZone'],

  [{ ...good, timeZone: undefined }, 'calendar.unknown-zone', 'timeZone'],
  [{ ...good, timeZone: null }, 'calendar.unknown-zone', 'timeZone'],
  [{ ...good, timeZone: '' }, 'calendar.unknown-zone', 'timeZone'],
  [{ ...good, timeZone: ' ' }, 'calendar.unknown-zone', 'timeZone'],
  [{ ...good, timeZone: 'New York' }, 'calendar.unknown-zone', 'timeZone'],
  [{ ...good, timeZone: 'Europe/Berlín' }, 'calendar.unknown-zone', 'timeZone'],
  [{ ...good, timeZone: 'America/New_Yorck' }, 'calendar.unknown-zone', 'timeZone'],
  [{ ...good, timeZone: 'Eastern Standard Time' }, 'calendar.unknown-zone', 'timeZone'],
  [{ ...good, timeZone: '+02:00' }, 'calendar.unknown-zone', 'timeZone'],
  [{ ...good, timeZone: '__proto__' }, 'calendar.unknown-zone', 'timeZone'],
  [{ ...good, timeZone: 'constructor' }, 'calendar.unknown-zone', 'timeZone'],
  [{ ...good, timeZone: 60 }, 'calendar.unknown-zone', 'timeZone'],
  [{ ...good, timeZone: ['UTC'] }, 'calendar.unknown-zone', 'timeZone'],

  [{ timeZone: 'UTC' }, 'calendar.not-an-object', 'weekly'],
  [{ ...good, weekly: null }, 'calendar.not-an-object', 'weekly'],
  [{ ...good, weekly: [] }, 'calendar.not-an-object', 'weekly'],
  [{ ...good, weekly: 'mon-fri' }, 'calendar.not-an-object', 'weekly'],
  [{ ...good, weekly: { monday: [] } }, 'calendar.unknown-weekday', 'weekly.monday'],
  [{ ...good, weekly: { Mon: [] } }, 'calendar.unknown-weekday', 'weekly.Mon'],
  [{ ...good, weekly: { mno: [] } }, 'calendar.unknown-weekday', 'weekly.mno'],
  [{ ...good, weekly: { 1: [] } }, 'calendar.unknown-weekday', 'weekly.1'],
  [{ ...good, weekly: { mön: [] } }, 'calendar.unknown-weekday', 'weekly.mön'],
  [
    parsed('{"timeZone":"UTC","weekly":{"__proto__":[["09:00","17:00"]]}}'),
    'calendar.unknown-weekday',
    'weekly.__proto__',
  ],
  [parsed('{"timeZone":"UTC","weekly":{"constructor":[]}}'), 'calendar.unknown-weekday', 'weekly.constructor'],

  [weekly('09:00-17:00'), 'calendar.not-a-list', 'weekly.fri'],
  [weekly({ 0: ['09:00', '17:00'] }), 'calendar.not-a-list', 'weekly.fri'],
  [weekly(true), 'calendar.not-a-list', 'weekly.fri'],
  [weekly(['09:00', '17:00']), 'calendar.bad-interval', 'weekly.fri[0]'],
  [weekly([['09:00', '17:00'], null]), 'calendar.bad-interval', 'weekly.fri[1]'],
  [weekly([['09:00']]), 'calendar.bad-interval', 'weekly.fri[0]'],
  [weekly([[]]), 'calendar.bad-interval', 'weekly.fri[0]'],
  [weekly([['09:00', '12:00', '17:00']]), 'calendar.bad-interval', 'weekly.fri[0]'],
  [weekly([{ start: '09:00', end: '17:00' }]), 'calendar.bad-interval', 'weekly.fri[0]'],
  // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested.
  [weekly([, ['09:00', '17:00']]), 'calendar.bad-interval', 'weekly.fri[0]'],
  [weekly([['25:00', '26:00']]), 'calendar.bad-time', 'weekly.fri[0][0]'],
  [weekly([['09:00', '25:00']]), 'calendar.bad-time', 'weekly.fri[0][1]'],
  [weekly([['24:00', '02:00']]), 'calendar.bad-time', 'weekly.fri[0][0]'],
  [weekly([['09:00', '24:01']]), 'calendar.bad-time', 'weekly.fri[0][1]'],
  [weekly([['09:60', '17:00']]), 'calendar.bad-time', 'weekly.fri[0][0]'],
  [weekly([['9:00', '17:00']]), 'calendar.bad-time', 'weekly.fri[0][0]'],
  [weekly([['09:00', '5pm']]), 'calendar.bad-time', 'weekly.fri[0][1]'],
  [weekly([['09:00', '05:00 PM']]), 'calendar.bad-time', 'weekly.fri[0][1]'],
  [weekly([['09:00:00', '17:00']]), 'calendar.bad-time', 'weekly.fri[0][0]'],
  [weekly([['09.00', '17:00']]), 'calendar.bad-time', 'weekly.fri[0][0]'],
  [weekly([['-1:00', '17:00']]), 'calendar.bad-time', 'weekly.fri[0][0]'],
  [weekly([['09:00', '']]), 'calendar.bad-time', 'weekly.fri[0][1]'],
  [weekly([['09:00 ', '17:00']]), 'calendar.bad-time', 'weekly.fri[0][0]'],
  [weekly([['09:00\n', '17:00']]), 'calendar.bad-time', 'weekly.fri[0][0]'],
  [weekly([['٠٩:٠٠', '17:00']]), 'calendar.bad-time', 'weekly.fri[0][0]'],
  [weekly([['０９:００', '17:00']]), 'calendar.bad-time', 'weekly.fri[0][0]'],
  [weekly([[540, 1020]]), 'calendar.bad-time', 'weekly.fri[0][0]'],
  [weekly([['09:00', null]]), 'calendar.bad-time', 'weekly.fri[0][1]'],
  [weekly([[Object.create(null), '17:00']]), 'calendar.bad-time', 'weekly.fri[0][0]'],
  [weekly([[Symbol('nine'), '17:00']]), 'calendar.bad-time', 'weekly.fri[0][0]'],
  [
    weekly([
      ['09:00', '12:00'],
      ['13:00', '17:0'],
    ]),
    'calendar.bad-time',
    'weekly.fri[1][1]',
  ],

  [{ ...good, breaks: [] }, 'calendar.not-an-object', 'breaks'],
  [{ ...good, breaks: { lunch: [['12:00', '13:00']] } }, 'calendar.unknown-weekday', 'breaks.lunch'],
  [{ ...good, breaks: { mon: '12:00' } }, 'calendar.not-a-list', 'breaks.mon'],
  [{ ...good, breaks: { mon: [['12:00', '13:99']] } }, 'calendar.bad-time', 'breaks.mon[0][1]'],

  [{ ...good, exceptions: {} }, 'calendar.not-a-list', 'exceptions'],
  [{ ...good, exceptions: '2026-12-25' }, 'calendar.not-a-list', 'exceptions'],
  [{ ...good, exceptions: ['2026-12-25'] }, 'calendar.not-an-object', 'exceptions[0]'],
  [{ ...good, exceptions: [null] }, 'calendar.not-an-object', 'exceptions[0]'],
  [exception({ date: '2026-12-25', open: [], note: 'x' }), 'calendar.unknown-key', 'exceptions[1].note'],
  [exception({ open: [] }), 'calendar.exception-day', 'exceptions[1]'],
  [exception({ date: '2026-12-25', yearly: '12-25', open: [] }), 'calendar.exception-day', 'exceptions[1]'],
  [exception({ date: '2026-02-29', open: [] }), 'calendar.bad-date', 'exceptions[1].date'],
  [exception({ date: '2026-13-01', open: [] }), 'calendar.bad-date', 'exceptions[1].date'],
  [exception({ date: '2026-00-10', open: [] }), 'calendar.bad-date', 'exceptions[1].date'],
  [exception({ date: '2026-1-1', open: [] }), 'calendar.bad-date', 'exceptions[1].date'],
  [exception({ date: '25.12.2026', open: [] }), 'calendar.bad-date', 'exceptions[1].date'],
  [exception({ date: '12/25/2026', open: [] }), 'calendar.bad-date', 'exceptions[1].date'],
  [exception({ date: '2026-12-25T00:00:00Z', open: [] }), 'calendar.bad-date', 'exceptions[1].date'],
  [exception({ date: new Date(0), open: [] }), 'calendar.bad-date', 'exceptions[1].date'],
  [exception({ date: 20_261_225, open: [] }), 'calendar.bad-date', 'exceptions[1].date'],
  [exception({ date: '1799-12-31', open: [] }), 'calendar.bad-date', 'exceptions[1].date'],
  [exception({ date: '2400-01-01', open: [] }), 'calendar.bad-date', 'exceptions[1].date'],
  [exception({ date: null, open: [] }), 'calendar.bad-date', 'exceptions[1].date'],
  [exception({ yearly: '02-30', open: [] }), 'calendar.bad-date', 'exceptions[1].yearly'],
  [exception({ yearly: '7-4', open: [] }), 'calendar.bad-date', 'exceptions[1].yearly'],
  [exception({ yearly: '2026-07-04', open: [] }), 'calendar.bad-date', 'exceptions[1].yearly'],
  [exception({ yearly: true, open: [] }), 'calendar.bad-date', 'exceptions[1].yearly'],
  [exception({ date: '2026-01-01', closed: [] }), 'calendar.date-twice', 'exceptions[1]'],
  [
    {
      ...good,
      exceptions: [
        { yearly: '07-04', open: [] },
        { yearly: '07-04', open: [] },
      ],
    },
    'calendar.date-twice',
    'exceptions[1]',
  ],
  [exception({ date: '2026-12-25' }), 'calendar.exception-change', 'exceptions[1]'],
  [exception({ date: '2026-12-25', open: [], closed: [] }), 'calendar.exception-change', 'exceptions[1]'],
  [exception({ date: '2026-12-25', open: null }), 'calendar.not-a-list', 'exceptions[1].open'],
  [exception({ date: '2026-12-25', open: false }), 'calendar.not-a-list', 'exceptions[1].open'],
  [
    exception({
      date: '2026-12-25',
      closed: [
        ['15:00', '18:00'],
        ['x', '19:00'],
      ],
    }),
    'calendar.bad-time',
    'exceptions[1].closed[1][0]',
  ],
  [exception({ date: '2026-12-25', open: [['10:00']] }), 'calendar.bad-interval', 'exceptions[1].open[0]'],
  [exception({ date: '2026-12-25', open: [], name: '' }), 'calendar.bad-name', 'exceptions[1].name'],
  [exception({ date: '2026-12-25', open: [], name: '  ' }), 'calendar.bad-name', 'exceptions[1].name'],
  [exception({ date: '2026-12-25', open: [], name: 25 }), 'calendar.bad-name', 'exceptions[1].name'],
  [exception({ date: '2026-12-25', open: [], name: 'x'.repeat(201) }), 'calendar.bad-name', 'exceptions[1].name'],
]

describe('a definition that is not right', () => {
  it('has at least eighty ways, all of them different', () => {
    expect(ROWS.length).toBeGreaterThanOrEqual(80)
  })

  it.each(ROWS.map((row, i) => [i, ...row] as const))(
    '%i is refused with code and place: %s → %s at %s',
    (_, definition, code, place) => {
      expect(refusal(() => calendar(definition as CalendarDefinition))).toEqual({ code, place })
    },
  )

  it('says in its message where, what, and what to write instead', () => {
    expect(() => calendar(weekly([['09:00', '25:00']]) as CalendarDefinition)).toThrow(
      `weekly.fri[0][1] is "25:00"; write 'HH:MM' from 00:00 to 23:59, or '24:00' as an end.`,
    )
  })

  it('leaves nothing behind on the prototype of objects', () => {
    refusal(() =>
      calendar(parsed('{"timeZone":"UTC","weekly":{"__proto__":{"mon":[["09:00","17:00"]]}}}') as CalendarDefinition),
    )
    expect(Object.keys(Object.prototype)).toEqual([])
    expect('mon' in {}).toBe(false)
  })
})

describe('a definition that cannot be right', () => {
  it('does not compile', () => {
    const rows: CalendarDefinition[] = [
      // @ts-expect-error no weekday is called monday
      { timeZone: 'UTC', weekly: { monday: [] } },
      // @ts-expect-error an interval is a pair
      { timeZone: 'UTC', weekly: { mon: ['09:00', '17:00'] } },
      // @ts-expect-error one change, not two
      { timeZone: 'UTC', weekly: {}, exceptions: [{ date: '2026-01-01', open: [], closed: [] }] },
      // @ts-expect-error one day, not two
      { timeZone: 'UTC', weekly: {}, exceptions: [{ date: '2026-01-01', yearly: '01-01', open: [] }] },
      // @ts-expect-error a change is needed
      { timeZone: 'UTC', weekly: {}, exceptions: [{ date: '2026-01-01' }] },
      // @ts-expect-error a zone is needed
      { weekly: {} },
    ]
    expect(rows.every((row) => refusal(() => calendar(row)) !== 'accepted')).toBe(true)
  })
})

describe('a definition that is right', () => {
  it('may leave out what it does not need', () => {
    const empty = { timeZone: 'europe/berlin', weekly: { mon: undefined }, breaks: undefined, exceptions: undefined }
    expect(calendar(empty).timeZone).toBe('Europe/Berlin')
  })

  it('may be frozen, may lack a prototype, and is not kept: later changes to it change nothing', () => {
    const hours: [string, string][] = [['09:00', '17:00']]
    const definition = Object.assign(Object.create(null), {
      timeZone: 'UTC',
      weekly: { mon: hours },
    }) as CalendarDefinition
    const desk = calendar(Object.freeze(definition))
    hours[0] = ['00:00', '24:00']
    expect(desk.between('2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z')).toBe(8 * 3_600_000)
  })
})

describe('a question that cannot be answered', () => {
  const desk: BusinessTime = calendar(office('Europe/Berlin', '09:00', '17:00'))
  const bad = [
    Number.NaN,
    Infinity,
    new Date(Number.NaN),
    'yesterday',
    '2026-03-02',
    '2026-03-02T09:00:00',
    null,
    undefined,
    {},
    9e15,
  ]

  it.each(bad.map((value) => [String(value), value]))('is refused for the instant %s by every method', (_, value) => {
    const t = value as number
    const asks = [
      () => desk.add(t, 1),
      () => desk.add(t, -1),
      () => desk.add(t, 0),
      () => desk.between(t, 0),
      () => desk.between(0, t),
      () => desk.isOpen(t),
      () => desk.nextOpen(t),
      () => desk.nextClose(t),
      () => desk.spans(t, 0),
      () => desk.spans(0, t),
      () => desk.addWorkingDays(t, 1),
      () => desk.dateOf(t),
    ]
    for (const ask of asks) expect(refusal(ask)).toMatchObject({ code: 'time.bad-instant' })
  })

  it('is refused for instants outside the years 1800 to 2399', () => {
    for (const t of [Date.UTC(1798, 0), Date.UTC(2402, 0), 8.64e15, -8.64e15]) {
      for (const ask of [
        () => desk.add(t, 1),
        () => desk.between(0, t),
        () => desk.isOpen(t),
        () => desk.nextOpen(t),
      ]) {
        expect(refusal(ask)).toMatchObject({ code: 'calendar.out-of-range' })
      }
    }
    expect(desk.isOpen(Date.UTC(1800, 0, 1))).toBe(false)
    expect(desk.isOpen(Date.UTC(2399, 11, 31, 12))).toBe(true)
  })

  it('is refused for amounts that are no number', () => {
    for (const ms of [Number.NaN, Infinity, '8h', null, undefined]) {
      expect(refusal(() => desk.add(0, ms as number))).toEqual({ code: 'calendar.bad-amount', place: 'ms' })
    }
    for (const days of [Number.NaN, 1.5, '2', null]) {
      expect(refusal(() => desk.addWorkingDays(0, days as number))).toEqual({
        code: 'calendar.bad-amount',
        place: 'days',
      })
    }
  })

  it('is refused for a combination of nothing', () => {
    const rows = [
      ['union', union],
      ['intersection', intersection],
      ['difference', difference],
    ] as const
    for (const [place, combine] of rows) {
      expect(refusal(() => combine())).toEqual({ code: 'calendar.nothing-to-combine', place })
    }
  })
})
