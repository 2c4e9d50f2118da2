/** Random ladders, schedules and histories: clock changes and empty targets more often than chance would have them. */
import fc from 'fast-check'
import type { EscalationPolicyDefinition, EscalationTarget } from '../../src/escalation/escalation-policy.ts'
import type { OnCallScheduleDefinition } from '../../src/escalation/on-call-schedule.ts'
import type { EscalationEvent, ReplayEscalationInput } from '../../src/escalation/replay-escalation.ts'
import { HOUR, placeAndTime, week } from '../sla/arbitrary-calendar.ts'

const MINUTE = 60_000
const PEOPLE = ['ann', 'bob', 'cy', 'dee', 'eve'] as const
const person = fc.constantFrom(...PEOPLE)

const wallText = (ms: number) => new Date(ms).toISOString().slice(0, 16)

/** A schedule about an instant. */
export function scheduleAround({ zone, base }: { zone: string; base: number }): fc.Arbitrary<OnCallScheduleDefinition> {
  const quarters = (min: number, max: number) => fc.integer({ min, max }).map((quarter) => base + quarter * 15 * MINUTE)
  const layer = fc.record(
    {
      people: fc.array(person, { minLength: 1, maxLength: 4 }),
      turn: fc.oneof(
        fc.constantFrom('daily' as const, 'weekly' as const),
        fc.integer({ min: 1, max: 40 }).map((n) => n * HOUR * 0.5),
      ),
      start: quarters(-4 * 24 * 9, 4 * 24).map(wallText),
      hours: week(2),
      timeZone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
    },
    { requiredKeys: ['people', 'turn', 'start'] },
  )
  const override = fc
    .record({ from: quarters(-400, 400), length: fc.integer({ min: 1, max: 200 }), person, for: fc.option(person) })
    .map(({ from, length, person: stands, for: instead }) => ({
      from,
      until: from + length * 15 * MINUTE,
      person: stands,
      ...(instead !== null && { for: instead }),
    }))
  return fc.record({
    timeZone: fc.constant(zone),
    layers: fc.array(layer, { maxLength: 3 }),
    overlap: fc.constantFrom('last' as const, 'all' as const),
    overrides: fc.array(override, { maxLength: 3 }),
  })
}

export const scheduled = placeAndTime.chain(({ zone, base }) =>
  fc.record({ schedule: scheduleAround({ zone, base }), base: fc.constant(base) }),
)

const target: fc.Arbitrary<EscalationTarget> = fc.oneof(
  person.map((agent) => ({ agent })),
  fc.constantFrom('day', 'night').map((onCall) => ({ onCall })),
  fc.constantFrom('one', 'none').map((team) => ({ team })),
  fc.constantFrom<EscalationTarget>(
    { role: 'lead' },
    { role: 'lead', within: 'team' },
    { ticket: 'assignee' },
    { ticket: 'team' },
    { webhook: 'pager' },
  ),
)
// Round lengths more often than others, so that events fall on the very instants at which steps are due.
const whole = (max: number) =>
  fc
    .oneof(
      { weight: 3, arbitrary: fc.integer({ min: 0, max: Math.floor(max / 30) }).map((n) => n * 30) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max }) },
    )
    .map((n) => n * MINUTE)
const delay = fc.oneof(
  whole(90),
  whole(400).map((working) => ({ working, calendar: 'office' })),
  whole(60).map((working) => ({ working, calendar: '24/7' })),
)
const condition = fc.constantFrom('P1', 'P2').map((is) => ({ field: 'priority', is }))

