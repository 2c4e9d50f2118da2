/** What is asked of surveys and scores. */
import { auditSurveys, getSurvey, openByToken, scoreSurveys } from '../domain/surveys/survey-inputs.ts'
import { query } from './query.ts'
import { findInput } from './record-reads.ts'
import { byToken, find, get, invitation } from './survey-reads.ts'
import { audit, scores } from './survey-scores.ts'

export const surveyQueries = {
  'survey.get': query({
    says: 'Gets one survey: who was asked, and what they answered.',
    input: getSurvey,
    shows: { kind: 'survey', as: 'one' },
    read: get,
  }),
  'survey.find': query({
    says: 'Finds surveys by a condition, page by page.',
    input: findInput,
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
