import type { Store } from 'deskwright'
import { sqliteStore } from 'deskwright/sqlite'
import { minute, openingOf, taskOf, ticketKey } from 'deskwright/testing'
import { CamelCasePlugin, Kysely, SqliteDialect } from 'kysely'
import { afterAll, describe, expect, it } from 'vitest'
import { drivers, openRaw, testFolder } from './drivers.ts'

const folder = testFolder()
afterAll(folder.remove)
let files = 0

function refusal(code: string) {
  return expect.objectContaining({ code })
}

const within = (store: Store, transaction: unknown) => store.within?.(transaction) as Store

for (const driver of drivers)
  describe(`a transaction of the host, on ${driver}`, () => {
    async function shared() {
      const database = openRaw(driver, folder.file(`${++files}.db`))
      const store = sqliteStore(database)
      await store.migrate()
      database.exec('create table orders (id text)')
      return { database, store }
    }

    it('holds the rows of the host and ours: both are there, or neither', async () => {
      const { database, store } = await shared()
      for (const end of ['rollback', 'commit']) {
        database.exec('begin')
        database.exec(`insert into orders values ('${end}')`)
        await within(store, database).commit(openingOf([1]))
        database.exec(end)
      }
      expect(database.prepare('select id from orders').all()).toMatchObject([{ id: 'commit' }])
      expect((await store.get('acme', [ticketKey(1)]))[0]?.version).toBe(1)
    })

    it('goes on after a refused commit, which leaves nothing in it', async () => {
      const { database, store } = await shared()
      database.exec('begin')
      const inner = within(store, database)
      await inner.commit(openingOf([1]))
      await expect(inner.commit(openingOf([2, 1]))).rejects.toThrow(refusal('store.stale-version'))
      await inner.commit(openingOf([3]))
      database.exec('commit')
      const found = await store.get('acme', [1, 2, 3].map(ticketKey))
      expect(found.map((record) => record?.version ?? 0)).toEqual([1, 0, 1])
    })

    it('that was never begun is refused, as is what is no database', async () => {
      const { database, store } = await shared()
      for (const given of [database, null, {}, 'begin'])
        expect(() => within(store, given)).toThrow(refusal('store.no-transaction'))
      database.exec('begin')
      database.exec('rollback')
    })

    // Kysely asks a prepared statement whether it gives rows, as better-sqlite3 and libsql tell it.
    it.skipIf(driver === 'node:sqlite')('may be one of Kysely, with plugins that rename columns', async () => {
      const { database, store } = await shared()
      const dialect = new SqliteDialect({ database: database as never })
      const kysely = new Kysely<Record<string, never>>({ dialect, plugins: [new CamelCasePlugin()] })
      await kysely.transaction().execute(async (transaction) => {
        const [inner, another] = [within(store, transaction), within(store, transaction)]
        await Promise.all([inner.commit(openingOf([1], { set: [taskOf('wake')] })), inner.commit(openingOf([2]))])
        const stale = another.commit(openingOf([1]))
        await Promise.allSettled([inner.commit(openingOf([3])), stale])
        expect((await inner.get('acme', [ticketKey(3)]))[0]?.version).toBe(1)
        await expect(inner.commit(openingOf([1]))).rejects.toThrow(refusal('store.stale-version'))
      })
      expect((await store.get('acme', [ticketKey(2)]))[0]?.version).toBe(1)
      expect(await store.claim('timer', { now: minute(99), limit: 9, leaseMs: 1000 })).toMatchObject([{ key: 'wake' }])
      expect(() => within(store, kysely)).toThrow(refusal('store.no-transaction'))
    })
  })
