/** Makes the schema and brings it forward: a runner of our own, since Kysely's changes its form between releases. */
import type { CompiledQuery } from 'kysely'
import { fault } from '../../domain/refusals.ts'
import { createTables } from './create-tables.ts'
import type { SqlDialect } from './dialects.ts'
import { RECORD_KINDS, type TableNames } from './schema.ts'
import type { Param, SqliteDriver } from './sqlite-driver.ts'

const APPLICATION = 'deskwright'

/**
 * What leads from each version of the schema to the next, the first from nothing.
 * A released one never changes: when `tables.ts` gains a column or an index after that, it is added here at the end.
 */
const MIGRATIONS: readonly ((dialect: SqlDialect, names: TableNames) => CompiledQuery[])[] = [
  (dialect, names) => [
    ...createTables(dialect, names),
    dialect.kysely.insertInto(names.meta).values({ application: APPLICATION, schema_version: 0, fence: 0 }).compile(),
  ],
]

/** The version of the schema that this release knows. */
export const SCHEMA_VERSION = MIGRATIONS.length

/** Where a schema lives. */
export interface Home {
  readonly driver: SqliteDriver
  readonly dialect: SqlDialect
  readonly names: TableNames
  /** For messages. */
  readonly place: string
}

/**
 * The version of the schema that stands there, 0 when there is none.
 *
 * @throws DeskError `store.foreign` when tables of our names are there without being ours, `store.newer-schema`.
 */
export function readVersion({ driver, dialect, names, place }: Home): number {
  const present = new Set(driver.all(dialect.listTables, []).map((row) => row.name))
  if (!present.has(names.meta)) {
    const taken = ownTables(names).find((name) => present.has(name))
    if (taken !== undefined) throw fault('store.foreign', { place, found: `a table ${taken} of another application` })
    return 0
  }
  const meta = driver.get(dialect.kysely.selectFrom(names.meta).selectAll().compile().sql, [])
  const found = meta?.schema_version
  if (meta?.application !== APPLICATION || typeof found !== 'number')
    throw fault('store.foreign', { place, found: `a table ${names.meta} of another application` })
  if (found > SCHEMA_VERSION) throw fault('store.newer-schema', { place, found, known: SCHEMA_VERSION })
  return found
}

/**
 * Brings the schema to the version that this release knows, in one transaction: a process that is killed meanwhile
 * leaves the old version, and of several that start at once one does the work and the others find it done.
 *
 * @param also - runs within the same transaction, when there was no schema at all.
 */
export function migrateSchema(home: Home, also: () => void): void {
  if (readVersion(home) === SCHEMA_VERSION) return
  const { driver, dialect, names } = home
  driver.write(() => {
    const version = readVersion(home)
    if (version === 0) also()
    for (const migration of MIGRATIONS.slice(version))
      for (const query of migration(dialect, names)) driver.run(query.sql, query.parameters as Param[])
    const done = dialect.kysely.updateTable(names.meta).set({ schema_version: SCHEMA_VERSION }).compile()
    driver.run(done.sql, done.parameters as Param[])
  })
}

function ownTables(names: TableNames): string[] {
  return [...RECORD_KINDS.map(names.record), names.journal, names.task, names.command, names.counter]
}
