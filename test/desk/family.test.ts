/** Parents and children: one tree, held in the commit of whatever happens to any of its tickets. */
import type { Ticket, TicketId } from 'deskwright'
import { describe, expect, it } from 'vitest'
import { codeOf, openWorld, type World } from './world.ts'

async function familyOf(world: World, ticketId: string) {
  const [record = null] = await world.store.get('main', [{ kind: 'family', id: ticketId }])
  return record?.doc ?? null
}

async function tree(world: World, parentId?: TicketId): Promise<Ticket> {
  return world.system.ticket.open({
    requester: { email: 'ada@example.org' },
    subject: 'S',
    body: 'B',
    ...(parentId && { parentId }),
  })
}

async function proven(world: World) {
  expect((await world.desk.verify()).findings).toEqual([])
}

describe('a child', () => {
  it('is opened under its parent, and both journals tell it in one commit', async () => {
    const world = await openWorld()
    const parent = await tree(world)
    let child = parent
    const names = await world.during(async () => {
      child = await tree(world, parent.id)
    })
    expect(names).toEqual(['ticket.opened', 'message.posted', 'ticket.childAdded'])
    expect(child).toMatchObject({ parentId: parent.id, related: false })
    expect(await world.system.ticket.get({ ticketId: parent.id })).toMatchObject({ related: true, version: 2 })
    expect(await familyOf(world, parent.id)).toMatchObject({ children: 1, openChildren: 1 })
    await proven(world)
  })

  it('moves to another parent and to none; every journal tells it', async () => {
    const world = await openWorld()
    const [a, b] = [await tree(world), await tree(world)]
    const child = await tree(world, a.id)
    const names = await world.during(() => world.system.ticket.setParent({ ticketId: child.id, parentId: b.id }))
    expect(names).toEqual(['ticket.childOf', 'ticket.childRemoved', 'ticket.childAdded'])
    expect(await familyOf(world, a.id)).toMatchObject({ children: 0, openChildren: 0 })
    expect(await familyOf(world, b.id)).toMatchObject({ children: 1, openChildren: 1 })
    expect(await world.system.ticket.setParent({ ticketId: child.id, parentId: null })).toMatchObject({
      parentId: null,
    })
    expect(await familyOf(world, b.id)).toMatchObject({ children: 0, openChildren: 0 })
    await proven(world)
  })

  it('is refused where the tree does not allow it', async () => {
    const world = await openWorld({ policies: { relations: { depth: 2, openChildren: 2 } } })
    const { setParent, solve, close } = world.system.ticket
    const root = await tree(world)
    const child = await tree(world, root.id)
    const grandchild = await tree(world, child.id)
    const lone = await tree(world)
    const code = (ticketId: TicketId, parentId: TicketId | null) => codeOf(setParent({ ticketId, parentId }))
    expect(await code(root.id, root.id)).toBe('ticket.self-relation')
    expect(await code(root.id, grandchild.id)).toBe('ticket.cycle')
    expect(await code(lone.id, 'tkt_01JABSENT')).toBe('ticket.not-found')
    expect(await code('tkt_01JABSENT', lone.id)).toBe('ticket.not-found')
    expect(await code(lone.id, grandchild.id)).toBe('ticket.too-deep')
    expect(await code(root.id, lone.id)).toBe('ticket.too-deep')
    expect(await code(child.id, root.id)).toBe('ticket.nothing-new')
    expect(await codeOf(tree(world, grandchild.id))).toBe('ticket.too-deep')
    expect(await codeOf(tree(world, 'tkt_01JABSENT'))).toBe('reference.unknown')
    await tree(world, root.id)
    expect(await code(lone.id, root.id)).toBe('ticket.too-many-children')
    expect(await codeOf(tree(world, root.id))).toBe('ticket.too-many-children')
    await solve({ ticketId: lone.id })
    expect(await code(lone.id, root.id)).toBe('done')
    expect(await codeOf(tree(world, lone.id))).toBe('ticket.parent-solved')
    await close({ ticketId: lone.id })
    expect(await codeOf(tree(world, lone.id))).toBe('ticket.closed')
    const gone = await tree(world)
    await world.system.ticket.delete({ ticketId: gone.id })
    expect(await code(gone.id, child.id)).toBe('ticket.deleted')
    expect(await codeOf(tree(world, gone.id))).toBe('ticket.deleted')
    const abroad = await world.as({ kind: 'system', id: 's' }, 'elsewhere').ticket.open({
      requester: { email: 'a@example.org' },
      subject: 'A',
      body: 'B',
    })
    expect(await code(root.id, abroad.id)).toBe('ticket.not-found')
    expect(await codeOf(tree(world, abroad.id))).toBe('reference.unknown')
    await proven(world)
  })

  it('that would close a circle is refused with the path', async () => {
    const world = await openWorld()
    const a = await tree(world)
    const b = await tree(world, a.id)
    const c = await tree(world, b.id)
    await expect(world.system.ticket.setParent({ ticketId: a.id, parentId: c.id })).rejects.toMatchObject({
      message: `That would close a circle of parent and child: #1 (${a.id}) -> #3 (${c.id}) -> #2 (${b.id}) -> #1 (${a.id}); take one of these relations away first.`,
    })
  })

  it('is never given to, or taken from, a ticket that the right does not reach', async () => {
    const roles = {
      narrow: { 'ticket.get': 'any', 'ticket.setParent': 'own', 'ticket.open': 'any', 'customer.create': 'any' },
    } as const
    const world = await openWorld({ policies: { roles: { roles } } })
    const me = await world.agent(['narrow'])
    const others = await tree(world)
    const theirs = await tree(world, others.id)
    const mine = await world.open('ada@example.org', { followerIds: [me.id] })
    const { ticket } = me.desk
    expect(await codeOf(ticket.setParent({ ticketId: mine.id, parentId: others.id }))).toBe('access.forbidden')
    await world.system.ticket.follow({ ticketId: theirs.id, add: [me.id] })
    expect(await codeOf(ticket.setParent({ ticketId: theirs.id, parentId: null }))).toBe('access.forbidden')
    const opening = { requester: { email: 'ada@example.org' }, subject: 'S', body: 'B', parentId: others.id }
    expect(await codeOf(ticket.open(opening))).toBe('access.forbidden')
    const ada = world.as({ kind: 'customer', id: mine.requesterId })
    expect(await codeOf(ada.ticket.open({ subject: 'S', body: 'B', parentId: mine.id }))).toBe('access.forbidden')
    expect(await codeOf(ada.ticket.setParent({ ticketId: mine.id, parentId: null }))).toBe('access.forbidden')
  })
})

