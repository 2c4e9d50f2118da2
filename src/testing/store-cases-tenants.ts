/** Cases on tenants, on numbers for people, and on the beginning and end of a store. */
import type { Store } from '../desk/ports.ts'
import { isDeskError } from '../domain/fault.ts'
import { equal, holds, refused } from './expectation.ts'
import { changeOf, commandOf, openingOf, taskOf, ticketId, ticketKey, ticketRemoval, ticketWrite } from './fixtures.ts'
import { casesAbout, onOne, onTwo } from './store-case.ts'
import { ACME, asking, claim, GLOBEX, idsOf, keysOf, stateOf, tasksOf, upTo, versionOf } from './store-reading.ts'

/** The same ids in two tenants, with other content. */
async function twoTenants(store: Store): Promise<void> {
  for (const tenant of [ACME, GLOBEX]) {
    const command = commandOf('cmd-1', { result: { tenant } })
    const writes = upTo(3).map((n) => ticketWrite(n, 0, { subject: tenant }))
    await store.commit(openingOf(upTo(3), { tenant, writes, command, set: [taskOf('wake', { body: { tenant } })] }))
  }
}

/** A case: whatever a change of one tenant does, the other's records, journal and tasks are as before. */
function leavesOther(id: string, title: string, act: (store: Store) => Promise<unknown>) {
  return onOne(`store.tenant.${id}`, title, async (store) => {
    await twoTenants(store)
    const timers = async () => (await tasksOf(store)).filter(({ tenant }) => tenant === GLOBEX)
    const before = [await stateOf(store, GLOBEX), await timers(), await store.command(GLOBEX, 'cmd-1')]
    await act(store)
    equal(
      [await stateOf(store, GLOBEX), await timers(), await store.command(GLOBEX, 'cmd-1')],
      before,
      'all of the other tenant',
    )
  })
}

export const tenantCases = casesAbout('isolation', [
  onOne('store.tenant.reads', 'no read of an unknown tenant gives anything of another', async (store) => {
    await store.commit(openingOf(upTo(3), { command: commandOf('cmd-1'), set: [taskOf('wake')] }))
    for (const tenant of ['globex', 'acm', 'acme2', '', '%', 'acme/..', "acme' OR '1'='1"]) {
      equal(await store.get(tenant, [ticketKey(1)]), [null], `get of ${tenant}`)
      equal(await store.find(tenant, 'ticket', asking()), [], `find of ${tenant}`)
      equal(await store.count(tenant, 'ticket', null, []), [{ group: [], count: 0 }], `count of ${tenant}`)
      equal(await store.count(tenant, 'ticket', null, ['status']), [], `grouped count of ${tenant}`)
      equal(await store.history(tenant, { limit: 10 }), [], `history of ${tenant}`)
      equal(await store.history(tenant, { of: ticketKey(1), limit: 10 }), [], `history of a ticket of ${tenant}`)
      equal(await store.command(tenant, 'cmd-1'), null, `command of ${tenant}`)
      equal(await store.dead(tenant, 'timer', 10), [], `dead tasks of ${tenant}`)
    }
  }),
  onOne('store.tenant.same-ids', 'the same ids in two tenants are other records', async (store) => {
    await twoTenants(store)
    for (const tenant of [ACME, GLOBEX]) {
      const found = [
        ...(await store.get(tenant, upTo(3).map(ticketKey))),
        ...(await store.find(tenant, 'ticket', asking())),
      ]
      equal(
        found.map((record) => record?.doc.subject),
        Array(6).fill(tenant),
        `the subjects that ${tenant} reads`,
      )
      equal(await store.count(tenant, 'ticket', null, []), [{ group: [], count: 3 }], `the tickets of ${tenant}`)
      equal((await store.command(tenant, 'cmd-1'))?.result, { tenant }, `the command of ${tenant}`)
    }
    const tasks = (await claim(store)).map(({ tenant, key, body }) => ({ tenant, key, body }))
    equal(
      tasks,
      [ACME, GLOBEX].map((tenant) => ({ tenant, key: 'wake', body: { tenant } })),
      'the tasks',
    )
  }),
  onOne('store.tenant.after', 'a page behind a record of another tenant shows nothing of it', async (store) => {
    await store.commit(openingOf([1, 2]))
    await store.commit(openingOf([3, 4], { tenant: GLOBEX }))
    const found = await store.find(GLOBEX, 'ticket', asking({ after: { values: [], id: ticketId(1) } }))
    equal(idsOf(found), [ticketId(3), ticketId(4)], 'the tickets')
  }),
  onOne('store.tenant.conditions', 'no condition reaches past the tenant', async (store) => {
    await twoTenants(store)
    for (const where of [
      { any: [{ field: 'subject', is: GLOBEX }, { all: [] }] },
      { not: { field: 'subject', is: ACME } },
      { field: 'id', contains: '' },
    ]) {
      const found = await store.find(ACME, 'ticket', asking({ where }))
      equal(
        found.filter(({ doc }) => doc.subject !== ACME),
        [],
        `foreign tickets found by ${JSON.stringify(where)}`,
      )
    }
  }),
  leavesOther('writes', 'replacing and removing records leaves those of the other tenant', async (store) => {
    await store.commit(changeOf({ writes: [ticketWrite(1, 1), ticketRemoval(2, 1), ticketWrite(4)] }))
  }),
  leavesOther('tasks', 'setting and clearing tasks leaves those of the other tenant', async (store) => {
    await store.commit(changeOf({ clear: [{ queue: 'timer', key: 'wake' }] }))
    await store.commit(changeOf({ set: [taskOf('wake', { body: { tenant: 'anew' } })] }))
  }),
  leavesOther('settlements', 'settling a task leaves that of the other tenant', async (store) => {
    for (const held of await claim(store))
      await store.settle(held, held.tenant === ACME ? { done: true } : { release: true })
  }),
  leavesOther('refusals', 'a refused change leaves the other tenant', async (store) => {
    await refused(
      store.commit(changeOf({ writes: [ticketWrite(4), ticketWrite(1, 7)] })),
      'store.stale-version',
      'a stale change',
    )
  }),
  onOne('store.tenant.versions', 'versions of one tenant do not count for another', async (store) => {
    await twoTenants(store)
    await store.commit(changeOf({ writes: [ticketWrite(1, 1)] }))
    const checks = [{ ...ticketKey(1), version: 2 }]
    await refused(
      store.commit(changeOf({ tenant: GLOBEX, checks })),
      'store.stale-version',
      "a check of the other tenant's version",
    )
    equal(await versionOf(store, ticketKey(1), GLOBEX), 1, 'the version at the other tenant')
  }),
  onOne('store.tenant.race', 'writers of two tenants on the same ids never refuse each other', async (store) => {
    const open = upTo(10).flatMap((n) =>
      [ACME, GLOBEX].map((tenant) => store.commit(openingOf([n], { tenant, command: commandOf(`cmd-${n}`) }))),
    )
    const acted = (await Promise.all(open)).filter(({ committed }) => committed)
    equal(acted.length, 20, 'how many of twenty commits acted')
  }),
])

