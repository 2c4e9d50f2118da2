/** Takes answers by token: whoever holds it may answer once, and change that for a while. */
import { type Context, type Draft, draft, maybe, need, rules } from '../decider.ts'
import type { PolicyDocuments, PolicyVersion } from '../policy.ts'
import { type Instant, parseDuration, toInstant } from '../time.ts'
import { checkAnswers } from './question.ts'
import type { Survey } from './survey.ts'
import { fault } from './survey-faults.ts'
import { answerSurvey, redactSurvey, unsubscribe } from './survey-inputs.ts'
import type { SurveyPolicy } from './survey-policy.ts'
import { hashOf, isSameHash, surveyIn } from './token.ts'

/** The id of the version of the policy that a survey was asked by. */
export function versionOf({ policyNumber }: Pick<Survey, 'policyNumber'>): string {
  return `surveys@${policyNumber}`
}

/** The survey as it was asked, whatever was published since. */
export function askedIn(version: PolicyVersion, { survey: name }: Pick<Survey, 'survey'>): SurveyPolicy {
  const { surveys } = version.document as unknown as PolicyDocuments['surveys']
  return surveys.find((one) => one.name === name) as SurveyPolicy
}

/**
 * The survey that a token opens. All tokens that open nothing look the same.
 *
 * @throws DeskError `survey.unknown-token`.
 */
export function heldBy(token: string, survey: Survey | null): Survey {
  // Something is hashed and compared in any case, so that the time tells nothing either.
  const hash = hashOf(token)
  const isHeld = isSameHash(hash, survey?.tokenHash ?? hashOf('none'))
  if (survey === null || !isHeld) throw fault('survey.unknown-token', {})
  return survey
}

const readHeld = ({ token }: { readonly token: string }) => ({ survey: maybe('survey', surveyIn(token)) })
const readAround = (_: unknown, { survey }: { readonly survey: Survey | null }) => ({
  version: maybe('policyVersion', survey && versionOf(survey)),
})

/** Refuses what can no longer be answered. */
function mustBeOpen({ state, answeredAt, amendableUntil, expiresAt }: Survey, now: Instant): void {
  if (state === 'answered') throw fault('survey.answered', { answeredAt, amendableUntil })
  if (now >= (expiresAt ?? '')) throw fault('survey.expired', { expiresAt })
}

type Answering = Context<
  { readonly token: string; readonly answers: Readonly<Record<string, number | string>> },
  { readonly survey: Survey | null; readonly version: PolicyVersion | null }
>

function answerOf({ input, found, now }: Answering, survey: Survey) {
  const asked = askedIn(found.version as PolicyVersion, survey)
  const { comments, ...facts } = checkAnswers(asked, input.answers)
  const amendableUntil = survey.amendableUntil ?? toInstant(Date.parse(now) + parseDuration(asked.amendFor))
  return { data: { ...facts, commented: Object.keys(comments), amendableUntil }, text: { comments } }
}

export const answer = rules(answerSurvey, {
  reads: readHeld,
  near: readAround,
  decide: (context): Draft[] => {
    const survey = heldBy(context.input.token, context.found.survey)
    mustBeOpen(survey, context.now)
    const { data, text } = answerOf(context, survey)
    return [draft({ kind: 'survey', id: survey.id }, 'survey.answered', data, text)]
  },
})

export const amend = rules(answerSurvey, {
  reads: readHeld,
  near: readAround,
  decide: (context): Draft[] => {
    const survey = heldBy(context.input.token, context.found.survey)
    const { state, amendableUntil } = survey
    if (state !== 'answered') throw fault('survey.not-answered', {})
    if (context.now >= (amendableUntil ?? '')) throw fault('survey.amend-window-over', { amendableUntil })
    const { data, text } = answerOf(context, survey)
    return [draft({ kind: 'survey', id: survey.id }, 'survey.amended', data, text)]
  },
})

export const redactComment = rules(redactSurvey, {
  reads: (input) => ({ survey: need('survey', input.surveyId) }),
  decide: ({ input, found: { survey } }): Draft[] => {
    if (Object.keys(survey.comments).length === 0) throw fault('survey.no-comment', { surveyId: survey.id })
    return [draft({ kind: 'survey', id: survey.id }, 'survey.commentRedacted', { reason: input.reason })]
  },
})

/** By the token of any survey, answered or not: the link that mail programs show (RFC 8058) must go on working. */
export const unsubscribeByToken = rules(unsubscribe, {
  reads: readHeld,
  near: (_, { survey }) => ({ respondent: maybe('respondent', survey?.customerId) }),
  decide: ({ input, found }): Draft[] => {
    const { customerId } = heldBy(input.token, found.survey)
    return [draft({ kind: 'respondent', id: customerId }, 'respondent.optedOut', {})]
  },
})
