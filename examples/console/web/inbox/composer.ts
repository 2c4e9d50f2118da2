/** Where replies and notes are written. A draft belongs to its ticket, and outlives looking at another one. */
import { isDeskError } from 'deskwright/client'
import { desk, saysError, type Ticket } from '../kit/desk.ts'
import { el, fill, onSubmit } from '../kit/dom.ts'
import { say, warn } from '../kit/notice.ts'
import type { People } from './people.ts'

type Mode = 'reply' | 'note'

interface Draft {
  body: string
  mode: Mode
  /** How the ticket stood when the writing began: what came in between may change what one would say. */
  since: Ticket | null
  /** The same for the same words: sent twice, or again after a lost answer, they stand there once. */
  commandId: string
}

function newDraft(mode: Mode): Draft {
  return { body: '', mode, since: null, commandId: crypto.randomUUID() }
}

export interface Composer {
  readonly element: HTMLElement
  show(ticket: Ticket): void
  /** Goes to the text, to write one or the other. */
  write(mode: Mode): void
}

export function composer(people: People, refresh: () => Promise<Ticket | null>): Composer {
  const drafts = new Map<string, Draft>()
  let ticket: Ticket
  let draft: Draft = newDraft('reply')

  const body = el('textarea', {
    id: 'body',
    rows: 3,
    on: {
      input: () => {
        draft.body = body.value
        draft.since = body.value === '' ? null : (draft.since ?? ticket)
        draft.commandId = crypto.randomUUID()
      },
      keydown: (event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
        event.preventDefault()
        void send({})
      },
    },
  })
  const label = el('label', { for: 'body', class: 'unseen' })
  const modes = (['reply', 'note'] as const).map((mode) =>
    el('input', { type: 'radio', name: 'mode', id: mode, value: mode, on: { change: () => choose(mode) } }),
  )
  const buttons = el('div', { class: 'send' })
  const element = el(
    'form',
    { class: 'composer', 'aria-label': 'Write', on: { submit: onSubmit(() => send({})) } },
    el(
      'fieldset',
      { class: 'modes' },
      el('legend', { class: 'unseen' }, 'What you write'),
      ...modes.flatMap((input) => [input, el('label', { for: input.id }, input.value === 'reply' ? 'Reply' : 'Note')]),
    ),
    label,
    body,
    buttons,
  )

  function choose(mode: Mode): void {
    draft.mode = mode
    for (const input of modes) input.checked = input.value === mode
    element.dataset.mode = mode
    label.textContent = mode === 'reply' ? `Reply to ${people.nameOf(ticket.requesterId)}` : 'Note for colleagues'
    body.placeholder = mode === 'reply' ? `To ${people.nameOf(ticket.requesterId)}` : 'Only colleagues see this'
    fill(
      buttons,
      ...(mode === 'reply' ? replyButtons() : [el('button', { class: 'main', 'data-focus': 'send' }, 'Add note')]),
    )
  }

  function replyButtons(): HTMLElement[] {
    if (ticket.category === 'closed')
      return [el('button', { class: 'main', 'data-focus': 'send' }, 'Send as a follow-up')]
    const rest = (['pending', 'solved'] as const).flatMap((category) => {
      const status = people.statuses.find((one) => one.category === category)?.name
      const label = category === 'solved' ? 'Send and solve' : 'Send and wait'
      const click = () => void send({ status: status ?? category })
      return status === undefined
        ? []
        : [el('button', { type: 'button', 'data-focus': category, on: { click } }, label)]
    })
    return [el('button', { class: 'main', 'data-focus': 'send' }, 'Send'), ...rest]
  }

  async function send(move: { readonly status?: string }): Promise<void> {
    if (body.value.trim() === '') return body.focus()
    const { mode, body: text, since, commandId } = draft
    const before = since ?? ticket
    const input = { ticketId: ticket.id, body: text }
    try {
      await (mode === 'note'
        ? desk.ticket.note(input, { commandId })
        : desk.ticket.reply({ ...input, ...move, channel: 'web' }, { commandId, ifVersion: before.version }))
      drafts.delete(before.id)
      say(mode === 'note' ? 'Note added.' : `Reply to #${before.number} sent.`)
      await refresh()
    } catch (error) {
      await refused(error, { move, before })
    }
  }

  /** A colleague's message that came in between is shown before this one goes out; any other change stands in nobody's way. */
  async function refused(
    error: unknown,
    { move, before }: { move: { readonly status?: string }; before: Ticket },
  ): Promise<void> {
    const now = await refresh().catch(() => null)
    if (!isDeskError(error, 'store.stale-version') || now?.id !== before.id) return warn(saysError(error))
    draft.since = now
    if (now.messageCount === before.messageCount && now.category === before.category) return send(move)
    warn(
      `Ticket #${now.number} has moved on since you began to write. Your text is kept; look at what is new, then send it.`,
      {
        label: 'Send it as it is',
        choose: () => send(move),
      },
    )
  }

  return {
    element,
    show(next) {
      const isOther = next.id !== ticket?.id
      ticket = next
      draft = drafts.get(next.id) ?? newDraft(isOther ? 'reply' : draft.mode)
      drafts.set(next.id, draft)
      if (body.value !== draft.body) body.value = draft.body
      choose(draft.mode)
    },
    write(mode) {
      choose(mode)
      body.focus()
    },
  }
}
