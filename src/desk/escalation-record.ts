/** Between an escalation's record and journal, and the ladder that moves it: ISO text outside, epoch milliseconds within. */

import { type Draft, draft, type Happened } from '../domain/decider.ts'
import { digest } from '../domain/digest.ts'
import type { Escalation, EscalationEvents, StepCommand } from '../domain/escalation/escalation.ts'
import type { EscalationId } from '../domain/ids.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import type { Instant } from '../domain/time.ts'
import { toInstant } from '../domain/time.ts'
import type { CheckedStart } from '../escalation/escalation-policy.ts'
import { evolveLadder } from '../escalation/ladder.ts'
import type { Ladder, LadderEvent } from '../escalation/ladder-words.ts'
import { canonicalJson } from './events.ts'

/** What is escalated, where nobody gave it a key of its own: one ladder a ticket and policy at a time. */
export function keyOf({
  ticketId,
  policy,
  key,
}: {
  ticketId: string
  policy: string
  key?: string | undefined
}): string {
  return key === undefined ? `${ticketId}/${policy}` : `key/${key}`
}

/** One record for each key, so that of two starts at the same moment one finds the other. */
export function escalationIdOf(key: string): EscalationId {
  return `esc_${digest(key).slice(0, 32)}`
}

/** What a start says, in short: a timer names it by this, since a publish may move it, change it or put another in its place. */
export function definitionOf(start: CheckedStart): string {
  return digest(canonicalJson(start)).slice(0, 16)
}

/** The ladder of a record. */
export function ladderOf(escalation: Escalation): Ladder {
  const { status, urgency, loop, step, cycle, told, acknowledgedBy } = escalation
  return {
    ...{ status, urgency, loop, step, cycle, told, acknowledgedBy },
    startedAt: Date.parse(escalation.startedAt),
    at: Date.parse(escalation.changedAt),
    acknowledgedAt: msOf(escalation.acknowledgedAt),
    nextAt: msOf(escalation.nextAt),
  }
}

function msOf(instant: Instant | null): number | null {
  return instant === null ? null : Date.parse(instant)
}

function instantOf(ms: number | null): Instant | null {
  return ms === null ? null : toInstant(ms)
}

type EscalationEvent = Happened<keyof EscalationEvents>

/** Folds one event into a record: the ladder's own fold, and what the record has beside it. */
export function evolveEscalation(before: Escalation | null, event: EscalationEvent): Escalation {
  const { happenedAt, nextAt, ...rest } = event.data as { happenedAt: Instant; nextAt?: Instant | null }
  const at = Date.parse(happenedAt)
  const said = { ...rest, name: event.name.slice('escalation.'.length), at, nextAt: msOf(nextAt ?? null) }
  const ladder = evolveLadder(before && ladderOf(before), said as unknown as LadderEvent)
  const { at: _, ...moved } = ladder
  return {
    ...besides(before, event),
    ...moved,
    startedAt: toInstant(ladder.startedAt),
    acknowledgedAt: instantOf(ladder.acknowledgedAt),
    nextAt: instantOf(ladder.nextAt),
    changedAt: event.at,
  }
}

function besides(before: Escalation | null, event: EscalationEvent): Escalation {
  if (event.name === 'escalation.started') {
    const { key, ticketId, policy, policyNumber, run, startedBy } = event.data
    const facts = { key, ticketId, policy, policyNumber, run, startedBy }
    const fresh = { answeredAt: null, resolvedAt: null, repeats: 0, tellings: 0 }
    return { id: event.of.id as EscalationId, version: before?.version ?? 0, ...facts, ...fresh } as Escalation
  }
  const record = before as Escalation
  switch (event.name) {
    case 'escalation.repeated':
      return { ...record, repeats: record.repeats + 1 }
    case 'escalation.told':
      return { ...record, tellings: record.tellings + 1 }
    case 'escalation.acknowledged':
      return event.data.afterMs === null ? record : { ...record, answeredAt: event.data.happenedAt }
    case 'escalation.resolved':
      return { ...record, resolvedAt: event.data.happenedAt }
    default:
      return record
  }
}

/** What an escalation is, in the eyes of its events. */
export type Facts = Pick<
  Escalation,
  'id' | 'key' | 'ticketId' | 'policy' | 'policyNumber' | 'run' | 'startedBy' | 'startedAt' | 'answeredAt'
>

/** What a ladder did, as the journal has it; `commands` says what became of those that its steps did, in order. */
export function draftsOf(facts: Facts, events: readonly LadderEvent[], commands: readonly StepCommand[]): Draft[] {
  const { id, key, ticketId, policy, policyNumber, run, startedBy } = facts
  const of = { kind: 'escalation', id } as const
  const done = [...commands]
  let startedAt = Date.parse(facts.startedAt)
  let isAnswered = facts.answeredAt !== null
  return events.map((event): Draft => {
    const happenedAt = toInstant(event.at)
    switch (event.name) {
      case 'started': {
        startedAt = event.at
        isAnswered = false
        const { urgency } = event
        return draft(of, 'escalation.started', {
          ...{ happenedAt, key, ticketId, policy, policyNumber, run, startedBy, urgency },
        })
      }
      case 'repeated':
        return draft(of, 'escalation.repeated', { happenedAt, ticketId })
      case 'told': {
        const { name: _, at: __, nextAt, ...telling } = event
        const own = done.splice(0, telling.commands.length)
        const said = { happenedAt, ticketId, policy, run, startedBy, ...telling, commands: own }
        return draft(of, 'escalation.told', { ...said, nextAt: instantOf(nextAt) })
      }
      case 'passed': {
        const { name: _, at: __, nextAt, ...place } = event
        return draft(of, 'escalation.passed', { happenedAt, ...place, nextAt: instantOf(nextAt) })
      }
      case 'acknowledged': {
        const { by, halts, nextAt } = event
        const isFirst = halts === 'yes' && !isAnswered
        isAnswered ||= isFirst
        const afterMs = isFirst ? event.at - startedAt : null
        return draft(of, 'escalation.acknowledged', {
          happenedAt,
          by,
          policy,
          halts,
          nextAt: instantOf(nextAt),
          afterMs,
        })
      }
      case 'unacknowledged':
        return draft(of, 'escalation.unacknowledged', { happenedAt, by: event.by, why: event.why })
      case 'escalated':
        return draft(of, 'escalation.escalated', { happenedAt, by: event.by })
      case 'exhausted':
        return draft(of, 'escalation.exhausted', { happenedAt, ticketId, policy })
      case 'resolved':
        return draft(of, 'escalation.resolved', { happenedAt, by: event.by, why: event.why })
      default:
        return event satisfies never
    }
  })
}

/** What the ticket shows of an escalation, where that changed. */
export function shownOn(ticket: Ticket, facts: Facts, { status }: Ladder): Draft[] {
  const { id, policy, startedBy } = facts
  const shown = ticket.escalations.find((one) => one.id === id)?.status ?? 'resolved'
  if (shown === status) return []
  return [
    draft({ kind: 'ticket', id: ticket.id }, 'escalation.shown', { id, policy, metric: startedBy.metric, status }),
  ]
}
