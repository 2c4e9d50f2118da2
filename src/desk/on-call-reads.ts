/** Who is on call, how a ladder would go, and what is hardly meant in either. */
import type * as z from 'zod'
import { reachedRecords } from '../domain/access.ts'
import { meets } from '../domain/condition-read.ts'
import { fault as refuse } from '../domain/escalation/escalation-refusals.ts'
import type { Agent } from '../domain/people/people.ts'
import { CURRENT } from '../domain/policies/policies.ts'
import type { PolicyDocuments } from '../domain/policy.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import { type Instant, toInstant } from '../domain/time.ts'
import type { OnCallSchedule } from '../escalation/check-on-call.ts'
import type { CheckedStart } from '../escalation/escalation-policy.ts'
import { type EscalationWarning, lintSchedules } from '../escalation/lint-on-call.ts'
import { coverageOf, peopleAt } from '../escalation/on-call.ts'
import { onCallFeed } from '../escalation/on-call-feed.ts'
import type { OnCallScheduleDefinition } from '../escalation/on-call-schedule.ts'
import { type EscalationPreview, previewIn } from '../escalation/preview-escalation.ts'
import { notFound } from './desk-faults.ts'
import { ladderNamed, laddersOf, onCallOf } from './escalation-documents.ts'
import type { askCheck, askCoverage, askFeed, askOnCall, previewLadder } from './escalation-inputs.ts'
import { agentsFor, worldIn } from './escalation-world.ts'
import { policiesInForce } from './policies.ts'
import type { StoredRecord } from './ports.ts'
import type { ReadContext } from './query.ts'
import { slaPoliciesOf } from './sla-documents.ts'

type Asking<S extends z.ZodType> = ReadContext<z.output<S>>

async function documentsOf({ house, tenant }: ReadContext<unknown>): Promise<PolicyDocuments> {
  const [current] = await house.store.get(tenant, [CURRENT])
  return policiesInForce(house, tenant, current as StoredRecord)
}

async function scheduleOf(context: ReadContext<{ readonly schedule: string }>): Promise<OnCallSchedule> {
  const { schedules } = onCallOf((await documentsOf(context)).onCall)
  const found = schedules.get(context.input.schedule)
  if (found !== undefined) return found
  throw refuse('escalation.unknown-schedule', { schedule: context.input.schedule, known: [...schedules.keys()] })
}

/** Somebody who is on call, as far as they are an agent of the tenant. */
export interface OnCallPerson {
  readonly id: string
  /** `null`: there is no such agent, or they are not active; nobody would be told. */
  readonly name: string | null
}

export async function onCall(context: Asking<typeof askOnCall>): Promise<readonly OnCallPerson[]> {
  const { house, input } = context
  const people = peopleAt(await scheduleOf(context), Date.parse(input.at ?? toInstant(house.clock.now())))
  const agents = await agentsNamed(context, people)
  return people.map((id) => ({ id, name: agents.get(id)?.name ?? null }))
}

