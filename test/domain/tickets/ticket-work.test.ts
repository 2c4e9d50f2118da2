/** Whose a ticket is, what it says of itself, and how it is found again. */
import { describe, expect, it } from 'vitest'
import { codeOf, openWorld } from '../../desk/world.ts'

async function working(options: Parameters<typeof openWorld>[0] = {}) {
  const world = await openWorld(options)
  const agent = await world.agent()
  const { id: ticketId } = await world.open()
  return { world, agent, me: agent.desk.ticket, ticketId, get: () => world.system.ticket.get({ ticketId }) }
}

describe('assigning', () => {
  it('gives a ticket to an agent and a team, starts it, and counts moves between owners', async () => {
    const { world, agent, me, ticketId, get } = await working()
    const other = await world.agent()
    const team = await world.system.team.create({ name: 'Presses' })
    const names = await world.during(() => me.assign({ ticketId, assigneeId: agent.id, teamId: team.id }))
    expect(names).toEqual(['ticket.assigned', 'ticket.started'])
    expect(await get()).toMatchObject({ assigneeId: agent.id, teamId: team.id, reassignCount: 0 })
    await me.assign({ ticketId, assigneeId: other.id })
    await me.assign({ ticketId, assigneeId: null })
    await me.assign({ ticketId, assigneeId: agent.id })
    expect(await get()).toMatchObject({ teamId: team.id, reassignCount: 1 })
    expect(await codeOf(me.assign({ ticketId, assigneeId: agent.id }))).toBe('ticket.nothing-new')
    expect(await codeOf(me.assign({ ticketId }))).toBe('input.invalid')
  })

  it('is refused for an agent who is away, has no right to solve, or is not there', async () => {
    const { world, me, ticketId } = await working()
    const away = await world.agent()
    await world.system.agent.change({ agentId: away.id, accepting: false })
    const light = await world.agent(['lightAgent'])
    for (const { id } of [away, light])
      expect(await codeOf(me.assign({ ticketId, assigneeId: id }))).toBe('ticket.bad-assignee')
    await world.system.agent.deactivate({ agentId: away.id })
    expect(await codeOf(me.assign({ ticketId, assigneeId: away.id }))).toBe('ticket.bad-assignee')
    expect(await codeOf(me.assign({ ticketId, assigneeId: 'agt_01J' }))).toBe('reference.unknown')
    expect(await codeOf(me.assign({ ticketId, teamId: 'tea_01J' }))).toBe('reference.unknown')
  })

  it('keeps an owner whose rights end at their team from a ticket that leaves it', async () => {
    const roles = { roles: { mechanic: { 'ticket.get': 'team', 'ticket.solve': 'team' } } } as const
    const { world, me, ticketId, get } = await working({ policies: { roles } })
    const presses = await world.system.team.create({ name: 'Presses' })
    const lifts = await world.system.team.create({ name: 'Lifts' })
    const mechanic = await world.agent(['mechanic'], { teamIds: [presses.id] })
    expect(await codeOf(me.assign({ ticketId, assigneeId: mechanic.id }))).toBe('ticket.bad-assignee')
    expect(await codeOf(me.assign({ ticketId, assigneeId: mechanic.id, teamId: lifts.id }))).toBe('ticket.bad-assignee')
    await me.assign({ ticketId, assigneeId: mechanic.id, teamId: presses.id })
    expect(await codeOf(me.assign({ ticketId, teamId: lifts.id }))).toBe('ticket.bad-assignee')
    await me.assign({ ticketId, assigneeId: null, teamId: lifts.id })
    expect(await get()).toMatchObject({ assigneeId: null, teamId: lifts.id })
  })
})

describe('priority', () => {
  it('comes from impact and urgency by the table', async () => {
    const { world } = await working()
    const levels = ['high', 'medium', 'low'] as const
    const found: string[] = []
    for (const impact of levels)
      for (const urgency of levels) found.push((await world.open('ada@example.org', { impact, urgency })).priority)
    expect(found).toEqual(['P1', 'P2', 'P3', 'P2', 'P3', 'P4', 'P3', 'P4', 'P5'])
  })

  it('set by hand stays until it is given back', async () => {
    const { me, ticketId } = await working()
    expect(await me.change({ ticketId, impact: 'high', urgency: 'high' })).toMatchObject({ priority: 'P1' })
    const byHand = await me.change({ ticketId, priority: 'P4' })
    expect(byHand).toMatchObject({ priority: 'P4', priorityByHand: true })
    expect(await me.change({ ticketId, urgency: 'low' })).toMatchObject({ priority: 'P4', urgency: 'low' })
    expect(await me.change({ ticketId, priority: null })).toMatchObject({ priority: 'P3', priorityByHand: false })
    expect(await me.change({ ticketId, impact: null })).toMatchObject({ priority: 'P3', impact: null })
  })

  it('follows the host’s own table from the next change on', async () => {
    const row = { high: 'P1', medium: 'P1', low: 'P1' } as const
    const document = { matrix: { high: row, medium: row, low: row }, otherwise: 'P5' } as const
    const { world, me, ticketId, get } = await working()
    await world.system.policy.publish({ name: 'priority', document })
    expect(await get()).toMatchObject({ priority: 'P3' })
    expect(await me.change({ ticketId, impact: 'low', urgency: 'low' })).toMatchObject({ priority: 'P1' })
    expect((await world.open()).priority).toBe('P5')
  })
})

