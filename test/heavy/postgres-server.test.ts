/** What a real PostgreSQL does to a careless store: settings, restored rows, starts at once, starts that were killed, lost connections. */
import type { Store } from 'deskwright'
import { type PostgresOptions, postgresStore } from 'deskwright/postgres'
import { changeOf, commandOf, minute, openingOf, taskOf, ticketKey, ticketWrite } from 'deskwright/testing'
import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import { Client, Pool } from 'pg'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { postgresDialect } from '../../src/adapters/kysely/dialects-postgres.ts'
import { migrateSchema } from '../../src/adapters/kysely/migrations.ts'
import { tableNames } from '../../src/adapters/kysely/schema.ts'
import { isDeskError } from '../../src/domain/fault.ts'
import { scriptOf } from '../adapters/kysely/processes.ts'
import { commandIn } from '../cli/terminal.ts'
import { startPostgres } from '../servers/postgres.ts'

const MORNING = '2026-03-02T09:30:00.000Z'

const server = await startPostgres()
afterAll(() => server?.stop())

let url: string
let raw: Client
const stores: Store[] = []

function opened(given: Parameters<typeof postgresStore>[0] = url, options: PostgresOptions = {}): Store {
  const store = postgresStore(given, options)
  stores.push(store)
  return store
}

async function migrated(...given: Parameters<typeof opened>): Promise<Store> {
  const store = opened(...given)
  await store.migrate()
  return store
}

async function connected(): Promise<Client> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

function refusal(code: string, data: object = {}) {
  return expect.objectContaining({ code, data: expect.objectContaining(data) })
}

const ALL = { where: null, order: [], limit: 9, after: null }

const positionsOf = async (store: Store) =>
  (await store.history('acme', { limit: 1000 })).map(({ position }) => position)

