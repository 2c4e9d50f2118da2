/** Agents and teams: who works here, and how one leaves without leaving tickets behind. */
import type { Agent, Change, Store } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { describe, expect, it } from 'vitest'
import { codeOf, openWorld } from '../../desk/world.ts'

describe('an agent', () => {
  it('is created, changed, sent away and taken back', async () => {
    const world = await openWorld()
    const { agent } = world.system
    const team = await world.system.team.create({ name: 'Presses' })
    const names = await world.during(async () => {
      const noor = await agent.create({ name: 'Noor', email: 'noor@example.org', roles: ['agent', 'agent'] })
      expect(noor).toMatchObject({ roles: ['agent'], accepting: true, active: true, email: 'noor@example.org' })
      const agentId = noor.id
      await agent.change({ agentId, name: 'Noor B.', teamIds: [team.id] })
      await agent.change({ agentId, accepting: false })
      expect(await agent.deactivate({ agentId })).toMatchObject({ active: false, accepting: false })
      expect(await codeOf(agent.deactivate({ agentId }))).toBe('agent.already')
      expect(await agent.reactivate({ agentId })).toMatchObject({ active: true, accepting: true })
      expect(await codeOf(agent.reactivate({ agentId }))).toBe('agent.already')
      expect(await codeOf(agent.change({ agentId, name: 'Noor B.' }))).toBe('people.nothing-new')
    })
    expect(names).toEqual(['agent.created', 'agent.changed', 'agent.changed', 'agent.deactivated', 'agent.reactivated'])
    expect(JSON.stringify(world.events)).not.toMatch(/Noor|noor@/)
  })

  it('has roles and teams that there are', async () => {
    const { system } = await openWorld()
    for (const roles of [['boss'], ['constructor'], ['__proto__'], ['Agent']])
      expect(await codeOf(system.agent.create({ name: 'N', roles }))).toBe('agent.unknown-role')
    expect(await codeOf(system.agent.create({ name: 'N', teamIds: ['tea_01J'] }))).toBe('reference.unknown')
  })

  it('who is inactive, or of another tenant, may do nothing', async () => {
    const world = await openWorld()
    const noor = await world.agent()
    expect(await codeOf(noor.desk.ticket.find({}))).toBe('done')
    expect(await codeOf(world.as({ kind: 'agent', id: noor.id }, 'other').ticket.find({}))).toBe('access.unknown-actor')
    await world.system.agent.change({ agentId: noor.id, accepting: false })
    await world.system.agent.deactivate({ agentId: noor.id })
    expect(await codeOf(noor.desk.ticket.find({}))).toBe('access.unknown-actor')
    expect(await codeOf(noor.desk.ticket.open({ subject: 'A', body: 'B' }))).toBe('access.unknown-actor')
  })

  it('loses rights only after the last unsolved ticket is gone and none can come', async () => {
    const world = await openWorld()
    const team = await world.system.team.create({ name: 'Presses' })
    const { agent, ticket } = world.system
    const noor = await world.agent(['agent', 'viewer'], { teamIds: [team.id] })
    const agentId = noor.id
    const { id: ticketId } = await world.open('ada@example.org', { assigneeId: agentId })
    const leaving = () => [
      agent.deactivate({ agentId }),
      agent.change({ agentId, roles: ['viewer'] }),
      agent.change({ agentId, teamIds: [] }),
    ]
    const codes = async () => new Set(await Promise.all(leaving().map(codeOf)))
    expect(await codes()).toEqual(new Set(['agent.still-accepting']))
    await agent.change({ agentId, accepting: false })
    for (const move of ['resume', 'pend', 'hold'] as const) {
      expect(await codes()).toEqual(new Set(['agent.still-assigned']))
      await ticket[move]({ ticketId })
    }
    expect(await codeOf(agent.change({ agentId, roles: ['viewer', 'agent', 'admin'] }))).toBe('done')
    await ticket.solve({ ticketId })
    expect(await codeOf(agent.change({ agentId, teamIds: [] }))).toBe('done')
    expect(await codeOf(agent.deactivate({ agentId }))).toBe('done')
  })

  it('never ends up inactive with an unsolved ticket, however the commands interleave', async () => {
    const world = await openWorld()
    for (let round = 0; round < 10; round++) {
      const noor = await world.agent()
      const ada = await world.customer(`ada${round}@example.org`)
      const solved = await world.open(`ada${round}@example.org`, { assigneeId: noor.id })
      await world.system.ticket.solve({ ticketId: solved.id })
      await world.system.agent.change({ agentId: noor.id, accepting: false })
      const others = Array.from({ length: round }, () => world.open(`eve${round}@example.org`, { assigneeId: noor.id }))
      await Promise.allSettled([
        ...others,
        ada.desk.ticket.reply({ ticketId: solved.id, body: 'Again.' }),
        world.system.agent.deactivate({ agentId: noor.id }),
      ])
      const { active } = await world.system.agent.get({ agentId: noor.id })
      const where = {
        all: [
          { field: 'assigneeId', is: noor.id },
          { field: 'category', in: ['new', 'open'] },
        ],
      } as const
      expect(active ? 0 : (await world.system.ticket.count({ where }))[0]?.count).toBe(0)
    }
  })
})

