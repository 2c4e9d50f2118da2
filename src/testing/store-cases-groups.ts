/** Cases on groups: tasks of one group are handed out one at a time and in order, whatever happens to the one before. */
import type { Claim, Store, Task } from '../desk/ports.ts'
import { equal, holds } from './expectation.ts'
import { changeOf, minute, taskOf } from './fixtures.ts'
import { casesAbout, onOne, onTwo } from './store-case.ts'
import { claim, claimOne, GLOBEX, keysOf, upTo } from './store-reading.ts'

const member = (key: string, changes: Partial<Task> = {}) => taskOf(key, { group: 'tkt-1', ...changes })

/** Sets tasks of one group, the given ones, in the order given. */
function setGroup(store: Store, tasks: readonly Task[]) {
  return store.commit(changeOf({ set: tasks }))
}

/** Claims and settles until nothing is left; gives the keys in the order in which they came. */
async function inTurn(store: Store, now = minute(10)): Promise<string[]> {
  const keys: string[] = []
  for (;;) {
    const claims = await claim(store, 'timer', { now })
    if (claims.length === 0) return keys
    for (const held of claims) {
      keys.push(held.key)
      holds(keys.length <= 100, 'claiming and settling comes to an end')
      holds(await store.settle(held, { done: true }), `settling ${held.key}`)
    }
  }
}

/** Four workers, five groups of eight tasks: each group in its order, and never two of one group at a time. */
async function workGroups(...stores: readonly Store[]): Promise<void> {
  const [store] = stores as [Store]
  const groups = upTo(5).map((g) => `group-${g}`)
  const tasksOfGroup = (group: string) => upTo(8).map((seq) => taskOf(`${group}.${seq}`, { group, seq }))
  await store.commit(changeOf({ set: groups.flatMap(tasksOfGroup).reverse() }))
  const held = new Map<string, string>()
  const done: string[] = []
  const workOn = async (by: Store, task: Claim) => {
    const group = task.group ?? ''
    holds(!held.has(group), `${task.key} is handed out while ${held.get(group)} of its group is unsettled`)
    held.set(group, task.key)
    await by.nextDue('timer')
    done.push(task.key)
    // Before the settlement returns, another worker may rightly hold the next one.
    held.delete(group)
    holds(await by.settle(task, { done: true }), `settling ${task.key}`)
  }
  const work = async (by: Store) => {
    for (const _ of upTo(3)) for (const task of await claim(by, 'timer', { limit: 2 })) await workOn(by, task)
  }
  for (let rounds = 0; rounds < 40 && done.length < 40; rounds += 1)
    await Promise.all(upTo(4).map((n) => work(stores[n % stores.length] as Store)))
  for (const group of groups)
    equal(
      done.filter((key) => key.startsWith(`${group}.`)),
      keysOf(tasksOfGroup(group)),
      `the order within ${group}`,
    )
}

