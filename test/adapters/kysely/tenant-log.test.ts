import { expect, it } from 'vitest'
import { loggedSqlite } from '../../advisories/logged-sqlite.ts'
import { tenantIsBound } from '../../advisories/store-advisories.ts'

it('says nothing to the database about records of a tenant without binding the tenant', async () => {
  await tenantIsBound(await loggedSqlite())
})

it('is found out when it does', async () => {
  const { store, log } = await loggedSqlite()
  const count: typeof store.count = async () => {
    log.push({ sql: 'select count(*) from desk_ticket', params: [] })
    return []
  }
  await expect(tenantIsBound({ store: { ...store, count }, log })).rejects.toThrow('select count(*) from desk_ticket')
})
