/** Single keys for those who want them: never inside fields or dialogs, never with a modifier, and off when switched off. */

const OFF = 'single-keys-off'

export const singleKeys = {
  areOn: (): boolean => localStorage.getItem(OFF) === null,
  /** WCAG 2.1.4: keys of one character can be turned off, since speech input would press them. */
  turn(to: 'on' | 'off'): void {
    if (to === 'on') localStorage.removeItem(OFF)
    else localStorage.setItem(OFF, 'yes')
  },
}

export function onKeys(keys: Readonly<Record<string, () => void>>): void {
  document.addEventListener('keydown', (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event
    if (ctrlKey || metaKey || altKey || event.isComposing || isField(target)) return
    const press = Object.hasOwn(keys, key) ? keys[key] : undefined
    if (press === undefined || !singleKeys.areOn()) return
    event.preventDefault()
    press()
  })
}

function isField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, dialog') !== null
}
