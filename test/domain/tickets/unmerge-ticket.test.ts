/** Undoing a merge: what comes back, what stays, and what the report says of the rest. */
import { describe, expect, it } from 'vitest'
import { codeOf, HOUR } from '../../desk/world.ts'
import { bodies, mergeWorld } from './merge-world.ts'

describe('a merge undone', () => {
  it('leaves both tickets as they were, with what was said since where it was said', async () => {
    const world = await mergeWorld()
    const { noor, ada, source, target } = world
    await noor.desk.ticket.hold({ ticketId: source.id })
    await world.merge(source, target)
    await ada.desk.ticket.reply({ ticketId: source.id, body: 'ADA AGAIN' })
    await noor.desk.ticket.reply({ ticketId: target.id, body: 'TO BO' })
    const back = await world.unmerge(source)
    expect(back).toMatchObject({ mergedInto: null, category: 'hold', closedAt: null, merge: { left: [] } })
    expect(await world.get(target)).toMatchObject({ absorbed: [], tags: ['both'] })
    expect(await bodies(ada, source)).toEqual(['ADA ASKS', 'ADA AGAIN'])
    expect(await bodies(noor, target)).toEqual(['BO ASKS', 'TO BO'])
  })

  it('takes from the other exactly what it was given, if it is still there', async () => {
    const world = await mergeWorld()
    const { noor, source, target } = world
    await noor.desk.ticket.tag({ ticketId: source.id, add: ['b'] })
    await world.merge(source, target)
    await noor.desk.ticket.tag({ ticketId: target.id, add: ['new'], remove: ['b'] })
    const { merge } = await world.unmerge(source)
    expect(merge?.left).toEqual([{ what: 'tag', id: 'b', because: 'removed' }])
    expect(await world.get(target)).toMatchObject({ tags: ['both', 'new'] })
    expect(await world.get(source)).toMatchObject({ tags: ['a', 'both', 'b'] })
  })

  it('tells which messages were redacted, and which were split off', async () => {
    const world = await mergeWorld()
    const { system, ada, noor, source, target } = world
    const { id } = await ada.desk.ticket.reply({ ticketId: source.id, body: 'MORE' })
    await world.merge(source, target)
    const [first] = await world.said(source)
    await system.ticket.redact({ ticketId: target.id, messageId: first?.id ?? 'msg_', reason: 'R' })
    await noor.desk.ticket.split({ ticketId: target.id, messageIds: [id], mode: 'move', subject: 'C' })
    const { merge } = await world.unmerge(source)
    expect(merge?.left).toEqual([
      { what: 'message', id: first?.id, because: 'redacted' },
      { what: 'message', id, because: 'split' },
    ])
    expect(await bodies(noor, source)).toEqual([''])
  })

  it('in the middle of a chain takes with it what was merged into it, and nothing else', async () => {
    const world = await mergeWorld()
    const { source: a, target: b, get } = world
    const c = await world.open()
    const d = await world.open()
    await world.merge(a, b)
    await world.merge(b, c)
    await world.merge(c, d)
    await world.unmerge(b)
    expect(await get(b)).toMatchObject({ mergedInto: null, absorbed: [a.id] })
    expect(await get(a)).toMatchObject({ mergedInto: b.id, merge: { path: [b.id] } })
    expect(await get(c)).toMatchObject({ mergedInto: d.id, absorbed: [] })
    expect(await get(d)).toMatchObject({ absorbed: [c.id], tags: [] })
  })

  it('at the end of a chain is taken out of every ticket on the way', async () => {
    const world = await mergeWorld()
    const { source: a, target: b, get } = world
    const c = await world.open()
    await world.merge(a, b)
    await world.merge(b, c)
    expect((await get(c)).tags).toEqual(['both', 'a'])
    await world.unmerge(a)
    expect(await get(b)).toMatchObject({ mergedInto: c.id, absorbed: [], tags: ['both'] })
    expect(await get(c)).toMatchObject({ absorbed: [b.id], tags: ['both'] })
    await world.unmerge(b)
    expect(await get(c)).toMatchObject({ absorbed: [], tags: [] })
    expect(await get(b)).toMatchObject({ tags: ['both'], merge: { left: [] } })
  })

  it('is possible when the other one is closed or deleted since', async () => {
    const world = await mergeWorld()
    const { noor, system, source, target } = world
    await world.merge(source, target)
    await noor.desk.ticket.solve({ ticketId: target.id })
    await noor.desk.ticket.close({ ticketId: target.id })
    await system.ticket.delete({ ticketId: target.id })
    expect(await system.ticket.unmerge({ ticketId: source.id })).toMatchObject({ mergedInto: null, category: 'new' })
  })

  it('does not give work to an agent who has left', async () => {
    const world = await mergeWorld()
    const { system, source, target } = world
    const agent = await world.agent()
    await system.ticket.assign({ ticketId: source.id, assigneeId: agent.id })
    await world.merge(source, target)
    await system.agent.change({ agentId: agent.id, accepting: false })
    await system.agent.deactivate({ agentId: agent.id })
    expect(await world.unmerge(source)).toMatchObject({ assigneeId: null })
  })

  it('of a solved ticket lets the silence that closes it begin anew', async () => {
    const lifecycle = { reopenWindow: '2h', closeAfter: '2h', solveAfterSilence: null } as const
    const customerReplyResumes = { pending: true, hold: true }
    const world = await mergeWorld({ policies: { lifecycle: { ...lifecycle, customerReplyResumes } } })
    const { noor, source, target, clock, desk } = world
    await noor.desk.ticket.solve({ ticketId: source.id })
    await world.merge(source, target)
    clock.advance(3 * HOUR)
    await desk.tick()
    await world.unmerge(source)
    await desk.tick()
    expect(await world.get(source)).toMatchObject({ category: 'solved' })
    clock.advance(2 * HOUR)
    await desk.tick()
    expect(await world.get(source)).toMatchObject({ category: 'closed' })
  })

  it('can be merged again', async () => {
    const world = await mergeWorld()
    const { source, target } = world
    await world.merge(source, target)
    await world.unmerge(source)
    await world.merge(source, target)
    expect(await world.get(source)).toMatchObject({ merge: { path: [target.id], left: null } })
    expect(await world.get(target)).toMatchObject({ absorbed: [source.id], tags: ['both', 'a'] })
  })
})

describe('undoing is refused', () => {
  it('where there was no merge', async () => {
    const world = await mergeWorld()
    expect(await codeOf(world.unmerge(world.source))).toBe('ticket.not-merged')
  })

  it('to who does not reach the live ticket', async () => {
    const roles = { clerk: { 'ticket.*': 'own' } } as const
    const world = await mergeWorld({ policies: { roles: { roles } } })
    const clerk = await world.agent(['clerk'])
    await world.system.ticket.assign({ ticketId: world.source.id, assigneeId: clerk.id })
    await world.merge(world.source, world.target)
    expect(await codeOf(clerk.desk.ticket.unmerge({ ticketId: world.source.id }))).toBe('access.forbidden')
  })
})
