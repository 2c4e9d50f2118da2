/** What customers, organisations, agents and teams become by their events. */
import type { Happened } from '../decider.ts'
import { handlesOf, identityId } from '../identity.ts'
import type { AgentId, CustomerId, OrganisationId, TeamId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type {
  Agent,
  AgentEvents,
  AgentText,
  Customer,
  CustomerEvents,
  CustomerText,
  Organisation,
  OrganisationEvents,
  Team,
  TeamEvents,
} from './people.ts'

export function evolveCustomer(customer: Customer | null, event: Happened<keyof CustomerEvents>): Customer {
  const text = event.text as CustomerText | undefined
  const { at } = event
  if (event.name === 'customer.created') {
    const { identities: _, fields, ...facts } = event.data
    const words = {
      name: text?.name ?? null,
      identities: text?.identities ?? [],
      fields: { ...fields, ...text?.fields },
    }
    return {
      id: event.of.id as CustomerId,
      version: 0,
      ...facts,
      ...words,
      createdAt: at,
      changedAt: at,
      mergedInto: null,
      mergedFrom: [],
    }
  }
  const before = customer as Customer
  const words = {
    name: text?.name === undefined ? before.name : text.name,
    identities: text?.identities ?? before.identities,
  }
  switch (event.name) {
    case 'customer.changed': {
      const { personal: _, fields, ...facts } = event.data
      return {
        ...before,
        ...facts,
        ...words,
        fields: fields ? { ...fields, ...text?.fields } : before.fields,
        changedAt: at,
      }
    }
    case 'customer.absorbed':
      return { ...before, ...words, mergedFrom: [...before.mergedFrom, ...event.data.ids], changedAt: at }
    case 'customer.merged':
      // Of what is personal a pointer keeps the name alone, and takes no changes: who forgets people clears it before.
      return { ...before, ...words, fields: {}, externalId: null, mergedInto: event.data.into, changedAt: at }
    default:
      return event satisfies never
  }
}

/** Which identity records appear, go, or lead to somebody else after customers changed. */
export function followIdentities(changes: readonly { readonly before: Customer | null; readonly after: Customer }[]): {
  readonly put: ReadonlyMap<string, CustomerId>
  readonly drop: ReadonlySet<string>
} {
  const owners = new Map<string, CustomerId>()
  const put = new Map<string, CustomerId>()
  for (const { before } of changes)
    for (const handle of before ? handlesOf(before) : []) owners.set(identityId(handle), (before as Customer).id)
  const drop = new Set(owners.keys())
  for (const { after } of changes)
    for (const handle of handlesOf(after)) {
      const id = identityId(handle)
      drop.delete(id)
      if (owners.get(id) !== after.id) put.set(id, after.id)
    }
  return { put, drop }
}

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

export function evolveAgent(agent: Agent | null, event: Happened<keyof AgentEvents>): Agent {
  const text = event.text as AgentText | undefined
  const { at } = event
  if (event.name === 'agent.created') {
    const words = { name: text?.name ?? '', email: text?.email ?? null }
    return {
      id: event.of.id as AgentId,
      version: 0,
      ...event.data,
      ...words,
      accepting: true,
      active: true,
      createdAt: at,
      changedAt: at,
    }
  }
  const before = agent as Agent
  switch (event.name) {
    case 'agent.changed': {
      const { personal: _, ...facts } = event.data
      return { ...before, ...facts, ...text, changedAt: at }
    }
    case 'agent.deactivated':
      return { ...before, active: false, accepting: false, changedAt: at }
    case 'agent.reactivated':
      return { ...before, active: true, accepting: true, changedAt: at }
    default:
      return event satisfies never
  }
}

export function evolveTeam(team: Team | null, event: Happened<keyof TeamEvents>): Team {
  const { at } = event
  if (event.name === 'team.created')
    return { id: event.of.id as TeamId, version: 0, ...event.data, createdAt: at, changedAt: at }
  return { ...(team as Team), ...event.data, changedAt: at }
}
