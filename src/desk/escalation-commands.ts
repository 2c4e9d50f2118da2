/** The commands of escalations: each runs the ladder up to its own instant, then does what was asked of it. */

import { reachedRecords } from '../domain/access.ts'
import { meets } from '../domain/condition-read.ts'
import { type Context, command, type Decision, type Found, maybe, need } from '../domain/decider.ts'
import type { Escalation, EscalationStart } from '../domain/escalation/escalation.ts'
import { fault } from '../domain/escalation/escalation-refusals.ts'
import type { EscalationId, TicketId } from '../domain/ids.ts'
import { CURRENT, versionId } from '../domain/policies/policies.ts'
import type { PolicyDocuments, PolicyVersion } from '../domain/policy.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import type { Instant } from '../domain/time.ts'
import type { CheckedStart, EscalationPolicy } from '../escalation/escalation-policy.ts'
import { type Climbed, climb, take } from '../escalation/ladder.ts'
import type { Ladder, LadderInput } from '../escalation/ladder-words.ts'
import { decided, stateOfDone } from './escalation-decision.ts'
import { ladderNamed, laddersOf } from './escalation-documents.ts'
import { beginEscalation, endEscalation, nameEscalation, startEscalation } from './escalation-inputs.ts'
import {
  definitionOf,
  draftsOf,
  escalationIdOf,
  evolveEscalation,
  type Facts,
  keyOf,
  ladderOf,
} from './escalation-record.ts'
import { agentsFor, worldIn } from './escalation-world.ts'

const evolves = { escalation: evolveEscalation }

function mustBeAtWork({ id: ticketId, category, deletedAt, mergedInto }: Ticket): void {
  const state = stateOfDone({ category, deletedAt, mergedInto })
  if (state !== null) throw fault('escalation.ticket-done', { ticketId, state })
}

interface Asked {
  readonly ticketId: TicketId
  readonly policy: string
  readonly key?: string | undefined
}

function startRefs(input: Asked) {
  return {
    ticket: need('ticket', input.ticketId),
    escalation: maybe('escalation', escalationIdOf(keyOf(input))),
    // Which version of the policy is in force.
    current: need('policies', CURRENT.id),
  }
}

/** What is under way under a key; `null`: nothing was, or it is over. */
function runningOf({ escalation }: { readonly escalation: Escalation | null }): Escalation | null {
  return escalation?.status === 'resolved' ? null : escalation
}

/** The ticket for which a key is at work, where that is another one. */
function elsewhere(input: Asked, found: { readonly escalation: Escalation | null }) {
  const other = runningOf(found)?.ticketId
  return { other: maybe('ticket', other === input.ticketId ? null : other) }
}

type StartFound = Found<ReturnType<typeof startRefs>>

function listsForStart(
  input: Asked,
  { ticket }: { readonly ticket: Ticket },
  policies: PolicyDocuments,
): Readonly<Record<string, ReturnType<typeof agentsFor>>> {
  const policy = ladderNamed(laddersOf(policies.escalation), input.policy)
  return policy === null ? {} : { agents: agentsFor(policy, ticket, policies) }
}

/** Starts a ladder, or hears of it again while it runs. */
function begin(
  context: Context<Asked, StartFound>,
  start: {
    readonly policy: EscalationPolicy
    readonly by: EscalationStart
    readonly urgency: 'high' | 'low'
    readonly at: number
  },
): Decision {
  const { input, found, policies, lists } = context
  const { ticket, escalation, current } = found
  const key = keyOf(input)
  const facts: Facts = {
    ...{ id: escalationIdOf(key), key, ticketId: ticket.id, policy: start.policy.name, startedBy: start.by },
    policyNumber: current.inForce.escalation?.version ?? 1,
    run: (escalation?.run ?? 0) + 1,
    startedAt: context.now,
    answeredAt: null,
  }
  const world = worldIn(start.policy, { ticket, agents: lists.agents ?? [], policies })
  const already = runningOf(found)
  if (already !== null) return draftsOf(already, [{ name: 'repeated', at: Date.parse(context.now) }], [])
  const taken = take(null, { type: 'trigger', at: start.at, urgency: start.urgency }, world)
  const rest = climb(taken.ladder, { at: Date.parse(context.now), due: 'before' }, world)
  return decided(facts, ticket, { ladder: rest.ladder, events: [...taken.events, ...rest.events] })
}

