/** Cases on what a reader sees: a commit whole and at once, and never half of one, however busy the writers are. */
import type { Store } from '../desk/ports.ts'
import { equal, holds } from './expectation.ts'
import {
  changeOf,
  commandOf,
  messageDoc,
  messageId,
  openingOf,
  taskOf,
  ticketEntry,
  ticketId,
  ticketKey,
  ticketRemoval,
  ticketWrite,
} from './fixtures.ts'
import { casesAbout, onOne, onTwo } from './store-case.ts'
import { ACME, asking, claim, idsOf, keysOf, upTo } from './store-reading.ts'

const STEPS = 40

/** Moves tickets 1 and 2 together, step by step; while five steps are taken, every reader reads ten times. */
async function whileMoving(writer: Store, readers: readonly (() => Promise<void>)[]): Promise<void> {
  await writer.commit(openingOf([1, 2]))
  const move = async (from: number) => {
    for (const version of upTo(5).map((step) => from + step)) {
      const writes = [1, 2].map((n) => ticketWrite(n, version, { status: `step-${version}`, messageCount: version }))
      const journal = [1, 2].map((n) => ticketEntry(n, version + 1))
      await writer.commit(changeOf({ writes, journal }))
    }
  }
  const readOn = async (read: () => Promise<void>) => {
    for (const _ of upTo(10)) await read()
  }
  for (let from = 0; from < STEPS; from += 5) await Promise.all([move(from), ...readers.map(readOn)])
}

function readsOneMoment(store: Store) {
  return async () => {
    const [one, other] = await store.get(ACME, [ticketKey(1), ticketKey(2)])
    equal([other?.version, other?.doc.status], [one?.version, one?.doc.status], 'ticket 2 beside ticket 1 in one get')
  }
}

function findsOneMoment(store: Store) {
  return async () => {
    const found = await store.find(ACME, 'ticket', asking({ order: [{ field: 'status', direction: 'asc' }] }))
    equal(found.length, 2, 'how many tickets one find found')
    equal(found[1]?.version, found[0]?.version, 'the version of one ticket beside the other in one find')
  }
}

async function seesAtOnce(one: Store, other: Store): Promise<void> {
  for (const n of upTo(10)) {
    const change = openingOf([n], { set: [taskOf(`wake-${n}`)], command: commandOf(`cmd-${n}`) })
    await one.commit(change)
    equal((await other.get(ACME, [ticketKey(n)]))[0]?.version, 1, 'the version by get')
    equal(
      idsOf(await other.find(ACME, 'ticket', asking({ where: { field: 'number', is: n } }))),
      [ticketId(n)],
      'found by find',
    )
    equal(await other.count(ACME, 'ticket', null, []), [{ group: [], count: n }], 'counted by count')
    equal((await other.history(ACME, { of: ticketKey(n), limit: 10 })).length, 1, 'entries by history')
    equal(await other.command(ACME, `cmd-${n}`), change.command, 'the command')
    equal(keysOf(await claim(other)), [`wake-${n}`], 'the task by claim')
  }
}

export const snapshotCases = casesAbout('snapshot', [
  onOne('store.read.own-writes', 'every read sees a commit as soon as it has returned', (store) =>
    seesAtOnce(store, store),
  ),
  onTwo(
    'store.read.own-writes-two',
    'every read on another handle sees a commit as soon as it has returned',
    seesAtOnce,
  ),
  onOne('store.read.get-one-moment', 'get shows two records that move together at one moment', (store) =>
    whileMoving(store, [readsOneMoment(store), readsOneMoment(store), readsOneMoment(store)]),
  ),
  onTwo(
    'store.read.get-one-moment-two',
    'get on another handle shows two records that move together at one moment',
    (one, other) => whileMoving(one, [readsOneMoment(other), readsOneMoment(one), readsOneMoment(other)]),
  ),
  onOne('store.read.get-kinds-one-moment', 'get shows records of two kinds at one moment', async (store) => {
    const message = { kind: 'message', id: messageId(1) } as const
    await store.commit(changeOf({ writes: [ticketWrite(1), { ...message, expected: 0, tip: '', doc: messageDoc(1) }] }))
    const move = async () => {
      for (const version of upTo(STEPS))
        await store.commit(
          changeOf({
            writes: [ticketWrite(1, version), { ...message, expected: version, tip: '', doc: messageDoc(1) }],
          }),
        )
    }
    const read = async () => {
      for (const _ of upTo(STEPS)) {
        const [one, other] = await store.get(ACME, [ticketKey(1), message])
        equal(other?.version, one?.version, 'the version of the message beside the ticket in one get')
      }
    }
    await Promise.all([move(), read(), read()])
  }),
  onOne('store.read.get-all-or-none', 'get never shows one of two records that come and go together', async (store) => {
    const move = async () => {
      for (const _ of upTo(STEPS)) {
        await store.commit(changeOf({ writes: [ticketWrite(1), ticketWrite(2)] }))
        await store.commit(changeOf({ writes: [ticketRemoval(1, 1), ticketRemoval(2, 1)] }))
      }
    }
    const read = async () => {
      for (const _ of upTo(2 * STEPS)) {
        const [one, other] = await store.get(ACME, [ticketKey(1), ticketKey(2)])
        equal(other?.version, one?.version, 'ticket 2 beside ticket 1, which come and go together')
      }
    }
    await Promise.all([move(), read(), read()])
  }),
  onOne('store.read.find-one-moment', 'find shows two records that move together at one moment', (store) =>
    whileMoving(store, [findsOneMoment(store), findsOneMoment(store)]),
  ),
  onTwo(
    'store.read.find-one-moment-two',
    'find on another handle shows two records that move together at one moment',
    (one, other) => whileMoving(one, [findsOneMoment(other), findsOneMoment(one)]),
  ),
  onOne('store.read.count-one-moment', 'count shows two records that move together in one group', (store) =>
    whileMoving(store, [
      async () => {
        const rows = await store.count(ACME, 'ticket', null, ['status'])
        equal(
          rows.map(({ count }) => count),
          [2],
          'the counts of tickets by status',
        )
      },
    ]),
  ),
  onOne('store.read.history-whole-commits', 'history shows the entries of a commit together', (store) =>
    whileMoving(store, [
      async () => {
        const entries = await store.history(ACME, { limit: 1000 })
        holds(
          entries.length % 2 === 0,
          `history holds whole commits of two entries each; it holds ${entries.length} entries`,
        )
      },
    ]),
  ),
  onOne(
    'store.read.document-and-version',
    'a record that is being replaced shows version and document of one commit',
    (store) =>
      whileMoving(store, [
        async () => {
          const [record] = await store.get(ACME, [ticketKey(1)])
          equal(record?.doc.version, record?.version, 'the version in the document beside the version of the record')
        },
      ]),
  ),
])
