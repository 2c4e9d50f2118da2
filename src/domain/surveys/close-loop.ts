/** Follows up a low answer: in a ticket of its own, or in the ticket itself while that is at work again. */
import { type Decision, draft, maybe, need, rules } from '../decider.ts'
import type { TicketId } from '../ids.ts'
import { isLow } from './question.ts'
import { SCALES } from './score-kind.ts'
import type { Survey } from './survey.ts'
import { closeLoop } from './survey-inputs.ts'

export const close = rules(closeLoop, {
  reads: (input) => ({ survey: need('survey', input.surveyId) }),
  near: (_, { survey }) => ({ ticket: maybe('ticket', survey.ticketId) }),
  decide: ({ found: { survey, ticket }, policies }): Decision => {
    const asked = policies.surveys.surveys.find(({ name }) => name === survey.survey)
    if (asked?.whenLow == null || survey.loop !== null || survey.score === null || !isLow(asked, survey.score))
      return []
    const { ticketId } = survey
    const body = wordsOf(survey)
    const isOver = ticket?.category === 'solved' || ticket?.category === 'closed'
    const step = isOver
      ? { name: 'ticket.followUp', input: { ticketId, subject: asked.whenLow.subject, body } }
      : { name: 'ticket.note', input: { ticketId, body } }
    return {
      steps: [step],
      by: 'system',
      refusal: 'of-one',
      afterwards: ([outcome]) => {
        const of = { kind: 'survey', id: survey.id } as const
        if (outcome === undefined || 'refused' in outcome)
          return [draft(of, 'survey.loopClosed', { refused: outcome?.refused ?? '' })]
        const id = (isOver ? outcome.record.id : ticketId) as TicketId
        return [draft(of, 'survey.loopClosed', { ticketId: id })]
      },
    }
  },
  result: (_, input) => ({ kind: 'survey', id: input.surveyId }),
})

/** Nothing of what the customer wrote: that stands in the survey, where it can be redacted. */
function wordsOf({ id, kind, score }: Survey): string {
  const said = kind === 'goodBad' ? (score === 1 ? 'good' : 'bad') : `${score} of ${SCALES[kind][1]}`
  return `A survey was answered with ${said} (${id}).`
}
