/** The ways in which a host hands MariaDB to a store: each gives the kit new databases on one server. */
import { randomBytes } from 'node:crypto'
import { mariadbStore } from 'deskwright/mariadb'
import type { HostTransaction, StoreSetup } from 'deskwright/testing'
import { Kysely, MysqlDialect } from 'kysely'
import { createPool as createCallbackPool } from 'mysql2'
import { createConnection } from 'mysql2/promise'

/** Makes an empty database on the server of a URL, and gives the URL of that. */
export async function newDatabase(url: string): Promise<string> {
  const name = `desk_${randomBytes(6).toString('hex')}`
  await onServer(url, `create database ${name}`)
  return Object.assign(new URL(url), { pathname: `/${name}` }).href
}

export function dropDatabase(url: string): Promise<void> {
  return onServer(url, `drop database ${new URL(url).pathname.slice(1)}`)
}

async function onServer(url: string, sql: string): Promise<void> {
  const connection = await createConnection(url)
  try {
    await connection.query(sql)
  } finally {
    await connection.end()
  }
}

/** A URL for the store; a connection of mysql2 for transactions. */
export function byUrl(server: string): StoreSetup {
  let url = ''
  return {
    async open() {
      url = await newDatabase(server)
      return mariadbStore(url)
    },
    openAnother: () => mariadbStore(url),
    openTransaction: () => transactionOfConnection(url),
    close: () => dropDatabase(url),
  }
}

// Whatever a host may like: none of it may change what the store reads and writes.
const FANCIES = {
  rowsAsArray: true,
  nestTables: '_',
  namedPlaceholders: true,
  supportBigNumbers: true,
  bigNumberStrings: true,
  decimalNumbers: true,
  dateStrings: false,
  timezone: '+05:30',
  flags: ['-FOUND_ROWS'],
  typeCast: () => 'cast by the host',
} as const

/** A pool of mysql2 with callbacks and fancies for the store; Kysely, with a plugin, for transactions. */
export function byFancyPool(server: string): StoreSetup {
  let url = ''
  const pools: { end(): void }[] = []
  const open = () => {
    const pool = createCallbackPool({ uri: url, ...FANCIES, flags: [...FANCIES.flags] } as never)
    pools.push(pool)
    return mariadbStore(pool)
  }
  return {
    async open() {
      url = await newDatabase(server)
      return open()
    },
    openAnother: open,
    openTransaction: () => transactionOfKysely(url),
    async close() {
      for (const pool of pools.splice(0)) pool.end()
      await dropDatabase(url)
    },
  }
}

async function transactionOfConnection(url: string): Promise<HostTransaction> {
  const connection = await createConnection(url)
  await connection.query('start transaction with consistent snapshot')
  const end = async (how: 'commit' | 'rollback') => {
    await connection.query(how)
    await connection.end()
  }
  return { transaction: connection, commit: () => end('commit'), rollback: () => end('rollback') }
}

async function transactionOfKysely(url: string): Promise<HostTransaction> {
  const db = new Kysely<unknown>({
    dialect: new MysqlDialect({ pool: createCallbackPool({ uri: url, connectionLimit: 1 }) }),
  })
  const transaction = await db.startTransaction().execute()
  const end = async (how: 'commit' | 'rollback') => {
    await transaction[how]().execute()
    await db.destroy()
  }
  return { transaction, commit: () => end('commit'), rollback: () => end('rollback') }
}
