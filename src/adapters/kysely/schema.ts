/** The tables: their names, and what stands in which column. */
import { type RecordKind, type Table, tables } from '../../desk/tables.ts'
import { fault } from '../../domain/refusals.ts'

/** One table for each kind of record: these columns, and one for each of the kind's declared columns. */
export interface RecordTable {
  tenant: string
  id: string
  version: number
  tip: string
  /** The document as JSON text. */
  doc: string
}

export interface JournalTable {
  position: number
  tenant: string
  kind: string
  id: string
  version: number
  n: number
  name: string
  at: string
  body: string
  hash: string
}

export interface TaskTable {
  tenant: string
  queue: string
  key: string
  due_at: string
  grp: string | null
  seq: number
  body: string
  attempts: number
  fence: number
  /** When it may be handed out but for leases: `due_at`, or the instant of the retry. */
  ready_at: string
  /** Set while it is claimed, also when the lease has run out and nobody else has claimed it. */
  lease_until: string | null
  /** When it may be handed out: `lease_until`, or else `ready_at`; `null` when it is dead. */
  visible_at: string | null
  /** Why it is dead. */
  reason: string | null
}

export interface CommandTable {
  tenant: string
  id: string
  fingerprint: string
  result: string
  at: string
}

export interface CounterTable {
  tenant: string
  name: string
  /** The last number given. */
  value: number
}

/** One row: whose tables these are, their version, and the last fence given. */
export interface MetaTable {
  application: string
  schema_version: number
  fence: number
}

export interface Schema {
  record: RecordTable
  journal: JournalTable
  task: TaskTable
  command: CommandTable
  counter: CounterTable
  meta: MetaTable
}

/**
 * The tables' names in the database. They are typed by what the tables hold, so that statements are checked at compile
 * time whatever the prefix: at run time `names.task` is `desk_task`.
 */
export interface TableNames extends Readonly<{ [T in Exclude<keyof Schema, 'record'>]: T }> {
  record(kind: RecordKind): 'record'
}

/**
 * @param prefix - stands before each table's name, so that a host's own tables may live beside ours.
 * @param schema - the namespace that the tables are in, where the database has any.
 */
export function tableNames(prefix: string, schema?: string): TableNames {
  const place = schema === undefined ? prefix : `${schema}.${prefix}`
  const name = <T extends string>(table: T) => `${place}${table}` as T
  return {
    record: (kind) => name(snakeCase(kind)) as 'record',
    journal: name('journal'),
    task: name('task'),
    command: name('command'),
    counter: name('counter'),
    meta: name('meta'),
  }
}

/** A table's name without its namespace: what the names of its indexes begin with. */
export function localName(name: string): string {
  return name.slice(name.indexOf('.') + 1)
}

const PREFIX = /^[A-Za-z_][A-Za-z0-9_]{0,20}$/

/** Refuses what cannot begin a table's name, or would make an index's name longer than databases take. */
export function checkPrefix(prefix: string): void {
  if (!PREFIX.test(prefix))
    throw fault('store.cannot', { what: `begin its tables' names with ${JSON.stringify(prefix)}` })
}

export const RECORD_KINDS = Object.keys(tables) as RecordKind[]

/** What is declared of one kind, without the literal types. */
export function tableOf(kind: RecordKind): Table {
  return tables[kind]
}

/** The column that holds a declared field: `assigneeId` stands in `assignee_id`, as people write SQL. */
export const columnOf = snakeCase

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
