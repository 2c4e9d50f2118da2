/** The cases for several processes, on handles that reach one store over a slow and uneven wire. */
import type { StoreSetup } from 'deskwright/testing'
import { runStoreCase, runStoreCases, seededRandom, storeCases } from 'deskwright/testing'
import { describe, expect, it } from 'vitest'
import type { Store, StoredRecord } from '../../src/desk/ports.ts'
import { fault } from '../../src/domain/refusals.ts'
import { transactionStore } from './transaction-store.ts'

const random = seededRandom(20260302)

async function delay(): Promise<void> {
  for (let turns = Math.floor(random.next() * 3); turns > 0; turns -= 1)
    await new Promise<void>((resolve) => setImmediate(resolve))
}

/** One more handle on a store: calls and answers take their time, and closing it closes no other. */
function handleOn(store: Store): Store {
  let open = true
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    if (!open) throw fault('store.closed', {})
    await delay()
    const [outcome] = await Promise.allSettled([work()])
    await delay()
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  }
  return {
    capabilities: { processes: 'many', durable: true },
    migrate: () => call(() => store.migrate()),
    get: (...args) => call(() => store.get(...args)),
    find: (...args) => call(() => store.find(...args)),
    count: (...args) => call(() => store.count(...args)),
    descendants: (...args) => call(() => store.descendants(...args)),
    commit: (...args) => call(() => store.commit(...args)),
    claim: (...args) => call(() => store.claim(...args)),
    settle: (...args) => call(() => store.settle(...args)),
    dead: (...args) => call(() => store.dead(...args)),
    nextDue: (...args) => call(() => store.nextDue(...args)),
    reserve: (...args) => call(() => store.reserve(...args)),
    command: (...args) => call(() => store.command(...args)),
    history: (...args) => call(() => store.history(...args)),
    close: async () => {
      open = false
    },
    ...(store.within && { within: store.within }),
    ...(store.watch && { watch: store.watch }),
  }
}

/** Handles on one store, each changed in one way. */
function handles(change: (handle: Store) => Partial<Store> = () => ({})): StoreSetup {
  let data = transactionStore()
  const handle = () => {
    const one = handleOn(data.store)
    return { ...one, ...change(one) }
  }
  return {
    open() {
      data = transactionStore()
      return handle()
    },
    openAnother: handle,
    openTransaction: () => data.openTransaction(),
  }
}

describe('a store that several handles reach', () => {
  for (const storeCase of storeCases)
    it(`${storeCase.id}: ${storeCase.title}`, async () => {
      expect(await runStoreCase(storeCase, handles())).toEqual({ skipped: null })
    })
})

const BROKEN: readonly (readonly [broken: string, setup: StoreSetup, rejectedBy: readonly string[]])[] = [
  [
    'keep a cache of records each',
    handles((handle) => {
      const cache = new Map<string, StoredRecord | null>()
      return {
        async get(tenant, keys) {
          const fresh = await handle.get(tenant, keys)
          return keys.map(({ kind, id }, n) => {
            const key = JSON.stringify([tenant, kind, id])
            if (!cache.has(key)) cache.set(key, fresh[n] ?? null)
            return cache.get(key) ?? null
          })
        },
        async commit(change) {
          const outcome = await handle.commit(change)
          for (const { kind, id } of change.writes) cache.delete(JSON.stringify([change.tenant, kind, id]))
          return outcome
        },
      }
    }),
    ['store.race.no-lost-update-two'],
  ],
  [
    'reserve numbers each for itself',
    handles(() => {
      const counters = new Map<string, number>()
      return {
        async reserve(tenant, counter, n) {
          const first = counters.get(tenant + counter) ?? 1
          counters.set(tenant + counter, first + n)
          return first
        },
      }
    }),
    ['store.reserve.race-two'],
  ],
  [
    'remember commands each for itself',
    handles((handle) => {
      const done = new Map<string, NonNullable<Parameters<Store['commit']>[0]['command']>>()
      return {
        async commit(change) {
          const first = change.command && done.get(change.tenant + change.command.id)
          if (first) return { committed: false, first }
          if (change.command) done.set(change.tenant + change.command.id, change.command)
          return handle.commit({ ...change, command: null })
        },
      }
    }),
    ['store.command.race-two'],
  ],
]

describe('handles that', () => {
  for (const [name, setup, rejectedBy] of BROKEN)
    it(`${name} are rejected`, async () => {
      const onTwo = storeCases.filter(({ needs }) => needs?.includes('another'))
      const { failed } = await runStoreCases(setup, onTwo)
      expect(failed.map(({ id }) => id)).toEqual(expect.arrayContaining([...rejectedBy]))
    })
})
