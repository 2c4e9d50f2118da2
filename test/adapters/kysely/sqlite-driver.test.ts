import { sqliteStore } from 'deskwright/sqlite'
import { changeOf, commandOf, taskOf, ticketDoc, ticketEntry, ticketKey, ticketWrite } from 'deskwright/testing'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type SqliteDriver, wrapDatabase } from '../../../src/adapters/kysely/sqlite-driver.ts'
import { drivers, openRaw, type RawDatabase, testFolder } from './drivers.ts'

const folder = testFolder()
afterAll(folder.remove)
let files = 0

const SITE = { place: 'here', waitedMs: 0 }
const NOON = '2026-03-02T12:00:00.000Z'

for (const name of drivers)
  describe(`the face of ${name}`, () => {
    let raw: RawDatabase
    let driver: SqliteDriver
    beforeEach(() => {
      raw = openRaw(name, ':memory:')
      raw.exec('create table t (a, b)')
      driver = wrapDatabase(raw, SITE)
    })
    afterEach(() => void raw.close())

    it('binds booleans as 1 and 0, nothing as null, and a lone null', () => {
      const [yes, no] = [driver.get('select ? as v', [true]), driver.get('select ? as v', [false])]
      expect([yes?.v, no?.v]).toEqual([1, 0])
      expect(driver.get('select ? as v', [null])?.v).toBeNull()
      expect(driver.get('select ? as v', [undefined as never])?.v).toBeNull()
      expect(driver.run('insert into t (a) values (?)', [null])).toBe(1)
    })

    it('gives numbers back as they were, also past 2^53 and below 0', () => {
      raw.exec('create table n (v real)')
      for (const number of [0, -1, 1.5, 2 ** 53, 2 ** 60, 1e300, 5e-324, Number.MAX_SAFE_INTEGER]) {
        driver.run('delete from n', [])
        driver.run('insert into n values (?)', [number])
        expect(driver.get('select v from n', [])?.v).toBe(number)
        expect(driver.all('select v from n where v = ?', [number])).toHaveLength(1)
      }
    })

    it('counts what was written, and nothing for what was not', () => {
      raw.exec('create unique index one on t (a)')
      expect(driver.run('insert into t values (?, 1), (?, 2)', ['x', 'y'])).toBe(2)
      expect(driver.run('insert into t values (?, 3) on conflict do nothing', ['x'])).toBe(0)
      expect(driver.run('update t set b = 9 where a = ?', ['z'])).toBe(0)
      expect(driver.run('delete from t', [])).toBe(2)
    })

    it('runs one statement in every way in turn, each time with its own parameters', () => {
      driver.run('insert into t values (1, 1), (2, 2), (3, 3)', [])
      const of = 'select a from t where a >= ? order by a limit ?'
      const seen = [driver.get(of, [3, 1]), ...driver.all(of, [1, 2]), driver.get(of, [2, 1]), driver.get(of, [9, 1])]
      expect(seen.map((row) => row?.a)).toEqual([3, 1, 2, 2, undefined])
    })

    it('undoes all that was written when the work throws', () => {
      const work = () => {
        driver.run('insert into t values (1, 1)', [])
        throw new Error('no')
      }
      expect(() => driver.write(work)).toThrow('no')
      expect(driver.all('select * from t', [])).toEqual([])
      expect(driver.isSound()).toBe(true)
      driver.write(() => driver.run('insert into t values (1, 1)', []))
      expect(driver.all('select * from t', [])).toHaveLength(1)
    })

    it('says of an error what it means, whatever the driver calls it', () => {
      expect(() => driver.get('select * from nowhere', [])).toThrow(
        expect.objectContaining({
          code: 'store.unavailable',
          data: { place: 'here', reason: 'no such table: nowhere' },
        }),
      )
    })

    it('works on after it found the file locked', () => {
      const path = folder.file(`${++files}.db`)
      const [one, other] = [openRaw(name, path), openRaw(name, path)]
      one.exec('pragma journal_mode = wal; create table t (a)')
      other.exec('pragma busy_timeout = 0')
      const late = wrapDatabase(other, SITE)
      one.exec('begin immediate')
      const write = () => late.write(() => late.run('insert into t values (1)', []))
      expect(write).toThrow(expect.objectContaining({ code: 'store.locked' }))
      expect(late.read(() => late.all('select * from t', []))).toEqual([])
      one.exec('rollback')
      expect(write()).toBe(1)
      one.close()
      other.close()
    })

    it('gives plain integers where the host’s connection gives bigint', async () => {
      const loud = raw as unknown as { defaultSafeIntegers?: (on: boolean) => void }
      loud.defaultSafeIntegers?.(true)
      const store = sqliteStore(raw)
      await store.migrate()
      await store.commit(changeOf({ writes: [ticketWrite(1)], journal: [ticketEntry(1, 1)] }))
      expect((await store.get('acme', [ticketKey(1)]))[0]?.version).toBe(1)
      expect(await store.reserve('acme', 'ticket', 1)).toBe(1)
      expect((await store.history('acme', { limit: 10 }))[0]?.position).toBe(1)
    })

    it('gives large numbers back out of columns', async () => {
      const store = sqliteStore(raw)
      await store.migrate()
      await store.commit(changeOf({ writes: [{ ...ticketWrite(1), doc: { ...ticketDoc(1), number: 2 ** 60 } }] }))
      expect(await store.count('acme', 'ticket', null, ['number'])).toEqual([{ group: [2 ** 60], count: 1 }])
    })

    it('gives plain objects, with nothing of the driver in them', async () => {
      const store = sqliteStore(raw)
      await store.migrate()
      await store.commit(changeOf({ writes: [ticketWrite(1)], command: commandOf('c') }))
      const [ticket] = await store.get('acme', [ticketKey(1)])
      expect(Object.keys(ticket ?? {}).sort()).toEqual(['doc', 'id', 'kind', 'tip', 'version'])
      expect(Object.getPrototypeOf(ticket)).toBe(Object.prototype)
      expect(await store.command('acme', 'c')).toStrictEqual(commandOf('c'))
      expect(await store.count('acme', 'ticket', null, [])).toStrictEqual([{ group: [], count: 1 }])
    })

    it('carries texts that end early in C and halves of surrogate pairs, in documents and in keys', async () => {
      const store = sqliteStore(raw)
      await store.migrate()
      for (const odd of ['a\0b', '\0', 'a\ud800', '\udc00b', '\x01\x02\x03', '\u{1f600}']) {
        const subject = odd
        const write = { kind: 'customer', id: odd, expected: 0, tip: odd, doc: { subject, externalId: odd } } as const
        const entry = ticketEntry(1, 1, { kind: 'customer', id: odd, name: odd, body: odd })
        const task = taskOf(odd, { queue: odd, group: odd, dueAt: NOON, body: { odd } })
        const command = commandOf(odd, { fingerprint: odd, result: { odd } })
        await store.commit({ ...changeOf({ writes: [write], journal: [entry], set: [task], command }), tenant: odd })
        const stored = { kind: 'customer', id: odd, version: 1, tip: odd, doc: write.doc }
        expect(await store.get(odd, [{ kind: 'customer', id: odd }])).toEqual([stored])
        const request = { where: { field: 'externalId', is: odd }, order: [], limit: 2, after: null }
        expect(await store.find(odd, 'customer', request)).toEqual([stored])
        expect(await store.count(odd, 'customer', null, ['externalId'])).toEqual([{ group: [odd], count: 1 }])
        expect(await store.history(odd, { limit: 10 })).toMatchObject([entry])
        expect(await store.command(odd, odd)).toEqual(command)
        const claims = await store.claim(odd, { now: NOON, limit: 10, leaseMs: 1000 })
        expect(claims).toMatchObject([{ ...task, tenant: odd }])
        expect(await store.settle(claims[0]!, { dead: true, reason: odd })).toBe(true)
        expect(await store.dead(odd, odd, 10)).toMatchObject([{ key: odd, reason: odd }])
      }
      expect(await store.get('a', [{ kind: 'customer', id: 'a' }])).toEqual([null])
    })

    it('keeps no more than it was given when a document holds what is not JSON', async () => {
      const store = sqliteStore(raw)
      await store.migrate()
      const doc = { ...ticketDoc(1), subject: undefined, priorityByHand: true }
      await store.commit(changeOf({ writes: [{ ...ticketWrite(1), doc }] }))
      const [ticket] = await store.get('acme', [ticketKey(1)])
      expect(ticket?.doc).toStrictEqual(JSON.parse(JSON.stringify(doc)))
    })
  })

describe('a connection whose transaction can be neither ended nor undone', () => {
  function brokenDatabase(inTransaction: boolean) {
    const statement = { run: () => ({ changes: 1 }), get: () => undefined, all: () => [] }
    const exec = (sql: string) => {
      if (sql === 'commit') throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' })
      if (sql === 'rollback') throw Object.assign(new Error('no'), { code: 'SQLITE_IOERR' })
    }
    return { prepare: () => statement, exec, close: () => undefined, pragma: () => undefined, inTransaction }
  }

  it('tells the first error, and is used no more', () => {
    const driver = wrapDatabase(brokenDatabase(true), SITE)
    expect(() => driver.write(() => 1)).toThrow(/disk I\/O error/)
    expect(driver.isSound()).toBe(false)
  })

  it('is used further when SQLite undid the transaction by itself', () => {
    const driver = wrapDatabase(brokenDatabase(false), SITE)
    expect(() => driver.write(() => 1)).toThrow(/disk I\/O error/)
    expect(driver.isSound()).toBe(true)
  })
})
