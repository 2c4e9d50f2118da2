/** The form for a new request. The desk checks it; what it refuses stands beside the field that it is about. */
import { isDeskError } from 'deskwright/client'
import { desk, saysError } from '../kit/desk.ts'
import { el, onSubmit } from '../kit/dom.ts'
import { say, warn } from '../kit/notice.ts'

const MACHINES = ['Piccolo', 'Doppio', 'Barista Pro'] as const
/** Impact and urgency, in the customer's words: the desk's policy makes a priority of them. */
const PRESSING = {
  ask: { label: 'I only wonder', type: 'question' },
  low: { label: 'It bothers me', type: 'incident', impact: 'low', urgency: 'medium' },
  high: { label: 'I cannot work', type: 'incident', impact: 'high', urgency: 'high' },
} as const

interface Field {
  readonly element: HTMLElement
  readonly input: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement
  /** Says what is wrong with it; `null`: nothing. */
  mark(wrong: string | null): void
}

function field(label: string, input: Field['input'], hint?: string): Field {
  const wrong = el('p', { class: 'wrong', id: `${input.id}-wrong` })
  const help = el('p', { class: 'hint', id: `${input.id}-hint` }, hint)
  if (hint) input.setAttribute('aria-describedby', help.id)
  return {
    input,
    element: el('div', { class: 'field' }, el('label', { for: input.id }, label), hint ? help : null, input, wrong),
    mark(says) {
      wrong.textContent = says
      if (says === null) input.removeAttribute('aria-invalid')
      else input.setAttribute('aria-invalid', 'true')
      input.setAttribute('aria-describedby', [hint ? help.id : '', says === null ? '' : wrong.id].join(' ').trim())
    },
  }
}

export function requestForm(): HTMLElement {
  const fields = {
    subject: field(
      'What is it about?',
      el('input', { id: 'subject', required: true, maxlength: '200', autocomplete: 'off' }),
    ),
    body: field(
      'Tell us more',
      el('textarea', { id: 'body', rows: '6', required: true }),
      'What happened, since when, and what you tried.',
    ),
    'fields.order': field(
      'Order number',
      el('input', { id: 'order', autocomplete: 'off' }),
      'If there is one, such as K-1041.',
    ),
    'fields.machine': field(
      'Machine',
      el(
        'select',
        { id: 'machine' },
        el('option', { value: '' }, 'None of these'),
        ...MACHINES.map((name) => el('option', {}, name)),
      ),
    ),
  }
  const pressing = el(
    'fieldset',
    {},
    el('legend', {}, 'How much does it press?'),
    ...Object.entries(PRESSING).map(([value, { label }]) =>
      el(
        'label',
        { class: 'radio' },
        el('input', { type: 'radio', name: 'pressing', value, checked: value === 'low' }),
        label,
      ),
    ),
  )
  const send = el('button', { class: 'main' }, 'Send')
  const { subject, body, 'fields.order': order, 'fields.machine': machine } = fields
  const form = el(
    'form',
    { class: 'column', on: { submit: onSubmit(submit) } },
    el('h1', { tabindex: '-1' }, 'New request'),
    subject.element,
    body.element,
    order.element,
    machine.element,
    pressing,
    el('div', { class: 'send' }, send, el('a', { href: '#/', class: 'button' }, 'Cancel')),
  )
  // One id for this form: pressing Send twice, or after a lost answer, opens one ticket.
  const commandId = crypto.randomUUID()

  async function submit(): Promise<void> {
    for (const one of Object.values(fields)) one.mark(null)
    const chosen = new FormData(form).get('pressing') as keyof typeof PRESSING
    const { label: _, ...level } = PRESSING[chosen]
    send.disabled = true
    try {
      const ticket = await desk.ticket.open(
        {
          ...level,
          subject: subject.input.value,
          body: body.input.value,
          channel: 'web',
          fields: {
            ...(order.input.value === '' ? {} : { order: order.input.value }),
            ...(machine.input.value === '' ? {} : { machine: machine.input.value as (typeof MACHINES)[number] }),
          },
        },
        { commandId },
      )
      say(`We have it: request #${ticket.number}.`)
      location.assign(`#/${ticket.id}`)
    } catch (error) {
      if (!showIssues(error, fields)) warn(saysError(error))
    } finally {
      send.disabled = false
    }
  }
  return form
}

/** Puts each thing that was refused beside its field. @returns whether all of them have one. */
function showIssues(error: unknown, fields: Readonly<Record<string, Field>>): boolean {
  if (!isDeskError(error)) return false
  const issues = (error.data.issues ?? []) as readonly { readonly place: string; readonly reason: string }[]
  const marked = issues.flatMap(({ place, reason }) => {
    const one = fields[place] ?? fields[`fields.${place}`]
    one?.mark(`This ${reason}.`)
    return one ?? []
  })
  marked[0]?.input.focus()
  return issues.length > 0 && marked.length === issues.length
}
