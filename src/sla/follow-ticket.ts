/** The one fold: what happened to a ticket at an instant moves its clocks. Live, rebuilt, explained and simulated alike. */
import type { ClockBatch, ClockFacts, ClockHappening, ClockInput, TicketClocks } from './clock-words.ts'
import { type Due, dueBefore, warningAt } from './due-clocks.ts'
import {
  type Clock,
  cancelClock,
  type HoursOf,
  meetClock,
  pauseClock,
  reached,
  resumeClock,
  retargetClock,
  withDue,
} from './sla-clock.ts'
import { METRICS, type Metric, type MetricRule, type SlaPolicy, targetOf } from './sla-policy.ts'
import { anchorOf, beginClock, isPaused, isSolved, REPLY } from './start-clocks.ts'

/** One list of policies, as it was published; the number grows with each publication. */
export interface Edition {
  readonly number: number
  readonly policies: readonly SlaPolicy[]
  /** The first policy whose condition a record meets. */
  readonly match: (record: object) => SlaPolicy | null
}

/** What the fold looks things up in. */
export interface ClockBook {
  readonly current: Edition
  /** An edition by its number: running clocks keep the rules of theirs until the ticket is looked at again. */
  readonly edition: (number: number) => Edition
  readonly hoursOf: HoursOf
}

/** An edition without policies: facts are kept, no clock runs. */
export const editionNone: Edition = { number: 0, policies: [], match: () => null }

export interface Followed {
  readonly state: TicketClocks
  readonly happened: readonly ClockHappening[]
  /** The clocks that ended at this instant, as they ended: a metric that began anew at once is in the state already. */
  readonly ended: readonly Clock[]
}

interface Walk {
  readonly at: number
  readonly book: ClockBook
  readonly hoursOf: HoursOf
  readonly happened: ClockHappening[]
  readonly ended: Clock[]
  readonly priority: string | null
  facts: ClockFacts
  policy: SlaPolicy | null
  clocks: { [M in Metric]?: Clock }
}

/**
 * Moves a ticket's clocks over everything that happened to it at one instant.
 *
 * Within the instant the order is fixed, whatever order the events came in: messages, fields, policy, pauses that end,
 * stops, pauses that begin, starts. What fell due before the instant is noticed first, as of when it was due.
 *
 * @param state - `null` for a ticket whose first event is in the batch.
 */
export function followTicket(state: TicketClocks | null, batch: ClockBatch, book: ClockBook): Followed {
  const { at, inputs, subject } = batch
  const policyBefore = state === null ? null : policyNamed(book.edition(state.edition), state.policy)
  const walk: Walk = {
    at,
    book,
    hoursOf: book.hoursOf,
    happened: [],
    ended: [],
    priority: subject.priority,
    facts: state?.facts ?? factsOf(inputs, at),
    policy: policyBefore,
    clocks: { ...state?.clocks },
  }
  noticeDue(walk)
  for (const input of inputs) speak(walk, input)
  for (const input of inputs) place(walk, input)
  const policy = walk.facts.ended === null ? book.current.match(subject.record) : policyBefore
  swap(walk, policy)
  endPauses(walk)
  stopSolved(walk)
  beginPauses(walk)
  startMissing(walk)
  const next = {
    facts: walk.facts,
    policy: walk.policy?.name ?? null,
    edition: book.current.number,
    clocks: walk.clocks,
  }
  return { state: next, happened: walk.happened, ended: walk.ended }
}

function policyNamed(edition: Edition, name: string | null): SlaPolicy | null {
  return edition.policies.find((policy) => policy.name === name) ?? null
}

function factsOf(inputs: readonly ClockInput[], at: number): ClockFacts {
  const created = inputs.find((input) => input.type === 'created')
  const { category = 'new', status = 'new', by = 'customer' } = created ?? {}
  return {
    createdAt: at,
    category,
    status,
    statuses: [[at, category, status]],
    firstReplyFrom: by === 'customer' ? at : null,
    repliedAt: null,
    unansweredSince: null,
    lastReplyAt: null,
    firstSolvedAt: null,
    teamId: null,
    teamSince: null,
    ended: null,
  }
}

function isLive(clock: Clock | undefined): clock is Clock {
  return clock !== undefined && clock.end === null
}

function tell(walk: Walk, clock: Clock, happening: Partial<ClockHappening> & Pick<ClockHappening, 'name'>): void {
  const { metric, cycle, policy, dueAt } = clock
  walk.happened.push({ at: walk.at, metric, cycle, policy, dueAt, ...happening })
}

