/** What people do at the same moment to tickets that hang together: two desks on one store, whose answers come late and mixed. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDesk, type DeskEvent, type HostPolicies, type Store, type TicketId } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { sqliteStore } from 'deskwright/sqlite'
import { manualClock, seededRandom } from 'deskwright/testing'
import { describe, expect, it } from 'vitest'
import { jittery } from '../laws/program.ts'
import { codeOf, MONDAY } from './world.ts'

/** Two handles on one store, and what takes it away. */
interface Pair {
  readonly stores: readonly [Store, Store]
  readonly close: () => Promise<void>
}

const STORES: readonly { readonly name: string; readonly open: (seed: number) => Pair }[] = [
  {
    name: 'memory',
    open: (seed) => {
      const store = memoryStore()
      return { stores: [jittery(store, seed), jittery(store, seed + 1)], close: () => store.close() }
    },
  },
  {
    name: 'SQLite',
    open: (seed) => {
      const folder = mkdtempSync(join(tmpdir(), 'deskwright-'))
      const stores = [sqliteStore(join(folder, 'desk.db')), sqliteStore(join(folder, 'desk.db'))] as const
      return {
        stores: [jittery(stores[0], seed), jittery(stores[1], seed + 1)],
        close: async () => {
          await Promise.all(stores.map((store) => store.close()))
          rmSync(folder, { recursive: true })
        },
      }
    },
  },
]

/** Two desks that act as the system, and everything that either of them told. */
async function openTwo(stores: Pair['stores'], policies: HostPolicies = {}) {
  const events: DeskEvent[] = []
  const desks = []
  for (const [n, store] of stores.entries()) {
    const desk = await createDesk({ store, clock: manualClock(MONDAY), random: seededRandom(n + 1), policies })
    desk.on('*', (event) => void events.push(event))
    desks.push({ verify: desk.verify, ...desk.as({ by: { kind: 'system', id: 'test' } }) })
  }
  const [one, two] = desks as [(typeof desks)[number], (typeof desks)[number]]
  const open = (parentId?: TicketId) =>
    one.ticket.open({ requester: { email: 'a@example.org' }, subject: 'S', body: 'B', ...(parentId && { parentId }) })
  return { one, two, open, told: (name: string) => events.filter((event) => event.name === name) }
}

type Two = Awaited<ReturnType<typeof openTwo>>

