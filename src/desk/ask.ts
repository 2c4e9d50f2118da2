/** The trip of every read: the actor is looked up, the right is checked, and only what is in sight is shown. */

import { forbidden, reachOf } from '../domain/access.ts'
import { here } from '../domain/decider.ts'
import type { Actor, Agent, Customer } from '../domain/people/people.ts'
import { CURRENT } from '../domain/policies/policies.ts'
import { fault } from './desk-faults.ts'
import type { House } from './house.ts'
import { policiesInForce, readyTenant } from './policies.ts'
import type { StoredRecord } from './ports.ts'
import { actorRef, principalFrom } from './principal.ts'
import { type QueryName, queries } from './queries.ts'
import type { QueryRow } from './query.ts'

export interface Question {
  readonly tenant: string
  readonly by: Actor
  readonly only?: readonly string[] | undefined
  readonly name: QueryName
  readonly input: unknown
}

export async function ask(house: House, { tenant, by: actor, only, name, input }: Question): Promise<unknown> {
  const row = await here(queries[name] as unknown as QueryRow)
  const parsed = row.input.safeParse(input ?? {})
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => ({
      place: issue.path.map(String).join('.'),
      reason: issue.message,
    }))
    throw fault('input.invalid', { command: name, issues })
  }
  await readyTenant(house, tenant)
  const ref = actorRef(actor)
  const [current, record = null] = await house.store.get(tenant, ref === null ? [CURRENT] : [CURRENT, ref])
  const policies = await policiesInForce(house, tenant, current as StoredRecord)
  const by = await principalFrom(house, {
    tenant,
    actor,
    record: (record?.doc ?? null) as Agent | Customer | null,
    policies,
    only,
  })
  const reach = reachOf(by, name)
  if (reach === null || (row.whole && reach !== 'any')) throw forbidden(actor, name)
  return row.read({ house, tenant, by, input: parsed.data, name })
}
