/** From a desk's documents to SLA policies: what they may match on, which calendars and statuses they may name. */
import type { PolicyDocuments } from '../domain/policy.ts'
import { ticketFields } from '../domain/tickets/ticket.ts'
import { calendar } from '../sla/calendar.ts'
import type { CalendarDefinition } from '../sla/calendar-definition.ts'
import { checkPolicies } from '../sla/check-policy.ts'
import type { SlaPolicy } from '../sla/sla-policy.ts'

// The journal must be able to answer for every match: personal text is not in it, and what clocks themselves show
// would make a policy depend on its own outcome.
const UNMATCHED: ReadonlySet<string> = new Set([
  'subject',
  'version',
  'changedAt',
  'slaPolicy',
  'nextDueAt',
  'slaBreached',
  'escalation',
])
const MATCHABLE = Object.fromEntries(Object.entries(ticketFields).filter(([name]) => !UNMATCHED.has(name)))

/** The SLA policies of a set of documents, checked against their calendars and statuses. */
export function slaPoliciesOf({
  sla,
  calendars,
  statuses,
}: Pick<PolicyDocuments, 'sla' | 'calendars' | 'statuses'>): readonly SlaPolicy[] {
  return checkPolicies(sla.policies, {
    calendars: new Set(Object.keys(calendars)),
    statuses: new Set(statuses.statuses.map((status) => status.name)),
    fields: { fields: MATCHABLE, custom: 'any' },
  })
}

/** @throws DeskError `calendar.*`, `sla.*`, `condition.*`, each naming the place. */
export function checkSlaDocuments(documents: Pick<PolicyDocuments, 'sla' | 'calendars' | 'statuses'>): void {
  for (const definition of Object.values(documents.calendars)) calendar(definition as unknown as CalendarDefinition)
  slaPoliciesOf(documents)
}
