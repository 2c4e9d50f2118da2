/** Parts of the one statement that commits a change: those that write and check records. */
import { type RawBuilder, sql } from 'kysely'
import type { Check } from '../../desk/ports.ts'
import type { RecordKind } from '../../desk/tables.ts'
import type { ChangeRows, RecordRow } from './change-rows.ts'
import { toColumnText } from './column-text.ts'
import { documentText, fieldColumns } from './record-sql.ts'
import type { TableNames } from './schema.ts'
import type { Param } from './steps.ts'

/** A parameter whose value is made of the rows when the statement runs. */
export interface Slot {
  readonly fill: (rows: ChangeRows) => Param
}

/** A part of the statement. `counts`: as many rows must come of it as the change has for it; other parts fail by themselves. */
export interface Part {
  readonly text: RawBuilder<unknown>
  readonly counts: boolean
}

// Up to so many rows of a kind each have parameters of their own: then an index is used whatever the planner knows.
const FEW = 4

/** How many rows there are, as far as the statement's text depends on it. */
export function countOf(items: readonly unknown[]): number | 'many' {
  return items.length > FEW ? 'many' : items.length
}

/** A place for a parameter. */
export function slot(fill: Slot['fill']): RawBuilder<unknown> {
  return sql`${{ fill }}`
}

export const TENANT = slot(({ tenant }) => tenant)

/** A column of rows that are written: where it stands and what type it has. */
export interface Column<Item> {
  readonly name: string
  readonly type: string
  read(item: Item): Param
}

/** Rows to be read as a table `r`: a parameter for each value, or for many rows one that holds them all as JSON. */
export function listed<Item>(
  count: number,
  columns: readonly Column<Item>[],
  items: (rows: ChangeRows) => readonly Item[],
): RawBuilder<unknown> {
  if (count > FEW) return recordset(columns, items)
  const names = columns.map(({ name }) => sql.ref(name))
  const values = Array.from({ length: count }, (_, at) =>
    columns.map(({ type, read }) => sql`${slot((rows) => read(items(rows)[at] as Item))}::${sql.raw(type)}`),
  )
  return sql`(values ${sql.join(values.map((row) => sql`(${sql.join(row)})`))}) as r (${sql.join(names)})`
}

function recordset<Item>(columns: readonly Column<Item>[], items: (rows: ChangeRows) => readonly Item[]) {
  const written = ({ read }: Column<Item>, item: Item) => {
    const value = read(item)
    return typeof value === 'string' ? toColumnText(value) : value
  }
  const text = slot((rows) =>
    JSON.stringify(
      items(rows).map((item) => Object.fromEntries(columns.map((column) => [column.name, written(column, item)]))),
    ),
  )
  const types = columns.map(({ name, type }) => sql`${sql.ref(name)} ${sql.raw(type)}`)
  return sql`json_to_recordset(${text}::json) as r (${sql.join(types)})`
}

export const refs = (columns: readonly { readonly name: string }[], of = '') =>
  sql.join(columns.map(({ name }) => sql.ref(`${of}${name}`)))

const SQL_TYPES = { string: 'text', number: 'double precision', boolean: 'boolean' } as const

function recordColumns(kind: RecordKind): readonly Column<RecordRow>[] {
  return [
    { name: 'version', type: 'bigint', read: ({ version }) => version },
    { name: 'tip', type: 'text', read: ({ tip }) => tip },
    { name: 'doc', type: 'text', read: ({ doc }) => (doc ? documentText(doc) : null) },
    ...fieldColumns(kind).map(({ name, type, read }) => ({
      name,
      type: SQL_TYPES[type],
      read: ({ doc }: RecordRow) => (doc ? read(doc) : null),
    })),
  ]
}

const ID: Column<{ readonly id: string }> = { name: 'id', type: 'text', read: ({ id }) => id }
const EXPECTED: Column<RecordRow> = { name: 'expected', type: 'bigint', read: ({ expected }) => expected }

/** The rows of one kind in one of the groups, one by one or as a list. */
export function each<Item>(
  items: readonly Item[],
  { alone, asList }: { alone: (at: number) => RawBuilder<unknown>; asList: () => RawBuilder<unknown> },
): Part[] {
  if (items.length > FEW) return [{ text: asList(), counts: true }]
  return items.map((_, at) => ({ text: alone(at), counts: true }))
}

