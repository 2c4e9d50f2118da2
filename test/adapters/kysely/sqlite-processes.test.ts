import { sqliteStore } from 'deskwright/sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTables } from '../../../src/adapters/kysely/create-tables.ts'
import { sqliteDialect } from '../../../src/adapters/kysely/dialects.ts'
import { tableNames } from '../../../src/adapters/kysely/schema.ts'
import { drivers, openRaw, testFolder } from './drivers.ts'
import { type Script, scriptOf } from './processes.ts'

const folder = testFolder()
afterAll(folder.remove)

// The schema's last statement writes its version; those before it make tables and indexes.
const LAST = createTables(sqliteDialect, tableNames('desk_')).length + 1

const TICKET = { kind: 'ticket', id: 'tkt_1' } as const

// Counts one ticket up, reserves numbers and takes tasks, again and again; whoever is too late reads anew.
const WORKER = `
  import { isDeskError } from './src/domain/fault.ts'
  import { sqliteStore } from 'deskwright/sqlite'
  const [path, driver, rounds] = process.argv.slice(2)
  const store = sqliteStore(path, { driver })
  await store.migrate()
  const said = { numbers: [], claimed: [], late: 0 }
  for (let round = 0; round < Number(rounds); ) {
    const [ticket] = await store.get('acme', [{ kind: 'ticket', id: 'tkt_1' }])
    const expected = ticket?.version ?? 0
    const doc = { id: 'tkt_1', number: expected + 1 }
    const entry = { kind: 'ticket', id: 'tkt_1', version: expected + 1, n: 0, name: 'ticket.changed', at: '2026-03-02T09:30:00.000Z', body: '{}', hash: '' }
    try {
      await store.commit({
        tenant: 'acme', checks: [], clear: [], settle: [], command: null, journal: [entry],
        writes: [{ kind: 'ticket', id: 'tkt_1', expected, tip: '', doc }],
        set: [{ queue: 'out', key: String(expected), dueAt: '2026-03-02T09:30:00.000Z', group: null, seq: expected, body: {} }],
      })
      said.numbers.push(await store.reserve('acme', 'ticket', 1))
      const claims = await store.claim('out', { now: '2026-03-02T09:30:00.000Z', limit: 2, leaseMs: 3_600_000 })
      said.claimed.push(...claims.map(({ key }) => key))
      round += 1
    } catch (error) {
      if (!isDeskError(error, 'store.stale-version')) throw error
      said.late += 1
    }
  }
  await store.close()
  process.send(said)
`

const STARTER = `
  import { sqliteStore } from 'deskwright/sqlite'
  const [path, driver] = process.argv.slice(2)
  const store = sqliteStore(path, { driver })
  await store.migrate()
  process.send(await store.reserve('acme', 'ticket', 1))
  await store.close()
`

// Ends itself by the signal that nobody can catch when the migration has run so many statements.
const KILLED = `
  import { migrateSchema } from './src/adapters/kysely/migrations.ts'
  import { sqliteDialect } from './src/adapters/kysely/dialects.ts'
  import { tableNames } from './src/adapters/kysely/schema.ts'
  import { openFile } from './src/adapters/kysely/sqlite-load.ts'
  import { takeOn } from './src/adapters/kysely/sqlite-engine.ts'
  import { useWriteAheadLog } from './src/adapters/kysely/sqlite-file.ts'
  const [path, only, statements] = process.argv.slice(2)
  const driver = openFile(path, { waitedMs: 0, only })
  await useWriteAheadLog(driver, 1000)
  let left = Number(statements)
  const run = (sql, params) => {
    if (left-- === 0) process.kill(process.pid, 'SIGKILL')
    return driver.run(sql, params)
  }
  const home = { dialect: sqliteDialect, names: tableNames('desk_'), place: path }
  driver.write(() => takeOn({ ...driver, run }, migrateSchema(home)))
  process.send('not killed')
`

for (const driver of drivers)
  describe(`several processes on one file, on ${driver}`, () => {
    const scripts: Record<'worker' | 'starter' | 'killed', Script> = {} as never
    beforeAll(async () => {
      scripts.worker = await scriptOf(WORKER)
      scripts.starter = await scriptOf(STARTER)
      scripts.killed = await scriptOf(KILLED)
    })
    afterAll(() => {
      for (const script of Object.values(scripts)) script.remove()
    })

    it('lose no change, give no number twice, and hand no task to two', async () => {
      const path = folder.file(`${driver.replace(':', '-')}-worked.db`)
      const rounds = 60
      const ends = await Promise.all([1, 2, 3].map(() => scripts.worker.run(path, driver, String(rounds))))
      const said = ends.map((end) => end.said as { numbers: number[]; claimed: string[]; late: number })
      const store = sqliteStore(path, { driver })
      const [ticket] = await store.get('acme', [TICKET])
      expect(ticket).toMatchObject({ version: 3 * rounds, doc: { number: 3 * rounds } })
      const entries = await store.history('acme', { of: TICKET, limit: 1000 })
      expect(entries.map(({ version }) => version)).toEqual(Array.from({ length: 3 * rounds }, (_, n) => n + 1))
      const numbers = said.flatMap((one) => one.numbers)
      expect(new Set(numbers).size).toBe(3 * rounds)
      const claimed = said.flatMap((one) => one.claimed)
      expect(new Set(claimed).size).toBe(claimed.length)
      await store.close()
    }, 60_000)

    it('may start at once on a file that is not there yet', async () => {
      for (let time = 0; time < 3; time++) {
        const path = folder.file(`${driver.replace(':', '-')}-${time}-new.db`)
        const ends = await Promise.all([1, 2, 3, 4].map(() => scripts.starter.run(path, driver)))
        expect(ends.map(({ said }) => said).sort()).toEqual([1, 2, 3, 4])
      }
    }, 60_000)

    it('find nothing, or all of it, where one was killed while it made the schema', async () => {
      for (const statements of [0, 1, 7, 30, LAST]) {
        const path = folder.file(`${driver.replace(':', '-')}-${statements}-killed.db`)
        expect(await scripts.killed.run(path, driver, String(statements))).toEqual({ said: null, signal: 'SIGKILL' })
        const left = openRaw(driver, path)
        expect(left.prepare('select count(*) as tables from sqlite_master').get()).toMatchObject({ tables: 0 })
        left.close()
        const store = sqliteStore(path, { driver })
        await store.migrate()
        expect(await store.reserve('acme', 'ticket', 1)).toBe(1)
        await store.close()
      }
    }, 60_000)
  })
