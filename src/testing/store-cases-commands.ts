/** Cases on command ids: a retry finds the first result, whatever else has changed, and however many retries run at once. */
import type { Store } from '../desk/ports.ts'
import { equal, holds, refused } from './expectation.ts'
import { changeOf, commandOf, openingOf, taskOf, ticketEntry, ticketKey, ticketWrite } from './fixtures.ts'
import { casesAbout, onOne, onTwo } from './store-case.ts'
import { ACME, claimOne, GLOBEX, keysOf, raceOf, stateOf, tasksOf, upTo } from './store-reading.ts'

async function raceOnCommandId(...stores: readonly Store[]): Promise<void> {
  const [store] = stores as [Store]
  for (const round of upTo(8)) {
    const commits = upTo(8).map((n) => {
      const command = commandOf(`cmd-${round}`, { result: { by: n } })
      return (stores[n % stores.length] as Store).commit(
        changeOf({ writes: [ticketWrite(100 * round + n)], journal: [ticketEntry(100 * round + n, 1)], command }),
      )
    })
    const { won, stale } = await raceOf(commits)
    equal([won.length, stale.length], [1, 0], 'how many commits acted, and how many were refused')
    const winner = (won[0] ?? 0) + 1
    const expected = upTo(8).map((n) => (n === winner ? null : winner))
    const outcomes = await Promise.all(commits)
    equal(
      outcomes.map((outcome) => (outcome.committed ? null : outcome.first.result.by)),
      expected,
      'the results that came back',
    )
    const written = await store.get(
      ACME,
      upTo(8).map((n) => ticketKey(100 * round + n)),
    )
    equal(
      written.map((record) => record !== null),
      upTo(8).map((n) => n === winner),
      'which of the tickets are there',
    )
    equal((await stateOf(store)).journal.length, round, 'how many journal entries there are')
  }
}

async function raceOnOneVersion(...stores: readonly Store[]): Promise<void> {
  const [store] = stores as [Store]
  await store.commit(openingOf([1]))
  for (const round of upTo(8)) {
    const change = changeOf({ writes: [ticketWrite(1, round)], command: commandOf(`cmd-${round}`) })
    const { won, repeated, stale } = await raceOf(
      upTo(6).map((n) => (stores[n % stores.length] as Store).commit(change)),
    )
    equal([won.length, repeated.length, stale.length], [1, 5, 0], 'how many acted, found it done, and were refused')
  }
}

