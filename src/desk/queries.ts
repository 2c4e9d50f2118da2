/** The table of reads: each line is a method and a permission; what they show is exactly what the actor may get. */
import * as z from 'zod'
import { reachedRecords } from '../domain/access.ts'
import type { Condition } from '../domain/condition.ts'
import { checkCondition } from '../domain/condition-check.ts'
import { meets } from '../domain/condition-read.ts'
import { away } from '../domain/decider.ts'
import { isDeskError } from '../domain/fault.ts'
import { handleOf, identityId, personInput } from '../domain/identity.ts'
import { id, instant } from '../domain/inputs.ts'
import type { JsonObject } from '../domain/json.ts'
import { versionId } from '../domain/policies/policies.ts'
import { POLICY_NAMES, type Policies, type PolicyName } from '../domain/policy.ts'
import type { RecordKind } from '../domain/records.ts'
import { fault, notFound } from './desk-faults.ts'
import type { escalationQueries } from './escalation-queries.ts'
import type { feedQueries } from './event-feed.ts'
import type { DeskEvent } from './events.ts'
import { loadEscalation } from './load-escalation.ts'
import { loadRest } from './load-rest.ts'
import { loadSla } from './load-sla.ts'
import { loadSurveys } from './load-surveys.ts'
import { query, type ReadContext } from './query.ts'
import type { reportQueries } from './report-queries.ts'
import { sightOf } from './sight.ts'
import type { slaQueries } from './sla-queries.ts'
import type { surveyQueries } from './survey-queries.ts'
import { type Table, tables } from './tables.ts'
import type { treeQueries } from './tree-queries.ts'

/** One page of records. */
export interface Page<T> {
  readonly items: readonly T[]
  /** Hand it back as `after` for the next page; `null`: this was the last. */
  readonly next: string | null
}

/** One page of the journal. */
export interface EventPage {
  readonly items: readonly DeskEvent[]
  /** Hand it back as `after` for what follows; `null`: this was all, so far. */
  readonly next: number | null
}

/** A record that is in the actor's sight; absent and out of sight look the same. */
async function getVisible(context: ReadContext<unknown>, kind: RecordKind, recordId: string): Promise<JsonObject> {
  const { house, tenant } = context
  const [record = null] = recordId === '' ? [] : await house.store.get(tenant, [{ kind, id: recordId }])
  if (record === null || !meets(sightOf(context, kind), record.doc)) throw notFound(kind, recordId)
  return record.doc
}

function one<K extends 'ticket' | 'organisation' | 'agent' | 'team' | 'apiKey'>(kind: K) {
  const key = `${kind}Id` as const
  return query({
    says: `Gets one ${kind}.`,
    input: z.strictObject({ [key]: id(kind) } as Record<`${K}Id`, ReturnType<typeof id<K>>>),
    shows: { kind, as: 'one' },
    read: (context) => getVisible(context, kind, (context.input as Record<string, string>)[key] ?? ''),
  })
}

const findInput = z.strictObject({
  /** A condition on the records' fields. */
  where: z.unknown().optional(),
  /** Absent: the latest first. Ties are broken by id. */
  order: z
    .array(z.strictObject({ field: z.string(), direction: z.enum(['asc', 'desc']).default('asc') }))
    .max(4)
    .optional(),
  limit: z.int().min(1).max(200).default(50),
  /** The `next` of the page before. */
  after: z.string().max(4000).optional(),
})

/** The caller's condition, checked, and cut to what the actor may see. */
function visibleWhere(context: ReadContext<unknown>, kind: RecordKind, where: unknown): Condition | null {
  const table: Table = tables[kind]
  const asked =
    where === undefined
      ? null
      : checkCondition(where, {
          fields: table.fields,
          custom: table.custom ? 'any' : 'none',
          place: 'where',
        })
  const reached = sightOf(context, kind)
  if (asked === null || reached === null) return asked ?? reached
  return { all: [reached, asked] }
}

