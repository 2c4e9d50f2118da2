/** The agent's inbox: views, a list, and a ticket, kept fresh by what happens at the desk. */
import { saysError, type Ticket, whoAmI } from '../kit/desk.ts'
import { el, fill } from '../kit/dom.ts'
import { onKeys } from '../kit/keyboard.ts'
import { calmly, listen, placeOfNext } from '../kit/live.ts'
import { notices, warn } from '../kit/notice.ts'
import { setDeskTime, startTicking } from '../kit/time.ts'
import { topBar } from '../kit/top-bar.ts'
import { helpDialog } from './help.ts'
import { listPane } from './list.ts'
import { readPeople } from './people.ts'
import { readCounts, readList } from './read-list.ts'
import { ticketPane } from './ticket-pane.ts'
import { fillViews, type View, viewsOf } from './views.ts'

const AT_ONCE = 50

const me = await whoAmI()
const since = await placeOfNext()
setDeskTime(me.now)
const people = await readPeople(me)
const views = viewsOf(people)

const nav = el('nav', { class: 'views', 'aria-label': 'Views' })
const list = listPane(people, { filter: drawList, more: readMore })
const ticket = ticketPane(people)
const help = helpDialog()
const app = document.getElementById('app') as HTMLElement
const keys = el('button', { type: 'button', class: 'quiet keys', on: { click: () => help.showModal() } }, 'Keys')
fill(app, topBar(me, keys), nav, list.pane, ticket.pane, el('div', { class: 'notices' }, ...notices), help)

let view = views[0] as View
let most = AT_ONCE
let tickets: readonly Ticket[] | null = null
let isMore = false
let openId: Ticket['id'] | null = null
let counts: ReadonlyMap<string, number> = new Map()

function readMore(): void {
  most += AT_ONCE
  void refreshList()
}

function drawList(): void {
  list.draw({ view, tickets, isMore, openId, filter: list.filter.value })
  fillViews(nav, views, { view, counts })
}

async function refreshList(): Promise<void> {
  const wanted = view
  const [found, counted] = await Promise.all([readList(wanted, most), readCounts(views)])
  await people.meet(found.tickets.map(({ requesterId }) => requesterId))
  if (wanted !== view) return
  ;({ tickets, isMore } = found)
  counts = counted
  drawList()
}

/** `#/VIEW/TICKET`: the address is the state, so that links, the history and a reload work. */
async function route(): Promise<void> {
  const [, name = '', id = ''] = location.hash.split('/')
  const before = view
  view = views.find((one) => one.name === name) ?? (views[0] as View)
  openId = id === '' ? null : (id as Ticket['id'])
  app.dataset.at = openId === null ? 'list' : 'ticket'
  if (view !== before) {
    most = AT_ONCE
    tickets = null
    list.filter.value = ''
  }
  drawList()
  await Promise.all([refreshList().catch((error) => warn(saysError(error))), ticket.open(openId, view.name)])
  const { subject, number } = ticket.ticket() ?? {}
  document.title = subject === undefined ? `${view.label} · Kaffka` : `#${number} ${subject} · Kaffka`
  if (openId !== null && document.activeElement === document.body) ticket.pane.focus({ preventScroll: true })
}

const lookAtList = calmly(refreshList)
const lookAtTicket = calmly(async () => void (await ticket.refresh()))

onKeys({
  j: () => list.step(1),
  k: () => list.step(-1),
  u: () => location.assign(`#/${view.name}`),
  r: () => openId !== null && ticket.composer.write('reply'),
  n: () => openId !== null && ticket.composer.write('note'),
  a: () => void ticket.take(),
  '/': () => list.filter.focus(),
  '?': () => help.showModal(),
})
document.addEventListener('keydown', ({ key, target }) => {
  if (key === 'Escape' && target instanceof HTMLElement && target.matches('input, textarea')) target.blur()
})

window.addEventListener('hashchange', () => void route())
startTicking()
await route()
await listen(since, ({ record: { kind, id } }) => {
  // An answer to a survey, for one, is not the ticket's own, and may be about the one on the page.
  if (kind !== 'ticket') return openId === null ? undefined : lookAtTicket()
  lookAtList()
  // A part of the open ticket's family may be in its tree.
  if (openId !== null && (id === openId || ticket.ticket()?.related || ticket.ticket()?.parentId)) lookAtTicket()
})
