/** What hangs on a ticket, as it is read and drawn: figures made at the reading, and only of what the reader may see. */
import { drawTree, type Ticket, type TicketId, type Tree } from 'deskwright'
import { describe, expect, it } from 'vitest'
import { codeOf, HOUR, openWorld, type World } from './world.ts'

const SLA = { sla: { policies: [{ name: 'Standard', metrics: { resolution: { target: '4h' } } }] } } as const

function child(world: World, subject: string, rest: object = {}): Promise<Ticket> {
  return world.open('ada@example.org', { subject, ...rest })
}

/** An outage: one task solved after an hour, one that is late, and a part of that one. */
async function outage() {
  const world = await openWorld({ policies: SLA })
  const root = await child(world, 'Outage of the east line')
  const cable = await child(world, 'Mend the cable', { parentId: root.id })
  const news = await child(world, 'Tell the customers', { parentId: root.id, priority: 'P2' })
  world.clock.advance(HOUR)
  await world.system.ticket.solve({ ticketId: news.id })
  const splice = await child(world, 'Fetch the <splice>', { parentId: cable.id })
  world.clock.advance(4 * HOUR - 1)
  await world.desk.tick()
  return { world, root, cable, news, splice }
}

describe('a tree', () => {
  it('rolls up counts, time and promises of every part, in one statement', async () => {
    const { world, root, cable } = await outage()
    const { root: node, isCut } = await world.system.ticket.tree({ ticketId: root.id })
    expect(isCut).toBe(false)
    expect(node.total).toEqual({
      tickets: 4,
      byCategory: { new: 3, open: 0, pending: 0, hold: 0, solved: 1, closed: 0 },
      openMs: 2 * (5 * HOUR - 1) + HOUR + 4 * HOUR - 1,
      sla: 'breached',
      nextDueAt: '2026-03-02T14:30:00.000Z',
    })
    const [first] = node.children
    expect(first).toMatchObject({ ticketId: cable.id, sla: 'breached', total: { tickets: 2 } })
    expect(first?.children[0]).toMatchObject({ sla: 'due', total: { tickets: 1, sla: 'due' } })
    expect(node.children[1]).toMatchObject({ sla: 'ok', openMs: HOUR, total: { sla: 'ok', nextDueAt: null } })
  })

  it('is cut to the depth that was asked for', async () => {
    const { world, root } = await outage()
    const { root: node } = await world.system.ticket.tree({ ticketId: root.id, depth: 1 })
    expect(node.total.tickets).toBe(3)
  })

  it('shows and counts nothing that its reader may not get, nor what hangs on it', async () => {
    const { world, root, cable, news } = await outage()
    const roles = { narrow: { 'ticket.get': 'own', 'ticket.tree': 'any', 'ticket.links': 'any' } } as const
    await world.system.policy.publish({ name: 'roles', document: { roles } })
    const me = await world.agent(['narrow'])
    expect(await codeOf(me.desk.ticket.tree({ ticketId: root.id }))).toBe('ticket.not-found')
    for (const { id } of [root, news]) await world.system.ticket.follow({ ticketId: id, add: [me.id] })
    const { root: node } = await me.desk.ticket.tree({ ticketId: root.id })
    expect(node.children.map(({ ticketId }) => ticketId)).toEqual([news.id])
    expect(node.total.tickets).toBe(2)
    await world.system.ticket.link({ ticketId: news.id, type: 'relates', otherId: cable.id })
    expect(await me.desk.ticket.links({ ticketId: news.id })).toMatchObject({
      parent: { ticketId: root.id },
      items: [],
    })
    const ada = world.as({ kind: 'customer', id: root.requesterId })
    expect(await codeOf(ada.ticket.tree({ ticketId: root.id }))).toBe('access.forbidden')
  })

  it('leaves out what is deleted, with all that hangs on it', async () => {
    const { world, root, cable } = await outage()
    await world.system.ticket.delete({ ticketId: cable.id })
    expect((await world.system.ticket.tree({ ticketId: root.id })).root.total.tickets).toBe(2)
  })

  it('is drawn as text and as a picture', async () => {
    const { world, root } = await outage()
    const tree = (await world.system.ticket.tree({ ticketId: root.id })) as Tree
    expect(drawTree(tree, 'text')).toBe(
      [
        '#1 Outage of the east line · new · P3 · 1 of 4 done · breached',
        '├─ #2 Mend the cable · new · P3 · 0 of 2 done · breached',
        '│  └─ #4 Fetch the <splice> · new · P3 · due',
        '└─ #3 Tell the customers · solved · P2',
      ].join('\n'),
    )
    const svg = drawTree(tree, 'svg')
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-label="Ticket #1 Outage of the east line/)
    expect(svg).toContain('#4 Fetch the &lt;splice&gt;')
    expect(svg.match(/<circle/g)).toHaveLength(4)
    expect(drawTree({ ...tree, isCut: true }, 'text')).toMatch(/\n… and more$/)
  })
})

describe('the links of a ticket', () => {
  it('are read from both ends, each in its own words, page by page', async () => {
    const world = await openWorld()
    const [a, b, c] = [await world.open(), await world.open(), await world.open()]
    const link = (ticketId: TicketId, type: 'blocks' | 'causes' | 'relates', otherId: TicketId) =>
      world.system.ticket.link({ ticketId, type, otherId })
    await link(a.id, 'blocks', b.id)
    await link(a.id, 'causes', c.id)
    await link(b.id, 'relates', c.id)
    const seen = async (ticketId: TicketId, rest = {}) =>
      (await world.system.ticket.links({ ticketId, ...rest })).items.map(({ type, ticketId: other }) => [type, other])
    expect(await seen(a.id)).toEqual([
      ['blocks', b.id],
      ['causes', c.id],
    ])
    expect(await seen(b.id)).toEqual([
      ['blockedBy', a.id],
      ['relates', c.id],
    ])
    expect(await seen(c.id, { type: 'causedBy' })).toEqual([['causedBy', a.id]])
    const { items, next } = await world.system.ticket.links({ ticketId: c.id, limit: 1 })
    expect(items).toMatchObject([{ type: 'causedBy', number: 1, category: 'new', by: { kind: 'system' } }])
    const rest = await world.system.ticket.links({ ticketId: c.id, limit: 1, after: next as string })
    expect(rest).toMatchObject({ items: [{ type: 'relates', ticketId: b.id }], next: null })
  })
})
