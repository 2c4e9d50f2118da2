/** The cases are only worth what they refuse: each store here is broken in one way, and is rejected by the case that names it. */
import { runStoreCases, storeCases } from 'deskwright/testing'
import { describe, expect, it } from 'vitest'
import { brokenChanges } from '../testing/broken-changes.ts'
import { brokenCrashes } from '../testing/broken-crashes.ts'
import { brokenReads } from '../testing/broken-reads.ts'
import { brokenTasks } from '../testing/broken-tasks.ts'
import { brokenTransactions } from '../testing/broken-transactions.ts'
import { brokenWrites } from '../testing/broken-writes.ts'
import { durableSetup } from '../testing/durable-store.ts'

// Cases on size tell nothing here that smaller ones do not, and take most of the time.
const SIZE = /large|largest|long|many-keys|page.sizes|exact.list/
const small = storeCases.filter(({ id }) => !SIZE.test(id))
const ALL = [...brokenWrites, ...brokenReads, ...brokenTasks, ...brokenChanges, ...brokenCrashes, ...brokenTransactions]

describe('a store that', () => {
  for (const { that, setup, rejectedBy } of ALL)
    it(`${that} is rejected`, async () => {
      const cases = rejectedBy.some((id) => SIZE.test(id)) ? storeCases : small
      const { failed, passed } = await runStoreCases(setup, cases)
      const ids = failed.map(({ id }) => id)
      expect(ids).toEqual(expect.arrayContaining([...rejectedBy]))
      // A case that fails for every fault would name none of them.
      expect(passed.length).toBeGreaterThan(4 * ids.length)
    })
})

describe('the stores that these are made of', () => {
  it('keep all promises while nothing is broken', async () => {
    expect((await runStoreCases(durableSetup(), small)).failed).toEqual([])
  })
})
