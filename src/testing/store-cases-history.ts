/** Cases on the journal: positions that grow, filters, and readers who follow it while others write. */
import type { HistoryRequest, Store, StoredEntry } from '../desk/ports.ts'
import { equal, holds, refused } from './expectation.ts'
import { changeOf, customerId, minute, openingOf, ticketEntry, ticketId, ticketKey, ticketWrite } from './fixtures.ts'
import { casesAbout, onOne, onTwo } from './store-case.ts'
import { ACME, GLOBEX, journalOf, upTo } from './store-reading.ts'

const placeOf = ({ id, version, n }: StoredEntry) => `${id} ${version}.${n}`

/** Six entries: tickets 1 and 2 opened, then changed twice each, a minute apart. */
async function sixEntries(store: Store): Promise<void> {
  for (const version of upTo(3))
    for (const n of [1, 2]) {
      const name = ['ticket.opened', 'ticket.tagged', 'ticket.solved'][version - 1] ?? ''
      const at = minute(2 * version + n)
      await store.commit(
        changeOf({ writes: [ticketWrite(n, version - 1)], journal: [ticketEntry(n, version, { name, at })] }),
      )
    }
}

const ALL_SIX = ['1.1', '2.1', '1.2', '2.2', '1.3', '2.3']

/** A case: which of the six entries a request gives, named ticket.version. */
function filtered(id: string, title: string, request: Partial<HistoryRequest>, expected: readonly string[]) {
  return onOne(`store.history.${id}`, title, async (store) => {
    await sixEntries(store)
    const entries = await store.history(ACME, { limit: 1000, ...request })
    const numbers = new Map([1, 2].map((n) => [ticketId(n) as string, n]))
    equal(
      entries.map((entry) => `${numbers.get(entry.id)}.${entry.version}`),
      expected,
      'the entries, as ticket.version',
    )
  })
}

/** Ten writers commit; one reader follows from position to position; what it read must be all there is, in order. */
async function followWriters(reader: Store, writers: readonly Store[]): Promise<void> {
  const seen: StoredEntry[] = []
  const follow = async () => {
    for (const _ of upTo(6))
      seen.push(...(await reader.history(ACME, { after: seen.at(-1)?.position ?? 0, limit: 50 })))
  }
  for (const version of upTo(10)) {
    const commits = upTo(10).map((n) => {
      const journal = [0, 1].map((place) => ticketEntry(n, version, { n: place }))
      return (writers[n % writers.length] as Store).commit(changeOf({ writes: [ticketWrite(n, version - 1)], journal }))
    })
    await Promise.all([follow(), ...commits])
  }
  await follow()
  const all = await reader.history(ACME, { limit: 1000 })
  equal(all.length, 200, 'how many entries there are')
  equal(seen.map(placeOf), all.map(placeOf), 'what a reader saw that followed the journal, beside what is there')
}

