/** Reads that few hosts need at their start: the table has their names. */
import * as z from 'zod'
import { reachedRecords } from '../domain/access.ts'
import type { Condition } from '../domain/condition.ts'
import { meets } from '../domain/condition-read.ts'
import { isDeskError } from '../domain/fault.ts'
import { handleOf, identityId, personInput } from '../domain/identity.ts'
import { id, instant } from '../domain/inputs.ts'
import { versionId } from '../domain/policies/policies.ts'
import { POLICY_NAMES, type Policies, type PolicyName } from '../domain/policy.ts'
import { mergedInSight, readConversation } from './conversation.ts'
import { fault, notFound } from './desk-faults.ts'
import type { DeskEvent } from './events.ts'
import { query } from './query.ts'
import { getVisible, many, one, visibleWhere } from './record-reads.ts'
import { tables } from './tables.ts'
import { readTimeline } from './timeline.ts'

/** One page of the journal. */
export interface EventPage {
  readonly items: readonly DeskEvent[]
  /** Hand it back as `after` for what follows; `null`: this was all, so far. */
  readonly next: number | null
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
  read: (context) => readConversation(context, (ticketId) => getVisible(context, 'ticket', ticketId)),
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

export const lateQueries = {
  'ticket.count': count,
  'ticket.timeline': timeline,
  'ticket.messages': messages,
  'customer.get': customer,
  'apiKey.get': one('apiKey'),
  'apiKey.find': many('apiKey'),
  'event.find': events,
  'policy.get': policyGet,
  'policy.history': policyHistory,
} as const
