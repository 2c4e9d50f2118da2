/** Cases on workers that meet over one task: who takes over, settles, extends, replaces or clears at the same time. */
import type { Claim, Settlement, Store } from '../desk/ports.ts'
import { equal, holds } from './expectation.ts'
import { changeOf, commandOf, minute, taskOf, ticketKey, ticketWrite } from './fixtures.ts'
import { casesAbout, onOneAndTwo } from './store-case.ts'
import { claim, claimOne, keysOf, raceOf, tasksOf, upTo, versionOf } from './store-reading.ts'

const ROUNDS = 10
const timer = (key: string) => ({ queue: 'timer', key })

/** What two of them did who started at the same time, in this order or the other, by the round. */
async function meet<A, B>(round: number, one: () => Promise<A>, other: () => Promise<B>): Promise<[A, B]> {
  if (round % 2) return Promise.all([one(), other()])
  const [second, first] = await Promise.all([other(), one()])
  return [first, second]
}

/** Sets and claims a task of its own for each round, and gives it with the round. */
async function eachRound(store: Store, run: (held: Claim, round: number) => Promise<void>): Promise<void> {
  for (const round of upTo(ROUNDS)) {
    await store.commit(changeOf({ set: [taskOf(`wake-${round}`)] }))
    await run(await claimOne(store), round)
    await store.commit(changeOf({ clear: [timer(`wake-${round}`)] }))
  }
}

/** A holder whose lease has ended settles while another claims: one of them has the task, and knows it. */
function takeover(settlement: Settlement) {
  return async (store: Store, on: (n: number) => Store): Promise<void> => {
    await eachRound(store, async (held, round) => {
      const [settled, [taken]] = await meet(
        round,
        () => on(0).settle(held, settlement),
        () => claim(on(1), 'timer', { now: minute(11) }),
      )
      // A settlement that came first may leave the task to be claimed; then the claim is of what it left.
      if (taken === undefined) return holds(settled, 'the holder settled, where nobody took over')
      if (settled) return holds(!('done' in settlement), 'a task that was settled as done is not handed out')
      holds(taken.fence > held.fence, `the new fence ${taken.fence} is above the old one ${held.fence}`)
      holds(await on(0).settle(taken, { done: true }), 'the new holder settles')
    })
  }
}

export const takeoverCases = casesAbout('race', [
  ...onOneAndTwo(
    'store.takeover.done',
    'of a late holder who is done and one who takes over, exactly one has the task',
    takeover({ done: true }),
  ),
  ...onOneAndTwo(
    'store.takeover.extend',
    'of a late holder who extends and one who takes over, exactly one has the task',
    async (store, on) => {
      await eachRound(store, async (held, round) => {
        const [extended, taken] = await meet(
          round,
          () => on(0).settle(held, { extendTo: minute(30) }),
          () => claim(on(1), 'timer', { now: minute(11) }),
        )
        equal(taken.length, extended ? 0 : 1, 'how many claims there are beside the one that was extended, or was not')
        const [winner] = extended ? [held] : taken
        holds(winner !== undefined && (await on(1).settle(winner, { done: true })), 'the one who has it settles')
      })
    },
  ),
  ...onOneAndTwo(
    'store.takeover.retry',
    'a late holder’s retry counts only where nobody has taken over',
    takeover({ retryAt: minute(40), reason: 'timeout' }),
  ),
  ...onOneAndTwo(
    'store.takeover.commit',
    'of a commit that settles a late claim and one who takes over, exactly one has the task',
    async (store, on) => {
      await eachRound(store, async (held, round) => {
        const writes = [ticketWrite(round)]
        const [{ won }, taken] = await meet(
          round,
          () => raceOf([on(0).commit(changeOf({ writes, settle: [held] }))]),
          () => claim(on(1), 'timer', { now: minute(11) }),
        )
        equal(won.length + taken.length, 1, 'how many of commit and claim have the task')
        equal(await versionOf(store, ticketKey(round)), won.length, "the version of the commit's ticket")
      })
    },
  ),
  ...onOneAndTwo(
    'store.takeover.many',
    'of six who take a task over at the end of its lease, one gets it',
    async (store, on) => {
      await eachRound(store, async (held) => {
        const taken = await Promise.all(upTo(6).map((n) => claim(on(n), 'timer', { now: minute(11) })))
        equal(keysOf(taken.flat()), [held.key], 'what six of them got together')
      })
    },
  ),
  ...onOneAndTwo(
    'store.takeover.clear',
    'a task cleared while it is claimed is gone, and the claim outdated',
    async (store, on) => {
      for (const round of upTo(ROUNDS)) {
        await store.commit(changeOf({ set: [taskOf('wake')] }))
        const [, claims] = await meet(
          round,
          () => on(0).commit(changeOf({ clear: [timer('wake')] })),
          () => claim(on(1)),
        )
        for (const held of claims) equal(await on(1).settle(held, { done: true }), false, 'settling what was cleared')
        equal(await tasksOf(store), [], 'the tasks')
      }
    },
  ),
  ...onOneAndTwo(
    'store.takeover.replace',
    'a task replaced while it is claimed stands anew, and is worked on by one',
    async (store, on) => {
      for (const round of upTo(ROUNDS)) {
        await store.commit(changeOf({ set: [taskOf('wake', { body: { round: 0 } })] }))
        const [, [held]] = await meet(
          round,
          () => on(0).commit(changeOf({ set: [taskOf('wake', { body: { round } })] })),
          () => claim(on(1)),
        )
        // Whoever claimed what was replaced is outdated; whoever claimed the new one has it.
        const settled = held !== undefined && (await on(1).settle(held, { done: true }))
        if (settled) equal(held.body, { round }, 'the body of the task that was done')
        equal(
          (await tasksOf(store)).map(({ body }) => body),
          settled ? [] : [{ round }],
          'the bodies of what is left',
        )
        await store.commit(changeOf({ clear: [timer('wake')] }))
      }
    },
  ),
  ...onOneAndTwo(
    'store.takeover.settlements',
    'of a retry, a release and a death of one claim, one counts',
    async (store, on) => {
      await eachRound(store, async (held, round) => {
        const ways: Settlement[] = [
          { retryAt: minute(60), reason: 'timeout' },
          { release: true },
          { dead: true, reason: 'gone' },
          { done: true },
        ]
        const turned = ways.map((_, n) => ways[(n + round) % ways.length] as Settlement)
        const settled = await Promise.all(turned.map((way, n) => on(n).settle(held, way)))
        equal(settled.filter(Boolean).length, 1, 'how many of four settlements counted')
      })
    },
  ),
  ...onOneAndTwo(
    'store.takeover.rings-once',
    'a timer that many workers ring, each in the commit of its command, rings once',
    async (store, on) => {
      await store.commit(changeOf({ writes: [ticketWrite(1, 0, { messageCount: 0 })] }))
      for (const round of upTo(ROUNDS)) {
        await store.commit(changeOf({ set: [taskOf('ring')] }))
        const [held] = await claim(store)
        const settle = held ? [held] : []
        const write = ticketWrite(1, round, { messageCount: round })
        const { won, stale } = await raceOf(
          upTo(6).map((n) =>
            on(n).commit(changeOf({ writes: [write], settle, command: commandOf(`ring-${round}-${n}`) })),
          ),
        )
        equal([won.length, stale.length], [1, 5], 'how many of six rang, and how many were refused')
      }
      equal(await versionOf(store, ticketKey(1)), ROUNDS + 1, 'the version, by one for each ring')
    },
  ),
])
