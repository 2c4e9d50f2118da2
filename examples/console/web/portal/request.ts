/** One request: what was said, where to answer, and what the customer may do: say that it is solved, or that it is not. */
import { fillConversation } from '../kit/conversation.ts'
import { desk, type Me, saysError, type Ticket, wholeTimeline } from '../kit/desk.ts'
import { el, fill, onSubmit } from '../kit/dom.ts'
import { say, warn } from '../kit/notice.ts'
import { saysDue } from '../kit/time.ts'
import { saysEvent } from '../kit/words.ts'
import { saysStatus } from './status.ts'
import { readSurvey } from './survey.ts'

const LOOKS = 3
/** Moves that a customer cares for; where the request stands says its head. */
const TOLD: ReadonlySet<string> = new Set(['ticket.solved', 'ticket.reopened', 'ticket.closed'])

export function requestPage(ticketId: Ticket['id'], me: Me) {
  const title = el('h1', { tabindex: '-1' })
  const standing = el('p', { class: 'chips' })
  const promise = el('p', { class: 'promise' })
  const asked = el('div', {})
  const talk = el('ol', { class: 'conversation', 'aria-label': 'Conversation' })
  // The same for the same words: sent twice, or again after a lost answer, they stand there once.
  let commandId = crypto.randomUUID()
  const body = el('textarea', {
    id: 'body',
    rows: '4',
    required: true,
    on: {
      input: () => {
        commandId = crypto.randomUUID()
      },
    },
  })
  const buttons = el('div', { class: 'send' })
  const form = el(
    'form',
    { class: 'composer', 'aria-label': 'Answer', on: { submit: onSubmit(reply) } },
    el('label', { for: 'body' }, 'Your answer'),
    body,
    buttons,
  )
  const element = el(
    'div',
    { class: 'column' },
    el('a', { class: 'back', href: '#/' }, '‹ My requests'),
    title,
    standing,
    promise,
    talk,
    asked,
    form,
  )
  const nameOf = (id: string) => (id === me.id ? 'You' : id.startsWith('cus_') ? 'A colleague' : 'Kaffka')

  let looks = 0

  async function refresh(): Promise<void> {
    const [ticket, entries] = await Promise.all([desk.ticket.get({ ticketId }), wholeTimeline(ticketId)])
    title.textContent = ticket.subject
    fill(
      standing,
      el('span', { class: `chip ${ticket.category}` }, saysStatus(ticket)),
      el('span', { class: 'number' }, `#${ticket.number}`),
    )
    promise.textContent = saysPromise(ticket)
    fillConversation(talk, entries, {
      nameOf,
      sideOf: ({ authorId }) => (authorId === me.id ? 'ours' : 'theirs'),
      says: (entry) => (TOLD.has(entry.event.name) ? saysEvent(entry, nameOf) : null),
    })
    drawButtons(ticket)
    if (ticket.category === 'solved' && ticket.requesterId === me.id) return ask()
    fill(asked)
    looks = 0
  }

  /** The desk sends a survey a moment after solving, so one that is not there yet is looked for again, and then let be. */
  async function ask(): Promise<void> {
    if (asked.hasChildNodes()) return
    fill(asked, await readSurvey(ticketId))
    if (!asked.hasChildNodes() && looks++ < LOOKS) setTimeout(() => void ask().catch(() => {}), 1500)
  }

  function drawButtons({ category, requesterId, number }: Ticket): void {
    const mine = requesterId === me.id
    const isDone = category === 'solved' || category === 'closed'
    const button = (label: string, act: () => Promise<unknown>) =>
      el(
        'button',
        { type: 'button', 'data-focus': label, on: { click: () => void attempt(act, `#${number}: thank you.`) } },
        label,
      )
    fill(
      buttons,
      el('button', { class: 'main', 'data-focus': 'send' }, 'Send'),
      mine && !isDone && category !== 'new' && button('It is solved', () => desk.ticket.solve({ ticketId })),
      mine && category === 'solved' && button('It is not solved', () => desk.ticket.reopen({ ticketId })),
    )
  }

  async function attempt(act: () => Promise<unknown>, done: string): Promise<void> {
    try {
      await act()
      say(done)
      await refresh()
    } catch (error) {
      warn(saysError(error))
    }
  }

  async function reply(): Promise<void> {
    if (body.value.trim() === '') return body.focus()
    const text = body.value
    await attempt(async () => {
      const message = await desk.ticket.reply({ ticketId, body: text, channel: 'web' }, { commandId })
      body.value = ''
      commandId = crypto.randomUUID()
      // To a closed request an answer is a new one, which goes on from it.
      if (message.ticketId !== ticketId) location.assign(`#/${message.ticketId}`)
    }, 'Sent.')
  }

  return { element, refresh }
}

/** What the customer may expect; nothing where nothing is promised, or the promise is broken already. */
function saysPromise({ nextDueAt, slaBreached, category }: Ticket): string {
  if (category === 'pending') return 'We have answered, and wait for you.'
  if (nextDueAt === null || slaBreached) return ''
  return `You hear from us soon: ${saysDue(nextDueAt)} at the latest.`
}
