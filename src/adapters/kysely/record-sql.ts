/** Records: the statements that read and write one by its key. */

import { type Compilable, sql } from 'kysely'
import type { StoredRecord, Write } from '../../desk/ports.ts'
import type { RecordKind } from '../../desk/tables.ts'
import type { JsonObject } from '../../domain/json.ts'
import { fault } from '../../domain/refusals.ts'
import { fromColumnText, fromJsonText, toJsonText } from './column-text.ts'
import type { SqlDialect } from './dialects.ts'
import { columnOf, type RecordTable, type TableNames, tableOf } from './schema.ts'
import { statement } from './statements.ts'
import type { Param, Row, Statement } from './steps.ts'

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
  /** Reads the version, and keeps others from changing the record until the transaction ends. */
  readonly hold: Statement<Place>
  /** The same, and keeps others from holding it too. */
  readonly holdToWrite: Statement<Place>
  /**
   * Makes a record of version 0, and writes nothing when there is one: then nobody else can make it until the
   * transaction ends. `null` where a transaction that writes is alone.
   */
  readonly holdAbsent: Statement<Place> | null
  /** Takes the record of version 0 away again. */
  readonly release: Statement<Place>
  /** Writes nothing when the record is there already. */
  readonly insert: RecordWrite
  /** Writes nothing when another version stands than the one expected. */
  readonly replace: RecordWrite
  readonly remove: Statement<Place & { readonly expected: number }>
}

/** The columns that every read of records gives, as {@link storedRecord} takes them. */
export const RECORD_COLUMNS = ['id', 'version', 'tip', 'doc'] as const

