/** What a policy of surveys must find beside it: calendars, fields of tickets, and the desk's secret. */
import { checkCondition } from '../domain/condition-check.ts'
import { faultsOf } from '../domain/fault.ts'
import { policyFaults } from '../domain/policies/policies.ts'
import type { PolicyDocuments } from '../domain/policy.ts'
import { fault } from '../domain/surveys/survey-faults.ts'
import { SHORTEST_SECRET } from '../domain/surveys/token.ts'
import { ticketFields } from '../domain/tickets/ticket.ts'

const policyFault = faultsOf(policyFaults)

/** @throws DeskError `condition.*`, `policy.invalid` for a calendar that is not there, `survey.no-secret`. */
export function checkSurveyDocuments(
  { surveys: { surveys }, calendars }: Pick<PolicyDocuments, 'surveys' | 'calendars'>,
  secret: string | null | undefined,
): void {
  if (surveys.length === 0) return
  if (secret !== undefined && (secret ?? '').length < SHORTEST_SECRET)
    throw fault('survey.no-secret', { shortest: SHORTEST_SECRET })
  surveys.forEach(({ where, calendar }, n) => {
    const place = `surveys.${n}`
    if (where !== undefined) checkCondition(where, { fields: ticketFields, custom: 'any', place: `${place}.where` })
    if (calendar === null || Object.hasOwn(calendars, calendar)) return
    const issues = [{ place: `${place}.calendar`, reason: `there is no calendar ${calendar} in the policy calendars` }]
    throw policyFault('policy.invalid', { name: 'surveys', issues })
  })
}
