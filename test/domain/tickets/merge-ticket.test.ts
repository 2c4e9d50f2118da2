/** Merging: what the two tickets are afterwards, and what is refused. */
import { describe, expect, it } from 'vitest'
import { codeOf, dump } from '../../desk/world.ts'
import { bodies, mergeWorld } from './merge-world.ts'

describe('a merge', () => {
  it('makes the one a closed pointer that was never solved, and gives the other what it had not', async () => {
    const world = await mergeWorld()
    const { noor, source, target } = world
    await noor.desk.ticket.follow({ ticketId: source.id, add: [noor.id] })
    await noor.desk.ticket.change({ ticketId: source.id, externalRefs: [{ system: 'jira', id: 'A-1' }] })
    const live = await world.merge(source, target)
    expect(live).toMatchObject({ id: target.id, absorbed: [source.id], mergedInto: null, tags: ['both', 'a'] })
    expect(live).toMatchObject({ followerIds: [noor.id], externalRefs: [{ system: 'jira', id: 'A-1' }] })
    const pointer = { mergedInto: target.id, category: 'closed', solvedAt: null, tags: ['a', 'both'] }
    expect(await world.get(source)).toMatchObject(pointer)
  })

  it('moves no message: the conversation of the one is read as part of the other’s, in the order it was said', async () => {
    const world = await mergeWorld()
    world.clock.advance(1000)
    await world.ada.desk.ticket.reply({ ticketId: world.source.id, body: 'ADA AGAIN' })
    await world.merge(world.source, world.target)
    expect(await bodies(world.noor, world.target)).toEqual(['ADA ASKS', 'BO ASKS', 'ADA AGAIN'])
    expect(await bodies(world.noor, world.source)).toEqual(['ADA ASKS', 'ADA AGAIN'])
    expect((await world.said(world.target)).map(({ ticketId }) => ticketId)).toEqual([
      world.source.id,
      world.target.id,
      world.source.id,
    ])
  })

  it('is one commit on both journals, whose events carry no word of anybody', async () => {
    const world = await mergeWorld()
    const before = world.events.length
    await world.merge(world.source, world.target)
    const events = world.events.slice(before)
    expect(events.map(({ name }) => name)).toEqual(['ticket.absorbed', 'ticket.merged'])
    expect(JSON.stringify(events)).not.toMatch(/ASKS|example\.org/)
  })

  it('into a pointer is one into the live ticket behind it', async () => {
    const world = await mergeWorld()
    const third = await world.open()
    await world.merge(world.source, world.target)
    expect(await world.merge(third, world.source)).toMatchObject({
      id: world.target.id,
      absorbed: [world.source.id, third.id],
    })
  })

  it('of a ticket that absorbed others points all of them to the live one', async () => {
    const world = await mergeWorld()
    const third = await world.open()
    await world.merge(world.source, world.target)
    const live = await world.merge(world.target, third)
    expect(live.absorbed).toEqual([world.target.id, world.source.id])
    expect(await world.get(world.source)).toMatchObject({
      mergedInto: third.id,
      merge: { path: [world.target.id, third.id] },
    })
  })

  it('into a solved ticket leaves it solved', async () => {
    const world = await mergeWorld()
    await world.noor.desk.ticket.solve({ ticketId: world.target.id })
    expect(await world.merge(world.source, world.target)).toMatchObject({ category: 'solved' })
  })
})

describe('customers of merged tickets', () => {
  it('read each what they could read before, unless they are joined', async () => {
    const world = await mergeWorld()
    const { ada, bo, source, target } = world
    const live = await world.merge(source, target)
    expect(live.followerIds).toEqual([])
    expect(await bodies(bo, target)).toEqual(['BO ASKS'])
    expect(await bodies(ada, source)).toEqual(['ADA ASKS'])
    for (const read of ['get', 'messages', 'timeline'] as const)
      expect(await codeOf(ada.desk.ticket[read]({ ticketId: target.id }))).toBe('ticket.not-found')
    expect(JSON.stringify(await bo.desk.ticket.timeline({ ticketId: target.id }))).not.toContain('ADA')
  })

  it('read all of it once they are joined, until the merge is undone', async () => {
    const world = await mergeWorld()
    const { ada, bo, source, target } = world
    await world.merge(source, target, { customers: 'join' })
    expect(await bodies(bo, target)).toEqual(['ADA ASKS', 'BO ASKS'])
    expect(await bodies(ada, target)).toEqual(['ADA ASKS', 'BO ASKS'])
    const told = JSON.stringify(await bo.desk.ticket.timeline({ ticketId: target.id }))
    expect(told).toContain('ADA ASKS')
    await world.unmerge(source)
    expect(await bodies(bo, target)).toEqual(['BO ASKS'])
    expect(await codeOf(bo.desk.ticket.get({ ticketId: source.id }))).toBe('ticket.not-found')
    expect(await codeOf(ada.desk.ticket.get({ ticketId: target.id }))).toBe('ticket.not-found')
  })

  it('of one requester read both at once', async () => {
    const world = await mergeWorld()
    const again = await world.open('ada@example.org', { body: 'ADA ELSEWHERE' })
    await world.merge(world.source, again)
    expect(await bodies(world.ada, again)).toEqual(['ADA ASKS', 'ADA ELSEWHERE'])
  })

  it('never read a note of either', async () => {
    const world = await mergeWorld()
    await world.noor.desk.ticket.note({ ticketId: world.source.id, body: 'NOTE' })
    await world.merge(world.source, world.target, { customers: 'join' })
    await world.noor.desk.ticket.note({ ticketId: world.source.id, body: 'NOTE AFTER' })
    for (const who of [world.ada, world.bo]) {
      expect((await bodies(who, world.target)).join()).not.toContain('NOTE')
      expect(JSON.stringify(await who.desk.ticket.timeline({ ticketId: world.target.id }))).not.toContain('NOTE')
    }
    expect(await bodies(world.noor, world.target)).toContain('NOTE AFTER')
  })
})

