import { memoryStore } from 'deskwright/memory'
import type { StoreCase } from 'deskwright/testing'
import { runStoreCase, runStoreCases, storeCases } from 'deskwright/testing'
import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/desk/ports.ts'

const passing: StoreCase = {
  id: 'store.a',
  title: 'it holds',
  about: 'task',
  run: async ({ open }) => void (await open()),
}
const failing: StoreCase = {
  id: 'store.b',
  title: 'it keeps everything',
  about: 'task',
  run: async () => {
    throw new Error('the records: expected 2, found 1')
  },
}
const onTwo: StoreCase = {
  ...passing,
  id: 'store.c',
  needs: 'another',
  run: async ({ openAnother }) => void (await openAnother()),
}
const many = (): Store => ({ ...memoryStore(), capabilities: { processes: 'many', durable: false } })

describe('the store cases', () => {
  it('have ids that are unique and follow one form', () => {
    const ids = storeCases.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => !/^store\.[a-z]+\.[a-z0-9-]+$/.test(id))).toEqual([])
  })

  it('have titles that are unique facts', () => {
    const titles = storeCases.map(({ title }) => title)
    expect(titles.filter((title, n) => titles.indexOf(title) !== n)).toEqual([])
    expect(titles.filter((title) => /\bshould\b|\.$/.test(title))).toEqual([])
  })

  it('are mostly about atomicity, races, order, leases, paging, isolation and exactness', () => {
    const simple = storeCases.filter(({ about }) => ['condition', 'counting', 'number', 'lifecycle'].includes(about))
    expect(storeCases.length).toBeGreaterThanOrEqual(300)
    expect(simple.length).toBeLessThan(storeCases.length / 5)
  })
})

describe('a report', () => {
  it('says what passed, what failed and why, and what was skipped and why', async () => {
    const report = await runStoreCases({ open: memoryStore }, [passing, failing, onTwo])
    expect(report.passed).toEqual(['store.a'])
    expect(report.failed.map(({ id }) => id)).toEqual(['store.b'])
    expect(report.skipped.map(({ id }) => id)).toEqual(['store.c'])
    expect(report.text).toBe(
      [
        '3 store cases: 1 passed, 1 failed, 1 skipped',
        'FAILED store.b',
        '  promise: it keeps everything',
        '  found:   the records: expected 2, found 1',
        "skipped store.c: the store says processes: 'one', and this case needs a second handle",
      ].join('\n'),
    )
  })

  it('fails a store for many processes that shows no second handle', async () => {
    const { failed } = await runStoreCases({ open: many }, [onTwo])
    expect(String(failed[0]?.error)).toContain('give openAnother')
  })
})

describe('a run', () => {
  it('migrates and closes every store, and then calls close, also when the case fails', async () => {
    const log: string[] = []
    const open = (): Store => ({
      ...memoryStore(),
      migrate: async () => void log.push('migrate'),
      close: async () => void log.push('close'),
    })
    const fails = {
      ...failing,
      run: async (context: Parameters<StoreCase['run']>[0]) => {
        await context.open()
        await context.openAnother()
        throw new Error('it fails')
      },
    }
    const run = runStoreCase(fails, { open, openAnother: open, close: () => void log.push('cleaned') })
    await expect(run).rejects.toThrow('it fails')
    expect(log).toEqual(['migrate', 'migrate', 'close', 'close', 'cleaned'])
  })

  it('accepts a store that its case has closed', async () => {
    const closes: StoreCase = { ...passing, run: async ({ open }) => (await open()).close() }
    await expect(runStoreCase(closes, { open: memoryStore })).resolves.toEqual({ skipped: null })
  })

  it('gives each case a store of its own', async () => {
    const opened: Store[] = []
    const open = () => {
      const store = memoryStore()
      opened.push(store)
      return store
    }
    await runStoreCases({ open }, [passing, passing])
    expect(new Set(opened).size).toBe(2)
  })
})
