/** Cases on tasks over a crash: leases, fences, attempts, retries and groups stand as they were. */
import type { JsonObject } from '../domain/json.ts'
import { survives } from './crash-during.ts'
import { equal, holds } from './expectation.ts'
import { changeOf, minute, openingOf, taskOf } from './fixtures.ts'
import { casesAbout, onCrash } from './store-case.ts'
import { ACME, claim, claimOne, heldTask, keysOf, tasksOf, upTo } from './store-reading.ts'

export const restartTaskCases = casesAbout('crash', [
  survives(
    'tasks',
    'tasks stand after a crash in all their parts',
    (store) =>
      store.commit(
        changeOf({
          set: [
            taskOf('a', { dueAt: minute(3), group: 'tkt', seq: 2, body: { z: 1, a: [null] } as JsonObject }),
            taskOf('b', { dueAt: minute(2) }),
            taskOf('c', { queue: 'out.mail' }),
          ],
        }),
      ),
    async (store) => [await tasksOf(store), await tasksOf(store, 'out.mail')],
  ),
  onCrash('store.restart.lease', 'a lease that was given before a crash holds to its end', async (store, reopen) => {
    const held = await heldTask(store)
    const next = await reopen()
    equal(await claim(next, 'timer', { now: minute(10.99) }), [], 'claimed before the end of the lease')
    equal(await next.nextDue('timer'), minute(11), 'when it can be claimed')
    const again = await claimOne(next, minute(11))
    equal([again.attempts, again.fence > held.fence], [1, true], 'its attempts, and whether its fence grew')
    equal(await next.settle(held, { done: true }), false, 'settling by the holder from before the crash')
  }),
  onCrash('store.restart.holder', 'a holder whom nobody has followed settles after a crash', async (store, reopen) => {
    const held = await heldTask(store)
    const next = await reopen()
    equal(await next.commit(openingOf([1], { settle: [held] })), { committed: true }, 'the commit that settles it')
    equal(await tasksOf(await reopen()), [], 'the tasks after a second crash')
  }),
  onCrash('store.restart.fences', 'fences never start anew, though nothing else is left', async (store, reopen) => {
    const fences: number[] = []
    let open = store
    for (const n of upTo(5)) {
      const held = await heldTask(open)
      fences.push(held.fence)
      if (n % 2) await open.settle(held, { done: true })
      else await open.commit(changeOf({ clear: [held] }))
      open = await reopen()
    }
    holds(
      fences.every((fence, n) => fence > (fences[n - 1] ?? -1)),
      `the fences ${fences} grow`,
    )
  }),
  onCrash(
    'store.restart.old-claim',
    'a claim from before a crash is powerless over a task set anew after it',
    async (store, reopen) => {
      const held = await heldTask(store)
      await store.settle(held, { done: true })
      const next = await reopen()
      const anew = await heldTask(next)
      for (const old of [held, { ...held, attempts: 0 }])
        equal(await next.settle(old, { done: true }), false, 'settling by the old claim')
      holds(await next.settle(anew, { done: true }), 'settling by the new one')
    },
  ),
  onCrash(
    'store.restart.settlements',
    'retries, releases, extensions and deaths stand after a crash',
    async (store, reopen) => {
      await store.commit(changeOf({ set: ['die', 'extend', 'release', 'retry'].map((key) => taskOf(key)) }))
      const [die, extend, release, retry] = await claim(store)
      if (!die || !extend || !release || !retry) throw new Error('claiming four tasks: expected four, found fewer')
      await store.settle(die, { dead: true, reason: 'HTTP 410' })
      await store.settle(extend, { extendTo: minute(50) })
      await store.settle(release, { release: true })
      await store.settle(retry, { retryAt: minute(30), reason: 'timeout' })
      const next = await reopen()
      const at = async (now: number) =>
        (await claim(next, 'timer', { now: minute(now) })).map((one) => [one.key, one.attempts])
      equal(await at(29), [['release', 0]], 'claimed before the retry')
      equal(await at(29.5), [], 'claimed while that is leased')
      equal((await at(30))[0]?.[0], 'release', 'claimed first when its lease has ended')
      equal(
        (await next.dead(ACME, 'timer', 9)).map(({ key, reason }) => [key, reason]),
        [['die', 'HTTP 410']],
        'the dead',
      )
      equal(await next.settle(extend, { done: true }), true, 'settling what was extended')
    },
  ),
  onCrash('store.restart.attempts', 'attempts are counted across crashes', async (store, reopen) => {
    await store.commit(changeOf({ set: [taskOf('wake')] }))
    let open = store
    for (const n of [0, 1, 2, 3]) {
      const held = await claimOne(open, minute(10 * (n + 1)))
      equal(held.attempts, n, 'the attempts')
      if (n % 2) await open.settle(held, { retryAt: minute(10 * (n + 2)), reason: 'timeout' })
      open = await reopen()
    }
  }),
  onCrash('store.restart.groups', 'a group keeps its order and its holder over a crash', async (store, reopen) => {
    const member = (seq: number) => taskOf(`dlv-${seq}`, { group: 'tkt', seq })
    await store.commit(changeOf({ set: [member(2), member(3)] }))
    const held = await claimOne(store)
    await store.commit(changeOf({ set: [member(1)] }))
    const next = await reopen()
    equal(await claim(next, 'timer', { now: minute(10.5) }), [], 'claimed while the second is held')
    holds(await next.settle(held, { done: true }), 'settling the second')
    const first = await claimOne(next)
    await next.settle(first, { retryAt: minute(30), reason: 'timeout' })
    const last = await reopen()
    equal(await claim(last, 'timer', { now: minute(29) }), [], 'claimed while the first waits for its retry')
    equal(keysOf(await claim(last, 'timer', { now: minute(30) })), ['dlv-1'], 'claimed then')
  }),
])
