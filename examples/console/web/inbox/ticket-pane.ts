/** One ticket: what it is about, what was said, where to write, and what stands beside it. */
import { fillConversation } from '../kit/conversation.ts'
import { desk, saysError, type Ticket, wholeTimeline } from '../kit/desk.ts'
import { el, fill, fillList } from '../kit/dom.ts'
import { left } from '../kit/time.ts'
import { saysEvent } from '../kit/words.ts'
import { type Deed, perform } from './act.ts'
import { clocksSection, readClocks } from './clocks.ts'
import { type Composer, composer } from './composer.ts'
import { escalationSection, readEscalations } from './escalations.ts'
import { aboutSection, workSection } from './facts.ts'
import { chips } from './list.ts'
import type { People } from './people.ts'
import { readSurvey, surveySection } from './survey.ts'
import { readTree, treeSection } from './tree.ts'

export interface TicketPane {
  readonly pane: HTMLElement
  readonly composer: Composer
  /** The ticket on the page. */
  readonly ticket: () => Ticket | null
  /** Shows a ticket, or that none is chosen. */
  open(ticketId: Ticket['id'] | null, view: string): Promise<void>
  /** Reads it again. */
  refresh(): Promise<Ticket | null>
  /** The agent who is signed in takes it. */
  take(): Promise<void>
}

/** A part of what stands beside the conversation, and all that it shows. */
interface Section {
  readonly is: string
  readonly of: unknown
  readonly make: () => HTMLElement | null
}

export function ticketPane(people: People): TicketPane {
  let asked: { readonly ticketId: Ticket['id'] | null; readonly view: string } = { ticketId: null, view: '' }
  let shown: Ticket | null = null
  const write = composer(people, refresh)
  const head = el('header', { class: 'ticket-head' })
  const talk = el('ol', { class: 'conversation', 'aria-label': 'Conversation' })
  const scroll = el(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Conversation and events' },
    talk,
  )
  const facts = el('aside', { class: 'facts', 'aria-label': 'Details' })
  const whole = el('div', { class: 'ticket' }, head, el('div', { class: 'talk' }, scroll, write.element), facts)
  const pane = el('main', { id: 'main', class: 'ticket-pane', tabindex: '-1', 'aria-label': 'Ticket' })

  const doIt = (deed: Pick<Deed, 'done' | 'act'>) =>
    shown === null ? Promise.resolve(false) : perform({ ...deed, ticket: shown, refresh })

  async function refresh(): Promise<Ticket | null> {
    const { ticketId, view } = asked
    if (ticketId === null) return null
    const [ticket, entries, clocks] = await Promise.all([
      desk.ticket.get({ ticketId }),
      wholeTimeline(ticketId),
      readClocks(ticketId),
    ])
    const [tree, survey, escalations] = await Promise.all([
      readTree(ticket),
      readSurvey(ticketId),
      readEscalations(ticketId),
      people.meet([ticket.requesterId]),
    ])
    // Meanwhile another one was asked for.
    if (asked.ticketId !== ticketId) return null
    const isNews = shown?.id !== ticket.id || shown.messageCount !== ticket.messageCount
    shown = ticket
    drawHead(ticket)
    fillConversation(talk, entries, {
      nameOf: people.nameOf,
      sideOf: ({ authorKind }) => (authorKind === 'customer' ? 'theirs' : 'ours'),
      says: (entry) => saysEvent(entry, people.nameOf),
    })
    const { status, category, assigneeId, teamId, priority, fields, channel } = ticket
    const customer = people.customer(ticket.requesterId)
    // A section that says the same stays, so that nothing closes while somebody chooses in it.
    const sections: readonly Section[] = [
      {
        is: 'work',
        of: [ticketId, status, category, assigneeId, teamId, priority],
        make: () => workSection(ticket, people, doIt),
      },
      { is: 'clocks', of: clocks, make: () => clocks && clocksSection(clocks) },
      { is: 'tree', of: tree, make: () => tree && treeSection(tree, { view, openId: ticket.id }) },
      {
        is: 'escalations',
        of: [ticketId, category, escalations],
        make: () => escalationSection({ ticket, escalations, people, perform: doIt }),
      },
      { is: 'survey', of: survey, make: () => survey && surveySection(survey) },
      { is: 'about', of: [fields, channel, customer], make: () => aboutSection(ticket, customer) },
    ]
    fillList(facts, sections, {
      key: ({ is }) => is,
      stamp: ({ of }) => JSON.stringify(of),
      make: ({ make }) => make() ?? el('section', { hidden: true }),
    })
    write.show(ticket)
    fill(pane, whole)
    if (isNews) scroll.scrollTop = scroll.scrollHeight
    return ticket
  }

  function drawHead(ticket: Ticket): void {
    const { id: ticketId, number, subject, category, assigneeId, nextDueAt, slaBreached } = ticket
    const isDone = category === 'solved' || category === 'closed'
    const button = (label: string, deed: Pick<Deed, 'done' | 'act'>) =>
      el('button', { type: 'button', 'data-focus': label, on: { click: () => void doIt(deed) } }, label)
    fill(
      head,
      el('a', { class: 'back', href: `#/${asked.view}` }, '‹ List'),
      el('h2', {}, subject),
      el(
        'p',
        { class: 'chips' },
        el('span', { class: 'number' }, `#${number}`),
        ...chips(ticket),
        slaBreached && el('strong', { class: 'late' }, 'late'),
        nextDueAt && left(nextDueAt),
      ),
      el(
        'div',
        { class: 'actions' },
        el(
          'button',
          { type: 'button', class: 'narrow-only', 'data-focus': 'reply', on: { click: () => write.write('reply') } },
          'Reply',
        ),
        assigneeId !== people.me.id &&
          !isDone &&
          el('button', { type: 'button', 'data-focus': 'take', on: { click: () => void take() } }, 'Take it'),
        isDone
          ? category === 'solved' &&
              button('Reopen', {
                done: `#${number} is open again.`,
                act: (options) => desk.ticket.reopen({ ticketId }, options),
              })
          : button('Solve', {
              done: `#${number} is solved.`,
              act: (options) => desk.ticket.solve({ ticketId }, options),
            }),
      ),
    )
  }

  async function take(): Promise<void> {
    const ticketId = asked.ticketId
    if (ticketId === null || shown === null) return
    const done = `#${shown.number} is yours.`
    await doIt({ done, act: (options) => desk.ticket.assign({ ticketId, assigneeId: people.me.id }, options) })
  }

  return {
    pane,
    composer: write,
    ticket: () => shown,
    refresh,
    take,
    async open(ticketId, view) {
      const isOther = ticketId !== asked.ticketId
      asked = { ticketId, view }
      if (ticketId === null) {
        shown = null
        fill(
          pane,
          el('p', { class: 'empty' }, 'Choose a ticket. J and K move in the list, Enter opens, ? shows all keys.'),
        )
        return
      }
      if (isOther) {
        shown = null
        fill(pane, el('p', { class: 'loading', role: 'status' }, 'Loading…'))
      }
      try {
        await refresh()
      } catch (error) {
        fill(pane, el('p', { class: 'empty', role: 'alert' }, saysError(error)))
      }
    },
  }
}
