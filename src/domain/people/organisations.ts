/** The rules of organisations: whose people belong together, and whether they see each other's tickets. */
import { command, draft, type Happened, maybe, need } from '../decider.ts'
import type { OrganisationId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { Organisation, OrganisationEvents } from './people.ts'
import { changeOrganisation, createOrganisation, mergeOrganisation } from './people-inputs.ts'
import { fault } from './people-refusals.ts'

const MERGE_LIMIT = 100

export const create = command({
  says: 'Creates an organisation.',
  input: createOrganisation,
  returns: 'organisation',
  custom: { kind: 'organisation', mode: 'whole' },
  decide: (context) => {
    const { name, externalId = null, sharesTickets = false } = context.input
    const of = { kind: 'organisation', id: context.newId('organisation') } as const
    const { facts: fields, text } = context.split('organisation', context.fields ?? {})
    return [draft(of, 'organisation.created', { name, externalId, sharesTickets, fields }, { fields: text })]
  },
})

export const change = command({
  says: 'Changes an organisation.',
  input: changeOrganisation,
  returns: 'organisation',
  on: 'organisation',
  custom: { kind: 'organisation', mode: 'patch' },
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

export const merge = command({
  says: 'Merges an organisation into another.',
  input: mergeOrganisation,
  returns: 'organisation',
  on: 'into',
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

export function evolveOrganisation(
  organisation: Organisation | null,
  event: Happened<keyof OrganisationEvents>,
): Organisation {
  const { at } = event
  const personal = (event.text as { readonly fields?: JsonObject } | undefined)?.fields
  if (event.name === 'organisation.created')
    return {
      id: event.of.id as OrganisationId,
      version: 0,
      ...event.data,
      fields: { ...event.data.fields, ...personal },
      createdAt: at,
      changedAt: at,
      mergedInto: null,
      mergedFrom: [],
    }
  const before = organisation as Organisation
  switch (event.name) {
    case 'organisation.changed': {
      const fields = event.data.fields ? { ...event.data.fields, ...personal } : before.fields
      return { ...before, ...event.data, fields, changedAt: at }
    }
    case 'organisation.absorbed':
      return { ...before, mergedFrom: [...before.mergedFrom, ...event.data.ids], changedAt: at }
    case 'organisation.merged':
      return { ...before, mergedInto: event.data.into, changedAt: at }
    default:
      return event satisfies never
  }
}
