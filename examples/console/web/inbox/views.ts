/** The views of the inbox: each is a condition, an order, and a name; the desk counts and finds by it. */
import type { FindInput } from 'deskwright'
import type { desk } from '../kit/desk.ts'
import { el, fill } from '../kit/dom.ts'
import type { People } from './people.ts'

type Find = NonNullable<Parameters<typeof desk.ticket.find>[0]>
type Where = NonNullable<Find['where']>

export interface View {
  readonly name: string
  readonly label: string
  readonly where: Where
  readonly order: NonNullable<FindInput<'ticket'>['order']>
  /** What an empty view says. */
  readonly empty: string
}

const WORKED_ON: Where = { field: 'category', in: ['new', 'open'] }
const UNSOLVED: Where = { field: 'category', in: ['new', 'open', 'pending', 'hold'] }
const DUE_FIRST = [{ field: 'nextDueAt' }, { field: 'openedAt' }] as const

export function viewsOf({ me, teams }: People): readonly View[] {
  return [
    {
      name: 'mine',
      label: 'Mine',
      where: { all: [UNSOLVED, { field: 'assigneeId', is: me.id }] },
      order: DUE_FIRST,
      empty: 'Nothing of yours is open. “Unassigned” may have something for you.',
    },
    {
      name: 'unassigned',
      label: 'Unassigned',
      where: { all: [WORKED_ON, { field: 'assigneeId', is: null }] },
      order: DUE_FIRST,
      empty: 'Everything has somebody who cares for it.',
    },
    {
      name: 'late',
      label: 'Late',
      where: { all: [UNSOLVED, { field: 'slaBreached', is: true }] },
      order: DUE_FIRST,
      empty: 'Nothing is late.',
    },
    ...teams
      .filter(({ id }) => me.teamIds.includes(id))
      .map(
        ({ id, name }): View => ({
          name: id,
          label: name,
          where: { all: [UNSOLVED, { field: 'teamId', is: id }] },
          order: DUE_FIRST,
          empty: 'This team has nothing open.',
        }),
      ),
    {
      name: 'escalated',
      label: 'Escalated',
      where: { all: [UNSOLVED, { not: { field: 'escalation', is: null } }] },
      order: DUE_FIRST,
      empty: 'Nobody is being called.',
    },
    {
      name: 'waiting',
      label: 'Waiting',
      where: { field: 'category', in: ['pending', 'hold'] },
      order: [{ field: 'changedAt' }],
      empty: 'Nobody is waited for.',
    },
    { name: 'open', label: 'All open', where: UNSOLVED, order: DUE_FIRST, empty: 'All is done.' },
    {
      name: 'solved',
      label: 'Solved',
      where: { field: 'category', in: ['solved', 'closed'] },
      order: [{ field: 'solvedAt', direction: 'desc' }],
      empty: 'Nothing has been solved yet.',
    },
  ]
}

interface Chosen {
  readonly view: View
  readonly counts: ReadonlyMap<string, number>
}

/** The list of views; each is a link, with the number of tickets in it. */
export function fillViews(nav: Element, views: readonly View[], { view, counts }: Chosen): void {
  const links = views.map(({ name, label }) => {
    const count = counts.get(name) ?? 0
    return el(
      'li',
      {},
      el(
        'a',
        { href: `#/${name}`, 'data-focus': name, 'aria-current': name === view.name && 'page' },
        el('span', {}, label),
        el('span', { class: name === 'late' && count > 0 ? 'count late' : 'count' }, String(count)),
      ),
    )
  })
  fill(nav, el('ul', {}, ...links))
}
