/** The customer's portal: a form, one's requests, and what was said in each. */
import { type Me, saysError, type Ticket, whoAmI } from '../kit/desk.ts'
import { el, fill } from '../kit/dom.ts'
import { calmly, listen, placeOfNext } from '../kit/live.ts'
import { notices } from '../kit/notice.ts'
import { setDeskTime, startTicking } from '../kit/time.ts'
import { topBar } from '../kit/top-bar.ts'
import { requestForm } from './form.ts'
import { requestPage } from './request.ts'
import { requestList } from './requests.ts'

interface Place {
  readonly element: HTMLElement
  /** Reads again what is shown. */
  readonly refresh: () => Promise<void>
}

const me = await whoAmI()
const since = await placeOfNext()
setDeskTime(me.now)
const main = el('main', { id: 'main', tabindex: '-1' })
const app = document.getElementById('app') as HTMLElement
fill(app, topBar(me), main, el('div', { class: 'notices' }, ...notices))

let place: Place | null = null

function placeAt(id: string, person: Me): Place {
  if (id === 'new') return { element: requestForm(), refresh: async () => {} }
  return id === '' ? requestList(person) : requestPage(id as Ticket['id'], person)
}

async function route(): Promise<void> {
  const [, id = ''] = location.hash.split('/')
  const next = placeAt(id, me)
  place = next
  try {
    await next.refresh()
    if (place !== next) return
    fill(main, next.element)
  } catch (error) {
    fill(main, el('p', { class: 'empty', role: 'alert' }, saysError(error)), el('a', { href: '#/' }, 'To my requests'))
  }
  const title = main.querySelector('h1')
  document.title = `${title?.textContent ?? 'My requests'} · Kaffka`
  // A new page is read from its title on.
  title?.focus({ preventScroll: true })
  scrollTo(0, 0)
}

window.addEventListener('hashchange', () => void route())
startTicking()
await route()
const look = calmly(async () => place?.refresh())
await listen(since, ({ record: { kind } }) => kind === 'ticket' && look())
