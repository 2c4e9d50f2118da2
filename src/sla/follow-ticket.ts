/** The one fold: what happened to a ticket at an instant moves its clocks. Live, rebuilt, explained and simulated alike. */

import { attach, swap } from './attach-policy.ts'
import { cancel, isLive, keep, notice, noticeDue, stop, tell, type Walk } from './clock-walk.ts'
import type { ClockBatch, ClockFacts, ClockHappening, ClockInput, TicketClocks } from './clock-words.ts'
import { inherit } from './inherit-wait.ts'
import { type Clock, changed, type HoursOf, pauseClock, resumeClock, withDue } from './sla-clock.ts'
import { METRICS, type Metric, type SlaPolicy, targetOf, WAITING_ON_CHILD } from './sla-policy.ts'
import { anchorOf, beginClock, goesOnLate, isPaused, isSolved, REPLY } from './start-clocks.ts'
import { stay, stayed } from './stays.ts'

/** One list of policies, as it was published; the number grows with each publication. */
export interface Edition {
  readonly number: number
  readonly policies: readonly SlaPolicy[]
  /** The first policy whose condition a record meets. */
  readonly match: (record: object) => SlaPolicy | null
}

/** What the fold looks things up in, as it held at the instant. */
export interface ClockBook {
  readonly current: Edition
  /** An edition by its number: running clocks keep the rules of theirs until the ticket is looked at again. */
  readonly edition: (number: number) => Edition
  /** How many versions of calendars were known; grows with each publication. */
  readonly hours: number
  readonly hoursOf: HoursOf
}

/** An edition without policies: facts are kept, no clock runs. */
export const editionNone: Edition = { number: 0, policies: [], match: () => null }

export interface Followed {
  /** The very state that was given, when nothing changed. */
  readonly state: TicketClocks
  readonly happened: readonly ClockHappening[]
  /** The clocks that ended at this instant, as they ended: a metric that began anew at once is in the state already. */
  readonly ended: readonly Clock[]
}

/**
 * Moves a ticket's clocks over everything that happened to it at one instant.
 *
 * Within the instant the order is fixed, whatever order the events came in: messages, fields, policy, pauses that end,
 * stops, pauses that begin, starts; only what a ticket opens with starts before all else. What fell due before the
 * instant is noticed first, as of when it was due.
 *
 * @param state - `null` for a ticket whose first event is in the batch.
 */
export function followTicket(state: TicketClocks | null, batch: ClockBatch, book: ClockBook): Followed {
  const walk = beginWalk(state, batch, book)
  const { record } = batch.subject
  if (state === null) {
    walk.policy = book.current.match(record)
    startMissing(walk)
  } else {
    if (state.hours !== book.hours) readHours(walk)
    noticeDue(walk)
  }
  const inputs = inOrder(batch.inputs)
  for (const input of inputs) speak(walk, input)
  for (const input of inputs) place(walk, input)
  const isOver = walk.facts.ended !== null
  swap(walk, isOver ? walk.policy : book.current.match(record))
  endPauses(walk)
  stopSolved(walk)
  beginPauses(walk)
  startMissing(walk)
  return { state: stateAfter(state, walk, book), happened: walk.happened, ended: walk.ended }
}

function beginWalk(state: TicketClocks | null, { at, inputs, subject }: ClockBatch, book: ClockBook): Walk {
  const facts = state?.facts ?? factsOf(inputs, at)
  return {
    // Machines' clocks differ; those of a ticket never go back.
    at: state === null ? at : Math.max(at, state.at),
    hoursOf: book.hoursOf,
    happened: [],
    ended: [],
    priority: subject.priority,
    wasSolved: state !== null && isSolved(facts),
    facts,
    policy: state === null ? null : policyNamed(book.edition(state.edition), state.policy),
    clocks: state?.clocks ?? {},
    areOwn: 'no',
  }
}

function stateAfter(state: TicketClocks | null, walk: Walk, book: ClockBook): TicketClocks {
  const { facts, clocks, at } = walk
  const policy = walk.policy?.name ?? null
  // A ticket that is over keeps the edition in which its policy was matched.
  const edition = state !== null && facts.ended !== null ? state.edition : book.current.number
  const isSame =
    state !== null &&
    facts === state.facts &&
    clocks === state.clocks &&
    policy === state.policy &&
    edition === state.edition &&
    book.hours === state.hours
  return isSame ? state : { facts, policy, edition, hours: book.hours, at, clocks }
}

function policyNamed(edition: Edition, name: string | null): SlaPolicy | null {
  return edition.policies.find((policy) => policy.name === name) ?? null
}

function factsOf(inputs: readonly ClockInput[], at: number): ClockFacts {
  const created = inputs.find((input) => input.type === 'created')
  const { category = 'new', status = 'new', by = 'customer' } = created ?? {}
  const askedAt = by === 'customer' ? at : null
  return {
    createdAt: at,
    category,
    status,
    statuses: [[at, category, status]],
    askedAt,
    firstReplyFrom: askedAt,
    repliedAt: null,
    unansweredSince: null,
    lastReplyAt: null,
    firstSolvedAt: null,
    teamId: null,
    teamSince: null,
    ended: null,
  }
}

// Answers before questions: a customer who wrote in the very instant of a reply has not been answered. Set aside before
// fields, a due instant set by hand last: it is for the clocks that are still there.
const RANK: Readonly<Partial<Record<ClockInput['type'], number>>> = {
  created: 0,
  agentMessage: 1,
  botMessage: 1,
  customerMessage: 2,
  status: 4,
  team: 4,
}
const RANK_OF_DUE = 5

function inOrder(inputs: readonly ClockInput[]): readonly ClockInput[] {
  if (inputs.length < 2) return inputs
  return [...inputs].sort((a, b) => rankOf(a) - rankOf(b))
}

