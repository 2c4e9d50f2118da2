/** The rules of organisations: whose people belong together, and whether they see each other's tickets. */
import { draft, maybe, need, rules } from '../decider.ts'
import type { Organisation } from './people.ts'
import { changeOrganisation, createOrganisation, mergeOrganisation } from './people-inputs.ts'
import { fault } from './people-refusals.ts'

const MERGE_LIMIT = 100

export const create = rules(createOrganisation, {
  decide: (context) => {
    const { name, externalId = null, sharesTickets = false } = context.input
    const of = { kind: 'organisation', id: context.newId('organisation') } as const
    const { facts: fields, text } = context.split('organisation', context.fields ?? {})
    return [draft(of, 'organisation.created', { name, externalId, sharesTickets, fields }, { fields: text })]
  },
})

export const change = rules(changeOrganisation, {
  reads: (input) => ({ organisation: need('organisation', input.organisationId) }),
  decide: ({ input, found, fields, split }) => {
    const { organisation } = found
    if (organisation.mergedInto)
      throw fault('organisation.merged', { organisationId: organisation.id, into: organisation.mergedInto })
    const { organisationId: _, fields: __, ...wanted } = input
    const entries = Object.entries({ ...wanted, fields: fields ?? undefined }).filter(
      ([name, value]) =>
        value !== undefined && JSON.stringify(value) !== JSON.stringify(organisation[name as keyof Organisation]),
    )
    if (entries.length === 0) throw fault('people.nothing-new', { id: organisation.id })
    const data = Object.fromEntries(entries)
    const parts = split('organisation', fields ?? {})
    if ('fields' in data) data.fields = parts.facts
    return [draft({ kind: 'organisation', id: organisation.id }, 'organisation.changed', data, { fields: parts.text })]
  },
})

export const merge = rules(mergeOrganisation, {
  reads: (input) => ({
    organisation: need('organisation', input.organisationId),
    into: need('organisation', input.into),
  }),
  near: (_, { organisation }) =>
    Object.fromEntries(organisation.mergedFrom.map((id) => [`former:${id}`, maybe('organisation', id)])),
  decide: ({ found: { organisation, into } }) => {
    if (organisation.id === into.id) throw fault('customer.same', { id: into.id })
    for (const one of [organisation, into])
      if (one.mergedInto) throw fault('organisation.merged', { organisationId: one.id, into: one.mergedInto })
    const ids = [organisation.id, ...organisation.mergedFrom]
    if (into.mergedFrom.length + ids.length > MERGE_LIMIT)
      throw fault('customer.too-many-merges', { id: into.id, limit: MERGE_LIMIT })
    return [
      draft({ kind: 'organisation', id: into.id }, 'organisation.absorbed', { from: organisation.id, ids }),
      // Every pointer leads straight to the record that goes on, also those that led to this one.
      ...ids.map((id) => draft({ kind: 'organisation', id }, 'organisation.merged', { into: into.id })),
    ]
  },
})
