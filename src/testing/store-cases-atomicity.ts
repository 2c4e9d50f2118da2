/** Cases on the promise that a change is applied whole or not at all: one change that touches everything, spoilt in each way. */
import type { Change, Claim, Store } from '../desk/ports.ts'
import type { JsonObject } from '../domain/json.ts'
import { equal, holds, refused, rejected } from './expectation.ts'
import {
  changeOf,
  commandOf,
  customerDoc,
  customerId,
  messageDoc,
  messageId,
  minute,
  openingOf,
  taskOf,
  ticketEntry,
  ticketKey,
  ticketRemoval,
  ticketWrite,
} from './fixtures.ts'
import { casesAbout, onOne } from './store-case.ts'
import { ACME, claim, stateOf, tasksOf, upTo } from './store-reading.ts'

const CUSTOMER = { kind: 'customer', id: customerId(1) } as const
const MESSAGE = { kind: 'message', id: messageId(1) } as const

/** Ticket 1 at version 2 with a message and a customer, two timers, a delivery that is held and one that was settled. */
async function seed(store: Store): Promise<{ readonly live: Claim; readonly outdated: Claim }> {
  const delivery = (key: string) => taskOf(key, { queue: 'out.webhooks', body: { position: 1 } })
  await store.commit(
    openingOf([1], {
      writes: [
        ticketWrite(1),
        { ...MESSAGE, expected: 0, tip: '', doc: messageDoc(1) },
        { ...CUSTOMER, expected: 0, tip: '', doc: customerDoc(1) },
      ],
      set: [
        taskOf('wake', { dueAt: minute(30) }),
        taskOf('close', { dueAt: minute(40) }),
        delivery('dlv-1'),
        delivery('dlv-2'),
      ],
      command: commandOf('cmd-open'),
    }),
  )
  await store.commit(changeOf({ writes: [ticketWrite(1, 1)], journal: [ticketEntry(1, 2)] }))
  const [live, outdated] = await claim(store, 'out.webhooks')
  if (!live || !outdated) throw new Error('claiming two deliveries: expected two claims, found fewer')
  holds(await store.settle(outdated, { done: true }), 'settling a delivery')
  return { live, outdated }
}

/** Changes, adds and removes a record; writes the journal; sets, replaces and clears timers; settles; is a command. */
function wholeChange(live: Claim): Change {
  return changeOf({
    writes: [ticketWrite(1, 2, { status: 'solved' }), ticketWrite(2), { ...MESSAGE, expected: 1, tip: '', doc: null }],
    checks: [{ ...CUSTOMER, version: 1 }],
    journal: [ticketEntry(1, 3), ticketEntry(1, 3, { n: 1, name: 'ticket.tagged' }), ticketEntry(2, 1)],
    set: [taskOf('remind', { dueAt: minute(20) }), taskOf('wake', { dueAt: minute(15) })],
    clear: [{ queue: 'timer', key: 'close' }],
    settle: [live],
    command: commandOf('cmd-whole'),
  })
}

async function everythingIn(store: Store) {
  return { ...(await stateOf(store)), timers: await tasksOf(store), command: await store.command(ACME, 'cmd-whole') }
}

type Spoil = (change: Change, outdated: Claim) => Partial<Change>

/** A case: the whole change, spoilt in one way, is refused, and nothing of it is there. */
function spoilt(id: string, by: string, code: string | null, spoil: Spoil) {
  return onOne(
    `store.commit.${id}`,
    `a change with ${by} is refused and leaves everything as it was`,
    async (store) => {
      const { live, outdated } = await seed(store)
      const before = await everythingIn(store)
      const change = wholeChange(live)
      const work = store.commit({ ...change, ...spoil(change, outdated) })
      if (code === null) await rejected(work, `a change with ${by}`)
      else await refused(work, code, `a change with ${by}`)
      equal(await everythingIn(store), before, 'everything after the refusal')
      holds(await store.settle(live, { done: true }), 'settling the claim that the refused change would have settled')
    },
  )
}

const STALE = 'store.stale-version'
// What JSON cannot hold: a store finds out when it writes, late in the change.
const unstorable = { minutes: 10n } as unknown as JsonObject

