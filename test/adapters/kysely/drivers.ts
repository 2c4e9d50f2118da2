/** Which SQLite drivers this process can load, and what the tests of the store need of them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SqliteDatabase, SqliteDriverName } from 'deskwright/sqlite'
import type { HostTransaction } from 'deskwright/testing'
import { openFile } from '../../../src/adapters/kysely/sqlite-load.ts'

const ALL: readonly SqliteDriverName[] = ['node:sqlite', 'better-sqlite3', 'libsql']

/** Those that can be loaded here; the one that the environment variable DRIVER names, if it names one. */
export const drivers: readonly SqliteDriverName[] = process.env.DRIVER
  ? [process.env.DRIVER as SqliteDriverName]
  : ALL.filter(isLoadable)

/** Those that cannot. */
export const missingDrivers: readonly SqliteDriverName[] = ALL.filter((name) => !isLoadable(name))

function isLoadable(name: SqliteDriverName): boolean {
  try {
    openFile(':memory:', { waitedMs: 0, only: name }).close()
    return true
  } catch {
    return false
  }
}

/** The driver's own object, as a host has it. */
export interface RawDatabase extends SqliteDatabase {
  prepare(sql: string): {
    run(...params: unknown[]): { changes: number | bigint }
    get(...params: unknown[]): Record<string, unknown> | undefined
    all(...params: unknown[]): Record<string, unknown>[]
  }
}

/** Opens a database as a host would, without the store. */
export function openRaw(name: SqliteDriverName, path: string): RawDatabase {
  const load = createRequire(import.meta.url)
  const loaded =
    name === 'node:sqlite'
      ? (process as unknown as { getBuiltinModule(name: string): { DatabaseSync: unknown } }).getBuiltinModule(name)
          .DatabaseSync
      : load(name)
  return new (loaded as new (path: string) => RawDatabase)(path)
}

/** A transaction of a host, on a connection of its own. */
export function hostTransaction(database: RawDatabase): HostTransaction {
  database.exec('begin')
  const end = (sql: string) => async () => {
    database.exec(sql)
    database.close()
  }
  return { transaction: database, commit: end('commit'), rollback: end('rollback') }
}

/** A folder for files of one test file, and how to remove it. */
export function testFolder(): { file(name: string): string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'deskwright-sqlite-'))
  return { file: (name) => join(folder, name), remove: () => rmSync(folder, { recursive: true, force: true }) }
}