const resultOfStart = (_: unknown, input: Asked) => ({ kind: 'escalation' as const, id: escalationIdOf(keyOf(input)) })

const start = command({
  says: 'Starts an escalation: the first step of its policy is told at once. Silent while one with the same key runs.',
  input: startEscalation,
  returns: 'escalation',
  on: 'ticket',
  evolves,
  reads: startRefs,
  near: elsewhere,
  lists: listsForStart,
  decide: (context) => {
    const { input, found, policies, by: who } = context
    const isHidden = found.other !== null && !meets(reachedRecords(who, 'ticket.get', 'ticket'), found.other)
    if (isHidden) throw fault('escalation.key-elsewhere', { key: input.key ?? '' })
    mustBeAtWork(found.ticket)
    const all = laddersOf(policies.escalation)
    const policy = ladderNamed(all, input.policy)
    if (policy === null)
      throw fault('escalation.unknown-policy', { policy: input.policy, known: all.map(({ name }) => name) })
    const by: EscalationStart = { kind: 'hand', metric: null }
    return begin(context, { policy, by, urgency: input.urgency, at: Date.parse(context.now) })
  },
  result: resultOfStart,
})

interface Came {
  readonly start: number | string
  readonly since?: Instant | undefined
}

/** The start that came to pass, where it still holds: the ticket and the policy may have changed since its timer was set. */
function startIn({ starts }: EscalationPolicy, { start, since }: Came, ticket: Ticket): CheckedStart | null {
  const one = typeof start === 'number' ? starts[start] : starts.find((each) => definitionOf(each) === start)
  if (one === undefined || stateOfDone(ticket) !== null) return null
  // Clocks say since when they are late; what has come to stand in the place that a timer names is no clock that did.
  const holds = 'metric' in one ? since !== undefined : meets(one.when, ticket)
  return holds ? one : null
}

const beginBySystem = command({
  says: 'Starts an escalation because its policy says so; the desk does so by itself.',
  input: beginEscalation,
  returns: 'escalation',
  on: 'ticket',
  by: 'system',
  evolves,
  reads: startRefs,
  lists: listsForStart,
  decide: (context) => {
    const { input, found, policies, now } = context
    const policy = ladderNamed(laddersOf(policies.escalation), input.policy)
    const one = policy && startIn(policy, input, found.ticket)
    if (policy === null || one === null || runningOf(found) !== null) return []
    const by: EscalationStart = { kind: one.kind, metric: 'metric' in one ? one.metric : null }
    const at = Math.min(Date.parse(input.since ?? now), Date.parse(now))
    return begin(context, { policy, by, urgency: one.urgency, at })
  },
  result: resultOfStart,
})

interface Named {
  readonly escalationId: EscalationId
}

const namedRefs = (input: Named) => ({ escalation: need('escalation', input.escalationId) })
const namedNear = (_: Named, { escalation }: { readonly escalation: Escalation }) => ({
  ticket: need('ticket', escalation.ticketId),
  version: need('policyVersion', versionId('escalation', escalation.policyNumber)),
})

type NamedFound = Found<ReturnType<typeof namedRefs> & ReturnType<typeof namedNear>>

/** The ladder by which an escalation runs, as it was when it started. */
function ladderFor({
  escalation,
  version,
}: {
  readonly escalation: Escalation
  readonly version: PolicyVersion
}): EscalationPolicy {
  const document = version.document as unknown as PolicyDocuments['escalation']
  return ladderNamed(laddersOf(document), escalation.policy) as EscalationPolicy
}

