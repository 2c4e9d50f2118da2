/** What surveys refuse. */
import { faultsOf } from '../fault.ts'
import { scoreFaults } from './score-faults.ts'

interface OfSurvey {
  readonly surveyId: string
}
interface OfQuestion {
  readonly question: string
}

export const surveyFaults = {
  'survey.answer-out-of-range': scoreFaults['survey.answer-out-of-range'],
  'survey.answer-missing': {
    kind: 'invalid',
    says: (d: OfQuestion) => `The question ${d.question} needs an answer; nothing was kept.`,
  },
  'survey.unknown-question': {
    kind: 'invalid',
    says: (d: OfQuestion) =>
      `This survey has no question ${d.question}, or does not ask it after the answers before it; survey.byToken lists the questions.`,
  },
  'survey.unknown-token': {
    kind: 'not-found',
    says: (_: object) =>
      'This token opens no survey: it was never given out, or its ticket was merged or deleted, or its customer was forgotten.',
  },
  'survey.expired': {
    kind: 'refused',
    says: (d: { readonly expiresAt: string | null }) => `This survey could be answered until ${d.expiresAt}.`,
  },
  'survey.answered': {
    kind: 'refused',
    says: (d: { readonly answeredAt: string | null; readonly amendableUntil: string | null }) =>
      `This survey was answered on ${d.answeredAt} and takes one answer; survey.amend changes it until ${d.amendableUntil}.`,
  },
  'survey.not-answered': {
    kind: 'refused',
    says: (_: object) => 'This survey has no answer that could be changed; answer it with survey.answer.',
  },
  'survey.amend-window-over': {
    kind: 'refused',
    says: (d: { readonly amendableUntil: string | null }) => `This answer could be changed until ${d.amendableUntil}.`,
  },
  'survey.unknown': {
    kind: 'refused',
    says: (d: { readonly name: string; readonly occasion: string }) =>
      `The policy surveys has no survey ${d.name} for the occasion ${d.occasion} that fits this ticket.`,
  },
  'survey.already-asked': {
    kind: 'refused',
    says: (d: OfSurvey) => `Survey ${d.surveyId} stands for this already; a customer is asked once.`,
  },
  'survey.not-there': {
    kind: 'refused',
    says: (d: OfSurvey & { readonly state: string; readonly needed: string }) =>
      `Survey ${d.surveyId} is ${d.state}; this is for one that is ${d.needed}.`,
  },
  'survey.no-comment': {
    kind: 'refused',
    says: (d: OfSurvey) => `Survey ${d.surveyId} holds no comment; nothing was changed.`,
  },
  'survey.other-secret': {
    kind: 'unavailable',
    says: (d: OfSurvey) =>
      `The token of survey ${d.surveyId} was made with another secret than this desk has; its link still works, but cannot be told again.`,
  },
  'survey.no-secret': {
    kind: 'unavailable',
    says: (d: { readonly shortest: number }) =>
      `Surveys need a secret to make tokens with: give createDesk a secret of ${d.shortest} characters or more, the same in every process.`,
  },
} as const

export const fault = /* @__PURE__ */ faultsOf(surveyFaults)
