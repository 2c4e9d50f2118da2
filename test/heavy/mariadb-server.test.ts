/** What a real MariaDB does to a careless store: settings, restored dumps, starts at once, starts that were killed, old snapshots. */
import type { Claim, Condition, Store } from 'deskwright'
import { mariadbStore } from 'deskwright/mariadb'
import { changeOf, openingOf, taskOf, ticketKey, ticketWrite } from 'deskwright/testing'
import { type Connection, createConnection, createPool } from 'mysql2/promise'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mariadbDialect } from '../../src/adapters/kysely/dialects-mariadb.ts'
import { claimInTurn } from '../../src/adapters/kysely/mariadb-claims.ts'
import { migrateMariadb, migrationBracket } from '../../src/adapters/kysely/mariadb-schema.ts'
import { mariadbStatements } from '../../src/adapters/kysely/mariadb-statements.ts'
import { tableNames } from '../../src/adapters/kysely/schema.ts'
import { type Answer, type Ask, type Row, takeLater } from '../../src/adapters/kysely/steps.ts'
import { dropDatabase, newDatabase } from '../adapters/kysely/mariadb-hosts.ts'
import { scriptOf } from '../adapters/kysely/processes.ts'
import { commandIn } from '../cli/terminal.ts'
import { startMariadb } from '../servers/mariadb.ts'

const server = await startMariadb()
afterAll(() => server?.stop())

let url: string
let raw: Connection
const stores: Store[] = []

function opened(given: Parameters<typeof mariadbStore>[0] = url) {
  const store = mariadbStore(given)
  stores.push(store)
  return store
}

async function migrated() {
  const store = opened()
  await store.migrate()
  return store
}

function refusal(code: string, data: object = {}) {
  return expect.objectContaining({ code, data: expect.objectContaining(data) })
}

async function askRaw({ way, sql, params }: Ask): Promise<Answer> {
  const [rows] = await raw.query(sql, [...params])
  return way === 'run' ? 1 : way === 'get' ? (rows as Row[])[0] : (rows as Row[])
}

const found = async (store: Store, where: Condition) =>
  (await store.find('acme', 'ticket', { where, order: [], limit: 10, after: null })).map(({ id }) => id)

