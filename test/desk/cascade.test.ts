/** What solving a parent does to its children: ordinary commands, some in one commit, the rest as a job. */
import type { Store, TicketId } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { describe, expect, it } from 'vitest'
import { STORES } from './stores.ts'
import { codeOf, MINUTE, openWorld } from './world.ts'

const relations = (rest: object) => ({ relations: { guard: { parent: 'none' }, ...rest } }) as const

/** A parent with some children, under a policy. */
async function familyOf(n: number, rest: object, store: Store = memoryStore()) {
  const world = await openWorld({ store, policies: relations(rest) })
  const parent = await world.open()
  const children: TicketId[] = []
  for (let k = 0; k < n; k++) children.push((await world.open('bo@example.org', { parentId: parent.id })).id)
  world.clock.advance(MINUTE)
  const statuses = async (ids: readonly TicketId[] = children) =>
    Promise.all(ids.map(async (ticketId) => (await world.system.ticket.get({ ticketId })).status))
  const told = () => world.events.flatMap((event) => (event.name === 'ticket.cascaded' ? [event.data] : []))
  return { ...world, parent, children, statuses, told }
}

describe.each(STORES)('solving a parent, on $name,', ({ open }) => {
  it('leaves its children alone where no cascade is switched on', async () => {
    const { system, parent, statuses, told } = await familyOf(2, {}, open())
    await system.ticket.solve({ ticketId: parent.id })
    expect(await statuses()).toEqual(['new', 'new'])
    expect(told()).toEqual([])
  })

  it('is as of the parent’s own instant, however late its timer is looked at', async () => {
    const lifecycle = {
      ...{ reopenWindow: '2h', closeAfter: '1h', solveAfterSilence: '1h' },
      customerReplyResumes: { pending: true, hold: true },
    }
    const world = await openWorld({ store: open(), policies: { lifecycle, ...relations({ cascade: 'resolveOpen' }) } })
    const parent = await world.open()
    const child = await world.open('bo@example.org', { parentId: parent.id })
    await world.system.ticket.pend({ ticketId: parent.id })
    world.clock.advance(90 * MINUTE)
    await world.desk.tick()
    const { solvedAt } = await world.system.ticket.get({ ticketId: parent.id })
    expect(solvedAt).toBe('2026-03-02T10:30:00.000Z')
    expect(await world.system.ticket.get({ ticketId: child.id })).toMatchObject({ solvedAt })
  })

  it('solves its open children in the same commit, in the order of their numbers', async () => {
    const { system, store, parent, children, statuses, told } = await familyOf(3, { cascade: 'resolveOpen' }, open())
    await system.ticket.solve({ ticketId: children[1] as TicketId })
    await system.ticket.close({ ticketId: children[1] as TicketId })
    const before = (await store.history('main', { limit: 1000 })).length
    const solved = await system.ticket.solve({ ticketId: parent.id })
    expect(await statuses()).toEqual(['solved', 'closed', 'solved'])
    expect(told()).toMatchObject([{ what: 'ending', done: [children[0], children[2]], refused: [], next: null }])
    expect(solved).toEqual(await system.ticket.get({ ticketId: parent.id }))
    const entries = (await store.history('main', { limit: 1000 })).slice(before)
    expect(new Set(entries.map(({ at }) => at)).size).toBe(1)
  })

  it('does more than one commit holds as a job that finishes exactly the rest', async () => {
    const { desk, system, parent, children, statuses, told } = await familyOf(
      7,
      { cascade: 'resolveOpen', cascadeAtOnce: 3 },
      open(),
    )
    await system.ticket.solve({ ticketId: parent.id })
    expect((await statuses()).filter((status) => status === 'solved')).toHaveLength(3)
    expect((await desk.tick()).rang).toBe(2)
    expect(await statuses()).toEqual(children.map(() => 'solved'))
    expect(told().map(({ done }) => done)).toEqual([children.slice(0, 3), children.slice(3, 6), children.slice(6)])
    expect(told().at(-1)?.next).toBeNull()
    expect(await desk.tick()).toEqual({ rang: 0, delivered: 0 })
    expect((await desk.verify()).ok).toBe(true)
  })

  it('is done once where it is asked twice with one command id', async () => {
    const { system, parent, told } = await familyOf(2, { cascade: 'resolveOpen' }, open())
    const first = await system.ticket.solve({ ticketId: parent.id }, { commandId: 'one' })
    const second = await system.ticket.solve({ ticketId: parent.id }, { commandId: 'one' })
    expect(second).toEqual(first)
    expect(told()).toHaveLength(1)
    expect(await codeOf(system.ticket.hold({ ticketId: parent.id }, { commandId: 'one' }))).toBe('command.reused')
  })
})

