/** Leases and fences in virtual time: whatever workers with skewed clocks do, and however long they pause, work is done once. */
import type { Claim, Store } from 'deskwright'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toInstant, toMs } from '../../src/domain/time.ts'
import { STORES } from '../desk/stores.ts'
import { RUNS } from './program.ts'

const START = toMs('2026-03-02T09:00:00.000Z')
const LEASE = 1000
const WORKERS = 3
const TASKS = 6

/** What may happen next: a worker claims, ends what it holds in some way, or sleeps while the world's clock goes on. */
type Move =
  | { readonly do: 'claim'; readonly worker: number; readonly limit: number }
  | { readonly do: 'done' | 'retry' | 'release' | 'extend' | 'dead' | 'commit'; readonly worker: number }
  | { readonly do: 'sleep'; readonly ms: number }
  | { readonly do: 'revive' }
  | { readonly do: 'set' | 'clear'; readonly task: number }

const worker = fc.nat({ max: WORKERS - 1 })
const anyMove: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('claim' as const), worker, limit: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'done' as const,
        'retry' as const,
        'release' as const,
        'extend' as const,
        'dead' as const,
        'commit' as const,
      ),
      worker,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('sleep' as const), ms: fc.integer({ min: 1, max: 2 * LEASE }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'revive' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('set' as const, 'clear' as const), task: fc.nat({ max: TASKS - 1 }) }),
  },
)

/** What a plain reading of the port says of one task: told by hand, beside the store. */
interface Told {
  /** The greatest fence ever seen for it. */
  fence: number
  /** The fence of the claim that still counts, and when its lease ends by the clock of whoever gave it. */
  live: { readonly fence: number; until: number } | null
  state: 'waiting' | 'claimed' | 'dead' | 'gone'
}

const key = (n: number) => `k${n}`
const task = (n: number, now: number) => ({
  ...{ queue: 'timer', key: key(n), dueAt: toInstant(Math.min(now, START + n)), seq: 0, body: {} },
  // Half of them in one group, in which they are handed out one at a time.
  group: n % 2 === 0 ? 'g' : null,
})
const change = { tenant: 'main', writes: [], checks: [], journal: [], set: [], clear: [], settle: [], command: null }

async function play(store: Store, moves: readonly Move[], skews: readonly number[]): Promise<void> {
  let now = START
  const told = new Map<string, Told>()
  const hands: Claim[][] = Array.from({ length: WORKERS }, () => [])
  for (let n = 0; n < TASKS; n++) {
    await store.commit({ ...change, set: [task(n, now)] })
    told.set(key(n), { fence: 0, live: null, state: 'waiting' })
  }
  const clockOf = (n: number) => now + (skews[n] ?? 0)
  const of = (name: string) => told.get(name) as Told

  for (const move of moves) {
    if (move.do === 'sleep') now += move.ms
    else if (move.do === 'revive')
      for (const claim of await store.dead('main', 'timer', TASKS)) {
        expect(of(claim.key).state).toBe('dead')
        expect(await store.settle(claim, { revive: true })).toBe(true)
        of(claim.key).state = 'waiting'
      }
    else if ('task' in move) {
      const name = key(move.task)
      await store.commit(
        move.do === 'set'
          ? { ...change, set: [task(move.task, now)] }
          : { ...change, clear: [{ queue: 'timer', key: name }] },
      )
      Object.assign(of(name), { live: null, state: move.do === 'set' ? 'waiting' : 'gone' })
    } else if (move.do === 'claim') {
      const at = clockOf(move.worker)
      const claims = await store.claim('timer', { now: toInstant(at), limit: move.limit, leaseMs: LEASE })
      for (const claim of claims) {
        const one = of(claim.key)
        // Nobody is handed what another holds, as far as the claimer's own clock can tell.
        expect(one.state).toSatisfy((state: string) => state === 'waiting' || state === 'claimed')
        if (one.live) expect(one.live.until).toBeLessThanOrEqual(at)
        expect(claim.fence).toBeGreaterThan(one.fence)
        Object.assign(one, { fence: claim.fence, live: { fence: claim.fence, until: at + LEASE }, state: 'claimed' })
      }
      const grouped = claims.filter(({ group }) => group === 'g')
      expect(grouped.length).toBeLessThanOrEqual(1)
      hands[move.worker]?.push(...claims)
    } else {
      const claim = hands[move.worker]?.shift()
      if (claim) await end(store, { claim, how: move.do, at: clockOf(move.worker), one: of(claim.key) })
    }
  }
}

interface Ending {
  readonly claim: Claim
  readonly how: 'done' | 'retry' | 'release' | 'extend' | 'dead' | 'commit'
  readonly at: number
  readonly one: Told
}

/** Ends a claim; it must take effect exactly when the claim still counts, however late that is. */
async function end(store: Store, { claim, how, at, one }: Ending): Promise<void> {
  const counts = one.live?.fence === claim.fence
  const until = toInstant(at + LEASE)
  const settlements = {
    done: { done: true },
    retry: { retryAt: until, reason: 'r' },
    release: { release: true },
    extend: { extendTo: until },
    dead: { dead: true, reason: 'r' },
  } as const
  const took =
    how === 'commit'
      ? await store.commit({ ...change, settle: [claim] }).then(
          () => true,
          () => false,
        )
      : await store.settle(claim, settlements[how])
  expect(took).toBe(counts)
  if (!counts) return
  if (how === 'extend') one.live = { fence: claim.fence, until: at + LEASE }
  else
    Object.assign(one, {
      live: null,
      state: how === 'dead' ? 'dead' : how === 'done' || how === 'commit' ? 'gone' : 'waiting',
    })
}

describe.each(STORES)('on $name', ({ name, open }) => {
  it('a claim counts until it is ended, replaced or claimed anew, and never again after that', async () => {
    const moves = fc.array(anyMove, { minLength: 5, maxLength: 60 })
    const skews = fc.array(fc.integer({ min: -3 * LEASE, max: 3 * LEASE }), { minLength: WORKERS, maxLength: WORKERS })
    await fc.assert(
      fc.asyncProperty(moves, skews, async (all, clocks) => {
        const store = open()
        try {
          await store.migrate()
          await play(store, all, clocks)
        } finally {
          await store.close()
        }
      }),
      { numRuns: RUNS(name === 'memory' ? 400 : 60) },
    )
  })
})
