/** Where escalations stand, what they decided, and how soon people answer. */

import type * as z from 'zod'
import { forbidden, reachOf } from '../domain/access.ts'
import type { Condition } from '../domain/condition.ts'
import { meets } from '../domain/condition-read.ts'
import type { Escalation, EscalationEvents, ToldPerson } from '../domain/escalation/escalation.ts'
import type { Instant } from '../domain/time.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { notFound } from './desk-faults.ts'
import type { findEscalations, nameEscalation } from './escalation-inputs.ts'
import type { DeskEvent } from './events.ts'
import { eventsOf } from './first-result.ts'
import type { FindRequest, Order, StoredRecord } from './ports.ts'
import type { ReadContext } from './query.ts'
import { sightOf } from './sight.ts'

type Named = ReadContext<z.output<typeof nameEscalation>>

/** Those of some tickets that the actor may see by this read. */
async function ticketsSeen(context: ReadContext<unknown>, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { house, tenant } = context
  const refs = [...new Set(ids)].map((id) => ({ kind: 'ticket' as const, id }))
  const tickets = refs.length === 0 ? [] : await house.store.get(tenant, refs)
  const sight = sightOf(context, 'ticket')
  return new Set(tickets.flatMap((ticket) => (ticket !== null && meets(sight, ticket.doc) ? [ticket.id] : [])))
}

const isSeen = async (context: ReadContext<unknown>, id: string) => (await ticketsSeen(context, [id])).has(id)

/** One escalation of a ticket in sight; absent and out of sight look the same. */
export async function get(context: Named): Promise<Escalation> {
  const { escalationId } = context.input
  const [record = null] = await context.house.store.get(context.tenant, [{ kind: 'escalation', id: escalationId }])
  const escalation = record?.doc as unknown as Escalation | undefined
  if (escalation === undefined || !(await isSeen(context, escalation.ticketId)))
    throw notFound('escalation', escalationId)
  return escalation
}

const LATEST: readonly Order[] = [{ field: 'startedAt', direction: 'desc' }]

export async function find(context: ReadContext<z.output<typeof findEscalations>>): Promise<{
  readonly items: readonly Escalation[]
  /** Hand it back as `after` for the next page; `null`: this was the last. */
  readonly next: string | null
}> {
  const { by, name, input } = context
  const { of: ticketId, status, limit } = input
  if (ticketId === undefined) {
    if (reachOf(by, name) !== 'any' || reachOf(by, 'ticket.get') !== 'any') throw forbidden(by.actor, name)
  } else if (!(await isSeen(context, ticketId))) throw notFound('ticket', ticketId)
  const all: Condition[] = [
    ...(ticketId === undefined ? [] : [{ field: 'ticketId', is: ticketId }]),
    ...(status === undefined ? [] : [{ field: 'status', is: status }]),
  ]
  const after = input.after === undefined ? null : readCursor(input.after, LATEST)
  const records = await firstSeen(context, { where: { all }, order: LATEST, limit: limit + 1, after })
  const last = records[limit - 1]
  return {
    items: records.slice(0, limit).map(({ doc }) => doc as unknown as Escalation),
    next: records.length > limit && last !== undefined ? writeCursor(last, LATEST) : null,
  }
}

/** As many as are asked for of those whose tickets are in sight: what is not is told neither by a short page nor by a cursor. */
async function firstSeen(context: ReadContext<unknown>, request: FindRequest): Promise<StoredRecord[]> {
  const { house, tenant } = context
  const found: StoredRecord[] = []
  for (let { after } = request; ; ) {
    const page = await house.store.find(tenant, 'escalation', { ...request, after })
    const seen = await ticketsSeen(context, page.map(ticketIdOf))
    found.push(...page.filter((record) => seen.has(ticketIdOf(record))))
    const last = page.at(-1)
    if (last === undefined || page.length < request.limit || found.length >= request.limit) break
    after = { values: [String(last.doc.startedAt)], id: last.id }
  }
  return found.slice(0, request.limit)
}

const ticketIdOf = ({ doc }: StoredRecord) => String(doc.ticketId)

type EscalationEvent = DeskEvent<keyof EscalationEvents>

/** One decision, in the order in which they were made. */
export interface LogEntry {
  /** When it happened. */
  readonly at: Instant
  /** When it was noticed and written down. */
  readonly writtenAt: Instant
  readonly event: EscalationEvent
  /** The same in a sentence, without names. */
  readonly says: string
}

export async function log(context: Named): Promise<readonly LogEntry[]> {
  const { id } = await get(context)
  const entries: LogEntry[] = []
  for await (const one of eventsOf(context.house.store, context.tenant, { kind: 'escalation', id })) {
    const event = one as EscalationEvent
    entries.push({ at: event.data.happenedAt, writtenAt: event.at, event, says: saysEvent(event) })
  }
  return entries
}

