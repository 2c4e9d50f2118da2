import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { heapOf, type Placed } from '../../../src/adapters/memory/heap.ts'

interface Item extends Placed {
  readonly name: number
  rank: number
}

const isBefore = (a: Item, b: Item) => a.rank < b.rank || (a.rank === b.rank && a.name < b.name)

// What to do to which of twelve items, and with what rank.
const steps = fc.array(
  fc.record({ name: fc.nat(11), rank: fc.nat(20), act: fc.constantFrom('put' as const, 'drop' as const) }),
  { maxLength: 80 },
)

describe('a heap', () => {
  it('keeps the least item first, whatever is put, moved and dropped', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const heap = heapOf(isBefore)
        const items = Array.from({ length: 12 }, (_, name): Item => ({ name, rank: 0, place: -1 }))
        const inside = new Set<Item>()
        for (const { name, rank, act } of taken) {
          const item = items[name]!
          if (act === 'drop') heap.drop(item)
          else heap.put(Object.assign(item, { rank }))
          if (act === 'drop') inside.delete(item)
          else inside.add(item)
          const least = [...inside].sort((a, b) => (isBefore(a, b) ? -1 : 1))[0]
          expect(heap.items[0]).toBe(least)
          expect(heap.items.length).toBe(inside.size)
          expect(heap.items.every((one, place) => one.place === place)).toBe(true)
        }
      }),
    )
  })

  it('passes over an item that another heap holds', () => {
    const [heap, other] = [heapOf(isBefore), heapOf(isBefore)]
    const item: Item = { name: 1, rank: 1, place: -1 }
    other.put({ name: 2, rank: 2, place: -1 })
    other.put(item)
    heap.drop(item)
    expect(other.items.length).toBe(2)
  })
})
