/** Cases on commits that run at the same time: one of the rivals wins, the others changed nothing, bystanders are left alone. */
import type { Store } from '../desk/ports.ts'
import { isDeskError } from '../domain/fault.ts'
import { equal, holds } from './expectation.ts'
import {
  changeOf,
  commandOf,
  openingOf,
  taskOf,
  ticketEntry,
  ticketId,
  ticketKey,
  ticketRemoval,
  ticketWrite,
} from './fixtures.ts'
import { casesAbout, onOne, onOneAndTwo, onTwo } from './store-case.ts'
import { ACME, keysOf, raceOf, stateOf, tasksOf, upTo, versionOf } from './store-reading.ts'

const ROUNDS = 10

function winnersAre(result: { readonly won: readonly number[] }, expected: number, what: string): void {
  equal(result.won.length, expected, `how many of ${what} succeeded`)
}

/** Rivals by turns on the handles given, so that with two of them every race is between two. */
const turns = (stores: readonly Store[], n: number): Store => stores[n % stores.length] as Store

async function raceOnVersions(...stores: readonly Store[]): Promise<void> {
  const [store] = stores as [Store]
  await store.commit(openingOf([1]))
  for (const round of upTo(ROUNDS)) {
    const result = await raceOf(
      [0, 1].map((n) => turns(stores, n).commit(changeOf({ writes: [ticketWrite(1, round, { messageCount: n })] }))),
    )
    winnersAre(result, 1, `two commits at version ${round}`)
    const [record] = await store.get(ACME, [ticketKey(1)])
    equal(
      [record?.version, record?.doc.messageCount],
      [round + 1, result.won[0]],
      'the version, and whose document stands',
    )
  }
}

async function raceOnInserts(...stores: readonly Store[]): Promise<void> {
  for (const round of upTo(ROUNDS)) {
    const result = await raceOf(
      upTo(6).map((n) => turns(stores, n).commit(changeOf({ writes: [ticketWrite(round, 0, { messageCount: n })] }))),
    )
    winnersAre(result, 1, 'six inserts of one id')
  }
}

/** Each reads the one record and writes the other: together they would break a rule that each of them kept. */
async function raceOnChecks(...stores: readonly Store[]): Promise<void> {
  const [store] = stores as [Store]
  await store.commit(openingOf([1, 2]))
  let versions: [number, number] = [1, 1]
  for (const round of upTo(ROUNDS)) {
    const [first, second] = versions
    const result = await raceOf([
      turns(stores, 0).commit(
        changeOf({ writes: [ticketWrite(1, first)], checks: [{ ...ticketKey(2), version: second }] }),
      ),
      turns(stores, 1).commit(
        changeOf({ writes: [ticketWrite(2, second)], checks: [{ ...ticketKey(1), version: first }] }),
      ),
    ])
    winnersAre(result, 1, `two commits that read what the other writes, in round ${round}`)
    versions = [await versionOf(store, ticketKey(1)), await versionOf(store, ticketKey(2))]
  }
}

async function countByRetries(...stores: readonly Store[]): Promise<void> {
  const [store] = stores as [Store]
  await store.commit(changeOf({ writes: [ticketWrite(1, 0, { messageCount: 0 })] }))
  await Promise.all(upTo(8).map((n) => addOneFiveTimes(turns(stores, n))))
  const [record] = await store.get(ACME, [ticketKey(1)])
  equal([record?.version, record?.doc.messageCount], [41, 40], 'the version, and the count, after 40 additions')
}

async function addOneFiveTimes(store: Store): Promise<void> {
  for (let added = 0, tries = 1; added < 5; tries += 1) {
    holds(tries <= 1000, 'a writer who reads and retries succeeds in the end')
    const [record] = await store.get(ACME, [ticketKey(1)])
    const { version = 0, doc } = record ?? {}
    const next = changeOf({ writes: [ticketWrite(1, version, { messageCount: Number(doc?.messageCount) + 1 })] })
    const [outcome] = await Promise.allSettled([store.commit(next)])
    if (outcome.status === 'fulfilled') added += 1
    else if (!isDeskError(outcome.reason, 'store.stale-version')) throw outcome.reason
  }
}