function saysEvent(event: EscalationEvent): string {
  switch (event.name) {
    case 'escalation.started':
      return `Started by ${event.data.startedBy.kind}${event.data.startedBy.metric === null ? '' : ` of ${event.data.startedBy.metric}`}.`
    case 'escalation.repeated':
      return 'Started again while it ran: told to nobody.'
    case 'escalation.told':
      return saysTold(event.data)
    case 'escalation.passed': {
      const { step, why, missing } = event.data
      return why === 'condition'
        ? `Step ${step} was passed: the ticket does not meet its condition.`
        : `Step ${step} told nobody: there is nobody for ${missing.join(', ')}.`
    }
    case 'escalation.acknowledged':
      return `${event.data.by ?? 'Somebody'} acknowledged${event.data.halts === 'yes' ? '' : '; others who must answer have not'}.`
    case 'escalation.unacknowledged':
      return event.data.why === 'timeout'
        ? 'The acknowledgement ran out.'
        : `${event.data.by ?? 'Somebody'} took the acknowledgement back.`
    case 'escalation.escalated':
      return `${event.data.by ?? 'Somebody'} took it one step on.`
    case 'escalation.exhausted':
      return 'Nobody answered, and no step is left.'
    case 'escalation.resolved':
      return `Ended: ${event.data.why}.`
    default:
      return event satisfies never
  }
}

const BECAUSE = {
  trigger: 'at the start',
  delay: 'since nobody acknowledged in time',
  acknowledgeTimeout: 'again, since the acknowledgement ran out',
  unacknowledged: 'again, since the acknowledgement was taken back',
  hand: 'by hand',
} as const

function saysTold(data: EscalationEvents['escalation.told']): string {
  const { step, loop, because, people, webhooks, commands, missing } = data
  const whom = [
    ...people.map(({ person, via }: ToldPerson) => `${person} (${via})`),
    ...webhooks.map((name) => `webhook ${name}`),
    ...commands.map(({ command, refused }) => (refused === null ? command : `${command}, refused: ${refused}`)),
  ]
  const lacking = missing.length === 0 ? '' : `; there is nobody for ${missing.join(', ')}`
  return `Step ${step}${loop > 1 ? `, time ${loop}` : ''} told ${BECAUSE[because]}: ${whom.join(', ')}${lacking}.`
}

/** How escalations of one policy went. */
export interface EscalationTimes {
  readonly policy: string
  /** Runs that were started in the period. */
  readonly started: number
  /** Those of them that were acknowledged so far. */
  readonly acknowledged: number
  /** Those of them that came to the end of their steps. */
  readonly exhausted: number
  /** Mean time to acknowledge, in milliseconds of real time; `null`: none was. */
  readonly meanMs: number | null
}

const PAGE = 1000
const COUNTED = ['escalation.started', 'escalation.acknowledged', 'escalation.exhausted']

export async function times({
  house,
  tenant,
  input,
}: ReadContext<{ readonly from: Instant; readonly until: Instant }>): Promise<readonly EscalationTimes[]> {
  const rows = new Map<string, { started: number; acknowledged: number; exhausted: number; sum: number }>()
  /** Escalations whose latest run was started in the period, with its policy. */
  const counted = new Map<string, string>()
  /** Those whose latest run was exhausted: one that goes on from an acknowledgement may be so again. */
  const exhausted = new Set<string>()
  for (let after = 0; ; ) {
    // What happened in the period may have been written after it, never before.
    const page = await house.store.history(tenant, { names: COUNTED, from: input.from, after, limit: PAGE })
    for (const { body } of page) {
      const event = JSON.parse(body) as EscalationEvent
      const { id } = event.record
      if (event.name === 'escalation.started') {
        const { happenedAt, policy } = event.data
        const isIn = input.from <= happenedAt && happenedAt < input.until
        exhausted.delete(id)
        if (isIn) counted.set(id, policy)
        else counted.delete(id)
        if (isIn) rowOf(rows, policy).started++
      }
      const policy = counted.get(id)
      if (policy === undefined) continue
      if (event.name === 'escalation.exhausted' && !exhausted.has(id)) {
        exhausted.add(id)
        rowOf(rows, policy).exhausted++
      }
      if (event.name !== 'escalation.acknowledged' || event.data.afterMs === null) continue
      rowOf(rows, policy).acknowledged++
      rowOf(rows, policy).sum += event.data.afterMs
    }
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) break
    after = last.position
  }
  return [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([policy, { sum, ...row }]) => ({
      policy,
      ...row,
      meanMs: row.acknowledged === 0 ? null : Math.round(sum / row.acknowledged),
    }))
}

function rowOf<R>(
  rows: Map<string, R | { started: number; acknowledged: number; exhausted: number; sum: number }>,
  policy: string,
) {
  const row = (rows.get(policy) ?? { started: 0, acknowledged: 0, exhausted: 0, sum: 0 }) as {
    started: number
    acknowledged: number
    exhausted: number
    sum: number
  }
  rows.set(policy, row)
  return row
}