export const commandCases = casesAbout('command', [
  onOne('store.command.as-written', 'what stands under a command id is what was committed', async (store) => {
    await store.commit(changeOf({ command: commandOf('cmd-1') }))
    equal(await store.command(ACME, 'cmd-1'), commandOf('cmd-1'), 'the command')
  }),
  onOne('store.command.unknown', 'nothing stands under an unknown command id', async (store) => {
    equal(await store.command(ACME, 'cmd-1'), null, 'the command')
  }),
  onOne('store.command.repeated', 'a repeated command gets the first result and changes nothing', async (store) => {
    await store.commit(openingOf([1], { command: commandOf('cmd-1'), set: [taskOf('wake')] }))
    const before = await stateOf(store)
    const again = openingOf([2], {
      set: [taskOf('close')],
      clear: [{ queue: 'timer', key: 'wake' }],
      command: commandOf('cmd-1', { result: { by: 'the retry' } }),
    })
    equal(await store.commit(again), { committed: false, first: commandOf('cmd-1') }, 'the outcome')
    equal(await stateOf(store), before, 'records and journal')
    equal(keysOf(await tasksOf(store)), ['wake'], 'the tasks')
  }),
  onOne(
    'store.command.other-content',
    'a command id with another content gets what stands under it, fingerprint included',
    async (store) => {
      await store.commit(changeOf({ command: commandOf('cmd-1') }))
      const outcome = await store.commit(openingOf([1], { command: commandOf('cmd-1', { fingerprint: 'another' }) }))
      equal(outcome, { committed: false, first: commandOf('cmd-1') }, 'the outcome')
      equal(await store.command(ACME, 'cmd-1'), commandOf('cmd-1'), 'what stands under the id')
    },
  ),
  onOne(
    'store.command.before-version',
    'a repeated command with a stale version gets the first result, not a refusal',
    async (store) => {
      const change = openingOf([1], { command: commandOf('cmd-1') })
      await store.commit(change)
      equal(
        await store.commit(change),
        { committed: false, first: commandOf('cmd-1') },
        'the outcome of the same change',
      )
      const checks = [{ ...ticketKey(1), version: 9 }]
      const outcome = await store.commit(changeOf({ checks, command: commandOf('cmd-1') }))
      equal(outcome, { committed: false, first: commandOf('cmd-1') }, 'the outcome with a stale check')
    },
  ),
  onOne(
    'store.command.before-claim',
    'a repeated command with an outdated claim gets the first result, not a refusal',
    async (store) => {
      await store.commit(changeOf({ set: [taskOf('wake')] }))
      const change = changeOf({ settle: [await claimOne(store)], command: commandOf('cmd-1') })
      equal(await store.commit(change), { committed: true }, 'the first outcome')
      equal(await store.commit(change), { committed: false, first: commandOf('cmd-1') }, 'the second outcome')
    },
  ),
  onOne(
    'store.command.keeps-claim',
    'a repeated command leaves the claim that it would have settled',
    async (store) => {
      await store.commit(changeOf({ set: [taskOf('wake')], command: commandOf('cmd-1') }))
      const claim = await claimOne(store)
      equal(
        (await store.commit(changeOf({ settle: [claim], command: commandOf('cmd-1') }))).committed,
        false,
        'committed',
      )
      holds(await store.settle(claim, { done: true }), 'the claim is live')
    },
  ),
  onOne('store.command.refused-leaves-id', 'a refused command leaves its id free', async (store) => {
    const command = commandOf('cmd-1')
    await refused(
      store.commit(changeOf({ writes: [ticketWrite(1, 4)], command })),
      'store.stale-version',
      'a stale command',
    )
    equal(await store.command(ACME, 'cmd-1'), null, 'what stands under the id')
    equal(await store.commit(openingOf([1], { command })), { committed: true }, 'the outcome of the corrected command')
  }),
  onOne('store.command.tenants', 'one command id in two tenants is two commands', async (store) => {
    await store.commit(openingOf([1], { command: commandOf('cmd-1') }))
    const command = commandOf('cmd-1', { result: { by: GLOBEX } })
    equal(
      await store.commit(openingOf([1], { tenant: GLOBEX, command })),
      { committed: true },
      'the outcome at the other tenant',
    )
    equal((await store.command(ACME, 'cmd-1'))?.result, commandOf('cmd-1').result, "the first tenant's result")
    equal((await store.command(GLOBEX, 'cmd-1'))?.result, { by: GLOBEX }, "the second tenant's result")
  }),
  onOne('store.command.none', 'changes without a command id are never taken for repeats', async (store) => {
    for (const n of upTo(3))
      equal(await store.commit(openingOf([n])), { committed: true }, `the outcome of change ${n}`)
  }),
  onOne('store.command.alone', 'a command that changed nothing else is remembered', async (store) => {
    await store.commit(changeOf({ command: commandOf('cmd-1') }))
    equal((await store.commit(changeOf({ command: commandOf('cmd-1') }))).committed, false, 'committed')
  }),
  onOne(
    'store.command.race',
    'of eight commits with one command id one acts, and the others get its result',
    raceOnCommandId,
  ),
  onTwo(
    'store.command.race-two',
    'of eight commits with one command id on two handles one acts, and the others get its result',
    raceOnCommandId,
  ),
  onOne(
    'store.command.race-on-version',
    'of six commits of one command at one version one acts, and none is refused as stale',
    raceOnOneVersion,
  ),
  onTwo(
    'store.command.race-on-version-two',
    'of six commits of one command on two handles none is refused as stale',
    raceOnOneVersion,
  ),
])
