/** Makes the schema on MariaDB and brings it forward, and refuses connections and columns that would keep texts inexactly. */
import { fault } from '../../domain/refusals.ts'
import type { Brackets } from './async-engine.ts'
import { EXACT, mariadbDialect, turnTable } from './dialects-mariadb.ts'
import type { Look } from './mariadb-links.ts'
import { createMariadbTables, createMeta } from './mariadb-tables.ts'
import { ownTables, readVersion } from './migrations.ts'
import { type TableNames, tableNames } from './schema.ts'
import { type Query, type Row, rowsOf, runAll, type Steps, takeLater } from './steps.ts'

/** Where a schema lives. */
export interface MariadbHome {
  readonly names: TableNames
  /** Begins the names of its tables. */
  readonly prefix: string
  /** For messages. */
  readonly place: string
}

/**
 * What leads from each version of the schema to the next, the first from nothing. MariaDB commits each of these
 * statements by itself, so each can be repeated: a process that was killed in the middle is overtaken by the next one.
 * A released list never changes.
 */
const MIGRATIONS: readonly ((names: TableNames) => readonly string[])[] = [createMariadbTables]

const WAIT_SECONDS = 60

// A name of the whole server, of which a connection keeps the lock until it ends. A prefix has no quotes in it.
const lockName = (prefix: string) => `concat('deskwright.', md5(concat(database(), '.${prefix}')))`

/** What stands around a migration: of several that start at once, one goes after the other. */
export function migrationBracket({ prefix }: MariadbHome): Brackets['write'] {
  const release = [`do release_lock(${lockName(prefix)})`]
  return { begin: [`do get_lock(${lockName(prefix)}, ${WAIT_SECONDS})`], commit: release, undo: release }
}

/** The same by the names that the server lists, which have no capital letters where it folds them. */
export function* listedHome(home: MariadbHome): Steps<MariadbHome> {
  const [server] = yield* rowsOf({ sql: 'select @@lower_case_table_names as folds', params: [] })
  return Number(server?.folds) > 0 ? { ...home, names: tableNames(home.prefix.toLowerCase()) } : home
}

/** Brings the schema to the version that this release knows. Must run within {@link migrationBracket}. */
export function* migrateMariadb(given: MariadbHome): Steps<void> {
  const home = yield* listedHome(given)
  const { names, prefix, place } = home
  const holder = `select is_used_lock(${lockName(prefix)}) = connection_id() as is_ours`
  const [lock] = yield* rowsOf({ sql: holder, params: [] })
  if (Number(lock?.is_ours) !== 1) throw fault('store.locked', { place, waitedMs: WAIT_SECONDS * 1000 })
  const version = yield* readVersion({ dialect: mariadbDialect, names, place })
  // Version 0 with its table is a migration that was killed.
  if (version === 0 && !(yield* isThere(names.meta))) yield* runTexts(createMeta(names))
  for (const [n, migration] of MIGRATIONS.slice(version).entries()) {
    yield* runTexts(migration(names))
    yield* runTexts([`update ${names.meta} set schema_version = ${version + n + 1}`])
  }
  yield* refuseInexact(home)
}

/**
 * Refuses tables whose texts are compared in another way than byte by byte, or which know no transactions: a dump that
 * was restored with a server's defaults, or a well-meant ALTER.
 */
function* refuseInexact({ names, place }: MariadbHome): Steps<void> {
  const tables = [names.meta, turnTable(names), ...ownTables(names)]
  const ours = `table_schema = database() and table_name in (${tables.map(() => '?').join(', ')})`
  const columns = `select concat(table_name, '.', column_name, ' by ', collation_name) as found
    from information_schema.columns where ${ours} and collation_name <> '${EXACT}'`
  const [column] = yield* rowsOf({ sql: columns, params: tables })
  if (column) throw fault('store.unsafe-text', { place, found: String(column.found) })
  const engines = `select concat(table_name, ' is kept by ', engine) as found
    from information_schema.tables where ${ours} and engine <> 'InnoDB'`
  const [table] = yield* rowsOf({ sql: engines, params: tables })
  if (table) throw fault('store.unavailable', { place, reason: `${table.found}, which knows no transactions` })
}

/** What a connection is set to before our own pool uses it. */
const OWN_SETTINGS = [
  "set session sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', autocommit = 1, unique_checks = 1",
  'set session transaction isolation level read committed',
]

const SETTINGS: Query = {
  sql: `select @@sql_mode as modes, @@autocommit as autocommit, @@unique_checks as unique_checks,
  @@character_set_client as client, @@character_set_connection as connected, @@character_set_results as results,
  @@in_transaction as in_transaction, version() as version`,
  params: [],
}

const UTF8 = 'utf8mb4'

/** Sets a connection of our own. */
export function lookOwn(place: string): Look {
  return async (ask) => {
    await takeLater(ask, runTexts(OWN_SETTINGS))
    await lookGiven(place)(ask)
  }
}

/** Refuses a connection of the host under whose settings texts or writes would be lost; it changes none of them. */
export function lookGiven(place: string): Look {
  return async (ask) => {
    const [settings] = await takeLater(ask, rowsOf(SETTINGS))
    const reason = settings && REASONS.map((reasonOf) => reasonOf(settings)).find((found) => found !== null)
    if (reason) throw fault('store.unavailable', { place, reason })
  }
}

/** The same for a transaction of the host. */
export function lookWithin(place: string): Look {
  return async (ask) => {
    await lookGiven(place)(ask)
    const [settings] = await takeLater(ask, rowsOf(SETTINGS))
    if (Number(settings?.in_transaction) !== 1)
      throw fault('store.no-transaction', { found: 'a connection that is in none' })
  }
}

const REASONS: readonly ((settings: Row) => string | null)[] = [
  ({ version }) => (isKnown(String(version)) ? null : `it is ${version}, and MariaDB 10.6 or later is needed`),
  ({ client, connected, results }) =>
    [client, connected, results].every((set) => set === UTF8)
      ? null
      : `its connections speak ${client}, ${connected} and ${results}, not ${UTF8}`,
  ({ modes }) => {
    const bad = String(modes)
      .split(',')
      .find((mode) => mode === 'EMPTY_STRING_IS_NULL' || mode === 'NO_BACKSLASH_ESCAPES')
    return bad === undefined ? null : `its connections have the SQL mode ${bad}`
  },
  ({ autocommit }) => (Number(autocommit) === 1 ? null : 'its connections have autocommit off'),
  ({ unique_checks }) => (Number(unique_checks) === 1 ? null : 'its connections have unique_checks off'),
]

function isKnown(version: string): boolean {
  const [, major, minor] = /^(?:5\.5\.5-)?(\d+)\.(\d+)\..*mariadb/i.exec(version) ?? []
  return Number(major) > 10 || (Number(major) === 10 && Number(minor) >= 6)
}

function* isThere(table: string): Steps<boolean> {
  return (yield* rowsOf({ sql: mariadbDialect.listTables, params: [] })).some(({ name }) => name === table)
}

function runTexts(texts: readonly string[]): Steps<void> {
  return runAll(texts.map((sql) => ({ sql, params: [] })))
}