function many<K extends 'ticket' | 'customer' | 'organisation' | 'agent' | 'team' | 'apiKey'>(kind: K) {
  const latest = [{ field: kind === 'ticket' ? 'openedAt' : 'createdAt', direction: 'desc' as const }]
  const table: Table = tables[kind]
  return query({
    says: `Finds ${kind}s by a condition, page by page.`,
    input: findInput,
    shows: { kind, as: 'page' },
    read: async (context): Promise<Page<JsonObject>> => {
      const { house, tenant, input } = context
      const order = input.order ?? latest
      const unknown = order.find(({ field }) => !table.columns.includes(field) && field !== 'id')
      if (unknown) throw fault('query.unsortable', { field: unknown.field, sortable: [...table.columns, 'id'] })
      const where = visibleWhere(context, kind, input.where)
      const after = input.after === undefined ? null : (await loadRest()).readCursor(input.after, order)
      const records = await house.store.find(tenant, kind, { where, order, limit: input.limit + 1, after })
      const items = records.slice(0, input.limit).map((record) => record.doc)
      const last = records[input.limit - 1]
      const isMore = records.length > input.limit && last !== undefined
      return { items, next: isMore ? (await loadRest()).writeCursor(last, order) : null }
    },
  })
}

const count = query({
  says: 'Counts tickets by a condition, grouped where asked.',
  input: z.strictObject({ where: z.unknown().optional(), by: z.array(z.string()).max(3).default([]) }),
  shows: { kind: 'ticket', as: 'counts' },
  read: async (context) => {
    const { house, tenant, input } = context
    const columns: readonly string[] = tables.ticket.columns
    const unknown = input.by.find((field) => !columns.includes(field))
    if (unknown !== undefined) throw fault('query.unsortable', { field: unknown, sortable: columns })
    return house.store.count(tenant, 'ticket', visibleWhere(context, 'ticket', input.where), input.by)
  },
})

const timeline = query({
  says: 'Shows what was said and done in a ticket, in order.',
  input: z.strictObject({
    ticketId: id('ticket'),
    limit: z.int().min(1).max(500).default(200),
    after: z.int().min(0).optional(),
  }),
  shows: { kind: 'ticket', as: 'timeline' },
  read: async (context) => {
    const { house, tenant, by, input } = context
    const ticket = await getVisible(context, 'ticket', input.ticketId)
    const sees = meets(reachedRecords(by, 'ticket.readInternal', 'ticket'), ticket) ? 'everything' : 'public'
    const { mergedInSight, readTimeline } = await loadRest()
    const parts = await mergedInSight(context, ticket, sees)
    return readTimeline(house.store, tenant, { ...input, with: parts, sees })
  },
})

const messages = query({
  says: 'Shows the conversation of a ticket, oldest first: its own messages and those of tickets merged into it.',
  input: z.strictObject({
    ticketId: id('ticket'),
    limit: z.int().min(1).max(200).default(50),
    /** The `next` of the page before. */
    after: z.string().max(4000).optional(),
  }),
  shows: { kind: 'message', as: 'page' },
  read: async (context) =>
    (await loadRest()).readConversation(context, (ticketId) => getVisible(context, 'ticket', ticketId)),
})

const customer = query({
  says: 'Gets one customer, by id, by the host’s id, or by an address.',
  input: personInput,
  shows: { kind: 'customer', as: 'one' },
  read: async (context) => {
    const { house, tenant, input } = context
    const handle = handleOf(input)
    if (handle === null) return getVisible(context, 'customer', 'customerId' in input ? input.customerId : '')
    const [identity = null] = await house.store.get(tenant, [{ kind: 'identity', id: identityId(handle) }])
    try {
      return await getVisible(context, 'customer', identity === null ? '' : String(identity.doc.customerId))
    } catch (error) {
      if (!isDeskError(error, 'customer.not-found')) throw error
      // Naming the customer here would tell whose the address is to those who may not see them.
      throw notFound('customer', identityId(handle))
    }
  },
})

