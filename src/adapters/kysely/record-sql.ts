/** Records: the statements that read and write one by its key. */

import { type Compilable, sql } from 'kysely'
import type { StoredRecord, Write } from '../../desk/ports.ts'
import type { RecordKind } from '../../desk/tables.ts'
import type { JsonObject } from '../../domain/json.ts'
import { fault } from '../../domain/refusals.ts'
import { fromColumnText } from './column-text.ts'
import type { SqlDialect } from './dialects.ts'
import { columnOf, type RecordTable, type TableNames, tableOf } from './schema.ts'
import type { Param, Row } from './sqlite-driver.ts'
import { type Statement, statement } from './statements.ts'

export interface Place {
  readonly tenant: string
  readonly id: string
}

/** A statement that writes a whole record. */
export interface RecordWrite {
  readonly sql: string
  params(tenant: string, write: Write, doc: JsonObject): Param[]
}

export interface RecordStatements {
  readonly get: Statement<Place>
  readonly version: Statement<Place>
  /** Writes nothing when the record is there already. */
  readonly insert: RecordWrite
  /** Writes nothing when another version stands than the one expected. */
  readonly replace: RecordWrite
  readonly remove: Statement<Place & { readonly expected: number }>
}

/** The columns that every read of records gives, as {@link storedRecord} takes them. */
export const RECORD_COLUMNS = ['id', 'version', 'tip', 'doc'] as const

export function recordStatements({ kysely }: SqlDialect, names: TableNames, kind: RecordKind): RecordStatements {
  const table = names.record(kind)
  const changing = ['version', 'tip', 'doc', ...tableOf(kind).columns.map(columnOf)]
  const pick = (values: Values, columns: readonly string[]) =>
    Object.fromEntries(columns.map((column) => [column, values[column]])) as unknown as RecordTable
  const writing = recordWriter(kind)
  return {
    get: statement(({ tenant, id }) =>
      kysely.selectFrom(table).select(RECORD_COLUMNS).where('tenant', '=', tenant).where('id', '=', id),
    ),
    version: statement(({ tenant, id }) =>
      kysely.selectFrom(table).select('version').where('tenant', '=', tenant).where('id', '=', id),
    ),
    insert: writing((values) =>
      kysely
        .insertInto(table)
        .values(pick(values, ['tenant', 'id', ...changing]))
        .onConflict((conflict) => conflict.doNothing()),
    ),
    replace: writing((values) =>
      kysely
        .updateTable(table)
        .set(pick(values, changing))
        .where('tenant', '=', values.tenant)
        .where('id', '=', values.id)
        .where('version', '=', values.expected),
    ),
    remove: statement(({ tenant, id, expected }) =>
      kysely.deleteFrom(table).where('tenant', '=', tenant).where('id', '=', id).where('version', '=', expected),
    ),
  }
}

/** Reads one record of each of some kinds: one statement, and so one moment, and one row, at the price of one call. */
export type SeveralRecords = Statement<Readonly<Record<string, string>>>

/**
 * @param kinds - one for each slot `id0`, `id1` …; a kind may come more than once.
 * @returns one row, with `version0`, `tip0`, `doc0` and so on; `null` where there is no record.
 */
export function severalRecords(
  { kysely }: SqlDialect,
  names: TableNames,
  kinds: readonly RecordKind[],
): SeveralRecords {
  return statement((values) => {
    const joins = kinds.map((kind, n) => {
      const table = sql.table(names.record(kind))
      const alias = sql.ref(`r${n}`)
      const place = sql`${sql.ref(`r${n}.tenant`)} = ${values.tenant} and ${sql.ref(`r${n}.id`)} = ${values[`id${n}`]}`
      return sql`left join ${table} as ${alias} on ${place}`
    })
    const columns = kinds.flatMap((_, n) =>
      ['version', 'tip', 'doc'].map((column) => sql`${sql.ref(`r${n}.${column}`)} as ${sql.ref(`${column}${n}`)}`),
    )
    const query = sql`select ${sql.join(columns)} from (select 1) as one ${sql.join(joins, sql` `)}`
    return { compile: () => query.compile(kysely) }
  })
}

/** The columns of a record, those of its fields by their names; and the version expected before. */
type Values = Readonly<Record<string, Param>> & Readonly<RecordTable> & { readonly expected: number }
type Reader = (tenant: string, write: Write, doc: JsonObject) => Param

/** Makes writing statements that take each value straight from where it stands: this is what every commit does most. */
function recordWriter(kind: RecordKind): (build: (values: Values) => Compilable) => RecordWrite {
  const { fields, columns } = tableOf(kind)
  const readers = new Map<string, Reader>([
    ['tenant', (tenant) => tenant],
    ['id', (_, { id }) => id],
    ['expected', (_, { expected }) => expected],
    ['version', (_, { expected }) => expected + 1],
    ['tip', (_, { tip }) => tip],
    ['doc', (_tenant, _write, doc) => documentText(doc)],
    ...columns.map((field): [string, Reader] => [columnOf(field), fieldReader(field, fields[field])]),
  ])
  return (build) => {
    const { sql, slots } = statement(build)
    const inOrder = slots.flatMap((slot) => readers.get(slot) ?? [])
    return { sql, params: (tenant, write, doc) => inOrder.map((read) => read(tenant, write, doc)) }
  }
}

// What is not of the declared type is as absent: a column holds values of one type, whatever a document says.
function fieldReader(field: string, type: string | undefined): Reader {
  const wanted = type === 'number' || type === 'boolean' ? type : 'string'
  return (_tenant, _write, doc) => {
    const value = doc[field]
    return typeof value === wanted ? (value as Param) : null
  }
}

const DEEPEST = 1000

// SQLite calls JSON that nests deeper malformed, and then no condition on any document of the kind could be answered.
function documentText(doc: JsonObject): string {
  const text = JSON.stringify(doc)
  if (text.length > 2 * DEEPEST && isDeeper(doc, DEEPEST))
    throw fault('store.cannot', { what: `keep a document that nests more than ${DEEPEST} levels deep` })
  return text
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1))
}

/** A record out of the columns {@link RECORD_COLUMNS}. */
export function storedRecord(kind: RecordKind, row: Row): StoredRecord {
  return {
    kind,
    id: fromColumnText(row.id as string),
    version: row.version as number,
    tip: fromColumnText(row.tip as string),
    doc: JSON.parse(row.doc as string) as JsonObject,
  }
}