describe.each(STORES)('on $name, at the same moment', ({ open }) => {
  async function each(runs: number, play: (two: Two) => Promise<void>, policies?: HostPolicies): Promise<void> {
    for (let seed = 1; seed <= runs; seed++) {
      const { stores, close } = open(seed * 10)
      try {
        const two = await openTwo(stores, policies)
        await play(two)
        expect((await two.one.verify()).findings).toEqual([])
      } finally {
        await close()
      }
    }
  }

  it('two halves of a circle of parents never both come through', async () => {
    await each(10, async ({ one, two, open: ticket }) => {
      const [a, b, c] = [await ticket(), await ticket(), await ticket()]
      await one.ticket.setParent({ ticketId: b.id, parentId: c.id })
      const codes = await Promise.all([
        codeOf(one.ticket.setParent({ ticketId: a.id, parentId: b.id })),
        codeOf(two.ticket.setParent({ ticketId: c.id, parentId: a.id })),
      ])
      expect(codes.sort()).toEqual(['done', 'ticket.cycle'])
    })
  })

  it('two halves of a circle of blockers never both come through', async () => {
    await each(10, async ({ one, two, open: ticket }) => {
      const [a, b, c, d] = [await ticket(), await ticket(), await ticket(), await ticket()]
      await one.ticket.link({ ticketId: b.id, type: 'blocks', otherId: c.id })
      await one.ticket.link({ ticketId: d.id, type: 'blocks', otherId: a.id })
      const codes = await Promise.all([
        codeOf(one.ticket.link({ ticketId: a.id, type: 'blocks', otherId: b.id })),
        codeOf(two.ticket.link({ ticketId: c.id, type: 'blocks', otherId: d.id })),
      ])
      expect(codes.sort()).toEqual(['done', 'ticket.cycle'])
    })
  })

  it('a tree that grows at both ends keeps its depth', async () => {
    await each(
      10,
      async ({ one, two, open: ticket }) => {
        const [root, a] = [await ticket(), await ticket()]
        const b = await ticket(a.id)
        const codes = await Promise.all([
          codeOf(one.ticket.setParent({ ticketId: a.id, parentId: root.id })),
          codeOf(two.ticket.open({ requester: { email: 'a@example.org' }, subject: 'S', body: 'B', parentId: b.id })),
        ])
        expect(codes.sort()).toEqual(['done', 'ticket.too-deep'])
      },
      { relations: { depth: 2 } },
    )
  })

  it('a parent gets exactly as many children as it may have', async () => {
    const limit = { relations: { openChildren: 5 } }
    await each(
      3,
      async ({ one, two, open: ticket }) => {
        const parent = await ticket()
        const input = { requester: { email: 'a@example.org' }, subject: 'S', body: 'B', parentId: parent.id }
        const codes = await Promise.all(
          Array.from({ length: 12 }, (_, n) => codeOf((n % 2 ? one : two).ticket.open(input))),
        )
        expect(codes.filter((code) => code === 'done')).toHaveLength(5)
        expect(codes.filter((code) => code === 'ticket.too-many-children')).toHaveLength(7)
      },
      limit,
    )
  })

  it('the last two children are solved, and the parent is told once', async () => {
    await each(10, async ({ one, two, open: ticket, told }) => {
      const parent = await ticket()
      const [a, b] = [await ticket(parent.id), await ticket(parent.id)]
      await Promise.all([one.ticket.solve({ ticketId: a.id }), two.ticket.solve({ ticketId: b.id })])
      expect(told('children.allSolved')).toHaveLength(1)
    })
  })

  it('fifty children are solved, and none is told to come again', async () => {
    await each(1, async ({ one, open: ticket, told }) => {
      const parent = await ticket()
      const children = []
      for (let n = 0; n < 50; n++) children.push(await ticket(parent.id))
      await Promise.all(children.map(({ id }) => one.ticket.solve({ ticketId: id })))
      expect(told('children.allSolved')).toHaveLength(1)
    })
  })

  it('a parent is solved and a child opens: the child is refused, or the parent is held', async () => {
    await each(10, async ({ one, two, open: ticket }) => {
      const parent = await ticket()
      const child = await ticket(parent.id)
      await one.ticket.solve({ ticketId: child.id })
      const [solved, opened] = await Promise.all([
        codeOf(one.ticket.solve({ ticketId: parent.id })),
        codeOf(
          two.ticket.open({ requester: { email: 'a@example.org' }, subject: 'S', body: 'B', parentId: parent.id }),
        ),
      ])
      expect([
        ['done', 'ticket.parent-solved'],
        ['ticket.guarded', 'done'],
      ]).toContainEqual([solved, opened])
    })
  })

  it('a parent is solved and a solved child comes back: the parent is held, or told', async () => {
    await each(10, async ({ one, two, open: ticket, told }) => {
      const parent = await ticket()
      const child = await ticket(parent.id)
      await one.ticket.solve({ ticketId: child.id })
      const [solved] = await Promise.all([
        codeOf(one.ticket.solve({ ticketId: parent.id })),
        two.ticket.reopen({ ticketId: child.id }),
      ])
      expect(told('child.reopened')).toHaveLength(solved === 'done' ? 1 : 0)
    })
  })

  it('a blocker comes back while what it blocks is solved: one of them waits for the other', async () => {
    await each(10, async ({ one, two, open: ticket }) => {
      const [blocker, blocked] = [await ticket(), await ticket()]
      await one.ticket.link({ ticketId: blocker.id, type: 'blocks', otherId: blocked.id })
      const [solved] = await Promise.all([
        codeOf(one.ticket.solve({ ticketId: blocked.id })),
        two.ticket.solve({ ticketId: blocker.id }),
      ])
      expect(['done', 'ticket.guarded']).toContain(solved)
    })
  })
})

describe('a tree that is moved', () => {
  it('is looked at again when something grew at its lower end before the move was committed', async () => {
    const store = memoryStore()
    let before: () => Promise<unknown> = async () => undefined
    const slow: Store = {
      ...store,
      commit: async (change) => {
        const first = before
        before = async () => undefined
        await first()
        return store.commit(change)
      },
    }
    const { one, two, open: ticket } = await openTwo([slow, store], { relations: { depth: 2 } })
    const [root, a] = [await ticket(), await ticket()]
    const b = await ticket(a.id)
    const input = { requester: { email: 'a@example.org' }, subject: 'S', body: 'B', parentId: b.id }
    before = () => two.ticket.open(input)
    expect(await codeOf(one.ticket.setParent({ ticketId: a.id, parentId: root.id }))).toBe('ticket.too-deep')
  })
})
