/** Parts of the one statement that commits a change: those that write and check records. */
import { type RawBuilder, sql } from 'kysely'
import type { Check } from '../../desk/ports.ts'
import type { RecordKind } from '../../desk/tables.ts'
import type { ChangeRows, RecordRow } from './change-rows.ts'
import { documentText, fieldColumns } from './record-sql.ts'
import type { TableNames } from './schema.ts'
import type { Param } from './steps.ts'

/** A parameter whose value is made of the rows when the statement runs; `undefined` where it cannot be. */
export interface Slot {
  readonly fill: (rows: ChangeRows) => Param | undefined
}

/** A part of the statement. `counts`: as many rows must come of it as the change has for it; other parts fail by themselves. */
export interface Part {
  readonly text: RawBuilder<unknown>
  readonly counts: boolean
}

/** How many rows there are, as far as the statement's text depends on it. */
export type Count = number | 'many'

export function countOf(items: readonly unknown[], few: number): Count {
  return items.length > few ? 'many' : items.length
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

/** Rows to be read as a table `r`: a parameter for each value, or for many rows one for each column. */
export function listed<Item>(
  count: Count,
  columns: readonly Column<Item>[],
  items: (rows: ChangeRows) => readonly Item[],
): RawBuilder<unknown> {
  const names = sql.join(columns.map(({ name }) => sql.ref(name)))
  if (count === 'many') {
    const lists = columns.map(
      (column) =>
        sql`trim_array(string_to_array(${slot((rows) => joined(column, items(rows)))}, ${BEHIND}, ${ABSENT}), 1)${listOf(column)}`,
    )
    return sql`unnest(${sql.join(lists)}) as r (${names})`
  }
  const values = Array.from({ length: count }, (_, at) =>
    columns.map(({ type, read }) => sql`${slot((rows) => read(items(rows)[at] as Item))}::${sql.raw(type)}`),
  )
  return sql`(values ${sql.join(values.map((row) => sql`(${sql.join(row)})`))}) as r (${names})`
}

// Told apart by two characters that no JSON text and hardly any other holds: so neither side has to escape or to parse,
// which for documents within JSON took as long as to write them. Behind the last one stands one too, and what follows it
// is taken off: else a single empty text would be no value at all.
const [behind, absent] = ['\x1f', '\x1e']
const [BEHIND, ABSENT] = [sql.raw("E'\\x1f'"), sql.raw("E'\\x1e'")]

function listOf({ type }: { readonly type: string }): RawBuilder<unknown> {
  return sql.raw(type === 'text' ? '' : `::${type}[]`)
}

/** The values of a column as one text; `undefined` when one of them holds what they are told apart by. */
function joined<Item>({ read }: Column<Item>, items: readonly Item[]): string | undefined {
  let text = ''
  for (const item of items) {
    const value = read(item)
    if (typeof value === 'string' && (value.includes(behind) || value.includes(absent))) return undefined
    text += `${value ?? absent}${behind}`
  }
  return text
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
export function each(
  count: Count,
  { alone, asList }: { alone: (at: number) => RawBuilder<unknown>; asList: () => RawBuilder<unknown> },
): Part[] {
  if (count === 'many') return [{ text: asList(), counts: true }]
  return Array.from({ length: count }, (_, at) => ({ text: alone(at), counts: true }))
}

/** The parts that write records, and those that hold what was only read: in the order of kinds, as everybody's are. */
export function recordParts(names: TableNames, { inserts, replaces, removes, checks, few }: ChangeRows): Part[] {
  const of = <Item>(
    group: ReadonlyMap<RecordKind, readonly Item[]>,
    parts: (names: TableNames, kind: RecordKind, count: Count) => Part[],
  ) => [...group].map(([kind, items]) => ({ kind, parts: parts(names, kind, countOf(items, few)) }))
  return [
    ...of(inserts, insertParts),
    ...of(replaces, replaceParts),
    ...of(removes, removeParts),
    ...of(checks, checkParts),
  ]
    .sort((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0))
    .flatMap(({ parts }) => parts)
}

function insertParts(names: TableNames, kind: RecordKind, count: Count): Part[] {
  const columns = [ID, ...recordColumns(kind)]
  const source = listed(count, columns, ({ inserts }) => inserts.get(kind) ?? [])
  const text = sql`insert into ${sql.table(names.record(kind))} (tenant, ${refs(columns)})
    select ${TENANT}, ${refs(columns, 'r.')} from ${source}`
  return [{ text, counts: false }]
}

function replaceParts(names: TableNames, kind: RecordKind, count: Count): Part[] {
  const table = sql.table(names.record(kind))
  const columns = recordColumns(kind)
  const valueAt = (at: number, column: Column<RecordRow>) =>
    slot(({ replaces }) => column.read(replaces.get(kind)?.[at] as RecordRow))
  return each(count, {
    alone: (at) => sql`update ${table}
      set ${sql.join(columns.map((column) => sql`${sql.ref(column.name)} = ${valueAt(at, column)}`))}
      where tenant = ${TENANT} and id = ${valueAt(at, ID)} and version = ${valueAt(at, EXPECTED)} returning 1`,
    asList: () => sql`update ${table} as t
      set ${sql.join(columns.map(({ name }) => sql`${sql.ref(name)} = ${sql.ref(`r.${name}`)}`))}
      from ${listed(count, [ID, EXPECTED, ...columns], ({ replaces }) => replaces.get(kind) ?? [])}
      where t.tenant = ${TENANT} and t.id = r.id and t.version = r.expected returning 1`,
  })
}

function removeParts(names: TableNames, kind: RecordKind, count: Count): Part[] {
  const table = sql.table(names.record(kind))
  const valueAt = (at: number, column: Column<RecordRow>) =>
    slot(({ removes }) => column.read(removes.get(kind)?.[at] as RecordRow))
  return each(count, {
    alone: (at) => sql`delete from ${table}
      where tenant = ${TENANT} and id = ${valueAt(at, ID)} and version = ${valueAt(at, EXPECTED)} returning 1`,
    asList: () => sql`delete from ${table} as t
      using ${listed(count, [ID, EXPECTED], ({ removes }) => removes.get(kind) ?? [])}
      where t.tenant = ${TENANT} and t.id = r.id and t.version = r.expected returning 1`,
  })
}

function checkParts(names: TableNames, kind: RecordKind, count: Count): Part[] {
  const table = sql.table(names.record(kind))
  const at = (at: number, read: (check: Check) => Param) => slot(({ checks }) => read(checks.get(kind)?.[at] as Check))
  const columns: readonly Column<Check>[] = [
    { name: 'id', type: 'text', read: ({ id }) => id },
    { name: 'expected', type: 'bigint', read: ({ version }) => version },
  ]
  return each(count, {
    alone: (n) => sql`select 1 from ${table}
      where tenant = ${TENANT} and id = ${at(n, ({ id }) => id)} and version = ${at(n, ({ version }) => version)} for share`,
    asList: () => sql`select 1 from ${table} as t join ${listed(count, columns, ({ checks }) => checks.get(kind) ?? [])}
      on t.tenant = ${TENANT} and t.id = r.id and t.version = r.expected for share of t`,
  })
}
