/** Stores that break one promise each: what the crash test has to catch, or it shows nothing. */
import type { Change, Store } from 'deskwright'

export const BROKEN_WAYS = [
  'commits in two transactions',
  'forgets command ids',
  'answers before it commits',
  'forgets timers',
  'settles deliveries when they are claimed',
] as const
export type BrokenWay = (typeof BROKEN_WAYS)[number]

const NOTHING: Omit<Change, 'tenant'> = {
  writes: [],
  checks: [],
  journal: [],
  set: [],
  clear: [],
  settle: [],
  command: null,
}

/**
 * The store with one of its promises broken; as it is when no way is named.
 *
 * @param between - called between the two halves of what should have been one.
 */
export function breakStore(store: Store, way: BrokenWay | null, between: () => void): Store {
  switch (way) {
    case null:
      return store
    case 'commits in two transactions':
      return {
        ...store,
        async commit(change) {
          const { tenant, writes } = change
          await store.commit({ ...NOTHING, tenant, writes })
          between()
          return store.commit({ ...change, writes: [] })
        },
      }
    case 'forgets command ids':
      return { ...store, commit: (change) => store.commit({ ...change, command: null }) }
    case 'answers before it commits':
      return {
        ...store,
        async commit(change) {
          if (!change.writes.some(({ kind }) => kind === 'ticket')) return store.commit(change)
          setImmediate(() => void store.commit(change).catch(() => undefined))
          return { committed: true }
        },
      }
    case 'forgets timers':
      return {
        ...store,
        commit: (change) => store.commit({ ...change, set: change.set.filter(({ queue }) => queue !== 'timer') }),
      }
    case 'settles deliveries when they are claimed':
      return {
        ...store,
        async claim(queue, request) {
          const claims = await store.claim(queue, request)
          if (queue !== 'timer') for (const claim of claims) await store.settle(claim, { done: true })
          return claims
        },
      }
    default:
      return way satisfies never
  }
}
