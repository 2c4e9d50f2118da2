/** One face for node:sqlite, better-sqlite3 and libsql: whatever they do differently ends in this file. */
import { isDeskError } from '../../domain/fault.ts'
import { fault } from '../../domain/refusals.ts'
import { toColumnText } from './column-text.ts'
import type { Param, Row } from './steps.ts'

/** A prepared statement of any of the three drivers, as far as the store uses it. */
export interface SqliteStatement {
  /** Runs it and tells how many rows it wrote. */
  run(...params: never[]): unknown
  /** The first row, or `undefined`. */
  get(...params: never[]): unknown
  /** All rows. */
  all(...params: never[]): unknown[]
}

/** An open database of node:sqlite, better-sqlite3 or libsql, as far as the store uses it. */
export interface SqliteDatabase {
  /** Compiles a statement, to be run many times. */
  prepare(sql: string): SqliteStatement
  /** Runs a text of statements once. */
  exec(sql: string): unknown
  /** Ends the connection. */
  close(): unknown
}

/** An open SQLite database. Everything here is synchronous: what one call stack does, nobody interleaves. */
export interface SqliteDriver {
  /** Runs a statement without parameters that is not worth keeping. */
  exec(sql: string): void
  /** Runs a statement and returns how many rows it wrote. */
  run(sql: string, params: readonly Param[]): number
  get(sql: string, params: readonly Param[]): Row | undefined
  all(sql: string, params: readonly Param[]): Row[]
  /** All that `work` writes, or nothing of it. Waits for other writers as long as the busy timeout says. */
  write<T>(work: () => T): T
  /** Everything that `work` reads is as of one moment. */
  read<T>(work: () => T): T
  /** False after a transaction could be neither ended nor undone: then nothing more may be done here. */
  isSound(): boolean
  close(): void
}

/** Where an error happened, for its message. */
export interface Site {
  readonly place: string
  readonly waitedMs: number
}

// Statements of fixed shape are some sixty; the rest is room for finds of many shapes.
const CACHED_STATEMENTS = 300

interface AnyStatement {
  run(...params: unknown[]): { readonly changes: number | bigint }
  get(...params: unknown[]): Row | undefined
  all(...params: unknown[]): Row[]
  safeIntegers?(on: boolean): unknown
  setReadBigInts?(on: boolean): unknown
}

interface AnyDatabase {
  prepare(sql: string): AnyStatement
  exec(sql: string): unknown
  close(): unknown
  readonly pragma?: unknown
  readonly inTransaction?: boolean
  readonly isTransaction?: boolean
}

/** Wraps an open database of any of the three drivers. */
export function wrapDatabase(database: SqliteDatabase, site: Site): SqliteDriver {
  const db = database as unknown as AnyDatabase
  const run = caller(db, 'run', site)
  const exec = (sql: string) => guarded(site, () => void db.exec(sql))
  let sound = true

  // By `exec`: a prepared BEGIN IMMEDIATE that found the file locked stays "in progress" in libsql 0.5, and then no
  // transaction of this connection can be committed any more.
  function transaction<T>(begin: string, work: () => T): T {
    exec(begin)
    try {
      const result = work()
      exec('commit')
      return result
    } catch (error) {
      sound = rollBack(db)
      throw error
    }
  }

  return {
    exec,
    run: (sql, params) => Number(run(sql, params).changes),
    get: caller(db, 'get', site),
    all: caller(db, 'all', site),
    write: (work) => transaction('begin immediate', work),
    read: (work) => transaction('begin', work),
    isSound: () => sound,
    close: () => guarded(site, () => void db.close()),
  }
}

function guarded<T>(site: Site, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw toFault(error, site)
  }
}

/**
 * One way to run statements. Each way keeps statements of its own: in libsql 0.5, a `get` after an `all` of the same
 * statement still has the parameters of the `all`.
 */
function caller<M extends 'run' | 'get' | 'all'>(db: AnyDatabase, method: M, site: Site) {
  const statementOf = statementCache(db)
  // better-sqlite3 and libsql take one list, and a lone `null` without it is an error; node:sqlite would read a list as
  // named parameters.
  const takesList = typeof db.pragma === 'function'
  return (sql: string, params: readonly Param[]) =>
    guarded(site, () => {
      const bound = params.map(toBound)
      const statement = statementOf(sql)
      return (takesList ? statement[method](bound) : statement[method](...bound)) as ReturnType<AnyStatement[M]>
    })
}

/** What is bound in SQLite: a boolean aborts the whole process in libsql, and node:sqlite refuses both booleans and `undefined`. */
export function toBound(param: Param | undefined): string | number | null {
  if (typeof param === 'string') return toColumnText(param)
  if (typeof param === 'boolean') return param ? 1 : 0
  return param ?? null
}

function statementCache(db: AnyDatabase): (sql: string) => AnyStatement {
  const cache = new Map<string, AnyStatement>()
  return (sql) => {
    const known = cache.get(sql)
    if (known) return known
    const statement = db.prepare(sql)
    // The host's own connection may be set to give integers as bigint.
    statement.safeIntegers?.(false)
    statement.setReadBigInts?.(false)
    const oldest = cache.size >= CACHED_STATEMENTS ? cache.keys().next().value : undefined
    if (oldest !== undefined) cache.delete(oldest)
    cache.set(sql, statement)
    return statement
  }
}

// node:sqlite tells it since Node 22.16; before that it is not known.
function inTransaction(db: AnyDatabase): boolean | undefined {
  return db.inTransaction ?? db.isTransaction
}

/** Undoes the open transaction; says whether the connection can be used further. */
function rollBack(db: AnyDatabase): boolean {
  try {
    db.exec('rollback')
    return true
  } catch {
    // After a full disk or an I/O error SQLite has rolled back by itself, and ROLLBACK is the error.
    return inTransaction(db) !== true
  }
}

const NAMES: Readonly<Record<number, string>> = { 5: 'SQLITE_BUSY', 6: 'SQLITE_LOCKED', 26: 'SQLITE_NOTADB' }

/** The refusal that stands for a driver's error. */
export function toFault(error: unknown, { place, waitedMs }: Site): unknown {
  if (isDeskError(error) || !(error instanceof Error)) return error
  const name = nameOf(error)
  if (name.startsWith('SQLITE_BUSY') || name.startsWith('SQLITE_LOCKED'))
    return fault('store.locked', { place, waitedMs }, { cause: error })
  if (name === 'SQLITE_NOTADB') return fault('store.foreign', { place, found: 'no SQLite database' }, { cause: error })
  return fault('store.unavailable', { place, reason: error.message }, { cause: error })
}

// node:sqlite gives SQLite's extended code as `errcode`, libsql as `rawCode`, better-sqlite3 its name as `code`.
function nameOf(error: Error): string {
  const { code, errcode, rawCode } = error as { code?: unknown; errcode?: unknown; rawCode?: unknown }
  const number = errcode ?? rawCode
  if (typeof number === 'number') return NAMES[number & 0xff] ?? ''
  return typeof code === 'string' ? code : ''
}
