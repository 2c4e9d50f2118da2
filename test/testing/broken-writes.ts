/** Stores that break a promise on writing: atomicity, versions, commands, exact keeping, numbers, the end. */
import type { Change, Store, Write } from '../../src/desk/ports.ts'
import { isDeskError } from '../../src/domain/fault.ts'
import { fault } from '../../src/domain/refusals.ts'
import { type BrokenStore, broken, NOTHING, turn } from './broken-store.ts'

export const brokenWrites: readonly BrokenStore[] = [
  broken(
    'writes record by record, so that a late refusal leaves the early ones',
    (store) => ({
      async commit(change) {
        for (const write of change.writes.slice(0, -1)) await store.commit({ ...change, ...NOTHING, writes: [write] })
        return store.commit({ ...change, writes: change.writes.slice(-1) })
      },
    }),
    ['store.commit.stale-version-last', 'store.commit.stale-check', 'store.race.losers-leave-nothing'],
  ),
  broken(
    'shows a commit record by record while it runs',
    (store) => ({
      async commit(change) {
        const found = await store.get(change.tenant, change.writes)
        const isFit = change.writes.every(({ expected }, n) => (found[n]?.version ?? 0) === expected)
        if (!isFit || change.command || change.settle.length > 0 || change.checks.length > 0)
          return store.commit(change)
        const [first, ...rest] = change.writes
        if (first) await store.commit({ ...change, ...NOTHING, writes: [first] })
        await turn()
        return store.commit({ ...change, writes: rest })
      },
    }),
    ['store.read.get-one-moment', 'store.read.find-one-moment', 'store.read.count-one-moment'],
  ),
  broken(
    'lets the last writer win',
    (store) => ({
      async commit(change) {
        for (let tries = 1; ; tries += 1) {
          const found = await store.get(change.tenant, change.writes)
          const writes = change.writes.map((write, n) => ({ ...write, expected: found[n]?.version ?? 0 }))
          const [outcome] = await Promise.allSettled([store.commit({ ...change, writes })])
          if (outcome.status === 'fulfilled') return outcome.value
          const isStale = isDeskError(outcome.reason, 'store.stale-version') && tries < 100
          if (!isStale || change.checks.length + change.journal.length > 0) throw outcome.reason
        }
      },
    }),
    ['store.commit.stale-version', 'store.commit.insert-over-existing', 'store.race.no-lost-update'],
  ),
  broken(
    'compares versions before its transaction, not in it',
    (store) => ({
      async commit(change) {
        const stale = await staleWrite(store, change)
        if (stale) throw stale
        await turn()
        const now = await store.get(change.tenant, change.writes)
        return store.commit({
          ...change,
          writes: change.writes.map((write, n) => ({ ...write, expected: now[n]?.version ?? 0 })),
        })
      },
    }),
    ['store.race.versions', 'store.race.inserts'],
  ),
  broken(
    'ignores the records that were only read',
    (store) => ({ commit: (change) => store.commit({ ...change, checks: [] }) }),
    ['store.commit.stale-check', 'store.commit.check-absent', 'store.race.checks', 'store.race.check-and-insert'],
  ),
  broken('ignores command ids', (store) => ({ commit: (change) => store.commit({ ...change, command: null }) }), [
    'store.command.repeated',
    'store.command.race',
    'store.command.as-written',
  ]),
  broken(
    'compares versions before it looks at the command id',
    (store) => {
      let commits = 0
      return {
        async commit(change) {
          commits += 1
          if (commits % 2 === 0) await turn()
          const stale = await staleWrite(store, change)
          if (stale) throw stale
          return store.commit(change)
        },
      }
    },
    ['store.command.before-version', 'store.command.race-on-version'],
  ),
  broken(
    'keeps one table of command ids for all tenants',
    (store) => ({
      commit: (change) =>
        store
          .commit({ ...change, command: change.command && { ...change.command, id: change.command.id } })
          .then(async (outcome) => {
            const other =
              change.command && change.tenant === 'globex' ? await store.command('acme', change.command.id) : null
            return other ? { committed: false, first: other } : outcome
          }),
    }),
    ['store.command.tenants'],
  ),
  broken(
    'takes ids that differ by a space at the end for one',
    (store) => ({
      get: (tenant, keys) =>
        store.get(
          tenant,
          keys.map((key) => ({ ...key, id: key.id.trimEnd() })),
        ),
      commit: (change) =>
        store.commit({ ...change, writes: change.writes.map((write) => ({ ...write, id: write.id.trimEnd() })) }),
    }),
    ['store.exact.record-id'],
  ),
  broken(
    'takes tenants that differ by case for one',
    (store) => ({
      find: (tenant, kind, request) => store.find(tenant.toLowerCase(), kind, request),
      commit: (change) => store.commit({ ...change, tenant: change.tenant.toLowerCase() }),
    }),
    ['store.exact.tenant'],
  ),
  broken(
    'cuts milliseconds',
    (store) => ({
      commit: (change) => store.commit(mapTexts(change, (text) => text.replace(/\.\d{3}Z$/, '.000Z'))),
    }),
    ['store.exact.milliseconds', 'store.exact.dates', 'store.task.not-before-due'],
  ),
  broken(
    'normalises texts',
    (store) => ({ commit: (change) => store.commit(mapTexts(change, (text) => text.normalize('NFC'))) }),
    ['store.exact.combining', 'store.exact.journal-body', 'store.exact.record-id'],
  ),
  broken('reads its counter, and writes it later', () => {
    const counters = new Map<string, number>()
    return {
      async reserve(tenant, counter, n) {
        const first = counters.get(tenant + counter) ?? 1
        await turn()
        counters.set(tenant + counter, first + n)
        return first
      },
    }
  }, ['store.reserve.race']),
  broken(
    'counts reservations, not numbers',
    (store) => ({ reserve: (tenant, counter) => store.reserve(tenant, counter, 1) }),
    ['store.reserve.many', 'store.reserve.race'],
  ),
  broken(
    'takes a journal entry into a place that is taken',
    (store) => {
      let extra = 0
      return {
        commit: (change) =>
          store.commit(change).catch((error: unknown) => {
            if (change.journal.length === 0 || isDeskError(error, 'store.stale-claim')) throw error
            extra += 1000
            return store.commit({
              ...change,
              journal: change.journal.map((entry) => ({ ...entry, n: entry.n + extra })),
            })
          }),
      }
    },
    ['store.commit.journal-place-taken', 'store.race.journal-place'],
  ),
  broken('answers when it is closed', () => ({ close: async () => undefined }), [
    'store.life.closed-get',
    'store.life.closed-commit',
    'store.life.closed-claim',
  ]),
]

/** Applies a function to every text inside a JSON value. */
function mapTexts<T>(value: T, map: (text: string) => string): T {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) => (typeof part === 'string' ? map(part) : part)) as T
}

async function staleWrite(store: Store, { tenant, writes }: Change): Promise<Error | null> {
  const found = await store.get(tenant, writes)
  const place = writes.findIndex(({ expected }: Write, n) => (found[n]?.version ?? 0) !== expected)
  const write = writes[place]
  return write
    ? fault('store.stale-version', {
        kind: write.kind,
        id: write.id,
        expected: write.expected,
        found: found[place]?.version ?? 0,
      })
    : null
}
