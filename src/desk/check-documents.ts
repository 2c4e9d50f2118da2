/** What a policy's schema cannot see alone: names in one document that must stand in another, hours that must be hours. */
import { checkPermissions } from '../domain/policies/policies.ts'
import type { PolicyDocuments } from '../domain/policy.ts'
import { calendar } from '../sla/calendar.ts'
import type { CalendarDefinition } from '../sla/calendar-definition.ts'
import { PERMISSIONS } from './permissions.ts'
import { slaPoliciesOf } from './sla-documents.ts'

/**
 * Refuses documents that do not hold together.
 *
 * @throws DeskError `policy.unknown-permission`, `calendar.*`, `sla.*`, `condition.*`, each naming the place.
 */
export function checkDocuments(documents: PolicyDocuments): void {
  checkPermissions(documents.roles, PERMISSIONS)
  for (const definition of Object.values(documents.calendars)) calendar(definition as unknown as CalendarDefinition)
  slaPoliciesOf(documents)
}
