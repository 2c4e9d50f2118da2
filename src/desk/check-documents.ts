/** What a policy's schema cannot see alone: names in one document that must stand in another, hours that must be hours. */
import { fault } from '../domain/policies/policy-refusals.ts'
import { checkPermissions, checkPolicy } from '../domain/policies/publish-policy.ts'
import { DEFAULT_POLICIES, POLICY_NAMES, type PolicyDocuments } from '../domain/policy.ts'
import { loadEscalation } from './load-escalation.ts'
import { loadSla } from './load-sla.ts'
import { checkSurveyDocuments } from './survey-documents.ts'

/** Refuses documents that do not hold together. */
export type CheckDocuments = (documents: PolicyDocuments) => void

/**
 * The check, with everything loaded that it needs.
 *
 * @param permissions - all that there are.
 * @param secret - what tokens are made with; absent: it is not known here, and not looked at.
 * @throws DeskError (the check does) `policy.unknown-permission`, `calendar.*`, `sla.*`, `escalation.*`, `onCall.*`,
 *   `condition.*`, `survey.no-secret`, naming the place.
 */
export async function documentCheck(permissions: ReadonlySet<string>, secret?: string | null): Promise<CheckDocuments> {
  const { checkSlaDocuments } = await loadSla()
  const { checkEscalationDocuments } = await loadEscalation()
  return (documents) => {
    checkPermissions(documents.roles, permissions)
    checkSlaDocuments(documents)
    checkSurveyDocuments(documents, secret)
    checkEscalationDocuments(documents)
    checkHours(documents)
  }
}

function checkHours({ reports, calendars }: PolicyDocuments): void {
  if (reports.hours === null || Object.hasOwn(calendars, reports.hours)) return
  const known = Object.keys(calendars).join(', ') || 'none'
  const reason = `names no calendar of the policy calendars; there are: ${known}`
  throw fault('policy.invalid', { name: 'reports', issues: [{ place: 'hours', reason }] })
}

/** The policies of a host's code, each checked, and all beside each other. */
export async function checkedPolicies(
  given: Readonly<Partial<Record<string, unknown>>>,
  permissions: ReadonlySet<string>,
  secret?: string | null,
): Promise<Partial<PolicyDocuments>> {
  const unknown = Object.keys(given).find((name) => !(POLICY_NAMES as readonly string[]).includes(name))
  if (unknown !== undefined) {
    const reason = `there is no such policy; there are ${POLICY_NAMES.join(', ')}`
    throw fault('policy.invalid', { name: unknown, issues: [{ place: '', reason }] })
  }
  const names = POLICY_NAMES.filter((name) => given[name] !== undefined)
  const checked = Object.fromEntries(
    names.map((name) => [name, checkPolicy(name, given[name])]),
  ) as Partial<PolicyDocuments>
  if (names.length > 0) (await documentCheck(permissions, secret))({ ...DEFAULT_POLICIES, ...checked })
  return checked
}