const named = {
  returns: 'escalation',
  on: 'ticket',
  evolves,
  reads: namedRefs,
  near: namedNear,
  lists: (_: Named, found: NamedFound, policies: PolicyDocuments) => ({
    agents: agentsFor(ladderFor(found), found.ticket, policies),
  }),
  result: (_: unknown, input: Named) => ({ kind: 'escalation' as const, id: input.escalationId }),
} as const

/** Runs the ladder up to now, then does what was asked. */
function move(context: Context<Named, NamedFound>, input: LadderInput | null): Decision {
  const { found, policies, lists, now } = context
  const { escalation, ticket } = found
  const world = worldIn(ladderFor(found), { ticket, agents: lists.agents ?? [], policies })
  const at = Date.parse(now)
  const ladder = ladderOf(escalation)
  const climbed: Climbed =
    input === null ? climb(ladder, { at, due: 'until' }, world) : take(ladder, { ...input, at }, world)
  return climbed.events.length === 0 ? [] : decided(escalation, ticket, climbed)
}

/** Refuses what would change nothing, as the ladder stands once all that is due has happened. */
function mustStand(context: Context<Named, NamedFound>, refuse: (status: Ladder['status']) => Error | null): void {
  const { escalation } = context.found
  const refusal =
    escalation.status === 'resolved'
      ? fault('escalation.resolved', { escalationId: escalation.id })
      : refuse(escalation.status)
  if (refusal !== null) throw refusal
}

const byOf = ({ by }: { readonly by: { readonly actor: { readonly id: string } } }) => by.actor.id

const acknowledge = command({
  ...named,
  says: 'Acknowledges an escalation: it halts, for as long as its policy says, or until everybody who must has answered.',
  input: nameEscalation,
  decide: (context) => {
    mustStand(context, () => null)
    return move(context, { type: 'acknowledge', by: byOf(context) })
  },
})

const unacknowledge = command({
  ...named,
  says: 'Takes an acknowledgement back: the current step is told again, and the escalation goes on from there.',
  input: nameEscalation,
  decide: (context) => {
    const { id: escalationId } = context.found.escalation
    mustStand(context, (status) =>
      status === 'acknowledged' ? null : fault('escalation.not-acknowledged', { escalationId, status }),
    )
    return move(context, { type: 'unacknowledge', by: byOf(context) })
  },
})

const escalate = command({
  ...named,
  says: 'Takes an escalation one step on, at once.',
  input: nameEscalation,
  decide: (context) => {
    const { id: escalationId } = context.found.escalation
    mustStand(context, (status) => (status === 'exhausted' ? fault('escalation.exhausted', { escalationId }) : null))
    return move(context, { type: 'escalate', by: byOf(context) })
  },
})

const resolve = command({
  ...named,
  says: 'Ends an escalation.',
  input: nameEscalation,
  decide: (context) => {
    mustStand(context, () => null)
    return move(context, { type: 'resolve', by: byOf(context), why: 'hand' })
  },
})

const step = command({
  ...named,
  says: 'Lets an escalation do what is due: the next step, or the end of an acknowledgement; the desk does so by itself.',
  input: nameEscalation,
  by: 'system',
  decide: (context) => move(context, null),
})

const end = command({
  ...named,
  says: 'Ends an escalation because its ticket is done or its clock was met; the desk does so by itself.',
  input: endEscalation,
  by: 'system',
  decide: (context) =>
    context.found.escalation.status === 'resolved' ? [] : move(context, { type: 'resolve', why: context.input.why }),
})

export const escalationCommands = {
  'escalation.start': start,
  'escalation.acknowledge': acknowledge,
  'escalation.unacknowledge': unacknowledge,
  'escalation.escalate': escalate,
  'escalation.resolve': resolve,
  'escalation.begin': beginBySystem,
  'escalation.step': step,
  'escalation.end': end,
} as const
