/** What a policy of surveys must find beside it: calendars, fields of tickets, and the desk's secret. */
import { checkCondition } from '../domain/condition-check.ts'
import { fault as policyFault } from '../domain/policies/policy-refusals.ts'
import type { PolicyDocuments } from '../domain/policy.ts'
import { fault } from '../domain/surveys/survey-faults.ts'
import { SHORTEST_SECRET } from '../domain/surveys/token.ts'
import { ticketFields } from '../domain/tickets/ticket.ts'

/** @throws DeskError `condition.*`, `policy.invalid` for a calendar or an escalation policy that is not there, `survey.no-secret`. */
export function checkSurveyDocuments(
  { surveys: { surveys }, calendars, escalation }: Pick<PolicyDocuments, 'surveys' | 'calendars' | 'escalation'>,
  secret: string | null | undefined,
): void {
  if (surveys.length === 0) return
  if (secret !== undefined && (secret ?? '').length < SHORTEST_SECRET)
    throw fault('survey.no-secret', { shortest: SHORTEST_SECRET })
  const ladders = new Set(escalation.policies.map(({ name }) => name))
  surveys.forEach(({ where, calendar, whenLow }, n) => {
    const place = `surveys.${n}`
    if (where !== undefined) checkCondition(where, { fields: ticketFields, custom: 'any', place: `${place}.where` })
    if (calendar !== null && !Object.hasOwn(calendars, calendar))
      throw absent(`${place}.calendar`, `there is no calendar ${calendar} in the policy calendars`)
    const escalate = whenLow?.escalate ?? null
    if (escalate !== null && !ladders.has(escalate))
      throw absent(`${place}.whenLow.escalate`, `there is no policy ${escalate} in the policy escalation`)
  })
}

function absent(place: string, reason: string): Error {
  return policyFault('policy.invalid', { name: 'surveys', issues: [{ place, reason }] })
}
