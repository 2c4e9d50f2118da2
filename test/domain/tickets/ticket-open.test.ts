/** How a ticket begins. */
import { describe, expect, it } from 'vitest'
import { codeOf, MONDAY, openWorld } from '../../desk/world.ts'

describe('opening a ticket', () => {
  it('makes the ticket, its first message and a new customer in one commit', async () => {
    const world = await openWorld()
    const names = await world.during(() => world.open('ada@example.org'))
    expect(names).toEqual(['customer.created', 'ticket.opened', 'message.posted'])
    const [ticket] = (await world.system.ticket.find({})).items
    expect(ticket).toMatchObject({
      version: 1,
      number: 1,
      subject: 'It hums',
      type: 'question',
      status: 'new',
      category: 'new',
      channel: 'api',
      priority: 'P3',
      priorityByHand: false,
      assigneeId: null,
      openedAt: MONDAY,
      messageCount: 1,
      lastCustomerMessageAt: MONDAY,
      lastAgentMessageAt: null,
    })
    const customer = await world.system.customer.get({ email: 'ADA@example.org' })
    expect(ticket?.requesterId).toBe(customer.id)
    expect(customer.identities).toEqual([{ kind: 'email', value: 'ada@example.org', verifiedAt: null }])
  })

  it('finds the customer again by address, phone, host id and id', async () => {
    const { system } = await openWorld()
    const first = await system.customer.create({
      externalId: 'crm-1',
      identities: [
        { kind: 'email', value: 'Ada@Example.org' },
        { kind: 'phone', value: '+41 44 123 45 67' },
      ],
    })
    const ways = [
      { email: 'aDA@example.ORG' },
      { phone: '+41441234567' },
      { externalId: 'crm-1' },
      { customerId: first.id },
    ]
    for (const requester of ways) {
      const ticket = await system.ticket.open({ requester, subject: 'A', body: 'B' })
      expect(ticket.requesterId).toBe(first.id)
    }
    expect((await system.customer.find({})).items).toHaveLength(1)
  })

  it('makes one customer when one new address opens two tickets at once', async () => {
    const { system, open } = await openWorld()
    const tickets = await Promise.all(Array.from({ length: 12 }, () => open('new@example.org')))
    expect(new Set(tickets.map((t) => t.requesterId)).size).toBe(1)
    expect(new Set(tickets.map((t) => t.number)).size).toBe(12)
    expect((await system.customer.find({})).items).toHaveLength(1)
  })

  it('gives the first message to whoever speaks', async () => {
    const world = await openWorld()
    const agent = await world.agent()
    const authorOf = async (acting: typeof world.system, author?: 'requester' | 'actor') => {
      const ticket = await acting.ticket.open({
        requester: { email: 'ada@example.org' },
        subject: 'A',
        body: 'B',
        ...(author && { author }),
      })
      const { entries } = await world.system.ticket.timeline({ ticketId: ticket.id })
      return entries.find((entry) => entry.message)?.message?.authorKind
    }
    const bot = world.as({ kind: 'bot', id: 'mail' })
    expect(await authorOf(bot)).toBe('customer')
    expect(await authorOf(bot, 'actor')).toBe('bot')
    expect(await authorOf(agent.desk)).toBe('agent')
    expect(await authorOf(agent.desk, 'requester')).toBe('customer')
  })

  it('is refused without a requester, and with one who is not there', async () => {
    const { system, as } = await openWorld()
    const words = { subject: 'A', body: 'B' }
    expect(await codeOf(system.ticket.open(words))).toBe('ticket.requester-missing')
    const requester = { customerId: 'cus_01J00000000000000000000000' } as const
    expect(await codeOf(system.ticket.open({ ...words, requester }))).toBe('reference.unknown')
    expect(await codeOf(as({ kind: 'system', id: 'x' }, 'other').ticket.open({ ...words, requester }))).toBe(
      'reference.unknown',
    )
  })

  it('numbers tickets upwards, each number once', async () => {
    const { open } = await openWorld()
    const numbers: number[] = []
    for (let n = 0; n < 20; n++) numbers.push((await open()).number)
    expect(new Set(numbers).size).toBe(20)
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
  })

  it('takes no tag, follower or reference twice over', async () => {
    const world = await openWorld()
    const agent = await world.agent()
    const ticket = await world.open('ada@example.org', { tags: ['a', 'b', 'a'], followerIds: [agent.id, agent.id] })
    expect(ticket.tags).toEqual(['a', 'b'])
    expect(ticket.followerIds).toEqual([agent.id])
    expect(await codeOf(world.open('ada@example.org', { followerIds: ['agt_01J'] }))).toBe('reference.unknown')
    expect(await codeOf(world.open('ada@example.org', { teamId: 'tea_01J' }))).toBe('reference.unknown')
    expect(await codeOf(world.open('ada@example.org', { assigneeId: 'agt_01J' }))).toBe('reference.unknown')
  })
})