const SPOILT = [
  spoilt('stale-version', 'a stale version', STALE, ({ writes }) => ({
    writes: [ticketWrite(1, 1), ...writes.slice(1)],
  })),
  spoilt('stale-version-last', 'a stale version in the last of many writes', STALE, ({ writes }) => ({
    writes: [...writes.slice(1), ...upTo(40).map((n) => ticketWrite(100 + n)), ticketWrite(1, 1)],
  })),
  spoilt('version-ahead', 'a version that has not been reached', STALE, ({ writes }) => ({
    writes: [...writes.slice(1), ticketWrite(1, 3)],
  })),
  spoilt('insert-over-existing', 'an insert over a record that stands', STALE, ({ writes }) => ({
    writes: [...writes.slice(1), ticketWrite(1, 0)],
  })),
  spoilt('update-of-absent', 'a replacement of a record that is absent', STALE, ({ writes }) => ({
    writes: [...writes, ticketWrite(3, 1)],
  })),
  spoilt('stale-removal', 'a removal at a stale version', STALE, ({ writes }) => ({
    writes: [...writes.slice(1), ticketRemoval(1, 1)],
  })),
  spoilt('removal-of-absent', 'a removal of a record that is absent', STALE, ({ writes }) => ({
    writes: [...writes, ticketRemoval(3, 1)],
  })),
  spoilt('one-record-twice', 'two writes of one record at one version', STALE, ({ writes }) => ({
    writes: [...writes, ticketWrite(1, 2, { status: 'pending' })],
    journal: [],
  })),
  spoilt('stale-check', 'a stale version of a record it only read', STALE, () => ({
    checks: [{ ...CUSTOMER, version: 2 }],
  })),
  spoilt('stale-check-last', 'a stale version in the last of many checks', STALE, ({ checks }) => ({
    checks: [
      ...checks,
      ...upTo(20).map((n) => ({ ...ticketKey(100 + n), version: 0 })),
      { ...ticketKey(1), version: 1 },
    ],
  })),
  spoilt('check-absent', 'a check that an existing record is absent', STALE, () => ({
    checks: [{ ...CUSTOMER, version: 0 }],
  })),
  spoilt('check-present', 'a check of a version of an absent record', STALE, ({ checks }) => ({
    checks: [...checks, { ...ticketKey(3), version: 1 }],
  })),
  spoilt('stale-claim', 'an outdated claim', 'store.stale-claim', (_, outdated) => ({ settle: [outdated] })),
  spoilt('stale-claim-last', 'an outdated claim behind a live one', 'store.stale-claim', ({ settle }, outdated) => ({
    settle: [...settle, outdated],
  })),
  spoilt('unknown-claim', 'a claim on a task that never was', 'store.stale-claim', ({ settle }) => ({
    settle: [...settle, { tenant: ACME, queue: 'out.webhooks', key: 'dlv-9', fence: 1 }],
  })),
  spoilt('journal-place-taken', 'a journal entry whose place is taken', null, ({ journal }) => ({
    journal: [...journal, ticketEntry(1, 2, { name: 'ticket.closed' })],
  })),
  spoilt('journal-place-twice', 'two journal entries in one place', null, ({ journal }) => ({
    journal: [...journal, ticketEntry(1, 3, { n: 1, name: 'ticket.closed' })],
  })),
  spoilt('unstorable-document', 'a document that JSON cannot hold', null, ({ writes }) => ({
    writes: [...writes, { ...ticketWrite(3), doc: unstorable }],
  })),
  spoilt('unstorable-task', 'a task that JSON cannot hold', null, ({ set }) => ({
    set: [...set, taskOf('late', { body: unstorable })],
  })),
  spoilt('unstorable-result', 'a command result that JSON cannot hold', null, () => ({
    command: commandOf('cmd-whole', { result: unstorable }),
  })),
]