describe('an agent who leaves while a ticket is on its way to them', () => {
  const arrivals = {
    'by being assigned': (world: World, to: Agent) =>
      world.system.ticket.assign({ ticketId: world.ticketId, assigneeId: to.id }),
    'by being opened': (world: World, to: Agent) => world.open('eve@example.org', { assigneeId: to.id }),
    'by being reopened': (world: World) => world.system.ticket.reopen({ ticketId: world.solvedId }),
    'by its customer’s reply': (world: World) =>
      world.ada.desk.ticket.reply({ ticketId: world.solvedId, body: 'Again.' }),
  } as const

  type World = Awaited<ReturnType<typeof leaving>>['world']

  async function leaving() {
    const inner = memoryStore()
    let before: ((change: Change) => Promise<unknown>) | null = null
    const store: Store = {
      ...inner,
      async commit(change) {
        const work = before
        before = null
        await work?.(change)
        return inner.commit(change)
      },
    }
    const plain = await openWorld({ store })
    const noor = await plain.agent()
    const ada = await plain.customer('ada@example.org')
    const { id: ticketId } = await plain.open()
    const { id: solvedId } = await plain.open('ada@example.org', { assigneeId: noor.id })
    await plain.system.ticket.solve({ ticketId: solvedId })
    const meanwhile = (work: () => Promise<unknown>) => {
      before = work
    }
    return { world: { ...plain, ada, ticketId, solvedId }, noor, meanwhile }
  }

  it.each(Object.entries(arrivals))('is not left with it: %s', async (_, arrive) => {
    const { world, noor, meanwhile } = await leaving()
    meanwhile(async () => {
      await world.system.agent.change({ agentId: noor.id, accepting: false })
      await world.system.agent.deactivate({ agentId: noor.id })
    })
    await codeOf(arrive(world, noor))
    const { active } = await world.system.agent.get({ agentId: noor.id })
    const where = {
      all: [
        { field: 'assigneeId', is: noor.id },
        { field: 'category', in: ['new', 'open'] },
      ],
    } as const
    expect([active, (await world.system.ticket.count({ where }))[0]?.count]).toEqual([false, 0])
  })
})

describe('a team', () => {
  it('is created and renamed', async () => {
    const { system } = await openWorld()
    const team = await system.team.create({ name: 'Presses' })
    expect(await system.team.change({ teamId: team.id, name: 'Lifts' })).toMatchObject({ name: 'Lifts', version: 2 })
    expect(await codeOf(system.team.change({ teamId: team.id, name: 'Lifts' }))).toBe('people.nothing-new')
    expect(await codeOf(system.team.get({ teamId: 'tea_01J' }))).toBe('team.not-found')
  })
})
