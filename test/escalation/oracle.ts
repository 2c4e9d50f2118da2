/**
 * Escalation once more, written apart from the engine: a plain simulation that looks at every minute, and on-call turns
 * counted one by one on Temporal. It shares no code with `src` but the types of what is written down.
 */
import { Temporal } from 'temporal-polyfill'
import type { Delay, EscalationPolicyDefinition, EscalationTarget } from '../../src/escalation/escalation-policy.ts'
import type { OnCallLayer, OnCallScheduleDefinition } from '../../src/escalation/on-call-schedule.ts'
import type { ReplayEscalationInput } from '../../src/escalation/replay-escalation.ts'
import { type OracleLine, oracleIsOpen, oracleLine } from '../sla/oracle.ts'

const MINUTE = 60_000

/** What the simulation tells, in a form that is easily compared. */
export interface Simulated {
  readonly tellings: readonly string[]
  readonly state: string
  readonly acknowledgedBy: readonly string[]
  readonly place: string
}

export function writtenTelling(one: {
  readonly at: number
  readonly run: number
  readonly loop: number
  readonly step: number
  readonly cycle: number
  readonly because: string
  readonly people: readonly { readonly person: string; readonly contact: readonly string[] | null }[]
  readonly webhooks: readonly string[]
}): string {
  const people = one.people.map(({ person, contact }) => `${person}:${contact?.join('+') ?? '?'}`)
  const place = `run ${one.run} loop ${one.loop} step ${one.step} cycle ${one.cycle}`
  return `${new Date(one.at).toISOString()} ${place} ${one.because} -> ${[...people, ...one.webhooks].join(' ')}`
}

interface Alarm {
  left: number
  readonly line: OracleLine | null
}

/** Walks from the first event to `asOf` minute by minute. */
export function simulate(input: ReplayEscalationInput): Simulated {
  const { policy, events } = input
  const record = (input.record ?? {}) as Record<string, unknown>
  const end = Number(input.asOf)
  const start = events.length === 0 ? end : Number(events[0]!.at)
  const lines = new Map(
    Object.entries(input.calendars ?? {}).map(([name, definition]) => [name, oracleLine(definition, start, 40)]),
  )
  const tellings: string[] = []
  let mode = 'idle'
  let run = 0
  let round = 0
  let index = 0
  let cycle = 0
  let low = false
  let alarm: Alarm | null = null
  let asked: string[] = []
  let answered: string[] = []

  const holds = (condition: unknown) => {
    const { field, is } = condition as { field: string; is: unknown }
    return record[field] === is
  }
  const alarmOf = (delay: Delay | undefined): Alarm | null => {
    if (delay === undefined || low) return null
    if (typeof delay === 'object')
      return { left: minutes(delay.working), line: delay.calendar === '24/7' ? null : lines.get(delay.calendar)! }
    return { left: minutes(delay), line: null }
  }
  const behind = (at: number): number => {
    const jump = policy.steps[at]!.jump
    if (jump === undefined || (jump.when !== undefined && !holds(jump.when))) return at + 1
    return jump.to === 'end' ? policy.steps.length : policy.steps.findIndex(({ name }) => name === jump.to)
  }
  const tell = (t: number, because: string) => {
    for (;;) {
      const step = policy.steps[index]!
      asked = []
      answered = []
      mode = 'triggered'
      const found = step.when !== undefined && !holds(step.when) ? null : gather(step.targets, policy, { input, t })
      if (found !== null && found.people.length + found.webhooks.length > 0) {
        asked = found.people.map(({ person }) => person)
        tellings.push(writtenTelling({ at: t, run, loop: round, step: index + 1, cycle, because, ...found }))
        alarm = alarmOf(step.delay)
        return
      }
      if (behind(index) >= policy.steps.length) {
        alarm = alarmOf(step.delay)
        return
      }
      index = behind(index)
    }
  }
  const onward = (t: number, because: string) => {
    const next = behind(index)
    if (next < policy.steps.length) index = next
    else if (round <= (policy.repeat ?? 0)) {
      round++
      index = 0
    } else {
      mode = 'exhausted'
      alarm = null
      return
    }
    tell(t, because)
  }
  const isDue = (t: number) =>
    alarm !== null && alarm.left === 0 && (alarm.line === null || !isFresh(alarm) || oracleIsOpen(alarm.line, t))
  // A working time of zero ends at the next opening; one that was used up has ended already.
  const spent = new WeakSet<Alarm>()
  const isFresh = (one: Alarm) => !spent.has(one)

  for (let t = start; t <= end; t += MINUTE) {
    for (const event of events.filter(({ at }) => Number(at) === t)) {
      const by = 'by' in event ? (event.by ?? null) : null
      if (mode === 'idle' || mode === 'resolved') {
        if (event.type !== 'trigger') continue
        run++
        round = 1
        index = 0
        cycle = 1
        low = event.urgency === 'low'
        tell(t, 'trigger')
      } else if (event.type === 'acknowledge') {
        if (by !== null && !answered.includes(by)) answered.push(by)
        const all = policy.steps[index]!.acknowledge !== 'everyone' || asked.every((one) => answered.includes(one))
        if (mode !== 'acknowledged' && !all) continue
        mode = 'acknowledged'
        alarm = alarmOf(policy.acknowledgeTimeout)
      } else if (event.type === 'unacknowledge' && mode === 'acknowledged') {
        cycle++
        tell(t, 'unacknowledged')
      } else if (event.type === 'escalate' && mode !== 'exhausted') onward(t, 'hand')
      else if (event.type === 'resolve') {
        mode = 'resolved'
        alarm = null
      }
    }
    while (isDue(t)) {
      if (mode === 'acknowledged') {
        cycle++
        tell(t, 'acknowledgeTimeout')
      } else onward(t, 'delay')
    }
    const running = alarm as Alarm | null
    if (running !== null && running.left > 0 && (running.line === null || oracleIsOpen(running.line, t))) {
      running.left--
      spent.add(running)
    }
  }
  return { tellings, state: mode, acknowledgedBy: answered, place: `${round}/${run === 0 ? 0 : index + 1}/${cycle}` }
}