export const atomicityCases = casesAbout('atomicity', [
  ...SPOILT,
  onOne('store.commit.whole', 'a change takes effect in all its parts', async (store) => {
    const { live } = await seed(store)
    equal(await store.commit(wholeChange(live)), { committed: true }, 'the outcome')
    const { records, journal, timers, command } = await everythingIn(store)
    const tickets = (records.ticket ?? []).map(({ id, version, doc }) => [id, version, doc.status])
    equal(
      tickets,
      [
        [ticketKey(1).id, 3, 'solved'],
        [ticketKey(2).id, 1, 'open'],
      ],
      'the tickets',
    )
    equal(records.message, [], 'the messages, the only one of which was removed')
    const names = journal.slice(-3).map(({ id, version, n, name }) => [id, version, n, name])
    equal(
      names,
      [
        [ticketKey(1).id, 3, 0, 'ticket.changed'],
        [ticketKey(1).id, 3, 1, 'ticket.tagged'],
        [ticketKey(2).id, 1, 0, 'ticket.opened'],
      ],
      'the last three journal entries',
    )
    equal(
      timers.map(({ key, dueAt }) => [key, dueAt]),
      [
        ['wake', minute(15)],
        ['remind', minute(20)],
      ],
      'the timers',
    )
    equal(command, commandOf('cmd-whole'), 'the command')
    holds(!(await store.settle(live, { done: true })), 'the settled claim is outdated')
  }),
  onOne(
    'store.commit.stale-version-named',
    'a refusal names the first record that is stale, and both versions',
    async (store) => {
      await store.commit(openingOf([1, 2, 3]))
      const work = store.commit(changeOf({ writes: [ticketWrite(1, 1), ticketWrite(2, 4), ticketWrite(3, 7)] }))
      const { data } = await refused(work, STALE, 'a change with two stale writes')
      equal(data, { ...ticketKey(2), expected: 4, found: 1 }, "the refusal's data")
    },
  ),
  onOne('store.commit.stale-check-named', 'a refusal names the record that was only read', async (store) => {
    await store.commit(openingOf([1, 2]))
    const checks = [
      { ...ticketKey(1), version: 1 },
      { ...ticketKey(2), version: 3 },
    ]
    const { data } = await refused(store.commit(changeOf({ checks })), STALE, 'a change with a stale check')
    equal(data, { ...ticketKey(2), expected: 3, found: 1 }, "the refusal's data")
  }),
  onOne('store.commit.absent-named', 'a refusal says of an absent record that its version is 0', async (store) => {
    const { data } = await refused(
      store.commit(changeOf({ writes: [ticketWrite(5, 2)] })),
      STALE,
      'a replacement of nothing',
    )
    equal(data, { ...ticketKey(5), expected: 2, found: 0 }, "the refusal's data")
  }),
  onOne('store.commit.stale-claim-named', 'a refusal names the claim that is outdated', async (store) => {
    const { live, outdated } = await seed(store)
    const work = store.commit(changeOf({ settle: [live, outdated] }))
    const { data } = await refused(work, 'store.stale-claim', 'a change with an outdated claim')
    equal({ queue: data.queue, key: data.key }, { queue: 'out.webhooks', key: outdated.key }, "the refusal's data")
  }),
  onOne(
    'store.commit.after-refusal',
    'a refused change, corrected, succeeds under the same command id',
    async (store) => {
      await store.commit(openingOf([1]))
      const change = changeOf({ writes: [ticketWrite(2), ticketWrite(1, 3)], command: commandOf('cmd-again') })
      await refused(store.commit(change), STALE, 'a stale change')
      equal(await store.command(ACME, 'cmd-again'), null, 'what stands under the id of the refused command')
      const again = await store.commit({ ...change, writes: [ticketWrite(2), ticketWrite(1, 1)] })
      equal(again, { committed: true }, 'the outcome of the corrected change')
    },
  ),
  onOne('store.commit.nothing', 'a change of nothing is committed', async (store) => {
    equal(await store.commit(changeOf({})), { committed: true }, 'the outcome')
  }),
  onOne('store.commit.checks-only', 'a change of checks alone is committed while they hold', async (store) => {
    await store.commit(openingOf([1]))
    const checks = [
      { ...ticketKey(1), version: 1 },
      { ...ticketKey(2), version: 0 },
    ]
    equal(await store.commit(changeOf({ checks })), { committed: true }, 'the outcome')
    equal(
      (await store.find(ACME, 'ticket', { where: null, order: [], limit: 10, after: null })).length,
      1,
      'how many tickets there are',
    )
  }),
  onOne(
    'store.commit.check-and-write',
    'a change may check the record that it writes, as it stood before',
    async (store) => {
      await store.commit(openingOf([1]))
      const change = changeOf({ writes: [ticketWrite(1, 1)], checks: [{ ...ticketKey(1), version: 1 }] })
      equal(await store.commit(change), { committed: true }, 'the outcome')
    },
  ),
  onOne('store.commit.large', 'a change of 500 records is applied whole', async (store) => {
    await store.commit(openingOf(upTo(500), { set: upTo(500).map((n) => taskOf(`close-${n}`)) }))
    equal(await store.count(ACME, 'ticket', null, []), [{ group: [], count: 500 }], 'the tickets')
    equal((await store.history(ACME, { limit: 1000 })).length, 500, 'how many journal entries there are')
    equal((await claim(store)).length, 500, 'how many tasks there are')
  }),
  onOne('store.commit.large-refused', 'a change of 500 records is refused whole for the last one', async (store) => {
    await store.commit(openingOf([500]))
    await refused(store.commit(openingOf(upTo(500))), STALE, 'a change whose last write is stale')
    equal(await store.count(ACME, 'ticket', null, []), [{ group: [], count: 1 }], 'the tickets')
    equal((await store.history(ACME, { limit: 1000 })).length, 1, 'how many journal entries there are')
  }),
])
