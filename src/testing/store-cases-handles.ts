/** Cases on several handles of one store: many at once, handles that are abandoned, and handles closed in the middle of work. */
import type { Store } from '../desk/ports.ts'
import { equal, holds } from './expectation.ts'
import { changeOf, commandOf, minute, openingOf, taskOf, ticketId, ticketKey, ticketWrite } from './fixtures.ts'
import { casesAbout, onTwo, type StoreCase, type StoreContext } from './store-case.ts'
import { ACME, asking, claim, claimOne, idsOf, keysOf, raceOf, tasksOf, upTo, versionOf } from './store-reading.ts'

/** A case on five handles of one fresh store. */
function onFive(id: string, title: string, run: (stores: readonly Store[]) => Promise<void>): Omit<StoreCase, 'about'> {
  const open = async (context: StoreContext) => [
    await context.open(),
    ...(await Promise.all(upTo(4).map(() => context.openAnother()))),
  ]
  return { id, title, needs: ['another'], run: async (context) => run(await open(context)) }
}

/** Starts all of it on one handle, and closes that handle meanwhile; which of it ended well, by place. */
async function closedDuring(store: Store, work: readonly (() => Promise<unknown>)[]): Promise<boolean[]> {
  const running = Promise.allSettled(work.map((start) => start()))
  await store.close()
  return (await running).map(({ status }) => status === 'fulfilled')
}

const MANY = [
  onFive('store.handles.open', 'five handles that are opened and migrated at once all work', async (stores) => {
    await Promise.all(stores.map((store, n) => store.commit(openingOf([n]))))
    for (const [n, store] of stores.entries())
      equal((await store.find(ACME, 'ticket', asking())).length, 5, `how many tickets handle ${n} finds`)
  }),
  onFive(
    'store.handles.versions',
    'of fifty commits by five handles at one version, exactly one succeeds',
    async (stores) => {
      const [store] = stores as [Store]
      await store.commit(openingOf([1]))
      for (const version of upTo(4)) {
        const rivals = upTo(10).flatMap(() => stores)
        const { won } = await raceOf(rivals.map((by) => by.commit(changeOf({ writes: [ticketWrite(1, version)] }))))
        equal(won.length, 1, `how many of fifty commits at version ${version} succeeded`)
      }
      equal(await versionOf(store, ticketKey(1)), 5, 'the version')
    },
  ),
  onFive(
    'store.handles.claims',
    'five handles that empty a queue never share a task, and leave none',
    async (stores) => {
      const [store] = stores as [Store]
      const keys = upTo(60).map((n) => `wake-${String(n).padStart(2, '0')}`)
      await store.commit(changeOf({ set: keys.map((key) => taskOf(key)) }))
      const got: string[] = []
      const empty = async (by: Store) => {
        for (let claims = await claim(by, 'timer', { limit: 3 }); claims.length > 0; ) {
          got.push(...keysOf(claims))
          claims = await claim(by, 'timer', { limit: 3 })
        }
      }
      await Promise.all(stores.map(empty))
      // Who found all rows busy for a moment may have stopped early; somebody looks again, as a worker does.
      await empty(store)
      equal(got.sort(), keys, 'what five handles got together, each task once')
    },
  ),
  onFive(
    'store.handles.checks-ring',
    'of five commits that each check what the next one writes, never all succeed',
    async (stores) => {
      const [store] = stores as [Store]
      await store.commit(openingOf(upTo(5)))
      for (const _ of upTo(6)) {
        const versions = await Promise.all(upTo(5).map((n) => versionOf(store, ticketKey(n))))
        const at = (n: number) => ({ n: (n % 5) + 1, version: versions[n % 5] ?? 0 })
        const { won } = await raceOf(
          stores.map((by, place) => {
            const [own, next] = [at(place), at(place + 1)]
            const checks = [{ ...ticketKey(next.n), version: next.version }]
            return by.commit(changeOf({ writes: [ticketWrite(own.n, own.version)], checks }))
          }),
        )
        // In whatever order they happened, whoever came last had the first one's change to see.
        holds(won.length >= 1 && won.length <= 4, `of five, at least one and at most four succeed; ${won.length} did`)
      }
    },
  ),
]

