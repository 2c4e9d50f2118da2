/** Cases on descendants: the tickets below one, in their order, within their bounds, and as of one moment. */
import type { Store } from '../desk/ports.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import { equal } from './expectation.ts'
import { changeOf, ticketId, ticketKey, ticketRemoval, ticketWrite } from './fixtures.ts'
import { casesAbout, onOne, onOneAndTwo } from './store-case.ts'
import { ACME, GLOBEX, upTo } from './store-reading.ts'

/** Each ticket with the one above it; 0 is none. */
type Tree = Readonly<Record<number, number>>

/**
 * ```text
 * 1 ─┬─ 5 ─── 3
 *    ├─ 9 ─┬─ 2 ─── 8
 *    │     └─ 7
 *    └─ 4
 * 6 (alone)
 * ```
 */
const TREE: Tree = { 1: 0, 5: 1, 9: 1, 4: 1, 3: 5, 2: 9, 7: 9, 8: 2, 6: 0 }

const below = (parent: number): Partial<Ticket> => ({ parentId: parent === 0 ? null : ticketId(parent) })

function plant(store: Store, tree: Tree = TREE, tenant = ACME) {
  const writes = Object.entries(tree).map(([n, parent]) => ticketWrite(Number(n), 0, below(parent)))
  return store.commit(changeOf({ tenant, writes }))
}

/** The numbers of the tickets below one; as deep and as many as there are, unless given. */
async function numbersBelow(store: Store, root: number, bounds: { depth?: number; limit?: number } = {}) {
  const found = await store.descendants(ACME, ticketId(root), { depth: 50, limit: 1000, ...bounds })
  return found.map(({ doc }) => doc.number)
}

/** While tickets 2 and 3 change places below 1, step by step, every reader sees both, once. */
async function readWhileTheyTurn(store: Store, on: (n: number) => Store): Promise<void> {
  await plant(store, { 1: 0, 2: 1, 3: 2 })
  const turn = async () => {
    for (const version of upTo(30)) {
      const [upper, lower] = version % 2 ? [3, 2] : [2, 3]
      const writes = [ticketWrite(upper, version, below(1)), ticketWrite(lower, version, below(upper))]
      await store.commit(changeOf({ writes }))
    }
  }
  const read = async (by: Store) => {
    for (const _ of upTo(30)) {
      const found = await by.descendants(ACME, ticketId(1), { depth: 9, limit: 9 })
      const [upper, lower] = found.map(({ id }) => id)
      equal([upper, lower].sort(), [2, 3].map(ticketId), 'two tickets that change places, of which each is there once')
      const parents = found.map(({ doc }) => doc.parentId)
      equal(parents, [ticketId(1), upper], 'the parents of two tickets that change places')
    }
  }
  await Promise.all([turn(), ...upTo(3).map((n) => read(on(n)))])
}

