/** Cascades under crashes and other people's work: every ticket is touched once at most, and in the end none is left out. */
import { createDesk, type Desk, type Store, type TicketId } from 'deskwright'
import { manualClock, seededRandom } from 'deskwright/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { STORES } from '../desk/stores.ts'
import { codeOf, MINUTE, MONDAY } from '../desk/world.ts'
import { RUNS } from './program.ts'

interface Crash {
  /** Which of its commits a process does not survive. */
  readonly at: number
  readonly when: 'before' | 'after'
}

const BY = { by: { kind: 'system', id: 'law' } } as const

/** A store whose process ends at one of its commits: that one stands or does not, and nothing is heard of it any more. */
function crashing(store: Store, { at, when }: Crash): Store {
  let commits = 0
  const alive = <A extends unknown[], R>(work: (...given: A) => Promise<R>) => {
    return async (...given: A): Promise<R> => {
      if (commits >= at) throw new Error('the process is gone')
      return work(...given)
    }
  }
  const commit = alive(async (change: Parameters<Store['commit']>[0]) => {
    commits++
    if (commits < at) return store.commit(change)
    if (when === 'after') await store.commit(change)
    throw new Error('the process is gone')
  })
  const { get, find, claim, settle } = store
  return { ...store, get: alive(get), find: alive(find), claim: alive(claim), settle: alive(settle), commit }
}

const plans = fc.record({
  tickets: fc.integer({ min: 1, max: 9 }),
  atOnce: fc.integer({ min: 1, max: 4 }),
  what: fc.constantFrom('ending' as const, 'resolution' as const),
  crashes: fc.array(
    fc.record({ at: fc.integer({ min: 1, max: 5 }), when: fc.constantFrom('before' as const, 'after' as const) }),
    { maxLength: 5 },
  ),
  /** Tickets that somebody else solves meanwhile. */
  others: fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 3 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
})
type Plan = typeof plans extends fc.Arbitrary<infer P> ? P : never

describe.each(STORES)('a cascade, on $name,', ({ open }) => {
  it('touches each ticket once at most, and leaves none out, whatever crashes and whoever works meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(plans, (plan) => holds(open(), plan)),
      { numRuns: RUNS(20) },
    )
  })
})

async function holds(store: Store, plan: Plan): Promise<void> {
  const { root, hanging } = await grow(store, plan)
  const clock = manualClock(MONDAY)
  clock.advance(MINUTE)
  const start = (over: Store, n: number) =>
    createDesk({
      store: over,
      clock,
      random: seededRandom(plan.seed + n),
      report: () => {},
      policies: policiesOf(plan),
    })
  const work = async (desk: Desk) => {
    await settled(desk.as(BY).ticket.solve({ ticketId: root, resolution: 'Done.' }, { commandId: 'the ending' }))
    await settled(desk.tick())
  }
  for (const [n, crash] of plan.crashes.entries()) {
    // Two processes at once: one of them does not live long.
    const [brief, lasting] = await Promise.all([settled(start(crashing(store, crash), n)), start(store, n + 100)])
    const other = hanging[plan.others[n] ?? -1]
    const meanwhile = other ? [codeOf(lasting.as(BY).ticket.solve({ ticketId: other }))] : []
    await Promise.all([...(brief ? [work(brief)] : []), ...meanwhile])
    clock.advance(2 * MINUTE)
  }
  const desk = await start(store, 999)
  await work(desk)
  for (let n = 0; n < 20 && (await desk.tick()).rang > 0; n++) clock.advance(2 * MINUTE)
  await examine(store, desk, hanging)
  await store.close()
}

async function settled<T>(work: Promise<T>): Promise<T | null> {
  return work.catch(() => null)
}

const policiesOf = ({ atOnce, what }: Plan) => ({
  relations: {
    guard: { parent: 'none' as const },
    cascade: what === 'ending' ? ('resolveOpen' as const) : ('off' as const),
    cascadeAtOnce: atOnce,
  },
})

/** A parent with children, or a problem with incidents. */
async function grow(store: Store, plan: Plan): Promise<{ root: TicketId; hanging: TicketId[] }> {
  const clock = manualClock(MONDAY)
  const desk = await createDesk({ store, clock, random: seededRandom(plan.seed), policies: policiesOf(plan) })
  const { ticket } = desk.as(BY)
  const opening = { requester: { email: 'ada@example.org' }, subject: 'A', body: 'B' }
  const root = await ticket.open({ ...opening, type: 'problem' })
  const hanging: TicketId[] = []
  for (let n = 0; n < plan.tickets; n++) {
    const { id } = await ticket.open({ ...opening, ...(plan.what === 'ending' ? { parentId: root.id } : {}) })
    if (plan.what === 'resolution') await ticket.link({ ticketId: root.id, type: 'causes', otherId: id })
    hanging.push(id)
  }
  return { root: root.id, hanging }
}

async function examine(store: Store, desk: Desk, hanging: readonly TicketId[]): Promise<void> {
  const entries = await store.history('main', { limit: 1000 })
  const taken = entries.filter(({ name }) => name === 'ticket.resolutionTaken').map(({ id }) => id)
  expect(new Set(taken).size).toBe(taken.length)
  const told = entries.filter(({ name }) => name === 'ticket.cascaded').map(({ body }) => JSON.parse(body).data)
  expect(told.flatMap(({ done }) => done).sort()).toEqual([...taken].sort())
  for (const id of hanging) {
    const solvings = entries.filter((entry) => entry.id === id && entry.name === 'ticket.solved')
    expect(solvings).toHaveLength(1)
  }
  const { ok, problems } = (await desk.verify()) as { ok: boolean; problems?: unknown }
  expect(ok, JSON.stringify(problems)).toBe(true)
}
