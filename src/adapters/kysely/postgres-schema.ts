/** Makes PostgreSQL's schema and looks at what stands: its collation, and that its sequences are past what they gave. */
import { sql } from 'kysely'
import { fault } from '../../domain/refusals.ts'
import { fences, LAST_POSITION, positions, postgresDialect, schemaOf } from './dialects-postgres.ts'
import { type Home, migrateSchema, ownTables, readVersion, SCHEMA_VERSION } from './migrations.ts'
import type { PostgresStatements } from './postgres-store.ts'
import type { Engine } from './sql-store.ts'
import { rowsOf, runAll, type Steps } from './steps.ts'

/** See `Store.migrate`. */
export async function migratePostgres(
  engine: Pick<Engine, 'each' | 'write'>,
  { names }: PostgresStatements,
  place: string,
): Promise<void> {
  const home = { dialect: postgresDialect, names, place }
  if ((await engine.each(() => readVersion(home))) < SCHEMA_VERSION) await engine.write(() => migrateAlone(home))
  await engine.each(() => refuseUnsafeText(home))
  // In a transaction that says it writes, since a host's connections may only read unless told otherwise.
  await engine.write(() => moveSequences(home))
}

function* migrateAlone(home: Home): Steps<void> {
  // By the schema, which several desks may be about to make.
  const text = sql`select pg_advisory_xact_lock(hashtext(${sql.lit(`deskwright ${schemaOf(home.names)}`)}))`
  yield* rowsOf({ sql: compiled(text), params: [] })
  yield* migrateSchema(home)
}

function compiled(text: { compile: (by: typeof postgresDialect.kysely) => { readonly sql: string } }): string {
  return text.compile(postgresDialect.kysely).sql
}

const COLUMNS = `
  select n.nspname || '.' || c.relname || '.' || a.attname as found, l.collname, current_setting('server_encoding') as encoding
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_collation l on l.oid = a.attcollation
  where c.relkind in ('r', 'p') and a.attnum > 0 and a.atttypid = 'pg_catalog.text'::regtype
    and not (l.collname in ('C', 'POSIX', 'ucs_basic') and current_setting('server_encoding') = 'UTF8')
    and n.nspname || '.' || c.relname = any(array(select jsonb_array_elements_text($1::jsonb)))
  limit 1`

function* refuseUnsafeText({ names, place }: Home): Steps<void> {
  const [wrong] = yield* rowsOf({ sql: COLUMNS, params: [JSON.stringify([...ownTables(names), names.meta])] })
  if (!wrong) return
  const found = `the column ${wrong.found} has the collation ${wrong.collname} and the encoding ${wrong.encoding}`
  throw fault('store.unsafe-text', { place, found })
}

// After a restore of rows alone, sequences begin anew: positions and fences would repeat what others have seen.
function* moveSequences({ names }: Home): Steps<void> {
  const { journal, task, meta } = names
  const last = sql`(select position from ${sql.table(journal)} order by position desc limit 1)`
  // Fences that somebody may still hold are looked up by indexes; of all others the count at the last start is kept.
  const held = sql`(select max(fence) from ${sql.table(task)} where lease_until is not null)`
  const moved = sql`(select max(fence) from ${sql.table(task)} where visible_at <> due_at)`
  const known = sql`(select fence from ${sql.table(meta)})`
  const past = (sequence: string, least: unknown) =>
    sql`select setval(${sql.lit(sequence)}, ${least} + ${sql.lit(JUMP)}) from ${sql.raw(sequence)} where ${LAST_POSITION} < ${least}`
  yield* rowsOf({ sql: compiled(past(positions(names), last)), params: [] })
  yield* rowsOf({ sql: compiled(past(fences(names), sql`greatest(${held}, ${moved}, ${known})`)), params: [] })
  const count = sql`select ${LAST_POSITION} from ${sql.raw(fences(names))}`
  const keep = sql`update ${sql.table(meta)} set fence = (${count}) where fence < (${count})`
  yield* runAll([{ sql: compiled(keep), params: [] }])
}

// Past what was given out between the backup and the loss, which nobody knows any more.
const JUMP = 1_000_000
