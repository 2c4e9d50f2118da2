import { memoryStore } from 'deskwright/memory'
import { runStoreCase, storeCases } from 'deskwright/testing'
import { describe, it } from 'vitest'

describe('the memory store', () => {
  for (const storeCase of storeCases)
    it(`${storeCase.id}: ${storeCase.title}`, async (context) => {
      const { skipped } = await runStoreCase(storeCase, { open: memoryStore })
      if (skipped !== null) context.skip(skipped)
    })
})
