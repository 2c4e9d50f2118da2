/** Chooses whom to ask: after solving, after a chat or call, or by hand. Whoever is not asked has a record that says why. */
import type { Condition } from '../condition.ts'
import { meets } from '../condition-read.ts'
import { type Context, type Decision, type Draft, draft, maybe, need, rules } from '../decider.ts'
import { digest } from '../digest.ts'
import { faultsOf } from '../fault.ts'
import type { CustomerId, SurveyId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { Customer, Organisation } from '../people/people.ts'
import type { Policies, PolicyDocuments } from '../policy.ts'
import { referenceFaults } from '../refusals.ts'
import type { Ticket } from '../tickets/ticket.ts'
import type { Instant } from '../time.ts'
import { reasonAgainst, segmentOf } from './eligible.ts'
import type { Occasion, Respondent, Survey, SurveyFacts } from './survey.ts'
import { fault } from './survey-faults.ts'
import { inviteToSurvey, planSurvey } from './survey-inputs.ts'
import type { SurveyPolicy } from './survey-policy.ts'

const referenceFault = faultsOf(referenceFaults)

/**
 * The id of the survey about one solving, chat or call: made of what it is about, so that two who ask at once write the
 * same record, and one of them finds it there.
 */
export function surveyId(ticketId: string, about: string): SurveyId {
  return `srv_${digest(`survey\n${ticketId}\n${about}`).slice(0, 26)}`
}

/** What a survey after solving is about: this solving of the ticket. */
export function solvingOf({ reopenCount }: Pick<Ticket, 'reopenCount'>): string {
  return `solve:${reopenCount}`
}

/** The survey of a policy that a ticket gets. */
export function surveyFor(
  { surveys }: PolicyDocuments['surveys'],
  ticket: object,
  asked: { readonly occasion: Occasion; readonly survey?: string | undefined },
): SurveyPolicy | null {
  const fits = (one: SurveyPolicy) =>
    (asked.survey === undefined || one.name === asked.survey) &&
    one.after === asked.occasion &&
    meets((one.where as Condition | undefined) ?? null, ticket as JsonObject)
  return surveys.find(fits) ?? null
}

interface Asked {
  readonly ticketId: string
  readonly customerId?: CustomerId | undefined
}

function readAbout({ ticketId }: Asked) {
  return { ticket: need('ticket', ticketId), current: need('policies', 'current') }
}

function readNear(asked: Asked, ticket: Ticket, about: string) {
  const customerId = asked.customerId ?? ticket.requesterId
  return {
    customer: maybe('customer', customerId),
    respondent: maybe('respondent', customerId),
    organisation: maybe('organisation', ticket.organisationId),
    own: maybe('survey', surveyId(ticket.id, about)),
    // One resolution is asked about once, whoever asks.
    solving: maybe('survey', surveyId(ticket.id, solvingOf(ticket))),
    byHand: maybe('survey', surveyId(ticket.id, handOf(ticket))),
  }
}

function handOf({ reopenCount }: Pick<Ticket, 'reopenCount'>): string {
  return `hand:${reopenCount}`
}

interface Found {
  readonly ticket: Ticket
  readonly current: Policies
  readonly customer: Customer | null
  readonly respondent: Respondent | null
  readonly organisation: Organisation | null
  readonly own: Survey | null
  readonly solving: Survey | null
  readonly byHand: Survey | null
}

function listsOf({ ticket, customer }: Pick<Found, 'ticket' | 'customer'>) {
  return {
    written: {
      kind: 'message' as const,
      where: {
        all: [
          { field: 'ticketId', is: ticket.id },
          { field: 'authorKind', is: 'customer' },
        ],
      },
      limit: 1,
    },
    ...formersOf(customer),
  }
}

/** What is known of those who were merged into a customer. */
export function formersOf(customer: Customer | null) {
  const ids = customer?.mergedFrom ?? []
  if (ids.length === 0) return {}
  return { formers: { kind: 'respondent' as const, where: { field: 'id', in: [...ids] }, limit: 1000 } }
}

/** What is known of a customer, and of those merged into them. */
export function respondentsIn(
  respondent: Respondent | null,
  { formers = [] }: Context<unknown, unknown>['lists'],
): Respondent[] {
  return [...(respondent === null ? [] : [respondent]), ...(formers as unknown as Respondent[])]
}

type Deciding = Pick<Context<unknown, Found>, 'found' | 'now' | 'policies' | 'lists' | 'by'>

interface Chosen {
  readonly id: SurveyId
  readonly survey: SurveyPolicy
  readonly occasion: Occasion
  readonly dueAt: Instant
  readonly agentId: SurveyFacts['agentId']
  readonly invitedBy: string | null
}

/** Another command in place of this one where the requester was merged into somebody. */
function throughMerge(name: string, input: Asked, { ticket, customer }: Found): Decision | null {
  if (customer === null) throw referenceFault('reference.unknown', { ids: [input.customerId ?? ticket.requesterId] })
  if (customer.mergedInto !== null) return { instead: name, input: { ...input, customerId: customer.mergedInto } }
  if (customer.id !== ticket.requesterId && !customer.mergedFrom.includes(ticket.requesterId))
    throw referenceFault('reference.unknown', { ids: [customer.id] })
  return null
}

function consider({ found, now, policies, lists }: Deciding, chosen: Chosen): Draft[] {
  const { ticket, current, organisation } = found
  const customer = found.customer as Customer
  const { id, survey, occasion, dueAt, agentId, invitedBy } = chosen
  const of = { kind: 'survey', id } as const
  const { channel, priority, tags, teamId, organisationId } = ticket
  const considered = draft(of, 'survey.considered', {
    survey: survey.name,
    policyNumber: current.inForce.surveys?.version ?? 1,
    kind: survey.kind,
    occasion,
    ticketId: ticket.id,
    customerId: customer.id,
    ...{ agentId, teamId, organisationId, channel, priority, tags },
    segment: segmentOf(policies.surveys, { ticket, customer, organisation }),
    language: customer.language,
    invitedBy,
  })
  const wrote = ticket.lastCustomerMessageAt === null && (lists.written ?? []).length > 0 ? 'automatic-only' : 'by-hand'
  const respondents = respondentsIn(found.respondent, lists)
  const candidate = { ticket, customer, respondents, wrote, now } as const
  const reason = isAskedElse(found, chosen) ? 'already-asked' : reasonAgainst(candidate, policies.surveys, survey)
  return [
    considered,
    reason === null ? draft(of, 'survey.planned', { dueAt }) : draft(of, 'survey.suppressed', { reason }),
  ]
}

/** Whether somebody else asked about this solving. A chat or call is a matter of its own, whatever was asked about the solving. */
function isAskedElse({ solving, byHand }: Found, { id, occasion }: Chosen): boolean {
  if (occasion === 'chat' || occasion === 'call') return false
  return [solving, byHand].some((other) => other !== null && other.id !== id && isLive(other))
}

/** Whether a customer was asked, or is to be. */
function isLive({ state }: Survey): boolean {
  return state !== 'suppressed' && state !== 'withdrawn'
}

export const plan = rules(planSurvey, {
  reads: readAbout,
  near: (input, { ticket }) => readNear(input, ticket, solvingOf(ticket)),
  lists: (_, found) => listsOf(found),
  decide: (context): Decision => {
    const { input, found, policies } = context
    const instead = throughMerge('survey.plan', input, found)
    if (instead !== null) return instead
    const survey = surveyFor(policies.surveys, found.ticket, { occasion: 'solve', survey: input.survey })
    // A policy may be published while the ticket is being solved; and one solving is considered once.
    if (survey === null || found.own !== null) return []
    return consider(context, {
      id: surveyId(found.ticket.id, solvingOf(found.ticket)),
      survey,
      occasion: 'solve',
      dueAt: input.dueAt,
      agentId: input.solvedBy ?? found.ticket.assigneeId,
      invitedBy: null,
    })
  },
  result: (_, input) => ({ kind: 'ticket', id: input.ticketId }),
})

function aboutOf(input: { readonly occasion: Occasion; readonly of?: string | undefined }, ticket: Ticket): string {
  if (input.occasion === 'hand') return handOf(ticket)
  return `${input.occasion}:${input.of ?? ticket.reopenCount}`
}

export const invite = rules(inviteToSurvey, {
  reads: readAbout,
  near: (input, { ticket }) => readNear(input, ticket, aboutOf(input, ticket)),
  lists: (_, found) => listsOf(found),
  decide: (context): Decision => {
    const { input, found, policies, by, now } = context
    const { ticket } = found
    const { occasion } = input
    const instead = throughMerge('survey.invite', input, found)
    if (instead !== null) return instead
    const survey = surveyFor(policies.surveys, ticket, input)
    if (survey === null || ticket.deletedAt !== null || ticket.mergedInto !== null)
      throw fault('survey.unknown', { name: input.survey ?? 'of any name', occasion })
    if (found.own !== null) throw fault('survey.already-asked', { surveyId: found.own.id })
    return consider(context, {
      id: surveyId(ticket.id, aboutOf(input, ticket)),
      survey,
      occasion,
      dueAt: now,
      agentId: ticket.assigneeId,
      invitedBy: by.actor.id,
    })
  },
})
