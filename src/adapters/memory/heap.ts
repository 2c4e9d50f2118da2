/** A heap whose items know their place, so that a task in the middle can be moved or taken away without a search. */

/** What an item needs in order to stand in a heap; -1 while it stands in none. An item stands in one heap at a time. */
export interface Placed {
  place: number
}

/** The least of many items, at a cost that grows with the logarithm of their number. */
export interface Heap<T extends Placed> {
  /** All items; only the first has a meaningful place among them: it is the least. */
  readonly items: readonly T[]
  /** Adds an item, or finds the new place of one whose order changed. */
  put(item: T): void
  /** Takes an item away; one that is not here is passed over. */
  drop(item: T): void
}

/** An empty heap. @param before - a strict total order: whether the first item comes before the second. */
export function heapOf<T extends Placed>(before: (a: T, b: T) => boolean): Heap<T> {
  const items: T[] = []
  const isBefore = (a: T, b: T | undefined): b is T => b !== undefined && before(a, b)

  function stand(item: T, place: number): void {
    items[place] = item
    item.place = place
  }

  function settle(item: T): void {
    let { place } = item
    for (let parent = items[(place - 1) >> 1]; place > 0 && isBefore(item, parent); parent = items[(place - 1) >> 1]) {
      const freed = parent.place
      stand(parent, place)
      place = freed
    }
    for (let child = lesserChild(place); child !== undefined && before(child, item); child = lesserChild(place)) {
      const freed = child.place
      stand(child, place)
      place = freed
    }
    stand(item, place)
  }

  function lesserChild(place: number): T | undefined {
    const [left, right] = [items[2 * place + 1], items[2 * place + 2]]
    return left !== undefined && right !== undefined && before(right, left) ? right : left
  }

  return {
    items,
    put(item) {
      if (item.place < 0) stand(item, items.length)
      settle(item)
    },
    drop(item) {
      const { place } = item
      if (items[place] !== item) return
      const last = items.pop()
      item.place = -1
      if (last === undefined || last === item) return
      stand(last, place)
      settle(last)
    },
  }
}
