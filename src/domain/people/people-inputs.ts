/** What is asked about people: the schema of each command, checked at the wall. */
import * as z from 'zod'
import { externalId, identityInput } from '../identity.ts'
import { customFields, id, language, line, timeZone } from '../inputs.ts'

const identities = z.array(identityInput).max(50)
const customer = {
  name: line(200).nullable().optional(),
  organisationId: id('organisation').nullable().optional(),
  /** The host's own id of this person, unique in the tenant. */
  externalId: externalId.nullable().optional(),
  language: language.nullable().optional(),
  timeZone: timeZone.nullable().optional(),
  fields: customFields.optional(),
}

export const createCustomer = z.strictObject({ ...customer, identities: identities.default([]) })
/** `identities` replaces the whole list. */
export const changeCustomer = z.strictObject({
  customerId: id('customer'),
  ...customer,
  identities: identities.optional(),
})
export const mergeCustomer = z.strictObject({ customerId: id('customer'), into: id('customer') })

const organisation = {
  externalId: externalId.nullable().optional(),
  sharesTickets: z.boolean().optional(),
  fields: customFields.optional(),
}
export const createOrganisation = z.strictObject({ name: line(200), ...organisation })
export const changeOrganisation = z.strictObject({
  organisationId: id('organisation'),
  name: line(200).optional(),
  ...organisation,
})
export const mergeOrganisation = z.strictObject({ organisationId: id('organisation'), into: id('organisation') })

const roles = z.array(z.string().max(40)).max(20)
const teamIds = z.array(id('team')).max(50)
const email = line(254).regex(/^[^\s@<>]+@[^\s@<>]+$/, 'is not an e-mail address')
export const createAgent = z.strictObject({
  name: line(200),
  email: email.nullable().default(null),
  externalId: externalId.nullable().default(null),
  roles: roles.default(['agent']),
  teamIds: teamIds.default([]),
})
export const changeAgent = z.strictObject({
  agentId: id('agent'),
  name: line(200).optional(),
  email: email.nullable().optional(),
  externalId: externalId.nullable().optional(),
  roles: roles.optional(),
  teamIds: teamIds.optional(),
  /** Whether new tickets may be given to this agent. */
  accepting: z.boolean().optional(),
})
export const nameAgent = z.strictObject({ agentId: id('agent') })

export const createTeam = z.strictObject({ name: line(200) })
export const changeTeam = z.strictObject({ teamId: id('team'), name: line(200) })
