/** The ladder: one fold from a state and what happens to the next state and what is told; replays, desks and previews all run this one. */
import type { Condition } from '../domain/condition.ts'
import type { CheckedDelay, EscalationPolicy, EscalationStep } from './escalation-policy.ts'
import type { Because, Ladder, LadderEvent, LadderInput, Place, Telling } from './ladder-words.ts'

/** Whom a step reaches, looked up at the moment of telling. */
export type Reached = Pick<Telling, 'people' | 'webhooks' | 'commands' | 'missing'>

/** All that a ladder asks of the world. */
export interface LadderWorld {
  readonly policy: EscalationPolicy
  /** The end of a delay; `null`: never. */
  readonly after: (at: number, delay: CheckedDelay) => number | null
  readonly reach: (step: EscalationStep, at: number) => Reached
  readonly meets: (condition: Condition) => boolean
}

/** What became of a ladder, and what it did on the way, in order. */
export interface Climbed {
  readonly ladder: Ladder | null
  readonly events: readonly LadderEvent[]
}

/**
 * Lets a ladder go on by itself up to an instant: everything that is due before it happens, in order, each at its own
 * instant. What is due at the very instant happens too when `until` says so: events at an instant come before it.
 */
export function climb(
  ladder: Ladder | null,
  to: { readonly at: number; readonly due: 'before' | 'until' },
  world: LadderWorld,
): Climbed {
  const events: LadderEvent[] = []
  let current = ladder
  for (;;) {
    const dueAt = current?.nextAt ?? null
    if (current === null || dueAt === null || dueAt > to.at || (dueAt === to.at && to.due === 'before')) break
    const more = goOn(current, dueAt, world)
    events.push(...more)
    current = evolveAll(current, more)
  }
  return { ladder: current, events }
}

/** Takes in what happens at an instant, after all that was due before it. */
export function take(ladder: Ladder | null, input: LadderInput & { readonly at: number }, world: LadderWorld): Climbed {
  // Machines' clocks differ, and a ladder never goes back.
  const at = ladder === null ? input.at : Math.max(input.at, ladder.at)
  const climbed = climb(ladder, { at, due: 'before' }, world)
  const more = answer(climbed.ladder, { ...input, at }, world)
  return { ladder: evolveAll(climbed.ladder, more), events: [...climbed.events, ...more] }
}

function answer(
  ladder: Ladder | null,
  input: LadderInput & { readonly at: number },
  world: LadderWorld,
): LadderEvent[] {
  const { at } = input
  if (ladder === null || ladder.status === 'resolved') return input.type === 'trigger' ? start(input, world) : []
  switch (input.type) {
    case 'trigger':
      return [{ name: 'repeated', at }]
    case 'acknowledge':
      return [acknowledgement(ladder, { at, by: input.by ?? null }, world)]
    case 'unacknowledge':
      return ladder.status === 'acknowledged' ? fallBack(ladder, { at, by: input.by ?? null, why: 'hand' }, world) : []
    case 'escalate':
      return ladder.status === 'exhausted'
        ? []
        : [{ name: 'escalated', at, by: input.by ?? null }, ...next(ladder, { at, because: 'hand' }, world)]
    case 'resolve':
      return [{ name: 'resolved', at, by: input.by ?? null, why: input.why ?? 'hand' }]
  }
}

function start(input: Extract<LadderInput, { type: 'trigger' }> & { readonly at: number }, world: LadderWorld) {
  const { at, urgency = 'high' } = input
  const first = { loop: 1, step: 1, cycle: 1 }
  return [{ name: 'started', at, urgency } as const, ...tell(first, { at, because: 'trigger', urgency }, world)]
}

function acknowledgement(
  ladder: Ladder,
  { at, by }: { readonly at: number; readonly by: string | null },
  world: LadderWorld,
): LadderEvent {
  const { acknowledge } = world.policy.steps[ladder.step - 1] as EscalationStep
  const isOpen = (person: string) => person !== by && !ladder.acknowledgedBy.includes(person)
  const halts = ladder.status === 'acknowledged' || acknowledge === 'anyone' || !ladder.told.some(isOpen)
  if (!halts) return { name: 'acknowledged', at, by, halts: 'no', nextAt: ladder.nextAt }
  const timeout = ladder.urgency === 'low' ? null : world.policy.acknowledgeTimeout
  return { name: 'acknowledged', at, by, halts: 'yes', nextAt: timeout && world.after(at, timeout) }
}

/** What a ladder does when its own instant has come. */
function goOn(ladder: Ladder, at: number, world: LadderWorld): LadderEvent[] {
  if (ladder.status === 'acknowledged') return fallBack(ladder, { at, by: null, why: 'timeout' }, world)
  return next(ladder, { at, because: 'delay' }, world)
}