async function reserveSideBySide(...stores: readonly Store[]): Promise<void> {
  const asked = upTo(60).map((n) => ({ store: stores[n % stores.length] as Store, n: 1 + (n % 4) }))
  const firsts = await Promise.all(asked.map(({ store, n }) => store.reserve(ACME, 'ticket', n)))
  const numbers = asked.flatMap(({ n }, place) => upTo(n).map((k) => (firsts[place] ?? 0) + k - 1))
  equal(new Set(numbers).size, numbers.length, 'how many different numbers were given, and how many in all')
  holds(
    numbers.every((number) => Number.isSafeInteger(number) && number >= 1),
    'every number is whole and at least 1',
  )
}

export const numberCases = casesAbout('number', [
  onOne('store.reserve.first', 'a counter starts at 1 and grows', async (store) => {
    const numbers: number[] = []
    for (const _ of upTo(5)) numbers.push(await store.reserve(ACME, 'ticket', 1))
    equal(numbers[0], 1, 'the first number')
    holds(
      numbers.every((number, n) => number > (numbers[n - 1] ?? 0)),
      `the numbers ${numbers} grow`,
    )
  }),
  onOne('store.reserve.many', 'a reservation of many keeps all of them', async (store) => {
    const first = await store.reserve(ACME, 'ticket', 100)
    const second = await store.reserve(ACME, 'ticket', 5)
    const third = await store.reserve(ACME, 'ticket', 1)
    equal(first, 1, 'the first of a hundred')
    holds(second >= 101 && third >= second + 5, `what follows, ${second} and ${third}, is behind what was reserved`)
  }),
  onOne('store.reserve.apart', 'counters and tenants count for themselves', async (store) => {
    await store.reserve(ACME, 'ticket', 10)
    const firsts = [await store.reserve(ACME, 'invoice', 1), await store.reserve(GLOBEX, 'ticket', 1)]
    equal(firsts, [1, 1], 'the first numbers of another counter, and of another tenant')
  }),
  onOne('store.reserve.race', 'sixty reservations at once never overlap', (store) => reserveSideBySide(store)),
  onTwo('store.reserve.race-two', 'sixty reservations at once on two handles never overlap', reserveSideBySide),
  onOne('store.reserve.beside-refusals', 'numbers reserved for refused commits are not given again', async (store) => {
    await store.commit(openingOf([1]))
    const numbers: number[] = []
    for (const _ of upTo(5)) {
      numbers.push(await store.reserve(ACME, 'ticket', 1))
      await refused(store.commit(changeOf({ writes: [ticketWrite(1, 9)] })), 'store.stale-version', 'a stale commit')
    }
    equal(new Set(numbers).size, 5, 'how many of five numbers are different')
  }),
])

