/** Parts of a child that are its parent's, until it is given its own. */
import type { Store } from 'deskwright'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { STORES } from './stores.ts'
import { codeOf, openWorld } from './world.ts'

async function following(follow: readonly string[], rest: object = {}, more: object = {}) {
  const world = await openWorld({
    fields: { ticket: z.object({ site: z.string().optional(), patient: z.string().optional() }) },
    personal: { ticket: ['patient'] },
    policies: { relations: { follow, ...rest } as never },
    ...more,
  })
  const { system } = world
  const parent = await world.open('ada@example.org', { tags: ['outage'], impact: 'high', urgency: 'low' })
  const addChild = (given: object = {}) => world.open('bo@example.org', { parentId: parent.id, ...given })
  const get = (ticketId: typeof parent.id) => system.ticket.get({ ticketId })
  return { ...world, parent, addChild, get }
}

describe.each(STORES)('a child that follows its parent, on $name,', ({ open }) => {
  it('has the same when it is opened, and goes along with each change in its commit', async () => {
    const more = { store: open() }
    const { system, parent, addChild, get, desk, events } = await following(['priority', 'tags'], {}, more)
    const child = await addChild()
    expect(child).toMatchObject({ follows: ['priority', 'tags'], tags: ['outage'], impact: 'high', priority: 'P3' })
    await system.ticket.change({ ticketId: parent.id, priority: 'P1' })
    expect(await get(child.id)).toMatchObject({ priority: 'P1', priorityByHand: true })
    await system.ticket.change({ ticketId: parent.id, priority: null, urgency: 'high' })
    expect(await get(child.id)).toMatchObject({ urgency: 'high', priority: 'P1', priorityByHand: false })
    await system.ticket.tag({ ticketId: parent.id, add: ['network'], remove: ['outage'] })
    expect(await get(child.id)).toMatchObject({ tags: ['network'], follows: ['priority', 'tags'] })
    const told = events.flatMap((event) => (event.name === 'ticket.cascaded' ? [event.data.done] : []))
    expect(told).toEqual([[child.id], [child.id], [child.id]])
    expect((await desk.verify()).ok).toBe(true)
  })

  // The parent lists its children while this one is deleted, and commits after it is back.
  it('has what its parent became while it was being restored', async () => {
    const base = open()
    const meanwhile: (() => Promise<unknown>)[] = []
    const find: Store['find'] = async (tenant, kind, request) => {
      const page = await base.find(tenant, kind, request)
      if (kind === 'ticket') await meanwhile.shift()?.()
      return page
    }
    const { system, parent, addChild, get } = await following(['priority'], {}, { store: { ...base, find } })
    // With a sibling that stays, so that the parent itself is told nothing.
    const { id: ticketId } = await addChild()
    await addChild()
    await system.ticket.delete({ ticketId })
    meanwhile.push(() => system.ticket.restore({ ticketId }))
    await system.ticket.change({ ticketId: parent.id, priority: 'P1' })
    expect(meanwhile).toEqual([])
    expect(await get(ticketId)).toMatchObject({ deletedAt: null, priority: 'P1' })
  })

  it('goes along as a job where there are many', async () => {
    const { system, parent, addChild, get, desk } = await following(['tags'], { cascadeAtOnce: 2 }, { store: open() })
    const children: Awaited<ReturnType<typeof addChild>>[] = []
    for (let n = 0; n < 5; n++) children.push(await addChild())
    await system.ticket.tag({ ticketId: parent.id, add: ['a'] })
    await system.ticket.tag({ ticketId: parent.id, add: ['b'] })
    expect((await get(children[4]!.id)).tags).toEqual(['outage'])
    await desk.tick()
    for (const { id } of children) expect((await get(id)).tags).toEqual(['outage', 'a', 'b'])
    expect(await desk.tick()).toEqual({ rang: 0, delivered: 0 })
  })
})

describe('a child that is given its own', () => {
  it('follows there no longer, and still follows elsewhere', async () => {
    const { system, parent, addChild, get } = await following(['priority', 'tags'])
    const child = await addChild()
    await system.ticket.change({ ticketId: child.id, priority: 'P2' })
    expect((await get(child.id)).follows).toEqual(['tags'])
    await system.ticket.change({ ticketId: parent.id, priority: 'P1' })
    await system.ticket.tag({ ticketId: parent.id, add: ['b'] })
    expect(await get(child.id)).toMatchObject({ priority: 'P2', tags: ['outage', 'b'] })
  })

  it('at its opening follows only in the rest', async () => {
    const { addChild } = await following(['priority', 'tags', 'fields.site'])
    const child = await addChild({ tags: ['mine'], fields: { site: 'Chur' } })
    expect(child).toMatchObject({ follows: ['priority'], tags: ['mine'], fields: { site: 'Chur' } })
  })

  it('can name at its opening what it follows, whatever the policy says', async () => {
    const { addChild } = await following(['priority'])
    expect(await addChild({ follows: [] })).toMatchObject({ follows: [], tags: [] })
    expect(await addChild({ follows: ['tags', 'tags'] })).toMatchObject({ follows: ['tags'], tags: ['outage'] })
  })
})