const ABANDONED = [
  onTwo(
    'store.abandoned.claim',
    'a task held by an abandoned handle comes to another when the lease ends',
    async (one, other) => {
      await one.commit(
        changeOf({
          set: [taskOf('wake'), taskOf('next', { group: 'g', seq: 1 }), taskOf('last', { group: 'g', seq: 2 })],
        }),
      )
      const held = await claim(one)
      equal(keysOf(held), ['next', 'wake'], 'what the first handle holds')
      equal(await claim(other, 'timer', { now: minute(10.9) }), [], 'claimed before the leases end')
      const taken = await claim(other, 'timer', { now: minute(11) })
      equal(keysOf(taken), ['next', 'wake'], 'claimed when they have ended')
      for (const old of held)
        equal(await one.settle(old, { done: true }), false, `settling ${old.key} by the first handle`)
    },
  ),
  onTwo(
    'store.abandoned.reader',
    'a handle that stopped in the middle of reading holds nobody up',
    async (one, other) => {
      await one.commit(openingOf(upTo(20)))
      const page = await one.find(ACME, 'ticket', asking({ limit: 5 }))
      await one.history(ACME, { limit: 5 })
      await Promise.all(upTo(10).map((n) => other.commit(changeOf({ writes: [ticketWrite(n, 1)] }))))
      await other.migrate()
      const rest = await one.find(ACME, 'ticket', asking({ after: { values: [], id: page.at(-1)?.id ?? '' } }))
      equal(rest.length, 15, 'how many tickets the first handle reads on')
    },
  ),
  onTwo('store.abandoned.refused', 'a handle that was refused leaves nothing locked', async (one, other) => {
    await one.commit(openingOf([1, 2], { set: [taskOf('wake')] }))
    const stale = changeOf({
      writes: [ticketWrite(2, 1), ticketWrite(1, 7)],
      set: [taskOf('wake')],
      command: commandOf('cmd-1'),
    })
    equal((await raceOf([one.commit(stale)])).stale, [0], 'the stale commit')
    const writes = [ticketWrite(1, 1), ticketWrite(2, 1)]
    equal(
      await other.commit(changeOf({ writes, set: [taskOf('wake')], command: commandOf('cmd-1') })),
      { committed: true },
      'a commit of the same on the other handle',
    )
    await claimOne(other)
  }),
]

const CLOSED = [
  onTwo('store.closing.claims', 'tasks whose claims a closing cuts off come again, each once', async (one, other) => {
    const keys = upTo(12).map((n) => `wake-${String(n).padStart(2, '0')}`)
    await one.commit(changeOf({ set: keys.map((key) => taskOf(key)) }))
    await closedDuring(
      one,
      upTo(6).map(() => () => claim(one, 'timer', { limit: 2 })),
    )
    equal(keysOf(await claim(other, 'timer', { now: minute(11) })), keys, 'claimed when all leases have ended')
  }),
  onTwo(
    'store.closing.settlements',
    'a settlement that a closing cuts off counts whole or not at all',
    async (one, other) => {
      await one.commit(changeOf({ set: upTo(10).map((n) => taskOf(`wake-${n}`, { dueAt: minute(n / 10) })) }))
      const held = await claim(one)
      const ended = await closedDuring(
        one,
        held.map((own, n) => () => one.commit(openingOf([n], { settle: [own] }))),
      )
      const left = keysOf(await claim(other, 'timer', { now: minute(11) }))
      for (const [n, { key }] of held.entries()) {
        const version = await versionOf(other, ticketKey(n))
        equal(left.includes(key), version === 0, `${key} is left, beside a ticket at version ${version}`)
        if (ended[n]) equal(version, 1, `the version of ticket ${n}, whose commit had returned`)
      }
    },
  ),
  onTwo(
    'store.closing.numbers',
    'numbers whose reservations a closing cuts off are not given again',
    async (one, other) => {
      const given: number[] = []
      await closedDuring(
        one,
        upTo(8).map(() => async () => void given.push(await one.reserve(ACME, 'ticket', 2))),
      )
      given.push(...(await Promise.all(upTo(4).map(() => other.reserve(ACME, 'ticket', 2)))))
      equal(
        new Set(given.flatMap((first) => [first, first + 1])).size,
        2 * given.length,
        'how many different numbers were given',
      )
    },
  ),
  onTwo(
    'store.closing.large',
    'a commit of 300 records that a closing cuts off is there whole or not at all',
    async (one, other) => {
      const [ended] = await closedDuring(one, [() => one.commit(openingOf(upTo(300)))])
      const count = (await other.find(ACME, 'ticket', asking())).length
      equal(count, ended ? 300 : 0, 'how many tickets there are')
      equal((await other.history(ACME, { limit: 1000 })).length, count, 'how many entries there are beside them')
    },
  ),
  onTwo('store.closing.twice', 'closing twice, and closing one of two, hurts nobody', async (one, other) => {
    await one.commit(openingOf([1], { set: [taskOf('wake')] }))
    await Promise.allSettled([one.close(), one.close()])
    await Promise.allSettled([one.close()])
    equal(await other.commit(openingOf([2])), { committed: true }, 'a commit on the other handle')
    equal(idsOf(await other.find(ACME, 'ticket', asking())), [1, 2].map(ticketId), 'the tickets')
    equal(keysOf(await tasksOf(other)), ['wake'], 'the tasks')
  }),
]

export const handleCases = [...casesAbout('race', MANY), ...casesAbout('crash', [...ABANDONED, ...CLOSED])]
