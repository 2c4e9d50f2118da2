/** PostgreSQL's side of every difference between SQL databases; see dialects.ts for what each means. */
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely'
import type { Sql, SqlDialect, ValueType } from './dialects.ts'
import type { Schema, TableNames } from './schema.ts'

/** PostgreSQL 14 and later, in a database whose encoding is UTF8. */
export const postgresDialect: SqlDialect = {
  kysely: new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
  // "C" compares bytes, and those of UTF-8 sort by code point: whatever language the database speaks.
  // Documents are text, since `jsonb` forgets the order of their keys.
  types: {
    key: sql`text collate "C"`,
    text: sql`text collate "C"`,
    whole: 'bigint',
    number: 'double precision',
    boolean: 'boolean',
  },
  beforeTables: (names) =>
    [createSchema(names), `create sequence ${positions(names)}`, `create sequence ${fences(names)}`].map((text) =>
      sql.raw(text).compile(postgresDialect.kysely),
    ),
  countsUp: (column, table) => column.primaryKey().defaultTo(sql`nextval(${sql.lit(positionsOf(table))})`),
  indexed: (column) => sql`${column} nulls first`,
  ordered: (column, direction) =>
    sql`${column} ${sql.raw(direction === 'asc' ? 'asc nulls first' : 'desc nulls last')}`,
  listTables: `select schemaname || '.' || tablename as name from pg_catalog.pg_tables`,
  writesAlone: false,
  holding: (query) => query.forShare(),
  holdingToWrite: (query) => query.forUpdate(),
  orNothing: (query) => query.onConflict((conflict) => conflict.doNothing()),
  beforeAppend: (names) => sql`select ${holdPositions(names)} from ${sql.raw(positions(names))}`,
  moved: sql`${sql.ref('t.visible_at')} <> ${sql.ref('t.due_at')}`,
  movedAt: sql.ref('t.visible_at'),
  later: (one, other) => sql`greatest(${one}, ${other})`,
  jsonHas: (doc, path, type) =>
    type === 'true' || type === 'false'
      ? sql`${at(doc, path)} = ${sql.lit(type)}::jsonb`
      : sql`jsonb_typeof(${at(doc, path)}) = ${sql.lit(JSON_TYPES[type])}`,
  jsonValue: (doc, path, type) =>
    type === 'number' ? at(doc, path) : sql`((${doc}::jsonb #>> ${pathIn(path)}) collate "C")`,
  jsonText: (doc, path) => sql`(${at(doc, path)})::text`,
  jsonParam: (param, type) => (type === 'number' ? sql`${param}::jsonb` : sql`(${param}::jsonb #>> '{}')`),
  jsonListHolds: (doc, path, param) =>
    sql`(jsonb_typeof(${at(doc, path)}) = 'array' and ${at(doc, path)} @> ${param}::jsonb)`,
  isIn: (value, param, type) =>
    type === 'text'
      ? sql`${value} = any(array(select jsonb_array_elements_text(${param}::jsonb)))`
      : sql`${value} = any(array(select item::${sql.raw(ITEM_TYPES[type])} from jsonb_array_elements_text(${param}::jsonb) as item))`,
  // Numbers of documents stay JSON: a cast would fail on a text that stands where a number is asked for.
  jsonIsIn: (value, param, type) =>
    type === 'text'
      ? sql`${value} = any(array(select jsonb_array_elements_text(${param}::jsonb)))`
      : sql`${value} = any(array(select jsonb_array_elements(${param}::jsonb)))`,
  startsWith: (text, start) => sql`starts_with(${text}, ${start})`,
  contains: (text, part) => sql`strpos(${text}, ${part}) > 0`,
  isTrue: (param) => sql`${param}::boolean`,
  decided: (condition) => sql`coalesce(${condition}, false)`,
  always: sql`true`,
  never: sql`false`,
}

const JSON_TYPES: Readonly<Record<ValueType, string>> = { text: 'string', number: 'number' }
const ITEM_TYPES = { number: 'double precision', boolean: 'boolean' } as const

function at(doc: Sql, path: string): RawBuilder<unknown> {
  return sql`(${doc}::jsonb #> ${pathIn(path)})`
}

/** A path in a document as SQL text. Its names were checked: see `NAME` in condition-sql.ts. */
function pathIn(path: string): RawBuilder<string> {
  return sql.lit(`{${path.split('.').map((name) => `"${name}"`)}}`)
}

