/** Stores that break a promise on reading: order, pages, conditions, snapshots, the journal. */
import type { Store, StoredEntry, StoredRecord } from '../../src/desk/ports.ts'
import { compareValues, fieldOf, meets } from '../../src/domain/condition-read.ts'
import { type BrokenStore, broken, turn } from './broken-store.ts'

export const brokenReads: readonly BrokenStore[] = [
  broken(
    'writes the bodies of the journal anew',
    (store) => ({
      history: async (tenant, request) =>
        (await store.history(tenant, request)).map((entry) => ({
          ...entry,
          body: JSON.stringify(JSON.parse(entry.body)),
        })),
    }),
    ['store.exact.journal-body'],
  ),
  broken(
    'hands out the documents that it keeps',
    (store) => {
      const kept = new Map<string, StoredRecord>()
      return {
        get: async (tenant, keys) =>
          (await store.get(tenant, keys)).map((record) => {
            if (record === null) return null
            const key = `${tenant} ${record.kind} ${record.id} ${record.version} ${record.tip}`
            kept.set(key, kept.get(key) ?? record)
            return kept.get(key) ?? null
          }),
      }
    },
    ['store.record.caller-changes-output'],
  ),
  broken(
    'breaks ties in the direction of the last field',
    (store) => ({
      find: async (tenant, kind, request) => {
        const last = request.order.at(-1)
        const byId = [...request.order, { field: 'id', direction: last?.direction ?? ('asc' as const) }]
        return sortedPage(await whole(store, tenant, kind as 'ticket'), { ...request, order: byId })
      },
    }),
    ['store.order.ties-desc', 'store.order.absent-desc'],
  ),
  broken(
    'puts absent values last in ascending order',
    (store) => ({
      find: async (tenant, kind, request) =>
        sortedPage(await whole(store, tenant, kind as 'ticket'), { ...request, absent: 'last' }),
    }),
    ['store.order.absent-asc', 'store.order.absent-second'],
  ),
  broken(
    'sorts texts by UTF-16 unit',
    (store) => ({
      find: async (tenant, kind, request) =>
        sortedPage(await whole(store, tenant, kind as 'ticket'), { ...request, texts: 'utf-16' }),
    }),
    ['store.order.code-points', 'store.order.code-points-desc'],
  ),
  broken(
    'pages by offset',
    (store) => {
      const offsets = new Map<string, number>()
      return {
        async find(tenant, kind, request) {
          const { after, limit } = request
          const from = after ? (offsets.get(after.id) ?? 0) : 0
          const all = await store.find(tenant, kind, { ...request, after: null, limit: 1000 })
          const page = all.slice(from, from + limit)
          for (const [n, { id }] of page.entries()) offsets.set(id, from + n + 1)
          return page
        },
      }
    },
    ['store.page.removed-place', 'store.page.inserts-meanwhile'],
  ),
  broken(
    'answers three-valued, so that not leaves absent fields out',
    (store) => ({
      find: async (tenant, kind, request) => {
        const { where } = request
        const page = await store.find(tenant, kind, request)
        const leaf =
          where !== null && 'not' in where && 'field' in where.not && !('is' in where.not && where.not.is === null)
            ? where.not
            : null
        return leaf ? page.filter(({ doc }) => fieldOf(doc, leaf.field) !== null) : page
      },
    }),
    ['store.find.not-absent'],
  ),
  broken(
    'keeps booleans as numbers',
    (store) => ({
      count: async (tenant, kind, where, by, sum) =>
        (await store.count(tenant, kind, where, by, sum)).map((row) => ({
          ...row,
          group: row.group.map((value) => (typeof value === 'boolean' ? Number(value) : value)),
        })),
    }),
    ['store.count.types'],
  ),
  broken(
    'adds up nothing where a group has an absent number',
    (store) => ({
      count: async (tenant, kind, where, by, sum) => {
        if (sum === undefined) return store.count(tenant, kind, where, by)
        const rows = await store.count(tenant, kind, where, by, sum)
        const absent = await store.count(tenant, kind, { all: [where ?? { all: [] }, { field: sum, is: null }] }, by)
        const groups = new Set(absent.filter(({ count }) => count > 0).map(({ group }) => JSON.stringify(group)))
        return rows.map((row) => (groups.has(JSON.stringify(row.group)) ? { ...row, sum: Number.NaN } : row))
      },
    }),
    ['store.count.sum'],
  ),
  broken(
    'says nothing of a sum of nothing',
    (store) => ({
      count: async (tenant, kind, where, by, sum) =>
        (await store.count(tenant, kind, where, by, sum)).map(({ sum: added, ...row }) =>
          row.count === 0 || added === undefined ? row : { ...row, sum: added },
        ),
    }),
    ['store.count.sum-nothing'],
  ),
  broken(
    'reads the records of one get one by one',
    (store) => ({
      async get(tenant, keys) {
        const found: (StoredRecord | null)[] = []
        for (const key of keys) {
          found.push(...(await store.get(tenant, [key])))
          await turn()
        }
        return found
      },
    }),
    ['store.read.get-one-moment', 'store.read.get-all-or-none'],
  ),
  broken(
    'shows a commit only after it has returned',
    (store) => ({
      async find(tenant, kind, request) {
        const page = await store.find(tenant, kind, request)
        const newest = (await store.history(tenant, { limit: 1000 })).at(-1)
        return page.filter(({ id }) => page.length > 1 || id !== newest?.id)
      },
    }),
    ['store.read.own-writes'],
  ),
  broken(
    'gives positions out before the commit',
    (store) => {
      const hidden = new Set<string>()
      const place = ({ id, version }: Pick<StoredEntry, 'id' | 'version'>) => `${id} ${version}`
      return {
        async commit(change) {
          const slow = change.journal.filter(({ id }) => Number(id.at(-1)) % 2 === 1).map(place)
          for (const one of slow) hidden.add(one)
          try {
            const outcome = await store.commit(change)
            await turn()
            return outcome
          } finally {
            for (const one of slow) hidden.delete(one)
          }
        },
        history: async (tenant, request) =>
          (await store.history(tenant, request)).filter((entry) => !hidden.has(place(entry))),
      }
    },
    ['store.history.no-hole'],
  ),
  broken(
    'lets conditions reach other tenants',
    (store) => ({
      async find(tenant, kind, request) {
        const own = await store.find(tenant, kind, request)
        if (request.where === null || !('any' in request.where)) return own
        return [...own, ...(await store.find('globex', kind, request))]
      },
    }),
    ['store.tenant.conditions'],
  ),
  broken(
    'converts what it compares',
    (store) => ({
      async find(tenant, kind, request) {
        const { where } = request
        if (where === null || !('is' in where) || where.is === null) return store.find(tenant, kind, request)
        const all = await store.find(tenant, kind, { ...request, where: null })
        const loose = (value: unknown) => String(typeof value === 'boolean' ? Number(value) : value)
        return all.filter(({ doc }) => loose(fieldOf(doc, where.field)) === loose(where.is))
      },
    }),
    ['store.find.types-apart', 'store.find.boolean-column'],
  ),
  broken(
    'compiles contains and startsWith to LIKE',
    (store) => ({
      async find(tenant, kind, request) {
        const { where } = request
        const pattern =
          where === null
            ? null
            : 'contains' in where
              ? `%${where.contains}%`
              : 'startsWith' in where
                ? `${where.startsWith}%`
                : null
        if (where === null || pattern === null || !('field' in where)) return store.find(tenant, kind, request)
        const source = pattern
          .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
          .replaceAll('%', '.*')
          .replaceAll('_', '.')
        const all = await store.find(tenant, kind, { ...request, where: null })
        return all.filter(({ doc }) => new RegExp(`^${source}$`, 'is').test(String(fieldOf(doc, where.field))))
      },
    }),
    ['store.find.wildcards', 'store.find.text-case'],
  ),
  broken(
    'looks for list entries inside the text of the list',
    (store) => ({
      async find(tenant, kind, request) {
        const { where } = request
        if (where === null || !('has' in where)) return store.find(tenant, kind, request)
        const all = await store.find(tenant, kind, { ...request, where: null })
        return all.filter(({ doc }) => JSON.stringify(fieldOf(doc, where.field)).includes(where.has))
      },
    }),
    ['store.find.has'],
  ),
  broken(
    'sorts numbers as texts',
    (store) => ({
      find: async (tenant, kind, request) =>
        sortedPage(await whole(store, tenant, kind as 'ticket'), { ...request, numbers: 'as texts' }),
    }),
    ['store.order.numbers'],
  ),
  broken(
    'knows one direction for all fields of an order',
    (store) => ({
      find: async (tenant, kind, request) => {
        const direction = request.order[0]?.direction ?? 'asc'
        const order = request.order.map(({ field }) => ({ field, direction }))
        return sortedPage(await whole(store, tenant, kind as 'ticket'), { ...request, order })
      },
    }),
    ['store.order.mixed', 'store.order.mixed-other-way', 'store.order.absent-second'],
  ),
  broken(
    'reads the journal by instant',
    (store) => ({
      history: async (tenant, request) =>
        (await store.history(tenant, request)).sort((a, b) => compareValues(a.at, b.at) || a.position - b.position),
    }),
    ['store.history.by-position-not-time'],
  ),
  broken(
    'takes the end of a span in',
    (store) => ({
      history: (tenant, { until, ...request }) =>
        store.history(tenant, { ...request, ...(until && { until: until.replace(/\d{3}Z$/, '001Z') }) }),
    }),
    ['store.history.until', 'store.history.empty-span'],
  ),
  broken(
    'limits the journal before it filters',
    (store) => ({
      async history(tenant, { names, ...request }) {
        return (await store.history(tenant, request)).filter(({ name }) => names?.includes(name) ?? true)
      },
    }),
    ['store.history.filter-before-limit'],
  ),
  broken(
    'reads the entries of a commit in the order of their records',
    (store) => ({
      history: async (tenant, request) =>
        (await store.history(tenant, request)).sort((a, b) => compareValues(a.id, b.id) || a.position - b.position),
    }),
    ['store.history.within-commit', 'store.history.positions'],
  ),
]

