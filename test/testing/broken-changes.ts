/** Stores that break a promise on the order within a change, or on tickets below tickets. */

import type { RecordKey, Store, StoredRecord } from '../../src/desk/ports.ts'
import type { Json, JsonObject } from '../../src/domain/json.ts'
import { fault } from '../../src/domain/refusals.ts'
import { type BrokenStore, broken, turn } from './broken-store.ts'

const nameOf = ({ kind, id }: RecordKey) => `${kind} ${id}`

const orders: readonly BrokenStore[] = [
  broken(
    'compares every write with what stood before the change',
    (store) => ({
      async commit(change) {
        const found = await store.get(change.tenant, change.writes)
        for (const [n, { kind, id, expected }] of change.writes.entries()) {
          const version = found[n]?.version ?? 0
          if (version !== expected && !(change.command && (await store.command(change.tenant, change.command.id))))
            throw fault('store.stale-version', { kind, id, expected, found: version })
        }
        return store.commit(change)
      },
    }),
    ['store.several.writes', 'store.several.among-others', 'store.several.removed-and-inserted'],
  ),
  broken(
    'passes over a removal where another write of the record follows',
    (store) => ({
      commit: (change) =>
        store.commit({
          ...change,
          writes: change.writes.map((write, n) => ({
            ...write,
            doc: change.writes.slice(n + 1).some((later) => nameOf(later) === nameOf(write)) ? {} : write.doc,
          })),
        }),
    }),
    ['store.several.removed-and-inserted', 'store.several.after-removal'],
  ),
  broken(
    'checks after its own writes',
    (store) => ({
      async commit(change) {
        const after = new Map(
          change.writes.map((write) => [nameOf(write), write.doc === null ? 0 : write.expected + 1]),
        )
        for (const { kind, id, version } of change.checks) {
          const found = after.get(nameOf({ kind, id }))
          if (found !== undefined && found !== version)
            throw fault('store.stale-version', { kind, id, expected: version, found })
        }
        return store.commit({ ...change, checks: change.checks.filter((check) => !after.has(nameOf(check))) })
      },
    }),
    ['store.several.checked-before', 'store.several.checked-absent', 'store.commit.check-and-write'],
  ),
  broken(
    'clears after it has set',
    (store) => ({
      commit: (change) =>
        store.commit({
          ...change,
          set: change.set.filter(
            (task) => !change.clear.some((key) => key.queue === task.queue && key.key === task.key),
          ),
        }),
    }),
    ['store.several.settle-clear-set', 'store.task.clear-and-set'],
  ),
  broken(
    'clears before it settles',
    (store) => ({
      commit(change) {
        const early = change.settle.find((held) => change.clear.some(({ key }) => key === held.key))
        return early ? Promise.reject(fault('store.stale-claim', early)) : store.commit(change)
      },
    }),
    ['store.several.settle-before-clear', 'store.task.settle-and-clear'],
  ),
  broken(
    'keeps the first of two tasks set under one key',
    (store) => ({
      commit: (change) =>
        store.commit({
          ...change,
          set: change.set.filter(
            ({ queue, key }, n) => n === change.set.findIndex((t) => t.queue === queue && t.key === key),
          ),
        }),
    }),
    ['store.several.set-twice'],
  ),
  broken(
    'counts on from the version at which a record was removed',
    (store) => {
      const removedAt = new Map<string, number>()
      const offset = (key: RecordKey) => removedAt.get(nameOf(key)) ?? 0
      return {
        get: async (tenant, keys) =>
          (await store.get(tenant, keys)).map(
            (record) => record && { ...record, version: record.version + offset(record) },
          ),
        async commit(change) {
          const outcome = await store.commit({
            ...change,
            writes: change.writes.map((write) => ({
              ...write,
              expected: write.expected === 0 ? 0 : write.expected - offset(write),
            })),
          })
          for (const write of change.writes) if (write.doc === null) removedAt.set(nameOf(write), write.expected)
          return outcome
        },
      }
    },
    ['store.record.inserted-again', 'store.several.removed-and-inserted'],
  ),
  broken(
    'sorts the keys of documents',
    (store) => ({
      commit: (change) =>
        store.commit({
          ...change,
          writes: change.writes.map((write) => ({ ...write, doc: write.doc && sorted(write.doc) })),
        }),
    }),
    ['store.exact.key-order'],
  ),
  broken(
    'looks whether a claim is live, and settles it later',
    (store) => {
      const latest = new Map<string, number>()
      return {
        async claim(queue, request) {
          const claims = await store.claim(queue, request)
          for (const { key, fence } of claims) latest.set(key, fence)
          return claims
        },
        async settle(claim, settlement) {
          if (latest.get(claim.key) !== claim.fence) return store.settle(claim, settlement)
          await turn()
          const done = await store.settle(claim, settlement)
          return done || latest.get(claim.key) !== claim.fence
        },
      }
    },
    ['store.takeover.done', 'store.takeover.extend'],
  ),
]