/** Ladders that are right: jumps lead forward, no step is jumped past for good, and what repeats takes time. */
export const policy: fc.Arbitrary<EscalationPolicyDefinition> = fc
  .record({
    steps: fc.array(
      fc.record({
        targets: fc.array(target, { minLength: 1, maxLength: 3 }),
        delay,
        acknowledge: fc.constantFrom('anyone' as const, 'everyone' as const),
        when: fc.option(condition, { freq: 3 }),
        jump: fc.option(fc.integer({ min: 1, max: 4 }), { freq: 4 }),
        jumpWhen: condition,
      }),
      { minLength: 1, maxLength: 4 },
    ),
    repeat: fc.integer({ min: 0, max: 2 }),
    acknowledgeTimeout: fc.option(delay, { nil: undefined }),
    fallback: fc.array(target, { maxLength: 1 }),
  })
  .map(({ steps, repeat, acknowledgeTimeout, fallback }) => ({
    name: 'random',
    repeat,
    fallback,
    ...(acknowledgeTimeout !== undefined && { acknowledgeTimeout: longer(acknowledgeTimeout) }),
    steps: steps.map(({ when, jump, jumpWhen, ...step }, n) => ({
      ...step,
      name: `s${n + 1}`,
      delay: longer(step.delay),
      ...(when !== null && { when }),
      ...(jump !== null && { jump: { to: n + 1 + jump > steps.length ? 'end' : `s${n + 1 + jump}`, when: jumpWhen } }),
    })),
  }))

/** No length of zero, where zero would be refused. */
function longer(given: number | { working: number; calendar: string }) {
  return typeof given === 'number' ? given || MINUTE : { ...given, working: given.working || MINUTE }
}

const zoneOfHours = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC')
const changes = [
  '2026-03-08T07:00Z',
  '2026-03-29T01:00Z',
  '2026-04-04T15:00Z',
  '2026-10-25T01:00Z',
  '2026-07-01T00:00Z',
]

const event = (base: number): fc.Arbitrary<EscalationEvent> =>
  fc.record({
    at: fc
      .oneof(
        fc.integer({ min: 0, max: 60 * 36 }),
        fc.integer({ min: 0, max: 12 }).map((n) => n * 30),
      )
      .map((minute) => base + minute * MINUTE),
    type: fc.constantFrom('trigger', 'acknowledge', 'acknowledge', 'unacknowledge', 'escalate', 'resolve'),
    by: person,
    urgency: fc.constantFrom('high' as const, 'high' as const, 'high' as const, 'low' as const),
  })

/** Everything that a replay is given, about a clock change. */
export const history: fc.Arbitrary<ReplayEscalationInput> = fc
  .record({ zone: zoneOfHours, near: fc.constantFrom(...changes), before: fc.integer({ min: 0, max: 48 }) })
  .chain(({ zone, near, before }) => {
    const base = Date.parse(near) - before * HOUR * 0.5
    const quiet = fc.record({
      timeZone: zoneOfHours,
      hours: week(1),
      order: fc.constantFrom<readonly string[]>([], ['mail']),
    })
    const contact = fc.record({ order: fc.constant(['push', 'sms']), quiet }, { requiredKeys: ['order'] })
    return fc.record({
      policy,
      schedules: fc.record({ day: scheduleAround({ zone, base }), night: scheduleAround({ zone, base }) }),
      calendars: week(2).map((weekly) => ({ office: { timeZone: zone, weekly } })),
      contacts: fc.record({ ann: contact, bob: contact }, { requiredKeys: [] }),
      directory: fc.record({
        teams: fc.constant({ one: ['ann', 'cy', 'ann'], none: [] }),
        roles: fc.constant({ lead: ['cy', 'dee'] }),
        assignee: fc.option(person),
        team: fc.constantFrom('one', 'none', null),
      }),
      record: fc.constantFrom('P1', 'P2', 'P3').map((priority) => ({ priority })),
      events: fc
        .array(event(base), { maxLength: 8 })
        .map((events) => [
          { at: base, type: 'trigger' as const },
          ...events.sort((a, b) => Number(a.at) - Number(b.at)),
        ]),
      asOf: fc.integer({ min: 0, max: 60 * 50 }).map((minute) => base + minute * MINUTE),
    })
  })