describe('what a child can follow', () => {
  it('is the host’s fields as well, and the personal ones stay out of the journal', async () => {
    const { system, parent, addChild, get, store } = await following(['fields.site', 'fields.patient'])
    const child = await addChild()
    await system.ticket.change({ ticketId: parent.id, fields: { site: 'Basel', patient: 'P. Meier' } })
    expect((await get(child.id)).fields).toEqual({ site: 'Basel', patient: 'P. Meier' })
    await system.ticket.change({ ticketId: parent.id, fields: { patient: 'P. Huber' } })
    await system.ticket.change({ ticketId: parent.id, fields: { site: null } })
    expect((await get(child.id)).fields).toEqual({ patient: 'P. Huber' })
    expect(JSON.stringify(await store.history('main', { limit: 1000 }))).not.toMatch(/Meier|Huber/)
    await system.ticket.change({ ticketId: child.id, fields: { patient: 'P. Kunz' } })
    expect((await get(child.id)).follows).toEqual(['fields.site'])
  })

  it('is the team: with it goes who may not own it there', async () => {
    const { system, parent, addChild, get, agent } = await following(['teamId'])
    const [network, field] = [
      await system.team.create({ name: 'Network' }),
      await system.team.create({ name: 'Field' }),
    ]
    const child = await addChild()
    const roles = { local: { 'ticket.get': 'any', 'ticket.solve': 'team' } } as const
    await system.policy.publish({ name: 'roles', document: { roles } as never })
    const bound = await agent(['local'], { teamIds: [network.id] })
    await system.ticket.assign({ ticketId: parent.id, teamId: network.id })
    expect((await get(child.id)).teamId).toBe(network.id)
    await system.ticket.assign({ ticketId: child.id, assigneeId: bound.id })
    await system.ticket.assign({ ticketId: parent.id, teamId: field.id })
    expect(await get(child.id)).toMatchObject({ teamId: field.id, assigneeId: null, follows: ['teamId'] })
  })

  it('goes down generation by generation', async () => {
    const { system, parent, addChild, get, desk } = await following(['tags'])
    const child = await addChild()
    const grandchild = await addChild({ parentId: child.id })
    await system.ticket.tag({ ticketId: parent.id, add: ['b'] })
    await desk.tick()
    expect((await get(grandchild.id)).tags).toEqual(['outage', 'b'])
  })

  it('is carried on when the ticket between is deleted meanwhile, which may come back', async () => {
    const { system, parent, addChild, get, desk } = await following(['tags'], { guard: { parent: 'none' } })
    const child = await addChild()
    const grandchild = await addChild({ parentId: child.id })
    await system.ticket.tag({ ticketId: parent.id, add: ['b'] })
    await system.ticket.delete({ ticketId: child.id })
    await desk.tick()
    await system.ticket.restore({ ticketId: child.id })
    expect((await get(grandchild.id)).tags).toEqual(['outage', 'b'])
    expect((await desk.verify()).ok).toBe(true)
  })

  it('is of no parent once it has none, and of none that is solved or closed', async () => {
    const { system, parent, addChild, get } = await following(['tags'], { guard: { parent: 'none' } })
    const [alone, done] = [await addChild(), await addChild()]
    await system.ticket.setParent({ ticketId: alone.id, parentId: null })
    await system.ticket.solve({ ticketId: done.id })
    await system.ticket.tag({ ticketId: parent.id, add: ['b'] })
    expect((await get(alone.id)).tags).toEqual(['outage'])
    expect((await get(done.id)).tags).toEqual(['outage'])
  })

  it('is the new parent’s once it has another, and caught up with once it is at work again', async () => {
    const { system, parent, addChild, get, open } = await following(['tags'], { guard: { parent: 'none' } })
    const [moved, done] = [await addChild(), await addChild()]
    const other = await open('cy@example.org', { tags: ['flood'] })
    await system.ticket.setParent({ ticketId: moved.id, parentId: other.id })
    expect((await get(moved.id)).tags).toEqual(['flood'])
    await system.ticket.solve({ ticketId: done.id })
    await system.ticket.tag({ ticketId: parent.id, add: ['b'] })
    await system.ticket.reopen({ ticketId: done.id })
    expect((await get(done.id)).tags).toEqual(['outage', 'b'])
  })

  it.each(['closed', 'deleted', 'merged'])(
    'holds up no merge of the parent and no way back, when it is %s',
    async (state) => {
      const { system, parent, addChild, open } = await following(['tags'], { guard: { parent: 'none' } })
      const [{ id: ticketId }, other] = [await addChild(), await open('cy@example.org')]
      const rest = {
        closed: async () => {
          await system.ticket.solve({ ticketId })
          await system.ticket.close({ ticketId })
        },
        deleted: () => system.ticket.delete({ ticketId }),
        merged: async () =>
          system.ticket.merge({ ticketId, intoId: (await open('dee@example.org')).id, customers: 'join' }),
      }
      await rest[state as keyof typeof rest]()
      expect(await codeOf(system.ticket.merge({ ticketId: parent.id, intoId: other.id, customers: 'join' }))).toBe(
        'done',
      )
      expect(await codeOf(system.ticket.unmerge({ ticketId: parent.id }))).toBe('done')
      if (state !== 'closed') return
      await system.ticket.delete({ ticketId })
      expect(await codeOf(system.ticket.restore({ ticketId }))).toBe('done')
    },
  )

  it('is caught up with once a merge is undone, and tags that a merge brings are none of its own', async () => {
    const { system, parent, addChild, get, open } = await following(['tags'])
    const [child, other] = [await addChild(), await open('bo@example.org', { tags: ['mine'] })]
    await system.ticket.merge({ ticketId: other.id, intoId: child.id })
    expect((await get(child.id)).tags).toEqual(['outage'])
    await system.ticket.unmerge({ ticketId: other.id })
    await system.ticket.merge({ ticketId: child.id, intoId: other.id })
    await system.ticket.tag({ ticketId: parent.id, add: ['b'] })
    await system.ticket.unmerge({ ticketId: child.id })
    expect((await get(child.id)).tags).toEqual(['outage', 'b'])
  })

  it('is caught up with as well when it goes from solved straight to waiting', async () => {
    const names = ['new', 'open', 'pending', 'hold', 'solved', 'closed'] as const
    const solved = ['pending', 'hold']
    const statuses = {
      statuses: names.map((name) => ({ name, category: name })),
      transitions: { new: ['solved'], pending: ['solved'], hold: ['solved'], solved },
    }
    const policies = { statuses, relations: { follow: ['tags'] } }
    const { system, parent, addChild, get } = await following(['tags'], {}, { policies })
    const { id: ticketId } = await addChild()
    const waits = [
      () => system.ticket.pend({ ticketId }),
      () => system.ticket.hold({ ticketId }),
      () => system.ticket.reply({ ticketId, body: 'Wait.', status: 'pending' }),
    ]
    for (const [n, wait] of waits.entries()) {
      await system.ticket.solve({ ticketId })
      await system.ticket.tag({ ticketId: parent.id, add: [`t${n}`] })
      await wait()
      expect((await get(ticketId)).tags).toContain(`t${n}`)
    }
  })

  it('is carried on for each part, also when another part changes before the first came to all', async () => {
    const { system, parent, addChild, get, desk } = await following([], { cascadeAtOnce: 1 })
    const follows = { tags: { follows: ['tags'] }, priority: { follows: ['priority'] } }
    const [a, b] = [await addChild(follows.tags), await addChild(follows.tags)]
    const [c, d] = [await addChild(follows.priority), await addChild(follows.priority)]
    await system.ticket.tag({ ticketId: parent.id, add: ['x'] })
    await system.ticket.change({ ticketId: parent.id, priority: 'P1' })
    await desk.tick()
    expect([(await get(a.id)).tags, (await get(b.id)).tags]).toEqual([
      ['outage', 'x'],
      ['outage', 'x'],
    ])
    expect([(await get(c.id)).priority, (await get(d.id)).priority]).toEqual(['P1', 'P1'])
  })

  it('is what a merge brought to the parent as well, and the parent that a merge gave it', async () => {
    const { system, parent, addChild, get, open } = await following(['tags'])
    const child = await addChild()
    const other = await open('cy@example.org', { tags: ['flood'] })
    const moved = await addChild({ parentId: other.id, follows: ['tags', 'priority'] })
    await system.ticket.merge({ ticketId: other.id, intoId: parent.id })
    expect((await get(child.id)).tags).toEqual(['outage', 'flood'])
    expect(await get(moved.id)).toMatchObject({ parentId: parent.id, tags: ['flood', 'outage'], impact: 'high' })
  })

  it('is refused without a parent, or where there is no such part', async () => {
    const { open, addChild } = await following([])
    expect(await codeOf(open('cy@example.org', { follows: ['tags'] }))).toBe('input.invalid')
    expect(await codeOf(addChild({ follows: ['subject'] }))).toBe('input.invalid')
  })
})