describe('a cascade', () => {
  it('gives each child its own say, and lists those that refuse', async () => {
    const { system, parent, children, statuses, told, open } = await familyOf(2, { cascade: 'resolveOpen' })
    const blocker = await open()
    await system.ticket.link({ ticketId: blocker.id, type: 'blocks', otherId: children[0] as TicketId })
    await system.ticket.solve({ ticketId: parent.id })
    expect(await statuses()).toEqual(['new', 'solved'])
    expect(told()).toMatchObject([
      { done: [children[1]], refused: [{ ticketId: children[0], code: 'ticket.guarded' }], next: null },
    ])
  })

  it('tells the people of the children what the resolution says, in the words of who wrote it', async () => {
    const { agent, parent, children, system } = await familyOf(1, { cascade: 'resolveOpen' })
    const noor = await agent()
    const solved = await noor.desk.ticket.solve({ ticketId: parent.id, resolution: 'The fuse is changed.' })
    const { entries } = await system.ticket.timeline({ ticketId: children[0] as TicketId })
    const message = entries.find(({ message }) => message?.body === 'The fuse is changed.')?.message
    expect(message).toMatchObject({ authorId: noor.id, visibility: 'public' })
    const child = await system.ticket.get({ ticketId: children[0] as TicketId })
    expect(child.resolvedBy).toMatchObject({ fromId: parent.id, since: solved.solvedAt })
    expect(child.assigneeId).toBeNull()
  })

  it('keeps a reply that only says how this one was solved to its own ticket', async () => {
    const { agent, parent, children, system } = await familyOf(1, { cascade: 'resolveOpen' })
    const noor = await agent()
    await noor.desk.ticket.reply({ ticketId: parent.id, body: 'Dear Ada, it hums no more.', status: 'solved' })
    const child = await system.ticket.get({ ticketId: children[0] as TicketId })
    expect(child).toMatchObject({ status: 'solved', messageCount: 1 })
  })

  it('cancels open children with the status that the policy names', async () => {
    const statuses = [
      ...(['new', 'open', 'solved', 'closed'] as const).map((name) => ({ name, category: name })),
      { name: 'cancelled', category: 'solved' as const },
    ]
    const world = await openWorld({
      policies: { ...relations({ cascade: 'cancelOpen', cancelStatus: 'cancelled' }), statuses: { statuses } },
    })
    const parent = await world.open()
    const child = await world.open('bo@example.org', { parentId: parent.id })
    await world.system.ticket.solve({ ticketId: parent.id, resolution: 'Given up.' })
    expect(await world.system.ticket.get({ ticketId: child.id })).toMatchObject({
      status: 'cancelled',
      messageCount: 1,
    })
  })

  it('detaches open children, which go on by themselves', async () => {
    const { system, parent, children, statuses } = await familyOf(2, { cascade: 'detach' })
    await system.ticket.solve({ ticketId: parent.id })
    expect(await statuses()).toEqual(['new', 'new'])
    expect((await system.ticket.get({ ticketId: children[0] as TicketId })).parentId).toBeNull()
    expect(await codeOf(system.ticket.setParent({ ticketId: children[0] as TicketId, parentId: null }))).toBe(
      'ticket.nothing-new',
    )
  })

  it('goes down generation by generation, each in commits of its own', async () => {
    const { desk, system, open, parent, children, told } = await familyOf(1, { cascade: 'resolveOpen' })
    const grandchild = await open('cy@example.org', { parentId: children[0] })
    await system.ticket.solve({ ticketId: parent.id })
    expect((await system.ticket.get({ ticketId: grandchild.id })).status).toBe('new')
    await desk.tick()
    expect((await system.ticket.get({ ticketId: grandchild.id })).status).toBe('solved')
    expect(told()).toHaveLength(2)
  })

  it('ends with what was done when its parent is opened again', async () => {
    const { desk, system, parent, statuses, told } = await familyOf(3, { cascade: 'resolveOpen', cascadeAtOnce: 1 })
    await system.ticket.solve({ ticketId: parent.id })
    await system.ticket.reopen({ ticketId: parent.id })
    expect((await desk.tick()).rang).toBe(1)
    expect(await statuses()).toEqual(['solved', 'new', 'new'])
    expect(told()).toHaveLength(1)
  })

  it('begins anew when its parent is solved again before the first came to its end', async () => {
    const { desk, system, clock, parent, children, statuses } = await familyOf(4, {
      cascade: 'resolveOpen',
      cascadeAtOnce: 1,
    })
    await system.ticket.solve({ ticketId: parent.id })
    await system.ticket.reopen({ ticketId: parent.id })
    clock.advance(MINUTE)
    await system.ticket.solve({ ticketId: parent.id })
    await desk.tick()
    expect(await statuses()).toEqual(children.map(() => 'solved'))
  })

  it('never comes to a child that was opened again after it', async () => {
    const { desk, system, parent, children, statuses } = await familyOf(3, { cascade: 'resolveOpen', cascadeAtOnce: 1 })
    await system.ticket.solve({ ticketId: parent.id })
    await system.ticket.reopen({ ticketId: children[0] as TicketId })
    await desk.tick()
    expect(await statuses()).toEqual(['open', 'solved', 'solved'])
  })

  it('stops at the next round when an admin switches it off', async () => {
    const { desk, system, parent, statuses } = await familyOf(3, { cascade: 'resolveOpen', cascadeAtOnce: 1 })
    await system.ticket.solve({ ticketId: parent.id })
    const { document } = await system.policy.get({ name: 'relations' })
    await system.policy.publish({ name: 'relations', document: { ...document, cascade: 'off' } as never })
    await desk.tick()
    expect(await statuses()).toEqual(['solved', 'new', 'new'])
  })

  it('is not for people to start by hand', async () => {
    const { agent, parent } = await familyOf(1, { cascade: 'resolveOpen' })
    const noor = await agent()
    const round = { ticketId: parent.id, what: 'ending', since: parent.openedAt } as const
    expect(await codeOf(noor.desk.ticket.cascade(round))).toBe('access.forbidden')
    const taken = { ticketId: parent.id, fromId: parent.id, since: parent.openedAt }
    expect(await codeOf(noor.desk.ticket.takeResolution(taken))).toBe('access.forbidden')
  })

  it('beside a guard that blocks is refused as a policy', async () => {
    const policies = { relations: { cascade: 'resolveOpen', guard: { parent: 'block' } } } as const
    expect(await codeOf(openWorld({ policies }))).toBe('policy.invalid')
  })
})
