/** Cases on commits outside while a transaction of the host is open, and on watching for work. */

import type { CommitOutcome, Store } from '../desk/ports.ts'
import { equal, holds } from './expectation.ts'
import { changeOf, commandOf, minute, openingOf, taskOf, ticketId, ticketKey, ticketWrite } from './fixtures.ts'
import type { HostTransaction, StoreCase } from './store-case.ts'
import { besideTransaction, casesAbout } from './store-case.ts'
import { ACME, claim, heldTask, idsOf, keysOf, raceOf, tasksOf, upTo, versionOf } from './store-reading.ts'

type Begin = () => Promise<HostTransaction & { readonly inner: Store }>

/**
 * Work outside that starts while the transaction is open and has written. It may have to wait for the host, so it is
 * awaited only after the host has ended.
 */
async function beside<T>(
  begin: Begin,
  act: { within(inner: Store): Promise<unknown>; outside(): Promise<T>; end: 'commit' | 'rollback' },
) {
  const host = await begin()
  await act.within(host.inner)
  const running = Promise.allSettled([act.outside()])
  await host[act.end]()
  const [outcome] = await running
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}

const ENDS = ['commit', 'rollback'] as const

export const besideCases = casesAbout('transaction', [
  besideTransaction(
    'store.beside.version',
    'of a commit within a transaction and one outside at one version, one succeeds',
    async (store, begin) => {
      await store.commit(openingOf([1, 2]))
      for (const [n, end] of ENDS.entries()) {
        const write = (by: string) => changeOf({ writes: [ticketWrite(n + 1, 1, { status: by })] })
        const { won } = await beside(begin, {
          within: (inner) => inner.commit(write('within')),
          outside: () => raceOf([store.commit(write('outside'))]),
          end,
        })
        equal(won.length, end === 'commit' ? 0 : 1, `how many outside succeeded where the host did ${end}`)
        const [record] = await store.get(ACME, [ticketKey(n + 1)])
        equal([record?.version, record?.doc.status], [2, end === 'commit' ? 'within' : 'outside'], 'what stands')
      }
    },
  ),
  besideTransaction(
    'store.beside.command',
    'of one command within a transaction and outside, one acts',
    async (store, begin) => {
      for (const [n, end] of ENDS.entries()) {
        const change = openingOf([n], { command: commandOf(`cmd-${n}`) })
        const outcome: CommitOutcome = await beside(begin, {
          within: (inner) => inner.commit(change),
          outside: () => store.commit(change),
          end,
        })
        equal(outcome.committed, end === 'rollback', `whether the one outside acted where the host did ${end}`)
        equal(await versionOf(store, ticketKey(n)), 1, 'the version')
      }
    },
  ),
  besideTransaction(
    'store.beside.check',
    'a commit outside does not rest on what a transaction takes away',
    async (store, begin) => {
      await store.commit(openingOf([1]))
      const { won } = await beside(begin, {
        within: (inner) => inner.commit(changeOf({ writes: [ticketWrite(1, 1)] })),
        outside: () => raceOf([store.commit(openingOf([2], { checks: [{ ...ticketKey(1), version: 1 }] }))]),
        end: 'commit',
      })
      // It may have happened before the transaction, in which it was not seen, but then it saw version 1 rightly.
      const versions = [await versionOf(store, ticketKey(1)), await versionOf(store, ticketKey(2))]
      equal(versions, [2, won.length], 'the versions')
    },
  ),
  besideTransaction(
    'store.beside.history',
    'a reader beside a long transaction misses none of its entries',
    async (store, begin) => {
      await store.commit(openingOf([1]))
      const seen: string[] = []
      let after = 0
      const follow = async () => {
        const page = await store.history(ACME, { after, limit: 1000 })
        seen.push(...idsOf(page))
        after = page.at(-1)?.position ?? after
      }
      for (const round of upTo(4)) {
        await beside(begin, {
          within: (inner) => inner.commit(openingOf([10 * round])),
          outside: async () => {
            const running = Promise.all(upTo(3).map((n) => store.commit(openingOf([10 * round + n]))))
            await follow()
            await follow()
            await running
          },
          end: 'commit',
        })
        await follow()
      }
      equal(seen, idsOf(await store.history(ACME, { limit: 1000 })), 'what a reader saw beside what is there')
      equal(seen.length, 17, 'how many entries there are')
    },
  ),
  besideTransaction(
    'store.beside.claim',
    'a task that a transaction settles is handed out to nobody, unless the host rolls back',
    async (store, begin) => {
      for (const end of ENDS) {
        const held = await heldTask(store)
        const taken = await beside(begin, {
          within: (inner) => inner.commit(changeOf({ settle: [held] })),
          outside: () => claim(store, 'timer', { now: minute(11) }),
          end,
        })
        if (end === 'commit')
          equal([...taken, ...(await claim(store, 'timer', { now: minute(30) }))], [], 'what is handed out')
        else
          equal(
            keysOf([...taken, ...(await claim(store, 'timer', { now: minute(30) }))])[0],
            'wake',
            'what is handed out',
          )
        await store.commit(changeOf({ clear: [held] }))
      }
    },
  ),
  besideTransaction(
    'store.beside.task',
    'a task set within a transaction is handed out when the host has committed',
    async (store, begin) => {
      const early = await beside(begin, {
        within: (inner) => inner.commit(changeOf({ set: [taskOf('wake')] })),
        outside: () => claim(store),
        end: 'rollback',
      })
      equal(early, [], 'what is handed out where the host rolls back')
      await beside(begin, {
        within: (inner) => inner.commit(changeOf({ set: [taskOf('wake')] })),
        outside: async () => undefined,
        end: 'commit',
      })
      equal(keysOf(await tasksOf(store)), ['wake'], 'the tasks when the host has committed')
    },
  ),
  besideTransaction(
    'store.beside.numbers',
    'numbers reserved within a transaction and beside it never overlap',
    async (store, begin) => {
      let within = 0
      const outside = await beside(begin, {
        within: async (inner) => {
          within = await inner.reserve(ACME, 'ticket', 4)
        },
        outside: () => Promise.all(upTo(4).map(() => store.reserve(ACME, 'ticket', 4))),
        end: 'commit',
      })
      const numbers = [within, ...outside].flatMap((first) => upTo(4).map((n) => first + n - 1))
      equal(new Set(numbers).size, numbers.length, 'how many different numbers were given, and how many in all')
    },
  ),
  besideTransaction(
    'store.beside.bystanders',
    'commits on other records go on while a transaction is open',
    async (store, begin) => {
      const outcome = await beside(begin, {
        within: (inner) => inner.commit(openingOf([1])),
        outside: () => Promise.all(upTo(5).map((n) => store.commit(openingOf([10 + n], { tenant: `tenant-${n}` })))),
        end: 'commit',
      })
      equal(outcome.filter(({ committed }) => committed).length, 5, 'how many of five commits outside succeeded')
      equal(await versionOf(store, ticketKey(1)), 1, 'the version of the ticket within')
    },
  ),
])

