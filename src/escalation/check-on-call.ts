/** Turns on-call schedules and contact orders that came from anywhere into rules that can be trusted, or says what is wrong and where. */
import { type InstantLike, toMs } from '../domain/time.ts'
import { calendar } from '../sla/calendar.ts'
import type { WeeklyHours } from '../sla/calendar-definition.ts'
import { DAY_MS, dayOfText } from '../sla/civil-date.ts'
import type { OpenHours } from '../sla/combine.ts'
import { shown } from '../sla/sla-faults.ts'
import { type Zone, zoneOf } from '../sla/zone.ts'
import { knownName, lengthOf, listOf, nameOf, objectOf, oneOf } from './check-shape.ts'
import { fault } from './escalation-faults.ts'

/** A layer, checked; `start` and `until` are wall times, written as milliseconds as if the wall were in UTC. */
export interface Layer {
  readonly zone: Zone
  readonly name: string
  readonly people: readonly string[]
  readonly turnMs: number
  readonly start: number
  readonly until: number
  readonly hours: OpenHours | null
}

export interface Override {
  readonly from: number
  readonly until: number
  readonly person: string
  readonly instead: string | null
}

/** A schedule, checked. */
export interface OnCallSchedule {
  readonly layers: readonly Layer[]
  readonly overlap: 'last' | 'all'
  readonly overrides: readonly Override[]
}

/** How one person is reached, checked. */
export interface Contact {
  readonly order: readonly string[]
  readonly quiet: { readonly isOpen: (at: number) => boolean; readonly order: readonly string[] } | null
}

const MAX_LAYERS = 20
const MAX_PEOPLE = 200
const MAX_OVERRIDES = 1000
const MAX_WAYS = 10
const MINUTE = 60_000
const LONGEST_TURN = 366 * DAY_MS
const WALL = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d)$/

/** Schedules by name. @throws DeskError `onCall.*`, `escalation.*`, `calendar.*` with `data.place`. */
export function checkSchedules(
  input: unknown,
  references: { readonly people?: ReadonlySet<string> | undefined } = {},
): ReadonlyMap<string, OnCallSchedule> {
  const schedules = Object.entries(objectOf(input, 'schedules', null))
  return new Map(
    schedules.map(([name, one]) => {
      nameOf(name, 'schedules')
      return [name, checkSchedule(one, `schedules.${name}`, references.people)]
    }),
  )
}

/** One schedule. */
export function checkSchedule(input: unknown, place: string, people?: ReadonlySet<string>): OnCallSchedule {
  const given = objectOf(input, place, ['timeZone', 'layers', 'overlap', 'overrides'])
  const zone = zoneOf(given.timeZone, `${place}.timeZone`)
  const layers = listOf(given.layers, `${place}.layers`, { min: 0, max: MAX_LAYERS })
  const overrides = listOf(given.overrides ?? [], `${place}.overrides`, { min: 0, max: MAX_OVERRIDES })
  return {
    layers: layers.map((layer, n) => checkLayer(layer, `${place}.layers[${n}]`, { zone, n, people })),
    overlap: oneOf(given.overlap ?? 'last', `${place}.overlap`, ['last', 'all']),
    overrides: overrides.map((one, n) => checkOverride(one, `${place}.overrides[${n}]`, people)),
  }
}

function checkLayer(
  input: unknown,
  place: string,
  {
    zone: around,
    n,
    people,
  }: { readonly zone: Zone; readonly n: number; readonly people: ReadonlySet<string> | undefined },
): Layer {
  const given = objectOf(input, place, ['name', 'timeZone', 'people', 'turn', 'start', 'until', 'hours'])
  const zone = given.timeZone === undefined ? around : zoneOf(given.timeZone, `${place}.timeZone`)
  const start = wallOf(given.start, `${place}.start`)
  const until = given.until === undefined ? Number.POSITIVE_INFINITY : wallOf(given.until, `${place}.until`)
  if (until <= start) throw fault('onCall.bad-interval', { place: `${place}.until` })
  const hours = given.hours === undefined ? null : hoursOf(zone.id, given.hours, `${place}.hours`)
  return {
    zone,
    name: given.name === undefined ? `layer ${n + 1}` : nameOf(given.name, `${place}.name`),
    people: listOf(given.people, `${place}.people`, { min: 1, max: MAX_PEOPLE }).map((one, k) =>
      knownName(one, `${place}.people[${k}]`, { what: 'person', known: people }),
    ),
    turnMs: turnOf(given.turn, `${place}.turn`),
    start,
    until,
    hours,
  }
}

function turnOf(input: unknown, place: string): number {
  if (input === 'daily') return DAY_MS
  if (input === 'weekly') return 7 * DAY_MS
  const ms = lengthOf(input, place)
  if (ms >= MINUTE && ms <= LONGEST_TURN && ms % MINUTE === 0) return ms
  throw fault('onCall.bad-turn', { place, value: shown(input) })
}

function wallOf(input: unknown, place: string): number {
  const form = typeof input === 'string' ? WALL.exec(input) : null
  const day = dayOfText(form?.[1])
  if (form === null || day === null) throw fault('onCall.bad-wall-time', { place, value: shown(input) })
  return day * DAY_MS + (Number(form[2]) * 60 + Number(form[3])) * MINUTE
}

function hoursOf(timeZone: string, weekly: unknown, place: string): ReturnType<typeof calendar> {
  return calendar({ timeZone, weekly: objectOf(weekly, place, null) as WeeklyHours })
}

function checkOverride(input: unknown, place: string, people: ReadonlySet<string> | undefined): Override {
  const given = objectOf(input, place, ['from', 'until', 'person', 'for'])
  const from = toMs(given.from as InstantLike)
  const until = toMs(given.until as InstantLike)
  if (until <= from) throw fault('onCall.bad-interval', { place })
  const person = (value: unknown, key: string) => knownName(value, `${place}.${key}`, { what: 'person', known: people })
  return {
    from,
    until,
    person: person(given.person, 'person'),
    instead: given.for === undefined ? null : person(given.for, 'for'),
  }
}

/** Contact orders by person. */
export function checkContacts(input: unknown): ReadonlyMap<string, Contact> {
  return new Map(
    Object.entries(objectOf(input, 'contacts', null)).map(([person, one]) => {
      const place = `contacts.${person}`
      const { order, quiet } = objectOf(one, place, ['order', 'quiet'])
      return [
        person,
        {
          order: waysOf(order, `${place}.order`),
          quiet: quiet === undefined ? null : quietOf(quiet, `${place}.quiet`),
        },
      ]
    }),
  )
}

function quietOf(input: unknown, place: string): NonNullable<Contact['quiet']> {
  const { timeZone, hours, order } = objectOf(input, place, ['timeZone', 'hours', 'order'])
  const { isOpen } = hoursOf(zoneOf(timeZone, `${place}.timeZone`).id, hours, `${place}.hours`)
  return { isOpen, order: waysOf(order, `${place}.order`) }
}

function waysOf(input: unknown, place: string): string[] {
  return listOf(input, place, { min: 0, max: MAX_WAYS }).map((way, n) => nameOf(way, `${place}[${n}]`))
}
