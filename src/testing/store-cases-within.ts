/** Cases on work within a transaction of the host: it is there when the host commits, and never was when the host rolls back. */
import type { Change, Store } from '../desk/ports.ts'
import { equal, holds, refused } from './expectation.ts'
import {
  changeOf,
  commandOf,
  minute,
  openingOf,
  taskOf,
  ticketEntry,
  ticketId,
  ticketKey,
  ticketWrite,
} from './fixtures.ts'
import { casesAbout, onTransaction } from './store-case.ts'
import {
  ACME,
  asking,
  claim,
  claimOne,
  heldTask,
  idsOf,
  keysOf,
  stateOf,
  tasksOf,
  upTo,
  versionOf,
} from './store-reading.ts'

const STALE = 'store.stale-version'

/** Opens a ticket, changes another, sets a timer, is a command. */
const whole = (part: Partial<Change> = {}) =>
  changeOf({
    writes: [ticketWrite(2), ticketWrite(1, 1, { status: 'solved' })],
    journal: [ticketEntry(2, 1), ticketEntry(1, 2)],
    set: [taskOf('wake'), taskOf('close', { dueAt: minute(20) })],
    command: commandOf('cmd-1'),
    ...part,
  })

async function everythingIn(store: Store) {
  return { ...(await stateOf(store)), timers: await tasksOf(store), command: await store.command(ACME, 'cmd-1') }
}

/** A case: a change that is refused within the transaction leaves it usable, and nothing in it. */
function refusedWithin(id: string, by: string, spoil: { code: string | null; part: Partial<Change> }) {
  return onTransaction(
    `store.within.${id}`,
    `a change refused for ${by} leaves the host’s transaction usable, and nothing in it`,
    async (store, begin) => {
      await store.commit(openingOf([1], { set: [taskOf('held', { queue: 'out.mail' })] }))
      const before = await everythingIn(store)
      const { inner, commit } = await begin()
      const [outcome] = await Promise.allSettled([inner.commit(whole(spoil.part))])
      equal(outcome.status, 'rejected', `what becomes of a change with ${by}`)
      if (outcome.status === 'rejected' && spoil.code !== null)
        equal((outcome.reason as { code?: string }).code, spoil.code, 'the code of the refusal')
      equal(await everythingIn(inner), before, 'everything within the transaction after the refusal')
      equal(await inner.commit(openingOf([5])), { committed: true }, 'the next commit within it')
      await commit()
      equal(idsOf(await store.find(ACME, 'ticket', asking())), [1, 5].map(ticketId), 'the tickets in the end')
      equal(await store.command(ACME, 'cmd-1'), null, 'the refused command')
    },
  )
}

const REFUSED = [
  refusedWithin('stale-version', 'a stale version', {
    code: STALE,
    part: { writes: [ticketWrite(2), ticketWrite(1, 7)] },
  }),
  refusedWithin('stale-check', 'a stale check', { code: STALE, part: { checks: [{ ...ticketKey(1), version: 3 }] } }),
  refusedWithin('insert-over-existing', 'an insert over a record that stands', {
    code: STALE,
    part: { writes: [ticketWrite(2), ticketWrite(1)] },
  }),
  refusedWithin('stale-claim', 'an outdated claim', {
    code: 'store.stale-claim',
    part: { settle: [{ tenant: ACME, queue: 'timer', key: 'gone', fence: 1 }] },
  }),
  refusedWithin('journal-place', 'a place in the journal that is taken', {
    code: null,
    part: { journal: [ticketEntry(2, 1), ticketEntry(1, 1)] },
  }),
]

