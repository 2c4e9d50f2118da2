import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { gathered } from '../../../src/adapters/kysely/gather.ts'

interface Load {
  readonly items: readonly string[]
  end(answer?: (item: string) => string): void
  fail(error: Error): void
}

/** A line whose loads end when they are told to. */
function line(pick = (items: readonly string[], most: number) => new Set(items.slice(0, most).keys())) {
  const loads: Load[] = []
  const run = (items: readonly string[]) =>
    new Promise<(item: string) => string>((resolve, reject) => {
      loads.push({ items, end: (answer = (item) => `${item}!`) => resolve(answer), fail: reject })
    })
  return { loads, ...gathered<string, string>({ pick, run }) }
}

const turn = () => vi.advanceTimersByTimeAsync(1)
const itemsOf = (loads: readonly Load[]) => loads.map(({ items }) => items.join(''))

describe('what callers ask for at once', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('goes out in one load, and each has an answer', async () => {
    const { ask, loads } = line()
    const answers = [...'abcdef'].map((item) => ask('acme', item))
    await turn()
    expect(itemsOf(loads)).toEqual(['abcdef'])
    loads[0]?.end()
    expect(await Promise.all(answers)).toEqual(['a!', 'b!', 'c!', 'd!', 'e!', 'f!'])
  })

  it('waits while two loads are under way, and goes when one of them ends, 32 at a time', async () => {
    const { ask, loads } = line()
    for (const item of 'abcd') {
      void ask('acme', item)
      await turn()
    }
    expect(itemsOf(loads)).toEqual(['a', 'b'])
    for (let n = 0; n < 40; n++) void ask('acme', 'x')
    loads[1]?.end()
    await turn()
    loads[0]?.end()
    await turn()
    expect(loads.map(({ items }) => items.length)).toEqual([1, 1, 32, 10])
  })

  it('does not wait for a load that takes long: that one may wait for who stands in line', async () => {
    const { ask, loads } = line()
    for (const item of 'ab') {
      void ask('acme', item)
      await turn()
    }
    const last = ask('acme', 'c')
    await turn()
    expect(itemsOf(loads)).toEqual(['a', 'b'])
    await vi.advanceTimersByTimeAsync(30)
    expect(itemsOf(loads)).toEqual(['a', 'b', 'c'])
    for (const load of loads) load.end()
    expect(await last).toBe('c!')
  })

  it('stands in a line for each lane', async () => {
    const { ask, loads } = line()
    for (const lane of ['acme', 'globex', 'initech']) void ask(lane, lane[0] as string)
    await turn()
    expect(itemsOf(loads)).toEqual(['a', 'g', 'i'])
  })

  it('stays behind where it does not go with those before it, also when it is the very same', async () => {
    const { ask, loads } = line((items) => new Set(items.indexOf('a') === 0 ? [0] : items.keys()))
    const answers = [...'aabb'].map((item) => ask('acme', item))
    for (let n = 0; n < 3; n++) {
      await turn()
      loads[n]?.end()
    }
    expect(await Promise.all(answers)).toEqual(['a!', 'a!', 'b!', 'b!'])
    expect(itemsOf(loads)).toEqual(['a', 'a', 'bb'])
  })

  it('fails with its load, and the next load is none the worse for it', async () => {
    const { ask, loads, rest } = line()
    const first = Promise.allSettled(['a', 'b'].map((item) => ask('acme', item)))
    await turn()
    const next = ask('acme', 'c')
    loads[0]?.fail(new Error('no server'))
    expect((await first).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await turn()
    loads[1]?.end()
    expect(await next).toBe('c!')
    await rest()
  })

  it('has ended when nobody waits any more', async () => {
    const { ask, loads, rest } = line()
    let isOver = false
    void ask('acme', 'a')
    const over = rest().then(() => {
      isOver = true
    })
    await turn()
    expect(isOver).toBe(false)
    loads[0]?.end()
    await over
  })
})
