import { postgresStore } from 'deskwright/postgres'
import { type HostTransaction, runStoreCase, storeCases } from 'deskwright/testing'
import { Client } from 'pg'
import { afterAll, describe, it } from 'vitest'
import { onDatabase, startPostgres } from '../servers/postgres.ts'

const server = await startPostgres()
const url = (await server?.database()) ?? ''
afterAll(() => server?.stop())

async function openTransaction(): Promise<HostTransaction> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query('begin')
  const end = (how: string) => async () => {
    await client.query(how)
    await client.end()
  }
  return { transaction: client, commit: end('commit'), rollback: end('rollback') }
}

describe.skipIf(server === null)('the store on PostgreSQL', () => {
  let schemas = 0
  for (const storeCase of storeCases)
    it(`${storeCase.id}: ${storeCase.title}`, { timeout: 60_000 }, async (context) => {
      schemas += 1
      const schema = `case_${schemas}`
      const open = () => postgresStore(url, { schema, connections: 4 })
      const close = () => onDatabase(url, async (client) => void (await client.query(`drop schema ${schema} cascade`)))
      const { skipped } = await runStoreCase(storeCase, { open, openAnother: open, openTransaction, close })
      if (skipped !== null) context.skip(skipped)
    })
})
