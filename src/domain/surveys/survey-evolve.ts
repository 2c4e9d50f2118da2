/** What a survey, and what is known of a customer in the matter of surveys, become by their events. */
import type { Happened } from '../decider.ts'
import type { CustomerId, SurveyId } from '../ids.ts'
import type { Respondent, Survey, SurveyEvents, SurveyFacts } from './survey.ts'

/** The transient part of events: what stands in the record and never in the journal. */
export interface SurveyText {
  readonly comments?: Readonly<Record<string, string>>
  readonly tokenHash?: string
  readonly nonce?: string
}

type SurveyEvent = Happened<Extract<keyof SurveyEvents, `survey.${string}`>>
type RespondentEvent = Happened<Extract<keyof SurveyEvents, `respondent.${string}`>>

export function evolveSurvey(survey: Survey | null, event: SurveyEvent): Survey {
  const { at } = event
  if (event.name === 'survey.considered') return consider(event.of.id as SurveyId, event.data, at)
  const before = survey as Survey
  const text = event.text as SurveyText | undefined
  switch (event.name) {
    case 'survey.planned':
      return { ...before, state: 'planned', dueAt: event.data.dueAt }
    case 'survey.suppressed':
      return { ...before, state: 'suppressed', reason: event.data.reason }
    case 'survey.sent': {
      const { tokenHash = null, nonce = null } = text ?? {}
      return { ...before, state: 'sent', sentAt: at, expiresAt: event.data.expiresAt, tokenHash, nonce }
    }
    case 'survey.bounced':
      return { ...before, state: 'bounced' }
    case 'survey.answered':
      return {
        ...{ ...before, ...answerIn(event.data), state: 'answered', comments: text?.comments ?? {} },
        ...{ answeredAt: at, answeredMonth: at.slice(0, 7) },
      }
    case 'survey.amended':
      return { ...before, ...answerIn(event.data), comments: text?.comments ?? {} }
    case 'survey.withdrawn': {
      const { because } = event.data
      const isWaiting = before.state === 'planned' || before.state === 'sent'
      // What was answered, held back or came back stays so; only the token dies, and what a forgotten customer wrote.
      const ended = isWaiting ? { state: 'withdrawn' as const, reason: because } : {}
      const wiped = because === 'erased' ? { reason: before.reason ?? because, comments: {}, redactedAt: at } : {}
      return { ...before, ...withoutToken, ...ended, ...wiped }
    }
    case 'survey.expired':
      // What came back was not delivered, however long ago that is.
      return before.state === 'bounced' ? before : { ...before, state: 'expired' }
    case 'survey.commentRedacted':
      return { ...before, comments: {}, redactedAt: at }
    case 'survey.loopClosed':
      return { ...before, loop: event.data }
    default:
      return event satisfies never
  }
}

const withoutToken = { tokenHash: null, nonce: null } as const

function consider(id: SurveyId, facts: SurveyFacts, at: string): Survey {
  return {
    id,
    version: 0,
    ...facts,
    state: 'planned',
    reason: null,
    consideredAt: at,
    dueAt: null,
    sentAt: null,
    answeredAt: null,
    answeredMonth: null,
    expiresAt: null,
    amendableUntil: null,
    score: null,
    answers: {},
    comments: {},
    redactedAt: null,
    ...withoutToken,
    loop: null,
  }
}

function answerIn({ score, answers, amendableUntil }: SurveyEvents['survey.answered']) {
  return { score, answers, amendableUntil }
}

const MOST_KEPT = 20

export function evolveRespondent(respondent: Respondent | null, event: RespondentEvent): Respondent {
  const { at } = event
  const before = respondent ?? {
    id: event.of.id as CustomerId,
    version: 0,
    optedOutAt: null,
    sentAt: [],
    bouncedAt: null,
  }
  switch (event.name) {
    case 'respondent.asked':
      return { ...before, sentAt: [...before.sentAt, at].slice(-MOST_KEPT), bouncedAt: null }
    case 'respondent.bounced':
      return { ...before, bouncedAt: at }
    case 'respondent.optedOut':
      return { ...before, optedOutAt: before.optedOutAt ?? at }
    case 'respondent.optedIn':
      return { ...before, optedOutAt: null }
    default:
      return event satisfies never
  }
}
