import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { sqliteStore } from 'deskwright/sqlite'
import { changeOf, ticketKey, ticketWrite } from 'deskwright/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { SCHEMA_VERSION } from '../../../src/adapters/kysely/migrations.ts'
import { drivers, missingDrivers, openRaw, testFolder } from './drivers.ts'

const folder = testFolder()
afterAll(folder.remove)
let files = 0
const newPath = () => folder.file(`${++files}.db`)

function refusal(code: string, data: object = {}) {
  return expect.objectContaining({ code, data: expect.objectContaining(data) })
}

describe('a store without a driver', () => {
  it.skipIf(missingDrivers.length === 0)('says what was tried, and what to do', async () => {
    const store = sqliteStore(newPath(), { driver: missingDrivers[0]! })
    await expect(store.migrate()).rejects.toThrow(/npm install libsql/)
    await expect(store.migrate()).rejects.toThrow(refusal('store.no-driver'))
  })

  it('refuses what is no database', () => {
    for (const given of [null, {}, { prepare: 1, exec: 1 }])
      expect(() => sqliteStore(given as never)).toThrow(refusal('store.unavailable'))
  })

  it('refuses a prefix that is no name', () => {
    for (const prefix of ['', '1', 'a b', 'a"; drop table x; --'])
      expect(() => sqliteStore(':memory:', { prefix })).toThrow(refusal('store.cannot'))
  })
})

