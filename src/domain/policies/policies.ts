/** The rules of policies: publishing makes a new version, and the one before keeps the time for which it held. */
import { type Draft, draft, type Happened } from '../decider.ts'
import type { JsonObject } from '../json.ts'
import {
  DEFAULT_POLICIES,
  POLICY_NAMES,
  type Policies,
  type PolicyDocuments,
  type PolicyEvents,
  type PolicyName,
  type PolicyVersion,
} from '../policy.ts'
import type { Instant } from '../time.ts'

export const CURRENT = { kind: 'policies', id: 'current' } as const

export function versionId(name: string, number: number): string {
  return `${name}@${number}`
}

/** What publishing a document says. */
export function publication(
  name: PolicyName,
  document: JsonObject,
  rest: { readonly number: number; readonly codeDigest: string | null },
): Draft {
  return draft(CURRENT, 'policy.published', { name, document, ...rest })
}

/**
 * What a host's code publishes when a tenant is first used: the defaults, and every document that the code has changed
 * since it was last published from code. A version that an admin published by command stays until the code changes.
 */
export function publishFromCode(
  code: Partial<PolicyDocuments>,
  current: Policies | null,
  digest: (text: string) => string,
): Draft[] {
  return POLICY_NAMES.flatMap((name) => {
    const document = code[name] ?? DEFAULT_POLICIES[name]
    const codeDigest = digest(JSON.stringify(document))
    const now = current?.inForce[name]
    if (now?.codeDigest === codeDigest) return []
    return [publication(name, document as unknown as JsonObject, { number: (now?.version ?? 0) + 1, codeDigest })]
  })
}

export function evolvePolicies(policies: Policies | null, event: Happened<keyof PolicyEvents>): Policies {
  const { name, number, codeDigest } = event.data
  const before = policies ?? { id: 'current' as const, version: 0, inForce: {} }
  return { ...before, changedAt: event.at, inForce: { ...before.inForce, [name]: { version: number, codeDigest } } }
}

/** The record of a version that an event published. */
export function publishedVersion(event: Happened<'policy.published'>): PolicyVersion {
  const { name, number, document } = event.data
  return { id: versionId(name, number), version: 1, name, number, document, from: event.at, until: null }
}

/** The version before, once it no longer holds. */
export function endedVersion(version: PolicyVersion, at: Instant): PolicyVersion {
  return { ...version, version: version.version + 1, until: at }
}