/** Every method, called as lightly as it can be. */
const CALLS: Readonly<
  Record<
    Exclude<keyof Store, 'capabilities' | 'close' | 'within' | 'watch' | 'inspect'>,
    (store: Store) => Promise<unknown>
  >
> = {
  migrate: (store) => store.migrate(),
  get: (store) => store.get(ACME, [ticketKey(1)]),
  find: (store) => store.find(ACME, 'ticket', asking()),
  count: (store) => store.count(ACME, 'ticket', null, []),
  descendants: (store) => store.descendants(ACME, ticketId(1), { depth: 3, limit: 10 }),
  commit: (store) => store.commit(openingOf([2])),
  claim: (store) => claim(store),
  settle: (store) => store.settle({ tenant: ACME, queue: 'timer', key: 'wake', fence: 1 }, { done: true }),
  dead: (store) => store.dead(ACME, 'timer', 10),
  nextDue: (store) => store.nextDue('timer'),
  reserve: (store) => store.reserve(ACME, 'ticket', 1),
  command: (store) => store.command(ACME, 'cmd-1'),
  history: (store) => store.history(ACME, { limit: 10 }),
}

export const lifecycleCases = casesAbout('lifecycle', [
  onOne('store.life.empty', 'a fresh store is empty', async (store) => {
    equal(
      await stateOf(store),
      { records: { ticket: [], message: [], customer: [] }, journal: [] },
      'records and journal',
    )
    equal(
      [await claim(store), await store.nextDue('timer'), await store.dead(ACME, 'timer', 10)],
      [[], null, []],
      'the tasks',
    )
  }),
  onOne('store.life.migrate-again', 'migrating again, several times at once, keeps everything', async (store) => {
    await store.commit(openingOf([1, 2], { set: [taskOf('wake')], command: commandOf('cmd-1') }))
    const before = [await stateOf(store), await store.command(ACME, 'cmd-1')]
    await Promise.all([store.migrate(), store.migrate(), store.migrate()])
    equal([await stateOf(store), await store.command(ACME, 'cmd-1')], before, 'records, journal and command')
    equal(keysOf(await claim(store)), ['wake'], 'the tasks')
  }),
  onTwo('store.life.migrate-two', 'two handles that migrate while one writes disturb nothing', async (one, other) => {
    await Promise.all([
      one.migrate(),
      one.commit(openingOf([1])),
      other.migrate(),
      other.commit(openingOf([2])),
      one.migrate(),
    ])
    equal(idsOf(await other.find(ACME, 'ticket', asking())), [1, 2].map(ticketId), 'the tickets')
  }),
  ...Object.entries(CALLS).map(([name, call]) =>
    onOne(`store.life.closed-${name.toLowerCase()}`, `${name} of a closed store is refused`, async (store) => {
      await store.commit(openingOf([1], { set: [taskOf('wake')] }))
      await store.close()
      await refused(call(store), 'store.closed', `${name} of a closed store`)
    }),
  ),
  onTwo(
    'store.life.close-one',
    'closing one handle leaves the other, with all that was committed',
    async (one, other) => {
      await one.commit(openingOf([1], { set: [taskOf('wake')] }))
      await one.close()
      equal(await versionOf(other, ticketKey(1)), 1, 'the version on the other handle')
      equal(await other.commit(openingOf([2])), { committed: true }, 'a commit on the other handle')
      equal(keysOf(await claim(other)), ['wake'], 'the tasks on the other handle')
    },
  ),
  onTwo(
    'store.life.close-in-flight',
    'a commit that runs when its store is closed is there whole or not at all',
    async (one, other) => {
      const commits = upTo(10).map((n) => one.commit(openingOf([2 * n, 2 * n + 1])))
      const [, ...outcomes] = await Promise.allSettled([one.close(), ...commits])
      for (const [place, outcome] of outcomes.entries()) {
        const numbers = [2 * (place + 1), 2 * (place + 1) + 1]
        const there = (await other.get(ACME, numbers.map(ticketKey))).filter((record) => record !== null).length
        if (outcome.status === 'fulfilled') equal(there, 2, 'how many of two tickets of a returned commit are there')
        else {
          holds(
            isDeskError(outcome.reason),
            `the error of a commit in flight is a DeskError, it is ${String(outcome.reason)}`,
          )
          equal(there, 0, 'how many of two tickets of a refused commit are there')
        }
      }
    },
  ),
])
