/** Who is on call when: turns laid on the real line of time, hours and overrides applied, one answer for an instant and for a year. */
import { type InstantLike, toInstant, toMs } from '../domain/time.ts'
import { DAY_MS } from '../sla/civil-date.ts'
import { clipped, joined, within } from '../sla/spans.ts'
import { firstInstantOf, wallAt } from '../sla/zone.ts'
import { checkSchedule, type Layer, type OnCallSchedule } from './check-on-call.ts'
import { fault } from './escalation-faults.ts'
import type { OnCallScheduleDefinition } from './on-call-schedule.ts'

/** A time in which the same people are on call throughout: `from <= instant < until`, epoch milliseconds. */
export interface Shift {
  readonly from: number
  readonly until: number
  /** In the order of layers and overrides, each once; none in a gap. */
  readonly people: readonly string[]
}

/** A schedule between two instants. */
export interface Coverage {
  /** All of the time, without holes: where nobody is on call, a shift has no people. */
  readonly shifts: readonly Shift[]
  readonly gaps: readonly Shift[]
  /** Where several people are on call at once. */
  readonly double: readonly Shift[]
}

const LONGEST_DAYS = 3660

/**
 * The people on call at an instant: none in a gap, several where the schedule lets layers stand side by side.
 *
 * @throws DeskError `onCall.*`, `escalation.*`, `calendar.*` for a schedule that is not right, `time.bad-instant`.
 */
export function whoIsOnCall(schedule: OnCallScheduleDefinition, instant: InstantLike): readonly string[] {
  return peopleAt(checkSchedule(schedule, 'schedule'), toMs(instant))
}

/**
 * Who is on call from one instant to another, with the gaps and the times of double cover.
 *
 * @throws DeskError as {@link whoIsOnCall}; `onCall.too-long` past ten years.
 */
export function coverage(schedule: OnCallScheduleDefinition, from: InstantLike, until: InstantLike): Coverage {
  return coverageOf(checkSchedule(schedule, 'schedule'), toMs(from), toMs(until))
}

/** The same for a checked schedule. */
export function coverageOf(schedule: OnCallSchedule, from: number, until: number): Coverage {
  const shifts = shiftsOf(schedule, from, until)
  return {
    shifts,
    gaps: shifts.filter(({ people }) => people.length === 0),
    double: shifts.filter(({ people }) => people.length > 1),
  }
}

/** The people on call at an instant, by a checked schedule. */
export function peopleAt(schedule: OnCallSchedule, at: number): readonly string[] {
  return shiftsOf(schedule, at, at + 1)[0]?.people ?? []
}

interface Piece {
  readonly from: number
  readonly until: number
  readonly person: string
}

function shiftsOf(schedule: OnCallSchedule, from: number, until: number): Shift[] {
  if (until - from > LONGEST_DAYS * DAY_MS)
    throw fault('onCall.too-long', { place: `${toInstant(from)}..${toInstant(until)}`, days: LONGEST_DAYS })
  if (until <= from) return []
  const layers = schedule.layers.map((layer) => turnsOf(layer, { from, until }))
  const edges = new Set([from, until])
  for (const piece of [...layers.flat(), ...schedule.overrides])
    for (const edge of [piece.from, piece.until]) if (edge > from && edge < until) edges.add(edge)
  const instants = [...edges].sort((a, b) => a - b)
  const nexts = layers.map(() => 0)
  const shifts: Shift[] = []
  for (const [n, at] of instants.slice(0, -1).entries()) {
    const onDuty = layers.map((pieces, layer) => {
      let next = nexts[layer] as number
      while (next < pieces.length && (pieces[next] as Piece).until <= at) next++
      nexts[layer] = next
      const piece = pieces[next]
      return piece !== undefined && piece.from <= at ? piece.person : null
    })
    const people = withOverrides(schedule, onDuty, at)
    const last = shifts.at(-1)
    const end = instants[n + 1] as number
    if (last !== undefined && String(last.people) === String(people))
      shifts[shifts.length - 1] = { ...last, until: end }
    else shifts.push({ from: at, until: end, people })
  }
  return shifts
}

function withOverrides(schedule: OnCallSchedule, onDuty: readonly (string | null)[], at: number): string[] {
  const layered = onDuty.filter((person) => person !== null)
  const base = schedule.overlap === 'all' ? layered : layered.slice(-1)
  const live = schedule.overrides.filter((one) => one.from <= at && at < one.until)
  const whole = live.filter(({ instead }) => instead === null).map(({ person }) => person)
  if (whole.length > 0) return [...new Set(whole)]
  // The latest override for a person holds.
  return [...new Set(base.map((person) => live.findLast(({ instead }) => instead === person)?.person ?? person))]
}

/** The turns of a layer in a time, in order and apart. */
function turnsOf(layer: Layer, { from, until }: { readonly from: number; readonly until: number }): Piece[] {
  const { zone, people, start, turnMs } = layer
  const instantOf = (wall: number) => firstInstantOf(zone.stretchesAt(wall), wall)
  const end = layer.until === Number.POSITIVE_INFINITY ? until : Math.min(until, instantOf(layer.until))
  // No clock is ever moved by more than a day: one turn, or a day of them, too early is early enough.
  const slack = Math.ceil(DAY_MS / turnMs)
  const first = Math.max(0, Math.floor((wallAt(zone.stretchesAt(from), from) - start) / turnMs) - slack)
  const open = layer.hours === null ? null : layer.hours.spans(from, until).flatMap((span) => [span.start, span.end])
  const pieces: Piece[] = []
  for (let turn = first, begin = instantOf(start + first * turnMs); begin < end; turn++) {
    const next = instantOf(start + (turn + 1) * turnMs)
    const cut = clipped(joined([begin, next]), from, end)
    const spans = open === null ? cut : within(cut, open)
    for (let i = 0; i < spans.length; i += 2)
      pieces.push({
        from: spans[i] as number,
        until: spans[i + 1] as number,
        person: people[turn % people.length] as string,
      })
    begin = next
  }
  return pieces
}
