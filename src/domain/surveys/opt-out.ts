/** Lets a customer out of surveys, and in again; and forgets what a customer said in them. */
import type { Condition } from '../condition.ts'
import { type Draft, draft, maybe, need, rules, type Steps } from '../decider.ts'
import type { Customer } from '../people/people.ts'
import type { Respondent } from './survey.ts'
import { nameRespondent } from './survey-inputs.ts'

const readCustomer = ({ customerId }: { readonly customerId: string }) => ({ customer: need('customer', customerId) })

function idsOf({ id, mergedFrom }: Customer): readonly string[] {
  return [id, ...mergedFrom]
}

export const optOut = rules(nameRespondent, {
  reads: readCustomer,
  near: (input) => ({ respondent: maybe('respondent', input.customerId) }),
  decide: ({ input }): Draft[] => [draft({ kind: 'respondent', id: input.customerId }, 'respondent.optedOut', {})],
})

export const optIn = rules(nameRespondent, {
  reads: readCustomer,
  near: (_, { customer }) => Object.fromEntries(idsOf(customer).map((id) => [id, maybe('respondent', id)])),
  decide: ({ input, found }): Draft[] => {
    // Who was merged into the customer may have opted out before that.
    const all = Object.values(found as Readonly<Record<string, Respondent | Customer | null>>)
    const formers = all.flatMap((one) =>
      one !== null && 'optedOutAt' in one && one.optedOutAt !== null ? [one.id] : [],
    )
    const ids = new Set([input.customerId, ...formers])
    return [...ids].map((id) => draft({ kind: 'respondent', id }, 'respondent.optedIn', {}))
  },
  result: (_, input) => ({ kind: 'respondent', id: input.customerId }),
})

/** How many surveys one commit wipes; the others follow in commits of their own. */
const MOST = 1000

function unwiped(customerIds: readonly string[]): Condition {
  return {
    all: [
      { field: 'customerId', in: [...customerIds] },
      { field: 'state', in: ['planned', 'sent', 'answered', 'bounced', 'expired'] },
      { not: { field: 'reason', is: 'erased' } },
    ],
  }
}

/** Wipes what a customer wrote in surveys, takes back those that wait, and asks no more. */
export const forget = rules(nameRespondent, {
  reads: readCustomer,
  near: (input) => ({ respondent: maybe('respondent', input.customerId) }),
  lists: (_, { customer }) => ({
    surveys: { kind: 'survey', where: unwiped(idsOf(customer)), limit: MOST },
  }),
  decide: ({ input, lists }): Steps => ({
    steps: (lists.surveys ?? []).map(({ id }) => ({ name: 'survey.end', input: { surveyId: id, because: 'erased' } })),
    by: 'system',
    refusal: 'of-all',
    afterwards: (outcomes) => {
      const data = outcomes.length === MOST ? { more: true as const } : {}
      return [draft({ kind: 'respondent', id: input.customerId }, 'respondent.optedOut', data)]
    },
  }),
  result: (_, input) => ({ kind: 'respondent', id: input.customerId }),
})
