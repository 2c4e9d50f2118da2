/** Cases on what a crash leaves: all that was returned before it stands after it, to the last task and number. */
import type { Store } from '../desk/ports.ts'
import { survives } from './crash-during.ts'
import { equal, holds, refused } from './expectation.ts'
import {
  changeOf,
  commandOf,
  openingOf,
  taskOf,
  ticketEntry,
  ticketId,
  ticketKey,
  ticketRemoval,
  ticketWrite,
} from './fixtures.ts'
import { casesAbout, onCrash } from './store-case.ts'
import {
  ACME,
  asc,
  asking,
  desc,
  GLOBEX,
  idsOf,
  keysOf,
  stateOf,
  statusOf,
  tasksOf,
  upTo,
  versionOf,
} from './store-reading.ts'

/** Thirty tickets, changed, removed and inserted again here and there, in two tenants. */
async function busyMorning(store: Store): Promise<void> {
  for (const tenant of [ACME, GLOBEX])
    for (const n of upTo(30))
      await store.commit(
        openingOf([n], { tenant, writes: [ticketWrite(n, 0, statusOf(n))], set: [taskOf(`close-${n}`)] }),
      )
  for (const n of upTo(10))
    await store.commit(
      changeOf({
        writes: [ticketWrite(n, 1, { ...statusOf(n + 1), parentId: ticketId(30) })],
        journal: [ticketEntry(n, 2)],
      }),
    )
  await store.commit(changeOf({ writes: [ticketRemoval(1, 2), ticketRemoval(2, 2), ticketWrite(2)] }))
}

const FINDS = [
  asking({ order: [asc('status'), desc('changedAt')], limit: 7 }),
  asking({ where: { field: 'parentId', is: ticketId(30) } }),
  asking({ where: { not: { field: 'assigneeId', is: 'agt_7' } }, order: [desc('number')], limit: 5 }),
  asking({ where: { field: 'fields.orderId', startsWith: 'A-1' } }),
]

async function manyReads(store: Store) {
  return {
    found: await Promise.all(FINDS.map((request) => store.find(ACME, 'ticket', request))),
    counted: (await store.count(ACME, 'ticket', null, ['status'])).map((row) => JSON.stringify(row)).sort(),
    below: idsOf(await store.descendants(ACME, ticketId(30), { depth: 3, limit: 100 })),
    history: await store.history(ACME, { of: ticketKey(3), names: ['ticket.changed'], limit: 10 }),
    due: await store.nextDue('timer'),
  }
}

