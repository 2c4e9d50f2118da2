/** Cases on changes that touch one thing several times, as when several commands share a commit: the order within a change, and what stands after it. */
import type { Store, Write } from '../desk/ports.ts'
import { equal, holds, refused } from './expectation.ts'
import {
  changeOf,
  minute,
  openingOf,
  taskOf,
  ticketEntry,
  ticketId,
  ticketKey,
  ticketRemoval,
  ticketWrite,
} from './fixtures.ts'
import { casesAbout, onOne, onOneAndTwo } from './store-case.ts'
import { ACME, asking, claim, claimOne, idsOf, keysOf, raceOf, tasksOf, upTo, versionOf } from './store-reading.ts'

/** Ticket 1 written step by step, from one version to another, in one change. */
function steps(from: number, to: number): Write[] {
  return upTo(to - from).map((n) =>
    ticketWrite(1, from + n - 1, { status: `step-${from + n}`, messageCount: from + n }),
  )
}

async function standsAt(store: Store, version: number): Promise<void> {
  const [record] = await store.get(ACME, [ticketKey(1)])
  const found = [record?.version, record?.doc.version, record?.doc.status, record?.tip]
  const { tip } = ticketWrite(1, version - 1)
  equal(found, [version, version, `step-${version}`, tip], 'version, document and tip of the ticket')
}

async function raceOfSeveral(store: Store, on: (n: number) => Store): Promise<void> {
  await store.commit(changeOf({ writes: steps(0, 1) }))
  for (let version = 1, round = 1; round <= 8; round += 1) {
    const lengths = [1, 2, 3, 4]
    const commits = lengths.map((length, n) => on(n).commit(changeOf({ writes: steps(version, version + length) })))
    const { won } = await raceOf(commits)
    equal(won.length, 1, 'how many of four commits, of one to four writes each, succeeded')
    version += lengths[won[0] ?? 0] ?? 0
    await standsAt(store, version)
  }
}

