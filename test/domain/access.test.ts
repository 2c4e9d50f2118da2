/** Who may do what: how far permissions reach, and which records that is. */
import { describe, expect, it } from 'vitest'
import { PERMISSIONS } from '../../src/desk/permissions.ts'
import { BUILT_IN_ROLES, mayOwn, type Principal, type Role, reachedRecords, reachOf } from '../../src/domain/access.ts'
import { meets } from '../../src/domain/condition-read.ts'
import type { Agent } from '../../src/domain/people/people.ts'
import { codeOf, openWorld } from '../desk/world.ts'

const noor: Agent = {
  id: 'agt_1',
  version: 1,
  name: 'Noor',
  email: null,
  externalId: null,
  roles: [],
  teamIds: ['tea_1'],
  accepting: true,
  active: true,
  createdAt: '',
  changedAt: '',
}

function agentWith(...roles: Role[]): Principal {
  const actor = { kind: 'agent', id: noor.id } as const
  return { actor, agent: noor, roles, teamIds: noor.teamIds, customerIds: [], sharedOrganisationIds: [] }
}

describe('a permission', () => {
  it('reaches as far as the widest of the roles that name it, by name, by noun or at all', () => {
    expect(reachOf(agentWith(), 'ticket.get')).toBeNull()
    expect(reachOf(agentWith({ 'ticket.get': 'own' }), 'ticket.get')).toBe('own')
    expect(reachOf(agentWith({ 'ticket.get': 'own' }, { 'ticket.*': 'team' }), 'ticket.get')).toBe('team')
    expect(reachOf(agentWith({ 'ticket.get': 'own', '*': 'any' }), 'ticket.get')).toBe('any')
    expect(reachOf(agentWith({ 'ticket.*': 'any' }), 'ticketing.get')).toBeNull()
    expect(reachOf(agentWith({}), 'constructor')).toBeNull()
    expect(reachOf(agentWith({}), 'toString.call')).toBeNull()
  })

  it('reaches the same records in a condition as its scope says', () => {
    const base = {
      followerIds: [],
      assigneeId: null,
      teamId: null,
      organisationId: null,
      requesterId: 'x',
      deletedAt: null,
    }
    const tickets = {
      assigned: { ...base, assigneeId: 'agt_1' },
      followed: { ...base, followerIds: ['agt_1'] },
      team: { ...base, teamId: 'tea_1' },
      strange: { ...base, assigneeId: 'agt_2', teamId: 'tea_2' },
      deleted: { ...base, assigneeId: 'agt_1', deletedAt: '2026' },
    }
    const reached = (role: Role) =>
      Object.entries(tickets)
        .filter(([, ticket]) => meets(reachedRecords(agentWith(role), 'ticket.get', 'ticket'), ticket))
        .map(([name]) => name)
    expect(reached({})).toEqual([])
    expect(reached({ 'ticket.get': 'own' })).toEqual(['assigned', 'followed'])
    expect(reached({ 'ticket.get': 'team' })).toEqual(['assigned', 'followed', 'team'])
    expect(reached({ 'ticket.get': 'any' })).toEqual(['assigned', 'followed', 'team', 'strange'])
    expect(reached({ '*': 'any' })).toEqual(Object.keys(tickets))
  })
})

describe('a ticket’s owner', () => {
  it('is active, takes tickets, and may solve the ticket where it lies', () => {
    const may = (agent: Partial<Agent>, role: Role, teamId: 'tea_1' | 'tea_2' | null = null) =>
      mayOwn({ ...noor, ...agent }, [role], { teamId })
    const { agent, viewer } = BUILT_IN_ROLES as { agent: Role; viewer: Role }
    expect(may({}, agent)).toBe(true)
    expect(may({ active: false }, agent)).toBe(false)
    expect(may({ accepting: false }, agent)).toBe(false)
    expect(may({}, viewer)).toBe(false)
    expect(may({}, { 'ticket.solve': 'own' }, 'tea_2')).toBe(true)
    expect(may({}, { 'ticket.solve': 'team' }, 'tea_1')).toBe(true)
    expect(may({}, { 'ticket.solve': 'team' }, 'tea_2')).toBe(false)
    expect(may({}, { 'ticket.solve': 'team' })).toBe(false)
    // For agents that is as `own`.
    expect(may({}, { 'ticket.solve': 'organisation' })).toBe(true)
  })
})

