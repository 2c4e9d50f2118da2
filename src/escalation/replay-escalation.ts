/** Escalation without a desk: a policy, schedules and events in; who was told when, and how it stands, out. */
import { compileCondition } from '../domain/condition-read.ts'
import { type InstantLike, toMs } from '../domain/time.ts'
import { calendar } from '../sla/calendar.ts'
import type { CalendarDefinition } from '../sla/calendar-definition.ts'
import { always } from '../sla/combine.ts'
import { shown } from '../sla/sla-faults.ts'
import { checkEscalation } from './check-escalation.ts'
import { checkContacts, checkSchedules } from './check-on-call.ts'
import { fault } from './escalation-faults.ts'
import type { EscalationPolicy, EscalationPolicyDefinition } from './escalation-policy.ts'
import { climb, type LadderWorld, take } from './ladder.ts'
import type { Ladder, LadderEvent, LadderInput, LadderStatus, Place, Telling } from './ladder-words.ts'
import type { ContactDefinition, OnCallScheduleDefinition } from './on-call-schedule.ts'
import { type Directory, reachIn } from './reach.ts'

/** What happens to an escalation, as it is replayed. */
export type EscalationEvent = LadderInput & { readonly at: InstantLike }

/** Everything that a policy's names stand for. */
export interface EscalationSurroundings {
  readonly policy: EscalationPolicyDefinition
  /** On-call schedules by name. */
  readonly schedules?: Readonly<Record<string, OnCallScheduleDefinition>>
  /** Calendars by name, for delays in working time. */
  readonly calendars?: Readonly<Record<string, CalendarDefinition>>
  /** How each person wants to be reached. */
  readonly contacts?: Readonly<Record<string, ContactDefinition>>
  readonly directory?: Directory
  /** What conditions are read against: the ticket. */
  readonly record?: object
}

export interface ReplayEscalationInput extends EscalationSurroundings {
  /** In the order of time. */
  readonly events: readonly EscalationEvent[]
  /** The instant at which the escalation is read; later events are left out. */
  readonly asOf: InstantLike
}

/** How an escalation stands. Instants are epoch milliseconds. */
export interface ReplayedEscalation extends Place {
  /** `idle`: it was never triggered. */
  readonly state: LadderStatus | 'idle'
  readonly exhausted: boolean
  readonly acknowledgedBy: readonly string[]
  /** When it goes on by itself; `null`: it does not. */
  readonly nextAt: number | null
  /** Every telling, in order. A trigger after a resolve begins anew: `run` counts. */
  readonly tellings: readonly (Telling & { readonly run: number })[]
  /** All that it did, tellings among it. */
  readonly events: readonly LadderEvent[]
}

/**
 * Plays events through a policy and reads the escalation at an instant.
 *
 * Events at an instant come before what is due at it. Whom a step reaches is looked up at the moment of its telling.
 *
 * @throws DeskError `escalation.*`, `onCall.*`, `calendar.*` or `condition.*` for what is not right, each with its place;
 *   `escalation.out-of-order` for an event earlier than the one ahead of it.
 */
export function replayEscalation({ events, asOf, ...surroundings }: ReplayEscalationInput): ReplayedEscalation {
  const world = worldOf(surroundings)
  const end = toMs(asOf)
  const said: LadderEvent[] = []
  let ladder: Ladder | null = null
  let latest = Number.NEGATIVE_INFINITY
  for (const [n, event] of events.entries()) {
    const at = toMs(event.at)
    if (at < latest) throw fault('escalation.out-of-order', { place: `events[${n}].at`, value: shown(event.at) })
    latest = at
    if (at > end) break
    const taken = take(ladder, { ...event, at }, world)
    ladder = taken.ladder
    said.push(...taken.events)
  }
  const last = climb(ladder, { at: end, due: 'until' }, world)
  return reading(last.ladder, [...said, ...last.events])
}

function reading(ladder: Ladder | null, events: readonly LadderEvent[]): ReplayedEscalation {
  let run = 0
  const tellings = events.flatMap((event) => {
    if (event.name === 'started') run++
    if (event.name !== 'told') return []
    const { name: _, nextAt: __, ...telling } = event
    return [{ run, ...telling }]
  })
  const { loop = 0, step = 0, cycle = 0, acknowledgedBy = [], nextAt = null, status = 'idle' as const } = ladder ?? {}
  const exhausted = status === 'exhausted'
  return { state: status, exhausted, loop, step, cycle, acknowledgedBy, nextAt, tellings, events }
}

/** All that a ladder asks of the world, from plain data. */
export function worldOf(given: EscalationSurroundings): LadderWorld {
  const { calendars = {}, schedules = {}, contacts = {}, directory = {}, record = {} } = given
  const hours = new Map(Object.entries(calendars).map(([name, one]) => [name, calendar(one)]))
  const checked = checkSchedules(schedules, { people: directory.people })
  const policy = checkEscalation(given.policy, 'policy', {
    calendars: new Set(hours.keys()),
    schedules: new Set(checked.keys()),
    ...(directory.people && { people: directory.people }),
    ...(directory.teams && { teams: new Set(Object.keys(directory.teams)) }),
    ...(directory.roles && { roles: new Set(Object.keys(directory.roles)) }),
  })
  const known = { directory, schedules: checked, contacts: checkContacts(contacts), fallback: policy.fallback }
  return ladderWorld({ policy, hoursOf: (name) => hours.get(name) ?? always, reach: reachIn(known), record })
}

/** The world of a ladder, made of its parts. */
export function ladderWorld(parts: {
  readonly policy: EscalationPolicy
  readonly hoursOf: (calendar: string) => { readonly add: (at: number, ms: number) => number | null }
  readonly reach: LadderWorld['reach']
  readonly record: object
}): LadderWorld {
  const { policy, hoursOf, reach, record } = parts
  return {
    policy,
    reach,
    after: (at, { ms, calendar: name }) => (name === null ? at + ms : hoursOf(name).add(at, ms)),
    meets: (condition) => compileCondition(condition)(record),
  }
}
