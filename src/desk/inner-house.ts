/** A desk within the transaction of somebody else: commands act on another store, and what they did is told later. */
import type { Bus } from './bus.ts'
import type { DeskEvent } from './events.ts'
import { createLanes, type House } from './house.ts'

/** A house on another store. What it learns of policies may never be committed, and so stays its own. */
export function innerHouse(house: House, store: House['store'], events: DeskEvent[]): House {
  return {
    ...house,
    store,
    bus: collecting(house.bus, events),
    inLane: createLanes(),
    policyCache: new Map(house.policyCache),
    clockBooks: new Map(house.clockBooks),
    readyTenants: new Map(house.readyTenants),
  }
}

function collecting(bus: Bus, events: DeskEvent[]): Bus {
  return { ...bus, announce: (announced) => void events.push(...announced) }
}