export const hierarchyCases = casesAbout('hierarchy', [
  onOne('store.below.order', 'descendants come nearest first, then by id', async (store) => {
    await plant(store)
    equal(await numbersBelow(store, 1), [4, 5, 9, 2, 3, 7, 8], 'the tickets below 1')
    equal(await numbersBelow(store, 9), [2, 7, 8], 'the tickets below 9')
  }),
  onOne('store.below.code-points', 'descendants of one generation come by code point of their ids', async (store) => {
    const ids = ['tkt_Z', 'tkt_a', 'tkt_\u{1f600}', 'tkt_\uff5e', 'tkt_A', 'tkt_10', 'tkt_9']
    await plant(store, { 1: 0 })
    await store.commit(changeOf({ writes: ids.map((id, n) => ({ ...ticketWrite(10 + n, 0, below(1)), id })) }))
    const found = await store.descendants(ACME, ticketId(1), { depth: 2, limit: 10 })
    equal(
      found.map(({ id }) => id),
      ['tkt_10', 'tkt_9', 'tkt_A', 'tkt_Z', 'tkt_a', 'tkt_\uff5e', 'tkt_\u{1f600}'],
      'the ids',
    )
  }),
  onOne('store.below.as-stored', 'descendants are whole records, as get gives them', async (store) => {
    await plant(store)
    await store.commit(changeOf({ writes: [ticketWrite(3, 1, { ...below(5), status: 'solved' })] }))
    const found = await store.descendants(ACME, ticketId(5), { depth: 3, limit: 10 })
    equal(found, await store.get(ACME, [ticketKey(3)]), 'the one ticket below 5, by descendants and by get')
  }),
  onOne('store.below.none', 'a ticket without children, and one that is unknown, have nobody below', async (store) => {
    await plant(store)
    for (const root of [6, 8, 77]) equal(await numbersBelow(store, root), [], `the tickets below ${root}`)
  }),
  onOne('store.below.depth', 'depth counts generations', async (store) => {
    await plant(store)
    equal(await numbersBelow(store, 1, { depth: 0 }), [], 'no generation below 1')
    equal(await numbersBelow(store, 1, { depth: 1 }), [4, 5, 9], 'one generation below 1')
    equal(await numbersBelow(store, 1, { depth: 2 }), [4, 5, 9, 2, 3, 7], 'two generations below 1')
    equal(await numbersBelow(store, 9, { depth: 1 }), [2, 7], 'one generation below 9')
  }),
  onOne('store.below.limit', 'a limit keeps the nearest', async (store) => {
    await plant(store)
    for (const limit of upTo(7))
      equal(
        await numbersBelow(store, 1, { limit }),
        [4, 5, 9, 2, 3, 7, 8].slice(0, limit),
        `the first ${limit} below 1`,
      )
  }),
  onOne('store.below.deep', 'descendants reach fifty generations down', async (store) => {
    await plant(store, Object.fromEntries(upTo(51).map((n) => [n, n - 1])))
    equal(await numbersBelow(store, 1), upTo(51).slice(1), 'a chain of fifty below 1')
    equal(await numbersBelow(store, 1, { depth: 49 }), upTo(50).slice(1), 'the same, of 49 generations')
  }),
  onOne('store.below.large', 'descendants gives two thousand tickets in one answer', async (store) => {
    const tree = Object.fromEntries(upTo(2001).map((n) => [n, Math.floor(n / 10)]))
    await plant(store, tree)
    const found = await numbersBelow(store, 1, { limit: 10_000 })
    const expected = upTo(2001).filter((n) => String(n).startsWith('1') && n > 1)
    equal(found, expected, 'the tickets below 1, whose numbers all start with 1')
  }),
  onOne('store.below.moved', 'a ticket that moves takes those below it along', async (store) => {
    await plant(store)
    await store.commit(changeOf({ writes: [ticketWrite(9, 1, below(6))] }))
    equal(await numbersBelow(store, 1), [4, 5, 3], 'what is left below 1')
    equal(await numbersBelow(store, 6), [9, 2, 7, 8], 'what is below 6 now')
  }),
  onOne('store.below.let-go', 'a ticket that has no parent any more is below nobody', async (store) => {
    await plant(store)
    const { parentId: _parentId, ...doc } = ticketWrite(9, 1).doc ?? {}
    await store.commit(changeOf({ writes: [{ ...ticketWrite(9, 1), doc }, ticketWrite(5, 1, below(0))] }))
    equal(await numbersBelow(store, 1), [4], 'what is left below 1')
  }),
  onOne('store.below.removed-child', 'a removed ticket is below nobody, nor are those below it', async (store) => {
    await plant(store)
    await store.commit(changeOf({ writes: [ticketRemoval(9, 1)] }))
    equal(await numbersBelow(store, 1), [4, 5, 3], 'what is left below 1')
  }),
  onOne('store.below.removed-root', 'tickets stay below a root that was removed', async (store) => {
    await plant(store)
    await store.commit(changeOf({ writes: [ticketRemoval(9, 1)] }))
    equal(await numbersBelow(store, 9), [2, 7, 8], 'the tickets below 9, which is gone')
  }),
  onOne('store.below.tenants', 'descendants of one tenant are none of another', async (store) => {
    await plant(store)
    await plant(store, { 1: 0, 21: 1, 4: 21, 22: 5 }, GLOBEX)
    equal(await numbersBelow(store, 1), [4, 5, 9, 2, 3, 7, 8], 'the tickets below 1')
    equal(await numbersBelow(store, 4), [], 'the tickets below 4, which has a parent at the other tenant')
    const other = await store.descendants(GLOBEX, ticketId(1), { depth: 9, limit: 99 })
    equal(
      other.map(({ doc }) => doc.number),
      [21, 4],
      "the other tenant's tickets below 1",
    )
    equal(await store.descendants('initech', ticketId(1), { depth: 9, limit: 9 }), [], "a third tenant's")
  }),
  onOne('store.below.exact-ids', 'ids that look alike have children of their own', async (store) => {
    const roots = ['tkt_a', 'tkt_A', 'tkt_a ', 'tkt_\u00e4', 'tkt_a\u0308', 'tkt_%']
    await store.commit(
      changeOf({ writes: roots.map((parentId, n) => ticketWrite(n, 0, { parentId } as Partial<Ticket>)) }),
    )
    for (const [n, root] of roots.entries()) {
      const found = await store.descendants(ACME, root, { depth: 2, limit: 9 })
      equal(
        found.map(({ doc }) => doc.number),
        [n],
        `the tickets below ${JSON.stringify(root)}`,
      )
    }
  }),
  ...onOneAndTwo(
    'store.below.one-moment',
    'descendants shows tickets that change places as of one moment',
    readWhileTheyTurn,
  ),
])
