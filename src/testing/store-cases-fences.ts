/** Cases on fences: an outdated holder of a task can do nothing, however it came to be outdated. */
import type { Claim, Settlement, Store } from '../desk/ports.ts'
import { equal, holds, refused } from './expectation.ts'
import { changeOf, minute, openingOf, taskOf, ticketKey, ticketWrite } from './fixtures.ts'
import { casesAbout, onOne, onTwo } from './store-case.ts'
import { claim, claimOne, GLOBEX, heldTask, keysOf, tasksOf, upTo, versionOf } from './store-reading.ts'

const SETTLEMENTS: readonly Settlement[] = [
  { done: true },
  { retryAt: minute(1), reason: 'timeout' },
  { release: true },
  { extendTo: minute(90) },
  { dead: true, reason: 'gone' },
]

/** Tries everything that an outdated claim could do, and expects no effect. */
async function isPowerless(store: Store, outdated: Claim, why: string): Promise<void> {
  for (const settlement of SETTLEMENTS)
    equal(await store.settle(outdated, settlement), false, `${JSON.stringify(settlement)} by a claim that ${why}`)
  const work = store.commit(openingOf([9], { settle: [outdated] }))
  await refused(work, 'store.stale-claim', `a commit that settles a claim that ${why}`)
  equal(await versionOf(store, ticketKey(9)), 0, 'the ticket of the refused commit')
}

/** A case: after `happens`, the first claim can do nothing, and the task is as `left` says. */
function outdates(
  id: string,
  why: string,
  happens: (store: Store, held: Claim) => Promise<unknown>,
  left: readonly string[],
) {
  return onOne(`store.fence.${id}`, `a claim that ${why} can do nothing any more`, async (store) => {
    const held = await heldTask(store)
    await happens(store, held)
    await isPowerless(store, held, why)
    equal(keysOf(await claim(store, 'timer', { now: minute(60) })), left, 'what can be claimed after that')
  })
}

const anew = (store: Store) => store.commit(changeOf({ set: [taskOf('wake')] }))
const clear = (store: Store) => store.commit(changeOf({ clear: [{ queue: 'timer', key: 'wake' }] }))

export const fenceCases = casesAbout('fence', [
  outdates('done', 'was settled as done', (store, held) => store.settle(held, { done: true }), []),
  outdates('committed', 'was settled by a commit', (store, held) => store.commit(changeOf({ settle: [held] })), []),
  outdates(
    'retried',
    'was settled by a retry',
    (store, held) => store.settle(held, { retryAt: minute(20), reason: 'timeout' }),
    ['wake'],
  ),
  outdates('released', 'was released', (store, held) => store.settle(held, { release: true }), ['wake']),
  outdates('died', 'was settled as dead', (store, held) => store.settle(held, { dead: true, reason: 'gone' }), []),
  outdates('replaced', 'is on a task that was replaced', anew, ['wake']),
  outdates('cleared', 'is on a task that was cleared', clear, []),
  outdates(
    'set-again',
    'is on a task that was cleared and set anew',
    async (store) => {
      await clear(store)
      await anew(store)
    },
    ['wake'],
  ),
  outdates('taken-over', 'was taken over after its lease', (store) => claimOne(store, minute(11)), ['wake']),
  outdates(
    'taken-over-again',
    'is on a task that was done, set anew and claimed by another',
    async (store, held) => {
      await store.settle(held, { done: true })
      await anew(store)
      await claimOne(store)
    },
    ['wake'],
  ),
  onOne(
    'store.fence.grows',
    'the fence of a task grows with each claim, also when it is removed and set anew',
    async (store) => {
      const fences: number[] = []
      for (const n of upTo(6)) {
        await anew(store)
        const held = await claimOne(store, minute(10 * n))
        fences.push(held.fence)
        if (n % 3 === 1) await store.settle(held, { done: true })
        if (n % 3 === 2) await clear(store)
      }
      holds(
        fences.every((fence, n) => fence > (fences[n - 1] ?? -1)),
        `the fences ${fences} grow`,
      )
    },
  ),
  onOne(
    'store.fence.keeps-new-holder',
    'what an outdated claim tries leaves the new holder in place',
    async (store) => {
      const first = await heldTask(store)
      const second = await claimOne(store, minute(11))
      await isPowerless(store, first, 'was taken over')
      equal(await claim(store, 'timer', { now: minute(11.5) }), [], 'claimed while the new lease runs')
      holds(await store.settle(second, { done: true }), 'the new holder settles')
    },
  ),
  onOne('store.fence.wrong-number', 'a claim with a fence that was never given can do nothing', async (store) => {
    const held = await heldTask(store)
    for (const fence of [held.fence + 1, held.fence - 1, 0])
      await isPowerless(store, { ...held, fence }, `has the fence ${fence}`)
    holds(await store.settle(held, { done: true }), 'the true holder settles')
  }),
  onOne('store.fence.wrong-names', 'a claim under another tenant, queue or key can do nothing', async (store) => {
    const held = await heldTask(store)
    for (const forged of [
      { ...held, tenant: GLOBEX },
      { ...held, queue: 'out.mail' },
      { ...held, key: 'close' },
    ])
      equal(
        await store.settle(forged, { done: true }),
        false,
        `settling ${forged.tenant} ${forged.queue} ${forged.key}`,
      )
    holds(await store.settle(held, { done: true }), 'the true holder settles')
  }),
  onOne('store.fence.settle-race', 'of ten settlements of one claim at once, one counts', async (store) => {
    for (const _ of upTo(8)) {
      const held = await heldTask(store)
      const settled = await Promise.all(upTo(10).map(() => store.settle(held, { done: true })))
      equal(settled.filter(Boolean).length, 1, 'how many of ten settlements counted')
    }
  }),
  onTwo(
    'store.fence.settle-race-two',
    'of ten settlements of one claim on two handles, one counts',
    async (one, other) => {
      for (const _ of upTo(8)) {
        const held = await heldTask(one)
        const settled = await Promise.all(upTo(10).map((n) => (n % 2 ? one : other).settle(held, { done: true })))
        equal(settled.filter(Boolean).length, 1, 'how many of ten settlements counted')
      }
    },
  ),
  onOne(
    'store.fence.settle-and-commit-race',
    'of a settlement and a commit that settles the same claim, one counts',
    async (store) => {
      for (const n of upTo(10)) {
        const held = await heldTask(store)
        const commit = () =>
          store.commit(changeOf({ writes: [ticketWrite(n)], settle: [held] })).then(
            () => true,
            () => false,
          )
        const settle = () => store.settle(held, { done: true })
        const [committed, settled] =
          n % 2 ? await Promise.all([commit(), settle()]) : (await Promise.all([settle(), commit()])).reverse()
        equal([committed, settled].filter(Boolean).length, 1, 'how many of the two counted')
        equal(await versionOf(store, ticketKey(n)), committed ? 1 : 0, 'the ticket of the commit')
      }
    },
  ),
  onOne('store.fence.replace-and-settle-race', 'a task replaced while it is settled stands anew', async (store) => {
    for (const n of upTo(10)) {
      const held = await heldTask(store)
      const replace = () => store.commit(changeOf({ set: [taskOf('wake', { dueAt: minute(5), body: { round: n } })] }))
      const settle = () => store.settle(held, { done: true })
      await Promise.all(n % 2 ? [replace(), settle()] : [settle(), replace()])
      const [left] = await tasksOf(store)
      equal(left?.body, { round: n }, 'the body of what stands')
      await clear(store)
    }
  }),
])
