/** What is asked of surveys: the schema of each command, checked at the wall. */
import * as z from 'zod'
import { id, instant, language, line, text, timeZone } from '../inputs.ts'
import { OCCASIONS, SCORED_OCCASIONS } from './survey.ts'

const token = z.string().max(100)
/** By question; the first one is `score`. */
const answers = z.record(z.string().max(40), z.union([z.number(), text(5000)]))

export const inviteToSurvey = z.strictObject({
  ticketId: id('ticket'),
  occasion: z.enum(OCCASIONS).exclude(['solve']).default('hand'),
  /** Which chat or call; each is asked about once. */
  of: line(100).optional(),
  /** Absent: the first survey of the policy that fits the occasion and the ticket. */
  survey: line(40).optional(),
  /** Whom the requester was merged into; the desk fills it in. */
  customerId: id('customer').optional(),
})
export const planSurvey = z.strictObject({
  ticketId: id('ticket'),
  survey: line(40),
  dueAt: instant,
  solvedBy: id('agent').nullable(),
  customerId: id('customer').optional(),
})
export const sendSurvey = z.strictObject({ surveyId: id('survey'), customerId: id('customer').optional() })
export const endSurvey = z.strictObject({
  surveyId: id('survey'),
  because: z.enum(['expired', 'reopened', 'merged', 'deleted', 'erased']),
})
export const answerSurvey = z.strictObject({ token, answers })
export const bounceSurvey = z.strictObject({ surveyId: id('survey') })
export const redactSurvey = z.strictObject({ surveyId: id('survey'), reason: line(500) })
export const closeLoop = z.strictObject({ surveyId: id('survey') })
export const unsubscribe = z.strictObject({ token })
export const nameRespondent = z.strictObject({ customerId: id('customer') })

export const getSurvey = z.strictObject({ surveyId: id('survey') })
export const openByToken = z.strictObject({
  token,
  /** What the reader prefers, such as the languages of a browser, best first; absent: what is known of the customer. */
  languages: z.array(language).max(20).optional(),
})
const period = { from: instant, until: instant }
export const auditSurveys = z.strictObject({
  ...period,
  limit: z.int().min(0).max(200).default(50),
  /** The `next` of the page before. */
  after: z.string().max(4000).optional(),
})

/** What scores are told apart by. */
export const DIMENSIONS = [
  'survey',
  'occasion',
  'agent',
  'team',
  'organisation',
  'channel',
  'tag',
  'priority',
  'segment',
  'language',
] as const
export const PERIODS = ['day', 'week', 'month', 'quarter', 'year'] as const

export const scoreSurveys = z
  .strictObject({
    ...period,
    by: z.enum(DIMENSIONS).optional(),
    /** Splits the time into parts; of a week, its Monday. */
    each: z.enum(PERIODS).optional(),
    /** Whose dates are meant. */
    timeZone: timeZone.default('UTC'),
    /** Those asked by hand are left out unless named: whoever asks by hand may choose the happy ones. */
    occasions: z.array(z.enum(OCCASIONS)).min(1).max(4).default(SCORED_OCCASIONS),
    /** A condition on surveys. */
    where: z.unknown().optional(),
    /** Two groups of `by` whose difference is wanted. */
    compare: z.tuple([z.string().max(200), z.string().max(200)]).optional(),
  })
  .refine(({ by, compare }) => by !== undefined || compare === undefined, {
    path: ['compare'],
    message: 'names two groups of `by`, which is not given',
  })