describe('a role of the host’s', () => {
  it('that bears a built-in name replaces it', async () => {
    const world = await openWorld({ policies: { roles: { roles: { viewer: { 'ticket.find': 'any' } } } } })
    const viewer = await world.agent(['viewer'])
    await world.open()
    expect(await codeOf(viewer.desk.team.find({}))).toBe('access.forbidden')
    expect(await codeOf(viewer.desk.ticket.find({}))).toBe('done')
  })

  it('shows in no list what it does not show one by one', async () => {
    const roles = {
      roles: { odd: { 'ticket.find': 'any', 'ticket.count': 'any', 'ticket.timeline': 'any', 'ticket.get': 'own' } },
    } as const
    const world = await openWorld({ policies: { roles } })
    const odd = await world.agent(['odd'])
    const theirs = await world.open()
    const own = await world.open('bob@example.org', { followerIds: [odd.id] })
    expect((await odd.desk.ticket.find({})).items.map((ticket) => ticket.id)).toEqual([own.id])
    expect(await odd.desk.ticket.count({})).toEqual([{ group: [], count: 1 }])
    expect(await codeOf(odd.desk.ticket.timeline({ ticketId: theirs.id }))).toBe('ticket.not-found')
  })

  it('reaches both records of a merge, or none', async () => {
    const roles = { roles: { customer: { 'customer.get': 'own', 'customer.merge': 'own' } } } as const
    const world = await openWorld({ policies: { roles } })
    const ada = await world.customer('ada@example.org')
    const bob = await world.customer('bob@example.org')
    const merge = ada.desk.customer.merge({ customerId: bob.id, into: ada.id })
    expect(await codeOf(merge)).toBe('customer.not-found')
  })

  it('with the widest of its scopes counts, and one that is for others as own', async () => {
    const roles = { roles: { customer: { 'ticket.*': 'team', 'ticket.get': 'organisation' } } } as const
    const world = await openWorld({ policies: { roles } })
    const acme = await world.system.organisation.create({ name: 'Acme', sharesTickets: true })
    const ada = await world.customer('ada@example.org', { organisationId: acme.id })
    await world.customer('bob@example.org', { organisationId: acme.id })
    const ticket = await world.open('bob@example.org')
    expect(await codeOf(ada.desk.ticket.get({ ticketId: ticket.id }))).toBe('done')
  })

  it('may name every permission that there is', async () => {
    const world = await openWorld()
    const all = Object.fromEntries([...PERMISSIONS].map((name) => [name, 'any']))
    const document = { roles: { all } } as never
    expect(await codeOf(world.system.policy.publish({ name: 'roles', document }))).toBe('done')
  })

  it('shows no clocks of a ticket that it does not show', async () => {
    const clocks = { 'ticket.get': 'own', 'sla.get': 'any', 'sla.explain': 'any' } as const
    const sla = { policies: [{ name: 's', metrics: { resolution: { target: '8h' } } }] } as const
    const world = await openWorld({ policies: { roles: { roles: { clocks } }, sla } })
    const one = await world.agent(['clocks'])
    const { id: ticketId } = await world.open()
    expect(await codeOf(one.desk.sla.get({ ticketId }))).toBe('ticket.not-found')
    expect(await codeOf(one.desk.sla.explain({ ticketId, metric: 'resolution' }))).toBe('ticket.not-found')
  })

  it('takes effect with the next call', async () => {
    const world = await openWorld({
      policies: { roles: { roles: { reader: { 'ticket.find': 'any', 'ticket.get': 'any' } } } },
    })
    const reader = await world.agent(['reader'])
    await world.open()
    expect((await reader.desk.ticket.find({})).items).toHaveLength(1)
    await world.system.policy.publish({ name: 'roles', document: { roles: { reader: { 'ticket.get': 'any' } } } })
    expect(await codeOf(reader.desk.ticket.find({}))).toBe('access.forbidden')
    await world.system.policy.publish({ name: 'roles', document: { roles: {} } })
    expect(await codeOf(reader.desk.ticket.find({}))).toBe('access.forbidden')
  })
})