/** Warnings and breaches that lie before the instant. At due is in time: only a running instant past it is late. */
function noticeDue(walk: Walk): void {
  for (const metric of METRICS) {
    const clock = walk.clocks[metric]
    if (!isLive(clock) || clock.since === null) continue
    const due = dueBefore(clock, walk.policy?.rules[metric], { at: walk.at, hoursOf: walk.hoursOf })
    if (due.length > 0) walk.clocks[metric] = noticed(walk, clock, due)
  }
  walk.happened.sort((a, b) => a.at - b.at)
}

function noticed(walk: Walk, clock: Clock, due: readonly Due[]): Clock {
  let next = clock
  for (const { at, level } of due) {
    next = level === null ? { ...next, breachedAt: at } : { ...next, warned: [...next.warned, level.id] }
    tell(
      walk,
      next,
      level === null ? { name: 'sla.breached', at, retroactive: false } : { name: 'sla.warned', at, level: level.id },
    )
  }
  return next
}

/** What a message does: an agent's answers everything that waits, a customer's is waited on unless something is already. */
function speak(walk: Walk, input: ClockInput): void {
  const { facts, at } = walk
  if (input.type === 'customerMessage') {
    walk.facts =
      facts.repliedAt === null
        ? { ...facts, firstReplyFrom: facts.firstReplyFrom ?? at }
        : { ...facts, unansweredSince: facts.unansweredSince ?? at }
    return
  }
  const answers = input.type === 'agentMessage' || (input.type === 'botMessage' && walk.policy?.countsBots === 'yes')
  if (!answers) return
  for (const metric of REPLY) stop(walk, metric)
  walk.facts = {
    ...facts,
    // An agent who opens a ticket and goes on writing has not replied to anybody yet.
    repliedAt: facts.repliedAt ?? (facts.firstReplyFrom === null ? null : at),
    firstReplyFrom: null,
    unansweredSince: null,
    lastReplyAt: at,
  }
}

function stop(walk: Walk, metric: Metric): void {
  const clock = walk.clocks[metric]
  if (!isLive(clock)) return
  const met = meetClock(clock, walk.at, walk.hoursOf)
  walk.clocks[metric] = met
  walk.ended.push(met)
  tell(walk, met, { name: 'sla.met', late: met.breachedAt !== null })
}

function cancel(walk: Walk, metric: Metric, reason: string): void {
  const clock = walk.clocks[metric]
  if (!isLive(clock)) return
  const cancelled = cancelClock(clock, walk.at, { reason, hoursOf: walk.hoursOf })
  walk.clocks[metric] = cancelled
  walk.ended.push(cancelled)
  tell(walk, cancelled, { name: 'sla.cancelled', reason })
}

/** What changed about the ticket itself. */
function place(walk: Walk, input: ClockInput): void {
  const { facts, at } = walk
  switch (input.type) {
    case 'status': {
      const { category, status } = input
      const isSolved = category === 'solved' || category === 'closed'
      const firstSolvedAt = facts.firstSolvedAt ?? (isSolved ? at : null)
      walk.facts = { ...facts, category, status, statuses: [...facts.statuses, [at, category, status]], firstSolvedAt }
      return
    }
    case 'team':
      if (input.teamId === facts.teamId) return
      stop(walk, 'teamTime')
      walk.facts = { ...facts, teamId: input.teamId, teamSince: input.teamId === null ? null : at }
      return
    case 'ended':
      for (const metric of METRICS) cancel(walk, metric, input.reason)
      walk.facts = { ...facts, ended: input.reason }
      return
    case 'restored':
      walk.facts = { ...facts, ended: null }
      return
    case 'due':
      setByHand(walk, input.metric, input.dueAt)
      return
    default:
  }
}

function setByHand(walk: Walk, metric: Metric, dueByHand: number | null): void {
  const clock = walk.clocks[metric]
  if (!isLive(clock)) return
  const next = withDue({ ...clock, dueByHand }, walk.hoursOf)
  walk.clocks[metric] = next
  tell(walk, next, { name: 'sla.changed' })
}

