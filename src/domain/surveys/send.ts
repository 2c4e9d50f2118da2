/** Sends a survey when it is due, unless something has come between, and ends those that are not to be answered any more. */
import { type Context, type Decision, type Draft, draft, maybe, need, rules } from '../decider.ts'
import type { Customer } from '../people/people.ts'
import { parseDuration, toInstant } from '../time.ts'
import { reasonAtSending } from './eligible.ts'
import { formersOf, respondentsIn } from './invite.ts'
import type { Survey, SurveyState } from './survey.ts'
import { fault } from './survey-faults.ts'
import { bounceSurvey, endSurvey, sendSurvey } from './survey-inputs.ts'
import { drawNonce, hashOf, SHORTEST_SECRET, tokenOf } from './token.ts'

export function mustBe(survey: Survey, ...needed: readonly SurveyState[]): void {
  const { id: surveyId, state } = survey
  if (!needed.includes(state)) throw fault('survey.not-there', { surveyId, state, needed: needed.join(' or ') })
}

export const send = rules(sendSurvey, {
  reads: (input) => ({ survey: need('survey', input.surveyId) }),
  near: (input, { survey }) => ({
    ticket: maybe('ticket', survey.ticketId),
    customer: maybe('customer', input.customerId ?? survey.customerId),
    respondent: maybe('respondent', input.customerId ?? survey.customerId),
  }),
  lists: (_, { customer }) => formersOf(customer),
  decide: (context): Decision => {
    const { input, found, now, policies, lists } = context
    const { survey, ticket, customer } = found
    const of = { kind: 'survey', id: survey.id } as const
    mustBe(survey, 'planned')
    if (customer?.mergedInto) return { instead: 'survey.send', input: { ...input, customerId: customer.mergedInto } }
    const asked = policies.surveys.surveys.find(({ name }) => name === survey.survey)
    if (asked === undefined) return [draft(of, 'survey.suppressed', { reason: 'policy-ended' })]
    const isSolved = ticket?.deletedAt === null && (ticket.category === 'solved' || ticket.category === 'closed')
    if (survey.occasion === 'solve' && !isSolved)
      return [draft(of, 'survey.suppressed', { reason: 'no-longer-solved' })]
    const respondents = respondentsIn(found.respondent, lists)
    const reason = reasonAtSending({ customer: customer as Customer, respondents, now }, policies.surveys)
    if (reason !== null) return [draft(of, 'survey.suppressed', { reason })]
    const expiresAt = toInstant(Date.parse(now) + parseDuration(asked.validFor))
    const respondent = { kind: 'respondent', id: (customer as Customer).id } as const
    return [
      draft(of, 'survey.sent', { expiresAt }, newToken(context, survey)),
      draft(respondent, 'respondent.asked', { surveyId: survey.id }),
    ]
  },
})

function newToken({ random, secret }: Pick<Context<unknown, unknown>, 'random' | 'secret'>, { id }: Survey): object {
  if (secret === null) throw fault('survey.no-secret', { shortest: SHORTEST_SECRET })
  const nonce = drawNonce(random)
  return { nonce, tokenHash: hashOf(tokenOf(secret, { id, nonce })) }
}

export const end = rules(endSurvey, {
  reads: (input) => ({ survey: need('survey', input.surveyId) }),
  decide: ({ input: { because }, found: { survey } }): Draft[] => {
    const of = { kind: 'survey', id: survey.id } as const
    if (because === 'expired') {
      mustBe(survey, 'sent', 'bounced')
      return [draft(of, 'survey.expired', {})]
    }
    return [draft(of, 'survey.withdrawn', { because })]
  },
})

export const bounce = rules(bounceSurvey, {
  reads: (input) => ({ survey: need('survey', input.surveyId) }),
  near: (_, { survey }) => ({ respondent: maybe('respondent', survey.customerId) }),
  decide: ({ found: { survey } }): Draft[] => {
    mustBe(survey, 'sent')
    return [
      draft({ kind: 'survey', id: survey.id }, 'survey.bounced', {}),
      draft({ kind: 'respondent', id: survey.customerId }, 'respondent.bounced', { surveyId: survey.id }),
    ]
  },
})
