/** What a store case is: one promise of the store port, as data that any test runner can run. */
import type { Store } from '../desk/ports.ts'

/** What a case is about, for grouping in reports. */
export type StoreCaseTopic =
  | 'atomicity'
  | 'race'
  | 'command'
  | 'snapshot'
  | 'isolation'
  | 'exactness'
  | 'condition'
  | 'order'
  | 'paging'
  | 'counting'
  | 'history'
  | 'task'
  | 'lease'
  | 'fence'
  | 'group'
  | 'number'
  | 'lifecycle'

/** What a case is given. */
export interface StoreContext {
  /** A fresh, empty, migrated store. */
  open(): Promise<Store>
  /** One more handle on the data of the store opened last: its own connection, its own instance. */
  openAnother(): Promise<Store>
}

export interface StoreCase {
  /** Lasting: it names the same promise in every release. */
  readonly id: string
  /** The promise, as a fact in the present tense. */
  readonly title: string
  readonly about: StoreCaseTopic
  /** `another`: it calls `openAnother`, so it is for stores whose `capabilities.processes` is `many`. */
  readonly needs?: 'another'
  /** Returns when the store keeps the promise; throws an error that tells what was found instead. */
  run(context: StoreContext): Promise<void>
}

type Untopical = Omit<StoreCase, 'about'>

/** The cases of one topic. */
export function casesAbout(about: StoreCaseTopic, cases: readonly Untopical[]): readonly StoreCase[] {
  return cases.map((one) => ({ ...one, about }))
}

/** A case on one fresh store. */
export function onOne(id: string, title: string, run: (store: Store) => Promise<void>): Untopical {
  return { id, title, run: async ({ open }) => run(await open()) }
}

/** A case on two handles of one fresh store. */
export function onTwo(id: string, title: string, run: (one: Store, other: Store) => Promise<void>): Untopical {
  return { id, title, needs: 'another', run: async ({ open, openAnother }) => run(await open(), await openAnother()) }
}
