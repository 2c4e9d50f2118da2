/** Gathers what many callers ask for at once, so that it is done together and its server is asked once. */

/** How things of a kind are done together. */
export interface Gathering<Item, Result> {
  /** Which of those in line go together, by their places: the first one, and no more than `most` in all. */
  pick(line: readonly Item[], most: number): ReadonlySet<number>
  /** Does them; what it gives has an answer for each. */
  run(items: readonly Item[], lane: string): Promise<(item: Item) => Result | Promise<Result>>
}

/** Those who ask stand in line, a line for each lane. */
export interface Gathered<Item, Result> {
  ask(lane: string, item: Item): Promise<Result>
  /** Resolves when nobody waits any more. */
  rest(): Promise<void>
}

const MOST = 32

// While one load is with the server, the next is made.
const AT_ONCE = 2

// A load that takes longer waits for something, perhaps for somebody who stands in this line: then the next may go.
const LONG_MS = 25

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result | Promise<Result>) => void
  readonly reject: (error: unknown) => void
}

interface Lane<Item, Result> {
  line: Waiting<Item, Result>[]
  /** How many loads are under way. */
  busy: number
}

export function gathered<Item, Result>({ pick, run }: Gathering<Item, Result>): Gathered<Item, Result> {
  type Line = readonly Waiting<Item, Result>[]
  const lanes = new Map<string, Lane<Item, Result>>()
  const asked = new Set<Promise<unknown>>()

  function go(name: string, lane: Lane<Item, Result>): void {
    if (lane.busy >= AT_ONCE) return
    if (lane.line.length > 0) void carry(name, lane, nextOf(lane))
    else if (lane.busy === 0) lanes.delete(name)
  }

  function nextOf(lane: Lane<Item, Result>): Line {
    const { line } = lane
    const items = line.map(({ item }) => item)
    const places = pick(items, MOST)
    lane.line = line.filter((_, place) => !places.has(place))
    return line.filter((_, place) => places.has(place))
  }

  async function carry(name: string, lane: Lane<Item, Result>, load: Line): Promise<void> {
    const end = begin(name, lane)
    try {
      const answer = await run(
        load.map(({ item }) => item),
        name,
      )
      for (const { item, resolve } of load) resolve(answer(item))
    } catch (error) {
      for (const { reject } of load) reject(error)
    } finally {
      end()
    }
  }

  function begin(name: string, lane: Lane<Item, Result>): () => void {
    lane.busy++
    let isOver = false
    const end = () => {
      clearTimeout(timer)
      if (isOver) return
      isOver = true
      lane.busy--
      go(name, lane)
    }
    const timer = setTimeout(end, LONG_MS)
    return end
  }

  return {
    ask(name, item) {
      const lane = lanes.get(name) ?? { line: [], busy: 0 }
      lanes.set(name, lane)
      const result = new Promise<Result>((resolve, reject) => lane.line.push({ item, resolve, reject }))
      const over: Promise<unknown> = result.catch(() => undefined).then(() => asked.delete(over))
      asked.add(over)
      // Behind all that is ready to run: what woke up together stands in line together.
      setImmediate(() => go(name, lane))
      return result
    },
    async rest() {
      while (asked.size > 0) await Promise.all(asked)
    },
  }
}
