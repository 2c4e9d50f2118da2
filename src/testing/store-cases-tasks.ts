/** Cases on tasks: when they are due, in what order they are handed out, and what replaces or clears them. */
import type { Store } from '../desk/ports.ts'
import { equal, holds, refused } from './expectation.ts'
import { changeOf, minute, openingOf, taskOf, ticketWrite } from './fixtures.ts'
import { casesAbout, onOne, onTwo } from './store-case.ts'
import { ACME, claim, claimOne, GLOBEX, keysOf, tasksOf, upTo } from './store-reading.ts'

/** Workers that claim a few at a time until nothing is left; gives what each of them got. */
async function emptied(workers: readonly Store[], limit: number): Promise<string[][]> {
  return Promise.all(
    workers.map(async (store) => {
      const keys: string[] = []
      for (;;) {
        const claims = await claim(store, 'timer', { limit })
        if (claims.length === 0) return keys
        holds(claims.length <= limit, `a claim of at most ${limit} tasks gives no more, it gave ${claims.length}`)
        keys.push(...keysOf(claims))
        holds(keys.length <= 1000, 'claiming comes to an end')
      }
    }),
  )
}

async function claimSideBySide(...stores: readonly Store[]): Promise<void> {
  const [store] = stores as [Store]
  for (const round of upTo(6)) {
    const set = upTo(40).map((n) => taskOf(`wake-${round}-${String(n).padStart(2, '0')}`, { dueAt: minute(n % 5) }))
    await store.commit(changeOf({ set }))
    const workers = upTo(6).map((n) => stores[n % stores.length] as Store)
    const shares = await emptied(workers, round % 2 ? 3 : 1)
    equal(shares.flat().sort(), keysOf(set), 'what six workers got together, each task once')
    // They stay leased: nobody gets them again.
    equal(await claim(store), [], 'what is left to claim')
  }
}

