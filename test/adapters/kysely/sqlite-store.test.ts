import { sqliteStore } from 'deskwright/sqlite'
import { runStoreCase, storeCases } from 'deskwright/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { drivers, hostTransaction, openRaw, testFolder } from './drivers.ts'

const folder = testFolder()
afterAll(folder.remove)

it('has at least one driver to run on', () => {
  expect(drivers).not.toEqual([])
})

let files = 0

for (const driver of drivers)
  describe(`the SQLite store on ${driver}`, () => {
    for (const storeCase of storeCases)
      it(`${storeCase.id}: ${storeCase.title}`, async (context) => {
        files += 1
        const path = folder.file(`${files}.db`)
        const open = () => sqliteStore(path, { driver })
        const openTransaction = () => hostTransaction(openRaw(driver, path))
        const setup = { open, openAnother: open, openTransaction, transactionsAlone: true } as const
        const { skipped } = await runStoreCase(storeCase, setup)
        if (skipped !== null) context.skip(skipped)
      })
  })
