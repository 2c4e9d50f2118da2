/** Runs work on SQLite, each piece in one go: callers of one process never interleave, and against others stand transactions. */
import type { StoreCapabilities } from '../../desk/ports.ts'
import { fault } from '../../domain/refusals.ts'
import type { Engine, Work } from './sql-store.ts'
import type { SqliteDriver } from './sqlite-driver.ts'
import { type Steps, takeNow } from './steps.ts'

/** Where the connection comes from. */
export interface SqliteSource {
  readonly capabilities: StoreCapabilities
  /** Called at first use, and again when a connection had to be given up. */
  open(): SqliteDriver
  migrate(driver: SqliteDriver): Promise<void>
  /** Called for what `open` gave. */
  close(driver: SqliteDriver): void
}

/** Takes the work on a driver. */
export function takeOn<T>(driver: SqliteDriver, work: Steps<T>): T {
  return takeNow(({ way, sql, params }) => driver[way](sql, params), work)
}

/** An engine over a synchronous driver. */
export function sqliteEngine(source: SqliteSource): Engine {
  let driver: SqliteDriver | null = null
  let closed = false

  function opened(): SqliteDriver {
    if (closed) throw fault('store.closed', {})
    if (driver && !driver.isSound()) giveUp()
    driver ??= source.open()
    return driver
  }

  function giveUp(): void {
    const given = driver
    driver = null
    if (given) source.close(given)
  }

  async function write<T>(work: Work<T>): Promise<T> {
    const open = opened()
    return open.write(() => takeOn(open, work()))
  }

  // Async, so that a refusal is always a rejected promise.
  return {
    capabilities: source.capabilities,
    async each(work) {
      return takeOn(opened(), work())
    },
    async moment(work) {
      const open = opened()
      return open.read(() => takeOn(open, work()))
    },
    single: write,
    write,
    async migrate() {
      await source.migrate(opened())
    },
    async close() {
      closed = true
      giveUp()
    },
  }
}