async function agentsNamed(
  { house, tenant }: ReadContext<unknown>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Agent>> {
  const keys = [...new Set(ids)].map((id) => ({ kind: 'agent' as const, id }))
  const records = keys.length === 0 ? [] : await house.store.get(tenant, keys)
  const agents = records.flatMap((record) => (record === null ? [] : [record.doc as unknown as Agent]))
  return new Map(agents.filter(({ active }) => active).map((agent) => [agent.id, agent]))
}

/** A time in which the same agents are on call. */
export interface CoverageSpan {
  readonly from: Instant
  readonly until: Instant
  readonly people: readonly string[]
}

export interface ScheduleCoverage {
  readonly shifts: readonly CoverageSpan[]
  readonly gaps: readonly CoverageSpan[]
  readonly double: readonly CoverageSpan[]
}

export async function coverage(context: Asking<typeof askCoverage>): Promise<ScheduleCoverage> {
  const { from, until } = context.input
  const { shifts, gaps, double } = coverageOf(await scheduleOf(context), Date.parse(from), Date.parse(until))
  const written = (spans: typeof shifts) =>
    spans.map(({ people, ...span }) => ({ from: toInstant(span.from), until: toInstant(span.until), people }))
  return { shifts: written(shifts), gaps: written(gaps), double: written(double) }
}

export async function feed(context: Asking<typeof askFeed>): Promise<string> {
  const { house, input } = context
  const { schedules } = (await documentsOf(context)).onCall
  const { agentId: person, from, until } = input
  return onCallFeed({ schedules: schedules as never, person, from, until, madeAt: house.clock.now() })
}

export async function preview(context: Asking<typeof previewLadder>): Promise<EscalationPreview> {
  const { house, tenant, input } = context
  const policies = await documentsOf(context)
  const all = laddersOf(policies.escalation)
  const policy = ladderNamed(all, input.policy)
  if (policy === null)
    throw refuse('escalation.unknown-policy', { policy: input.policy, known: all.map(({ name }) => name) })
  const ticket = input.of === undefined ? NO_TICKET : await ticketInSight(context, input.of)
  const { kind, where, limit } = agentsFor(policy, ticket, policies)
  const records = await house.store.find(tenant, kind, { where, order: [], limit, after: null })
  const agents = records.map(({ doc }) => doc)
  const names = Object.fromEntries(agents.map(({ id, name }) => [String(id), String(name)]))
  const at = Date.parse(input.at ?? toInstant(house.clock.now()))
  return previewIn(worldIn(policy, { ticket, agents, policies }), { at, names, timeZone: input.timeZone ?? 'UTC' })
}

const NO_TICKET = { assigneeId: null, teamId: null } as const

async function ticketInSight({ house, tenant, by, name }: ReadContext<unknown>, ticketId: string): Promise<Ticket> {
  const [ticket = null] = await house.store.get(tenant, [{ kind: 'ticket', id: ticketId }])
  const sights = [reachedRecords(by, name, 'ticket'), reachedRecords(by, 'ticket.get', 'ticket')]
  if (ticket === null || !sights.every((sight) => meets(sight, ticket.doc))) throw notFound('ticket', ticketId)
  return ticket.doc as unknown as Ticket
}

const FOUR_WEEKS = 28 * 86_400_000

export async function check(context: Asking<typeof askCheck>): Promise<readonly EscalationWarning[]> {
  const { house, input } = context
  const documents = await documentsOf(context)
  const { escalation, onCall: document } = documents
  const from = input.from ?? toInstant(house.clock.now())
  const until = input.until ?? toInstant(Date.parse(from) + FOUR_WEEKS)
  const named = [
    ...[...onCallOf(document).schedules].flatMap(([schedule, { layers, overrides }]) =>
      [...layers.flatMap(({ people }) => people), ...overrides.map(({ person }) => person)].map((id) => ({
        id,
        place: `schedules.${schedule}`,
      })),
    ),
    ...laddersOf(escalation).flatMap(({ name, steps, fallback }) =>
      [...steps.flatMap(({ targets }) => targets), ...fallback].flatMap((target) =>
        'agent' in target ? [{ id: target.agent, place: `policies.${name}` }] : [],
      ),
    ),
  ]
  const agents = await agentsNamed(
    context,
    named.map(({ id }) => id),
  )
  const missing = new Map(named.filter(({ id }) => !agents.has(id)).map((one) => [`${one.place} ${one.id}`, one]))
  return [
    ...neverStarting(documents),
    ...[...missing.values()].map(({ id, place }) => ({
      code: 'escalation.unknown-person' as const,
      place,
      message: `There is no active agent ${id}; nobody is told in their place but the fallback.`,
    })),
    ...lintSchedules(document.schedules as unknown as Readonly<Record<string, OnCallScheduleDefinition>>, {
      from,
      until,
    }),
  ]
}

/** Starts by a clock that no SLA policy has, or by a warning that none gives. */
function neverStarting(documents: PolicyDocuments): EscalationWarning[] {
  const promises = slaPoliciesOf(documents)
  const comes = (one: CheckedStart) =>
    !('metric' in one) ||
    promises.some(({ rules }) => {
      const levels = rules[one.metric]?.levels
      if (levels === undefined || one.kind === 'breach') return levels !== undefined
      return levels.some(({ id }) => one.level === null || id === one.level)
    })
  return laddersOf(documents.escalation).flatMap(({ name, starts }) =>
    starts.flatMap((one, n): EscalationWarning[] => {
      if (comes(one)) return []
      const message = 'No SLA policy has such a clock, or gives such a warning, so it never sets anything off.'
      return [{ code: 'escalation.never-starts', place: `policies.${name}.starts[${n}]`, message }]
    }),
  )
}
