/** The servers of the crash test: each gives new databases, and can be done harm. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startMariadb } from '../servers/mariadb.ts'
import { startPostgres } from '../servers/postgres.ts'
import { type CrashPlace, connect, type EngineName } from './crash-engines.ts'

/**
 * What can happen to a server under processes that live on: `connections` ends every connection to the database at
 * once; `server` ends the server itself without a word, and starts it again.
 */
export type Harm = 'connections' | 'server'

export interface CrashServer {
  /** An empty database that nobody else uses. */
  newPlace(): Promise<CrashPlace>
  /** Absent: there is no server that could be harmed. */
  readonly harm?: (harm: Harm, place: CrashPlace) => Promise<void>
  stop(): Promise<void>
}

/** `null` where the server is not installed. */
export async function startCrashServer(engine: EngineName): Promise<CrashServer | null> {
  if (engine === 'sqlite') return filesOfSqlite()
  const server = await (engine === 'postgres' ? startPostgres(['-c', 'fsync=on']) : startMariadb())
  if (server === null) return null
  let made = 0
  return {
    async newPlace() {
      const name = `crash_${++made}`
      await administer({ engine, at: server.url }, [`create database ${name}`])
      return { engine, at: Object.assign(new URL(server.url), { pathname: `/${name}` }).href }
    },
    async harm(harm, place) {
      if (harm === 'connections') return endConnections(place)
      await server.kill()
      await server.restart()
    },
    stop: () => server.stop(),
  }
}

function filesOfSqlite(): CrashServer {
  const folder = mkdtempSync(join(tmpdir(), 'deskwright-crash-'))
  let made = 0
  return {
    newPlace: async () => ({ engine: 'sqlite', at: join(folder, `${++made}.db`) }),
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function administer(place: CrashPlace, statements: readonly string[]): Promise<void> {
  const connection = await connect(place)
  try {
    for (const statement of statements) await connection.all(statement)
  } finally {
    await connection.close()
  }
}

async function endConnections(place: CrashPlace): Promise<void> {
  const connection = await connect(place)
  try {
    if (place.engine === 'postgres') {
      const others = 'datname = current_database() and pid <> pg_backend_pid()'
      await connection.all(`select pg_terminate_backend(pid) from pg_stat_activity where ${others}`)
      return
    }
    const others = 'db = database() and id <> connection_id()'
    // One that has ended by itself meanwhile is no error here.
    for (const { id } of await connection.all(`select id from information_schema.processlist where ${others}`))
      await connection.all(`kill connection ${id}`).catch(() => undefined)
  } finally {
    await connection.close()
  }
}
