/** The rules of customers: one person, many ways to be recognised, each of which belongs to nobody else. */
import { type Context, type Draft, draft, type Found, maybe, need, type Ref, rules } from '../decider.ts'
import { handlesOf, identityId } from '../identity.ts'
import type { CustomerId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { Identified } from '../records.ts'
import { fault as reference } from '../refusals.ts'
import type { Customer, CustomerEvents, Identity } from './people.ts'
import { changeCustomer, createCustomer, mergeCustomer } from './people-inputs.ts'
import { fault } from './people-refusals.ts'

const MERGE_LIMIT = 100

type Handles = Parameters<typeof handlesOf>[0]
type IdentityRefs = Record<`identity:${string}`, Ref<'identity', 'maybe'>>

function identityRefs(...owners: readonly Handles[]): IdentityRefs {
  const ids = owners.flatMap(handlesOf).map(identityId)
  return Object.fromEntries(ids.map((id) => [`identity:${id}`, maybe('identity', id)]))
}

/** Refuses identities that lead to somebody else. */
function mustBeFree(owner: Handles, found: object, ownerId: CustomerId | null): void {
  for (const handle of handlesOf(owner)) {
    const taken = (found as Record<string, Identified | null>)[`identity:${identityId(handle)}`]
    if (taken && taken.customerId !== ownerId)
      throw fault('customer.identity-taken', { kind: handle.kind, customerId: taken.customerId })
  }
}

function unique(identities: readonly Identity[]): Identity[] {
  return [...new Map(identities.map((identity) => [identityId(identity), identity])).values()]
}

export const create = rules(createCustomer, {
  reads: (input) => ({
    organisation: maybe('organisation', input.organisationId),
    ...identityRefs({ identities: input.identities, externalId: input.externalId ?? null }),
  }),
  decide: (context) => {
    const { input, found } = context
    const externalId = input.externalId ?? null
    mustExist(input.organisationId, (found as { organisation: unknown }).organisation)
    mustBeFree({ identities: input.identities, externalId }, found, null)
    const fields = context.split('customer', context.fields ?? {})
    const identities = unique(input.identities)
    const { organisationId = null, language = null, timeZone = null } = input
    return [
      draft(
        { kind: 'customer', id: context.newId('customer') },
        'customer.created',
        { organisationId, externalId, language, timeZone, fields: fields.facts, identities: identities.length },
        { name: input.name ?? null, identities, fields: fields.text },
      ),
    ]
  },
})

function mustExist(id: string | null | undefined, record: unknown): void {
  if (id != null && record == null) throw reference('reference.unknown', { ids: [id] })
}

export const change = rules(changeCustomer, {
  reads: (input) => ({
    customer: need('customer', input.customerId),
    organisation: maybe('organisation', input.organisationId),
  }),
  near: (input, { customer }) =>
    identityRefs(customer, { identities: input.identities ?? [], externalId: input.externalId ?? null }),
  decide: (context) => {
    const { input } = context
    const found = context.found as Found<{
      customer: Ref<'customer', 'needed'>
      organisation: Ref<'organisation', 'maybe'>
    }>
    const { customer } = found
    if (context.by.actor.kind === 'customer') mustNotSayWhoTheyAre(input)
    if (customer.mergedInto) throw fault('customer.merged', { customerId: customer.id, into: customer.mergedInto })
    mustExist(input.organisationId, found.organisation)
    const identities = input.identities === undefined ? customer.identities : unique(input.identities)
    mustBeFree(
      { identities, externalId: input.externalId === undefined ? customer.externalId : input.externalId },
      found,
      customer.id,
    )
    return [changedCustomer(context, customer, identities)]
  },
})

// A customer who could claim an address, a host id or an organisation would read what is meant for others
// (CVE-2020-14214). The host's own fields may hold a tariff or a credit limit.
const PROVEN = ['identities', 'externalId', 'organisationId', 'fields'] as const

function mustNotSayWhoTheyAre(input: { readonly [K in (typeof PROVEN)[number]]?: unknown }): void {
  const claimed = PROVEN.filter((name) => input[name] !== undefined)
  if (claimed.length > 0) throw fault('customer.claim', { claimed })
}

type ChangeInput = Pick<
  Context<
    { name?: string | null | undefined } & {
      [K in 'organisationId' | 'externalId' | 'language' | 'timeZone']?: Customer[K] | undefined
    },
    unknown
  >,
  'input' | 'fields' | 'split'
>

function changedCustomer(
  { input, fields, split }: ChangeInput,
  customer: Customer,
  identities: readonly Identity[],
): Draft {
  const data: { -readonly [K in keyof CustomerEvents['customer.changed']]: CustomerEvents['customer.changed'][K] } = {}
  const personal: string[] = []
  const text: { name?: string | null; identities?: readonly Identity[]; fields?: JsonObject } = {}
  for (const name of ['organisationId', 'externalId', 'language', 'timeZone'] as const)
    if (input[name] !== undefined && input[name] !== customer[name]) Object.assign(data, { [name]: input[name] })
  if (input.name !== undefined && input.name !== customer.name) {
    text.name = input.name
    personal.push('name')
  }
  if (JSON.stringify(identities) !== JSON.stringify(customer.identities)) {
    text.identities = identities
    personal.push('identities')
  }
  if (fields && JSON.stringify(fields) !== JSON.stringify(customer.fields)) {
    const parts = split('customer', fields)
    data.fields = parts.facts
    text.fields = parts.text
    personal.push(...Object.keys(parts.text).map((name) => `fields.${name}`))
  }
  if (personal.length > 0) data.personal = personal
  if (Object.keys(data).length === 0) throw fault('people.nothing-new', { id: customer.id })
  return draft({ kind: 'customer', id: customer.id }, 'customer.changed', data, text)
}

export const merge = rules(mergeCustomer, {
  reads: (input) => ({ customer: need('customer', input.customerId), into: need('customer', input.into) }),
  near: (_, { customer }) => ({
    ...identityRefs(customer),
    ...Object.fromEntries(customer.mergedFrom.map((id) => [`former:${id}`, maybe('customer', id)])),
  }),
  decide: ({ found }) => {
    const { customer, into } = found as Found<{ customer: Ref<'customer', 'needed'>; into: Ref<'customer', 'needed'> }>
    if (customer.id === into.id) throw fault('customer.same', { id: into.id })
    for (const one of [customer, into])
      if (one.mergedInto) throw fault('customer.merged', { customerId: one.id, into: one.mergedInto })
    const ids = [customer.id, ...customer.mergedFrom]
    if (into.mergedFrom.length + ids.length > MERGE_LIMIT)
      throw fault('customer.too-many-merges', { id: into.id, limit: MERGE_LIMIT })
    // One person, one host id: the surviving record's stays; a host id that is alone is taken over.
    const taken = into.externalId === null ? customer.externalId : into.externalId
    return [
      draft(
        { kind: 'customer', id: into.id },
        'customer.absorbed',
        { from: customer.id, ids },
        { identities: unique([...into.identities, ...customer.identities]), name: into.name ?? customer.name },
      ),
      ...(taken === into.externalId
        ? []
        : [draft({ kind: 'customer', id: into.id }, 'customer.changed', { externalId: taken })]),
      // Every pointer leads straight to the record that goes on, also those that led to this one.
      ...ids.map((id) => draft({ kind: 'customer', id }, 'customer.merged', { into: into.id }, { identities: [] })),
    ]
  },
})
