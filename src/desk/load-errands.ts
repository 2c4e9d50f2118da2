/** Most tickets carry nothing on to others, so what does is loaded for the first that may. */
import type { Draft } from '../domain/decider.ts'
import type { Bringing, Brought, Errand } from './cascade.ts'
import type { House } from './house.ts'
import { loadRest } from './load-rest.ts'
import type { Task } from './ports.ts'
import type { Read } from './read.ts'

const CATCHING_UP: ReadonlySet<string> = new Set(['ticket.childOf', 'ticket.reopened', 'ticket.restored'])

/** What follows from events on tickets that hang together. */
export async function errandsAfter(house: House, read: Read, drafts: readonly Draft[]): Promise<readonly Errand[]> {
  const mayFollow =
    drafts.some(({ name }) => CATCHING_UP.has(name)) ||
    read.stored.some(({ kind, doc }) => kind === 'ticket' && doc.related)
  return mayFollow ? (await loadRest()).errandsOf(house, read, drafts) : []
}

/** Those for the commit that sets them off. */
export async function broughtBy(asked: Bringing, errands: readonly Errand[]): Promise<readonly Brought[]> {
  return errands.length === 0 ? [] : (await loadRest()).errandsNow(asked, errands)
}

/** The timers of those that come later. */
export async function timersOf(
  asked: Bringing,
  found: { readonly errands: readonly Errand[]; readonly drafts: readonly Draft[]; readonly now: string },
): Promise<readonly Task[]> {
  const isNone = found.errands.length === 0 && found.drafts.every(({ name }) => name !== 'ticket.cascaded')
  return isNone ? [] : (await loadRest()).errandsLater(asked, found)
}