describe.skipIf(server === null)('a MariaDB', () => {
  beforeEach(async () => {
    url = await newDatabase(server?.url ?? '')
    raw = await createConnection(url)
  })
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close()
    await raw.end()
    await dropDatabase(url)
  })

  it('is migrated, worked on, examined and verified from the command line', async () => {
    const { deskwright } = commandIn()
    const on = ['--store', url]
    expect((await deskwright(['doctor', ...on])).out).toContain('It has no tables yet.')
    expect(await deskwright(['migrate', ...on])).toMatchObject({ code: 0 })
    const opening = ['--requester.email', 'ada@example.org', '--subject', 'It hums', '--body', 'Since noon.']
    expect(await deskwright(['run', 'ticket.open', ...opening, ...on])).toMatchObject({ code: 0 })
    const { code, out } = await deskwright(['doctor', ...on])
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/✓ clock +The database is/) })
    expect(await deskwright(['verify', ...on])).toMatchObject({ code: 0 })
  })

  it('is looked at before anything is done to it', async () => {
    const store = opened()
    expect(await store.inspect?.()).toMatchObject({ schema: { found: 0 } })
    await store.migrate()
    const { schema, now } = (await store.inspect?.())!
    expect(schema.found).toBe(schema.known)
    expect(Math.abs(Date.parse(now!) - Date.now())).toBeLessThan(5000)
  })

  it('whose column compares by another collation is refused', async () => {
    await migrated()
    await raw.query(
      'alter table desk_command modify id varchar(200) character set utf8mb4 collate utf8mb4_general_ci not null',
    )
    const what = { found: 'desk_command.id by utf8mb4_general_ci' }
    await expect(opened().migrate()).rejects.toThrow(refusal('store.unsafe-text', what))
  })

  it('whose table knows no transactions is refused', async () => {
    await migrated()
    await raw.query('alter table desk_counter engine = Aria')
    const reason = 'desk_counter is kept by Aria, which knows no transactions'
    await expect(opened().migrate()).rejects.toThrow(refusal('store.unavailable', { reason }))
  })

  it('with a table of our name that is not ours is refused', async () => {
    await raw.query('create table desk_ticket (id int)')
    await expect(opened().migrate()).rejects.toThrow(refusal('store.foreign'))
  })

  it.each([
    ["sql_mode = 'EMPTY_STRING_IS_NULL'", 'its connections have the SQL mode EMPTY_STRING_IS_NULL'],
    ["sql_mode = 'NO_BACKSLASH_ESCAPES'", 'its connections have the SQL mode NO_BACKSLASH_ESCAPES'],
    ['autocommit = 0', 'its connections have autocommit off'],
    ['unique_checks = 0', 'its connections have unique_checks off'],
    ['character_set_results = latin1', 'its connections speak utf8mb4, utf8mb4 and latin1, not utf8mb4'],
  ])('is refused on a connection with %s', async (setting, reason) => {
    await raw.query(`set session ${setting}`)
    await expect(opened(raw).migrate()).rejects.toThrow(refusal('store.unavailable', { reason }))
  })

  it('serves one connection of the host, whose transactions and ours take turns', async () => {
    const store = opened(raw)
    await store.migrate()
    await Promise.all([1, 2, 3].map((n) => store.commit(openingOf([n]))))
    expect(await store.count('acme', 'ticket', null, [])).toEqual([{ group: [], count: 3 }])
  })

  it('that is not there is unavailable, and nothing is unknown', async () => {
    const store = opened('mysql://root@127.0.0.1:1/desk')
    await expect(store.migrate()).rejects.toThrow(refusal('store.unavailable'))
    await expect(store.commit(openingOf([1]))).rejects.toThrow(refusal('store.unavailable'))
    await expect(store.reserve('acme', 'ticket', 1)).rejects.toThrow(refusal('store.unavailable'))
  })

  it('is migrated once by ten processes that start at once', async () => {
    const script = await scriptOf(`
      import { mariadbStore } from 'deskwright/mariadb'
      const store = mariadbStore(process.argv[2])
      await store.migrate()
      process.send(await store.reserve('acme', 'ticket', 1))
      await store.close()
      process.disconnect()`)
    const said = await Promise.all(Array.from({ length: 10 }, () => script.run(url)))
    expect(said.map((one) => one.said).sort((a, b) => Number(a) - Number(b))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    script.remove()
  })

  it('is migrated to the end after a migration that was killed behind any of its statements', async () => {
    const names = tableNames('desk_')
    const home = { names, prefix: 'desk_', place: 'here' }
    for (let statements = 1, ended = false; !ended; statements++) {
      const connection = await createConnection(url)
      for (const sql of migrationBracket(home).begin) await connection.query(sql)
      const work = migrateMariadb(home)
      let step = work.next()
      for (let n = 0; n < statements && !step.done; n++) {
        const [rows] = await connection.query(step.value.sql, [...step.value.params])
        step = work.next(step.value.way === 'run' ? 0 : (rows as []))
      }
      ended = step.done === true
      connection.destroy()
      const store = await migrated()
      await store.commit(openingOf([1], { set: [taskOf('wake')] }))
      expect(await store.reserve('acme', 'ticket', 1)).toBe(1)
      const [tables] = await raw.query(mariadbDialect.listTables)
      await raw.query(`drop table ${(tables as { name: string }[]).map(({ name }) => `\`${name}\``).join(', ')}`)
    }
  })

  it('answers conditions on documents deeper than its own functions read', async () => {
    const store = await migrated()
    const deep = JSON.parse(`${'['.repeat(60)}1${']'.repeat(60)}`)
    const fields = { deep, orderId: 'A-17', count: 0.1, on: true, list: ['x', [1]] }
    await store.commit(changeOf({ writes: [ticketWrite(1, 0, { fields, tags: ['vip'] } as never), ticketWrite(2)] }))
    const { id } = ticketKey(1)
    expect((await store.get('acme', [ticketKey(1)]))[0]?.doc.fields).toEqual(fields)
    for (const where of [
      { field: 'fields.orderId', is: 'A-17' },
      { field: 'fields.count', lt: 0.2 },
      { field: 'fields.on', is: true },
      { field: 'tags', has: 'vip' },
    ] as const)
      expect(await found(store, where)).toEqual([id])
    expect(await found(store, { field: 'fields.deep', is: null })).toEqual([ticketKey(2).id])
  })

  it('is given no key that it would cut', async () => {
    const store = await migrated()
    const long = (length: number) => '\u{1F3ED}'.repeat(length)
    const set = [taskOf(long(255))]
    await store.commit(changeOf({ tenant: long(200), set }))
    const claims = await store.claim('timer', { now: '2030-01-01T00:00:00.000Z', limit: 9, leaseMs: 1000 })
    expect(claims.map(({ tenant, key }) => [tenant, key])).toEqual([[long(200), long(255)]])
    for (const change of [
      changeOf({ tenant: `${'x'.repeat(200)} ` }),
      changeOf({ set: [taskOf('x'.repeat(256))] }),
      changeOf({ checks: [{ ...ticketKey(1), id: `${'x'.repeat(200)} `, version: 0 }] }),
      openingOf([1], { writes: [ticketWrite(1, 0, { teamId: 'x'.repeat(256) } as never)] }),
    ])
      await expect(store.commit(change)).rejects.toThrow(refusal('store.cannot'))
    await expect(store.reserve('acme', 'x'.repeat(201), 1)).rejects.toThrow(refusal('store.cannot'))
  })

  it('counts what it found, also for a host that has it count what it changed', async () => {
    const pool = createPool({ uri: url, flags: ['-FOUND_ROWS'] })
    const store = opened(pool)
    await store.migrate()
    await store.commit(changeOf({ set: [taskOf('wake')] }))
    const [claim] = await store.claim('timer', { now: '2030-01-01T00:00:00.000Z', limit: 1, leaseMs: 1000 })
    const extendTo = claim?.leaseUntil ?? ''
    expect(await store.settle(claim as Claim, { extendTo })).toBe(true)
    await pool.end()
  })

  it('hands out no second task of a group beside a claim that is under way', async () => {
    const store = await migrated()
    const at = (minute: number) => `2026-03-02T09:${minute}:00.000Z`
    const task = (key: string, minute: number) => taskOf(key, { group: 'one', dueAt: at(minute) })
    await store.commit(changeOf({ set: [task('later', 31)] }))
    const asked = { queue: 'timer', now: at(40), limit: 10, leaseMs: 60_000 }
    await raw.query('set transaction isolation level read committed')
    await raw.query('start transaction')
    const first = await takeLater(askRaw, claimInTurn(mariadbStatements(tableNames('desk_')), asked))
    await store.commit(changeOf({ set: [task('earlier', 30)] }))
    const second = store.claim('timer', asked)
    // A claim that did not wait would have its answer before the server has said so often that it lives.
    for (let n = 0; n < 50; n++) await store.command('acme', 'none')
    await raw.query('commit')
    expect(first.map(({ key }) => key)).toEqual(['later'])
    expect(await second).toEqual([])
  })

  it('hands out no two tasks of a group that were set while it looked', async () => {
    const store = await migrated()
    const dueAt = '2026-03-02T09:30:00.000Z'
    await store.commit(changeOf({ set: [taskOf('alone', { dueAt })] }))
    // Stands for a claim that looks for long: what it asks about groups is older than what it holds.
    await raw.query('start transaction with consistent snapshot')
    await store.commit(changeOf({ set: ['one', 'two'].map((key) => taskOf(key, { group: 'new', dueAt })) }))
    const asked = { queue: 'timer', now: dueAt, limit: 10, leaseMs: 60_000 }
    const claims = await takeLater(askRaw, claimInTurn(mariadbStatements(tableNames('desk_')), asked))
    await raw.query('commit')
    expect(claims.map(({ key }) => key)).toEqual(['alone'])
    expect((await store.claim('timer', asked)).map(({ key }) => key)).toEqual(['one'])
  })

  it('hands out what is due behind a task that somebody else works on', async () => {
    const store = await migrated()
    const dueAt = '2026-03-02T09:30:00.000Z'
    await store.commit(changeOf({ set: ['first', 'second'].map((key) => taskOf(key, { dueAt })) }))
    await raw.query('set transaction isolation level read committed')
    await raw.query('start transaction')
    await raw.query("select 1 from desk_task where tenant = 'acme' and queue = 'timer' and `key` = 'first' for update")
    const claims = await store.claim('timer', { now: dueAt, limit: 1, leaseMs: 60_000 })
    await raw.query('commit')
    expect(claims.map(({ key }) => key)).toEqual(['second'])
  })

  describe('transaction of the host', () => {
    it('whose snapshot is old reads, within the desk, what stands now', async () => {
      const store = await migrated()
      await store.commit(openingOf([1]))
      await raw.query('start transaction with consistent snapshot')
      await store.commit(changeOf({ writes: [ticketWrite(1, 1)] }))
      const inner = store.within(raw)
      const keys = Array.from({ length: 12 }, (_, n) => ticketKey(n + 1))
      for (const asked of [keys.slice(0, 1), keys.slice(0, 2), keys])
        expect((await inner.get('acme', asked))[0]?.version).toBe(2)
      await inner.commit(changeOf({ writes: [ticketWrite(1, 2)] }))
      await raw.query('commit')
      expect((await store.get('acme', [ticketKey(1)]))[0]?.version).toBe(3)
    })

    it('that was never begun is refused', async () => {
      const store = await migrated()
      await expect(store.within(raw).commit(openingOf([1]))).rejects.toThrow(refusal('store.no-transaction'))
      const pool = createPool(url)
      expect(() => store.within(pool as never)).toThrow(refusal('store.no-transaction'))
      await pool.end()
    })

    it('is used in turn by all who work within it, and by stores that share a connection', async () => {
      const store = await migrated()
      await store.commit(openingOf([1]))
      const stale = changeOf({ writes: [ticketWrite(1, 7)] })
      await raw.query('start transaction')
      const [one, two] = [store.within(raw), store.within(raw)]
      await Promise.allSettled([one.commit(openingOf([2])), two.commit(stale)])
      await raw.query('commit')
      const sharing = [1, 2].map(() => mariadbStore(raw)) as [Store, Store]
      for (let n = 3; n < 9; n++)
        await Promise.allSettled([sharing[0].commit(openingOf([n])), sharing[1].commit(stale)])
      const found = await store.get('acme', [2, 3, 4, 5, 6, 7, 8].map(ticketKey))
      expect(found.map((record) => record?.version)).toEqual(Array(7).fill(1))
    })

    it('that a deadlock has ended is to be run again by the host', async () => {
      const store = await migrated()
      await store.commit(openingOf([1, 2]))
      const other = await createConnection(url)
      await Promise.all([raw, other].map((connection) => connection.query('start transaction')))
      const [one, two] = [store.within(raw), store.within(other)]
      await one.commit(changeOf({ writes: [ticketWrite(1, 1)] }))
      await two.commit(changeOf({ writes: [ticketWrite(2, 1)] }))
      const outcomes = await Promise.allSettled([
        one.commit(changeOf({ writes: [ticketWrite(2, 1)] })),
        two.commit(changeOf({ writes: [ticketWrite(1, 1)] })).finally(() => other.query('rollback')),
      ])
      const codes = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []))
      expect(codes).toEqual(['store.transaction-failed'])
      await other.end()
    })
  })
})