describe('a parent', () => {
  it('is told once, each time its last open child is done', async () => {
    const world = await openWorld()
    const { solve, reopen, delete: remove, restore, close } = world.system.ticket
    const parent = await tree(world)
    const [a, b] = [await tree(world, parent.id), await tree(world, parent.id)]
    const told = async (work: () => Promise<unknown>) =>
      (await world.during(work)).filter((name) => name.startsWith('child'))
    expect(await told(() => solve({ ticketId: a.id }))).toEqual([])
    expect(await told(() => solve({ ticketId: b.id }))).toEqual(['children.allSolved'])
    expect(world.events.at(-1)).toMatchObject({ record: { id: parent.id }, data: { children: 2 } })
    expect(await told(() => reopen({ ticketId: b.id }))).toEqual([])
    expect(await told(() => remove({ ticketId: b.id }))).toEqual(['children.allSolved'])
    expect(await told(() => restore({ ticketId: b.id }))).toEqual([])
    expect(await told(() => solve({ ticketId: b.id }))).toEqual(['children.allSolved'])
    expect(await told(() => close({ ticketId: b.id }))).toEqual([])
    const c = await tree(world, parent.id)
    expect(await told(() => world.system.ticket.setParent({ ticketId: c.id, parentId: null }))).toEqual(
      ['ticket.childRemoved', 'children.allSolved'].filter((name) => name.startsWith('child')),
    )
    await proven(world)
  })

  it('that is solved is told of a child that opens again, and comes back only where the policy says so', async () => {
    for (const whenChildReopened of ['nothing', 'reopenParent', 'noteOnParent'] as const) {
      const world = await openWorld({ policies: { relations: { whenChildReopened } } })
      const { solve, reopen } = world.system.ticket
      const root = await tree(world)
      const parent = await tree(world, root.id)
      const child = await tree(world, parent.id)
      for (const ticketId of [child.id, parent.id, root.id]) await solve({ ticketId })
      const names = await world.during(() => reopen({ ticketId: child.id }))
      const told = names.filter((name) => name !== 'ticket.reopened' || whenChildReopened !== 'reopenParent')
      const categories = await Promise.all(
        [root, parent].map(async ({ id }) => (await world.system.ticket.get({ ticketId: id })).category),
      )
      if (whenChildReopened === 'nothing') expect(names).toEqual(['ticket.reopened', 'child.reopened'])
      if (whenChildReopened === 'noteOnParent')
        expect(names).toEqual(['ticket.reopened', 'child.reopened', 'message.posted'])
      if (whenChildReopened === 'reopenParent') expect(told).toEqual(['child.reopened', 'child.reopened'])
      expect(categories).toEqual(whenChildReopened === 'reopenParent' ? ['open', 'open'] : ['solved', 'solved'])
      await proven(world)
    }
  })

  it('that waits goes on when all children are solved, where the policy says so', async () => {
    const world = await openWorld({ policies: { relations: { whenChildrenSolved: 'resumeParent' } } })
    const parent = await tree(world)
    const child = await tree(world, parent.id)
    await world.system.ticket.hold({ ticketId: parent.id })
    const names = await world.during(() => world.system.ticket.solve({ ticketId: child.id }))
    expect(names).toEqual(['ticket.solved', 'children.allSolved', 'ticket.resumed'])
    await proven(world)
  })
})

