/** What a policy's schema cannot see alone: names in one document that must stand in another, hours that must be hours. */
import { checkPermissions } from '../domain/policies/policies.ts'
import type { PolicyDocuments } from '../domain/policy.ts'
import { loadSla } from './load-sla.ts'
import { PERMISSIONS } from './permissions.ts'

/** Refuses documents that do not hold together. */
export type CheckDocuments = (documents: PolicyDocuments) => void

/**
 * The check, with everything loaded that it needs.
 *
 * @throws DeskError (the check does) `policy.unknown-permission`, `calendar.*`, `sla.*`, `condition.*`, naming the place.
 */
export async function documentCheck(): Promise<CheckDocuments> {
  const { checkSlaDocuments } = await loadSla()
  return (documents) => {
    checkPermissions(documents.roles, PERMISSIONS)
    checkSlaDocuments(documents)
  }
}
