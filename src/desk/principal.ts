/** Who acts, as access sees them: the actor's record, roles, teams and organisation, read with everything else. */
import type { Principal } from '../domain/access.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Actor, Agent, Customer, Organisation } from '../domain/people/people.ts'
import type { PolicyDocuments } from '../domain/policy.ts'
import type { RecordRef } from '../domain/records.ts'
import { fault } from './desk-faults.ts'
import type { House } from './house.ts'
import { rolesOf } from './policies.ts'

/** The record of an actor, for those who have one. */
export function actorRef(actor: Actor): RecordRef | null {
  return actor.kind === 'agent' || actor.kind === 'customer' ? { kind: actor.kind, id: actor.id } : null
}

/** What the actor's record leads to: the one it was merged into, and the organisation. */
export function actorNear(record: Agent | Customer | null): RecordRef | null {
  if (record === null || !('mergedInto' in record)) return null
  if (record.mergedInto !== null) return { kind: 'customer', id: record.mergedInto }
  return record.organisationId === null ? null : { kind: 'organisation', id: record.organisationId }
}

/**
 * @param record - the actor's own record, `null` for bots, rules and the system.
 * @throws DeskError `access.unknown-actor` for an agent or customer who is absent, inactive or merged away.
 */
export function principalOf(
  actor: Actor,
  record: Agent | Customer | null,
  rest: { readonly organisation: Organisation | null; readonly policies: PolicyDocuments },
): Principal {
  const nobody = { actor, agent: null, roles: [], teamIds: [], customerIds: [], sharedOrganisationIds: [] }
  const roles = (...names: string[]) => rolesOf(rest.policies, names)
  switch (actor.kind) {
    case 'agent': {
      const agent = record as Agent | null
      if (!agent?.active) throw fault('access.unknown-actor', { actorKind: actor.kind, actorId: actor.id })
      return { ...nobody, agent, roles: roles(...agent.roles), teamIds: agent.teamIds }
    }
    case 'customer': {
      const customer = record as Customer | null
      if (!customer || customer.mergedInto)
        throw fault('access.unknown-actor', { actorKind: actor.kind, actorId: actor.id })
      const shares = rest.organisation?.sharesTickets === true
      const sharedOrganisationIds = shares ? [rest.organisation.id, ...rest.organisation.mergedFrom] : []
      const own = { kind: 'customer' as const, id: customer.id }
      return {
        ...nobody,
        actor: own,
        roles: roles('customer'),
        customerIds: [customer.id, ...customer.mergedFrom],
        sharedOrganisationIds,
      }
    }
    case 'bot':
      return { ...nobody, roles: roles('bot') }
    default:
      return { ...nobody, roles: roles('system') }
  }
}

/**
 * The principal of an actor whose record was read, with what else that leads to. A customer who was merged acts as the
 * one they were merged into.
 *
 * @param near - what `actorNear` named, when it was read together with other things.
 */
export async function principalFrom(
  house: Pick<House, 'store'>,
  known: {
    readonly tenant: string
    readonly actor: Actor
    readonly record: Agent | Customer | null
    readonly near?: JsonObject | null
    readonly policies: PolicyDocuments
    readonly only?: readonly string[] | undefined
  },
): Promise<Principal> {
  const { tenant, actor, record, policies, only } = known
  const ref = actorNear(record)
  const near =
    known.near === undefined && ref !== null
      ? ((await house.store.get(tenant, [ref]))[0]?.doc ?? null)
      : (known.near ?? null)
  if (ref?.kind !== 'customer') {
    const organisation = await liveOrganisation(house, tenant, near as Organisation | null)
    return { only, ...principalOf(actor, record, { organisation, policies }) }
  }
  const live = near as unknown as Customer
  return principalFrom(house, { tenant, actor: { kind: 'customer', id: live.id }, record: live, policies, only })
}

/** The organisation, or the one it was merged into: its people are that one's now. */
async function liveOrganisation(
  { store }: Pick<House, 'store'>,
  tenant: string,
  organisation: Organisation | null,
): Promise<Organisation | null> {
  if (!organisation?.mergedInto) return organisation
  const [live = null] = await store.get(tenant, [{ kind: 'organisation', id: organisation.mergedInto }])
  return (live?.doc ?? null) as Organisation | null
}
