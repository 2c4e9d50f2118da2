/** Followed parts under random histories: in the end they are the parent's, and what a ticket was given stays its own. */
import { createDesk, type Desk, type Ticket, type TicketId } from 'deskwright'
import { manualClock, seededRandom } from 'deskwright/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { STORES } from '../desk/stores.ts'
import { codeOf, MINUTE, MONDAY } from '../desk/world.ts'
import { RUNS } from './program.ts'

const TICKETS = 6
const one = fc.integer({ min: 0, max: TICKETS - 1 })
const step = fc.oneof(
  fc.record({ does: fc.constant('tag' as const), on: one, tag: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ does: fc.constant('untag' as const), on: one, tag: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ does: fc.constant('urgency' as const), on: one, to: fc.constantFrom('high', 'low', null) }),
  fc.record({ does: fc.constant('priority' as const), on: one, to: fc.constantFrom('P1', 'P4', null) }),
  fc.record({ does: fc.constant('move' as const), on: one, to: fc.option(one) }),
  fc.record({
    does: fc.constantFrom('solve' as const, 'reopen' as const, 'delete' as const, 'restore' as const),
    on: one,
  }),
  fc.record({ does: fc.constant('tick' as const) }),
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

describe.each(STORES)('tickets that follow their parents, on $name,', ({ open }) => {
  it('come to have what the parent has, however many change what at once', async () => {
    const plan = fc.record({
      atOnce: fc.integer({ min: 1, max: 3 }),
      follows: fc.array(fc.uniqueArray(fc.constantFrom('tags', 'priority')), {
        minLength: TICKETS,
        maxLength: TICKETS,
      }),
      // Those of one group are asked for at the same moment.
      groups: fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 8 }),
    })
    await fc.assert(
      fc.asyncProperty(plan, async ({ atOnce, follows, groups }) => {
        const clock = manualClock(MONDAY)
        const relations = { cascadeAtOnce: atOnce, guard: { parent: 'none' as const } }
        const desk = await createDesk({ store: open(), clock, random: seededRandom(1), policies: { relations } })
        const ids = await plant(desk, follows)
        for (const group of groups) {
          await Promise.all(group.map((asked) => codeOf(act(desk, ids, asked))))
          clock.advance(MINUTE)
        }
        while ((await desk.tick()).rang > 0) clock.advance(MINUTE)
        await examine(desk, ids)
        await desk.close()
      }),
      { numRuns: RUNS(20) },
    )
  })
})

const by = { by: { kind: 'system', id: 'law' } } as const

/** A root with two children, each with some of its own. */
async function plant(desk: Desk, follows: readonly (readonly string[])[]): Promise<TicketId[]> {
  const ids: TicketId[] = []
  for (const [n, mine] of follows.entries()) {
    const parentId = n === 0 ? undefined : ids[Math.floor((n - 1) / 2)]
    const opening = { requester: { email: 'ada@example.org' }, subject: 'A', body: 'B' }
    const { id } = await desk.as(by).ticket.open({ ...opening, ...(parentId ? { parentId, follows: mine } : {}) })
    ids.push(id)
  }
  return ids
}

function act(desk: Desk, ids: readonly TicketId[], asked: Step): Promise<unknown> {
  const { ticket } = desk.as(by)
  if (asked.does === 'tick') return desk.tick()
  const ticketId = ids[asked.on]!
  switch (asked.does) {
    case 'tag':
      return ticket.tag({ ticketId, add: [asked.tag] })
    case 'untag':
      return ticket.tag({ ticketId, remove: [asked.tag] })
    case 'urgency':
      return ticket.change({ ticketId, urgency: asked.to as 'high' | null })
    case 'priority':
      return ticket.change({ ticketId, priority: asked.to as 'P1' | null })
    case 'move':
      return ticket.setParent({ ticketId, parentId: asked.to === null ? null : ids[asked.to]! })
    case 'solve':
    case 'reopen':
    case 'delete':
    case 'restore':
      return ticket[asked.does]({ ticketId })
    default:
      return asked satisfies never
  }
}

async function examine(desk: Desk, ids: readonly TicketId[]): Promise<void> {
  const { ticket } = desk.as(by)
  const all = new Map<string, Ticket>()
  for (const ticketId of ids) all.set(ticketId, await ticket.get({ ticketId }))
  const urgency = ({ impact, urgency, priority, priorityByHand }: Ticket) => [impact, urgency, priority, priorityByHand]
  for (const child of all.values()) {
    const parent = all.get(child.parentId ?? '')
    if (parent === undefined || child.category === 'solved' || child.deletedAt !== null || parent.deletedAt !== null)
      continue
    if (child.follows.includes('tags')) expect([...child.tags].sort()).toEqual([...parent.tags].sort())
    if (child.follows.includes('priority')) expect(urgency(child)).toEqual(urgency(parent))
  }
  expect((await desk.verify()).ok).toBe(true)
}