export const restartCases = casesAbout('crash', [
  survives('records', 'records and journals of all tenants stand after a crash', busyMorning, async (store) => [
    await stateOf(store),
    await stateOf(store, GLOBEX),
  ]),
  survives(
    'reads',
    'finding, counting and the journal’s filters answer after a crash as before',
    busyMorning,
    manyReads,
  ),
  survives(
    'exact-text',
    'any text and number stands after a crash, to the character',
    (store) => {
      const fields = {
        a: '👩🏽‍🔧\u0000\u2028\ud83d',
        b: 'e\u0301 \n\r ',
        n: [0.1, -1e21, 2 ** 53 - 1],
        z: null,
        m: { q: 1, b: 2 },
      }
      const journal = [ticketEntry(1, 1, { body: ' {"b":1,"a":"\\u00e9\\n",  "b":1.0}\r\n' })]
      return store.commit(
        openingOf([1], {
          writes: [ticketWrite(1, 0, { fields })],
          journal,
          command: commandOf('cmd\n1', { result: fields }),
          set: [taskOf('wake\n1', { body: fields })],
        }),
      )
    },
    async (store) => JSON.stringify([await stateOf(store), await store.command(ACME, 'cmd\n1'), await tasksOf(store)]),
  ),
  onCrash('store.restart.versions', 'versions go on after a crash where they were', async (store, reopen) => {
    for (const version of upTo(3)) await store.commit(changeOf({ writes: [ticketWrite(1, version - 1)] }))
    const next = await reopen()
    await refused(next.commit(changeOf({ writes: [ticketWrite(1, 2)] })), 'store.stale-version', 'a stale commit')
    equal(await next.commit(changeOf({ writes: [ticketWrite(1, 3)] })), { committed: true }, 'a commit at version 3')
    equal(await versionOf(await reopen(), ticketKey(1)), 4, 'the version after a second crash')
  }),
  onCrash('store.restart.removed', 'what was removed before a crash stays removed', async (store, reopen) => {
    await store.commit(openingOf([1, 2]))
    await store.commit(changeOf({ writes: [ticketRemoval(1, 1)], clear: [{ queue: 'timer', key: 'wake' }] }))
    const next = await reopen()
    equal(idsOf(await next.find(ACME, 'ticket', asking())), [ticketId(2)], 'the tickets')
    equal(await next.commit(changeOf({ writes: [ticketWrite(1)] })), { committed: true }, 'inserting it again')
    equal(await versionOf(next, ticketKey(1)), 1, 'its version')
  }),
  onCrash('store.restart.refused', 'a commit that was refused before a crash left nothing', async (store, reopen) => {
    await store.commit(openingOf([1]))
    const change = openingOf([2, 3], { set: [taskOf('wake')], command: commandOf('cmd-1') })
    const stale = { ...change, writes: [...change.writes, ticketWrite(1, 7)] }
    await refused(store.commit(stale), 'store.stale-version', 'a stale commit')
    const next = await reopen()
    equal((await stateOf(next)).journal.length, 1, 'how many journal entries there are')
    equal(idsOf(await next.find(ACME, 'ticket', asking())), [ticketId(1)], 'the tickets')
    equal([await tasksOf(next), await next.command(ACME, 'cmd-1')], [[], null], 'the tasks and the command')
  }),
  onCrash(
    'store.restart.positions',
    'a reader of the journal goes on after a crash behind its place',
    async (store, reopen) => {
      await store.commit(openingOf([1, 2]))
      const read = await store.history(ACME, { limit: 10 })
      const next = await reopen()
      await next.commit(openingOf([3]))
      const more = await next.history(ACME, { after: read.at(-1)?.position ?? 0, limit: 10 })
      equal(idsOf(more), [ticketId(3)], 'what stands behind the place')
      equal(idsOf(await next.history(ACME, { limit: 10 })), [1, 2, 3].map(ticketId), 'the whole journal')
    },
  ),
  onCrash(
    'store.restart.journal-place',
    'a place in the journal that was taken before a crash is taken',
    async (store, reopen) => {
      await store.commit(openingOf([1]))
      const next = await reopen()
      const [outcome] = await Promise.allSettled([next.commit(changeOf({ journal: [ticketEntry(1, 1)] }))])
      equal(outcome.status, 'rejected', 'what becomes of a second entry there')
    },
  ),
  onCrash('store.restart.command', 'a command that was done before a crash is done after it', async (store, reopen) => {
    const change = openingOf([1], { command: commandOf('cmd-1') })
    await store.commit(change)
    const next = await reopen()
    equal(await next.commit(change), { committed: false, first: commandOf('cmd-1') }, 'the outcome of its retry')
    equal(await versionOf(next, ticketKey(1)), 1, 'the version')
  }),
  onCrash('store.restart.numbers', 'no number given before a crash is given after it', async (store, reopen) => {
    const numbers: number[] = []
    let open = store
    for (const n of [1, 20, 3]) {
      numbers.push(await open.reserve(ACME, 'ticket', n))
      open = await reopen()
    }
    const last = await open.reserve(ACME, 'ticket', 1)
    holds(
      (numbers[1] ?? 0) >= 2 && (numbers[2] ?? 0) >= (numbers[1] ?? 0) + 20,
      `the numbers ${numbers} do not overlap`,
    )
    holds(last >= (numbers[2] ?? 0) + 3, `the last number ${last} is behind what was given`)
    equal(await open.reserve(GLOBEX, 'ticket', 1), 1, "another tenant's first number")
  }),
  onCrash('store.restart.again', 'five crashes in a row lose nothing', async (store, reopen) => {
    let open = store
    for (const n of upTo(5)) {
      await open.commit(openingOf([n], { set: [taskOf(`wake-${n}`)], command: commandOf(`cmd-${n}`) }))
      open = await reopen()
      await open.migrate()
      equal(idsOf(await open.find(ACME, 'ticket', asking())), upTo(n).map(ticketId), `the tickets after crash ${n}`)
      equal(
        keysOf(await tasksOf(open)),
        upTo(n).map((k) => `wake-${k}`),
        `the tasks after crash ${n}`,
      )
    }
  }),
  onCrash(
    'store.restart.closed',
    'what is closed in good order is opened again with all of it',
    async (store, reopen) => {
      await busyMorning(store)
      const before = [await stateOf(store), await manyReads(store)]
      await store.close()
      const next = await reopen()
      equal([await stateOf(next), await manyReads(next)], before, 'records, journal and reads')
    },
  ),
])
