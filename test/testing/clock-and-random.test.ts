import { manualClock, seededRandom } from 'deskwright/testing'
import { describe, expect, it } from 'vitest'

describe('a manual clock', () => {
  it('stands still until it is moved', () => {
    const clock = manualClock('2026-03-02T09:30:00Z')
    expect([clock.now(), clock.now(), clock.instant()]).toEqual([
      1772443800000,
      1772443800000,
      '2026-03-02T09:30:00.000Z',
    ])
    clock.advance(1500)
    expect(clock.instant()).toBe('2026-03-02T09:30:01.500Z')
    clock.set('2026-03-01T00:00:00.000Z')
    expect(clock.instant()).toBe('2026-03-01T00:00:00.000Z')
    clock.advance(-1)
    expect(clock.instant()).toBe('2026-02-28T23:59:59.999Z')
  })

  it('refuses what is no instant, and stays where it is', () => {
    const clock = manualClock(0)
    expect(() => manualClock('tomorrow')).toThrow(expect.objectContaining({ code: 'time.bad-instant' }))
    expect(() => clock.set('tomorrow')).toThrow(expect.objectContaining({ code: 'time.bad-instant' }))
    expect(() => clock.advance(Number.NaN)).toThrow(expect.objectContaining({ code: 'time.bad-instant' }))
    expect(clock.now()).toBe(0)
  })
})

describe('a seeded random source', () => {
  const take = (seed: number, n: number) => {
    const random = seededRandom(seed)
    return Array.from({ length: n }, () => random.next())
  }

  it('gives the same numbers for the same seed, and others for another', () => {
    expect(take(7, 100)).toEqual(take(7, 100))
    expect(take(7, 100)).not.toEqual(take(8, 100))
  })

  it('gives the published first numbers of Mulberry32', () => {
    expect(take(0, 3)).toEqual([0.26642920868471265, 0.0003297457005828619, 0.2232720274478197])
  })

  it('gives numbers from 0 up to 1, evenly', () => {
    const numbers = take(1, 10_000)
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true)
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => numbers.filter((number) => Math.floor(number * 10) === tenth).length,
    )
    expect(tenths.every((count) => count > 900 && count < 1100)).toBe(true)
  })
})
