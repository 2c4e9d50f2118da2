/** Where escalations stand, what they decided, and how soon people answer. */

import type * as z from 'zod'
import { forbidden, reachedRecords, reachOf } from '../domain/access.ts'
import type { Condition } from '../domain/condition.ts'
import { meets } from '../domain/condition-read.ts'
import type { Escalation, EscalationEvents, ToldPerson } from '../domain/escalation/escalation.ts'
import type { Instant } from '../domain/time.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { notFound } from './desk-faults.ts'
import type { findEscalations, nameEscalation } from './escalation-inputs.ts'
import type { DeskEvent } from './events.ts'
import { eventsOf } from './first-result.ts'
import type { Order } from './ports.ts'
import type { ReadContext } from './query.ts'

type Named = ReadContext<z.output<typeof nameEscalation>>

/** A ticket that the actor may see by this read. */
async function mustSee({ house, tenant, by, name }: ReadContext<unknown>, ticketId: string): Promise<boolean> {
  const [ticket = null] = await house.store.get(tenant, [{ kind: 'ticket', id: ticketId }])
  const inSight = [reachedRecords(by, name, 'ticket'), reachedRecords(by, 'ticket.get', 'ticket')]
  return ticket !== null && inSight.every((sight) => meets(sight, ticket.doc))
}

/** One escalation of a ticket in sight; absent and out of sight look the same. */
export async function get(context: Named): Promise<Escalation> {
  const { escalationId } = context.input
  const [record = null] = await context.house.store.get(context.tenant, [{ kind: 'escalation', id: escalationId }])
  const escalation = record?.doc as unknown as Escalation | undefined
  if (escalation === undefined || !(await mustSee(context, escalation.ticketId)))
    throw notFound('escalation', escalationId)
  return escalation
}

const LATEST: readonly Order[] = [{ field: 'startedAt', direction: 'desc' }]

export async function find(context: ReadContext<z.output<typeof findEscalations>>): Promise<{
  readonly items: readonly Escalation[]
  /** Hand it back as `after` for the next page; `null`: this was the last. */
  readonly next: string | null
}> {
  const { house, tenant, by, name, input } = context
  const { of: ticketId, status, limit } = input
  if (ticketId === undefined) {
    if (reachOf(by, name) !== 'any' || reachOf(by, 'ticket.get') !== 'any') throw forbidden(by.actor, name)
  } else if (!(await mustSee(context, ticketId))) throw notFound('ticket', ticketId)
  const all: Condition[] = [
    ...(ticketId === undefined ? [] : [{ field: 'ticketId', is: ticketId }]),
    ...(status === undefined ? [] : [{ field: 'status', is: status }]),
  ]
  const after = input.after === undefined ? null : readCursor(input.after, LATEST)
  const asked = { where: { all }, order: LATEST, limit: limit + 1, after }
  const records = await house.store.find(tenant, 'escalation', asked)
  const last = records[limit - 1]
  return {
    items: records.slice(0, limit).map(({ doc }) => doc as unknown as Escalation),
    next: records.length > limit && last !== undefined ? writeCursor(last, LATEST) : null,
  }
}

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
  /** Escalations whose latest run was started in the period. */
  const counted = new Map<string, string>()
  for (let after = 0; ; ) {
    // What happened in the period may have been written after it, never before.
    const page = await house.store.history(tenant, { names: COUNTED, from: input.from, after, limit: PAGE })
    for (const { body } of page) {
      const event = JSON.parse(body) as EscalationEvent
      const { id } = event.record
      if (event.name === 'escalation.started') {
        const { happenedAt, policy } = event.data
        const isIn = input.from <= happenedAt && happenedAt < input.until
        if (isIn) counted.set(id, policy)
        else counted.delete(id)
        if (isIn) rowOf(rows, policy).started++
      }
      const policy = counted.get(id)
      if (policy === undefined) continue
      if (event.name === 'escalation.exhausted') rowOf(rows, policy).exhausted++
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
