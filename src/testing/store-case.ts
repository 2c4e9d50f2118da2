/** What a store case is: one promise of the store port, as data that any test runner can run. */
import type { Store } from '../desk/ports.ts'

/** What a case is about, for grouping in reports. */
export type StoreCaseTopic =
  | 'atomicity'
  | 'race'
  | 'crash'
  | 'command'
  | 'snapshot'
  | 'isolation'
  | 'exactness'
  | 'condition'
  | 'order'
  | 'paging'
  | 'counting'
  | 'hierarchy'
  | 'history'
  | 'task'
  | 'lease'
  | 'fence'
  | 'group'
  | 'number'
  | 'transaction'
  | 'watch'
  | 'lifecycle'

/**
 * What a case needs beside a fresh store. A store that does not promise it is passed over, with the reason:
 * `another` a second handle (`processes: 'many'`), `restart` data that outlives its handles (`durable: true`),
 * `transaction` a transaction of the host (`within`), `beside` commits that can end while such a transaction is open,
 * `watch` hints of work (`watch`).
 */
export type StoreCaseNeed = 'another' | 'restart' | 'transaction' | 'beside' | 'watch'

/** A transaction that the host has opened on the store's database, on a connection of its own. */
export interface HostTransaction {
  /** What the store's `within` takes. */
  readonly transaction: unknown
  /** Ends the transaction; what was written in it stands. */
  commit(): Promise<void>
  /** Ends the transaction; nothing of it was ever there. */
  rollback(): Promise<void>
}

/** What a case is given. */
export interface StoreContext {
  /** A fresh, empty, migrated store. */
  open(): Promise<Store>
  /** One more handle on the data of the store opened last: its own connection, its own instance. */
  openAnother(): Promise<Store>
  /** The data of the store opened last, as a new process finds it after a crash: no handle was closed, none is used any more. */
  reopen(): Promise<Store>
  /** A transaction of the host on that data. One that the case leaves open is rolled back. */
  openTransaction(): Promise<HostTransaction>
}

export interface StoreCase {
  /** Lasting: it names the same promise in every release. */
  readonly id: string
  /** The promise, as a fact in the present tense. */
  readonly title: string
  readonly about: StoreCaseTopic
  readonly needs?: readonly StoreCaseNeed[]
  /** Returns when the store keeps the promise; throws an error that tells what was found instead. */
  run(context: StoreContext): Promise<void>
}

type Untopical = Omit<StoreCase, 'about'>
type Within = Pick<StoreContext, 'openTransaction'>

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
  return { id, title, needs: ['another'], run: async ({ open, openAnother }) => run(await open(), await openAnother()) }
}

/** One law as two cases: for rivals on one handle, and by turns on two. `on` gives the handle of the nth rival. */
export function onOneAndTwo(
  id: string,
  title: string,
  run: (store: Store, on: (n: number) => Store) => Promise<void>,
): Untopical[] {
  return [
    onOne(id, title, (store) => run(store, () => store)),
    onTwo(`${id}-two`, `on two handles, ${title}`, (one, other) => run(one, (n) => (n % 2 ? other : one))),
  ]
}

/** A case on a store that crashes: `reopen` gives what a new process finds. */
export function onCrash(
  id: string,
  title: string,
  run: (store: Store, reopen: () => Promise<Store>) => Promise<void>,
): Untopical {
  return { id, title, needs: ['restart'], run: async ({ open, reopen }) => run(await open(), reopen) }
}

/** A case on a store, the same store within a transaction of the host, and that transaction. */
export function onTransaction(
  id: string,
  title: string,
  run: (store: Store, begin: () => Promise<HostTransaction & { readonly inner: Store }>) => Promise<void>,
): Untopical {
  return {
    id,
    title,
    needs: ['transaction'],
    run: async (context) => {
      const store = await context.open()
      await run(store, () => begun(store, context))
    },
  }
}

/** The same, with commits outside while the transaction is open. */
export function besideTransaction(...[id, title, run]: Parameters<typeof onTransaction>): Untopical {
  return { ...onTransaction(id, title, run), needs: ['transaction', 'beside'] }
}

async function begun(store: Store, { openTransaction }: Within) {
  const host = await openTransaction()
  const inner = store.within?.(host.transaction)
  if (!inner) throw new Error('within: expected a store, found none')
  return { transaction: host.transaction, commit: () => host.commit(), rollback: () => host.rollback(), inner }
}