export const historyCases = casesAbout('history', [
  onOne('store.history.positions', 'positions grow from entry to entry', async (store) => {
    await sixEntries(store)
    const positions = (await store.history(ACME, { limit: 100 })).map(({ position }) => position)
    equal(positions.length, 6, 'how many entries there are')
    holds(
      positions.every((position, n) => Number.isSafeInteger(position) && position > (positions[n - 1] ?? 0)),
      `positions ${positions} are whole, above 0 and grow`,
    )
  }),
  onOne('store.history.within-commit', 'entries of one commit stand in the order of the change', async (store) => {
    const journal = [
      ticketEntry(2, 1),
      ticketEntry(1, 1),
      ticketEntry(2, 1, { n: 1 }),
      ticketEntry(1, 1, { n: 1 }),
      ticketEntry(1, 1, { n: 2 }),
    ]
    await store.commit(openingOf([1, 2], { journal }))
    const found = (await store.history(ACME, { limit: 100 })).map(({ id, n }) => [id, n])
    equal(
      found,
      journal.map(({ id, n }) => [id, n]),
      'records and places of the entries',
    )
  }),
  filtered(
    'from-version',
    'a record’s history from a version on leaves out the versions before it',
    { of: ticketKey(1), fromVersion: 2 },
    ['1.2', '1.3'],
  ),
  filtered('all', 'without a filter all entries come, in the order of their commits', {}, ALL_SIX),
  filtered('of', 'of gives the entries of one record', { of: ticketKey(2) }, ['2.1', '2.2', '2.3']),
  filtered('of-nobody', 'of gives nothing for an unknown record', { of: ticketKey(3) }, []),
  filtered(
    'names',
    'names gives entries of any of the names',
    { names: ['ticket.solved', 'ticket.opened', 'ticket.lost'] },
    ['1.1', '2.1', '1.3', '2.3'],
  ),
  filtered('from', 'from takes in the instant itself', { from: minute(6) }, ['2.2', '1.3', '2.3']),
  filtered('until', 'until leaves out the instant itself', { until: minute(6) }, ['1.1', '2.1', '1.2']),
  filtered('limit', 'limit gives the first entries', { limit: 4 }, ALL_SIX.slice(0, 4)),
  filtered(
    'filters-together',
    'filters hold all together',
    { of: ticketKey(1), names: ['ticket.tagged', 'ticket.solved'], from: minute(5), until: minute(7) },
    ['1.2'],
  ),
  filtered('filter-before-limit', 'a limit counts what passed the filters', { names: ['ticket.solved'], limit: 2 }, [
    '1.3',
    '2.3',
  ]),
  filtered('empty-span', 'a span that ends where it starts holds nothing', { from: minute(6), until: minute(6) }, []),
  onOne('store.history.after', 'after gives what stands behind a position', async (store) => {
    await sixEntries(store)
    const all = await store.history(ACME, { limit: 100 })
    for (const [n, { position }] of all.entries()) {
      equal(
        await store.history(ACME, { after: position, limit: 100 }),
        all.slice(n + 1),
        `entries behind position ${position}`,
      )
      const of = ticketKey(1)
      const own = all.slice(n + 1).filter(({ id }) => id === of.id)
      equal(
        await store.history(ACME, { of, after: position, limit: 100 }),
        own,
        `entries of a ticket behind position ${position}`,
      )
    }
  }),
  onOne('store.history.pages', 'pages of any size give the whole journal', async (store) => {
    await sixEntries(store)
    const all = (await store.history(ACME, { limit: 100 })).map(placeOf)
    for (const limit of [1, 2, 4, 6, 7])
      equal((await journalOf(store, ACME, limit)).map(placeOf), all, `in pages of ${limit}`)
  }),
  onOne(
    'store.history.by-position-not-time',
    'entries come by position, also when their instants run back',
    async (store) => {
      await store.commit(openingOf([1], { journal: [ticketEntry(1, 1, { at: minute(9) })] }))
      await store.commit(openingOf([2], { journal: [ticketEntry(2, 1, { at: minute(1) })] }))
      equal(
        (await store.history(ACME, { limit: 10 })).map(({ id }) => id),
        [ticketId(1), ticketId(2)],
        'the tickets',
      )
      equal(
        (await store.history(ACME, { until: minute(5), limit: 10 })).map(({ id }) => id),
        [ticketId(2)],
        'until minute 5',
      )
    },
  ),
  onOne('store.history.kinds-apart', 'of tells records of two kinds with one id apart', async (store) => {
    const entries = [ticketEntry(1, 1), { ...ticketEntry(1, 1), kind: 'customer' as const }]
    await store.commit(openingOf([1], { journal: entries }))
    const found = await store.history(ACME, { of: { kind: 'customer', id: ticketId(1) }, limit: 10 })
    equal(
      found.map(({ kind }) => kind),
      ['customer'],
      'the kinds',
    )
    equal(
      await store.history(ACME, { of: { kind: 'ticket', id: customerId(1) }, limit: 10 }),
      [],
      'entries of no ticket',
    )
  }),
  onOne('store.history.refused', 'a refused commit leaves neither an entry nor an order of its own', async (store) => {
    await sixEntries(store)
    const before = await store.history(ACME, { limit: 100 })
    const change = changeOf({ writes: [ticketWrite(1, 1)], journal: [ticketEntry(1, 4), ticketEntry(3, 1)] })
    await refused(store.commit(change), 'store.stale-version', 'a stale commit')
    equal(await store.history(ACME, { limit: 100 }), before, 'the journal')
    await store.commit(openingOf([3]))
    equal(
      (await store.history(ACME, { after: before.at(-1)?.position ?? 0, limit: 10 })).map(({ id }) => id),
      [ticketId(3)],
      'what came after it',
    )
  }),
  onOne('store.history.no-hole', 'a reader who follows the journal beside ten writers misses nothing', (store) =>
    followWriters(store, [store]),
  ),
  onTwo('store.history.no-hole-two', 'a reader who follows writers on another handle misses nothing', (one, other) =>
    followWriters(other, [one]),
  ),
  onTwo('store.history.no-hole-many', 'a reader who follows writers on two handles misses nothing', (one, other) =>
    followWriters(one, [one, other]),
  ),
  onOne('store.history.never-before-read', 'no entry appears before one that was read already', async (store) => {
    let read: StoredEntry[] = []
    for (const round of upTo(10)) {
      const commits = upTo(6).map((n) => store.commit(openingOf([10 * round + n])))
      const between = await store.history(ACME, { limit: 1000 })
      equal(between.slice(0, read.length), read, 'what was read before, read again')
      await Promise.all(commits)
      read = await store.history(ACME, { limit: 1000 })
      equal(read.slice(0, between.length), between, 'what was read while commits ran, read again')
    }
    equal(read.length, 60, 'how many entries there are')
  }),
  onOne('store.history.tenants', 'the journal of one tenant holds nothing of another', async (store) => {
    await Promise.all(upTo(10).map((n) => store.commit(openingOf([n], { tenant: n % 2 ? ACME : GLOBEX }))))
    const found = (await journalOf(store, GLOBEX, 2)).map(({ id }) => id).sort()
    equal(found, [2, 4, 6, 8, 10].map(ticketId), 'the tickets in the journal of the other tenant')
  }),
])
