import { describe, expect, it } from 'vitest'
import { createNumbers } from '../../src/desk/house.ts'

/** A counter that answers when it is told to, and remembers how many it was asked for. */
function counter() {
  const asked: number[] = []
  let last = 0
  let fails = 0
  const reserve = async (_tenant: string, _counter: string, n: number) => {
    await Promise.resolve()
    if (fails-- > 0) throw new Error('no store')
    asked.push(n)
    last += n
    return last - n + 1
  }
  return {
    asked,
    reserve,
    failOnce: () => {
      fails = 1
    },
  }
}

describe('numbers', () => {
  it('are asked for once by all who come at the same moment, and each gets another one', async () => {
    const store = counter()
    const newNumber = createNumbers(store)
    const got = await Promise.all(Array.from({ length: 50 }, () => newNumber('acme')))
    expect(new Set(got).size).toBe(50)
    expect(store.asked).toEqual([1, 50])
  })

  it('come in blocks that grow with what was needed, and leave a gap of 64 or of a sixteenth', async () => {
    const store = counter()
    const newNumber = createNumbers(store)
    for (let n = 1; n <= 40_000; n++) expect(await newNumber('acme')).toBe(n)
    expect(store.asked.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 64, 64])
    expect(Math.max(...store.asked)).toBe(1000)
    expect(store.asked.length).toBeLessThan(100)
  })

  it('are counted for each tenant', async () => {
    const newNumber = createNumbers({ reserve: async (tenant) => (tenant === 'acme' ? 7 : 70) })
    expect([await newNumber('acme'), await newNumber('globex')]).toEqual([7, 70])
  })

  it('are asked for again after a failure, which everybody who waited is told', async () => {
    const store = counter()
    store.failOnce()
    const newNumber = createNumbers(store)
    const first = await Promise.allSettled([newNumber('acme'), newNumber('acme')])
    expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await newNumber('acme')).toBe(1)
  })
})
