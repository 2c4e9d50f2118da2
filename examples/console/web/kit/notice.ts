/** Tells people what became of what they did: quietly when it worked, clearly when it did not. */
import { el, fill } from './dom.ts'

const said = el('p', { class: 'said', role: 'status' })
const refused = el('div', { class: 'refused', role: 'alert' })
let fade: ReturnType<typeof setTimeout> | undefined

/** The places where it is told; screen readers hear them wherever their reader is. */
export const notices: readonly HTMLElement[] = [said, refused]

/** Something worked. */
export function say(text: string): void {
  fill(refused)
  said.textContent = text
  clearTimeout(fade)
  fade = setTimeout(() => {
    said.textContent = ''
  }, 6000)
}

interface Choice {
  readonly label: string
  readonly choose: () => unknown
}

/** Something did not: it stays until it is read, with what can be done about it. */
export function warn(text: string, ...choices: readonly Choice[]): void {
  said.textContent = ''
  const close = (choose: Choice['choose']) => {
    fill(refused)
    // The button that had the focus is gone.
    document.getElementById('main')?.focus({ preventScroll: true })
    choose()
  }
  const button = ({ label, choose }: Choice) =>
    el('button', { type: 'button', on: { click: () => close(choose) } }, label)
  fill(
    refused,
    el('p', {}, text),
    el('div', { class: 'choices' }, ...[...choices, { label: 'Dismiss', choose: () => {} }].map(button)),
  )
}