export function recordStatements(dialect: SqlDialect, names: TableNames, kind: RecordKind): RecordStatements {
  const { kysely } = dialect
  const table = names.record(kind)
  const changing = ['version', 'tip', 'doc', ...tableOf(kind).columns.map(columnOf)]
  const pick = (values: Values, columns: readonly string[]) =>
    Object.fromEntries(columns.map((column) => [column, values[column]])) as unknown as RecordTable
  const writing = recordWriter(kind)
  const versionOf = ({ tenant, id }: Place) =>
    kysely.selectFrom(table).select('version').where('tenant', '=', tenant).where('id', '=', id)
  return {
    get: statement(({ tenant, id }) =>
      kysely.selectFrom(table).select(RECORD_COLUMNS).where('tenant', '=', tenant).where('id', '=', id),
    ),
    version: statement(versionOf),
    hold: statement((place) => dialect.holding(versionOf(place))),
    holdToWrite: statement((place) => dialect.holdingToWrite(versionOf(place))),
    holdAbsent: dialect.writesAlone
      ? null
      : statement(({ tenant, id }) => dialect.orNothing(kysely.insertInto(table).values({ tenant, id, ...EMPTY }))),
    release: statement(({ tenant, id }) =>
      kysely.deleteFrom(table).where('tenant', '=', tenant).where('id', '=', id).where('version', '=', sql.lit(0)),
    ),
    insert: writing((values) =>
      dialect.orNothing(kysely.insertInto(table).values(pick(values, ['tenant', 'id', ...changing]))),
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

const EMPTY = { version: sql.lit(0), tip: sql.lit(''), doc: sql.lit('{}') }

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

/** Reads many records by their ids: those of one kind or of some, in no fixed order. */
export type ManyRecords = Statement<Readonly<Record<string, string>>>

/**
 * @param kinds - for each a slot of its name, which takes a JSON list of ids in the form that columns hold.
 * @returns rows of {@link RECORD_COLUMNS} and `kind`.
 */
export function manyRecords(dialect: SqlDialect, names: TableNames, kinds: readonly RecordKind[]): ManyRecords {
  return statement((values) => {
    const parts = kinds.map((kind) => {
      const isAsked = dialect.isIn(sql.ref('id'), values[kind], 'text')
      return sql`select ${sql.lit(kind)} as kind, id, version, tip, doc from ${sql.table(names.record(kind))} where tenant = ${values.tenant} and ${isAsked}`
    })
    const query = sql`${sql.join(parts, sql` union all `)}`
    return { compile: () => query.compile(dialect.kysely) }
  })
}

/** A place in the tree of tickets. */
export interface Below {
  readonly tenant: string
  readonly rootId: string
  readonly depth: number
  readonly limit: number
}

/** Reads the tickets below one, nearest first. A circle among them, which rules forbid, ends at the depth. */
export function descendantTickets({ kysely }: SqlDialect, names: TableNames): Statement<Below> {
  const ticket = sql.table(names.record('ticket'))
  // Cross joins, since SQLite takes their tables in this order: else it may walk over all tickets.
  return statement(({ tenant, rootId, depth, limit }) => {
    const query = sql`with recursive below (id, depth) as (
      select id, 1 from ${ticket} where tenant = ${tenant} and parent_id = ${rootId} and 1 <= ${depth}
      union
      select t.id, b.depth + 1 from below b cross join ${ticket} t where t.tenant = ${tenant} and t.parent_id = b.id and b.depth < ${depth}
    ), nearest as (select id, min(depth) as depth from below group by id)
    select t.id, t.version, t.tip, t.doc from nearest n cross join ${ticket} t
    where t.tenant = ${tenant} and t.id = n.id and n.id <> ${rootId} order by n.depth, n.id limit ${limit}`
    return { compile: () => query.compile(kysely) }
  })
}

/** The columns of a record, those of its fields by their names; and the version expected before. */
type Values = Readonly<Record<string, Param>> & Readonly<RecordTable> & { readonly expected: number }
type Reader = (tenant: string, write: Write, doc: JsonObject) => Param

/** Makes writing statements that take each value straight from where it stands: this is what every commit does most. */
function recordWriter(kind: RecordKind): (build: (values: Values) => Compilable) => RecordWrite {
  const readers = new Map<string, Reader>([
    ['tenant', (tenant) => tenant],
    ['id', (_, { id }) => id],
    ['expected', (_, { expected }) => expected],
    ['version', (_, { expected }) => expected + 1],
    ['tip', (_, { tip }) => tip],
    ['doc', (_tenant, _write, doc) => documentText(doc)],
    ...fieldColumns(kind).map(({ name, read }): [string, Reader] => [name, (_tenant, _write, doc) => read(doc)]),
  ])
  return (build) => {
    const { sql, slots } = statement(build)
    const inOrder = slots.flatMap((slot) => readers.get(slot) ?? [])
    return { sql, params: (tenant, write, doc) => inOrder.map((read) => read(tenant, write, doc)) }
  }
}

/** A column that holds a declared field of a document. */
export interface FieldColumn {
  readonly name: string
  readonly type: 'string' | 'number' | 'boolean'
  read(doc: JsonObject): Param
}

/** The declared columns of a kind. What is not of the declared type is as absent: a column holds values of one type, whatever a document says. */
export function fieldColumns(kind: RecordKind): readonly FieldColumn[] {
  const { fields, columns } = tableOf(kind)
  return columns.map((field) => {
    const declared = fields[field]
    const type = declared === 'number' || declared === 'boolean' ? declared : 'string'
    const read = (doc: JsonObject) => (typeof doc[field] === type ? (doc[field] as Param) : null)
    return { name: columnOf(field), type, read }
  })
}

const DEEPEST = 1000

/**
 * A document as it stands in its column.
 *
 * @throws DeskError `store.cannot` when it nests more than 1000 levels deep: SQLite calls such JSON malformed, and then
 *   no condition on any document of the kind could be answered.
 */
export function documentText(doc: JsonObject): string {
  const text = toJsonText(doc)
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
    version: Number(row.version),
    tip: fromColumnText(row.tip as string),
    doc: fromJsonText(row.doc as string) as JsonObject,
  }
}
