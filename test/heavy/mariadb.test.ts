/** Runs every store case on a real MariaDB that is set up carelessly, by each way in which a host can hand it over. */
import { runStoreCase, storeCases } from 'deskwright/testing'
import { afterAll, describe, it } from 'vitest'
import { byFancyPool, byUrl } from '../adapters/kysely/mariadb-hosts.ts'
import { startMariadb } from '../servers/mariadb.ts'

// What a returned commit survives is the crash test's to show.
const server = await startMariadb(['--innodb-flush-log-at-trx-commit=0'])
afterAll(() => server?.stop())

const WAYS = { 'a URL': byUrl, 'a pool that has other ideas': byFancyPool }

for (const [way, setupOf] of Object.entries(WAYS))
  describe.skipIf(server === null)(`the MariaDB store by ${way}`, () => {
    const setup = setupOf(server?.url ?? '')
    for (const storeCase of storeCases)
      it(`${storeCase.id}: ${storeCase.title}`, async (context) => {
        const { skipped } = await runStoreCase(storeCase, setup)
        if (skipped !== null) context.skip(skipped)
      })
  })