export const withinCases = casesAbout('transaction', [
  ...REFUSED,
  onTransaction(
    'store.within.committed',
    'what was written within a transaction is there when the host commits',
    async (store, begin) => {
      await store.commit(openingOf([1]))
      const { inner, commit } = await begin()
      equal(await inner.commit(whole()), { committed: true }, 'the outcome within the transaction')
      await commit()
      equal([await versionOf(store, ticketKey(1)), await versionOf(store, ticketKey(2))], [2, 1], 'the versions')
      equal((await store.history(ACME, { limit: 10 })).length, 3, 'how many journal entries there are')
      equal(keysOf(await tasksOf(store)), ['wake', 'close'], 'the tasks')
      equal(await store.command(ACME, 'cmd-1'), commandOf('cmd-1'), 'the command')
    },
  ),
  onTransaction(
    'store.within.rolled-back',
    'what was written within a transaction never was when the host rolls back',
    async (store, begin) => {
      await store.commit(openingOf([1]))
      const before = await everythingIn(store)
      const { inner, rollback } = await begin()
      await inner.commit(whole())
      await rollback()
      equal(await everythingIn(store), before, 'everything after the rollback')
      equal(await store.commit(whole()), { committed: true }, 'the same change, outside')
    },
  ),
  onTransaction('store.within.unseen', 'nobody outside sees what the host has not committed', async (store, begin) => {
    await store.commit(openingOf([1]))
    const before = [await stateOf(store), await store.nextDue('timer')]
    const { inner, commit } = await begin()
    await inner.commit(whole())
    equal([await stateOf(store), await store.nextDue('timer')], before, 'records, journal and tasks seen outside')
    equal(await store.command(ACME, 'cmd-1'), null, 'the command seen outside')
    await commit()
    equal(await versionOf(store, ticketKey(2)), 1, 'the version seen outside when the host has committed')
  }),
  onTransaction(
    'store.within.own-writes',
    'every read within a transaction sees what was written within it',
    async (store, begin) => {
      await store.commit(openingOf([1]))
      const { inner } = await begin()
      const writes = [ticketWrite(2, 0, { parentId: ticketId(1) })]
      await inner.commit(openingOf([2], { writes, set: [taskOf('wake')], command: commandOf('cmd-1') }))
      equal(await versionOf(inner, ticketKey(2)), 1, 'the version by get')
      const where = { field: 'number', is: 2 } as const
      equal(idsOf(await inner.find(ACME, 'ticket', asking({ where }))), [ticketId(2)], 'found by find')
      equal(await inner.count(ACME, 'ticket', null, []), [{ group: [], count: 2 }], 'counted by count')
      equal(idsOf(await inner.descendants(ACME, ticketId(1), { depth: 1, limit: 9 })), [ticketId(2)], 'below the first')
      equal((await inner.history(ACME, { of: ticketKey(2), limit: 9 })).length, 1, 'entries by history')
      equal(await inner.command(ACME, 'cmd-1'), commandOf('cmd-1'), 'the command')
      equal(await inner.nextDue('timer'), taskOf('wake').dueAt, 'when a task is due')
    },
  ),
  onTransaction(
    'store.within.several',
    'several commits within one transaction see each other, and are one',
    async (store, begin) => {
      for (const end of ['rollback', 'commit'] as const) {
        const host = await begin()
        for (const version of upTo(3))
          await host.inner.commit(
            changeOf({ writes: [ticketWrite(1, version - 1)], journal: [ticketEntry(1, version)] }),
          )
        await refused(host.inner.commit(changeOf({ writes: [ticketWrite(1, 2)] })), STALE, 'a stale commit among them')
        await host[end]()
        equal(await versionOf(store, ticketKey(1)), end === 'commit' ? 3 : 0, `the version after the host's ${end}`)
      }
      equal((await store.history(ACME, { limit: 9 })).length, 3, 'how many journal entries there are')
    },
  ),
  onTransaction(
    'store.within.repeated',
    'a command repeated within a transaction, or after it, gets the first result',
    async (store, begin) => {
      const { inner, commit } = await begin()
      const change = openingOf([1], { command: commandOf('cmd-1') })
      const first = { committed: false, first: commandOf('cmd-1') }
      equal(await inner.commit(change), { committed: true }, 'the first outcome')
      equal(await inner.commit(change), first, 'the outcome within the same transaction')
      await commit()
      equal(await store.commit(change), first, 'the outcome outside')
      const later = await begin()
      equal(await later.inner.commit(change), first, 'the outcome within another transaction')
      equal(await later.inner.commit(openingOf([2])), { committed: true }, 'another commit within it')
    },
  ),
  onTransaction(
    'store.within.settle',
    'a claim settled within a transaction is settled when the host commits',
    async (store, begin) => {
      const held = await heldTask(store)
      const first = await begin()
      await first.inner.commit(openingOf([1], { settle: [held] }))
      await first.rollback()
      const second = await begin()
      equal(
        await second.inner.commit(openingOf([1], { settle: [held] })),
        { committed: true },
        'settling it again after a rollback',
      )
      await second.commit()
      equal(await store.settle(held, { done: true }), false, 'settling it outside')
      equal(await claim(store, 'timer', { now: minute(99) }), [], 'what can be claimed')
    },
  ),
  onTransaction(
    'store.within.tasks',
    'tasks set and cleared within a transaction are so when the host commits',
    async (store, begin) => {
      await store.commit(changeOf({ set: [taskOf('old'), taskOf('wake', { body: { is: 'old' } })] }))
      const clear = [{ queue: 'timer', key: 'old' }]
      const change = changeOf({ clear, set: [taskOf('wake', { body: { is: 'new' } })] })
      const first = await begin()
      await first.inner.commit(change)
      await first.rollback()
      equal(
        (await tasksOf(store)).map(({ key, body }) => [key, body.is ?? null]),
        [
          ['old', null],
          ['wake', 'old'],
        ],
        'after a rollback',
      )
      const second = await begin()
      await second.inner.commit(change)
      await second.commit()
      equal((await claimOne(store)).body, { is: 'new' }, 'the body of the only task')
    },
  ),
  onTransaction(
    'store.within.numbers',
    'numbers reserved within a transaction that the host commits are not given again',
    async (store, begin) => {
      const before = await store.reserve(ACME, 'ticket', 3)
      const { inner, commit } = await begin()
      const during = await inner.reserve(ACME, 'ticket', 3)
      await commit()
      const after = await store.reserve(ACME, 'ticket', 1)
      holds(
        before + 3 <= during && during + 3 <= after,
        `the numbers from ${before}, ${during} and ${after} do not overlap`,
      )
    },
  ),
  onTransaction(
    'store.within.close',
    'closing the store within a transaction ends nothing of the host’s',
    async (store, begin) => {
      const { inner, commit } = await begin()
      await inner.commit(openingOf([1]))
      await inner.close()
      equal(await versionOf(store, ticketKey(1)), 0, 'the version outside, while the host has not committed')
      await commit()
      equal(await versionOf(store, ticketKey(1)), 1, 'the version when the host has committed')
      equal(await store.commit(openingOf([2])), { committed: true }, 'a commit outside')
    },
  ),
  onTransaction(
    'store.within.positions',
    'entries of a transaction come behind all that was read before its end',
    async (store, begin) => {
      await store.commit(openingOf([1]))
      const read = await store.history(ACME, { limit: 9 })
      const { inner, commit } = await begin()
      await inner.commit(openingOf([2, 3]))
      equal(await store.history(ACME, { limit: 9 }), read, 'the journal outside while the transaction is open')
      await commit()
      const more = await store.history(ACME, { after: read.at(-1)?.position ?? 0, limit: 9 })
      equal(idsOf(more), [2, 3].map(ticketId), 'what a reader finds behind its place')
    },
  ),
  onTransaction(
    'store.within.stale-outside',
    'a transaction that starts after a commit outside sees it',
    async (store, begin) => {
      await store.commit(openingOf([1]))
      await store.commit(changeOf({ writes: [ticketWrite(1, 1)] }))
      const { inner, commit } = await begin()
      await refused(inner.commit(changeOf({ writes: [ticketWrite(1, 1)] })), STALE, 'a commit at the old version')
      equal(
        await inner.commit(changeOf({ writes: [ticketWrite(1, 2)] })),
        { committed: true },
        'one at the new version',
      )
      await commit()
      await refused(store.commit(changeOf({ writes: [ticketWrite(1, 2)] })), STALE, 'one outside at the version before')
    },
  ),
  onTransaction('store.within.tenants', 'tenants stay apart within a transaction', async (store, begin) => {
    await store.commit(openingOf([1]))
    const { inner, commit } = await begin()
    await inner.commit(openingOf([1], { tenant: 'globex', command: commandOf('cmd-1') }))
    equal(await versionOf(inner, ticketKey(1)), 1, 'the version of the first tenant')
    equal(await inner.command(ACME, 'cmd-1'), null, 'the command at the first tenant')
    await commit()
    equal(await versionOf(store, ticketKey(1), 'globex'), 1, 'the version of the other tenant')
  }),
])