/** Puts every living clock under the policy that holds now; a metric that it lacks is cancelled. */
function swap(walk: Walk, policy: SlaPolicy | null): void {
  walk.policy = policy
  for (const metric of METRICS) {
    const clock = walk.clocks[metric]
    if (!isLive(clock)) continue
    const rule = policy?.rules[metric]
    const target = rule ? targetOf(rule, walk.priority) : null
    if (!policy || !rule || target === null) {
      cancel(walk, metric, 'policy')
      continue
    }
    if (target === clock.target && rule.calendar === clock.calendar) {
      if (clock.policy !== policy.name) walk.clocks[metric] = { ...clock, policy: policy.name }
      continue
    }
    const moved = retargetClock(clock, rule, { policy: policy.name, target, at: walk.at, hoursOf: walk.hoursOf })
    tell(walk, moved, { name: 'sla.changed' })
    walk.clocks[metric] = judgeAttached(walk, moved, rule)
  }
}

/** A clock that comes under a policy when some of its time is already spent: what lies behind is not warned of any more. */
function judgeAttached(walk: Walk, clock: Clock, rule: MetricRule): Clock {
  const passed = rule.levels.filter((level) => {
    const at = warningAt(clock, level, walk.hoursOf)
    return at !== null && at < walk.at && !clock.warned.includes(level.id)
  })
  const warned =
    passed.length === 0 ? clock : { ...clock, warned: [...clock.warned, ...passed.map((level) => level.id)] }
  const dueAt = warned.dueByHand ?? reached(warned, warned.target, walk.hoursOf)
  const lastRan = warned.since === null ? (warned.ran.at(-1)?.to ?? dueAt) : walk.at
  if (warned.breachedAt !== null || dueAt === null || lastRan === null || dueAt >= lastRan) return warned
  const breached = { ...warned, dueAt, breachedAt: dueAt, retroactive: true }
  tell(walk, breached, { name: 'sla.breached', at: dueAt, retroactive: true })
  return breached
}

function endPauses(walk: Walk): void {
  for (const metric of METRICS) {
    const clock = walk.clocks[metric]
    const rule = walk.policy?.rules[metric]
    if (!isLive(clock) || clock.since !== null || !rule || isPaused(walk.facts, rule)) continue
    const resumed = resumeClock(clock, walk.at, walk.hoursOf)
    walk.clocks[metric] = resumed
    // Solving from a pause ends the pause and the clock at once; the pause is counted, the running has no length.
    if (!isSolved(walk.facts)) tell(walk, resumed, { name: 'sla.resumed' })
  }
}

function stopSolved(walk: Walk): void {
  if (!isSolved(walk.facts)) return
  for (const metric of METRICS) {
    if (!isLive(walk.clocks[metric])) continue
    if (!REPLY.includes(metric)) stop(walk, metric)
    else closeReply(walk, metric)
  }
}

/** Solving with an unanswered message: by the rule it counts as an answer, ends the waiting, or changes nothing. */
function closeReply(walk: Walk, metric: Metric): void {
  const onSolve = walk.policy?.rules[metric]?.onSolve ?? 'cancel'
  if (onSolve === 'keep') return
  if (onSolve === 'met') stop(walk, metric)
  else cancel(walk, metric, 'solved')
  if (metric === 'firstReply') walk.facts = { ...walk.facts, firstReplyFrom: null }
  if (metric === 'nextReply') walk.facts = { ...walk.facts, unansweredSince: null }
}

function beginPauses(walk: Walk): void {
  for (const metric of METRICS) {
    const clock = walk.clocks[metric]
    const rule = walk.policy?.rules[metric]
    if (!isLive(clock) || clock.since === null || !rule || !isPaused(walk.facts, rule)) continue
    const paused = pauseClock(clock, walk.at, walk.hoursOf)
    walk.clocks[metric] = paused
    tell(walk, paused, { name: 'sla.paused' })
  }
}

/** Starts what the facts ask for and no clock yet measures, from the instant at which it should have started. */
function startMissing(walk: Walk): void {
  const { policy, facts } = walk
  if (policy === null || facts.ended !== null) return
  for (const metric of METRICS) {
    const rule = policy.rules[metric]
    if (rule === undefined || isLive(walk.clocks[metric])) continue
    const from = anchorOf(facts, metric)
    const target = targetOf(rule, walk.priority)
    if (from === null || target === null) continue
    const started = beginClock(rule, {
      from,
      target,
      policy: policy.name,
      ended: walk.clocks[metric],
      at: walk.at,
      facts,
      hoursOf: walk.hoursOf,
    })
    tell(walk, started, { name: 'sla.started' })
    walk.clocks[metric] = from < walk.at ? judgeAttached(walk, started, rule) : started
    if (isPaused(facts, rule)) tell(walk, started, { name: 'sla.paused' })
  }
}