describe('a merge is refused, and changes nothing,', () => {
  it('of a ticket into itself, also by way of a pointer', async () => {
    const world = await mergeWorld()
    expect(await codeOf(world.merge(world.source, world.source))).toBe('ticket.merge-self')
    await world.merge(world.source, world.target)
    const before = await dump(world.store, 'main')
    expect(await codeOf(world.merge(world.target, world.source))).toBe('ticket.merge-self')
    expect(await dump(world.store, 'main')).toBe(before)
  })

  it('of one that is a pointer already', async () => {
    const world = await mergeWorld()
    const third = await world.open()
    await world.merge(world.source, world.target)
    const before = await dump(world.store, 'main')
    expect(await codeOf(world.merge(world.source, third))).toBe('ticket.merged')
    expect(await dump(world.store, 'main')).toBe(before)
  })

  it.each(['source', 'target'] as const)('when the %s is closed or deleted', async (which) => {
    const world = await mergeWorld()
    const ticketId = world[which].id
    await world.system.ticket.solve({ ticketId })
    await world.system.ticket.close({ ticketId })
    const merged = () => world.system.ticket.merge({ ticketId: world.source.id, intoId: world.target.id })
    expect(await codeOf(merged())).toBe('ticket.closed')
    await world.system.ticket.delete({ ticketId })
    expect(await codeOf(merged())).toBe('ticket.deleted')
  })

  it('with a ticket of another tenant as with an absent one', async () => {
    const world = await mergeWorld()
    const elsewhere = world.as({ kind: 'system', id: 's' }, 'elsewhere')
    const { id } = await elsewhere.ticket.open({ requester: { email: 'x@example.org' }, subject: 'X', body: 'X' })
    for (const other of [{ id }, { id: 'tkt_01JABSENT' as const }]) {
      expect(await codeOf(world.merge(world.source, other))).toBe('ticket.not-found')
      expect(await codeOf(world.merge(other, world.target))).toBe('ticket.not-found')
    }
  })

  it('where the right reaches only one of the two', async () => {
    const roles = { clerk: { 'ticket.*': 'own' } } as const
    const world = await mergeWorld({ policies: { roles: { roles } } })
    const clerk = await world.agent(['clerk'])
    await world.system.ticket.follow({ ticketId: world.source.id, add: [clerk.id] })
    const merged = clerk.desk.ticket.merge({ ticketId: world.source.id, intoId: world.target.id })
    expect(await codeOf(merged)).toBe('ticket.not-found')
  })

  it('where the live ticket behind a pointer is out of reach', async () => {
    const roles = { clerk: { 'ticket.*': 'own' } } as const
    const world = await mergeWorld({ policies: { roles: { roles } } })
    const clerk = await world.agent(['clerk'])
    const third = await world.open('ada@example.org', { followerIds: [clerk.id] })
    await world.system.ticket.assign({ ticketId: world.source.id, assigneeId: clerk.id })
    await world.merge(world.source, world.target)
    const merged = clerk.desk.ticket.merge({ ticketId: third.id, intoId: world.source.id })
    expect(await codeOf(merged)).toBe('ticket.not-found')
  })

  it('when customers are to be joined by who may let nobody follow', async () => {
    const roles = { merger: { 'ticket.get': 'any', 'ticket.merge': 'any' } } as const
    const world = await mergeWorld({ policies: { roles: { roles } } })
    const merger = await world.agent(['merger'])
    const input = { ticketId: world.source.id, intoId: world.target.id }
    expect(await codeOf(merger.desk.ticket.merge({ ...input, customers: 'join' }))).toBe('access.forbidden')
    expect(await codeOf(merger.desk.ticket.merge(input))).toBe('done')
  })

  it('when the other ticket would have absorbed more than a hundred, counting what comes along', async () => {
    const world = await mergeWorld()
    for (let n = 0; n < 100; n++) await world.merge(await world.open('bo@example.org'), world.target)
    expect(await codeOf(world.merge(world.source, world.target))).toBe('ticket.too-many')
    expect(await codeOf(world.merge(world.target, world.source))).toBe('ticket.too-many')
    expect(await world.said(world.target)).toHaveLength(50)
  })

  it('when the other ticket would have more tags than a ticket may', async () => {
    const world = await mergeWorld()
    await world.system.ticket.tag({ ticketId: world.target.id, add: Array.from({ length: 99 }, (_, n) => `n${n}`) })
    expect(await codeOf(world.merge(world.source, world.target))).toBe('ticket.too-many')
  })
})
