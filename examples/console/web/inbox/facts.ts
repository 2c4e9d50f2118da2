/** What stands beside a conversation: who works on it and how, whom it is for, and what the shop knows of it. */
import { type Customer, desk, type Ticket } from '../kit/desk.ts'
import { el } from '../kit/dom.ts'
import { plain } from '../kit/words.ts'
import type { Deed } from './act.ts'
import type { People } from './people.ts'

type Do = (deed: Pick<Deed, 'done' | 'act'>) => Promise<boolean>

const PRIORITIES = ['P1', 'P2', 'P3', 'P4', 'P5'] as const

/** The verb that leads to a status, by its category. */
function move(ticket: Ticket, status: string, { statuses }: People): Deed['act'] {
  const category = statuses.find(({ name }) => name === status)?.category
  const isDone = ticket.category === 'solved' || ticket.category === 'closed'
  const verb = {
    new: 'resume',
    open: isDone ? 'reopen' : 'resume',
    pending: 'pend',
    hold: 'hold',
    solved: 'solve',
    closed: 'close',
  } as const
  return (options) => desk.ticket[verb[category ?? 'open']]({ ticketId: ticket.id, status }, options)
}

export function workSection(ticket: Ticket, people: People, perform: Do): HTMLElement {
  const { id: ticketId, assigneeId, teamId, priority, status } = ticket
  const choices = [
    choice(
      'Status',
      status,
      people.statuses.map(({ name }) => [name, plain(name)]),
      (name) => perform({ done: `Set to ${plain(name)}.`, act: move(ticket, name, people) }),
    ),
    choice('Assignee', assigneeId ?? '', [['', 'Nobody'], ...named(people.agents)], (id) =>
      perform({
        done: id === '' ? 'Nobody is assigned now.' : `Given to ${people.nameOf(id)}.`,
        act: (options) => desk.ticket.assign({ ticketId, assigneeId: (id || null) as Ticket['assigneeId'] }, options),
      }),
    ),
    choice('Team', teamId ?? '', [['', 'No team'], ...named(people.teams)], (id) =>
      perform({
        done: 'The team was changed.',
        act: (options) => desk.ticket.assign({ ticketId, teamId: (id || null) as Ticket['teamId'] }, options),
      }),
    ),
    choice(
      'Priority',
      priority,
      PRIORITIES.map((name) => [name, name]),
      (name) =>
        perform({
          done: `Priority is ${name}.`,
          act: (options) => desk.ticket.change({ ticketId, priority: name as Ticket['priority'] }, options),
        }),
    ),
  ]
  return el('section', { class: 'work', 'aria-label': 'Work' }, el('h3', {}, 'Work'), ...choices)
}

function named(ones: readonly { readonly id: string; readonly name: string }[]): [string, string][] {
  return ones.map(({ id, name }) => [id, name])
}

function choice(
  label: string,
  chosen: string,
  options: readonly (readonly [value: string, label: string])[],
  choose: (value: string) => Promise<boolean>,
): HTMLElement {
  const select = el(
    'select',
    {
      'data-focus': label,
      on: {
        change: async () => {
          // What was refused is not shown as if it were so.
          if (!(await choose(select.value))) select.value = chosen
        },
      },
    },
    ...options.map(([value, text]) => el('option', { value, selected: value === chosen }, text)),
  )
  return el('label', {}, el('span', {}, label), select)
}

export function aboutSection({ fields, channel }: Ticket, customer: Customer | undefined): HTMLElement {
  const address = customer?.identities.find(({ kind }) => kind === 'email' || kind === 'phone')?.value
  const rows = [
    ['Customer', customer?.name ?? 'Unknown'],
    ['Reach', address],
    ['Came by', channel],
    ['Order', fields.order],
    ['Machine', fields.machine],
  ].filter((row): row is [string, string] => row[1] !== undefined)
  return el(
    'section',
    { 'aria-label': 'About' },
    el('h3', {}, 'About'),
    el('dl', {}, ...rows.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, ...breakable(value))])),
  )
}

/** An address breaks before its `@`, rather than anywhere. */
function breakable(value: string): (string | HTMLElement)[] {
  return value.split(/(?=@)/).flatMap((part, at) => (at === 0 ? [part] : [el('wbr'), part]))
}
