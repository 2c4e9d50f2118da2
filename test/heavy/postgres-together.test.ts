/** Many callers of one store on a real PostgreSQL: they share statements, and none of them notices but by the time it takes. */
import { setTimeout } from 'node:timers/promises'
import type { Change, Store } from 'deskwright'
import { postgresStore } from 'deskwright/postgres'
import { changeOf, commandOf, openingOf, taskOf, ticketKey, ticketWrite } from 'deskwright/testing'
import { Pool } from 'pg'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startPostgres } from '../servers/postgres.ts'

const server = await startPostgres()
afterAll(() => server?.stop())

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1)

describe.skipIf(server === null)('many callers of PostgreSQL at once', () => {
  let pool: Pool
  let store: Store
  let asked: string[]

  beforeEach(async () => {
    pool = new Pool({ connectionString: (await server?.database()) ?? '', max: 6 })
    // The server is stopped before a pool that a failing test has left open.
    pool.on('error', () => undefined)
    asked = []
    pool.on('connect', (client) => {
      const query = client.query.bind(client) as (...given: unknown[]) => unknown
      Object.assign(client, {
        query: (...given: unknown[]) => {
          asked.push((given[0] as { readonly text?: string }).text ?? '')
          return query(...given)
        },
      })
    })
    store = postgresStore(pool)
    await store.migrate()
    asked.length = 0
  })
  afterEach(async () => {
    await store.close()
    await pool.end()
  })

  const versions = async (ids: readonly number[]) =>
    (await store.get('acme', ids.map(ticketKey))).map((record) => record?.version ?? 0)

  it('share statements, and each has its own change done once', async () => {
    const changes = numbers(40).map((n) =>
      openingOf([n], { set: [taskOf(`wake-${n}`)], command: commandOf(`cmd-${n}`) }),
    )
    const outcomes = await Promise.all(changes.map((change) => store.commit(change)))
    expect(outcomes.every(({ committed }) => committed)).toBe(true)
    expect(asked.length).toBeLessThan(15)
    expect(await versions(numbers(40))).toEqual(numbers(40).map(() => 1))
    expect((await store.history('acme', { limit: 1000 })).map(({ id }) => id).sort()).toEqual(
      numbers(40)
        .map((n) => ticketKey(n).id)
        .sort(),
    )
    const again = await store.commit(changes[6] as Change)
    expect(again).toMatchObject({ committed: false, first: { id: 'cmd-7' } })
    asked.length = 0
    const read = await Promise.all(numbers(40).map((n) => store.get('acme', [ticketKey(n), ticketKey(n + 1)])))
    expect(asked.length).toBeLessThan(10)
    expect(read.map(([ticket]) => ticket?.id)).toEqual(numbers(40).map((n) => ticketKey(n).id))
  })

  it('are refused one by one, and each for its own reason', async () => {
    await store.commit(openingOf(numbers(9), { command: commandOf('first') }))
    const work = numbers(12).map((n) => {
      const expected = n === 3 || n > 9 ? 7 : 1
      return store.commit(changeOf({ writes: [ticketWrite(n, expected)] })).then(
        () => 'done',
        (error) => `${error.code} ${error.data.found}`,
      )
    })
    const stale = 'store.stale-version'
    expect(await Promise.all(work)).toEqual(
      numbers(12).map((n) => (n === 3 ? `${stale} 1` : n > 9 ? `${stale} 0` : 'done')),
    )
    expect(await versions([1, 2, 3, 4])).toEqual([2, 2, 1, 2])
  })

  it('that want the same record have it one after the other', async () => {
    await store.commit(openingOf([1]))
    const work = numbers(8).map(() => store.commit(changeOf({ writes: [ticketWrite(1, 1)] })))
    const ends = await Promise.allSettled(work)
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const command = numbers(8).map(() => store.commit(changeOf({ command: commandOf('one') })))
    expect((await Promise.all(command)).filter(({ committed }) => committed)).toHaveLength(1)
  })

  it('do not wait for one of them whose record a host holds in its own transaction', async () => {
    await store.commit(openingOf(numbers(6)))
    const host = await pool.connect()
    await host.query('begin')
    await host.query(`select from desk_ticket where id = '${ticketKey(1).id}' for update`)
    const work = numbers(6).map((n) => store.commit(changeOf({ writes: [ticketWrite(n, 1)] })))
    try {
      expect(await Promise.race([Promise.all(work.slice(1)), setTimeout(5000, 'nobody')])).toHaveLength(5)
      expect(await store.commit(changeOf({ writes: [ticketWrite(6, 2)] }))).toEqual({ committed: true })
      expect(await Promise.race([work[0], 'held'])).toBe('held')
    } finally {
      await host.query('commit')
      host.release()
    }
    await Promise.all(work)
    expect(await versions(numbers(6))).toEqual([2, 2, 2, 2, 2, 3])
  })

  it('may write any text, also what texts are told apart by', async () => {
    const texts = ['', '\x1f', '\x1e', 'a\x1fb', '\0', '\x01\x02', '\ud800', '"{}\\,\n\'', 'null', 'NULL', '🏠', ' a ']
    const writes = texts.map((text, n) => ticketWrite(n + 1, 0, { status: text, assigneeId: null } as never))
    const tasks = texts.map((text, n) => taskOf(`key ${n} ${text}`, { group: text }))
    const at = (n: number) => ({ writes: [writes[n] as never], set: [tasks[n] as never] })
    await Promise.all(texts.map((_, n) => store.commit(changeOf(at(n)))))
    const later = writes.map((write) => ({ ...write, expected: 1 }))
    await store.commit(changeOf({ writes: later, set: tasks }))
    const records = await store.get('acme', numbers(texts.length).map(ticketKey))
    expect(records.map((record) => record?.doc.status)).toEqual(texts)
    const found = await Promise.all(
      texts.map((text) => store.count('acme', 'ticket', { field: 'status', is: text }, [])),
    )
    expect(found.map(([row]) => row?.count)).toEqual(texts.map(() => 1))
    const claims = await store.claim('timer', { now: '2027-01-01T00:00:00.000Z', limit: 99, leaseMs: 1000 })
    expect(claims.map(({ group }) => group).sort()).toEqual([...texts].sort())
  })
})