describe('the guard', () => {
  it('refuses to solve or close a parent with open children, whoever asks and however', async () => {
    const world = await openWorld()
    const agent = await world.agent()
    const parent = await tree(world)
    const child = await tree(world, parent.id)
    const { ticket } = agent.desk
    const ticketId = parent.id
    expect(await codeOf(ticket.solve({ ticketId }))).toBe('ticket.guarded')
    expect(await codeOf(ticket.reply({ ticketId, body: 'B', status: 'solved' }))).toBe('ticket.guarded')
    expect(await codeOf(world.system.ticket.solve({ ticketId }))).toBe('ticket.guarded')
    expect(await codeOf(ticket.solve({ ticketId, override: { reason: 'R' } }))).toBe('access.forbidden')
    await ticket.solve({ ticketId: child.id })
    expect(await codeOf(ticket.solve({ ticketId }))).toBe('done')
    await world.system.ticket.reopen({ ticketId: child.id })
    expect(await codeOf(ticket.close({ ticketId }))).toBe('ticket.guarded')
    await proven(world)
  })

  it('yields to a right with a reason, and its journal tells it', async () => {
    const world = await openWorld()
    const admin = await world.agent(['admin'])
    const parent = await tree(world)
    await tree(world, parent.id)
    const names = await world.during(() =>
      admin.desk.ticket.solve({ ticketId: parent.id, override: { reason: 'The rest is for tomorrow' } }),
    )
    expect(names).toEqual(['ticket.assigned', 'ticket.solved', 'ticket.guardOverridden'])
    expect(world.events.at(-1)?.data).toEqual({
      category: 'solved',
      openChildren: 1,
      openBlockers: 0,
      reason: 'The rest is for tomorrow',
    })
    await admin.desk.ticket.reopen({ ticketId: parent.id })
    const replied = await world.during(() =>
      admin.desk.ticket.reply({ ticketId: parent.id, body: 'B', status: 'solved', override: { reason: 'R' } }),
    )
    expect(replied).toEqual(['message.posted', 'ticket.solved', 'ticket.guardOverridden'])
  })

  it('warns, or does nothing, where the policy says so', async () => {
    for (const parent of ['warn', 'none'] as const) {
      const world = await openWorld({ policies: { relations: { guard: { parent } } } })
      const root = await tree(world)
      await tree(world, root.id)
      const names = await world.during(() => world.system.ticket.solve({ ticketId: root.id }))
      expect(names).toEqual(parent === 'warn' ? ['ticket.solved', 'ticket.guardWarned'] : ['ticket.solved'])
    }
  })

  it('holds a timer that comes too early, once, and lets it come again when nothing holds the ticket', async () => {
    const lifecycle = {
      reopenWindow: '48h',
      closeAfter: '24h',
      solveAfterSilence: null,
      customerReplyResumes: { pending: true, hold: true },
    }
    const world = await openWorld({ policies: { lifecycle } })
    const { solve, reopen } = world.system.ticket
    const parent = await tree(world)
    const child = await tree(world, parent.id)
    await solve({ ticketId: child.id })
    await solve({ ticketId: parent.id })
    await reopen({ ticketId: child.id })
    const pass = (hours: number) =>
      world.during(async () => {
        world.clock.advance(hours * 3_600_000)
        await world.desk.tick()
      })
    expect(await pass(25)).toEqual(['ticket.guardHeld'])
    expect(await pass(100)).toEqual([])
    expect(await world.during(() => solve({ ticketId: child.id }))).toEqual(['ticket.solved', 'children.allSolved'])
    expect(await pass(0)).toEqual(['ticket.closed'])
    expect(world.problems).toEqual([])
    await proven(world)
  })

  it.each(['delete', 'detach', 'merge'] as const)('lets it come again when the last child is gone: %s', async (how) => {
    const world = await openWorld()
    const { ticket } = world.system
    const parent = await tree(world)
    const { id: ticketId } = await tree(world, parent.id)
    await ticket.solve({ ticketId })
    await ticket.solve({ ticketId: parent.id })
    await ticket.reopen({ ticketId })
    const pass = async () => {
      world.clock.advance(100 * 24 * 3_600_000)
      await world.desk.tick()
      return (await ticket.get({ ticketId: parent.id })).category
    }
    expect(await pass()).toBe('solved')
    if (how === 'delete') await ticket.delete({ ticketId })
    if (how === 'detach') await ticket.setParent({ ticketId, parentId: null })
    if (how === 'merge') await ticket.merge({ ticketId, intoId: (await tree(world)).id })
    expect(await pass()).toBe('closed')
    await proven(world)
  })
})
