/** The reference with what only databases have, transactions of a host and hints of work, so that the cases on these are tried too. */
import { memoryStore } from 'deskwright/memory'
import type { HostTransaction } from 'deskwright/testing'
import type { Store } from '../../src/desk/ports.ts'

type Act = (store: Store) => Promise<unknown>

export interface TransactionStore {
  readonly store: Store
  /** Others that write wait until it has ended; others that read see nothing of it. */
  openTransaction(): Promise<HostTransaction>
}

/**
 * A memory store that remembers all it was told. A transaction works on a copy, which is the same told anew; what it
 * did is told to the store when the host commits.
 */
export function transactionStore(): TransactionStore {
  const base = memoryStore()
  const told: Act[] = []
  const watchers = new Set<(queue: string) => void>()
  let turn: Promise<unknown> = Promise.resolve()

  /** Alone among all that write. */
  function alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work, work)
    turn = mine.catch(() => undefined)
    return mine
  }

  /** A store that writes by `tell`, and reads from `from`. */
  function speaking(from: Store, tell: <T>(act: (store: Store) => Promise<T>) => Promise<T>): Store {
    return {
      ...from,
      commit: (change) => tell((store) => store.commit(change)),
      claim: (queue, request) => tell((store) => store.claim(queue, request)),
      settle: (claim, settlement) => tell((store) => store.settle(claim, settlement)),
      reserve: (tenant, counter, n) => tell((store) => store.reserve(tenant, counter, n)),
    }
  }

  async function copyOf(acts: readonly Act[]): Promise<Store> {
    const copy = memoryStore()
    for (const act of acts) await act(copy)
    return copy
  }

  async function openTransaction(): Promise<HostTransaction> {
    let release = () => {}
    await new Promise<void>((begun) => {
      const ended = new Promise<void>((resolve) => {
        release = resolve
      })
      void alone(() => {
        begun()
        return ended
      })
    })
    const mine: Act[] = []
    const copy = await copyOf(told)
    const inner = speaking(copy, async (act) => {
      const result = await act(copy)
      mine.push(act)
      return result
    })
    return {
      transaction: { inner },
      async commit() {
        for (const act of mine) await act(base)
        told.push(...mine)
        release()
      },
      rollback: async () => release(),
    }
  }

  const store = speaking(base, (act) =>
    alone(async () => {
      const result = await act(base)
      told.push(act)
      return result
    }),
  )
  return {
    openTransaction,
    store: {
      ...store,
      async commit(change) {
        const outcome = await store.commit(change)
        for (const wake of watchers)
          for (const { queue } of change.set)
            try {
              wake(queue)
            } catch {}
        return outcome
      },
      within: (transaction) => ({ ...(transaction as { inner: Store }).inner, close: async () => undefined }),
      async watch(wake) {
        const own = (queue: string) => wake(queue)
        watchers.add(own)
        return async () => void watchers.delete(own)
      },
    },
  }
}
