/** The customer's requests, the latest first. */
import { desk, type Me, type Ticket } from '../kit/desk.ts'
import { el, fill, fillList } from '../kit/dom.ts'
import { ago } from '../kit/time.ts'
import { saysStatus } from './status.ts'

export function requestList(me: Me) {
  const list = el('ul', { class: 'requests' })
  const foot = el('div', {})
  const element = el(
    'div',
    { class: 'column' },
    el(
      'div',
      { class: 'title-row' },
      el('h1', { tabindex: '-1' }, 'My requests'),
      el('a', { class: 'button main', href: '#/new' }, 'New request'),
    ),
    list,
    foot,
  )
  const item = (ticket: Ticket) =>
    el(
      'li',
      {},
      el(
        'a',
        { href: `#/${ticket.id}`, 'data-focus': ticket.id },
        el(
          'span',
          { class: 'line' },
          el('span', { class: 'subject' }, ticket.subject),
          el('span', { class: `chip ${ticket.category}` }, saysStatus(ticket)),
        ),
        el(
          'span',
          { class: 'line faint' },
          `#${ticket.number}${ticket.requesterId === me.id ? '' : ' · by a colleague'}`,
          ago(ticket.changedAt),
        ),
      ),
    )
  let most = 20
  async function refresh(): Promise<void> {
    const { items, next } = await desk.ticket.find({ order: [{ field: 'changedAt', direction: 'desc' }], limit: most })
    fillList(list, items, { key: ({ id }) => id, stamp: ({ version }) => String(version), make: item })
    const more = () => {
      most = Math.min(200, most + 20)
      void refresh()
    }
    fill(
      foot,
      items.length === 0 &&
        el(
          'p',
          { class: 'empty' },
          'You have asked nothing yet. If something is wrong, or you only wonder: write to us.',
        ),
      next !== null &&
        most < 200 &&
        el('button', { type: 'button', 'data-focus': 'more', on: { click: more } }, 'Show more'),
    )
  }
  return { element, refresh }
}
