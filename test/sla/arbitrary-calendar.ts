/** Random calendars and instants for the laws and the oracle: any zone, trap days more often than chance would have them. */
import fc from 'fast-check'
import type { CalendarDefinition, CalendarException, Hours, WeeklyHours } from '../../src/sla/calendar-definition.ts'

export const DAY = 86_400_000
export const HOUR = 3_600_000

export const ZONES: readonly string[] = Intl.supportedValuesOf('timeZone')

/** Dates on which a zone did what few programs expect. */
const TRAPS: readonly (readonly [zone: string, near: string])[] = [
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
  ['America/Sao_Paulo', '2018-11-04T03:00:00Z'],
  ['America/Sao_Paulo', '2018-02-18T02:00:00Z'],
  ['Asia/Tehran', '2021-03-21T20:30:00Z'],
  ['Asia/Tehran', '2021-09-21T19:30:00Z'],
  ['Africa/Casablanca', '2026-02-15T02:00:00Z'],
  ['Africa/Casablanca', '2026-03-22T02:00:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00:00Z'],
  ['Pacific/Kwajalein', '1993-08-21T12:00:00Z'],
  ['America/St_Johns', '2006-10-29T02:31:00Z'],
  ['America/St_Johns', '2006-04-02T03:31:00Z'],
  ['America/Havana', '2026-11-01T05:00:00Z'],
  ['Africa/Monrovia', '1972-01-07T00:44:30Z'],
  ['Africa/Cairo', '2024-04-25T22:00:00Z'],
  ['America/Godthab', '2023-03-26T01:00:00Z'],
  ['Antarctica/Troll', '2026-03-29T01:00:00Z'],
  ['America/New_York', '2026-03-08T07:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['Asia/Pyongyang', '2015-08-14T15:00:00Z'],
  ['America/Argentina/Tucuman', '2004-06-01T03:00:00Z'],
  ['Asia/Gaza', '2011-08-01T00:00:00Z'],
  ['Asia/Kathmandu', '1985-12-31T18:30:00Z'],
]

const from1970 = Date.UTC(1970, 0, 20)
const to2037 = Date.UTC(2037, 11, 10)

/** A zone and an instant of interest in it. */
export const placeAndTime: fc.Arbitrary<{ zone: string; base: number }> = fc.oneof(
  fc.record({ zone: fc.constantFrom(...ZONES), base: fc.integer({ min: from1970, max: to2037 }) }),
  fc.constantFrom(...TRAPS).map(([zone, near]) => ({ zone, base: Date.parse(near) })),
  // Where one window of the engine ends and the next begins.
  fc.record({ zone: fc.constantFrom(...ZONES), base: fc.integer({ min: 1, max: 62 }).map((index) => index * 2 ** 35) }),
)

const clock = (max: number) =>
  fc
    .oneof(
      fc.integer({ min: 0, max }),
      fc.integer({ min: 0, max: Math.floor(max / 30) }).map((half) => half * 30),
    )
    .map((minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`)

const hours = (maxLength: number): fc.Arbitrary<Hours> => fc.array(fc.tuple(clock(1439), clock(1440)), { maxLength })

/** Hours by weekday, at most so many a day. */
export const week = (maxLength: number): fc.Arbitrary<WeeklyHours> => {
  const day = fc.option(hours(maxLength), { nil: undefined, freq: 2 })
  return fc.record({ mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: day })
}

/** Seldom-open calendars belong in: an hour a week, a day a year, never. */
const anyWeek = fc.oneof({ weight: 6, arbitrary: week(2) }, { weight: 1, arbitrary: fc.constant<WeeklyHours>({}) })

function exceptionsNear(base: number): fc.Arbitrary<readonly CalendarException[]> {
  const one = fc.record({
    away: fc.integer({ min: -6, max: 6 }),
    repeats: fc.constantFrom('once', 'yearly'),
    effect: fc.constantFrom('open', 'closed'),
    hours: hours(2),
  })
  return fc.uniqueArray(one, { selector: (item) => item.away, maxLength: 5 }).map((items) =>
    items.map((item): CalendarException => {
      const date = new Date(base + item.away * DAY).toISOString().slice(0, 10)
      const change = item.effect === 'open' ? { open: item.hours } : { closed: item.hours }
      return item.repeats === 'once' ? { date, ...change } : { yearly: date.slice(5), ...change }
    }),
  )
}

/** A calendar whose exceptions lie about a base instant. */
export const calendarAround: fc.Arbitrary<{ definition: CalendarDefinition; base: number }> = placeAndTime.chain(
  ({ zone, base }) =>
    fc
      .record({ weekly: anyWeek, breaks: fc.option(week(1), { nil: undefined }), exceptions: exceptionsNear(base) })
      .map((parts) => ({
        definition: { timeZone: zone, ...parts },
        base,
      })),
)