/** The parts that write records, and those that hold what was only read: in the order of kinds, as everybody's are. */
export function recordParts(names: TableNames, { inserts, replaces, removes, checks }: ChangeRows): Part[] {
  const of = <Item>(
    group: ReadonlyMap<RecordKind, readonly Item[]>,
    parts: (names: TableNames, kind: RecordKind, items: readonly Item[]) => Part[],
  ) => [...group].map(([kind, items]) => ({ kind, parts: parts(names, kind, items) }))
  return [
    ...of(inserts, insertParts),
    ...of(replaces, replaceParts),
    ...of(removes, removeParts),
    ...of(checks, checkParts),
  ]
    .sort((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0))
    .flatMap(({ parts }) => parts)
}

function insertParts(names: TableNames, kind: RecordKind, items: readonly RecordRow[]): Part[] {
  const columns = [ID, ...recordColumns(kind)]
  const source = listed(items.length, columns, ({ inserts }) => inserts.get(kind) ?? [])
  const text = sql`insert into ${sql.table(names.record(kind))} (tenant, ${refs(columns)})
    select ${TENANT}, ${refs(columns, 'r.')} from ${source}`
  return [{ text, counts: false }]
}

function replaceParts(names: TableNames, kind: RecordKind, items: readonly RecordRow[]): Part[] {
  const table = sql.table(names.record(kind))
  const columns = recordColumns(kind)
  const valueAt = (at: number, column: Column<RecordRow>) =>
    slot(({ replaces }) => column.read(replaces.get(kind)?.[at] as RecordRow))
  return each(items, {
    alone: (at) => sql`update ${table}
      set ${sql.join(columns.map((column) => sql`${sql.ref(column.name)} = ${valueAt(at, column)}`))}
      where tenant = ${TENANT} and id = ${valueAt(at, ID)} and version = ${valueAt(at, EXPECTED)} returning 1`,
    asList: () => sql`update ${table} as t
      set ${sql.join(columns.map(({ name }) => sql`${sql.ref(name)} = ${sql.ref(`r.${name}`)}`))}
      from ${listed(items.length, [ID, EXPECTED, ...columns], ({ replaces }) => replaces.get(kind) ?? [])}
      where t.tenant = ${TENANT} and t.id = r.id and t.version = r.expected returning 1`,
  })
}

function removeParts(names: TableNames, kind: RecordKind, items: readonly RecordRow[]): Part[] {
  const table = sql.table(names.record(kind))
  const valueAt = (at: number, column: Column<RecordRow>) =>
    slot(({ removes }) => column.read(removes.get(kind)?.[at] as RecordRow))
  return each(items, {
    alone: (at) => sql`delete from ${table}
      where tenant = ${TENANT} and id = ${valueAt(at, ID)} and version = ${valueAt(at, EXPECTED)} returning 1`,
    asList: () => sql`delete from ${table} as t
      using ${listed(items.length, [ID, EXPECTED], ({ removes }) => removes.get(kind) ?? [])}
      where t.tenant = ${TENANT} and t.id = r.id and t.version = r.expected returning 1`,
  })
}

function checkParts(names: TableNames, kind: RecordKind, items: readonly Check[]): Part[] {
  const table = sql.table(names.record(kind))
  const at = (at: number, read: (check: Check) => Param) => slot(({ checks }) => read(checks.get(kind)?.[at] as Check))
  const columns: readonly Column<Check>[] = [
    { name: 'id', type: 'text', read: ({ id }) => id },
    { name: 'expected', type: 'bigint', read: ({ version }) => version },
  ]
  return each(items, {
    alone: (n) => sql`select 1 from ${table}
      where tenant = ${TENANT} and id = ${at(n, ({ id }) => id)} and version = ${at(n, ({ version }) => version)} for share`,
    asList:
      () => sql`select 1 from ${table} as t join ${listed(items.length, columns, ({ checks }) => checks.get(kind) ?? [])}
      on t.tenant = ${TENANT} and t.id = r.id and t.version = r.expected for share of t`,
  })
}