/** The acknowledgement no longer holds: the current step is told again, and the ladder goes on from there. */
function fallBack(
  { loop, step, cycle, urgency }: Ladder,
  back: { readonly at: number; readonly by: string | null; readonly why: 'timeout' | 'hand' },
  world: LadderWorld,
): LadderEvent[] {
  const because = back.why === 'timeout' ? 'acknowledgeTimeout' : 'unacknowledged'
  const again = tell({ loop, step, cycle: cycle + 1 }, { at: back.at, because, urgency }, world)
  return [{ name: 'unacknowledged', ...back }, ...again]
}

function next(
  { loop, step, cycle, urgency }: Ladder,
  { at, because }: { readonly at: number; readonly because: Because },
  world: LadderWorld,
): LadderEvent[] {
  const onward = stepAfter(step, world)
  if (onward !== null) return tell({ loop, step: onward, cycle }, { at, because, urgency }, world)
  if (loop > world.policy.repeat) return [{ name: 'exhausted', at }]
  return tell({ loop: loop + 1, step: 1, cycle }, { at, because, urgency }, world)
}

/** The step that follows another; `null`: none. */
function stepAfter(step: number, { policy, meets }: LadderWorld): number | null {
  const { jump } = policy.steps[step - 1] as EscalationStep
  const target = jump !== null && (jump.when === null || meets(jump.when)) ? jump.to : step + 1
  return target > policy.steps.length ? null : target
}

/**
 * Tells a step, or the first one behind it that has somebody to tell: a step that tells nobody holds nothing up. Only
 * the end of the steps waits, so that a loop without anybody is no storm.
 */
function tell(
  from: Place,
  { at, because, urgency }: { readonly at: number; readonly because: Because; readonly urgency: Ladder['urgency'] },
  world: LadderWorld,
): LadderEvent[] {
  const events: LadderEvent[] = []
  for (let place = from; ; ) {
    const step = world.policy.steps[place.step - 1] as EscalationStep
    const wait = () => (urgency === 'low' ? null : world.after(at, step.delay))
    const isAsked = step.when === null || world.meets(step.when)
    const reached = isAsked ? world.reach(step, at) : NOBODY
    if (reached.people.length + reached.webhooks.length + reached.commands.length > 0)
      return [...events, { name: 'told', ...place, at, because, ...reached, nextAt: wait() }]
    const onward = stepAfter(place.step, world)
    const why = isAsked ? 'nobody' : 'condition'
    const { missing } = reached
    events.push({ name: 'passed', ...place, at, why, missing, nextAt: onward === null ? wait() : null })
    if (onward === null) return events
    place = { ...place, step: onward }
  }
}

const NOBODY: Reached = { people: [], webhooks: [], commands: [], missing: [] }

function evolveAll(ladder: Ladder | null, events: readonly LadderEvent[]): Ladder | null {
  return events.reduce<Ladder | null>(evolveLadder, ladder)
}

/** Folds one event into a ladder. */
export function evolveLadder(ladder: Ladder | null, event: LadderEvent): Ladder {
  const { at } = event
  if (event.name === 'started') return { ...FRESH, urgency: event.urgency, startedAt: at, at }
  const before = ladder as Ladder
  switch (event.name) {
    case 'repeated':
    case 'escalated':
      return { ...before, at }
    case 'told':
    case 'passed': {
      const { loop, step, cycle, nextAt } = event
      const told = event.name === 'told' ? event.people.map(({ person }) => person) : []
      return { ...before, ...RUNNING, at, loop, step, cycle, nextAt, told }
    }
    case 'acknowledged': {
      const by = event.by === null || before.acknowledgedBy.includes(event.by) ? [] : [event.by]
      const acknowledgedBy = [...before.acknowledgedBy, ...by]
      if (event.halts === 'no') return { ...before, at, acknowledgedBy }
      return { ...before, at, acknowledgedBy, status: 'acknowledged', acknowledgedAt: at, nextAt: event.nextAt }
    }
    case 'unacknowledged':
      return { ...before, ...RUNNING, at, nextAt: null }
    case 'exhausted':
      return { ...before, at, status: 'exhausted', nextAt: null }
    case 'resolved':
      return { ...before, at, status: 'resolved', nextAt: null }
  }
}

const RUNNING = { status: 'triggered', acknowledgedBy: [], acknowledgedAt: null } as const
const FRESH = { ...RUNNING, loop: 1, step: 1, cycle: 1, told: [], nextAt: null } as const