describe.skipIf(server === null)('a PostgreSQL', () => {
  beforeEach(async () => {
    url = (await server?.database()) ?? ''
    raw = await connected()
  })
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close()
    await raw.end()
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

  it('whose column sorts by a language is refused', async () => {
    await migrated()
    await raw.query('alter table desk_command alter column id type text collate "en-US-x-icu"')
    const what = { found: expect.stringContaining('public.desk_command.id has the collation en-US-x-icu') }
    await expect(opened().migrate()).rejects.toThrow(refusal('store.unsafe-text', what))
  })

  it('with a table of our name that is not ours is refused, and nothing is changed', async () => {
    await raw.query('create table desk_ticket (id int)')
    await expect(opened().migrate()).rejects.toThrow(refusal('store.foreign'))
    const { rows } = await raw.query(`select count(*)::int as tables from pg_tables where schemaname = 'public'`)
    expect(rows).toEqual([{ tables: 1 }])
  })

  it('keeps several desks in schemas and behind prefixes, beside the tables of its host', async () => {
    await raw.query('create table ticket (id int); create schema given')
    const places: PostgresOptions[] = [{ schema: 'Desk' }, { schema: 'given' }, { prefix: 'Help_' }, {}]
    for (const [n, options] of places.entries()) {
      const store = await migrated(url, options)
      await store.commit(openingOf([n + 1]))
    }
    for (const [n, options] of places.entries()) {
      const [found, ...others] = await opened(url, options).find('acme', 'ticket', ALL)
      expect([found?.id, others]).toEqual([ticketKey(n + 1).id, []])
    }
    for (const options of [{ schema: 'a"b' }, { prefix: 'a b' }, { prefix: 'x'.repeat(40) }])
      expect(() => postgresStore(url, options)).toThrow(refusal('store.cannot'))
  })

  it('that is not there is unavailable, and nothing is unknown', async () => {
    const store = opened('postgres://nobody:secret@127.0.0.1:1/desk')
    const given = refusal('store.unavailable', { place: 'PostgreSQL at 127.0.0.1:1/desk' })
    const calls = [store.migrate(), store.commit(openingOf([1])), store.reserve('acme', 'ticket', 1)]
    const refused = expect.objectContaining({ status: 'rejected', reason: given })
    expect(await Promise.allSettled(calls)).toEqual(calls.map(() => refused))
  })

  it('gives a host with its own parsers, search path and defaults the same as any other', async () => {
    const types = { getTypeParser: () => () => 'parsed by the host' }
    const options = '-c search_path=pg_temp -c default_transaction_isolation=serializable -c extra_float_digits=3'
    const pool = new Pool({ connectionString: url, types, options, max: 3 })
    pool.on('error', () => undefined)
    const store = await migrated(pool)
    await store.commit(openingOf([1], { writes: [ticketWrite(1, 0, { number: 0.1, slaBreached: true } as never)] }))
    const [ticket] = await store.get('acme', [ticketKey(1)])
    expect(ticket).toMatchObject({ version: 1, doc: { number: 0.1, slaBreached: true } })
    expect(await store.count('acme', 'ticket', null, ['slaBreached', 'number'])).toEqual([
      { group: [true, 0.1], count: 1 },
    ])
    await store.close()
    await pool.end()
  })

  it('serves one client of the host, whose transactions take turns', async () => {
    const store = await migrated(raw)
    await Promise.all([1, 2, 3].map((n) => store.commit(openingOf([n]))))
    expect(await store.count('acme', 'ticket', null, [])).toEqual([{ group: [], count: 3 }])
    expect(store.watch).toBeUndefined()
  })

  describe('migration', () => {
    it('is done once by ten processes that start at once', async () => {
      const script = await scriptOf(`
        import { postgresStore } from './src/adapters/kysely/postgres.ts'
        const store = postgresStore(process.argv[2], { schema: 'desk' })
        await store.migrate()
        process.send(await store.reserve('acme', 'ticket', 1))
        await store.close()
        process.disconnect()`)
      const said = await Promise.all(Array.from({ length: 10 }, () => script.run(url)))
      expect(said.map((one) => one.said).sort((a, b) => Number(a) - Number(b))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      script.remove()
    })

    it('is done by several desks that start at once in one new schema', async () => {
      for (const schema of ['one', 'two', 'three'])
        await Promise.all(['a_', 'b_', 'c_', 'd_'].map((prefix) => migrated(url, { schema, prefix })))
    })

    it('is done on connections that only read unless told otherwise', async () => {
      const pool = new Pool({ connectionString: url, options: '-c default_transaction_read_only=on' })
      const store = await migrated(pool)
      await store.migrate()
      expect((await store.inspect?.())?.schema).toMatchObject({ found: 1 })
      await store.close()
      await pool.end()
    })

    it('that was killed behind any of its statements leaves nothing, and is done anew', async () => {
      const home = { dialect: postgresDialect, names: tableNames('desk_', 'public'), place: 'here' }
      for (const statements of [1, 2, 9, 30, 60]) {
        const client = await connected()
        await client.query('begin')
        const work = migrateSchema(home)
        let step = work.next()
        for (let n = 0; n < statements && !step.done; n++) {
          const { rows } = await client.query(step.value.sql, [...step.value.params])
          step = work.next(step.value.way === 'run' ? 0 : rows)
        }
        await raw.query(`select pg_terminate_backend($1)`, [(client as unknown as { processID: number }).processID])
        const { rows } = await raw.query(`select count(*)::int as tables from pg_tables where schemaname = 'public'`)
        expect(rows).toEqual([{ tables: 0 }])
      }
      expect(await (await migrated()).reserve('acme', 'ticket', 1)).toBe(1)
    })
  })

  describe('journal', () => {
    it('is read up to where an open transaction may still write, and no further', async () => {
      const store = await migrated()
      await store.commit(openingOf([1]))
      const seen = await positionsOf(store)
      const holder = await connected()
      await holder.query('begin')
      await store.within?.(holder).commit(openingOf([2]))
      await Promise.all([3, 4, 5].map((n) => store.commit(openingOf([n]))))
      expect(await positionsOf(store)).toEqual(seen)
      expect((await store.history('acme', { of: ticketKey(4), limit: 9 })).length).toBe(1)
      await holder.query('commit')
      const all = await positionsOf(store)
      expect(all.length).toBe(5)
      expect(all.slice(0, seen.length)).toEqual(seen)
      await holder.end()
    })

    it('goes on where an open transaction was rolled back, or its connection lost', async () => {
      const store = await migrated()
      const holders = await Promise.all([connected(), connected()])
      for (const [n, holder] of holders.entries()) {
        await holder.query('begin')
        await store.within?.(holder).commit(openingOf([n + 1]))
      }
      await store.commit(openingOf([5]))
      expect(await positionsOf(store)).toEqual([])
      await holders[0]?.query('rollback')
      await raw.query(`select pg_terminate_backend($1)`, [(holders[1] as unknown as { processID: number }).processID])
      await expect.poll(async () => (await positionsOf(store)).length).toBe(1)
      await holders[0]?.end()
    })

    it('lets no writer wait for one that stays open', async () => {
      const store = await migrated()
      const holder = await connected()
      await holder.query('begin')
      await store.within?.(holder).commit(openingOf([1]))
      await store.commit(openingOf([2]))
      await holder.query('rollback')
      await holder.end()
    })
  })

  describe('restore of rows alone', () => {
    it('goes on with positions and fences above those of the backup', async () => {
      const store = await migrated()
      for (let n = 1; n <= 30; n++) await store.commit(openingOf([n], { set: [taskOf(`wake-${n}`)] }))
      for (let n = 0; n < 40; n++) await store.claim('timer', { now: minute(n * 10), limit: 30, leaseMs: 1000 })
      const claims = await store.claim('timer', { now: minute(9999), limit: 30, leaseMs: 600_000 })
      const last = (await positionsOf(store)).at(-1) ?? 0
      const from = url
      url = (await server?.database()) ?? ''
      const restored = await migrated()
      await copyRows(from, url)
      await restored.migrate()
      await restored.commit(openingOf([77]))
      expect((await positionsOf(restored)).at(-1)).toBeGreaterThan(last)
      const [anew] = await restored.claim('timer', { now: minute(99_999), limit: 1, leaseMs: 1000 })
      expect(anew?.fence).toBeGreaterThan(Math.max(...claims.map(({ fence }) => fence)))
    })
  })

  describe('connection that is lost', () => {
    it('during a commit leaves it done or not done, and says which it does not know', async () => {
      const store = await migrated()
      let sure = 0
      const unknown: number[] = []
      let stop = false
      const killing = (async () => {
        while (!stop) {
          await raw.query(`select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and application_name = 'deskwright'`)
          await new Promise((resolve) => setTimeout(resolve, 7))
        }
      })()
      for (let n = 1; n <= 300; n++)
        try {
          await store.commit(openingOf([n], { command: commandOf(`cmd-${n}`) }))
          sure += 1
        } catch (error) {
          if (!isDeskError(error)) throw error
          expect(['store.unknown-outcome', 'store.unavailable']).toContain(error.code)
          unknown.push(n)
        }
      stop = true
      await killing
      const done = await Promise.all(unknown.map((n) => repeated(store, n)))
      expect(sure + done.length).toBe(300)
      expect((await store.count('acme', 'ticket', null, []))[0]?.count).toBe(300)
      expect((await store.history('acme', { limit: 1000 })).length).toBe(300)
    })
  })

  describe('group of tasks', () => {
    it('is worked on by one at a time, whoever claims and whatever is set meanwhile', async () => {
      const workers = [await migrated(), opened(), opened(), opened()]
      const held = new Map<string, string>()
      let [handed, set, stop] = [0, 0, false]
      const setting = (async () => {
        // Each later one comes before those that are there already.
        for (; set < 400; set++) {
          const dueAt = minute(5000 - set)
          await workers[0]?.commit(changeOf({ set: [taskOf(`key-${set}`, { group: `group-${set % 5}`, dueAt })] }))
        }
        stop = true
      })()
      const claiming = workers.map(async (store) => {
        for (let idle = 0; !stop || idle < 3; ) {
          const claims = await store.claim('timer', { now: minute(9000), limit: 3, leaseMs: 600_000 })
          idle = claims.length === 0 ? idle + 1 : 0
          for (const { group, key } of claims) {
            expect(held.get(group ?? ''), key).toBeUndefined()
            held.set(group ?? '', key)
          }
          for (const claim of claims) {
            handed += 1
            held.delete(claim.group ?? '')
            await store.settle(claim, { done: true })
          }
        }
      })
      await Promise.all([setting, ...claiming])
      expect(handed).toBe(400)
    })
  })

  describe('claim of one of a group', () => {
    it('is given back when an earlier task was set and claimed while it was being made', async () => {
      const fast = await migrated()
      const pool = new Pool({ connectionString: url, max: 1 })
      pool.on('error', () => undefined)
      const [gate, taken] = [deferred(), deferred()]
      // Its claims are made, and only later committed.
      pool.on('connect', (client) => {
        const query = client.query.bind(client) as (config: unknown) => Promise<unknown>
        const slowly = async (config: { text: string }) => {
          if (!config.text.startsWith('with due as')) return query(config)
          await query('begin')
          const result = await query(config)
          taken.resolve()
          await gate.promise
          await query('commit')
          return result
        }
        Object.assign(client, { query: slowly })
      })
      const slow = opened(pool)
      const grouped = (key: string, at: number) => changeOf({ set: [taskOf(key, { group: 'one', dueAt: minute(at) })] })
      await fast.commit(grouped('late', 50))
      const request = { now: minute(99), limit: 9, leaseMs: 600_000 }
      const late = slow.claim('timer', request)
      await taken.promise
      await fast.commit(grouped('early', 10))
      expect((await fast.claim('timer', request)).map(({ key }) => key)).toEqual(['early'])
      gate.resolve()
      expect(await late).toEqual([])
      expect(await fast.claim('timer', request)).toEqual([])
      await slow.close()
      await pool.end()
    })
  })

  describe('transaction of the host', () => {
    it('may be one of Kysely, with plugins that rename columns', async () => {
      const store = await migrated()
      const pool = new Pool({ connectionString: url })
      pool.on('error', () => undefined)
      const kysely = new Kysely<Record<string, never>>({
        dialect: new PostgresDialect({ pool }),
        plugins: [new CamelCasePlugin()],
      })
      await kysely.transaction().execute(async (trx) => {
        const inner = store.within?.(trx) as Store
        await inner.commit(openingOf([1], { set: [taskOf('wake')] }))
        expect((await inner.get('acme', [ticketKey(1)]))[0]?.version).toBe(1)
        await expect(inner.commit(openingOf([1]))).rejects.toThrow(refusal('store.stale-version'))
      })
      expect((await store.get('acme', [ticketKey(1)]))[0]?.version).toBe(1)
      const [claim] = await store.claim('timer', { now: minute(99), limit: 1, leaseMs: 1000 })
      expect(claim).toMatchObject({ key: 'wake', dueAt: MORNING })
      await kysely.destroy()
    })

    it('that was never begun is refused', async () => {
      const store = await migrated()
      await expect(store.within?.(raw).commit(openingOf([1]))).rejects.toThrow(refusal('store.no-transaction'))
      await expect(store.within?.(raw).get('acme', [ticketKey(1)])).rejects.toThrow(refusal('store.no-transaction'))
      expect(() => store.within?.(new Pool())).toThrow(refusal('store.no-transaction'))
      expect(() => store.within?.(null)).toThrow(refusal('store.no-transaction'))
    })

    it('is used in turn by all who work within it, and by stores that share a client', async () => {
      const store = await migrated()
      await store.commit(openingOf([1]))
      const stale = changeOf({ writes: [ticketWrite(1, 7)] })
      await raw.query('begin')
      const [one, two] = [store.within?.(raw) as Store, store.within?.(raw) as Store]
      await Promise.allSettled([one.commit(openingOf([2])), two.commit(stale)])
      await raw.query('commit')
      const sharing = [1, 2].map(() => postgresStore(raw)) as [Store, Store]
      for (let n = 3; n < 9; n++)
        await Promise.allSettled([sharing[0].commit(openingOf([n])), sharing[1].commit(stale)])
      const found = await store.get('acme', [2, 3, 4, 5, 6, 7, 8].map(ticketKey))
      expect(found.map((record) => record?.version)).toEqual(Array(7).fill(1))
    })

    it('tells readers of the journal by one lock, however many commits it holds', async () => {
      const store = await migrated()
      await raw.query('begin')
      const inner = store.within?.(raw) as Store
      const locks = async () => (await raw.query(`select from pg_locks where locktype = 'advisory'`)).rowCount
      for (const n of [1, 2, 3]) {
        await inner.commit(openingOf([n]))
        // A check of an absent record is done statement by statement.
        await inner.commit(openingOf([n + 10], { checks: [{ ...ticketKey(99), version: 0 }] }))
        expect(await locks()).toBe(1)
      }
      await store.commit(openingOf([50]))
      expect(await positionsOf(store)).toEqual([])
      await raw.query('commit')
      expect((await positionsOf(store)).length).toBe(7)
    })

    it('tells readers of the journal anew when it was rolled back to a savepoint', async () => {
      const store = await migrated()
      await raw.query('begin; savepoint host')
      const inner = store.within?.(raw) as Store
      await inner.commit(openingOf([1]))
      await raw.query('rollback to savepoint host')
      await store.commit(openingOf([2]))
      await inner.commit(openingOf([3]))
      await store.commit(openingOf([4]))
      expect((await positionsOf(store)).length).toBe(1)
      await raw.query('commit')
      expect((await positionsOf(store)).length).toBe(3)
    })

    it('reads in the journal what it wrote itself, and nothing above what others may still write', async () => {
      const store = await migrated()
      const other = await connected()
      await Promise.all([raw, other].map((client) => client.query('begin')))
      const [one, two] = [store.within?.(raw) as Store, store.within?.(other) as Store]
      await one.commit(openingOf([1]))
      await store.commit(openingOf([2]))
      expect((await positionsOf(one)).length).toBe(2)
      await two.commit(openingOf([3]))
      await one.commit(openingOf([4]))
      expect((await positionsOf(one)).length).toBe(2)
      await other.query('commit')
      expect((await positionsOf(one)).length).toBe(4)
      await raw.query('rollback')
      expect((await positionsOf(store)).length).toBe(2)
      await other.end()
    })

    it('that sees the journal as of its beginning passes nothing that came since', async () => {
      const store = await migrated()
      await raw.query('begin isolation level repeatable read; select')
      const inner = store.within?.(raw) as Store
      expect(await positionsOf(inner)).toEqual([])
      await store.commit(openingOf([1]))
      await inner.commit(openingOf([2]))
      expect(await positionsOf(inner)).toEqual([])
      await raw.query('commit')
      expect((await positionsOf(store)).length).toBe(2)
    })

    it('that a deadlock has ended is to be run again by the host', async () => {
      const store = await migrated()
      await store.commit(openingOf([1, 2]))
      const other = await connected()
      await Promise.all([raw, other].map((client) => client.query('begin')))
      const [one, two] = [store.within?.(raw) as Store, store.within?.(other) as Store]
      await one.commit(changeOf({ writes: [ticketWrite(1, 1)] }))
      await two.commit(changeOf({ writes: [ticketWrite(2, 1)] }))
      const outcomes = await Promise.allSettled([
        one.commit(changeOf({ writes: [ticketWrite(2, 1)] })).catch(ended(raw)),
        two.commit(changeOf({ writes: [ticketWrite(1, 1)] })).catch(ended(other)),
      ])
      const codes = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []))
      expect(codes).toContain('store.transaction-failed')
      await Promise.all([raw, other].map((client) => client.query('rollback')))
      await other.end()
    })
  })

  describe('hint of work', () => {
    it('reaches other stores for tasks that are due, soon and not too often', async () => {
      const [store, other] = [await migrated(), opened()]
      const heard: string[] = []
      const stop = await other.watch?.((queue) => heard.push(queue))
      const due = { dueAt: MORNING }
      for (let n = 0; n < 50; n++)
        await store.commit(changeOf({ set: [taskOf(`a${n}`, { ...due, queue: 'out.web' })] }))
      await store.commit(changeOf({ set: [taskOf('later', { queue: 'later', dueAt: '2999-01-01T00:00:00.000Z' })] }))
      await expect.poll(() => heard.length).toBeGreaterThan(0)
      expect(new Set(heard)).toEqual(new Set(['out.web']))
      expect(heard.length).toBeLessThan(40)
      await stop?.()
    })

    it('comes again after its connection was lost', async () => {
      const [store, other] = [await migrated(), opened()]
      const heard: string[] = []
      await other.watch?.((queue) => heard.push(queue))
      await raw.query(`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %'`)
      let n = 0
      const hint = () => store.commit(changeOf({ set: [taskOf(`again-${n++}`, { dueAt: MORNING })] }))
      const heardOf = async () => {
        await hint()
        return heard.length
      }
      await expect.poll(heardOf, { timeout: 5000, interval: 200 }).toBeGreaterThan(0)
    })
  })
})

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve: () => resolve() }
}

