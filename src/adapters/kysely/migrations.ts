/** Makes the schema and brings it forward: a runner of our own, since Kysely's changes its form between releases. */
import type { CompiledQuery } from 'kysely'
import { fault } from '../../domain/refusals.ts'
import { createTables } from './create-tables.ts'
import type { SqlDialect } from './dialects.ts'
import { RECORD_KINDS, type TableNames } from './schema.ts'
import { type Query, rowsOf, runAll, type Steps } from './steps.ts'

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
export function* readVersion({ dialect, names, place }: Home): Steps<number> {
  const present = new Set((yield* rowsOf({ sql: dialect.listTables, params: [] })).map((row) => row.name))
  if (!present.has(names.meta)) {
    const taken = ownTables(names).find((name) => present.has(name))
    if (taken !== undefined) throw fault('store.foreign', { place, found: `a table ${taken} of another application` })
    return 0
  }
  const [meta] = yield* rowsOf(plain(dialect.kysely.selectFrom(names.meta).selectAll().compile()))
  if (meta?.application !== APPLICATION || !Number.isInteger(Number(meta.schema_version)))
    throw fault('store.foreign', { place, found: `a table ${names.meta} of another application` })
  const found = Number(meta.schema_version)
  if (found > SCHEMA_VERSION) throw fault('store.newer-schema', { place, found, known: SCHEMA_VERSION })
  return found
}

/**
 * Brings the schema to the version that this release knows. Must run within one transaction, which no other migration
 * runs beside: a process that is killed meanwhile leaves the old version, and of several that start at once one does the
 * work and the others find it done.
 *
 * @returns the version that stood there before.
 */
export function* migrateSchema(home: Home): Steps<number> {
  const version = yield* readVersion(home)
  if (version === SCHEMA_VERSION) return version
  const { dialect, names } = home
  for (const migration of MIGRATIONS.slice(version)) yield* runAll(migration(dialect, names).map(plain))
  yield* runAll([plain(dialect.kysely.updateTable(names.meta).set({ schema_version: SCHEMA_VERSION }).compile())])
  return version
}

function plain({ sql, parameters }: CompiledQuery): Query {
  return { sql, params: parameters as Query['params'] }
}

/** The tables of ours but the one that tells whose they are. */
export function ownTables(names: TableNames): string[] {
  return [...RECORD_KINDS.map(names.record), names.journal, names.task, names.command, names.counter]
}
