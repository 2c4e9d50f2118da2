/** Reads invitations and answers, and what a page and a mail need of one. */
import { forbidden, reachedRecords } from '../domain/access.ts'
import type { Condition } from '../domain/condition.ts'
import { checkCondition } from '../domain/condition-check.ts'
import type { PolicyVersion } from '../domain/policy.ts'
import { askedIn, heldBy, versionOf } from '../domain/surveys/answer.ts'
import { type Question, questionsOf } from '../domain/surveys/question.ts'
import type { Survey } from '../domain/surveys/survey.ts'
import { fault } from '../domain/surveys/survey-faults.ts'
import { hashOf, isSameHash, SHORTEST_SECRET, surveyIn, tokenOf } from '../domain/surveys/token.ts'
import { type Instant, toInstant } from '../domain/time.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { fault as deskFault, notFound } from './desk-faults.ts'
import type { Order } from './ports.ts'
import type { ReadContext } from './query.ts'
import { tables } from './tables.ts'

/** A survey as reads show it: without what its token is made of. */
export type SurveyShown = Omit<Survey, 'tokenHash' | 'nonce'>

/** What a page shows to whoever holds a token. Nothing of the customer, and nothing of what they wrote. */
export interface SurveyForm {
  readonly survey: string
  readonly state: 'open' | 'answered'
  /** Until when it can be answered. */
  readonly expiresAt: Instant | null
  /** Until when the answer can be changed; `null`: there is none yet. */
  readonly amendableUntil: Instant | null
  /** The language of the texts. */
  readonly language: string
  readonly languages: readonly string[]
  readonly questions: readonly Question[]
}

/** What a mail needs. */
export interface SurveyInvitation {
  /** For the link to the page: who has it may answer. Keep it out of logs. */
  readonly token: string
  readonly customerId: Survey['customerId']
  readonly ticketId: Survey['ticketId']
  readonly language: string
  readonly expiresAt: Instant | null
  /** The first question, for the mail itself. */
  readonly question: Question
}

export interface SurveyPage {
  readonly items: readonly SurveyShown[]
  /** Hand it back as `after` for the next page; `null`: this was the last. */
  readonly next: string | null
}

export function shownSurvey(doc: object): SurveyShown {
  const { tokenHash: _, nonce: __, ...rest } = doc as Survey
  return rest
}

async function surveyBehind({ house, tenant, by, name }: ReadContext<unknown>, id: string): Promise<Survey> {
  const [record = null] = await house.store.get(tenant, [{ kind: 'survey', id }])
  if (record === null || reachedRecords(by, name, 'survey') !== null) throw notFound('survey', id)
  return record.doc as unknown as Survey
}

export async function get(context: ReadContext<{ readonly surveyId: string }>): Promise<SurveyShown> {
  return shownSurvey(await surveyBehind(context, context.input.surveyId))
}

/** A caller's condition on surveys, checked. */
export function whereIn(where: unknown): Condition | null {
  return where === undefined
    ? null
    : checkCondition(where, { fields: tables.survey.fields, custom: 'none', place: 'where' })
}

interface FindSurveys {
  readonly where?: unknown
  readonly order?: readonly Order[] | undefined
  readonly limit: number
  readonly after?: string | undefined
}

export async function find({ house, tenant, by, input, name }: ReadContext<FindSurveys>): Promise<SurveyPage> {
  const order = input.order ?? [{ field: 'consideredAt', direction: 'desc' as const }]
  const columns: readonly string[] = tables.survey.columns
  const unknown = order.find(({ field }) => !columns.includes(field) && field !== 'id')
  if (unknown) throw deskFault('query.unsortable', { field: unknown.field, sortable: [...columns, 'id'] })
  const reached = reachedRecords(by, name, 'survey')
  const asked = whereIn(input.where)
  const where = reached === null || asked === null ? (reached ?? asked) : { all: [reached, asked] }
  const after = input.after === undefined ? null : readCursor(input.after, order)
  const records = await house.store.find(tenant, 'survey', { where, order, limit: input.limit + 1, after })
  const last = records.length > input.limit ? records[input.limit - 1] : undefined
  return {
    items: records.slice(0, input.limit).map(({ doc }) => shownSurvey(doc)),
    next: last === undefined ? null : writeCursor(last, order),
  }
}

/** The survey that a token opens, with the questions that were asked. */
export async function byToken({
  house,
  tenant,
  input,
}: ReadContext<{ readonly token: string; readonly languages?: readonly string[] | undefined }>): Promise<SurveyForm> {
  const id = surveyIn(input.token)
  const [record = null] = id === null ? [] : await house.store.get(tenant, [{ kind: 'survey', id }])
  const survey = heldBy(input.token, (record?.doc ?? null) as Survey | null)
  const { state, expiresAt, amendableUntil } = survey
  const isAnswered = state === 'answered'
  if (!isAnswered && toInstant(house.clock.now()) >= (expiresAt ?? '')) throw fault('survey.expired', { expiresAt })
  const [version] = await house.store.get(tenant, [{ kind: 'policyVersion', id: versionOf(survey) }])
  const asked = askedIn(version?.doc as unknown as PolicyVersion, survey)
  const wanted = [...(input.languages ?? []), ...(survey.language === null ? [] : [survey.language])]
  return {
    survey: survey.survey,
    state: isAnswered ? 'answered' : 'open',
    ...{ expiresAt, amendableUntil },
    languages: Object.keys(asked.question),
    ...questionsOf(asked, wanted),
  }
}

/** The token of a survey that was sent, made anew at every call: it is kept nowhere. */
export async function invitation(context: ReadContext<{ readonly surveyId: string }>): Promise<SurveyInvitation> {
  const { house, tenant, by, name, input } = context
  // Whoever reads a token can answer with it, so a right is not enough: agents would answer about themselves.
  if (by.actor.kind !== 'system') throw forbidden(by.actor, name)
  const survey = await surveyBehind(context, input.surveyId)
  const { secret } = house
  if (secret === null) throw fault('survey.no-secret', { shortest: SHORTEST_SECRET })
  const { id, nonce, tokenHash, state, customerId, ticketId, expiresAt, language } = survey
  if (state !== 'sent' || nonce === null || tokenHash === null)
    throw fault('survey.not-there', { surveyId: id, state, needed: 'sent' })
  const token = tokenOf(secret, { id, nonce })
  if (!isSameHash(hashOf(token), tokenHash)) throw fault('survey.other-secret', { surveyId: id })
  const [version] = await house.store.get(tenant, [{ kind: 'policyVersion', id: versionOf(survey) }])
  const asked = questionsOf(
    askedIn(version?.doc as unknown as PolicyVersion, survey),
    language === null ? [] : [language],
  )
  return { token, customerId, ticketId, language: asked.language, expiresAt, question: asked.questions[0] as Question }
}