/** Ends the host's transaction, so that the other one can go on; the refusal stays. */
function ended(client: Client): (error: unknown) => Promise<never> {
  return async (error) => {
    await client.query('rollback')
    throw error
  }
}

async function repeated(store: Store, n: number): Promise<unknown> {
  const change = openingOf([n], { command: commandOf(`cmd-${n}`) })
  for (;;)
    try {
      return await store.commit(change)
    } catch (error) {
      if (!isDeskError(error, 'store.unknown-outcome') && !isDeskError(error, 'store.unavailable')) throw error
    }
}

/** All rows of one database into the tables of another, as a backup of rows alone gives them. */
async function copyRows(from: string, to: string): Promise<void> {
  const [source, target] = [new Client({ connectionString: from }), new Client({ connectionString: to })]
  await Promise.all([source.connect(), target.connect()])
  const { rows } = await source.query(`select tablename from pg_tables where schemaname = 'public'`)
  for (const { tablename } of rows) {
    const found = await source.query(`select coalesce(json_agg(t), '[]')::text as all from ${tablename} as t`)
    await target.query(`delete from ${tablename}`)
    await target.query(`insert into ${tablename} select * from json_populate_recordset(null::${tablename}, $1)`, [
      found.rows[0].all,
    ])
  }
  await Promise.all([source.end(), target.end()])
}
