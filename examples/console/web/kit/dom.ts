/** Makes elements, and puts new ones in the place of old ones without taking the focus away. Text only ever becomes text. */

type Child = Node | string | null | undefined | false
type Props = {
  readonly on?: { readonly [E in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[E]) => unknown }
} & { readonly [attribute: string]: unknown }

/** `el('a', { href: '#/new', class: 'button' }, 'New request')`. Attributes that are `null`, `undefined` or `false` are left out. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  { on = {}, ...attributes }: Props = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes))
    if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, value === true ? '' : String(value))
  for (const [name, listener] of Object.entries(on)) element.addEventListener(name, listener as EventListener)
  element.append(...children.filter(isThere))
  return element
}

function isThere(child: Child): child is Node | string {
  return child !== null && child !== undefined && child !== false
}

/** Replaces what is in a region. What had the focus keeps it, by its `data-focus`. */
export function fill(region: Element, ...children: readonly Child[]): void {
  const there = children.filter(isThere)
  if (there.length === region.childNodes.length && there.every((node, at) => node === region.childNodes[at])) return
  const focused = document.activeElement
  const name = focused && region.contains(focused) ? focused.getAttribute('data-focus') : null
  region.replaceChildren(...there)
  if (name === null) return
  // What is there no longer leaves the focus to the part of the page that it was in.
  const heir = region.querySelector(`[data-focus="${name}"]`) ?? region.closest('[tabindex="-1"]')
  if (heir instanceof HTMLElement) heir.focus({ preventScroll: true })
}

interface Keyed<T> {
  readonly key: (item: T) => string
  /** All that the item's element shows: the same text, the same element. */
  readonly stamp: (item: T) => string
  readonly make: (item: T) => HTMLElement
}

const made = new WeakMap<Element, { readonly key: string; readonly stamp: string }>()

/** Fills a list; items that look as before keep their elements. */
export function fillList<T>(list: Element, items: readonly T[], { key, stamp, make }: Keyed<T>): void {
  const before = new Map([...list.children].map((element) => [made.get(element)?.key, element]))
  const elements = items.map((item) => {
    const known = before.get(key(item))
    if (known && made.get(known)?.stamp === stamp(item)) return known
    const element = make(item)
    made.set(element, { key: key(item), stamp: stamp(item) })
    return element
  })
  fill(list, ...elements)
}

/** Sends a form by hand instead of by the browser. */
export function onSubmit(send: () => Promise<void>): (event: Event) => void {
  return (event) => {
    event.preventDefault()
    void send()
  }
}

/** Text for screen readers alone. */
export function unseen(text: string): HTMLElement {
  return el('span', { class: 'unseen' }, text)
}
