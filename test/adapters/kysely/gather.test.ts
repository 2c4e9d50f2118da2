import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { gathered } from '../../../src/adapters/kysely/gather.ts'

interface Load {
  readonly items: readonly string[]
  end(answer?: (item: string) => string): void
  fail(error: Error): void
}

/** A line whose loads end when they are told to. */
function line(pick = (items: readonly string[], room: number) => new Set(items.slice(0, room).keys())) {
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

  it('goes out in two loads, so that one is made ready while the other is under way', async () => {
    const { ask, loads } = line()
    const answers = [...'abcdef'].map((item) => ask('acme', item))
    await turn()
    expect(itemsOf(loads)).toEqual(['abc', 'def'])
    for (const load of loads) load.end()
    expect(await Promise.all(answers)).toEqual(['a!', 'b!', 'c!', 'd!', 'e!', 'f!'])
  })

  it('waits while two loads are under way, and goes when one of them ends', async () => {
    const { ask, loads } = line()
    for (const item of 'abcd') {
      void ask('acme', item)
      await turn()
    }
    expect(itemsOf(loads)).toEqual(['a', 'b'])
    loads[0]?.end()
    await turn()
    expect(itemsOf(loads)).toEqual(['a', 'b', 'cd'])
  })

  it('does not wait for a load that takes long: that one may wait for who stands in line', async () => {
    const { ask, loads } = line()
    for (const item of 'abc') void ask('acme', item)
    await turn()
    expect(itemsOf(loads)).toEqual(['ab', 'c'])
    const last = ask('acme', 'd')
    await vi.advanceTimersByTimeAsync(30)
    expect(itemsOf(loads)).toEqual(['ab', 'c', 'd'])
    loads[2]?.end()
    expect(await last).toBe('d!')
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
    await turn()
    expect(itemsOf(loads)).toEqual(['a', 'a'])
    for (const load of [...loads]) load.end()
    await turn()
    expect(itemsOf(loads)).toEqual(['a', 'a', 'bb'])
    loads[2]?.end()
    expect(await Promise.all(answers)).toEqual(['a!', 'a!', 'b!', 'b!'])
  })

  it('fails with its load, and the next load is none the worse for it', async () => {
    const { ask, loads, rest } = line()
    const answers = ['a', 'b', 'c'].map((item) => ask('acme', item))
    const settled = Promise.allSettled(answers)
    await turn()
    loads[0]?.fail(new Error('no server'))
    loads[1]?.end()
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
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
