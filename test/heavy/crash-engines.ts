/** The databases that the crash test runs on: how a desk's store is opened there, and how its rows are read by plain SQL. */
import { createRequire } from 'node:module'
import type { Store } from 'deskwright'
import { mariadbStore } from 'deskwright/mariadb'
import { postgresStore } from 'deskwright/postgres'
import { sqliteStore } from 'deskwright/sqlite'
import type mysql from 'mysql2/promise'
import type pg from 'pg'

export const ENGINES = ['sqlite', 'postgres', 'mariadb'] as const
export type EngineName = (typeof ENGINES)[number]

/** Where a desk's data are, as plain data that another process can be told. */
export interface CrashPlace {
  readonly engine: EngineName
  /** A file's path, or a database's URL. */
  readonly at: string
}

export function openPlace({ engine, at }: CrashPlace): Store {
  switch (engine) {
    case 'sqlite':
      return sqliteStore(at, { driver: 'libsql' })
    case 'postgres':
      return postgresStore(at)
    case 'mariadb':
      return mariadbStore(at)
    default:
      return engine satisfies never
  }
}

/** A task as its row says. */
export interface StoredTask {
  readonly tenant: string
  readonly queue: string
  readonly key: string
  readonly dueAt: string
  readonly leaseUntil: string | null
  readonly isDead: boolean
}

export interface StoredCommand {
  readonly tenant: string
  readonly id: string
  readonly result: string
}

type Row = Readonly<Record<string, unknown>>

/** What the port does not show, by plain SQL: tasks that are leased or wait, and which command ids there are. */
export async function readRows(place: CrashPlace): Promise<{ tasks: StoredTask[]; commands: StoredCommand[] }> {
  const [tasks, commands] = await readTables(place, ['task', 'command'])
  return {
    tasks: (tasks ?? []).map((row) => ({
      ...(row as unknown as StoredTask),
      dueAt: row.due_at as string,
      leaseUntil: row.lease_until as string | null,
      isDead: row.visible_at === null,
    })),
    commands: (commands ?? []) as unknown as StoredCommand[],
  }
}

/** A driver, as CommonJS gives it: the same that the store loads. */
export const driverOf = createRequire(import.meta.url)

/** All rows of each table, on a connection that is closed before they are returned. */
async function readTables(place: CrashPlace, names: readonly string[]): Promise<Row[][]> {
  const connection = await connect(place)
  try {
    const tables: Row[][] = []
    for (const name of names) tables.push(await connection.all(`select * from ${TABLES[place.engine]}${name}`))
    return tables
  } finally {
    await connection.close()
  }
}

/** The stores' defaults. */
const TABLES: Readonly<Record<EngineName, string>> = { sqlite: 'desk_', postgres: 'desk_', mariadb: 'desk_' }

interface Connection {
  all(sql: string): Promise<Row[]>
  close(): Promise<unknown>
}

/** Connects as an administrator would: without the store. */
export async function connect({ engine, at }: CrashPlace): Promise<Connection> {
  if (engine === 'sqlite') {
    const database = new (driverOf('libsql') as Libsql)(at)
    return { all: async (sql) => database.prepare(sql).all(), close: async () => database.close() }
  }
  if (engine === 'postgres') {
    const client = new (driverOf('pg') as typeof pg).Client(at)
    await client.connect()
    return { all: async (sql) => (await client.query(sql)).rows, close: () => client.end() }
  }
  const client = await (driverOf('mysql2/promise') as typeof mysql).createConnection(at)
  return { all: async (sql) => (await client.query(sql))[0] as Row[], close: () => client.end() }
}

type Libsql = new (path: string) => { prepare(sql: string): { all(): Row[] }; close(): void }
