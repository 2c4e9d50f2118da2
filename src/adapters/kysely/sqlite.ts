/** The door `deskwright/sqlite`: a desk that lives in one file. */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Store } from '../../desk/ports.ts'
import { fault } from '../../domain/refusals.ts'
import { sqliteDialect } from './dialects.ts'
import { inspect } from './inspect.ts'
import { type Home, migrateSchema, readVersion, SCHEMA_VERSION } from './migrations.ts'
import { checkPrefix, type TableNames, tableNames } from './schema.ts'
import { storeStatements } from './session.ts'
import { sqlStore } from './sql-store.ts'
import { type SqliteDatabase, type SqliteDriver, type SqliteStatement, wrapDatabase } from './sqlite-driver.ts'
import { type SqliteSource, sqliteEngine, takeOn } from './sqlite-engine.ts'
import { closeFile, markFile, refuseForeignFile, tuneConnection, useWriteAheadLog } from './sqlite-file.ts'
import { openFile, type SqliteDriverName } from './sqlite-load.ts'
import { engineWithin } from './sqlite-within.ts'

export type { SqliteDatabase, SqliteDriverName, SqliteStatement }

export interface SqliteOptions {
  /** Stands before the name of each of our tables: a letter or `_`, then letters, digits or `_`. Default `desk_`. */
  readonly prefix?: string
  /**
   * What a returned call has survived. `normal` (the default): the end of the process at any moment; of a power cut or
   * a crash of the operating system, the last commits may be lost, whole ones, and never one without those after it.
   * `full`: power cuts too, at the price of waiting for the disk at each commit. Only for a path; an open database
   * keeps its own settings.
   */
  readonly durability?: 'normal' | 'full'
  /**
   * How long to wait for another process that writes, in milliseconds; then `store.locked`. Default 5000. The wait
   * holds up this whole process, since the drivers are synchronous. Only for a path.
   */
  readonly busyTimeoutMs?: number
  /** Take this driver and no other. Default: the first that can be loaded of node:sqlite, better-sqlite3, libsql. */
  readonly driver?: SqliteDriverName
}

/**
 * A store in an SQLite file, for one or more processes of one machine.
 *
 * A path is opened at first use and made when it is not there (`:memory:` is a store that is gone with the process); it
 * runs in WAL mode, which needs a local disk. An open database of node:sqlite, better-sqlite3 or libsql may be given
 * instead: then our tables live beside the host's own, its settings stay as they are, and `close()` leaves it open.
 *
 * `within` takes a handle of the same database in a transaction, or a transaction of Kysely over one. SQLite has one
 * writer at a time: until the host ends its transaction, everybody else waits to write.
 *
 * @throws DeskError `store.cannot` for a prefix that is no name. All else is refused by the store's methods:
 *   `store.no-driver`, `store.foreign` (another application's file, or no database), `store.newer-schema`,
 *   `store.locked`, `store.unavailable`.
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous on what each mode survives.
 */
export function sqliteStore(pathOrDatabase: string | SqliteDatabase, options: SqliteOptions = {}): Store {
  const { prefix = 'desk_' } = options
  checkPrefix(prefix)
  const names = tableNames(prefix)
  const source =
    typeof pathOrDatabase === 'string'
      ? fileSource(pathOrDatabase, names, options)
      : givenSource(wrapGiven(pathOrDatabase), names)
  const statements = storeStatements(sqliteDialect, names)
  const engine = sqliteEngine(source)
  const place = typeof pathOrDatabase === 'string' ? pathOrDatabase : GIVEN
  const store = sqlStore(engine, statements)
  const nothing = sqliteEngine(fileSource(':memory:', names, options))
  return {
    ...store,
    inspect() {
      // Opening a file makes it.
      const looked = typeof pathOrDatabase === 'string' && isToBeMade(pathOrDatabase) ? nothing : engine
      return looked.each(() => inspect({ dialect: sqliteDialect, names, place }, null))
    },
    async close() {
      await nothing.close()
      await store.close()
    },
    within: (transaction) => sqlStore(engineWithin(transaction, source.capabilities), statements),
  }
}

function isToBeMade(path: string): boolean {
  return path !== ':memory:' && !path.startsWith('file:') && !existsSync(path) && existsSync(dirname(path))
}

function fileSource(place: string, names: TableNames, options: SqliteOptions): SqliteSource {
  const { durability = 'normal', busyTimeoutMs = 5000 } = options
  const inMemory = place === ':memory:'
  return {
    capabilities: { processes: inMemory ? 'one' : 'many', durable: !inMemory },
    open() {
      const driver = openFile(place, { waitedMs: busyTimeoutMs, ...(options.driver && { only: options.driver }) })
      try {
        tuneConnection(driver, { durability, busyTimeoutMs })
        refuseForeignFile(driver, { place, metaTable: names.meta })
        return driver
      } catch (error) {
        driver.close()
        throw error
      }
    },
    close: closeFile,
    async migrate(driver) {
      const home = { dialect: sqliteDialect, names, place }
      // First, since the change to WAL is already a change of the file.
      takeOn(driver, readVersion(home))
      await useWriteAheadLog(driver, busyTimeoutMs)
      migrate(driver, home, () => markFile(driver))
    },
  }
}

/** Without a lock where nothing is to be done. `onNew` runs in the same transaction when there was no schema at all. */
function migrate(driver: SqliteDriver, home: Home, onNew: () => void): void {
  if (takeOn(driver, readVersion(home)) === SCHEMA_VERSION) return
  driver.write(() => {
    if (takeOn(driver, migrateSchema(home)) === 0) onNew()
  })
}

const GIVEN = 'the given database'

function wrapGiven(database: SqliteDatabase): SqliteDriver {
  if (typeof database?.prepare !== 'function' || typeof database.exec !== 'function')
    throw fault('store.unavailable', {
      place: GIVEN,
      reason: 'it is no open database of node:sqlite, better-sqlite3 or libsql',
    })
  const waitedMs = wrapDatabase(database, { place: GIVEN, waitedMs: 0 }).get('pragma busy_timeout', [])?.timeout
  return wrapDatabase(database, { place: GIVEN, waitedMs: Number(waitedMs) })
}

function givenSource(driver: SqliteDriver, names: TableNames): SqliteSource {
  const main = driver.all('pragma database_list', []).find(({ name }) => name === 'main')
  const inMemory = main?.file === '' || main?.file === null
  return {
    capabilities: { processes: inMemory ? 'one' : 'many', durable: !inMemory },
    open: () => driver,
    close: () => undefined,
    async migrate(opened) {
      migrate(opened, { dialect: sqliteDialect, names, place: GIVEN }, () => undefined)
    },
  }
}