const timer = { queue: 'timer', key: 'wake' }
const WRITES = [
  onOne('store.several.writes', 'of several writes of one record in one change the last one stands', async (store) => {
    const journal = upTo(4).map((version) => ticketEntry(1, version))
    await store.commit(changeOf({ writes: steps(0, 4), journal }))
    await standsAt(store, 4)
    equal((await store.history(ACME, { of: ticketKey(1), limit: 10 })).length, 4, 'how many entries the journal has')
    await store.commit(changeOf({ writes: steps(4, 6) }))
    await standsAt(store, 6)
  }),
  onOne(
    'store.several.found-once',
    'a record written several times is found once, by its last document',
    async (store) => {
      await store.commit(changeOf({ writes: [ticketWrite(2), ...steps(0, 3), ticketWrite(3)] }))
      const byStatus = (is: string) => store.find(ACME, 'ticket', asking({ where: { field: 'status', is } }))
      equal(idsOf(await byStatus('step-3')), [ticketId(1)], 'tickets found by the last status')
      equal([await byStatus('step-1'), await byStatus('step-2')], [[], []], 'tickets found by earlier ones')
      equal(await store.count(ACME, 'ticket', null, []), [{ group: [], count: 3 }], 'the tickets')
    },
  ),
  onOne('store.several.among-others', 'writes of several records may take turns within a change', async (store) => {
    await store.commit(openingOf([1, 2]))
    const writes = upTo(3).flatMap((version) => [ticketWrite(1, version), ticketWrite(2, version)])
    await store.commit(changeOf({ writes }))
    equal([await versionOf(store, ticketKey(1)), await versionOf(store, ticketKey(2))], [4, 4], 'the versions')
  }),
  onOne('store.several.gap', 'a second write that expects more than the first one leaves is refused', async (store) => {
    await store.commit(openingOf([1]))
    const writes = [ticketWrite(1, 1), ticketWrite(1, 3)]
    const { data } = await refused(store.commit(changeOf({ writes })), 'store.stale-version', 'a change with a gap')
    equal(data, { ...ticketKey(1), expected: 3, found: 2 }, "the refusal's data")
    equal(await versionOf(store, ticketKey(1)), 1, 'the version')
  }),
  onOne('store.several.stale-first', 'a stale first write refuses all that build on it', async (store) => {
    await store.commit(openingOf([1]))
    const change = changeOf({ writes: [ticketWrite(2), ...steps(2, 5)] })
    const { data } = await refused(store.commit(change), 'store.stale-version', 'a change that starts too late')
    equal(data, { ...ticketKey(1), expected: 2, found: 1 }, "the refusal's data")
    equal(await versionOf(store, ticketKey(2)), 0, 'the version of the ticket beside it')
  }),
  onOne(
    'store.several.inserted-and-removed',
    'a record inserted and removed in one change is absent',
    async (store) => {
      await store.commit(changeOf({ writes: [ticketWrite(1), ticketRemoval(1, 1)], journal: [ticketEntry(1, 1)] }))
      equal(await versionOf(store, ticketKey(1)), 0, 'the version')
      equal(await store.count(ACME, 'ticket', null, []), [{ group: [], count: 0 }], 'the tickets')
      equal((await store.history(ACME, { limit: 10 })).length, 1, 'how many journal entries there are')
    },
  ),
  onOne(
    'store.several.removed-and-inserted',
    'a record removed and inserted in one change starts at 1',
    async (store) => {
      await store.commit(changeOf({ writes: steps(0, 3) }))
      await store.commit(changeOf({ writes: [ticketRemoval(1, 3), ...steps(0, 1)] }))
      await standsAt(store, 1)
      await store.commit(changeOf({ writes: steps(1, 2) }))
      await standsAt(store, 2)
    },
  ),
  onOne(
    'store.several.after-removal',
    'a write at the old version after a removal in one change is refused',
    async (store) => {
      await store.commit(openingOf([1]))
      const writes = [ticketRemoval(1, 1), ticketWrite(1, 1)]
      const { data } = await refused(
        store.commit(changeOf({ writes })),
        'store.stale-version',
        'a write after a removal',
      )
      equal(data, { ...ticketKey(1), expected: 1, found: 0 }, "the refusal's data")
      equal(await versionOf(store, ticketKey(1)), 1, 'the version')
    },
  ),
  onOne(
    'store.several.large',
    'a hundred writes of one record in one change count a hundred versions',
    async (store) => {
      await store.commit(changeOf({ writes: steps(0, 100) }))
      await standsAt(store, 100)
    },
  ),
  onOne(
    'store.several.checked-before',
    'a check holds what stands before the change, however often it is written',
    async (store) => {
      await store.commit(openingOf([1]))
      for (const version of [2, 3, 4]) {
        const change = changeOf({ writes: steps(1, 4), checks: [{ ...ticketKey(1), version }] })
        await refused(
          store.commit(change),
          'store.stale-version',
          `a check of version ${version}, which the change makes`,
        )
      }
      equal(
        await store.commit(changeOf({ writes: steps(1, 4), checks: [{ ...ticketKey(1), version: 1 }] })),
        { committed: true },
        'the outcome with a check of what stood before',
      )
    },
  ),
  onOne('store.several.checked-absent', 'a record may be checked to be absent, and inserted', async (store) => {
    const change = changeOf({ writes: steps(0, 2), checks: [{ ...ticketKey(1), version: 0 }] })
    equal(await store.commit(change), { committed: true }, 'the outcome')
    await refused(store.commit(change), 'store.stale-version', 'the same change again')
  }),
  onOne('store.several.check-twice', 'one record may be checked several times, and all must hold', async (store) => {
    await store.commit(openingOf([1]))
    const check = { ...ticketKey(1), version: 1 }
    equal(await store.commit(changeOf({ checks: [check, check] })), { committed: true }, 'the outcome')
    const checks = [check, { ...check, version: 2 }]
    await refused(store.commit(changeOf({ checks })), 'store.stale-version', 'two checks that differ')
  }),
  ...onOneAndTwo(
    'store.several.race',
    'of four commits that each write one record several times, exactly one succeeds, whole',
    raceOfSeveral,
  ),
]