async function writeInOppositeOrder(...stores: readonly Store[]): Promise<void> {
  const [store] = stores as [Store]
  await store.commit(openingOf(upTo(6)))
  for (const round of upTo(ROUNDS)) {
    const writes = upTo(6).map((n) => ticketWrite(n, round))
    const result = await raceOf([
      turns(stores, 0).commit(changeOf({ writes })),
      turns(stores, 1).commit(changeOf({ writes: [...writes].reverse() })),
    ])
    winnersAre(result, 1, 'two commits that write the same records in opposite order')
  }
}

export const raceCases = casesAbout('race', [
  onOne('store.race.versions', 'of two commits that expect one version, exactly one succeeds', raceOnVersions),
  onTwo(
    'store.race.versions-two',
    'of two commits on two handles that expect one version, exactly one succeeds',
    raceOnVersions,
  ),
  ...onOneAndTwo(
    'store.race.versions-many',
    'of 2 to 20 commits that expect one version, exactly one succeeds',
    async (store, on) => {
      await store.commit(openingOf([1]))
      for (let rivals = 2, version = 1; rivals <= 20; rivals += 1, version += 1) {
        const commits = upTo(rivals).map((n) => on(n).commit(changeOf({ writes: [ticketWrite(1, version)] })))
        const result = await raceOf(commits)
        winnersAre(result, 1, `${rivals} commits at version ${version}`)
        equal(await versionOf(store, ticketKey(1)), version + 1, 'the version')
      }
    },
  ),
  onOne('store.race.inserts', 'of six inserts of one id, exactly one succeeds', raceOnInserts),
  onTwo('store.race.inserts-two', 'of six inserts of one id on two handles, exactly one succeeds', raceOnInserts),
  ...onOneAndTwo('store.race.removals', 'of six removals of one record, exactly one succeeds', async (store, on) => {
    await store.commit(openingOf(upTo(ROUNDS)))
    for (const round of upTo(ROUNDS)) {
      const result = await raceOf(upTo(6).map((n) => on(n).commit(changeOf({ writes: [ticketRemoval(round, 1)] }))))
      winnersAre(result, 1, 'six removals of one record')
    }
  }),
  ...onOneAndTwo(
    'store.race.update-and-removal',
    'of a replacement and a removal at one version, exactly one succeeds',
    async (store, on) => {
      await store.commit(openingOf(upTo(ROUNDS)))
      for (const round of upTo(ROUNDS)) {
        const changes = [changeOf({ writes: [ticketWrite(round, 1)] }), changeOf({ writes: [ticketRemoval(round, 1)] })]
        const result = await raceOf((round % 2 ? changes : changes.reverse()).map((change, n) => on(n).commit(change)))
        winnersAre(result, 1, 'a replacement and a removal')
      }
    },
  ),
  ...onOneAndTwo(
    'store.race.losers-leave-nothing',
    'the losers of a race leave no record, entry, task or command behind',
    async (store, on) => {
      await store.commit(openingOf([1]))
      const result = await raceOf(
        upTo(10).map((n) =>
          on(n).commit(
            changeOf({
              writes: [ticketWrite(10 + n), ticketWrite(1, 1)],
              journal: [ticketEntry(10 + n, 1), ticketEntry(1, 2)],
              set: [taskOf(`wake-${n}`)],
              command: commandOf(`cmd-${n}`),
            }),
          ),
        ),
      )
      winnersAre(result, 1, 'ten commits')
      const winner = (result.won[0] ?? 0) + 1
      const { records, journal } = await stateOf(store)
      equal(
        records.ticket?.map(({ id }) => id),
        [ticketId(1), ticketId(10 + winner)],
        'the tickets',
      )
      equal(
        journal.map(({ id }) => id),
        [ticketId(1), ticketId(10 + winner), ticketId(1)],
        'the journal, by record',
      )
      equal(keysOf(await tasksOf(store)), [`wake-${winner}`], 'the tasks')
      for (const n of upTo(10))
        equal((await store.command(ACME, `cmd-${n}`))?.id ?? null, n === winner ? `cmd-${n}` : null, `command ${n}`)
    },
  ),
  onOne('store.race.checks', 'of two commits that each read what the other writes, exactly one succeeds', raceOnChecks),
  onTwo(
    'store.race.checks-two',
    'of two commits on two handles that each read what the other writes, exactly one succeeds',
    raceOnChecks,
  ),
  ...onOneAndTwo(
    'store.race.check-and-insert',
    'of two commits that each check what the other inserts to be absent, exactly one succeeds',
    async (_, on) => {
      for (const round of upTo(ROUNDS)) {
        const [one, other] = [2 * round, 2 * round + 1]
        const result = await raceOf([
          on(0).commit(changeOf({ writes: [ticketWrite(one)], checks: [{ ...ticketKey(other), version: 0 }] })),
          on(1).commit(changeOf({ writes: [ticketWrite(other)], checks: [{ ...ticketKey(one), version: 0 }] })),
        ])
        winnersAre(result, 1, 'two commits that each want the other record absent')
      }
    },
  ),
  ...onOneAndTwo(
    'store.race.shared-check',
    'commits that only read one record do not refuse each other',
    async (store, on) => {
      await store.commit(openingOf([1]))
      const checks = [{ ...ticketKey(1), version: 1 }]
      const result = await raceOf(upTo(10).map((n) => on(n).commit(changeOf({ writes: [ticketWrite(1 + n)], checks }))))
      winnersAre(result, 10, 'ten commits that share a check')
    },
  ),
  ...onOneAndTwo('store.race.bystanders', 'twenty commits on twenty records all succeed', async (store, on) => {
    await store.commit(openingOf(upTo(20)))
    for (const version of upTo(5)) {
      const result = await raceOf(
        upTo(20).map((n) =>
          on(n).commit(changeOf({ writes: [ticketWrite(n, version)], journal: [ticketEntry(n, version + 1)] })),
        ),
      )
      winnersAre(result, 20, 'twenty commits on twenty records')
    }
  }),
  onOne(
    'store.race.opposite-order',
    'of two commits that write the same records in opposite order, exactly one succeeds',
    writeInOppositeOrder,
  ),
  onTwo(
    'store.race.opposite-order-two',
    'of two commits on two handles in opposite order, exactly one succeeds',
    writeInOppositeOrder,
  ),
  onOne(
    'store.race.no-lost-update',
    'forty additions by eight writers who read and retry add up to forty',
    countByRetries,
  ),
  onTwo('store.race.no-lost-update-two', 'forty additions by writers on two handles add up to forty', countByRetries),
  ...onOneAndTwo(
    'store.race.journal-place',
    'of two commits that take one place in the journal, exactly one succeeds',
    async (store, on) => {
      for (const round of upTo(ROUNDS)) {
        const outcomes = await Promise.allSettled(
          ['ticket.solved', 'ticket.closed'].map((name, n) =>
            on(n).commit(changeOf({ journal: [ticketEntry(round, 1, { name })] })),
          ),
        )
        equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1, 'how many of two commits succeeded')
        holds(
          (await store.history(ACME, { of: ticketKey(round), limit: 10 })).length === 1,
          'one entry is in the place',
        )
      }
    },
  ),
  ...onOneAndTwo(
    'store.race.settle',
    'of two commits that settle one claim, exactly one succeeds',
    async (store, on) => {
      await store.commit(changeOf({ set: upTo(ROUNDS).map((n) => taskOf(`wake-${n}`)) }))
      const claims = await store.claim('timer', { now: '2026-03-02T10:00:00.000Z', limit: 100, leaseMs: 60_000 })
      for (const [round, claim] of claims.entries()) {
        const writes = [1, 2].map((n) => ticketWrite(10 * (round + 1) + n))
        const result = await raceOf(
          writes.map((write, n) => on(n).commit(changeOf({ writes: [write], settle: [claim] }))),
        )
        winnersAre(result, 1, 'two commits that settle one claim')
      }
      equal(await store.count(ACME, 'ticket', null, []), [{ group: [], count: ROUNDS }], 'the tickets, one a round')
    },
  ),
])
