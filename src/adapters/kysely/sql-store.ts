/** The store on an SQL database: the port's methods, and when its connection is opened, given up and closed. */
import type { Store, StoreCapabilities } from '../../desk/ports.ts'
import { fault } from '../../domain/refusals.ts'
import { applyChange, readCommand } from './commit.ts'
import { countRecords, findRecords, readHistory, readRecords } from './reads.ts'
import type { Session, StoreStatements } from './session.ts'
import type { SqliteDriver } from './sqlite-driver.ts'
import { one } from './statements.ts'
import { claimTasks, deadTasks, nextDue, settleTask } from './tasks.ts'

/** Where the store's connection comes from. */
export interface Source {
  readonly capabilities: StoreCapabilities
  readonly statements: StoreStatements
  /** Called at first use, and again when a connection had to be given up. */
  open(): SqliteDriver
  migrate(driver: SqliteDriver): Promise<void>
  /** Called for what `open` gave. */
  close(driver: SqliteDriver): void
}

/**
 * A store over a synchronous driver: every method does its work in one go, so that callers of one process never
 * interleave; against other processes stand the database's transactions.
 */
export function sqlStore(source: Source): Store {
  let session: Session | null = null
  let closed = false

  function opened(): Session {
    if (closed) throw fault('store.closed', {})
    if (session && !session.driver.isSound()) giveUp()
    session ??= { driver: source.open(), statements: source.statements }
    return session
  }

  function giveUp(): void {
    const given = session
    session = null
    if (given) source.close(given.driver)
  }

  // Async, so that a refusal is always a rejected promise.
  async function reading<T>(work: (session: Session) => T): Promise<T> {
    return work(opened())
  }
  async function writing<T>(work: (session: Session) => T): Promise<T> {
    const open = opened()
    return open.driver.write(() => work(open))
  }

  return {
    capabilities: source.capabilities,
    async migrate() {
      await source.migrate(opened().driver)
    },
    get: (tenant, keys) => reading((open) => readRecords(open, tenant, keys)),
    find: (tenant, kind, request) => reading((open) => findRecords(open, tenant, { kind, request })),
    count: (tenant, kind, where, by) => reading((open) => countRecords(open, tenant, { kind, where, by })),
    commit: (change) => writing((open) => applyChange(open, change)),
    claim: (queue, request) => reading((open) => claimTasks(open, queue, request)),
    settle: (claim, settlement) => writing((open) => settleTask(open, claim, settlement)),
    dead: (tenant, queue, limit) => reading((open) => deadTasks(open, { tenant, queue, limit })),
    nextDue: (queue) => reading((open) => open.driver.read(() => nextDue(open, queue))),
    reserve: (tenant, counter, n) => writing((open) => reserve(open, { tenant, name: counter, n })),
    command: (tenant, id) => reading((open) => readCommand(open, tenant, id)),
    history: (tenant, request) => reading((open) => readHistory(open, tenant, request)),
    async close() {
      closed = true
      giveUp()
    },
  }
}

function reserve({ driver, statements }: Session, asked: { tenant: string; name: string; n: number }): number {
  return Number(one(driver, statements.reserve, asked)?.value) - asked.n + 1
}