function quoted(name: string): string {
  return name
    .split('.')
    .map((part) => `"${part}"`)
    .join('.')
}

function positionsOf(table: string): string {
  return quoted(`${table}_position`)
}

/** The sequence of the journal's positions, as SQL text. */
export function positions({ journal }: TableNames): string {
  return positionsOf(journal)
}

/** The sequence of all fences, as SQL text. */
export function fences({ task }: TableNames): string {
  return quoted(`${task}_fence`)
}

/** The name of the schema that the tables are in. */
export function schemaOf({ meta }: TableNames): string {
  return meta.split('.', 1)[0] ?? ''
}

// Asked before, since the statement needs a right that a host may have given for the making of the schema alone.
function createSchema(names: TableNames): string {
  const name = schemaOf(names)
  const exists = `select from pg_catalog.pg_namespace where nspname = '${name}'`
  return `do $$ begin if not exists (${exists}) then create schema ${quoted(name)}; end if; end $$`
}

/** The last position that was given out. It is read from the sequence itself, so it is of now, and not of a snapshot. */
export const LAST_POSITION = sql<number>`case when is_called then last_value else last_value - 1 end`

// Advisory locks have two keys of 32 bits, the second of which takes the low 31 of a position.
const LOW_BITS = 2 ** 31 - 1
// A lock that seems to be further behind than this is ahead: it was taken after the position was looked at.
const FARTHEST = 2 ** 30

function lockClass(names: TableNames): RawBuilder<number> {
  return sql`(${sql.lit(positions(names))}::regclass::oid::int8 & ${sql.lit(LOW_BITS)})::int4`
}

/**
 * Tells everybody, until the transaction ends, that positions above the last one given out may still appear: it must
 * run before the transaction takes its first one, and from the sequence of positions.
 */
export function holdPositions(names: TableNames): RawBuilder<unknown> {
  return sql`pg_catalog.pg_advisory_xact_lock_shared(${lockClass(names)}, ((${LAST_POSITION}) & ${sql.lit(LOW_BITS)})::int4)`
}

// Asked of the server rather than remembered: a savepoint that is rolled back gives back what was taken behind it.
function ownHold(names: TableNames): RawBuilder<unknown> {
  return sql`select from pg_catalog.pg_locks o where o.pid = pg_catalog.pg_backend_pid() and o.locktype = 'advisory'
    and o.objsubid = 2 and o.granted and o.mode = 'ShareLock' and o.classid = ${lockClass(names)}::oid`
}

/**
 * The same for one of many commits in a transaction: only the first of them takes a lock, since each would be another
 * one of a table that all share, and the first is the one that tells the lowest position.
 */
export function holdPositionsOnce(names: TableNames): RawBuilder<unknown> {
  return sql`case when not exists (${ownHold(names)}) then ${holdPositions(names)} end`
}

/**
 * Reads the position up to which nothing can appear any more, as `position`. Whoever took a position up to the last one
 * given out took its lock before: so it is either seen here, or has ended, and is seen by the statements that follow.
 *
 * @param ignored - holds for locks that do not count.
 */
export function settledPosition(names: TableNames, ignored = sql`false`): RawBuilder<unknown> {
  const behind = sql`((s.last - l.objid::int8) & ${sql.lit(LOW_BITS)})`
  // The locks are looked at after the sequence, since the question about them needs what was read there.
  return sql`select s.last - coalesce((
      select max(${behind}) from pg_catalog.pg_locks l
      where l.locktype = 'advisory' and l.objsubid = 2 and l.granted and l.mode = 'ShareLock'
        and l.classid = ${lockClass(names)}::oid
        and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
        and ${behind} < ${sql.lit(FARTHEST)} and not (${ignored})
    ), 0) as position
    from (select ${LAST_POSITION} as last from ${sql.raw(positions(names))} offset 0) as s`
}

/**
 * The same within a transaction, which sees what it wrote itself. What it writes later, also after a rollback, gets higher
 * positions still. Where it sees others as of its beginning, its own entries would hide that lower ones of theirs are
 * missing: so there it shows none of its own.
 */
export function settledPositionWithin(names: TableNames): RawBuilder<unknown> {
  // A prepared transaction has no process, and counts.
  const own = sql`l.pid is not distinct from pg_catalog.pg_backend_pid()
    and current_setting('transaction_isolation') in ('read committed', 'read uncommitted')`
  return settledPosition(names, own)
}
