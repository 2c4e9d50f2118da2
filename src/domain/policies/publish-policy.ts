/** Publishes a policy, once its document holds. */
import { maybe, need, type Ref, rules } from '../decider.ts'
import type { JsonObject } from '../json.ts'
import type { PolicyDocuments, PolicyName } from '../policy.ts'
import { policySchemas } from '../policy-schemas.ts'
import { fault as reference } from '../refusals.ts'
import { CURRENT, publication, versionId } from './policies.ts'
import { publishPolicy } from './policy-input.ts'
import { fault } from './policy-refusals.ts'

/**
 * A policy's document, checked.
 *
 * @throws DeskError `policy.invalid`, naming each place and what is wrong there.
 */
export function checkPolicy<N extends PolicyName>(name: N, document: unknown): PolicyDocuments[N] {
  const result = policySchemas[name].safeParse(document)
  if (result.success) return result.data as PolicyDocuments[N]
  const issues = result.error.issues.map((issue) => ({ place: issue.path.join('.'), reason: issue.message }))
  throw fault('policy.invalid', { name, issues })
}

/** Refuses roles that name a permission which nothing asks for: a typing error there would take a right away in silence. */
export function checkPermissions(roles: PolicyDocuments['roles'], known: ReadonlySet<string>): void {
  const nouns = new Set([...known].map((name) => `${name.slice(0, name.indexOf('.'))}.*`))
  for (const [role, grants] of Object.entries(roles.roles))
    for (const permission of Object.keys(grants))
      if (permission !== '*' && !known.has(permission) && !nouns.has(permission))
        throw fault('policy.unknown-permission', { permission, role })
}

const NAMES_PEOPLE: ReadonlySet<string> = new Set(['escalation', 'onCall'])
const NAMED = 'named:'

/** The agents and teams that a document names, wherever they stand in it. */
function peopleIn(part: unknown): Record<string, Ref<'agent' | 'team', 'maybe'>> {
  if (typeof part !== 'string')
    return Object.assign({}, ...Object.values(part === null || part === undefined ? {} : part).map(peopleIn))
  const kind = /^(agt|tea)_[0-9A-Za-z]{1,60}$/.exec(part)?.[1]
  return kind === undefined ? {} : { [`${NAMED}${part}`]: maybe(kind === 'agt' ? 'agent' : 'team', part) }
}

export const publish = rules(publishPolicy, {
  // The desk has published every policy before the first command: the record is there.
  reads: () => ({ current: need('policies', CURRENT.id) }),
  near: (input, { current }) => ({
    previous: maybe('policyVersion', versionId(input.name, current.inForce[input.name]?.version ?? 0)),
    ...(NAMES_PEOPLE.has(input.name) ? peopleIn(input.document) : {}),
  }),
  decide: ({ input, found, policies, checkDocuments }) => {
    const document = checkPolicy(input.name, input.document)
    checkDocuments({ ...policies, [input.name]: document })
    const absent = Object.entries(found).filter(([name, record]) => name.startsWith(NAMED) && record === null)
    if (absent.length > 0)
      throw reference('reference.unknown', { ids: absent.map(([name]) => name.slice(NAMED.length)) })
    const number = found.current.inForce[input.name]?.version ?? 0
    if (JSON.stringify(document) === JSON.stringify(policies[input.name]))
      throw fault('policy.unchanged', { name: input.name, number })
    const digest = found.current.inForce[input.name]?.codeDigest ?? null
    return [publication(input.name, document as JsonObject, { number: number + 1, codeDigest: digest })]
  },
})