describe('a customer who opens a ticket', () => {
  it('opens for themselves', async () => {
    const world = await openWorld()
    const ada = await world.customer('ada@example.org')
    await world.customer('bob@example.org')
    const ticket = await ada.desk.ticket.open({ subject: 'A', body: 'B' })
    expect(ticket.requesterId).toBe(ada.id)
    const named = await ada.desk.ticket.open({ requester: { customerId: ada.id }, subject: 'A', body: 'B' })
    expect(named.requesterId).toBe(ada.id)
    for (const requester of [{ email: 'bob@example.org' }, { email: 'nobody@example.org' }])
      expect(await codeOf(ada.desk.ticket.open({ requester, subject: 'A', body: 'B' }))).toBe(
        'ticket.foreign-requester',
      )
  })

  it('sets nothing aside that later would need an agent’s right', async () => {
    const world = await openWorld()
    const agent = await world.agent()
    const team = await world.system.team.create({ name: 'Presses' })
    const ada = await world.customer('ada@example.org')
    const asides = [
      { assigneeId: agent.id },
      { teamId: team.id },
      { priority: 'P1' },
      { tags: ['vip'] },
      { followerIds: [agent.id] },
      { externalRefs: [{ system: 'erp', id: '1' }] },
    ] as const
    for (const aside of asides)
      expect(await codeOf(ada.desk.ticket.open({ subject: 'A', body: 'B', ...aside }))).toBe('access.forbidden')
    expect((await world.system.ticket.find({})).items).toEqual([])
  })
})

describe('a follow-up', () => {
  it('goes on from a solved or closed ticket with what that one was about', async () => {
    const world = await openWorld()
    const agent = await world.agent()
    const first = await world.open('ada@example.org', { tags: ['press'], priority: 'P2', assigneeId: agent.id })
    await agent.desk.ticket.solve({ ticketId: first.id })
    await agent.desk.ticket.close({ ticketId: first.id })
    const next = await agent.desk.ticket.followUp({ ticketId: first.id, body: 'Here is more.' })
    expect(next).toMatchObject({
      followUpOf: first.id,
      subject: first.subject,
      requesterId: first.requesterId,
      tags: ['press'],
      priority: 'P2',
      priorityByHand: true,
      status: 'new',
      assigneeId: null,
      number: 2,
    })
    expect(await world.system.ticket.get({ ticketId: first.id })).toMatchObject({ status: 'closed', version: 3 })
  })

  it('is refused of a ticket that is still worked on, or deleted', async () => {
    const world = await openWorld()
    const ticket = await world.open()
    const followUp = () => codeOf(world.system.ticket.followUp({ ticketId: ticket.id, body: 'More.' }))
    expect(await followUp()).toBe('ticket.still-open')
    await world.system.ticket.delete({ ticketId: ticket.id })
    expect(await followUp()).toBe('ticket.deleted')
  })
})