export const taskCases = casesAbout('task', [
  onOne(
    'store.task.not-before-due',
    'a task is handed out at its due instant, and not a millisecond before',
    async (store) => {
      await store.commit(changeOf({ set: [taskOf('wake', { dueAt: '2026-03-02T09:30:00.500Z' })] }))
      equal(await claim(store, 'timer', { now: '2026-03-02T09:30:00.499Z' }), [], 'claimed a millisecond before')
      equal(
        keysOf(await claim(store, 'timer', { now: '2026-03-02T09:30:00.500Z' })),
        ['wake'],
        'claimed at the instant',
      )
    },
  ),
  onOne('store.task.empty-queue', 'an empty queue hands out nothing', async (store) => {
    equal(await claim(store), [], 'the claims')
  }),
  onOne('store.task.queues-apart', 'a queue hands out its own tasks only', async (store) => {
    const set = ['timer', 'out.webhooks', 'out.mail'].map((queue) => taskOf('one', { queue }))
    await store.commit(changeOf({ set }))
    const found = await claim(store, 'out.webhooks')
    equal(
      found.map(({ queue }) => queue),
      ['out.webhooks'],
      'the queues of what was claimed',
    )
  }),
  onOne('store.task.order', 'tasks are handed out by due time, then tenant, then key', async (store) => {
    const set = (tenant: string, tasks: readonly (readonly [key: string, at: number])[]) =>
      store.commit(changeOf({ tenant, set: tasks.map(([key, at]) => taskOf(key, { dueAt: minute(at) })) }))
    await set(GLOBEX, [
      ['a', 2],
      ['b', 1],
      ['c', 3],
    ])
    await set(ACME, [
      ['c', 2],
      ['z', 1],
      ['d', 3],
      ['b', 2],
    ])
    const found = (await claim(store)).map(({ tenant, key }) => `${tenant} ${key}`)
    equal(found, ['acme z', 'globex b', 'acme b', 'acme c', 'globex a', 'acme d', 'globex c'], 'tenants and keys')
  }),
  onOne('store.task.order-of-keys', 'keys that break ties come by code point', async (store) => {
    const keys = ['Z', 'a', '\u{1f600}', '\uff5e', 'A', '\u00e9', '10', '9']
    await store.commit(changeOf({ set: keys.map((key) => taskOf(key)) }))
    equal(keysOf(await claim(store)), ['10', '9', 'A', 'Z', 'a', '\u00e9', '\uff5e', '\u{1f600}'], 'the keys')
  }),
  onOne('store.task.limit', 'a limit takes the earliest, and the rest later', async (store) => {
    await store.commit(changeOf({ set: [5, 3, 1, 4, 2].map((n) => taskOf(`wake-${n}`, { dueAt: minute(n) })) }))
    equal(keysOf(await claim(store, 'timer', { limit: 2 })), ['wake-1', 'wake-2'], 'the first two')
    equal(keysOf(await claim(store, 'timer', { limit: 2 })), ['wake-3', 'wake-4'], 'the next two')
    equal(keysOf(await claim(store, 'timer', { limit: 2 })), ['wake-5'], 'the last')
  }),
  onOne(
    'store.task.later-set-earlier-due',
    'a task that was set later but is due earlier comes first',
    async (store) => {
      await store.commit(changeOf({ set: [taskOf('late', { dueAt: minute(5) })] }))
      equal(await claim(store, 'timer', { now: minute(1) }), [], 'claimed in the first minute')
      await store.commit(changeOf({ set: [taskOf('early', { dueAt: minute(2) })] }))
      equal(keysOf(await claim(store, 'timer', { limit: 1 })), ['early'], 'the first claim')
    },
  ),
  onOne(
    'store.task.clock-behind',
    'a caller whose clock is behind gets nothing that is not yet due for it',
    async (store) => {
      await store.commit(changeOf({ set: [taskOf('a', { dueAt: minute(1) }), taskOf('b', { dueAt: minute(5) })] }))
      equal(keysOf(await claim(store, 'timer', { now: minute(9), limit: 1 })), ['a'], 'claimed in minute 9')
      equal(await claim(store, 'timer', { now: minute(4) }), [], 'claimed in minute 4')
      equal(await store.nextDue('timer'), minute(5), 'when the next can be claimed')
      equal(keysOf(await claim(store, 'timer', { now: minute(5) })), ['b'], 'claimed in minute 5')
    },
  ),
  onOne('store.task.replaced', 'a task set under a key that stands replaces it whole', async (store) => {
    await store.commit(changeOf({ set: [taskOf('wake', { dueAt: minute(1), group: 'g', seq: 3 })] }))
    const next = taskOf('wake', { dueAt: minute(5), body: { command: 'ticket.close' } })
    await store.commit(changeOf({ set: [next] }))
    equal(await claim(store, 'timer', { now: minute(4) }), [], 'claimed before the new due time')
    const { group, seq, body, attempts } = await claimOne(store, minute(5))
    equal({ group, seq, body, attempts }, { group: null, seq: 0, body: next.body, attempts: 0 }, 'the task')
  }),
  onOne('store.task.replaced-earlier', 'a task can be replaced by one that is due earlier', async (store) => {
    await store.commit(changeOf({ set: [taskOf('wake', { dueAt: minute(60) })] }))
    await store.commit(changeOf({ set: [taskOf('wake', { dueAt: minute(1) })] }))
    await claimOne(store, minute(1))
  }),
  onOne('store.task.cleared', 'a cleared task is never handed out', async (store) => {
    await store.commit(changeOf({ set: [taskOf('wake'), taskOf('close')] }))
    await store.commit(changeOf({ clear: [{ queue: 'timer', key: 'wake' }] }))
    equal(keysOf(await tasksOf(store)), ['close'], 'the tasks')
  }),
  onOne('store.task.clear-absent', 'clearing a task that is absent is passed over', async (store) => {
    const change = openingOf([1], {
      clear: [
        { queue: 'timer', key: 'wake' },
        { queue: 'never', key: '' },
      ],
    })
    equal(await store.commit(change), { committed: true }, 'the outcome')
  }),
  onOne('store.task.clear-own-queue', 'clearing a key leaves the same key in another queue', async (store) => {
    await store.commit(changeOf({ set: [taskOf('one'), taskOf('one', { queue: 'out.mail' })] }))
    await store.commit(changeOf({ clear: [{ queue: 'timer', key: 'one' }] }))
    equal([await tasksOf(store), keysOf(await tasksOf(store, 'out.mail'))], [[], ['one']], 'both queues')
  }),
  onOne('store.task.clear-and-set', 'a change that clears a task and sets it anew leaves it set', async (store) => {
    await store.commit(changeOf({ set: [taskOf('wake')] }))
    await store.commit(
      changeOf({ clear: [{ queue: 'timer', key: 'wake' }], set: [taskOf('wake', { dueAt: minute(2) })] }),
    )
    equal((await claimOne(store)).dueAt, minute(2), 'the due time')
  }),
  onOne(
    'store.task.settle-and-set',
    'a change that settles a claim and sets the task anew leaves it set, unclaimed',
    async (store) => {
      await store.commit(changeOf({ set: [taskOf('step')] }))
      for (const n of upTo(4)) {
        const held = await claimOne(store)
        equal(held.attempts, 0, 'attempts of the task')
        await store.commit(
          changeOf({ settle: [held], set: [taskOf('step', { body: { step: n } })], writes: [ticketWrite(n)] }),
        )
      }
      equal((await claimOne(store)).body, { step: 4 }, 'the body')
    },
  ),
  onOne('store.task.settle-and-clear', 'a change may settle a claim and clear its task', async (store) => {
    await store.commit(changeOf({ set: [taskOf('wake')] }))
    const held = await claimOne(store)
    equal(await store.commit(changeOf({ settle: [held], clear: [held] })), { committed: true }, 'the outcome')
    equal(await tasksOf(store), [], 'the tasks')
  }),
  onOne('store.task.with-its-commit', 'a task is seen with its commit, or not at all', async (store) => {
    await store.commit(openingOf([1], { set: [taskOf('wake-1')] }))
    const stale = changeOf({
      writes: [ticketWrite(1, 5)],
      set: [taskOf('wake-2')],
      clear: [{ queue: 'timer', key: 'wake-1' }],
    })
    await refused(store.commit(stale), 'store.stale-version', 'a stale change')
    equal(keysOf(await tasksOf(store)), ['wake-1'], 'the tasks')
  }),
  onOne(
    'store.task.next-due',
    'nextDue tells when the earliest task can be claimed, whoever owns it',
    async (store) => {
      equal(await store.nextDue('timer'), null, 'of an empty queue')
      await store.commit(
        changeOf({
          set: [taskOf('b', { dueAt: minute(7) }), taskOf('other', { queue: 'out.mail', dueAt: minute(1) })],
        }),
      )
      equal(await store.nextDue('timer'), minute(7), 'with one task')
      await store.commit(changeOf({ tenant: GLOBEX, set: [taskOf('a', { dueAt: minute(3) })] }))
      equal(await store.nextDue('timer'), minute(3), "with another tenant's earlier one")
      await store.commit(changeOf({ tenant: GLOBEX, clear: [{ queue: 'timer', key: 'a' }] }))
      equal(await store.nextDue('timer'), minute(7), 'when that is cleared')
      await store.commit(changeOf({ clear: [{ queue: 'timer', key: 'b' }] }))
      equal(await store.nextDue('timer'), null, 'when all are cleared')
    },
  ),
  onOne('store.task.next-due-past', 'nextDue tells of a task that is overdue when it was due', async (store) => {
    await store.commit(changeOf({ set: upTo(3).map((n) => taskOf(`wake-${n}`, { dueAt: minute(n) })) }))
    await claim(store, 'timer', { limit: 1 })
    equal(await store.nextDue('timer'), minute(2), 'when the next can be claimed')
  }),
  onOne(
    'store.task.next-due-leased',
    'nextDue tells when a lease ends, where nothing else is due before',
    async (store) => {
      await store.commit(changeOf({ set: [taskOf('wake'), taskOf('later', { dueAt: minute(30) })] }))
      const held = await claimOne(store, minute(10))
      equal(await store.nextDue('timer'), minute(11), 'while one is leased until minute 11')
      await store.settle(held, { extendTo: minute(20) })
      equal(await store.nextDue('timer'), minute(20), 'when the lease is extended to minute 20')
      await store.settle(held, { retryAt: minute(25), reason: 'timeout' })
      equal(await store.nextDue('timer'), minute(25), 'when it is retried in minute 25')
      const again = await claimOne(store, minute(26))
      await store.settle(again, { done: true })
      equal(await store.nextDue('timer'), minute(30), 'when it is done')
    },
  ),
  onOne('store.claim.workers', 'six workers who claim side by side never share a task, and leave none', (store) =>
    claimSideBySide(store),
  ),
  onTwo('store.claim.workers-two', 'six workers on two handles never share a task, and leave none', claimSideBySide),
  onOne('store.claim.at-once', 'of ten claims at once for one task, one gets it', async (store) => {
    for (const n of upTo(10)) {
      await store.commit(changeOf({ set: [taskOf(`wake-${n}`)] }))
      const claims = await Promise.all(upTo(10).map(() => claim(store)))
      equal(keysOf(claims.flat()), [`wake-${n}`], 'what ten claims got together')
    }
  }),
  onTwo(
    'store.claim.at-once-two',
    'of ten claims at once on two handles for one task, one gets it',
    async (one, other) => {
      for (const n of upTo(10)) {
        await one.commit(changeOf({ set: [taskOf(`wake-${n}`)] }))
        const claims = await Promise.all(upTo(10).map((place) => claim(place % 2 ? one : other)))
        equal(keysOf(claims.flat()), [`wake-${n}`], 'what ten claims got together')
      }
    },
  ),
  onOne('store.claim.beside-commits', 'tasks set while workers claim are each handed out once', async (store) => {
    const keys = upTo(60).map((n) => `wake-${n}`)
    const got: string[] = []
    const produce = async () => {
      for (const key of keys) await store.commit(changeOf({ set: [taskOf(key)] }))
    }
    const consume = async () => {
      for (const _ of keys) {
        for (const held of await claim(store, 'timer', { limit: 2 })) {
          got.push(held.key)
          holds(await store.settle(held, { done: true }), `settling ${held.key}`)
        }
      }
    }
    await Promise.all([produce(), consume(), consume(), consume()])
    for (const held of await claim(store)) got.push(held.key)
    equal(got.sort(), keys.sort(), 'what was handed out, each task once')
  }),
])
