/** Every difference between SQL databases, by name; what is not named here is written once for all of them. */
import {
  type ColumnDataType,
  type ColumnDefinitionBuilder,
  type Compilable,
  type CompiledQuery,
  DummyDriver,
  type Expression,
  type InsertQueryBuilder,
  type InsertResult,
  Kysely,
  type RawBuilder,
  type SelectQueryBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely'
import type { Schema, TableNames } from './schema.ts'

/** A piece of SQL. Parameters in it are bound, never written out. */
export type Sql<T = unknown> = Expression<T>

/** What a column holds: a `key` is compared, ordered and indexed, a `text` is only kept. */
export type ColumnType = 'key' | 'text' | 'whole' | 'number' | 'boolean'

export interface SqlDialect {
  /** Compiles; it executes nothing. */
  readonly kysely: Kysely<Schema>
  /** Keys must compare by their bytes, and numbers hold every number of JavaScript. */
  readonly types: Readonly<Record<ColumnType, ColumnDataType | RawBuilder<unknown>>>
  /** What must be made before the first table. */
  readonly beforeTables: (names: TableNames) => CompiledQuery[]
  /** What makes the whole-number key of this table count up by itself and never give a number twice. */
  readonly countsUp: (column: ColumnDefinitionBuilder, table: string) => ColumnDefinitionBuilder
  /** A column of an index that is read in order, absent values first. */
  readonly indexed: (column: RawBuilder<unknown>) => RawBuilder<unknown>
  /** The same order of a result: absent values first when it ascends. */
  readonly ordered: (column: RawBuilder<unknown>, direction: 'asc' | 'desc') => RawBuilder<unknown>
  /** Reads the names of all tables there are, as `name`. */
  readonly listTables: string
  /** Whether a transaction that writes is the only one: then what it has read cannot be changed meanwhile. */
  readonly writesAlone: boolean
  /** Keeps what is read as it is until the transaction ends. */
  readonly holding: <O>(query: SelectQueryBuilder<Schema, keyof Schema, O>) => Compilable
  /** The same, and keeps others from holding it too. */
  readonly holdingToWrite: <O>(query: SelectQueryBuilder<Schema, keyof Schema, O>) => Compilable
  /** Writes nothing where there is a row of that key already. */
  readonly orNothing: <T extends keyof Schema>(query: InsertQueryBuilder<Schema, T, InsertResult>) => Compilable
  /** Run before the first entry of a change is appended, where more is needed so that positions appear in their order. */
  readonly beforeAppend: ((names: TableNames, tenant: unknown) => RawBuilder<unknown>) | null
  /** Whether a task `t` was claimed or waits for a retry, as the index on those few has it. */
  readonly moved: RawBuilder<boolean>
  /** When such a task may be handed out: the same in any case, but ordered by in the words of that index. */
  readonly movedAt: RawBuilder<string>
  /** The later of two instants. */
  readonly later: (one: Sql, other: Sql) => RawBuilder<string>
  /** Whether a value of this type stands at a path; false or SQL `null` when not. */
  readonly jsonHas: (doc: Sql, path: string, type: JsonType) => RawBuilder<boolean>
  /** What stands at a path, as an SQL value to be compared as that type; SQL `null` for nothing and for JSON `null`. */
  readonly jsonValue: (doc: Sql, path: string, type: ValueType) => RawBuilder<unknown>
  /** What stands at a path, as JSON text; SQL `null` for nothing. */
  readonly jsonText: (doc: Sql, path: string) => RawBuilder<string | null>
  /** An SQL value out of a parameter that holds JSON text: of the kind that {@link SqlDialect.jsonValue} gives. */
  readonly jsonParam: (param: unknown, type: ValueType) => RawBuilder<unknown>
  /** Whether a list in a document holds a text, given as JSON text. */
  readonly jsonListHolds: (doc: Sql, path: string, param: unknown) => RawBuilder<boolean>
  /** Whether a value is in a list that is one parameter, given as JSON text: so the statement's shape knows no length. */
  readonly isIn: (value: Sql, param: unknown, type: ValueType | 'boolean') => RawBuilder<boolean>
  /** The same for what {@link SqlDialect.jsonValue} gives. */
  readonly jsonIsIn: (value: Sql, param: unknown, type: ValueType) => RawBuilder<boolean>
  readonly startsWith: (text: Sql, start: Sql) => RawBuilder<boolean>
  readonly contains: (text: Sql, part: Sql) => RawBuilder<boolean>
  /** Whether a parameter is true. */
  readonly isTrue: (param: unknown) => RawBuilder<boolean>
  /** A comparison with an absent value is false, so that `not` turns it into true. */
  readonly decided: (condition: Sql) => RawBuilder<boolean>
  readonly always: RawBuilder<boolean>
  readonly never: RawBuilder<boolean>
}

export type ValueType = 'text' | 'number'
export type JsonType = 'text' | 'number' | 'true' | 'false'

const SQLITE_JSON_TYPES: Readonly<Record<JsonType, string>> = {
  text: "= 'text'",
  number: "in ('integer', 'real')",
  true: "= 'true'",
  false: "= 'false'",
}

/** SQLite 3.38 and later: text compares by UTF-8 bytes, `null` sorts first, JSON is kept as text. */
export const sqliteDialect: SqlDialect = {
  kysely: new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  // Numbers are REAL: every JavaScript number is one, while integers past 2^53 come back wrong or not at all.
  types: { key: 'text', text: 'text', whole: 'integer', number: 'real', boolean: 'integer' },
  beforeTables: () => [],
  countsUp: (column) => column.primaryKey().autoIncrement(),
  indexed: (column) => column,
  ordered: (column, direction) => sql`${column} ${sql.raw(direction)}`,
  listTables: "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'",
  writesAlone: true,
  holding: (query) => query,
  holdingToWrite: (query) => query,
  orNothing: (query) => query.onConflict((conflict) => conflict.doNothing()),
  beforeAppend: null,
  moved: sql`${sql.ref('t.visible_at')} <> ${sql.ref('t.due_at')}`,
  movedAt: sql.ref('t.visible_at'),
  later: (one, other) => sql`max(${one}, ${other})`,
  jsonHas: (doc, path, type) => sql`json_type(${doc}, ${pathIn(path)}) ${sql.raw(SQLITE_JSON_TYPES[type])}`,
  jsonValue: (doc, path) => sql`json_extract(${doc}, ${pathIn(path)})`,
  jsonText: (doc, path) => sql`${doc} -> ${pathIn(path)}`,
  jsonParam: (param) => sql`json_extract(${param}, '$')`,
  jsonListHolds: (doc, path, param) =>
    sql`(json_type(${doc}, ${pathIn(path)}) = 'array' and exists (select 1 from json_each(${doc}, ${pathIn(path)}) where type = 'text' and value = json_extract(${param}, '$')))`,
  isIn: sqliteIsIn,
  jsonIsIn: sqliteIsIn,
  // Not LIKE, which has wildcards and folds case.
  startsWith: (text, start) => sql`substr(${text}, 1, length(${start})) = ${start}`,
  contains: (text, part) => sql`instr(${text}, ${part}) > 0`,
  isTrue: (param) => sql`${param} = 1`,
  decided: (condition) => sql`coalesce(${condition}, 0)`,
  always: sql`1`,
  never: sql`0`,
}

function sqliteIsIn(value: Sql, param: unknown): RawBuilder<boolean> {
  return sql`${value} in (select value from json_each(${param}))`
}

/** A path in a document as SQL text. Its names were checked: see `NAME` in condition-sql.ts. */
function pathIn(path: string): RawBuilder<string> {
  return sql.lit(
    `$.${path
      .split('.')
      .map((name) => `"${name}"`)
      .join('.')}`,
  )
}
