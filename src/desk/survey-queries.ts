/** What is asked of surveys and scores. */
import * as z from 'zod'
import { auditSurveys, getSurvey, openByToken, scoreSurveys } from '../domain/surveys/survey-inputs.ts'
import { query } from './query.ts'
import { byToken, find, get, invitation } from './survey-reads.ts'
import { audit, scores } from './survey-scores.ts'

const findSurveys = z.strictObject({
  /** A condition on surveys. */
  where: z.unknown().optional(),
  /** Absent: the latest first. Ties are broken by id. */
  order: z
    .array(z.strictObject({ field: z.string(), direction: z.enum(['asc', 'desc']).default('asc') }))
    .max(4)
    .optional(),
  limit: z.int().min(1).max(200).default(50),
  /** The `next` of the page before. */
  after: z.string().max(4000).optional(),
})

export const surveyQueries = {
  'survey.get': query({
    says: 'Gets one survey: who was asked, and what they answered.',
    input: getSurvey,
    shows: { kind: 'survey', as: 'one' },
    read: get,
  }),
  'survey.find': query({
    says: 'Finds surveys by a condition, page by page.',
    input: findSurveys,
    shows: { kind: 'survey', as: 'page' },
    read: find,
  }),
  'survey.byToken': query({
    says: 'Shows what a page needs to ask whoever holds a token; it casts nothing.',
    input: openByToken,
    shows: { kind: 'survey', as: 'form' },
    read: byToken,
  }),
  'survey.invitation': query({
    says: 'Gives the token of a survey that was sent, for the mail; only to the host itself.',
    input: getSurvey,
    shows: { kind: 'survey', as: 'invitation' },
    read: invitation,
  }),
  'survey.audit': query({
    says: 'Shows who came up for surveys in a period: who was asked, who was not, and why.',
    input: auditSurveys,
    shows: { kind: 'survey', as: 'audit' },
    whole: true,
    read: audit,
  }),
  'survey.scores': query({
    says: 'Scores what was answered in a period, by group and time, each with its interval and response rate.',
    input: scoreSurveys,
    shows: { kind: 'survey', as: 'scores' },
    whole: true,
    read: scores,
  }),
} as const
