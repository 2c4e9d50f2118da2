/** The bar on top of both apps: where one is, whether the desk can be reached, who one is, and the way out. */
import { connection } from './connection.ts'
import type { Me } from './desk.ts'
import { el } from './dom.ts'
import { themeChoice } from './theme.ts'

const SAYS = { live: 'Live', offline: 'Offline: trying again' } as const

export function topBar(me: Me, ...more: readonly HTMLElement[]): HTMLElement {
  const state = el('p', { class: 'connection', role: 'status', 'data-state': 'live' }, SAYS.live)
  connection.watch((now) => {
    state.dataset.state = now
    state.textContent = SAYS[now]
  })
  return el(
    'header',
    { class: 'top' },
    el('a', { class: 'skip', href: '#main', on: { click: toMain } }, 'Skip to content'),
    el('p', { class: 'brand' }, el('a', { href: '#/' }, 'Kaffka')),
    state,
    ...more,
    themeChoice(),
    el('p', { class: 'me' }, me.name),
    el('form', { method: 'post', action: '/sign-out' }, el('button', { class: 'quiet' }, 'Sign out')),
  )
}

/** The address after `#` is the app's own, so the jump is made by hand. */
function toMain(event: Event): void {
  event.preventDefault()
  document.getElementById('main')?.focus()
}
