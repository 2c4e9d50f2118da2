/** Which policies are in force in a tenant: the host's code is published where it changed, and documents are read once. */
import { BUILT_IN_ROLES, type Role } from '../domain/access.ts'
import type { Draft } from '../domain/decider.ts'
import { digest } from '../domain/digest.ts'
import { isDeskError } from '../domain/fault.ts'
import type { JsonObject } from '../domain/json.ts'
import { CURRENT, publishFromCode, versionId } from '../domain/policies/policies.ts'
import type { Policies, PolicyDocuments, PolicyEvents } from '../domain/policy.ts'
import type { RecordRef } from '../domain/records.ts'
import { toInstant } from '../domain/time.ts'
import { assemble } from './assemble.ts'
import type { House } from './house.ts'
import type { StoredRecord } from './ports.ts'

/** Publishes what the host's code says, where this process has not yet seen to it that the tenant has it. */
export function readyTenant(house: House, tenant: string): Promise<void> {
  let ready = house.readyTenants.get(tenant)
  if (ready === undefined) {
    ready = publishCode(house, tenant)
    house.readyTenants.set(tenant, ready)
    ready.catch(() => house.readyTenants.delete(tenant))
  }
  return ready
}

async function publishCode(house: House, tenant: string): Promise<void> {
  const [stored = null] = await house.store.get(tenant, [CURRENT])
  const current = (stored?.doc ?? null) as Policies | null
  const { code } = house
  const isNew = ({ data }: Draft) => current?.inForce[(data as PolicyEvents['policy.published']).name] === undefined
  const drafts =
    code === 'published' ? publishFromCode({}, current, digest).filter(isNew) : publishFromCode(code, current, digest)
  if (drafts.length === 0) return
  const ended = Object.entries(current?.inForce ?? {}).map(
    ([name, { version }]): RecordRef => ({ kind: 'policyVersion', id: versionId(name, version) }),
  )
  const found = [stored, ...(await house.store.get(tenant, ended))].filter((record) => record !== null)
  const by = { kind: 'system', id: 'code' } as const
  const now = toInstant(Math.max(house.clock.now(), current ? Date.parse(current.changedAt) : 0))
  const { change, events } = assemble(
    house,
    { tenant, by, now, commandId: null, cause: [], lifecycle: null },
    { drafts, found, checks: [] },
  )
  try {
    await house.store.commit(change)
    house.bus.announce(events)
  } catch (error) {
    // Another process was faster with the same code; whatever it published is looked at anew.
    if (isDeskError(error, 'store.stale-version')) return publishCode(house, tenant)
    throw error
  }
}

/** The documents in force, from the record that says which versions they are; read once for each version of that record. */
export async function policiesInForce(house: House, tenant: string, current: StoredRecord): Promise<PolicyDocuments> {
  const known = house.policyCache.get(tenant)
  if (known?.version === current.version) return known.documents
  const wanted = Object.entries((current.doc as unknown as Policies).inForce)
  const keys = wanted.map(([name, { version }]): RecordRef => ({ kind: 'policyVersion', id: versionId(name, version) }))
  const records = await house.store.get(tenant, keys)
  const documents = Object.fromEntries(
    wanted.map(([name], index) => [name, ((records[index] as StoredRecord).doc as { document: JsonObject }).document]),
  ) as unknown as PolicyDocuments
  house.policyCache.set(tenant, { version: current.version, documents })
  return documents
}

/** The roles behind names: the host's own first, then the built-in ones; unknown names give no right. */
export function rolesOf(policies: PolicyDocuments, names: readonly string[]): Role[] {
  return names.flatMap((name) => {
    if (Object.hasOwn(policies.roles.roles, name)) return [policies.roles.roles[name] as Role]
    return Object.hasOwn(BUILT_IN_ROLES, name) ? [BUILT_IN_ROLES[name] as Role] : []
  })
}
