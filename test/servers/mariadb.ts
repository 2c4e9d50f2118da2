/** A MariaDB for tests, set up as a careless host might have it: what the store needs must not hang on a server's defaults. */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort, missingServer, programPath, type Running, serverFolder, startProgram } from './local-server.ts'

export interface MariadbServer {
  /** Of a database that is there and empty; tests make more beside it. */
  readonly url: string
  /** Ends it in order, and removes its data. */
  stop(): Promise<void>
  /** Ends it by SIGKILL; its data stay. */
  kill(): Promise<void>
  /** Starts it again on its data and its port. */
  restart(): Promise<void>
}

// Another character set, a collation that folds and pads, a zone off by half hours: each has cost somebody data.
const CARELESS = [
  '--character-set-server=latin1',
  '--collation-server=latin1_swedish_ci',
  '--default-time-zone=+05:30',
  '--lower-case-table-names=0',
]

/**
 * A fresh server on loopback, ready after about a second; `null` where MariaDB is not installed.
 *
 * @param settings - of the server, such as `['--innodb-flush-log-at-trx-commit=2']`, after those that tests are run with.
 */
export async function startMariadb(settings: readonly string[] = []): Promise<MariadbServer | null> {
  const program = programPath('mariadbd')
  const install = programPath('mariadb-install-db')
  if (program === null || install === null)
    return missingServer('MariaDB', 'apt-get install --no-install-recommends mariadb-server')
  const { folder, remove } = serverFolder('mariadb')
  const data = join(folder, 'data')
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : []
  await promisify(execFile)(install, [
    ...['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
    ...['--skip-name-resolve', ...asRoot],
  ])
  const init = join(folder, 'init.sql')
  writeFileSync(init, 'create database if not exists host;\n')
  const port = await freePort()
  const args = [
    ...['--no-defaults', `--datadir=${data}`, `--socket=${join(folder, 'socket')}`, `--port=${port}`, ...asRoot],
    ...['--bind-address=127.0.0.1', '--skip-name-resolve', '--innodb-buffer-pool-size=64M', '--max-connections=300'],
    ...CARELESS,
    ...settings,
    `--init-file=${init}`,
  ]
  let running: Running = await startProgram(program, args, port)
  return {
    url: `mysql://root@127.0.0.1:${port}/host`,
    async stop() {
      await running.end('SIGTERM')
      remove()
    },
    kill: () => running.end('SIGKILL'),
    async restart() {
      running = await startProgram(program, args, port)
    },
  }
}
