/** Whom a command is for: looked up by id or by address, and made on the spot when an address is seen for the first time. */
import type { Principal } from './access.ts'
import { type Context, type Draft, draft, maybe, type Ref } from './decider.ts'
import { handleOf, identityId, type PersonInput } from './identity.ts'
import type { CustomerId } from './ids.ts'
import type { Customer, Identity } from './people/people.ts'
import { fault } from './refusals.ts'

/** Reads whoever a person input names: by id at once, by identity through its record. */
export function readPerson(
  person: PersonInput | undefined,
  by: Principal,
): { person: Ref<'customer' | 'identity', 'maybe'> | null } {
  if (person === undefined) return { person: by.actor.kind === 'customer' ? maybe('customer', by.actor.id) : null }
  const handle = handleOf(person)
  if (handle) return { person: maybe('identity', identityId(handle)) }
  return { person: maybe('customer', 'customerId' in person ? person.customerId : '') }
}

/** The second read: from an identity to its customer, and from one who was merged to the one they go on as. */
export function nearPerson({ person }: { readonly person: Customer | { readonly customerId: CustomerId } | null }): {
  customer: Ref<'customer', 'maybe'>
} {
  if (person === null) return { customer: maybe('customer', '') }
  return { customer: maybe('customer', 'customerId' in person ? person.customerId : (person.mergedInto ?? person.id)) }
}

type Person = { readonly id: CustomerId; readonly organisationId: Customer['organisationId'] }

/** The customer whom a new ticket is for, made on the spot when an address is seen for the first time. */
export function requesterOf(
  context: Context<unknown, unknown>,
  person: PersonInput | undefined,
  known: Customer | null,
): { drafts: Draft[]; customer: Person } {
  const { actor, customerIds } = context.by
  if (actor.kind === 'customer' && known && !customerIds.includes(known.id)) throw fault('ticket.foreign-requester', {})
  if (actor.kind === 'customer' && !known) throw fault('ticket.foreign-requester', {})
  if (known) return { drafts: [], customer: known }
  if (person === undefined) throw fault('ticket.requester-missing', {})
  if ('customerId' in person) throw fault('reference.unknown', { ids: [person.customerId] })
  const id = context.newId('customer')
  return { drafts: [newCustomer(id, person)], customer: { id, organisationId: null } }
}

function newCustomer(id: CustomerId, person: PersonInput): Draft {
  const handle = handleOf(person)
  const identities: Identity[] = []
  if (handle && handle.kind !== 'external')
    identities.push({ kind: handle.kind, value: handle.value, verifiedAt: null })
  const externalId = 'externalId' in person ? person.externalId : null
  return draft(
    { kind: 'customer', id },
    'customer.created',
    { organisationId: null, externalId, language: null, timeZone: null, fields: {}, identities: identities.length },
    { name: 'name' in person ? (person.name ?? null) : null, identities },
  )
}
