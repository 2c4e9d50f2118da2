/** MariaDB's side of every difference that dialects.ts names. */
import { DummyDriver, Kysely, MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler, type RawBuilder, sql } from 'kysely'
import type { JsonType, Sql, SqlDialect, ValueType } from './dialects.ts'
import type { Schema, TableNames } from './schema.ts'

/** The one collation under which MariaDB compares texts as they are: by code point, without padding and folding. */
export const EXACT = 'utf8mb4_nopad_bin'

const exactly = (text: Sql): RawBuilder<string> => sql`${text} collate ${sql.raw(EXACT)}`

const JSON_TYPES: Readonly<Record<JsonType, (doc: Sql, path: RawBuilder<string>) => RawBuilder<boolean>>> = {
  text: (doc, path) => sql`json_type(json_extract(${doc}, ${path})) = 'STRING'`,
  number: (doc, path) => sql`json_type(json_extract(${doc}, ${path})) in ('INTEGER', 'DOUBLE')`,
  true: (doc, path) =>
    sql`(json_type(json_extract(${doc}, ${path})) = 'BOOLEAN' and json_value(${doc}, ${path}) = '1')`,
  false: (doc, path) =>
    sql`(json_type(json_extract(${doc}, ${path})) = 'BOOLEAN' and json_value(${doc}, ${path}) = '0')`,
}

/**
 * MariaDB 10.6 and later. Texts are `utf8mb4_nopad_bin` wherever they are compared; JSON is kept as text, since its
 * type is no more than that. Its functions read 32 levels: deeper documents are kept as deep-documents.ts says.
 */
export const mariadbDialect: SqlDialect = {
  kysely: new Kysely<Schema>({
    dialect: {
      createAdapter: () => new MysqlAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new MysqlIntrospector(db),
      createQueryCompiler: () => new MysqlQueryCompiler(),
    },
  }),
  types: {
    key: sql`varchar(255)`,
    text: sql`longtext`,
    whole: 'bigint',
    number: 'double precision',
    boolean: sql`tinyint`,
  },
  beforeTables: () => [],
  countsUp: (column) => column.autoIncrement(),
  indexed: (column) => column,
  ordered: (column, direction) => sql`${column} ${sql.raw(direction)}`,
  listTables:
    'select if(@@lower_case_table_names > 0, lower(table_name), table_name) as name from information_schema.tables where table_schema = database()',
  writesAlone: false,
  holding: (query) => query.modifyEnd(sql`lock in share mode`),
  holdingToWrite: (query) => query.forUpdate(),
  // What takes this runs the statement so that a key that is there already counts as nothing written.
  orNothing: (query) => query,
  // An update that changes nothing still holds the row. Positions are given out behind it, so that they appear in their
  // order: whoever holds the turn has committed all lower positions of the tenant, or is the one who writes them.
  beforeAppend: (names, tenant) =>
    sql`insert into ${sql.table(turnTable(names))} (tenant) values (${tenant}) on duplicate key update tenant = tenant`,
  moved: sql`${sql.ref('t.moved_at')} is not null`,
  movedAt: sql.ref('t.moved_at'),
  later: (one, other) => sql`greatest(${one}, ${other})`,
  jsonHas: (doc, path, type) => JSON_TYPES[type](doc, pathIn(path)),
  jsonValue: (doc, path, type) => valueAt(doc, pathIn(path), type),
  // Without its JSON type, which would have the driver parse it; and `concat` gives null for nothing.
  jsonText: (doc, path) => exactly(sql`concat('', json_extract(${doc}, ${pathIn(path)}))`),
  jsonParam: (param, type) => valueAt(sql`${param}`, sql`'$'`, type),
  jsonListHolds: (doc, path, param) =>
    sql`(json_type(json_extract(${doc}, ${pathIn(path)})) = 'ARRAY' and json_contains(${doc}, ${param}, ${pathIn(path)}))`,
  isIn,
  jsonIsIn: isIn,
  startsWith: (text, start) => sql`left(${text}, char_length(${start})) = ${start}`,
  contains: (text, part) => sql`locate(${part}, ${text}) > 0`,
  isTrue: (param) => sql`${param} = 1`,
  decided: (condition) => sql`coalesce(${condition}, 0)`,
  always: sql`1 = 1`,
  never: sql`1 = 0`,
}

/** One row a tenant: who holds it appends to the tenant's journal, and nobody else. */
export function turnTable({ journal }: TableNames): string {
  return `${journal}_turn`
}

// JSON_VALUE gives nothing for lists and objects, which are not nothing.
function valueAt(doc: Sql, path: RawBuilder<string>, type: ValueType): RawBuilder<unknown> {
  if (type === 'number') return sql`cast(json_value(${doc}, ${path}) as double)`
  return exactly(sql`coalesce(json_value(${doc}, ${path}), json_query(${doc}, ${path}))`)
}

function isIn(value: Sql, param: unknown, type: ValueType | 'boolean'): RawBuilder<boolean> {
  const column = { text: `longtext character set utf8mb4 collate ${EXACT}`, number: 'double', boolean: 'int' }[type]
  return sql`${value} in (select v from json_table(${param}, '$[*]' columns (v ${sql.raw(column)} path '$')) as listed)`
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
