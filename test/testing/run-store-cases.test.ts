import { memoryStore } from 'deskwright/memory'
import type { HostTransaction, StoreCase, StoreCaseNeed, StoreContext } from 'deskwright/testing'
import { manualClock, runStoreCase, runStoreCases, storeBadge, storeCases } from 'deskwright/testing'
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
  needs: ['another'],
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
    expect(storeCases.length).toBeGreaterThanOrEqual(400)
    expect(simple.length).toBeLessThan(storeCases.length / 5)
  })

  it('are about races and crashes in ninety of them', () => {
    const hard = storeCases.filter(({ about }) => about === 'race' || about === 'crash')
    expect(hard.length).toBeGreaterThanOrEqual(90)
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
        '✗ task         1 passed, 1 failed, 1 skipped',
        '',
        'FAILED store.b',
        '  promise: it keeps everything',
        '  found:   the records: expected 2, found 1',
        '',
        "skipped store.c: the store says processes: 'one', and this case needs a second handle",
        '',
        '3 store cases: 1 passed, 1 failed, 1 skipped',
      ].join('\n'),
    )
  })

  it('times cases by the clock given, and follows them one by one', async () => {
    const clock = manualClock(0)
    const slow = { ...passing, run: async () => clock.advance(1500) }
    const seen: string[] = []
    const { results, text } = await runStoreCases({ open: memoryStore }, [slow, failing], {
      clock,
      each: ({ id, outcome, ms }) => seen.push(`${id} ${outcome} ${ms}`),
    })
    expect(seen).toEqual(['store.a passed 1500', 'store.b failed 0'])
    expect(results.map(({ says }) => says)).toEqual(['', 'the records: expected 2, found 1'])
    expect(text).toContain('2 store cases: 1 passed, 1 failed, 1.5 s')
  })

  it('sums up what was skipped by reason', async () => {
    const many = ['d', 'e', 'f', 'g'].map((letter) => ({ ...onTwo, id: `store.${letter}` }))
    const { text } = await runStoreCases({ open: memoryStore }, many)
    expect(text).toContain('- task         0 passed, 4 skipped')
    expect(text).toContain("skipped store.d, store.e and 2 more: the store says processes: 'one'")
  })

  it('has a badge that says how many were passed of those that were taken', () => {
    const badge = (passed: number, failed: number) =>
      storeBadge({
        passed: Array(passed).fill('store.a'),
        failed: Array(failed).fill({ id: 'store.b', title: '', error: null }),
      })
    expect(badge(3, 0)).toEqual({
      schemaVersion: 1,
      label: 'deskwright store',
      message: '3/3 cases',
      color: 'brightgreen',
    })
    expect(badge(3, 1)).toMatchObject({ message: '3/4 cases', color: 'red' })
    expect(badge(0, 0)).toMatchObject({ message: 'no cases', color: 'lightgrey' })
  })
})

describe('a promise that the setup gives no means to look at', () => {
  const needing = (need: StoreCaseNeed): StoreCase => ({ ...passing, needs: [need] })
  const durable = (): Store => ({ ...memoryStore(), capabilities: { processes: 'one', durable: true } })
  const joining = (): Store => ({ ...memoryStore(), within: () => memoryStore() })

  it.each([
    ['another', 'give openAnother', many],
    ['restart', 'give reopen', durable],
    ['transaction', 'give openTransaction', joining],
  ] as const)('is a failure, not a skip: %s', async (need, says, open) => {
    const { failed } = await runStoreCases({ open }, [needing(need)])
    expect(String(failed[0]?.error)).toContain(says)
  })

  it.each([
    ['another', "processes: 'one'"],
    ['restart', 'durable: false'],
    ['transaction', 'no within'],
    ['watch', 'no watch'],
  ] as const)('is skipped where the store does not make it: %s', async (need, says) => {
    const { skipped } = await runStoreCase(needing(need), { open: memoryStore })
    expect(skipped).toContain(says)
  })

  it('is skipped beside a transaction that keeps all others from writing', async () => {
    const setup = { open: joining, openTransaction: openNothing, transactionsAlone: true } as const
    expect((await runStoreCase(needing('beside'), setup)).skipped).toContain('nobody else can write')
    expect((await runStoreCase(needing('transaction'), setup)).skipped).toBe(null)
  })

  it('is looked at by openAnother where no reopen is given', async () => {
    let others = 0
    const openAnother = () => {
      others += 1
      return durable()
    }
    const crash = {
      ...needing('restart'),
      run: async ({ open, reopen }: StoreContext) => void [await open(), await reopen()],
    }
    expect(await runStoreCase(crash, { open: durable, openAnother })).toEqual({ skipped: null })
    expect(others).toBe(1)
  })
})

async function openNothing(): Promise<HostTransaction> {
  return { transaction: null, commit: async () => undefined, rollback: async () => undefined }
}

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

  it('opens one store for a case, though it looks at it before', async () => {
    let opened = 0
    const open = () => {
      opened += 1
      return memoryStore()
    }
    await runStoreCase({ ...onTwo, run: passing.run }, { open, openAnother: open })
    expect(opened).toBe(1)
  })

  it('asks the setup and its transactions as what they are methods of', async () => {
    const ends: string[] = []
    const host = {
      ...{ transaction: null, name: 'host' },
      commit: async function () {
        ends.push(`${this.name} commit`)
      },
      rollback: async function () {
        ends.push(`${this.name} rollback`)
      },
    }
    const setup = {
      make: memoryStore,
      open: () => memoryStore(),
      reopen: function () {
        return this.make()
      },
      openTransaction: () => host,
    }
    const run = async ({ open, reopen, openTransaction }: StoreContext) => {
      await open()
      await reopen()
      await (await openTransaction()).commit()
      await openTransaction()
    }
    await runStoreCase({ ...passing, run }, setup)
    expect(ends).toEqual(['host commit', 'host rollback'])
  })

  it('rolls back a transaction that its case has left open, once', async () => {
    const ends: string[] = []
    const openTransaction = async (): Promise<HostTransaction> => ({
      transaction: null,
      commit: async () => void ends.push('commit'),
      rollback: async () => void ends.push('rollback'),
    })
    const run = async ({ openTransaction }: StoreContext) => {
      await openTransaction()
      const host = await openTransaction()
      await host.commit()
      await host.rollback()
    }
    await runStoreCase({ ...passing, run }, { open: memoryStore, openTransaction })
    expect(ends).toEqual(['commit', 'rollback'])
  })
})
