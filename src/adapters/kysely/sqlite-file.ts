/** What is done to a database file that is ours alone, and never to a database that a host hands over. */
import { setTimeout } from 'node:timers/promises'
import { isDeskError } from '../../domain/fault.ts'
import { fault } from '../../domain/refusals.ts'
import { sqliteDialect } from './dialects.ts'
import type { SqliteDriver } from './sqlite-driver.ts'

/** "Desk": what `file` and other tools find in the header. */
const APPLICATION_ID = 0x4465736b

// The default of 2 MB is far below the indexes of a busy desk; it is a limit, not a reservation.
const CACHE_KIB = 32_768

// 16 MB of log before it is brought into the file, where SQLite's own default is 4: a desk writes the same pages of its
// indexes again and again, and each of them is brought over once, however often it was written since.
const CHECKPOINT_PAGES = 4_000

/** Settings of the connection; they leave no trace in the file. */
export function tuneConnection(
  driver: SqliteDriver,
  { durability, busyTimeoutMs }: { durability: 'normal' | 'full'; busyTimeoutMs: number },
): void {
  driver.exec(`pragma busy_timeout = ${busyTimeoutMs}`)
  driver.exec(`pragma synchronous = ${durability}`)
  driver.exec(`pragma cache_size = -${CACHE_KIB}`)
  driver.exec(`pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
}

/**
 * Refuses a file with another application's tables in it, before anything was changed there.
 *
 * @param metaTable - when this table is there, a host handed the database over before: that marks the tables, not the file.
 */
export function refuseForeignFile(
  driver: SqliteDriver,
  { place, metaTable }: { place: string; metaTable: string },
): void {
  const mark = driver.get('pragma application_id', [])?.application_id
  if (mark === APPLICATION_ID) return
  const tables = driver.all(sqliteDialect.listTables, [])
  if (tables.length === 0 && mark === 0) return
  if (tables.some(({ name }) => name === metaTable)) return
  throw fault('store.foreign', {
    place,
    found: `another application's database (application_id ${mark}, ${tables.length} tables)`,
  })
}

/** Says in the file's header whose it is. */
export function markFile(driver: SqliteDriver): void {
  driver.exec(`pragma application_id = ${APPLICATION_ID}`)
}

/**
 * Closes the connection, and before that brings what stands in the write-ahead log into the file, as far as no other
 * process still reads what was before: libsql really closes a file only when its statements are collected as garbage,
 * and a host may copy the file before that.
 */
export function closeFile(driver: SqliteDriver): void {
  try {
    driver.exec('pragma wal_checkpoint(passive)')
  } catch {
    // The log stays, and whoever opens the file next reads it.
  }
  driver.close()
}

const PAUSE_MS = 10

/**
 * Lets readers and a writer work at the same time. The change of mode needs the file for itself for a moment, and
 * SQLite does not wait for that by its busy timeout: so it is tried until that time has passed.
 */
export async function useWriteAheadLog(driver: SqliteDriver, busyTimeoutMs: number): Promise<void> {
  const mode = driver.get('pragma journal_mode', [])?.journal_mode
  if (mode === 'wal' || mode === 'memory') return
  for (let waited = 0; ; waited += PAUSE_MS) {
    try {
      return driver.exec('pragma journal_mode = wal')
    } catch (error) {
      if (!isDeskError(error, 'store.locked') || waited >= busyTimeoutMs) throw error
      await setTimeout(PAUSE_MS)
    }
  }
}