const events = query({
  says: 'Reads the tenant’s journal in order: every event, or those of some names and of a time.',
  input: z.strictObject({
    names: z.array(z.string().max(60)).max(100).optional(),
    from: instant.optional(),
    until: instant.optional(),
    limit: z.int().min(1).max(1000).default(200),
    /** The `next` of the page before. */
    after: z.int().min(0).default(0),
  }),
  shows: { kind: 'ticket', as: 'events' },
  whole: true,
  read: async ({ house, tenant, input }): Promise<EventPage> => {
    const { names, from, until, limit, after } = input
    const asked = { ...(names && { names }), ...(from && { from }), ...(until && { until }) }
    const page = await house.store.history(tenant, { ...asked, after, limit })
    const items = page.map((entry) => JSON.parse(entry.body) as DeskEvent)
    return { items, next: page.length < limit ? null : (page.at(-1)?.position ?? null) }
  },
})

const policyName = z.enum(POLICY_NAMES as [PolicyName, ...PolicyName[]])

const policyGet = query({
  says: 'Gets a policy: the version in force, or the one with a number.',
  input: z.strictObject({ name: policyName, number: z.int().min(1).optional() }),
  shows: { kind: 'policyVersion', as: 'policy' },
  read: async ({ house, tenant, input }) => {
    const [current = null] = await house.store.get(tenant, [{ kind: 'policies', id: 'current' }])
    const number = input.number ?? (current?.doc as unknown as Policies | undefined)?.inForce[input.name]?.version ?? 0
    const [version = null] = await house.store.get(tenant, [
      { kind: 'policyVersion', id: versionId(input.name, number) },
    ])
    if (version === null) throw fault('policy.not-found', { name: input.name, number })
    return version.doc
  },
})

const policyHistory = query({
  says: 'Lists the versions of a policy, the latest first, each with the time for which it held.',
  input: z.strictObject({ name: policyName, limit: z.int().min(1).max(200).default(50) }),
  shows: { kind: 'policyVersion', as: 'policies' },
  read: async ({ house, tenant, input }) => {
    const where: Condition = { field: 'name', is: input.name }
    const records = await house.store.find(tenant, 'policyVersion', {
      where,
      order: [{ field: 'number', direction: 'desc' }],
      limit: input.limit,
      after: null,
    })
    return records.map((record) => record.doc)
  },
})

/** What most hosts ask for. */
const atHand = {
  'ticket.get': one('ticket'),
  'ticket.find': many('ticket'),
  'ticket.count': count,
  'ticket.timeline': timeline,
  'ticket.messages': messages,
  'customer.get': customer,
  'customer.find': many('customer'),
  'organisation.get': one('organisation'),
  'organisation.find': many('organisation'),
  'agent.get': one('agent'),
  'agent.find': many('agent'),
  'team.get': one('team'),
  'team.find': many('team'),
  'apiKey.get': one('apiKey'),
  'apiKey.find': many('apiKey'),
  'event.find': events,
  'policy.get': policyGet,
  'policy.history': policyHistory,
} as const

export const queries = {
  ...atHand,
  ...away<typeof feedQueries>(['event.feed'], async () => (await loadRest()).feedQueries),
  ...away<typeof treeQueries>(
    ['ticket.tree', 'ticket.links', 'ticket.workarounds'],
    async () => (await loadRest()).treeQueries,
  ),
  ...away<typeof slaQueries>(
    ['sla.get', 'sla.explain', 'sla.attainment', 'sla.rebuild', 'sla.simulate'],
    async () => (await loadSla()).slaQueries,
  ),
  ...away<typeof surveyQueries>(
    ['survey.get', 'survey.find', 'survey.byToken', 'survey.invitation', 'survey.audit', 'survey.scores'],
    async () => (await loadSurveys()).surveyQueries,
  ),
  ...away<typeof escalationQueries>(
    [
      'escalation.get',
      'escalation.find',
      'escalation.log',
      'escalation.times',
      'escalation.preview',
      'escalation.check',
      'escalation.onCall',
      'escalation.coverage',
      'escalation.feed',
    ],
    async () => (await loadEscalation()).escalationQueries,
  ),
  ...away<typeof reportQueries>(['report.get'], async () => (await import('./report-queries.ts')).reportQueries),
}

/** The table with every row in place. */
export type Queries = typeof atHand &
  typeof feedQueries &
  typeof treeQueries &
  typeof slaQueries &
  typeof surveyQueries &
  typeof escalationQueries &
  typeof reportQueries
export type QueryName = keyof Queries
