/** The survey after a request: the desk says what is asked, and takes the answer of whoever holds the token. */
import { desk, saysError, type Ticket } from '../kit/desk.ts'
import { el, fill, onSubmit } from '../kit/dom.ts'
import { say, warn } from '../kit/notice.ts'

type Question = Awaited<ReturnType<typeof desk.survey.byToken>>['questions'][number]

/** The host has the token, as it would for a mail. */
async function tokenOf(ticketId: Ticket['id']): Promise<string | null> {
  const response = await fetch(`/invitation?ticketId=${ticketId}`)
  return response.ok ? ((await response.json()) as { token: string | null }).token : null
}

/** @returns the form; `null`: nothing is asked. */
export async function readSurvey(ticketId: Ticket['id']): Promise<HTMLElement | null> {
  const token = await tokenOf(ticketId)
  if (token === null) return null
  const { questions } = await desk.survey.byToken({ token, languages: navigator.languages.slice(0, 20) })
  const form = el(
    'form',
    { class: 'survey', 'aria-label': 'Survey', on: { submit: onSubmit(send) } },
    ...questions.map(field),
    el('div', { class: 'send' }, el('button', { class: 'main' }, 'Answer')),
  )

  async function send(): Promise<void> {
    const answers = [...new FormData(form)].flatMap(([id, given]) => {
      const option = questions.find((one) => one.id === id)?.options.find(({ value }) => String(value) === given)
      return given === '' ? [] : [[id, option?.value ?? String(given)] as const]
    })
    try {
      await desk.survey.answer({ token: token as string, answers: Object.fromEntries(answers) })
      say('Thank you for your answer.')
      fill(form, el('p', {}, 'Thank you for your answer.'))
    } catch (error) {
      warn(saysError(error))
    }
  }
  return form
}

function field({ id, kind, text, required, options }: Question): HTMLElement {
  if (kind === 'comment')
    return el(
      'div',
      { class: 'field' },
      el('label', { for: `survey-${id}` }, text),
      el('textarea', { id: `survey-${id}`, name: id, rows: '2', required }),
    )
  return el(
    'fieldset',
    {},
    el('legend', {}, text),
    el(
      'div',
      { class: 'scale' },
      ...options.map((option) =>
        el('label', {}, el('input', { type: 'radio', name: id, value: option.value, required }), option.text),
      ),
    ),
  )
}
