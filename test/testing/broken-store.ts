/** How stores are broken on purpose: the reference, with some methods replaced by ones that break a promise. */
import { memoryStore } from 'deskwright/memory'
import type { StoreSetup } from 'deskwright/testing'
import type { Change, Store } from '../../src/desk/ports.ts'

export interface BrokenStore {
  /** What is wrong with it, as the rest of a sentence on "a store that". */
  readonly that: string
  readonly setup: StoreSetup
  /** Cases that have to reject it, by id. There may be more. */
  readonly rejectedBy: readonly string[]
}

/** The reference with some of its methods replaced. */
export function broken(
  that: string,
  change: (store: Store) => Partial<Store>,
  rejectedBy: readonly string[],
): BrokenStore {
  const open = () => {
    const store = memoryStore()
    return { ...store, ...change(store) }
  }
  return { that, setup: { open }, rejectedBy }
}

/** Lets other work go on in the middle of a method, as a database does. */
export const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

export const NOTHING: Omit<Change, 'tenant'> = {
  writes: [],
  checks: [],
  journal: [],
  set: [],
  clear: [],
  settle: [],
  command: null,
}
