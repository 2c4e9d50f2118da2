/** The list of a view: one line or two for each ticket, the most urgent first, with the time left ticking. */
import type { Ticket } from '../kit/desk.ts'
import { el, fill, fillList, unseen } from '../kit/dom.ts'
import { ago, left } from '../kit/time.ts'
import { plain } from '../kit/words.ts'
import type { People } from './people.ts'
import type { View } from './views.ts'

export interface Listed {
  readonly view: View
  /** `null`: not read yet. */
  readonly tickets: readonly Ticket[] | null
  /** Whether there are more than were read. */
  readonly isMore: boolean
  readonly openId: string | null
  /** What is typed in the filter. */
  readonly filter: string
}

export interface ListPane {
  readonly pane: HTMLElement
  readonly filter: HTMLInputElement
  draw(listed: Listed): void
  /** Moves the focus to the next or the previous ticket. */
  step(by: 1 | -1): void
}

export function listPane(people: People, on: { readonly filter: () => void; readonly more: () => void }): ListPane {
  const filter = el('input', {
    type: 'search',
    placeholder: 'Filter',
    'aria-label': 'Filter this list',
    autocomplete: 'off',
    on: { input: on.filter },
  })
  const title = el('h1', {})
  const list = el('ul', { class: 'tickets' })
  const foot = el('div', { class: 'foot' })
  const pane = el(
    'section',
    { class: 'list', 'aria-label': 'Tickets' },
    el('div', { class: 'list-head' }, title, filter),
    list,
    foot,
  )
  return {
    pane,
    filter,
    draw(listed) {
      const { view, tickets, isMore, openId } = listed
      const shown = (tickets ?? []).filter((ticket) => isWanted(ticket, listed.filter, people))
      title.textContent = view.label
      fillList(list, shown, {
        key: ({ id }) => id,
        stamp: (ticket) => `${view.name} ${ticket.version} ${ticket.id === openId}`,
        make: (ticket) => item(ticket, { people, view, openId }),
      })
      fill(
        foot,
        tickets === null && el('p', { class: 'loading' }, 'Loading…'),
        tickets !== null &&
          shown.length === 0 &&
          el('p', { class: 'empty' }, listed.filter === '' ? view.empty : 'Nothing here matches the filter.'),
        isMore && el('button', { type: 'button', 'data-focus': 'more', on: { click: on.more } }, 'Show more'),
      )
    },
    step(by) {
      const links = [...list.querySelectorAll('a')]
      const at = links.indexOf(document.activeElement as HTMLAnchorElement)
      const from = at >= 0 ? at : links.findIndex((link) => link.hasAttribute('aria-current'))
      links[Math.max(0, Math.min(links.length - 1, from + by))]?.focus()
    },
  }
}

function isWanted(ticket: Ticket, filter: string, people: People): boolean {
  const { number, subject, requesterId, tags, priority } = ticket
  const text = [`#${number}`, subject, people.nameOf(requesterId), priority, ...tags].join(' ').toLowerCase()
  return filter
    .toLowerCase()
    .split(' ')
    .every((word) => text.includes(word))
}

function item(
  ticket: Ticket,
  { people, view, openId }: { people: People; view: View; openId: string | null },
): HTMLElement {
  const { id, number, subject, requesterId, assigneeId } = ticket
  return el(
    'li',
    {},
    el(
      'a',
      { href: `#/${view.name}/${id}`, 'data-focus': id, 'aria-current': id === openId && 'true' },
      el('span', { class: 'line' }, el('span', { class: 'subject' }, subject), standing(ticket)),
      el(
        'span',
        { class: 'line faint' },
        el('span', { class: 'who' }, `#${number} · ${people.nameOf(requesterId)}`),
        view.name !== 'mine' &&
          el(
            'span',
            { class: 'owner' },
            unseen('assigned to '),
            assigneeId === null ? 'nobody' : people.nameOf(assigneeId),
          ),
      ),
      el('span', { class: 'line chips' }, ...chips(ticket)),
    ),
  )
}

/** What presses most: that it is late, when it is due, or since when nothing happened. */
function standing({ slaBreached, nextDueAt, changedAt }: Ticket): HTMLElement {
  if (slaBreached) return el('strong', { class: 'late' }, 'late')
  return nextDueAt === null ? ago(changedAt) : left(nextDueAt)
}

/** Priority, status and tags, as small words. */
export function chips({ priority, status, category, escalation, tags }: Ticket): HTMLElement[] {
  return [
    el('span', { class: `chip ${priority}` }, unseen('Priority '), priority),
    el('span', { class: `chip ${category}` }, plain(status)),
    ...(escalation === null || escalation === 'acknowledged'
      ? []
      : [el('span', { class: 'chip escalated' }, 'escalated')]),
    ...tags.map((tag) => el('span', { class: 'chip tag' }, tag)),
  ]
}
