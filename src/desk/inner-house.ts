/** A desk within a commit of several commands, or within the transaction of somebody else: commands act on another store, and what they did is told later. */
import type { Bus } from './bus.ts'
import type { DeskEvent } from './events.ts'
import { createLanes, type House, type Memory } from './house.ts'

export interface InnerHouse {
  readonly house: House
  /** Hands on what it learned of policies, once what it was learned from is committed: till then it may never come true. */
  keep(): void
}

/** A house on another store. */
export function innerHouse(house: House, store: House['store'], events: DeskEvent[]): InnerHouse {
  const policies = above(house.policyCache)
  const books = above(house.clockBooks)
  return {
    house: {
      ...house,
      store,
      bus: collecting(house.bus, events),
      inLane: createLanes(),
      policyCache: policies.memory,
      clockBooks: books.memory,
      readyTenants: above(house.readyTenants).memory,
    },
    keep() {
      policies.keep()
      books.keep()
    },
  }
}

/** What is remembered below, and on top of it what is learned here. */
function above<V>(below: Memory<V>): { readonly memory: Memory<V>; keep(): void } {
  const own = new Map<string, V>()
  const memory: Memory<V> = {
    get: (key) => own.get(key) ?? below.get(key),
    set: (key, value) => void own.set(key, value),
    delete: (key) => void own.delete(key),
  }
  return {
    memory,
    keep() {
      for (const [key, value] of own) below.set(key, value)
    },
  }
}

function collecting(bus: Bus, events: DeskEvent[]): Bus {
  return { ...bus, announce: (announced) => void events.push(...announced) }
}
