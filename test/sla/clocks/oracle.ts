/** Resolution and first reply counted by hand: stretch by stretch, all of them anew at every event. Written apart from the engine, and slow. */
import { calendar } from '../../../src/sla/calendar.ts'
import type { CalendarDefinition, ClockEvent, SlaPolicyDefinition } from '../../../src/sla/sla.ts'
import { ALL_DAYS, on as week } from '../hours.ts'

export type Measured = 'resolution' | 'firstReply'

export interface Counted {
  readonly startedAt: number
  readonly stoppedAt: number | null
  readonly end: 'met' | 'cancelled' | null
  readonly elapsed: number
  readonly breachedAt: number | null
  readonly dueAt: number | null
}

export interface HandLife {
  readonly policy: SlaPolicyDefinition
  readonly calendars: Readonly<Record<string, CalendarDefinition>>
  readonly events: readonly ClockEvent[]
  readonly asOf: number
}

type Hours = ReturnType<typeof calendar>
interface Piece {
  readonly from: number
  readonly to: number
  readonly hours: Hours
}

const open = calendar({ timeZone: 'UTC', weekly: week(ALL_DAYS, ['00:00', '24:00']) })

function last<T extends ClockEvent['type']>(group: readonly ClockEvent[], type: T) {
  return group.findLast((event) => event.type === type) as Extract<ClockEvent, { type: T }> | undefined
}

/** The versions of a calendar, each from its instant on. */
function versionsOf(name: string, { calendars, events }: HandLife): { from: number; hours: Hours }[] {
  const first = name === '24/7' ? open : calendar(calendars[name] as CalendarDefinition)
  const later = events.flatMap((event) =>
    event.type === 'calendar' && event.name === name
      ? [{ from: event.at as number, hours: calendar(event.calendar) }]
      : [],
  )
  return [{ from: Number.NEGATIVE_INFINITY, hours: first }, ...later]
}

/**
 * Every cycle of a metric, by a life of messages, statuses, priorities, policies and calendars. The policies must carry,
 * promise the metric to everybody, and cancel what is unanswered when solved.
 */
export function countByHand(metric: Measured, life: HandLife): Counted[] {
  const cycles: Counted[] = []
  let policy = life.policy
  let priority: string | null = null
  let [category, status] = ['new', 'new']
  let [hasAsked, hasReplied] = [false, false]
  let askedAt: number | null = null
  let pieces: Piece[] = []
  let live: { startedAt: number; breachedAt: number | null } | null = null
  let runs = false

  const rule = () =>
    policy.metrics[metric] as {
      target: number | { P1: number; otherwise: number }
      calendar?: string
      pauseOn?: string[]
    }
  const target = () => {
    const { target } = rule()
    return typeof target === 'number' ? target : priority === 'P1' ? target.P1 : target.otherwise
  }
  const isSolved = () => category === 'solved' || category === 'closed'
  const pauses = () => {
    const on = rule().pauseOn ?? (metric === 'resolution' ? ['pending', 'hold'] : [])
    return on.includes(category) || on.includes(status)
  }
  const run = (from: number, to: number) => {
    const versions = versionsOf(rule().calendar ?? policy.calendar ?? '24/7', life)
    versions.forEach(({ from: since, hours }, n) => {
      const piece = { from: Math.max(from, since), to: Math.min(to, versions[n + 1]?.from ?? to), hours }
      if (piece.to > piece.from) pieces.push(piece)
    })
  }
  /** Where the pieces reach the target; `now`: or will, should nothing else happen. */
  const reach = (now: number | null): number | null => {
    let left = target()
    for (const { from, to, hours } of pieces) {
      const length = hours.between(from, to)
      if (length >= left) return hours.add(from, left)
      left -= length
    }
    const known = versionsOf(rule().calendar ?? policy.calendar ?? '24/7', life).filter(
      ({ from }) => now !== null && from <= now,
    )
    return now === null ? null : (known.at(-1)?.hours.add(now, left) ?? null)
  }
  const judge = (latest: number | undefined) => {
    const due = reach(null)
    if (live?.breachedAt === null && latest !== undefined && due !== null && due < latest) live.breachedAt = due
  }
  const judgeNow = (now: number) => judge(runs ? now : pieces.at(-1)?.to)
  const begin = (now: number, startedAt: number) => {
    live = { startedAt, breachedAt: null }
    if (metric === 'firstReply') pieces = []
    if (metric === 'firstReply') run(startedAt, now)
    runs = !pauses()
    judgeNow(now)
  }
  const finish = (now: number, end: Counted['end']) => {
    if (live === null) return
    const elapsed = pieces.reduce((sum, { from, to, hours }) => sum + hours.between(from, to), 0)
    cycles.push({
      ...live,
      stoppedAt: end === null ? null : now,
      end,
      elapsed,
      dueAt: runs ? reach(now) : live.breachedAt,
    })
    live = null
    runs = false
  }
  const beginIfAsked = (now: number) => {
    if (live !== null || isSolved()) return
    if (metric === 'resolution') begin(now, life.events[0]?.at as number)
    else if (askedAt !== null) begin(now, askedAt)
  }

  let before = life.events[0]?.at as number
  for (const now of [...new Set(life.events.map(({ at }) => at as number))]) {
    const group = life.events.filter(({ at }) => at === now)
    const created = last(group, 'created')
    const wasSolved = isSolved()
    if (runs) run(before, now)
    before = now
    judgeNow(now)
    const promise = () => {
      policy = (last(group, 'policy')?.policy as SlaPolicyDefinition | undefined) ?? policy
      const moved = last(group, 'priority')
      priority = moved ? moved.priority : created ? (created.priority ?? null) : priority
    }
    if (created) {
      category = status = created.status ?? 'new'
      hasAsked = created.by !== 'agent'
      askedAt = hasAsked ? now : null
      promise()
      beginIfAsked(now)
    }
    if (group.some(({ type }) => type === 'agentMessage')) {
      if (metric === 'firstReply') finish(now, 'met')
      hasReplied ||= hasAsked
      askedAt = null
    }
    if (group.some(({ type }) => type === 'customerMessage')) {
      hasAsked = true
      if (!hasReplied) askedAt ??= now
    }
    promise()
    judgeNow(now)
    const moved = last(group, 'status')
    if (moved) [category, status] = [moved.category ?? moved.status, moved.status]
    if (live !== null && !runs && !pauses()) {
      runs = true
      judgeNow(now)
    }
    if (isSolved() && !wasSolved) {
      finish(now, metric === 'resolution' ? 'met' : 'cancelled')
      askedAt = null
    }
    if (pauses()) runs = false
    beginIfAsked(now)
  }
  if (runs) run(before, life.asOf)
  judgeNow(life.asOf)
  finish(life.asOf, null)
  return cycles
}
