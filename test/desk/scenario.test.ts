/** Breaking a ticket down by a scenario: all children in one commit, or none. */
import { memoryStore } from 'deskwright/memory'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { STORES } from './stores.ts'
import { codeOf, dump, openWorld } from './world.ts'

type Children = readonly object[]

const ticketSchema = z.object({
  site: z.string().default('Bern'),
  city: z.string().optional(),
  patient: z.string().optional(),
  machine: z.string().optional(),
})

async function deskWith(children: Children, relations: object = {}, store = memoryStore()) {
  const world = await openWorld({
    store,
    fields: { ticket: ticketSchema },
    personal: { ticket: ['patient'] },
    policies: { scenarios: { scenarios: { outage: { children } } }, relations } as never,
  })
  const parent = await world.open('ada@example.org', {
    subject: 'All lines are down',
    type: 'incident',
    impact: 'high',
    urgency: 'medium',
    tags: ['outage'],
    fields: { site: 'Basel', patient: 'P. Meier' },
  })
  const childrenOf = async () => {
    const where = { field: 'parentId', is: parent.id } as const
    return (await world.system.ticket.find({ where, order: [{ field: 'number' }] })).items
  }
  const openAll = () => world.system.ticket.openChildren({ ticketId: parent.id, scenario: 'outage' })
  return { ...world, parent, childrenOf, openAll }
}

describe.each(STORES)('opening the children of a scenario, on $name,', ({ open }) => {
  it('opens them all in one commit, in their order, each with a number of its own', async () => {
    const children = [{ subject: 'Lines' }, { subject: 'Switches' }, { subject: 'Announcement' }]
    const { desk, openAll, childrenOf, parent, events } = await deskWith(children, {}, open() as never)
    const opened = await openAll()
    const all = await childrenOf()
    expect(all.map(({ subject }) => subject)).toEqual(['Lines', 'Switches', 'Announcement'])
    expect(opened.id).toBe(parent.id)
    const told = events.find((event) => event.name === 'ticket.childrenOpened')
    expect(told?.data).toEqual({ scenario: 'outage', childIds: all.map(({ id }) => id) })
    expect(new Set(all.map(({ openedAt }) => openedAt)).size).toBe(1)
    expect((await desk.verify()).ok).toBe(true)
  })

  it('opens none when one of them is refused', async () => {
    const children = [{ subject: 'Lines' }, { subject: 'Nobody’s', values: { teamId: 'tea_nowhere' } }]
    const { openAll, childrenOf, parent, system, store } = await deskWith(children, {}, open() as never)
    const before = await dump(store, 'main')
    expect(await codeOf(openAll())).toBe('reference.unknown')
    expect(await childrenOf()).toEqual([])
    expect(await dump(store, 'main')).toBe(before)
    expect((await system.ticket.get({ ticketId: parent.id })).version).toBe(parent.version)
  })

  it('opens none when they are more than a parent may have', async () => {
    const children = [{ subject: 'A' }, { subject: 'B' }, { subject: 'C' }]
    const { openAll, childrenOf } = await deskWith(children, { openChildren: 2 }, open() as never)
    expect(await codeOf(openAll())).toBe('ticket.too-many-children')
    expect(await childrenOf()).toEqual([])
  })

  it('acts once when it is asked twice with one command id', async () => {
    const { system, parent, childrenOf } = await deskWith([{ subject: 'A' }], {}, open() as never)
    const asked = () => system.ticket.openChildren({ ticketId: parent.id, scenario: 'outage' }, { commandId: 'one' })
    const first = await asked()
    expect(await asked()).toEqual(first)
    expect(await childrenOf()).toHaveLength(1)
  })
})