type Below = (store: Store, ...asked: Parameters<Store['descendants']>) => Promise<StoredRecord[]>
const brokenTree = (that: string, below: Below, rejectedBy: readonly string[]) =>
  broken(that, (store) => ({ descendants: (...asked) => below(store, ...asked) }), rejectedBy)

const ALL = { depth: 1000, limit: 100_000 }

const trees: readonly BrokenStore[] = [
  brokenTree(
    'reads the tickets below one generation by generation',
    async (store, tenant, rootId, { depth, limit }) => {
      const found: StoredRecord[] = []
      let parents = [rootId]
      for (let level = 0; level < depth && parents.length > 0; level += 1) {
        const next = await Promise.all(parents.map((id) => store.descendants(tenant, id, { depth: 1, limit: 10_000 })))
        await turn()
        const ids = next.flat().sort((a, b) => (a.id < b.id ? -1 : 1))
        found.push(...ids)
        parents = ids.map(({ id }) => id)
      }
      return found.slice(0, limit)
    },
    ['store.below.one-moment'],
  ),
  brokenTree(
    'gives the tickets below one by id alone',
    async (store, tenant, rootId, request) =>
      (await store.descendants(tenant, rootId, request)).sort((a, b) => (a.id < b.id ? -1 : 1)),
    ['store.below.order', 'store.below.limit'],
  ),
  brokenTree(
    'gives the tickets below one branch by branch',
    async (store, tenant, rootId, { depth, limit }) => {
      const walk = async (id: string, left: number): Promise<StoredRecord[]> => {
        if (left === 0) return []
        const children = await store.descendants(tenant, id, { depth: 1, limit: 10_000 })
        const branches = await Promise.all(children.map((child) => walk(child.id, left - 1)))
        return children.flatMap((child, n) => [child, ...(branches[n] ?? [])])
      }
      return (await walk(rootId, depth)).slice(0, limit)
    },
    ['store.below.order', 'store.below.limit'],
  ),
  brokenTree(
    'looks ten generations down at most',
    (store, tenant, rootId, { depth, limit }) =>
      store.descendants(tenant, rootId, { depth: Math.min(10, depth), limit }),
    ['store.below.deep'],
  ),
  brokenTree(
    'counts the root as a generation',
    (store, tenant, rootId, { depth, limit }) => store.descendants(tenant, rootId, { depth: depth - 1, limit }),
    ['store.below.depth'],
  ),
  brokenTree(
    'gives nothing below a root that it does not find',
    async (store, tenant, rootId, request) => {
      const [root] = await store.get(tenant, [{ kind: 'ticket', id: rootId }])
      return root ? store.descendants(tenant, rootId, request) : []
    },
    ['store.below.removed-root'],
  ),
  brokenTree(
    'gives tickets of all tenants below one',
    async (store, tenant, rootId, { limit, depth }) => {
      const all = await Promise.all(
        [tenant, 'globex'].map((name) => store.descendants(name, rootId, { ...ALL, depth })),
      )
      return [...new Map(all.flat().map((record) => [record.id, record])).values()].slice(0, limit)
    },
    ['store.below.tenants'],
  ),
  brokenTree(
    'gives five hundred tickets below one at most',
    async (store, ...asked) => (await store.descendants(...asked)).slice(0, 500),
    ['store.below.large'],
  ),
]

export const brokenChanges = [...orders, ...trees]

function sorted(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, isObject(part) ? sorted(part) : part]),
  )
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
