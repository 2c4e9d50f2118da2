/** Cases on leases and attempts: who holds a task, until when, and how it comes back. */
import type { Claim } from '../desk/ports.ts'
import { equal, holds } from './expectation.ts'
import { changeOf, minute, taskOf } from './fixtures.ts'
import { casesAbout, onOne } from './store-case.ts'
import { ACME, claim, claimOne, GLOBEX, heldTask, keysOf, upTo } from './store-reading.ts'

export const leaseCases = casesAbout('lease', [
  onOne(
    'store.lease.end',
    'a leased task is handed out again at the end of its lease, and not before',
    async (store) => {
      const first = await heldTask(store)
      equal(first.leaseUntil, minute(11), 'the end of the lease')
      equal(
        await claim(store, 'timer', { now: '2026-03-02T09:40:59.999Z' }),
        [],
        'claimed a millisecond before the end',
      )
      const second = await claimOne(store, minute(11))
      holds(second.fence > first.fence, `the second fence ${second.fence} is above the first ${first.fence}`)
      equal(second.leaseUntil, minute(12), 'the end of the second lease')
    },
  ),
  onOne('store.lease.length', 'a lease lasts as long as was asked', async (store) => {
    await store.commit(changeOf({ set: [taskOf('wake')] }))
    const [held] = await claim(store, 'timer', { leaseMs: 1 })
    equal(held?.leaseUntil, '2026-03-02T09:40:00.001Z', 'the end of a lease of a millisecond')
    const [again] = await claim(store, 'timer', { now: '2026-03-02T09:40:00.001Z', leaseMs: 86_400_000 })
    equal(again?.leaseUntil, '2026-03-03T09:40:00.001Z', 'the end of a lease of a day')
  }),
  onOne(
    'store.lease.late-but-alone',
    'a holder whose lease has ended settles still, if nobody took over',
    async (store) => {
      const held = await heldTask(store)
      equal(await claim(store, 'out.mail', { now: minute(60) }), [], 'claimed of another queue, long after')
      holds(await store.settle(held, { done: true }), 'settling long after the lease')
      equal(await claim(store, 'timer', { now: minute(61) }), [], 'what is left')
    },
  ),
  onOne('store.lease.extended', 'an extended lease lasts until its new end, under the same fence', async (store) => {
    const held = await heldTask(store)
    holds(await store.settle(held, { extendTo: minute(30) }), 'extending')
    equal(await claim(store, 'timer', { now: minute(29.9) }), [], 'claimed before the new end')
    holds(await store.settle(held, { extendTo: minute(40) }), 'extending again')
    equal(await claim(store, 'timer', { now: minute(39) }), [], 'claimed before the second new end')
    const next = await claimOne(store, minute(40))
    equal([next.fence > held.fence, next.attempts], [true, 1], 'whether the fence grew, and the attempts')
  }),
  onOne('store.lease.extended-settles', 'an extended claim settles as before', async (store) => {
    const held = await heldTask(store)
    holds(await store.settle(held, { extendTo: minute(30) }), 'extending')
    equal(await store.commit(changeOf({ settle: [held] })), { committed: true }, 'the commit that settles it')
    equal(await claim(store, 'timer', { now: minute(60) }), [], 'what is left')
  }),
  onOne('store.lease.retry', 'a retried task comes back at its instant, with one more attempt', async (store) => {
    await store.commit(changeOf({ set: [taskOf('wake')] }))
    for (const attempt of [0, 1, 2]) {
      const held = await claimOne(store, minute(10 * (attempt + 1)))
      equal(held.attempts, attempt, 'attempts of the claim')
      const retryAt = minute(10 * (attempt + 2))
      holds(await store.settle(held, { retryAt, reason: `HTTP 503, attempt ${attempt}` }), 'retrying')
      equal(await claim(store, 'timer', { now: minute(10 * (attempt + 2) - 0.01) }), [], 'claimed before the instant')
    }
  }),
  onOne('store.lease.retry-before-due', 'a retry from before a task is due waits until it is due', async (store) => {
    await store.commit(changeOf({ set: [taskOf('wake', { dueAt: minute(10) })] }))
    holds(await store.settle(await claimOne(store, minute(10)), { retryAt: minute(5), reason: 'timeout' }), 'retrying')
    equal(await store.nextDue('timer'), minute(10), 'when it can be claimed next')
    equal(await claim(store, 'timer', { now: minute(9) }), [], 'claimed before it is due')
    equal((await claimOne(store, minute(10))).attempts, 1, 'attempts of the claim when it is due')
  }),
  onOne('store.lease.retry-keeps-task', 'a retried task keeps its body, group and place', async (store) => {
    const task = taskOf('dlv', { group: 'tkt', seq: 5, body: { position: 8 } })
    await store.commit(changeOf({ set: [task] }))
    await store.settle(await claimOne(store), { retryAt: minute(20), reason: 'timeout' })
    const { group, seq, body, dueAt } = await claimOne(store, minute(20))
    equal({ group, seq, body, dueAt }, { group: 'tkt', seq: 5, body: { position: 8 }, dueAt: task.dueAt }, 'the task')
  }),
  onOne('store.lease.expiry-counts', 'a lease that ends unsettled counts as an attempt', async (store) => {
    await store.commit(changeOf({ set: [taskOf('wake')] }))
    for (const n of [0, 1, 2, 3])
      equal((await claimOne(store, minute(10 + n))).attempts, n, `attempts of claim ${n + 1}`)
  }),
  onOne('store.lease.release', 'a released task comes back at once, with no attempt counted', async (store) => {
    await store.commit(changeOf({ set: [taskOf('wake')] }))
    for (const n of upTo(3)) {
      const held = await claimOne(store, minute(10))
      equal(held.attempts, 0, `attempts of claim ${n}`)
      holds(await store.settle(held, { release: true }), 'releasing')
    }
  }),
  onOne('store.lease.release-after-retry', 'a release takes back its own claim only', async (store) => {
    await store.commit(changeOf({ set: [taskOf('wake')] }))
    await store.settle(await claimOne(store), { retryAt: minute(20), reason: 'timeout' })
    const second = await claimOne(store, minute(20))
    await store.settle(second, { release: true })
    equal((await claimOne(store, minute(20))).attempts, 1, 'attempts')
  }),
  onOne(
    'store.lease.replaced-forgets',
    'a replaced task has no attempts, and is due at its own time',
    async (store) => {
      await store.commit(changeOf({ set: [taskOf('wake')] }))
      await store.settle(await claimOne(store), { retryAt: minute(50), reason: 'timeout' })
      await store.commit(changeOf({ set: [taskOf('wake', { dueAt: minute(20) })] }))
      equal((await claimOne(store, minute(20))).attempts, 0, 'attempts')
    },
  ),
  onOne('store.lease.replaced-while-held', 'a task replaced while it is held can be claimed at once', async (store) => {
    await heldTask(store)
    await store.commit(changeOf({ set: [taskOf('wake', { dueAt: minute(2) })] }))
    equal((await claimOne(store)).dueAt, minute(2), 'the due time')
  }),
  onOne('store.lease.one-of-many', 'settling one claim leaves the others of the same batch', async (store) => {
    await store.commit(changeOf({ set: upTo(5).map((n) => taskOf(`wake-${n}`)) }))
    const claims = await claim(store)
    holds(await store.settle(claims[2] as Claim, { done: true }), 'settling the third')
    equal(await claim(store), [], 'claimed while the others are leased')
    equal(
      keysOf(await claim(store, 'timer', { now: minute(11) })),
      ['wake-1', 'wake-2', 'wake-4', 'wake-5'],
      'claimed after',
    )
  }),
  onOne(
    'store.lease.earliest-first-again',
    'a task that comes back goes by its due time, before what is due later',
    async (store) => {
      await store.commit(changeOf({ set: [taskOf('a', { dueAt: minute(1) })] }))
      await claimOne(store, minute(1))
      await store.commit(changeOf({ set: [taskOf('b', { dueAt: minute(1.5) })] }))
      equal(keysOf(await claim(store, 'timer', { now: minute(9) })), ['a', 'b'], 'the keys')
    },
  ),
  onOne('store.dead.listed', 'a dead task is listed with its reason, and never handed out again', async (store) => {
    await store.commit(
      changeOf({ set: [taskOf('dlv', { queue: 'out.mail', group: 'tkt', seq: 4, body: { position: 8 } })] }),
    )
    holds(
      await store.settle(await claimOne(store, minute(10), 'out.mail'), { dead: true, reason: 'HTTP 410: gone' }),
      'settling',
    )
    equal(await claim(store, 'out.mail', { now: minute(9999) }), [], 'what can be claimed')
    equal(await store.nextDue('out.mail'), null, 'when something can be claimed')
    const found = (await store.dead(ACME, 'out.mail', 10)).map(({ tenant, key, group, seq, body, reason }) => ({
      tenant,
      key,
      group,
      seq,
      body,
      reason,
    }))
    equal(
      found,
      [{ tenant: ACME, key: 'dlv', group: 'tkt', seq: 4, body: { position: 8 }, reason: 'HTTP 410: gone' }],
      'the dead tasks',
    )
  }),
  onOne('store.dead.order', 'dead tasks are listed oldest first, as many as asked', async (store) => {
    await store.commit(changeOf({ set: [3, 1, 5, 2, 4].map((n) => taskOf(`dlv-${n}`, { dueAt: minute(n) })) }))
    for (const held of await claim(store)) await store.settle(held, { dead: true, reason: 'gone' })
    equal(keysOf(await store.dead(ACME, 'timer', 3)), ['dlv-1', 'dlv-2', 'dlv-3'], 'the three oldest')
    equal((await store.dead(ACME, 'timer', 2 ** 31 - 1)).length, 5, 'how many there are')
  }),
  onOne('store.dead.own', 'dead tasks are listed by tenant and queue', async (store) => {
    for (const tenant of [ACME, GLOBEX])
      for (const queue of ['timer', 'out.mail'])
        await store.commit(changeOf({ tenant, set: [taskOf(`${tenant} ${queue}`, { queue })] }))
    for (const queue of ['timer', 'out.mail'])
      for (const held of await claim(store, queue)) await store.settle(held, { dead: true, reason: 'gone' })
    equal(keysOf(await store.dead(GLOBEX, 'timer', 10)), ['globex timer'], "the other tenant's dead timers")
    equal(await store.dead('initech', 'timer', 10), [], "a third tenant's dead timers")
  }),
  onOne('store.dead.alive-not-listed', 'tasks that wait, are held or come back are not dead', async (store) => {
    await store.commit(changeOf({ set: [taskOf('a'), taskOf('b'), taskOf('c', { dueAt: minute(99) })] }))
    const [held] = await claim(store)
    await store.settle(held as Claim, { retryAt: minute(50), reason: 'timeout' })
    equal(await store.dead(ACME, 'timer', 10), [], 'the dead tasks')
  }),
  onOne('store.dead.revived', 'a dead task set anew lives, and one that is cleared is gone', async (store) => {
    await store.commit(changeOf({ set: [taskOf('a'), taskOf('b')] }))
    for (const held of await claim(store)) await store.settle(held, { dead: true, reason: 'gone' })
    await store.commit(changeOf({ set: [taskOf('a')], clear: [{ queue: 'timer', key: 'b' }] }))
    equal(await store.dead(ACME, 'timer', 10), [], 'the dead tasks')
    const held = await claimOne(store)
    equal([held.key, held.attempts], ['a', 0], 'the key and the attempts of what lives')
  }),
  onOne(
    'store.dead.put-back',
    'a dead task that is put back is due as it was, at its old place, as if never claimed',
    async (store) => {
      const task = taskOf('a', { dueAt: minute(1), group: 'tkt', seq: 1, body: { position: 8 } })
      await store.commit(changeOf({ set: [task, taskOf('b', { dueAt: minute(2), group: 'tkt', seq: 2 })] }))
      await store.settle(await claimOne(store, minute(1)), { retryAt: minute(3), reason: 'timeout' })
      await store.settle(await claimOne(store, minute(3)), { dead: true, reason: 'gone' })
      const [dead] = await store.dead(ACME, 'timer', 10)
      holds(await store.settle(dead as Claim, { revive: true }), 'putting it back')
      equal(await store.dead(ACME, 'timer', 10), [], 'the dead tasks')
      equal(await store.nextDue('timer'), minute(1), 'when the next can be claimed')
      const { key, dueAt, attempts, body } = await claimOne(store, minute(1))
      equal(
        { key, dueAt, attempts, body },
        { key: 'a', dueAt: minute(1), attempts: 0, body: task.body },
        'what is claimed',
      )
    },
  ),
  onOne(
    'store.dead.put-back-once',
    'of two who put a dead task back one does, and both claims are outdated',
    async (store) => {
      const held = await heldTask(store)
      await store.settle(held, { dead: true, reason: 'gone' })
      const [dead] = await store.dead(ACME, 'timer', 10)
      const done = await Promise.all([dead, dead].map((claim) => store.settle(claim as Claim, { revive: true })))
      equal(done.sort(), [false, true], 'who put it back')
      const later = await claimOne(store)
      for (const claim of [held, dead as Claim])
        equal(await store.settle(claim, { done: true }), false, 'ending the task by a claim from before')
      holds(await store.settle(later, { done: true }), 'ending it by the claim after that')
    },
  ),
  onOne(
    'store.dead.put-back-replaced',
    'a task that was set anew, removed or never died is not put back',
    async (store) => {
      await store.commit(changeOf({ set: [taskOf('a'), taskOf('b'), taskOf('c')] }))
      const claims = await claim(store)
      for (const held of claims.slice(0, 2)) await store.settle(held, { dead: true, reason: 'gone' })
      const dead = await store.dead(ACME, 'timer', 10)
      const anew = taskOf('a', { dueAt: minute(30), body: { anew: true } })
      await store.commit(changeOf({ set: [anew], clear: [{ queue: 'timer', key: 'b' }] }))
      for (const one of [...dead, claims[2] as Claim])
        equal(await store.settle(one, { revive: true }), false, `putting back ${one.key}`)
      holds(await store.settle(claims[2] as Claim, { done: true }), 'ending the task that is held')
      const left = await claim(store, 'timer', { now: minute(60) })
      equal(
        left.map(({ key, dueAt, body }) => ({ key, dueAt, body })),
        [{ key: 'a', dueAt: minute(30), body: { anew: true } }],
        'what is left',
      )
    },
  ),
])