describe('a child of a scenario', () => {
  it('has fixed values, the parent’s, and others of the parent’s, as the scenario says', async () => {
    const { openAll, childrenOf, parent } = await deskWith([
      {
        subject: '{subject} in {fields.site} (#{number}){fields.machine}',
        body: 'See {subject}.',
        values: { type: 'task', fields: { machine: 'x1' } },
        inherit: ['priority', 'tags', 'fields.patient'],
        map: { 'fields.city': 'fields.site' },
      },
    ])
    await openAll()
    const [child] = await childrenOf()
    expect(child).toMatchObject({
      subject: `All lines are down in Basel (#${parent.number})`,
      type: 'task',
      impact: 'high',
      urgency: 'medium',
      priority: 'P2',
      priorityByHand: false,
      tags: ['outage'],
      requesterId: parent.requesterId,
      fields: { site: 'Bern', city: 'Basel', machine: 'x1', patient: 'P. Meier' },
      follows: [],
    })
  })

  it('belongs to the customer that the scenario names, and is hidden from the parent’s', async () => {
    const inside = await openWorld()
    const operations = await inside.customer('operations@example.org')
    expect(operations.id).toMatch(/^cus_/)
    const { system, parent, as, openAll, childrenOf } = await deskWith([{ subject: 'A' }])
    const own = await system.customer.create({ identities: [{ kind: 'email', value: 'ops@example.org' }] })
    const children = [{ subject: 'A', values: { requesterId: own.id } }]
    await system.policy.publish({ name: 'scenarios', document: { scenarios: { outage: { children } } } as never })
    await openAll()
    const [child] = await childrenOf()
    expect(child?.requesterId).toBe(own.id)
    const ada = as({ kind: 'customer', id: parent.requesterId })
    expect(await codeOf(ada.ticket.get({ ticketId: child?.id as never }))).toBe('ticket.not-found')
  })

  it('keeps personal text out of the journal', async () => {
    const { openAll, store } = await deskWith([{ subject: '{fields.patient}', inherit: ['fields.patient'] }])
    await openAll()
    const journal = JSON.stringify(await store.history('main', { limit: 1000 }))
    expect(journal).not.toContain('Meier')
    expect(journal).not.toContain('All lines')
  })

  it('has a subject of at most 500 characters, none of them cut in two', async () => {
    const { openAll, childrenOf, system, parent } = await deskWith([{ subject: 'x{subject}' }])
    await system.ticket.change({ ticketId: parent.id, subject: '🔥'.repeat(250) })
    await openAll()
    expect((await childrenOf())[0]?.subject).toBe(`x${'🔥'.repeat(249)}`)
  })
})

describe('opening children', () => {
  it('refuses a scenario that is none, and a parent that is closed', async () => {
    const { system, parent } = await deskWith([{ subject: 'A' }])
    const ask = (scenario: string) => codeOf(system.ticket.openChildren({ ticketId: parent.id, scenario }))
    expect(await ask('flood')).toBe('scenario.unknown')
    expect(await ask('toString')).toBe('scenario.unknown')
    await system.ticket.solve({ ticketId: parent.id })
    expect(await ask('outage')).toBe('ticket.parent-solved')
    await system.ticket.close({ ticketId: parent.id })
    expect(await ask('outage')).toBe('ticket.closed')
  })

  it('needs the rights that opening each of them needs', async () => {
    const { agent, parent, system } = await deskWith([{ subject: 'A', values: { tags: ['x'] } }])
    const roles = {
      opener: { 'ticket.get': 'any', 'ticket.openChildren': 'any', 'ticket.open': 'any', 'ticket.setParent': 'any' },
    } as const
    await system.policy.publish({ name: 'roles', document: { roles } as never })
    const opener = await agent(['opener'])
    const ask = () => codeOf(opener.desk.ticket.openChildren({ ticketId: parent.id, scenario: 'outage' }))
    expect(await ask()).toBe('access.forbidden')
    await system.policy.publish({
      name: 'roles',
      document: { roles: { opener: { ...roles.opener, 'ticket.tag': 'any' } } } as never,
    })
    expect(await ask()).toBe('done')
  })

  it('at a version that the parent no longer has changes nothing', async () => {
    const { system, parent, childrenOf } = await deskWith([{ subject: 'A' }])
    await system.ticket.note({ ticketId: parent.id, body: 'Later.' })
    const late = system.ticket.openChildren({ ticketId: parent.id, scenario: 'outage' }, { ifVersion: parent.version })
    expect(await codeOf(late)).toBe('store.stale-version')
    expect(await childrenOf()).toEqual([])
    const now = await system.ticket.get({ ticketId: parent.id })
    await system.ticket.openChildren({ ticketId: parent.id, scenario: 'outage' }, { ifVersion: now.version })
    expect(await childrenOf()).toHaveLength(1)
  })
})
