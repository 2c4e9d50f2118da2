/** The cases are only worth what they refuse: each store here is broken in one way, and is rejected by the case that names it. */
import { runStoreCases, storeCases } from 'deskwright/testing'
import { describe, expect, it } from 'vitest'
import { brokenReads } from './broken-reads.ts'
import { brokenTasks } from './broken-tasks.ts'
import { brokenWrites } from './broken-writes.ts'

// Cases on size tell nothing here that smaller ones do not, and take most of the time.
const SIZE = /large|largest|long|many-keys|page.sizes|exact.list/
const cases = storeCases.filter(({ id }) => !SIZE.test(id))

describe('a store that', () => {
  for (const { that, open, rejectedBy } of [...brokenWrites, ...brokenReads, ...brokenTasks])
    it(`${that} is rejected`, async () => {
      const { failed, passed } = await runStoreCases({ open }, cases)
      const ids = failed.map(({ id }) => id)
      expect(ids).toEqual(expect.arrayContaining([...rejectedBy]))
      // A case that fails for every fault would name none of them.
      expect(passed.length).toBeGreaterThan(4 * ids.length)
    })
})