const TASKS = [
  onOne(
    'store.several.settle-clear-set',
    'a change settles, then clears, then sets: the task stands anew',
    async (store) => {
      await store.commit(changeOf({ set: [taskOf('wake')] }))
      for (const round of upTo(3)) {
        const held = await claimOne(store)
        const set = [taskOf('wake', { body: { round } })]
        await store.commit(changeOf({ settle: [held], clear: [timer], set }))
        holds(!(await store.settle(held, { done: true })), 'the settled claim is outdated')
        const again = await claimOne(store)
        equal([again.body, again.attempts], [{ round }, 0], 'body and attempts of what stands')
        holds(await store.settle(again, { release: true }), 'giving it back')
      }
    },
  ),
  onOne(
    'store.several.settle-before-clear',
    'a claim that the same change clears is settled, not outdated',
    async (store) => {
      await store.commit(changeOf({ set: [taskOf('wake'), taskOf('other')] }))
      const [other, wake] = await claim(store)
      const change = changeOf({ settle: [wake, other].flatMap((held) => held ?? []), clear: [timer] })
      equal(await store.commit(change), { committed: true }, 'the outcome')
      equal(await tasksOf(store), [], 'the tasks')
    },
  ),
  onOne(
    'store.several.set-twice',
    'of two tasks set under one key in one change the later one stands',
    async (store) => {
      const set = [taskOf('wake', { dueAt: minute(1) }), taskOf('close'), taskOf('wake', { dueAt: minute(5), seq: 2 })]
      await store.commit(changeOf({ set }))
      equal(
        (await tasksOf(store)).map(({ key, dueAt, seq }) => [key, dueAt, seq]),
        [
          ['close', taskOf('close').dueAt, 0],
          ['wake', minute(5), 2],
        ],
        'the tasks',
      )
    },
  ),
  onOne('store.several.clear-twice', 'a task cleared twice in one change is gone', async (store) => {
    await store.commit(changeOf({ set: [taskOf('wake')] }))
    equal(await store.commit(changeOf({ clear: [timer, timer] })), { committed: true }, 'the outcome')
    equal(await tasksOf(store), [], 'the tasks')
  }),
  onOne('store.several.refused-order', 'a refused change neither settles, nor clears, nor sets', async (store) => {
    await store.commit(changeOf({ set: [taskOf('wake'), taskOf('close', { dueAt: minute(20) })] }))
    const held = await claimOne(store)
    const clear = [{ queue: 'timer', key: 'close' }]
    const change = changeOf({ writes: [ticketWrite(1, 4)], settle: [held], clear, set: [taskOf('late')] })
    await refused(store.commit(change), 'store.stale-version', 'a stale change')
    holds(await store.settle(held, { release: true }), 'the claim is live')
    equal(keysOf(await tasksOf(store)), ['wake', 'close'], 'the tasks')
  }),
  onOne(
    'store.several.moved-queue',
    'a task that a change moves to another queue is in that one alone',
    async (store) => {
      await store.commit(changeOf({ set: [taskOf('dlv', { queue: 'out.mail', group: 'tkt', seq: 1 })] }))
      const held = await claimOne(store, minute(10), 'out.mail')
      await store.commit(
        changeOf({ settle: [held], set: [taskOf('dlv', { queue: 'out.nats', group: 'tkt', seq: 1 })] }),
      )
      equal([await tasksOf(store, 'out.mail'), keysOf(await tasksOf(store, 'out.nats'))], [[], ['dlv']], 'both queues')
    },
  ),
]

export const severalCases = casesAbout('atomicity', [...WRITES, ...TASKS])
