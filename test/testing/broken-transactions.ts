/** Stores that break a promise on work within a transaction of the host, or on hints of work. */
import type { Store } from '../../src/desk/ports.ts'
import { type BrokenStore, NOTHING } from './broken-store.ts'
import { type TransactionStore, transactionStore } from './transaction-store.ts'

function brokenWithin(
  that: string,
  change: (data: TransactionStore) => Partial<Store> & Partial<Pick<TransactionStore, 'openTransaction'>>,
  rejectedBy: readonly string[],
): BrokenStore {
  let data = transactionStore()
  let changed = change(data)
  const open = () => {
    data = transactionStore()
    changed = change(data)
    const { openTransaction: _openTransaction, ...methods } = changed
    return { ...data.store, ...methods }
  }
  return {
    that,
    setup: { open, openTransaction: () => (changed.openTransaction ?? data.openTransaction)() },
    rejectedBy,
  }
}

/** The store within a transaction, changed in one way. */
const inside = (change: (inner: Store, store: Store) => Partial<Store>) => (data: TransactionStore) => ({
  within(transaction: unknown) {
    const inner = data.store.within?.(transaction) ?? data.store
    return { ...inner, ...change(inner, data.store) }
  },
})

export const brokenTransactions: readonly BrokenStore[] = [
  brokenWithin(
    'commits at once what is written within a transaction',
    ({ store }) => ({
      within: () => ({ ...store, close: async () => undefined }),
      // Nothing is held, so that what is written by the way does not wait for it.
      openTransaction: async () => ({
        transaction: null,
        commit: async () => undefined,
        rollback: async () => undefined,
      }),
    }),
    ['store.within.rolled-back', 'store.within.unseen', 'store.beside.version'],
  ),
  brokenWithin(
    'reads outside the transaction in which it writes',
    inside((_, { get, find, count, descendants, history, nextDue }) => ({
      get,
      find,
      count,
      descendants,
      history,
      nextDue,
    })),
    ['store.within.own-writes'],
  ),
  brokenWithin(
    'looks for command ids outside the transaction',
    inside((inner, store) => ({
      command: store.command,
      async commit(change) {
        const first = change.command && (await store.command(change.tenant, change.command.id))
        return first ? { committed: false, first } : inner.commit({ ...change, command: null })
      },
    })),
    ['store.within.own-writes', 'store.within.repeated', 'store.within.committed'],
  ),
  brokenWithin(
    'leaves in the transaction what was written before a refusal',
    inside((inner) => ({
      async commit(change) {
        const [first, ...rest] = change.writes
        if (!first || rest.length === 0) return inner.commit(change)
        await inner.commit({ ...change, ...NOTHING, writes: [first] })
        return inner.commit({ ...change, writes: rest })
      },
    })),
    [
      'store.within.stale-version',
      'store.within.stale-check',
      'store.within.stale-claim',
      'store.within.journal-place',
    ],
  ),
  brokenWithin(
    'cannot go on in a transaction after a refusal',
    inside((inner) => {
      let isAborted = false
      return {
        async commit(change) {
          if (isAborted) throw new Error('current transaction is aborted')
          return inner.commit(change).catch((error: unknown) => {
            isAborted = true
            throw error
          })
        },
      }
    }),
    ['store.within.stale-version', 'store.within.stale-outside'],
  ),
  brokenWithin(
    'ends the host’s transaction when it is closed',
    (data) => {
      let latest: Awaited<ReturnType<TransactionStore['openTransaction']>> | null = null
      return {
        async openTransaction() {
          latest = await data.openTransaction()
          return latest
        },
        within(transaction) {
          const inner = data.store.within?.(transaction) ?? data.store
          return { ...inner, close: async () => latest?.commit() }
        },
      }
    },
    ['store.within.close'],
  ),
  brokenWithin(
    'sets tasks outside the transaction',
    ({ store, openTransaction }) => {
      let late: Parameters<Store['commit']>[0][] = []
      return {
        async openTransaction() {
          const host = await openTransaction()
          const flush = (end: () => Promise<void>) => async () => {
            await end()
            for (const change of late.splice(0)) await store.commit(change)
          }
          late = []
          return { ...host, commit: flush(host.commit), rollback: flush(host.rollback) }
        },
        within(transaction) {
          const inner = store.within?.(transaction) ?? store
          return {
            ...inner,
            async commit(change) {
              const outcome = await inner.commit({ ...change, set: [] })
              late.push({ ...change, ...NOTHING, set: change.set })
              return outcome
            },
          }
        },
      }
    },
    ['store.within.rolled-back', 'store.within.tasks'],
  ),
  brokenWithin(
    'lets a watcher’s error end the commit',
    ({ store }) => {
      const watchers: ((queue: string) => void)[] = []
      return {
        async watch(wake) {
          watchers.push(wake)
          return async () => void watchers.splice(watchers.indexOf(wake), 1)
        },
        async commit(change) {
          const outcome = await store.commit(change)
          for (const wake of watchers) wake('timer')
          return outcome
        },
      }
    },
    ['store.watch.throwing'],
  ),
  brokenWithin(
    'calls watchers that have ended',
    ({ store }) => ({
      async watch(wake) {
        await store.watch?.(wake)
        return async () => undefined
      },
    }),
    ['store.watch.ends'],
  ),
  brokenWithin(
    'tells watchers the key of the task, not its queue',
    ({ store }) => {
      const watchers = new Set<(queue: string) => void>()
      return {
        async watch(wake) {
          watchers.add(wake)
          return async () => void watchers.delete(wake)
        },
        async commit(change) {
          const outcome = await store.commit(change)
          for (const wake of watchers)
            for (const { key } of change.set)
              void Promise.resolve()
                .then(() => wake(key))
                .catch(() => undefined)
          return outcome
        },
      }
    },
    ['store.watch.queues'],
  ),
]
