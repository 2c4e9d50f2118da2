/** Every difference between SQL databases, by name; what is not named here is written once for all of them. */
import {
  type ColumnDefinitionBuilder,
  DummyDriver,
  type Expression,
  Kysely,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely'
import type { FieldType } from '../../domain/condition.ts'
import type { Schema } from './schema.ts'

/** A piece of SQL. Parameters in it are bound, never written out. */
export type Sql<T = unknown> = Expression<T>

export interface SqlDialect {
  /** Compiles; it executes nothing. */
  readonly kysely: Kysely<Schema>
  /** The type of a column that holds a field. Texts must sort by code point. */
  readonly columnTypes: Readonly<Record<FieldType, 'text' | 'real' | 'integer'>>
  /** What makes a whole-number primary key count up by itself and never give a number twice. */
  readonly countsUp: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder
  /** Reads the names of all tables there are, as `name`. */
  readonly listTables: string
  /** Whether a value of this type stands at a path; false or SQL `null` when not. */
  readonly jsonHas: (doc: Sql, path: string, type: JsonType) => RawBuilder<boolean>
  /** What stands at a path, as an SQL value; SQL `null` for nothing and for JSON `null`. */
  readonly jsonValue: (doc: Sql, path: string) => RawBuilder<unknown>
  /** What stands at a path, as JSON text; SQL `null` for nothing. */
  readonly jsonText: (doc: Sql, path: string) => RawBuilder<string | null>
  /** An SQL value out of a parameter that holds JSON text: numbers and texts read as they are read out of documents. */
  readonly jsonParam: (param: unknown) => RawBuilder<unknown>
  /** Whether a list in a document holds a text, given as JSON text. */
  readonly jsonListHolds: (doc: Sql, path: string, param: unknown) => RawBuilder<boolean>
  /** Whether a value is in a list that is one parameter, given as JSON text: so the statement's shape knows no length. */
  readonly isIn: (value: Sql, param: unknown) => RawBuilder<boolean>
  readonly startsWith: (text: Sql, start: Sql) => RawBuilder<boolean>
  readonly contains: (text: Sql, part: Sql) => RawBuilder<boolean>
  /** A comparison with an absent value is false, so that `not` turns it into true. */
  readonly decided: (condition: Sql) => RawBuilder<boolean>
  readonly always: RawBuilder<boolean>
  readonly never: RawBuilder<boolean>
}

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
  columnTypes: { text: 'text', number: 'real', boolean: 'integer', instant: 'text', list: 'text' },
  countsUp: (column) => column.primaryKey().autoIncrement(),
  listTables: "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'",
  jsonHas: (doc, path, type) => sql`json_type(${doc}, ${pathIn(path)}) ${sql.raw(SQLITE_JSON_TYPES[type])}`,
  jsonValue: (doc, path) => sql`json_extract(${doc}, ${pathIn(path)})`,
  jsonText: (doc, path) => sql`${doc} -> ${pathIn(path)}`,
  jsonParam: (param) => sql`json_extract(${param}, '$')`,
  jsonListHolds: (doc, path, param) =>
    sql`(json_type(${doc}, ${pathIn(path)}) = 'array' and exists (select 1 from json_each(${doc}, ${pathIn(path)}) where type = 'text' and value = json_extract(${param}, '$')))`,
  isIn: (value, param) => sql`${value} in (select value from json_each(${param}))`,
  // Not LIKE, which has wildcards and folds case.
  startsWith: (text, start) => sql`substr(${text}, 1, length(${start})) = ${start}`,
  contains: (text, part) => sql`instr(${text}, ${part}) > 0`,
  decided: (condition) => sql`coalesce(${condition}, 0)`,
  always: sql`1`,
  never: sql`0`,
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
