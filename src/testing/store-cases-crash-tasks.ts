/** Cases on crashes in the middle of claims, settlements and reservations: nobody has what another has, and nothing is forgotten. */

import { crashDuring } from './crash-during.ts'
import { equal, holds } from './expectation.ts'
import { changeOf, commandOf, minute, openingOf, taskOf, ticketKey, ticketWrite } from './fixtures.ts'
import { casesAbout, onCrash } from './store-case.ts'
import { ACME, claim, claimOne, keysOf, tasksOf, upTo, versionOf } from './store-reading.ts'

export const crashTaskCases = casesAbout('crash', [
  onCrash(
    'store.crash.claims',
    'tasks whose claims a crash meets come again when the leases end, each once',
    async (store, reopen) => {
      const keys = upTo(12).map((n) => `wake-${String(n).padStart(2, '0')}`)
      await store.commit(changeOf({ set: keys.map((key) => taskOf(key)) }))
      const { next, returned } = await crashDuring(
        upTo(6).map(() => () => claim(store, 'timer', { limit: 2 })),
        reopen,
      )
      const held = [...returned.values()].flat()
      equal(new Set(keysOf(held)).size, held.length, 'how many different tasks were claimed, and how many in all')
      const now = await claim(next, 'timer', { now: minute(10) })
      equal(
        now.filter(({ key }) => keysOf(held).includes(key)),
        [],
        'claimed anew while they are leased',
      )
      const later = await claim(next, 'timer', { now: minute(12) })
      equal(keysOf(later), keys, 'claimed when all leases have ended')
      for (const old of held)
        equal(await next.settle(old, { done: true }), false, `settling ${old.key} by its old holder`)
    },
  ),
  onCrash(
    'store.crash.settled-commits',
    'a timer and the ticket it moves agree after a crash',
    async (store, reopen) => {
      const numbers = upTo(10)
      await store.commit(changeOf({ set: numbers.map((n) => taskOf(`ring-${n}`, { dueAt: minute(n / 10) })) }))
      const claims = await claim(store)
      const work = claims.map((held, place) => () => store.commit(openingOf([place + 1], { settle: [held] })))
      const { next, returned } = await crashDuring(work, reopen)
      const left = keysOf(await claim(next, 'timer', { now: minute(60) }))
      for (const n of numbers) {
        const moved = await versionOf(next, ticketKey(n))
        equal(left.includes(`ring-${n}`), moved === 0, `timer ${n} is left, beside a ticket at version ${moved}`)
        if (returned.has(n - 1)) equal(moved, 1, `the version of ticket ${n}, whose commit had returned`)
      }
    },
  ),
  onCrash(
    'store.crash.settlements',
    'a settlement that a crash meets counts whole or not at all',
    async (store, reopen) => {
      const keys = upTo(10).map((n) => `dlv-${n}`)
      await store.commit(changeOf({ set: keys.map((key, n) => taskOf(key, { dueAt: minute(n / 10) })) }))
      const claims = await claim(store)
      const { next, returned } = await crashDuring(
        claims.map((held, n) => () => store.settle(held, n % 2 ? { done: true } : { dead: true, reason: 'gone' })),
        reopen,
      )
      const left = keysOf(await claim(next, 'timer', { now: minute(60) }))
      const dead = keysOf(await next.dead(ACME, 'timer', 100))
      for (const [n, key] of keys.entries()) {
        const isDead = dead.includes(key)
        holds(!(isDead && left.includes(key)), `${key} is not both dead and handed out`)
        if (returned.has(n))
          equal([left.includes(key), isDead], [false, n % 2 === 0], `whether ${key} is left, and is dead`)
      }
    },
  ),
  onCrash(
    'store.crash.numbers',
    'numbers whose reservations a crash meets are never given twice',
    async (store, reopen) => {
      const given: number[] = []
      let open = store
      for (const _ of upTo(4)) {
        const by = open
        const { next, returned } = await crashDuring(
          upTo(8).map(() => () => by.reserve(ACME, 'ticket', 3)),
          reopen,
        )
        for (const first of returned.values()) given.push(first, first + 1, first + 2)
        open = next
      }
      given.push(await open.reserve(ACME, 'ticket', 1))
      equal(new Set(given).size, given.length, 'how many different numbers were given, and how many in all')
    },
  ),
  onCrash(
    'store.crash.replaced',
    'a task whose replacement a crash meets is the old one or the new one',
    async (store, reopen) => {
      await store.commit(changeOf({ set: upTo(6).map((n) => taskOf(`wake-${n}`, { body: { is: 'old' } })) }))
      const { next, returned } = await crashDuring(
        upTo(6).map((n) => () => store.commit(changeOf({ set: [taskOf(`wake-${n}`, { body: { is: 'new' } })] }))),
        reopen,
      )
      const tasks = await tasksOf(next)
      equal(
        keysOf(tasks),
        upTo(6).map((n) => `wake-${n}`),
        'the tasks',
      )
      for (const place of returned.keys())
        equal(tasks[place]?.body, { is: 'new' }, `task ${place + 1}, whose commit had returned`)
    },
  ),
  onCrash(
    'store.crash.work-goes-on',
    'after a crash amid all kinds of work the store works on',
    async (store, reopen) => {
      await store.commit(openingOf(upTo(5), { set: upTo(5).map((n) => taskOf(`wake-${n}`)) }))
      const { next } = await crashDuring<unknown>(
        [
          () => store.commit(changeOf({ writes: [ticketWrite(1, 1)] })),
          () => claim(store, 'timer', { limit: 2 }),
          () => store.reserve(ACME, 'ticket', 5),
          () => store.commit(openingOf([9], { command: commandOf('cmd-9') })),
        ],
        reopen,
      )
      await next.migrate()
      equal(
        await next.commit(openingOf([20], { set: [taskOf('after', { queue: 'out.mail' })] })),
        { committed: true },
        'a commit',
      )
      const held = await claimOne(next, minute(10), 'out.mail')
      equal(await next.settle(held, { done: true }), true, 'settling')
      equal((await claim(next, 'timer', { now: minute(60) })).length, 5, 'how many timers there are')
    },
  ),
])