function minutes(length: unknown): number {
  return typeof length === 'number' ? length / MINUTE : Number(String(length).slice(0, -1))
}

interface Moment {
  readonly input: ReplayEscalationInput
  readonly t: number
}

function gather(targets: readonly EscalationTarget[], policy: EscalationPolicyDefinition, moment: Moment) {
  const people: { person: string; contact: readonly string[] | null }[] = []
  const webhooks: string[] = []
  let isShort = false
  const look = (list: readonly EscalationTarget[]) => {
    for (const target of list) {
      if ('webhook' in target) {
        if (!webhooks.includes(target.webhook)) webhooks.push(target.webhook)
        continue
      }
      const reached = peopleOf(target, moment).flatMap((person) => {
        const contact = contactOf(person, moment)
        return contact !== null && contact.length === 0 ? [] : [{ person, contact }]
      })
      if (reached.length === 0) isShort = true
      for (const one of reached) if (!people.some(({ person }) => person === one.person)) people.push(one)
    }
  }
  look(targets)
  if (isShort) look(policy.fallback ?? [])
  return { people, webhooks }
}

function peopleOf(target: EscalationTarget, { input, t }: Moment): readonly string[] {
  const { teams = {}, roles = {}, assignee = null, team = null } = input.directory ?? {}
  if ('agent' in target) return [target.agent]
  if ('team' in target) return teams[target.team] ?? []
  if ('onCall' in target) return oracleOnCall(input.schedules![target.onCall]!, t)
  if ('ticket' in target) {
    if (target.ticket === 'assignee') return assignee === null ? [] : [assignee]
    return team === null ? [] : (teams[team] ?? [])
  }
  if ('role' in target) {
    const all = roles[target.role] ?? []
    return target.within === undefined ? all : all.filter((one) => team !== null && teams[team]?.includes(one))
  }
  return []
}

function contactOf(person: string, { input, t }: Moment): readonly string[] | null {
  const wanted = input.contacts?.[person]
  if (wanted === undefined) return null
  const { quiet } = wanted
  if (quiet === undefined) return wanted.order
  return oracleIsOpen(oracleLine({ timeZone: quiet.timeZone, weekly: quiet.hours }, t, 3), t)
    ? quiet.order
    : wanted.order
}

/** Who is on call at an instant: turns are counted from the first one on. */
export function oracleOnCall(schedule: OnCallScheduleDefinition, t: number): readonly string[] {
  const overrides = schedule.overrides ?? []
  const live = overrides.filter(({ from, until }) => Number(from) <= t && t < Number(until))
  const whole = live.filter((one) => one.for === undefined).map(({ person }) => person)
  if (whole.length > 0) return [...new Set(whole)]
  const onDuty = schedule.layers.flatMap((layer) => onDutyOf(layer, layer.timeZone ?? schedule.timeZone, t) ?? [])
  const base = schedule.overlap === 'all' ? onDuty : onDuty.slice(-1)
  return [...new Set(base.map((person) => live.filter((one) => one.for === person).at(-1)?.person ?? person))]
}

function onDutyOf(layer: OnCallLayer, zone: string, t: number): string | null {
  const instantOf = (wall: Temporal.PlainDateTime): number => {
    const earlier = wall.toZonedDateTime(zone, { disambiguation: 'earlier' })
    if (earlier.toPlainDateTime().equals(wall)) return earlier.epochMilliseconds
    return earlier.getTimeZoneTransition('next')!.epochMilliseconds
  }
  const length = layer.turn === 'daily' ? 1440 : layer.turn === 'weekly' ? 10_080 : minutes(layer.turn)
  const start = Temporal.PlainDateTime.from(layer.start)
  if (t < instantOf(start)) return null
  if (layer.until !== undefined && t >= instantOf(Temporal.PlainDateTime.from(layer.until))) return null
  if (layer.hours !== undefined && !oracleIsOpen(oracleLine({ timeZone: zone, weekly: layer.hours }, t, 3), t))
    return null
  let turn = 0
  while (instantOf(start.add({ minutes: (turn + 1) * length })) <= t) turn++
  return layer.people[turn % layer.people.length]!
}
