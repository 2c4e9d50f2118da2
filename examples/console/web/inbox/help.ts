/** The keys, in a dialog of the browser's own: it holds the focus and gives it back. */
import { el } from '../kit/dom.ts'
import { singleKeys } from '../kit/keyboard.ts'

const KEYS: readonly (readonly [string, string])[] = [
  ['J, K', 'next, previous ticket in the list'],
  ['Enter', 'open it'],
  ['U', 'back to the list'],
  ['R', 'write a reply'],
  ['N', 'write a note'],
  ['A', 'take the ticket'],
  ['/', 'filter the list'],
  ['Ctrl or ⌘ Enter', 'send what is written'],
  ['Esc', 'leave a field, close this'],
  ['?', 'show the keys'],
]

export function helpDialog(): HTMLDialogElement {
  const on: HTMLInputElement = el('input', {
    type: 'checkbox',
    id: 'single-keys',
    checked: singleKeys.areOn(),
    on: { change: (): void => singleKeys.turn(on.checked ? 'on' : 'off') },
  })
  return el(
    'dialog',
    { class: 'help', 'aria-labelledby': 'help-title' },
    el('h2', { id: 'help-title' }, 'Keys'),
    el('dl', {}, ...KEYS.flatMap(([key, does]) => [el('dt', {}, el('kbd', {}, key)), el('dd', {}, does)])),
    el('p', {}, on, el('label', { for: 'single-keys' }, 'Single keys are on')),
    el('form', { method: 'dialog' }, el('button', { class: 'main' }, 'Close')),
  )
}