for (const driver of drivers) {
  describe(`a file, on ${driver}`, () => {
    it('of another application is refused, and not a byte of it changes', async () => {
      const path = newPath()
      const raw = openRaw(driver, path)
      raw.exec('create table photos (name text)')
      raw.close()
      const before = readFileSync(path)
      const store = sqliteStore(path, { driver })
      await expect(store.migrate()).rejects.toThrow(refusal('store.foreign', { place: path }))
      await expect(store.reserve('acme', 'ticket', 1)).rejects.toThrow(refusal('store.foreign'))
      await store.close()
      expect(readFileSync(path).equals(before)).toBe(true)
    })

    it('that is not there is looked at without being made', async () => {
      const path = newPath()
      const store = sqliteStore(path, { driver })
      expect(await store.inspect?.()).toMatchObject({ schema: { found: 0, known: SCHEMA_VERSION } })
      expect(existsSync(path)).toBe(false)
      await store.migrate()
      expect(await store.inspect?.()).toMatchObject({ schema: { found: SCHEMA_VERSION } })
      await store.close()
      await expect(store.inspect?.()).rejects.toThrow(refusal('store.closed'))
    })

    it('marked by another application is refused, though it is empty', async () => {
      const path = newPath()
      const raw = openRaw(driver, path)
      raw.exec('pragma application_id = 252006673')
      raw.close()
      await expect(sqliteStore(path, { driver }).migrate()).rejects.toThrow(refusal('store.foreign'))
    })

    it('that is no database is refused, and not a byte of it changes', async () => {
      const path = newPath()
      writeFileSync(path, 'Dear diary, today it hummed again. '.repeat(100))
      const before = readFileSync(path)
      await expect(sqliteStore(path, { driver }).migrate()).rejects.toThrow(refusal('store.foreign', { place: path }))
      expect(readFileSync(path).equals(before)).toBe(true)
    })

    it('with a newer schema is refused', async () => {
      const path = newPath()
      const store = sqliteStore(path, { driver })
      await store.migrate()
      await store.close()
      const raw = openRaw(driver, path)
      raw.exec(`update desk_meta set schema_version = ${SCHEMA_VERSION + 1}`)
      raw.close()
      const found = { found: SCHEMA_VERSION + 1, known: SCHEMA_VERSION }
      await expect(sqliteStore(path, { driver }).migrate()).rejects.toThrow(refusal('store.newer-schema', found))
    })

    it('that cannot be opened is refused with the reason', async () => {
      const path = folder.file('no/such/folder/desk.db')
      await expect(sqliteStore(path, { driver }).migrate()).rejects.toThrow(
        refusal('store.unavailable', { place: path }),
      )
    })

    it('that another connection writes to is waited for as long as was said, then refused; reading goes on', async () => {
      const path = newPath()
      const store = sqliteStore(path, { driver, busyTimeoutMs: 30 })
      await store.migrate()
      await store.commit(changeOf({ writes: [ticketWrite(1)] }))
      const raw = openRaw(driver, path)
      raw.exec('begin immediate')
      const locked = refusal('store.locked', { place: path, waitedMs: 30 })
      await expect(store.commit(changeOf({ writes: [ticketWrite(2)] }))).rejects.toThrow(locked)
      expect(await store.get('acme', [ticketKey(1), ticketKey(2)])).toMatchObject([{ version: 1 }, null])
      raw.exec('rollback')
      await store.commit(changeOf({ writes: [ticketWrite(2)] }))
      raw.close()
      await store.close()
    })

    it('that is locked at the start is waited for as well', async () => {
      const path = newPath()
      const raw = openRaw(driver, path)
      raw.exec('begin exclusive')
      const store = sqliteStore(path, { driver, busyTimeoutMs: 30 })
      await expect(store.migrate()).rejects.toThrow(refusal('store.locked'))
      raw.exec('rollback')
      await store.migrate()
      raw.close()
      await store.close()
    })

    it('runs in WAL mode with the durability that was asked for, and bears our mark', async () => {
      const path = newPath()
      const store = sqliteStore(path, { driver })
      await store.migrate()
      const raw = openRaw(driver, path)
      expect(raw.prepare('pragma journal_mode').get()).toMatchObject({ journal_mode: 'wal' })
      expect(raw.prepare('pragma application_id').get()).toMatchObject({ application_id: 0x4465736b })
      raw.close()
      await store.close()
      expect(store.capabilities).toEqual({ processes: 'many', durable: true })
    })

    it('is whole without its log when all its stores are closed', async () => {
      const [path, copy] = [newPath(), newPath()]
      const store = sqliteStore(path, { driver })
      await store.migrate()
      await store.commit(changeOf({ writes: [ticketWrite(1)] }))
      await store.close()
      copyFileSync(path, copy)
      const copied = sqliteStore(copy, { driver })
      expect(await copied.get('acme', [ticketKey(1)])).toMatchObject([{ version: 1 }])
      await copied.close()
    })

    it('named :memory: is a store for one process that ends with it', async () => {
      const store = sqliteStore(':memory:', { driver })
      await store.migrate()
      expect(await store.reserve('acme', 'ticket', 1)).toBe(1)
      expect(store.capabilities).toEqual({ processes: 'one', durable: false })
      await store.close()
    })

    it('keeps no document that SQLite could not read again', async () => {
      const store = sqliteStore(':memory:', { driver })
      await store.migrate()
      const nested = (levels: number) => JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`) as never
      const write = (levels: number) => ({ ...ticketWrite(1), doc: { fields: { deep: nested(levels) } } })
      await expect(store.commit(changeOf({ writes: [write(1500)] }))).rejects.toThrow(refusal('store.cannot'))
      await store.commit(changeOf({ writes: [write(990)] }))
      expect(await store.count('acme', 'ticket', { field: 'fields.other', is: null }, [])).toEqual([
        { group: [], count: 1 },
      ])
      await store.close()
    })
  })

  describe(`an open database of the host, on ${driver}`, () => {
    it('keeps the host’s own tables, mark and settings, and stays open', async () => {
      const path = newPath()
      const raw = openRaw(driver, path)
      raw.exec('pragma application_id = 7; create table orders (id text); insert into orders values (1)')
      const store = sqliteStore(raw)
      await store.migrate()
      await store.commit(changeOf({ writes: [ticketWrite(1)] }))
      await store.close()
      await expect(store.migrate()).rejects.toThrow(refusal('store.closed'))
      expect(raw.prepare('select count(*) as n from orders').get()).toMatchObject({ n: 1 })
      expect(raw.prepare('select count(*) as n from desk_ticket').get()).toMatchObject({ n: 1 })
      expect(raw.prepare('pragma application_id').get()).toMatchObject({ application_id: 7 })
      expect(raw.prepare('pragma journal_mode').get()).toMatchObject({ journal_mode: 'delete' })
      raw.close()
      const byPath = sqliteStore(path, { driver })
      expect(await byPath.get('acme', [ticketKey(1)])).toMatchObject([{ version: 1 }])
      await byPath.close()
    })

    it('with a table of our name is refused, and stays as it is', async () => {
      const raw = openRaw(driver, ':memory:')
      raw.exec('create table desk_message (id text)')
      await expect(sqliteStore(raw).migrate()).rejects.toThrow(
        refusal('store.foreign', { found: expect.stringContaining('desk_message') }),
      )
      raw.exec('create table desk_meta (id text)')
      await expect(sqliteStore(raw).migrate()).rejects.toThrow(refusal('store.foreign'))
      expect(raw.prepare('select count(*) as n from sqlite_master').get()).toMatchObject({ n: 2 })
      const other = sqliteStore(raw, { prefix: 'help_' })
      await other.migrate()
      expect(await other.reserve('acme', 'ticket', 5)).toBe(1)
      raw.close()
    })

    it('is of use for one process when it is in memory', () => {
      const raw = openRaw(driver, ':memory:')
      expect(sqliteStore(raw).capabilities).toEqual({ processes: 'one', durable: false })
      raw.close()
    })

    it('is not written to within a transaction of the host', async () => {
      const raw = openRaw(driver, newPath())
      const store = sqliteStore(raw)
      await store.migrate()
      raw.exec('begin')
      await expect(store.commit(changeOf({ writes: [ticketWrite(1)] }))).rejects.toThrow(refusal('store.unavailable'))
      raw.exec('create table orders (id text)')
      raw.exec('commit')
      expect(await store.get('acme', [ticketKey(1)])).toEqual([null])
      await store.commit(changeOf({ writes: [ticketWrite(1)] }))
      raw.close()
    })
  })
}