/** A case on a store that can be watched. */
function onWatch(
  id: string,
  title: string,
  run: (store: Store, watch: NonNullable<Store['watch']>) => Promise<void>,
): Omit<StoreCase, 'about'> {
  return {
    id,
    title,
    needs: ['watch'],
    run: async ({ open }) => {
      const store = await open()
      await run(
        store,
        (wake) => store.watch?.(wake) ?? Promise.reject(new Error('watch: expected a method, found none')),
      )
    },
  }
}

export const watchCases = casesAbout('watch', [
  onWatch(
    'store.watch.queues',
    'a watcher hears names of queues that were given tasks, and no others',
    async (store, watch) => {
      const heard: string[] = []
      const end = await watch((queue) => void heard.push(queue))
      for (const n of upTo(5))
        await store.commit(openingOf([n], { set: [taskOf('a'), taskOf('b', { queue: 'out.mail' })] }))
      await end()
      equal(
        heard.filter((queue) => !['timer', 'out.mail'].includes(queue)),
        [],
        'other names that were heard',
      )
      equal((await claim(store, 'out.mail')).length, 1, 'how many tasks can be claimed, whatever was heard')
    },
  ),
  onWatch('store.watch.throwing', 'a watcher that throws disturbs no commit', async (store, watch) => {
    const end = await watch(() => {
      throw new Error('the watcher throws')
    })
    equal(await store.commit(changeOf({ set: [taskOf('wake')] })), { committed: true }, 'the outcome of a commit')
    await end()
    equal(keysOf(await tasksOf(store)), ['wake'], 'the tasks')
  }),
  onWatch('store.watch.ends', 'watching ends once and for all, and others go on watching', async (store, watch) => {
    const heard = [0, 0]
    const hear = (n: number) => () => heard.splice(n, 1, (heard[n] ?? 0) + 1)
    const ends = await Promise.all([0, 1].map((n) => watch(hear(n))))
    await ends[0]?.()
    const before = heard[0]
    for (const n of upTo(5)) await store.commit(openingOf([n], { set: [taskOf(`wake-${n}`)] }))
    equal(heard[0], before, 'how often the one was called who has ended')
    await ends[0]?.()
    await ends[1]?.()
    holds((await tasksOf(store)).length === 5, 'all tasks are there')
    equal(idsOf(await store.history(ACME, { limit: 9 })), upTo(5).map(ticketId), 'the journal')
  }),
])
