/** Makes the tables and their indexes; which read each index is there for stands beside it. */
import { type ColumnDefinitionBuilder, type CompiledQuery, type CreateTableBuilder, sql } from 'kysely'
import type { RecordKind } from '../../desk/tables.ts'
import type { SqlDialect } from './dialects.ts'
import { columnOf, RECORD_KINDS, type TableNames, tableOf } from './schema.ts'

/** The statements that make all tables and indexes of version 1, in order; of `tables`, the shape that stands in the code. */
export function createTables(dialect: SqlDialect, names: TableNames): CompiledQuery[] {
  const records = RECORD_KINDS.flatMap((kind) => createRecordTable(dialect, names, kind))
  return [...records, ...createJournal(dialect, names), ...createTasks(dialect, names), ...createRest(dialect, names)]
}

function createRecordTable({ kysely, columnTypes }: SqlDialect, names: TableNames, kind: RecordKind): CompiledQuery[] {
  const name: string = names.record(kind)
  const { fields, columns, indexes } = tableOf(kind)
  let table: CreateTableBuilder<string, string> = kysely.schema
    .createTable(name)
    .addColumn('tenant', 'text', required)
    .addColumn('id', 'text', required)
    .addColumn('version', 'integer', required)
    .addColumn('tip', 'text', required)
    .addColumn('doc', 'text', required)
  for (const field of columns) table = table.addColumn(columnOf(field), columnTypes[fields[field] ?? 'text'])
  const key = kysely.schema.createIndex(`${name}_key`).unique().on(name).columns(['tenant', 'id'])
  const others = indexes.map((index) => {
    const parts = index.map(columnOf)
    return kysely.schema
      .createIndex(`${name}_by_${parts.join('_')}`)
      .on(name)
      .columns(['tenant', ...parts, 'id'])
  })
  return [table, key, ...others].map((statement) => statement.compile())
}

function required(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder {
  return column.notNull()
}

function createJournal({ kysely, countsUp }: SqlDialect, { journal }: TableNames): CompiledQuery[] {
  const index = (name: string) => kysely.schema.createIndex(`${journal}_by_${name}`).on(journal)
  return [
    kysely.schema
      .createTable(journal)
      .addColumn('position', 'integer', countsUp)
      .addColumn('tenant', 'text', required)
      .addColumn('kind', 'text', required)
      .addColumn('id', 'text', required)
      .addColumn('version', 'integer', required)
      .addColumn('n', 'integer', required)
      .addColumn('name', 'text', required)
      .addColumn('at', 'text', required)
      .addColumn('body', 'text', required)
      .addColumn('hash', 'text', required),
    index('record').unique().columns(['tenant', 'kind', 'id', 'version', 'n']),
    index('name').columns(['tenant', 'name', 'position']),
    // In the order in which a tenant's journal is read; the instant is there to pass over entries without fetching them.
    index('position').columns(['tenant', 'position', 'at']),
  ].map((statement) => statement.compile())
}

function createTasks({ kysely }: SqlDialect, { task }: TableNames): CompiledQuery[] {
  const index = (name: string) => kysely.schema.createIndex(`${task}_by_${name}`).on(task)
  return [
    kysely.schema
      .createTable(task)
      .addColumn('tenant', 'text', required)
      .addColumn('queue', 'text', required)
      .addColumn('key', 'text', required)
      .addColumn('due_at', 'text', required)
      .addColumn('grp', 'text')
      .addColumn('seq', 'real', required)
      .addColumn('body', 'text', required)
      .addColumn('attempts', 'integer', required)
      .addColumn('fence', 'integer', required)
      .addColumn('ready_at', 'text', required)
      .addColumn('lease_until', 'text')
      .addColumn('visible_at', 'text')
      .addColumn('reason', 'text'),
    index('key').unique().columns(['tenant', 'queue', 'key']),
    // The order of handing out. Whoever waits for a retry is passed over without being fetched.
    index('due').columns(['queue', 'due_at', 'tenant', 'key', 'visible_at']),
    // The few that are claimed or wait for a retry: an untouched task costs nothing here.
    index('moved').columns(['queue', 'visible_at']).where(sql.ref('visible_at'), '<>', sql.ref('due_at')),
    index('group').columns(['queue', 'tenant', 'grp', 'due_at', 'seq', 'key']).where(sql.ref('grp'), 'is not', null),
    index('held').columns(['queue', 'tenant', 'grp']).where(sql.ref('lease_until'), 'is not', null),
    index('dead').columns(['tenant', 'queue', 'due_at', 'seq', 'key']).where(sql.ref('visible_at'), 'is', null),
  ].map((statement) => statement.compile())
}

function createRest({ kysely }: SqlDialect, { command, counter, meta }: TableNames): CompiledQuery[] {
  return [
    kysely.schema
      .createTable(command)
      .addColumn('tenant', 'text', required)
      .addColumn('id', 'text', required)
      .addColumn('fingerprint', 'text', required)
      .addColumn('result', 'text', required)
      .addColumn('at', 'text', required),
    kysely.schema.createIndex(`${command}_key`).unique().on(command).columns(['tenant', 'id']),
    kysely.schema
      .createTable(counter)
      .addColumn('tenant', 'text', required)
      .addColumn('name', 'text', required)
      .addColumn('value', 'integer', required),
    kysely.schema.createIndex(`${counter}_key`).unique().on(counter).columns(['tenant', 'name']),
    kysely.schema
      .createTable(meta)
      .addColumn('application', 'text', required)
      .addColumn('schema_version', 'integer', required)
      .addColumn('fence', 'integer', required),
  ].map((statement) => statement.compile())
}
