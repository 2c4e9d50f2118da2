/** Runs work within a transaction that the host has open on SQLite, and that it alone ends. */
import type { StoreCapabilities } from '../../desk/ports.ts'
import { fault } from '../../domain/refusals.ts'
import { asyncEngine, type Brackets, linksOfOne, type Meaning } from './async-engine.ts'
import { askKysely, type KyselyTransaction } from './kysely-transaction.ts'
import type { Engine } from './sql-store.ts'
import { type SqliteDatabase, type SqliteDriver, toBound, toFault, wrapDatabase } from './sqlite-driver.ts'
import { takeOn } from './sqlite-engine.ts'

const SITE = { place: 'the given transaction', waitedMs: 0 }

// Undone alone when a commit is refused, so that the host's transaction goes on.
const SAVEPOINT: Brackets['write'] = {
  begin: ['savepoint deskwright'],
  commit: ['release savepoint deskwright'],
  undo: ['rollback to savepoint deskwright', 'release savepoint deskwright'],
}

/**
 * An engine on a handle of node:sqlite, better-sqlite3 or libsql, or on a transaction of Kysely over one.
 *
 * @throws DeskError `store.no-transaction` when it is none of these, or in no transaction.
 */
export function engineWithin(transaction: unknown, capabilities: StoreCapabilities): Engine {
  const { executeQuery, prepare, exec } = (transaction ?? {}) as Partial<KyselyTransaction & SqliteDatabase>
  if (typeof executeQuery === 'function') return kyselyEngine(transaction as KyselyTransaction, capabilities)
  if (typeof prepare === 'function' && typeof exec === 'function')
    return handleEngine(transaction as SqliteDatabase, capabilities)
  throw fault('store.no-transaction', { found: 'no SQLite handle and no transaction of Kysely' })
}

const migrate = async () => undefined

function handleEngine(database: SqliteDatabase, capabilities: StoreCapabilities): Engine {
  mustBeInTransaction(database)
  const driver = wrapDatabase(database, SITE)
  let closed = false
  const open = () => {
    if (closed) throw fault('store.closed', {})
    return driver
  }
  const each: Engine['each'] = async (work) => takeOn(open(), work())
  const write: Engine['write'] = async (work) => inSavepoint(open(), () => takeOn(driver, work()))
  const close = async () => {
    closed = true
  }
  return { capabilities, each, moment: each, single: write, write, migrate, close }
}

// Not every driver tells. A transaction within a transaction is refused, and one that was begun is taken back.
function mustBeInTransaction(database: SqliteDatabase): void {
  try {
    database.exec('begin')
  } catch {
    return
  }
  database.exec('rollback')
  throw fault('store.no-transaction', { found: 'a handle in none' })
}

function inSavepoint<T>(driver: SqliteDriver, work: () => T): T {
  for (const sql of SAVEPOINT.begin) driver.exec(sql)
  try {
    const result = work()
    for (const sql of SAVEPOINT.commit) driver.exec(sql)
    return result
  } catch (error) {
    for (const sql of SAVEPOINT.undo) driver.exec(sql)
    throw error
  }
}

const MEANING: Meaning = {
  isConflict: () => false,
  isLost: () => false,
  toFault: (error) => toFault(error, SITE),
}

function kyselyEngine(transaction: KyselyTransaction, capabilities: StoreCapabilities): Engine {
  if (transaction.isTransaction === false) throw fault('store.no-transaction', { found: 'a Kysely in none' })
  const links = linksOfOne(askKysely(transaction, toBound), transaction)
  const brackets = { moment: { begin: [], commit: [], undo: [] }, write: SAVEPOINT }
  const engine = asyncEngine({ links, brackets, capabilities, meaning: MEANING, place: SITE.place, attempts: 1 })
  return { ...engine, single: engine.write, migrate }
}
