/** Hostile texts on a real MariaDB: no byte of a caller becomes SQL, none is lost in a comparison, and no statement forgets the tenant. */
import { mariadbStore } from 'deskwright/mariadb'
import { createPool } from 'mysql2/promise'
import { afterAll, afterEach, beforeEach, describe, it } from 'vitest'
import { dropDatabase, newDatabase } from '../adapters/kysely/mariadb-hosts.ts'
import {
  filtersStayData,
  type Logged,
  type LoggedStore,
  lookAlikesDiffer,
  searchesHaveNoWildcards,
  tenantIsBound,
} from '../advisories/store-advisories.ts'
import { startMariadb } from '../servers/mariadb.ts'

const server = await startMariadb()
afterAll(() => server?.stop())

type Asked = { readonly sql: string; readonly values?: readonly unknown[] }
type Method = (asked: Asked) => unknown

describe.skipIf(server === null)('a store on MariaDB', () => {
  let url: string
  let end: () => Promise<unknown>

  beforeEach(async () => {
    url = await newDatabase(server?.url ?? '')
  })
  afterEach(async () => {
    await end()
    await dropDatabase(url)
  })

  async function logged(): Promise<LoggedStore> {
    const log: Logged[] = []
    const pool = createPool(url)
    const watched = new WeakSet<object>()
    const getConnection = async () => {
      const connection = await pool.getConnection()
      if (!watched.has(connection)) watchQueries(connection as never, log)
      watched.add(connection)
      return connection
    }
    end = () => pool.end()
    const store = mariadbStore({ getConnection })
    await store.migrate()
    return { store, log }
  }

  it('binds every byte of a filter (CVE-2025-21628)', async () => filtersStayData(await logged()))
  it('takes wildcards as letters (CVE-2022-4427)', async () => searchesHaveNoWildcards(await logged()))
  it('tells texts apart that look alike (CVE-2026-53595)', async () => lookAlikesDiffer(await logged()))
  it('binds the tenant in each statement on its records', async () => tenantIsBound(await logged()))
})

function watchQueries(connection: Record<'query' | 'execute', Method>, log: Logged[]): void {
  for (const name of ['query', 'execute'] as const) {
    const ask = connection[name].bind(connection)
    connection[name] = (asked) => {
      log.push({ sql: asked.sql, params: asked.values ?? [] })
      return ask(asked)
    }
  }
}
