/** What becomes of the names of tables on a MariaDB that folds them, as on Windows and macOS. */
import { mariadbStore } from 'deskwright/mariadb'
import { afterAll, describe, expect, it } from 'vitest'
import { startMariadb } from '../servers/mariadb.ts'

const server = await startMariadb(['--lower-case-table-names=1'])
afterAll(() => server?.stop())

describe.skipIf(server === null)('a MariaDB that folds the names of tables', () => {
  it('is migrated again under a prefix with a capital letter', async () => {
    for (const _ of [1, 2]) {
      const store = mariadbStore(server?.url ?? '', { prefix: 'Help_' })
      await store.migrate()
      const { schema } = (await store.inspect?.())!
      expect(schema.found).toBe(schema.known)
      await store.close()
    }
  })
})