describe('changing', () => {
  it('names in the journal what changed, never the subject’s words', async () => {
    const { world, me, ticketId } = await working()
    await me.resume({ ticketId })
    await me.change({
      ticketId,
      subject: 'Frau Muster klagt',
      type: 'complaint',
      externalRefs: [{ system: 'erp', id: '7' }],
    })
    expect(world.events.at(-1)?.data).toEqual({
      type: 'complaint',
      externalRefs: [{ system: 'erp', id: '7' }],
      personal: ['subject'],
    })
    expect(await codeOf(me.change({ ticketId, subject: 'Frau Muster klagt' }))).toBe('ticket.nothing-new')
    expect(await codeOf(me.change({ ticketId }))).toBe('input.invalid')
  })

  it('of the requester takes the organisation along, and makes unknown ones', async () => {
    const { world, me, ticketId, get } = await working()
    const acme = await world.system.organisation.create({ name: 'Acme' })
    const zoe = await world.customer('zoe@acme.example', { organisationId: acme.id })
    await me.change({ ticketId, requester: { email: 'zoe@acme.example' } })
    expect(await get()).toMatchObject({ requesterId: zoe.id, organisationId: acme.id })
    const names = await world.during(() =>
      me.change({ ticketId, requester: { email: 'new@example.org', name: 'New' } }),
    )
    expect(names).toEqual(['customer.created', 'ticket.changed'])
    expect(await get()).toMatchObject({ organisationId: null })
    expect(await codeOf(me.change({ ticketId, requester: { customerId: 'cus_01J' } }))).toBe('reference.unknown')
  })
})

describe('tags and followers', () => {
  it('come and go as one event of what really changed', async () => {
    const { world, me, ticketId, get } = await working()
    await me.tag({ ticketId, add: ['b', 'a', 'b'] })
    expect((await get()).tags).toEqual(['b', 'a'])
    await me.tag({ ticketId, add: ['a', 'c'], remove: ['b', 'nope', 'c'] })
    expect(world.events.at(-1)).toMatchObject({ name: 'ticket.tagged', data: { added: ['c'], removed: ['b'] } })
    expect((await get()).tags).toEqual(['a', 'c'])
    expect(await codeOf(me.tag({ ticketId, add: ['a'], remove: ['b'] }))).toBe('ticket.nothing-new')
    expect(await codeOf(me.tag({ ticketId }))).toBe('input.invalid')
  })

  it('tell cases apart, and number a hundred at most', async () => {
    const { me, ticketId, get } = await working()
    await me.tag({ ticketId, add: ['vip', 'VIP', 'vip '] })
    await me.tag({ ticketId, add: Array.from({ length: 97 }, (_, n) => `t${n}`) })
    expect((await get()).tags).toHaveLength(100)
    expect(await codeOf(me.tag({ ticketId, add: ['one more'] }))).toBe('ticket.too-many')
    expect(await codeOf(me.tag({ ticketId, add: ['one more'], remove: ['vip'] }))).toBe('done')
  })

  it('let followers read, agents and customers alike', async () => {
    const { world, agent, me, ticketId, get } = await working()
    const bob = await world.customer('bob@example.org')
    expect(await codeOf(bob.desk.ticket.get({ ticketId }))).toBe('ticket.not-found')
    await me.follow({ ticketId, add: [bob.id, agent.id] })
    expect((await get()).followerIds).toEqual([bob.id, agent.id])
    expect((await bob.desk.ticket.get({ ticketId })).id).toBe(ticketId)
    await me.follow({ ticketId, remove: [bob.id] })
    expect(await codeOf(bob.desk.ticket.get({ ticketId }))).toBe('ticket.not-found')
    expect(await codeOf(me.follow({ ticketId, add: ['cus_01J'] }))).toBe('reference.unknown')
  })
})
