/** Makes the tables and their indexes; which read each index is there for stands beside it. */
import {
  type ColumnDefinitionBuilder,
  type CompiledQuery,
  type CreateIndexBuilder,
  type CreateTableBuilder,
  type RawBuilder,
  sql,
} from 'kysely'
import type { RecordKind } from '../../desk/tables.ts'
import type { SqlDialect } from './dialects.ts'
import { columnOf, localName, RECORD_KINDS, type TableNames, tableOf } from './schema.ts'

/** The statements that make all tables and indexes of version 1, in order; of `tables`, the shape that stands in the code. */
export function createTables(dialect: SqlDialect, names: TableNames): CompiledQuery[] {
  const records = RECORD_KINDS.flatMap((kind) => createRecordTable(dialect, names, kind))
  return [
    ...dialect.beforeTables(names),
    ...records,
    ...createJournal(dialect, names),
    ...createTasks(dialect, names),
    ...createRest(dialect, names),
  ]
}

function createRecordTable(dialect: SqlDialect, names: TableNames, kind: RecordKind): CompiledQuery[] {
  const { kysely, types } = dialect
  const name: string = names.record(kind)
  const { fields, columns, indexes } = tableOf(kind)
  let table: CreateTableBuilder<string, string> = kysely.schema
    .createTable(name)
    .addColumn('tenant', types.key, required)
    .addColumn('id', types.key, required)
    .addColumn('version', types.whole, required)
    .addColumn('tip', types.key, required)
    .addColumn('doc', types.text, required)
  for (const field of columns) table = table.addColumn(columnOf(field), types[COLUMN_TYPES[fields[field] ?? 'text']])
  const index = indexer(dialect, name)
  const others = indexes.map((fields) => {
    const parts = fields.map(columnOf)
    return index(parts.join('_'), [
      sql.ref('tenant'),
      ...parts.map((part) => dialect.indexed(sql.ref(part))),
      sql.ref('id'),
    ])
  })
  return [table, keyOf(dialect, name, ['tenant', 'id']), ...others].map((statement) => statement.compile())
}

const COLUMN_TYPES = { text: 'key', instant: 'key', list: 'key', number: 'number', boolean: 'boolean' } as const

function required(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder {
  return column.notNull()
}

/** Makes indexes of a table, named by what they are by. */
function indexer({ kysely }: SqlDialect, table: string) {
  return (by: string, columns: readonly RawBuilder<unknown>[]): CreateIndexBuilder =>
    kysely.schema
      .createIndex(`${localName(table)}_by_${by}`)
      .on(table)
      .expression(sql.join(columns))
}

function keyOf({ kysely }: SqlDialect, table: string, columns: readonly string[]): CreateIndexBuilder {
  return kysely.schema
    .createIndex(`${localName(table)}_key`)
    .unique()
    .on(table)
    .columns([...columns])
}

const refs = (...columns: readonly string[]) => columns.map((column) => sql.ref(column))

function createJournal(dialect: SqlDialect, { journal }: TableNames): CompiledQuery[] {
  const { kysely, types } = dialect
  const index = indexer(dialect, journal)
  return [
    kysely.schema
      .createTable(journal)
      .addColumn('position', types.whole, (column) => dialect.countsUp(column, journal))
      .addColumn('tenant', types.key, required)
      .addColumn('kind', types.key, required)
      .addColumn('id', types.key, required)
      .addColumn('version', types.whole, required)
      .addColumn('n', types.whole, required)
      .addColumn('name', types.key, required)
      .addColumn('at', types.key, required)
      .addColumn('body', types.text, required)
      .addColumn('hash', types.key, required),
    index('record', refs('tenant', 'kind', 'id', 'version', 'n')).unique(),
    index('name', refs('tenant', 'name', 'position')),
    // In the order in which a tenant's journal is read; the instant is there to pass over entries without fetching them.
    index('position', refs('tenant', 'position', 'at')),
  ].map((statement) => statement.compile())
}

function createTasks(dialect: SqlDialect, { task }: TableNames): CompiledQuery[] {
  const { kysely, types } = dialect
  const index = indexer(dialect, task)
  return [
    kysely.schema
      .createTable(task)
      .addColumn('tenant', types.key, required)
      .addColumn('queue', types.key, required)
      .addColumn('key', types.key, required)
      .addColumn('due_at', types.key, required)
      .addColumn('grp', types.key)
      .addColumn('seq', types.number, required)
      .addColumn('body', types.text, required)
      .addColumn('attempts', types.whole, required)
      .addColumn('fence', types.whole, required)
      .addColumn('ready_at', types.key, required)
      .addColumn('lease_until', types.key)
      .addColumn('visible_at', types.key)
      .addColumn('reason', types.text),
    index('key', refs('tenant', 'queue', 'key')).unique(),
    // The order of handing out. Whoever waits for a retry is passed over without being fetched.
    index('due', refs('queue', 'due_at', 'tenant', 'key', 'visible_at')),
    // The few that are claimed or wait for a retry: an untouched task costs nothing here.
    index('moved', refs('queue', 'visible_at')).where(sql.ref('visible_at'), '<>', sql.ref('due_at')),
    index('group', refs('queue', 'tenant', 'grp', 'due_at', 'seq', 'key')).where(sql.ref('grp'), 'is not', null),
    index('held', refs('queue', 'tenant', 'grp')).where(sql.ref('lease_until'), 'is not', null),
    index('dead', refs('tenant', 'queue', 'due_at', 'seq', 'key')).where(sql.ref('visible_at'), 'is', null),
  ].map((statement) => statement.compile())
}

function createRest(dialect: SqlDialect, { command, counter, meta }: TableNames): CompiledQuery[] {
  const { kysely, types } = dialect
  return [
    kysely.schema
      .createTable(command)
      .addColumn('tenant', types.key, required)
      .addColumn('id', types.key, required)
      .addColumn('fingerprint', types.key, required)
      .addColumn('result', types.text, required)
      .addColumn('at', types.key, required),
    keyOf(dialect, command, ['tenant', 'id']),
    kysely.schema
      .createTable(counter)
      .addColumn('tenant', types.key, required)
      .addColumn('name', types.key, required)
      .addColumn('value', types.whole, required),
    keyOf(dialect, counter, ['tenant', 'name']),
    kysely.schema
      .createTable(meta)
      .addColumn('application', types.key, required)
      .addColumn('schema_version', types.whole, required)
      .addColumn('fence', types.whole, required),
  ].map((statement) => statement.compile())
}