function rankOf(input: ClockInput): number {
  return input.type === 'due' ? RANK_OF_DUE + METRICS.indexOf(input.metric) : (RANK[input.type] ?? 3)
}

/** Brings running clocks to calendars that were published since: each version counts from its own instant on. */
function readHours(walk: Walk): void {
  for (const metric of METRICS) {
    const clock = walk.clocks[metric]
    if (!isLive(clock)) continue
    const kept = keep(walk, withDue(clock, walk.hoursOf))
    if (kept !== clock) tell(walk, kept, { name: 'sla.changed' })
  }
}

/** What a message does: an agent's answers everything that waits, a customer's is waited on unless something is already. */
function speak(walk: Walk, input: ClockInput): void {
  const { facts, at } = walk
  if (input.type === 'inherited') {
    inherit(walk, input.since)
    return
  }
  if (input.type === 'customerMessage') {
    const waits = facts.repliedAt === null ? 'firstReplyFrom' : 'unansweredSince'
    if (facts[waits] === null) walk.facts = { ...facts, askedAt: facts.askedAt ?? at, [waits]: at }
    return
  }
  const answers = input.type === 'agentMessage' || (input.type === 'botMessage' && walk.policy?.countsBots === 'yes')
  if (!answers) return
  for (const metric of REPLY) stop(walk, metric)
  walk.facts = {
    ...facts,
    // An agent who opens a ticket and goes on writing has not replied to anybody yet.
    repliedAt: facts.repliedAt ?? (facts.askedAt === null ? null : at),
    firstReplyFrom: null,
    unansweredSince: null,
    lastReplyAt: at,
  }
}

/** What changed about the ticket itself. */
function place(walk: Walk, input: ClockInput): void {
  const { facts, at } = walk
  switch (input.type) {
    case 'status':
      walk.facts = movedTo(facts, input, at)
      return
    case 'team':
      if (input.teamId === facts.teamId) return
      stop(walk, 'teamTime')
      walk.facts = { ...facts, teamId: input.teamId, teamSince: input.teamId === null ? null : at }
      return
    case 'ended':
      for (const metric of METRICS) cancel(walk, metric, input.reason)
      walk.facts = { ...facts, ended: input.reason, statuses: [...facts.statuses, [at, null, input.reason]] }
      return
    case 'restored':
      walk.facts = { ...facts, ended: null, statuses: [...facts.statuses, stay(facts, at)] }
      return
    case 'waitStarted':
      walk.facts = stayed({ ...facts, waits: WAITING_ON_CHILD }, at)
      return
    case 'waitEnded': {
      const { waits: _, ...rest } = facts
      walk.facts = stayed(rest, at)
      return
    }
    case 'due':
      setByHand(walk, input.metric, input.dueAt)
      return
    default:
  }
}

function movedTo(facts: ClockFacts, to: ClockInput & { readonly type: 'status' }, at: number): ClockFacts {
  const { category, status } = to
  return stayed({ ...facts, category, status }, at)
}

function setByHand(walk: Walk, metric: Metric, dueByHand: number | null): void {
  const clock = walk.clocks[metric]
  if (!isLive(clock)) return
  const kept = keep(walk, withDue(changed(clock, { dueByHand }), walk.hoursOf))
  if (kept.dueAt !== clock.dueAt) tell(walk, kept, { name: 'sla.changed' })
  notice(walk, kept)
}

function endPauses(walk: Walk): void {
  for (const metric of METRICS) {
    const clock = walk.clocks[metric]
    const rule = walk.policy?.rules[metric]
    if (!isLive(clock) || clock.since !== null || !rule || isPaused(walk.facts, rule)) continue
    // Solving from a pause ends the pause and the clock at once; the pause is counted, the running has no length.
    if (isSolved(walk.facts) && rule.onSolve !== 'keep') continue
    const resumed = keep(walk, resumeClock(clock, walk.at, walk.hoursOf))
    tell(walk, resumed, { name: 'sla.resumed' })
    notice(walk, resumed)
  }
}

/** Solving stops what measures work, and closes what waits for an answer; the next public message begins anew. */
function stopSolved(walk: Walk): void {
  if (!isSolved(walk.facts)) return
  if (walk.facts.lastReplyAt !== null) walk.facts = { ...walk.facts, lastReplyAt: null }
  if (walk.wasSolved) return
  walk.facts = { ...walk.facts, firstSolvedAt: walk.facts.firstSolvedAt ?? walk.at }
  for (const metric of METRICS) {
    if (REPLY.includes(metric)) closeReply(walk, metric)
    else stop(walk, metric)
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
    const paused = keep(walk, pauseClock(clock, walk.at, walk.hoursOf))
    tell(walk, paused, { name: 'sla.paused' })
  }
}

/** Starts what the facts ask for and no clock yet measures, from the instant at which it should have started. */
function startMissing(walk: Walk): void {
  const { policy, facts, at, hoursOf, priority } = walk
  if (policy === null || facts.ended !== null) return
  for (const metric of METRICS) {
    const rule = policy.rules[metric]
    const ended = walk.clocks[metric]
    if (rule === undefined || isLive(ended) || (isSolved(facts) && rule.onSolve !== 'keep')) continue
    const from = anchorOf(facts, metric)
    const target = targetOf(rule, priority)
    if (from === null || target === null) continue
    const started = beginClock(rule, { from, target, policy: policy.name, ended, at, facts, hoursOf })
    tell(walk, started, { name: 'sla.started' })
    const again = goesOnLate(ended, from)
    if (from < at) attach(walk, started, { rule, before: null, again })
    else keep(walk, started)
    if (started.since === null) tell(walk, started, { name: 'sla.paused' })
  }
}
