/** What the customer said afterwards, or that they were asked. */
import { desk, type Ticket } from '../kit/desk.ts'
import { el } from '../kit/dom.ts'
import { ago } from '../kit/time.ts'
import { plain } from '../kit/words.ts'

type Survey = Awaited<ReturnType<typeof desk.survey.find>>['items'][number]

/** The latest survey on a ticket; `null`: there is none. */
export async function readSurvey(ticketId: Ticket['id']): Promise<Survey | null> {
  const { items } = await desk.survey.find({ where: { field: 'ticketId', is: ticketId }, limit: 1 })
  return items[0] ?? null
}

const SAYS: Readonly<Record<Exclude<Survey['state'], 'answered'>, string>> = {
  suppressed: 'The customer is not asked',
  planned: 'The customer will be asked',
  sent: 'The customer is asked; no answer yet',
  bounced: 'The survey did not arrive',
  withdrawn: 'The survey was taken back',
  expired: 'The customer gave no answer',
}

export function surveySection({ state, score, comments, answeredAt, reason }: Survey): HTMLElement {
  const words = Object.values(comments)
  return el(
    'section',
    { class: 'survey', 'aria-label': 'Survey' },
    el('h3', {}, 'Survey', answeredAt !== null && ago(answeredAt)),
    state === 'answered'
      ? el('p', {}, el('strong', {}, `${score} of 5`), words.length > 0 && ` · “${words.join('” “')}”`)
      : el('p', {}, `${SAYS[state]}${reason === null ? '' : ` (${plain(reason)})`}.`),
  )
}
