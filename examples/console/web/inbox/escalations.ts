/** Who is called when nobody answers: the ladders at work for a ticket, and what one can do about them. */
import { desk, type Ticket } from '../kit/desk.ts'
import { el } from '../kit/dom.ts'
import { left } from '../kit/time.ts'
import type { Deed } from './act.ts'
import type { People } from './people.ts'

type Escalation = Awaited<ReturnType<typeof desk.escalation.find>>['items'][number]
type Do = (deed: Pick<Deed, 'done' | 'act'>) => Promise<boolean>

/** Those that run, and the latest of those that ended. */
export async function readEscalations(ticketId: Ticket['id']): Promise<readonly Escalation[]> {
  const { items } = await desk.escalation.find({ of: ticketId, limit: 10 })
  const running = items.filter(({ status }) => status !== 'resolved')
  return running.length > 0 ? running : items.slice(0, 1)
}

interface Shown {
  readonly ticket: Ticket
  readonly escalations: readonly Escalation[]
  readonly people: People
  readonly perform: Do
}

export function escalationSection({ ticket, escalations, people, perform }: Shown): HTMLElement | null {
  const isDone = ticket.category === 'solved' || ticket.category === 'closed'
  const runs = escalations.some(({ status }) => status !== 'resolved')
  if (escalations.length === 0 && (isDone || people.ladders.length === 0)) return null
  return el(
    'section',
    { class: 'escalations', 'aria-label': 'Escalation' },
    el('h3', {}, 'Escalation'),
    ...escalations.map((one) => item(one, people, perform)),
    !runs && !isDone && startForm(ticket, people, perform),
  )
}

function item(escalation: Escalation, people: People, perform: Do): HTMLElement {
  const { id: escalationId, policy, status, nextAt } = escalation
  const button = (label: string, done: string, act: () => Promise<unknown>) =>
    el(
      'button',
      { type: 'button', 'data-focus': `${escalationId} ${label}`, on: { click: () => void perform({ done, act }) } },
      label,
    )
  const waits = status === 'triggered' || status === 'exhausted'
  return el(
    'div',
    { class: 'escalation', 'data-status': status },
    el('p', {}, el('strong', {}, policy), ` · ${saysStatus(escalation, people)}`),
    nextAt !== null &&
      el('p', { class: 'faint' }, status === 'acknowledged' ? 'Asks again: ' : 'Goes on: ', left(nextAt)),
    status !== 'resolved' &&
      el(
        'div',
        { class: 'choices' },
        waits &&
          button('Acknowledge', 'You have it; nobody else is called.', () =>
            desk.escalation.acknowledge({ escalationId }),
          ),
        status === 'triggered' &&
          button('Next step', 'The next step was told.', () => desk.escalation.escalate({ escalationId })),
        button('End', 'The escalation has ended.', () => desk.escalation.resolve({ escalationId })),
      ),
  )
}

function saysStatus({ status, step, told, acknowledgedBy }: Escalation, { nameOf }: People): string {
  const named = (ids: readonly string[]) => ids.map(nameOf).join(', ')
  switch (status) {
    case 'triggered':
      return told.length === 0 ? `step ${step}` : `step ${step} told ${named(told)}`
    case 'acknowledged':
      return `${named(acknowledgedBy)} has it`
    case 'exhausted':
      return 'nobody answered, and no step is left'
    case 'resolved':
      return 'ended'
    default:
      return status satisfies never
  }
}

function startForm({ id: ticketId }: Ticket, { ladders }: People, perform: Do): HTMLElement {
  const ladder = el('select', { 'aria-label': 'Whom to call' }, ...ladders.map((name) => el('option', {}, name)))
  const start = () =>
    perform({ done: 'Escalated.', act: () => desk.escalation.start({ ticketId, policy: ladder.value }) })
  return el(
    'div',
    { class: 'start' },
    ladder,
    el('button', { type: 'button', 'data-focus': 'escalate', on: { click: () => void start() } }, 'Escalate'),
  )
}