async function whole(store: Store, tenant: string, kind: 'ticket' | 'agent' | 'message' | 'customer') {
  return store.find(tenant, kind as 'ticket', { where: null, order: [], limit: 1000, after: null })
}

type Request = Parameters<Store['find']>[2] & {
  readonly absent?: 'last'
  readonly texts?: 'utf-16'
  readonly numbers?: 'as texts'
}

/** A page, in an order that can be wrong in two ways. Places are found by id, which is enough for data that stands still. */
function sortedPage(
  records: readonly StoredRecord[],
  { where, order, limit, after, absent, texts, numbers }: Request,
): StoredRecord[] {
  const compare = (a: unknown, b: unknown): number => {
    if (absent === 'last' && (a === null) !== (b === null)) return a === null ? 1 : -1
    if (texts === 'utf-16' && typeof a === 'string' && typeof b === 'string') return a < b ? -1 : Number(a > b)
    if (numbers === 'as texts') return compareValues(a === null ? null : String(a), b === null ? null : String(b))
    return compareValues(a, b)
  }
  const sorted = records
    .filter(({ doc }) => meets(where, doc))
    .sort((a, b) => {
      for (const { field, direction } of order) {
        const compared = compare(fieldOf(a.doc, field), fieldOf(b.doc, field))
        if (compared !== 0) return direction === 'asc' ? compared : -compared
      }
      return compareValues(a.id, b.id)
    })
  const from = after ? sorted.findIndex(({ id }) => id === after.id) + 1 : 0
  return sorted.slice(from, from + limit)
}