export const groupCases = casesAbout('group', [
  onOne('store.group.one-at-a-time', 'of a group one task is handed out, however many are due', async (store) => {
    await setGroup(
      store,
      upTo(3).map((seq) => member(`dlv-${seq}`, { seq })),
    )
    equal(keysOf(await claim(store)), ['dlv-1'], 'the first claim')
    equal(await claim(store), [], 'the claim while it is held')
  }),
  onOne('store.group.next-after-settled', 'the next of a group comes when the one before is settled', async (store) => {
    await setGroup(
      store,
      [3, 1, 2].map((seq) => member(`dlv-${seq}`, { seq })),
    )
    equal(await inTurn(store), ['dlv-1', 'dlv-2', 'dlv-3'], 'the order')
  }),
  onOne('store.group.order', 'a group goes by due time, then seq, then key', async (store) => {
    await setGroup(store, [
      member('d', { dueAt: minute(2), seq: 1 }),
      member('c', { dueAt: minute(1), seq: 2 }),
      member('b', { dueAt: minute(1), seq: 10 }),
      member('a', { dueAt: minute(1), seq: 2 }),
      member('e', { dueAt: minute(2), seq: 0 }),
    ])
    equal(await inTurn(store), ['a', 'c', 'b', 'e', 'd'], 'the order')
  }),
  onOne(
    'store.group.across-due-times',
    'a later task is not handed out before an earlier one of another due time is settled',
    async (store) => {
      await setGroup(store, [member('a', { dueAt: minute(1) }), member('b', { dueAt: minute(5) })])
      const first = await claimOne(store, minute(9))
      equal(await claim(store, 'timer', { now: minute(9) }), [], 'claimed while the first is held')
      await store.settle(first, { done: true })
      equal((await claimOne(store, minute(9))).key, 'b', 'claimed when the first is done')
    },
  ),
  onOne('store.group.not-yet-due', 'the next of a group waits for its own due time too', async (store) => {
    await setGroup(store, [member('a', { dueAt: minute(1) }), member('b', { dueAt: minute(20) })])
    await store.settle(await claimOne(store), { done: true })
    equal(await claim(store), [], 'claimed before the second is due')
    equal(await store.nextDue('timer'), minute(20), 'when it can be claimed')
  }),
  onOne('store.group.no-group', 'tasks without a group never wait for each other', async (store) => {
    await store.commit(changeOf({ set: upTo(4).map((seq) => taskOf(`wake-${seq}`, { seq })) }))
    equal((await claim(store)).length, 4, 'how many are handed out at once')
  }),
  onOne(
    'store.group.groups-apart',
    'groups of one name in other queues and tenants are other groups',
    async (store) => {
      await setGroup(store, [member('a'), member('b', { group: 'tkt-2' }), member('a', { queue: 'out.mail' })])
      await store.commit(changeOf({ tenant: GLOBEX, set: [member('c')] }))
      equal(keysOf(await claim(store)), ['a', 'b', 'c'], 'the timers')
      equal(keysOf(await claim(store, 'out.mail')), ['a'], 'the mails')
    },
  ),
  onOne(
    'store.group.lease-end',
    'when a lease ends the same task comes again, not the next of its group',
    async (store) => {
      await setGroup(
        store,
        upTo(3).map((seq) => member(`dlv-${seq}`, { seq })),
      )
      const first = await claimOne(store, minute(10))
      const again = await claimOne(store, minute(11))
      equal([again.key, again.fence > first.fence], [first.key, true], 'what comes again, and whether its fence grew')
    },
  ),
  onOne('store.group.retry-keeps-place', 'a task that waits for its retry holds its group back', async (store) => {
    await setGroup(
      store,
      upTo(3).map((seq) => member(`dlv-${seq}`, { seq })),
    )
    await store.settle(await claimOne(store), { retryAt: minute(30), reason: 'timeout' })
    equal(await claim(store, 'timer', { now: minute(29) }), [], 'claimed before the retry')
    equal(await store.nextDue('timer'), minute(30), 'when it can be claimed')
    equal(await inTurn(store, minute(30)), ['dlv-1', 'dlv-2', 'dlv-3'], 'the order')
  }),
  onOne('store.group.release-keeps-place', 'a released task is the next of its group again', async (store) => {
    await setGroup(
      store,
      upTo(2).map((seq) => member(`dlv-${seq}`, { seq })),
    )
    await store.settle(await claimOne(store), { release: true })
    equal(await inTurn(store), ['dlv-1', 'dlv-2'], 'the order')
  }),
  onOne('store.group.dead-lets-pass', 'a dead task lets the next of its group pass', async (store) => {
    await setGroup(
      store,
      upTo(3).map((seq) => member(`dlv-${seq}`, { seq })),
    )
    await store.settle(await claimOne(store), { dead: true, reason: 'gone' })
    equal(await inTurn(store), ['dlv-2', 'dlv-3'], 'the order')
  }),
  onOne('store.group.dead-then-cleared', 'clearing a dead task leaves the order of its group', async (store) => {
    await setGroup(store, [member('dlv-1', { seq: 1 })])
    await store.settle(await claimOne(store), { dead: true, reason: 'gone' })
    await setGroup(store, [member('dlv-2', { seq: 2 })])
    await store.commit(changeOf({ clear: [{ queue: 'timer', key: 'dlv-1' }] }))
    await setGroup(store, [member('dlv-3', { seq: 3 })])
    equal(keysOf(await claim(store)), ['dlv-2'], 'what is handed out at once')
  }),
  onOne(
    'store.group.cleared-lets-pass',
    'a cleared task lets the next of its group pass, also when it was held',
    async (store) => {
      await setGroup(
        store,
        upTo(3).map((seq) => member(`dlv-${seq}`, { seq })),
      )
      await claimOne(store)
      await store.commit(changeOf({ clear: [{ queue: 'timer', key: 'dlv-1' }] }))
      equal(await inTurn(store), ['dlv-2', 'dlv-3'], 'the order')
    },
  ),
  onOne('store.group.moved', 'a task replaced into another group holds its old one back no more', async (store) => {
    await setGroup(
      store,
      upTo(2).map((seq) => member(`dlv-${seq}`, { seq })),
    )
    await setGroup(store, [member('dlv-1', { seq: 1, group: 'tkt-2' })])
    equal(keysOf(await claim(store)), ['dlv-1', 'dlv-2'], 'what is handed out at once')
  }),
  onOne(
    'store.group.replaced-behind',
    'a task replaced by a later one goes behind the others of its group',
    async (store) => {
      await setGroup(
        store,
        upTo(3).map((seq) => member(`dlv-${seq}`, { seq })),
      )
      await setGroup(store, [member('dlv-1', { seq: 4 })])
      equal(await inTurn(store), ['dlv-2', 'dlv-3', 'dlv-1'], 'the order')
    },
  ),
  onOne(
    'store.group.earlier-set-later',
    'an earlier task set while a later one is held waits for it',
    async (store) => {
      await setGroup(store, [member('dlv-2', { seq: 2 })])
      const held = await claimOne(store)
      await setGroup(store, [member('dlv-1', { seq: 1 })])
      equal(await claim(store), [], 'claimed while the later one is held')
      equal(await store.nextDue('timer'), held.leaseUntil, 'when the earlier one can be claimed')
      await store.settle(held, { release: true })
      equal(await inTurn(store), ['dlv-1', 'dlv-2'], 'the order')
    },
  ),
  onOne(
    'store.group.settled-by-commit',
    'a commit that settles a claim lets the next of the group pass',
    async (store) => {
      await setGroup(
        store,
        upTo(2).map((seq) => member(`dlv-${seq}`, { seq })),
      )
      await store.commit(changeOf({ settle: [await claimOne(store)], set: [member('dlv-3', { seq: 3 })] }))
      equal(await inTurn(store), ['dlv-2', 'dlv-3'], 'the order')
    },
  ),
  onOne('store.group.limit', 'a limit counts tasks that can be handed out, not those that wait', async (store) => {
    await setGroup(
      store,
      upTo(10).map((seq) => member(`a-${seq}`, { seq })),
    )
    await store.commit(changeOf({ set: [taskOf('b', { dueAt: minute(1) }), taskOf('c', { dueAt: minute(2) })] }))
    equal(keysOf(await claim(store, 'timer', { limit: 2 })), ['a-1', 'b'], 'the first two')
    equal(keysOf(await claim(store, 'timer', { limit: 2 })), ['c'], 'what else can be handed out')
  }),
  onOne('store.group.workers', 'workers side by side keep every group in order, one at a time', workGroups),
  onTwo('store.group.workers-two', 'workers on two handles keep every group in order, one at a time', workGroups),
])
