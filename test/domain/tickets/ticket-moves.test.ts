/** The life of a ticket: statuses of the desk's own and of the host's, snoozing, deleting and restoring. */
import { describe, expect, it } from 'vitest'
import { codeOf, HOUR, openWorld, type World } from '../../desk/world.ts'

const LATER = '2026-03-02T12:00:00.000Z'

async function started() {
  const world = await openWorld()
  const agent = await world.agent()
  const ticket = await world.open()
  return {
    world,
    agent,
    me: agent.desk.ticket,
    ticketId: ticket.id,
    get: () => agent.desk.ticket.get({ ticketId: ticket.id }),
  }
}

describe('a ticket', () => {
  it('goes from new to closed by its moves, each an event of its own', async () => {
    const { world, agent, me, ticketId, get } = await started()
    const names = await world.during(async () => {
      await me.resume({ ticketId })
      await me.pend({ ticketId })
      await me.resume({ ticketId })
      await me.hold({ ticketId })
      await me.solve({ ticketId })
      await me.reopen({ ticketId })
      await me.solve({ ticketId })
      await me.close({ ticketId })
    })
    expect(names).toEqual([
      'ticket.started',
      'ticket.pended',
      'ticket.resumed',
      'ticket.held',
      'ticket.assigned',
      'ticket.solved',
      'ticket.reopened',
      'ticket.solved',
      'ticket.closed',
    ])
    expect(await get()).toMatchObject({ version: 9, category: 'closed', assigneeId: agent.id, reopenCount: 1 })
  })

  it.each([
    ['close', 'ticket.no-move'],
    ['reopen', 'ticket.not-solved'],
    ['wake', 'ticket.not-snoozed'],
    ['restore', 'ticket.not-deleted'],
  ] as const)('that is open refuses %s with %s', async (verb, code) => {
    const { world, ticketId } = await started()
    await world.system.ticket.resume({ ticketId })
    expect(await codeOf(world.system.ticket[verb]({ ticketId }))).toBe(code)
  })

  it('that is solved is reopened, not resumed, and cannot be put to sleep', async () => {
    const { me, ticketId } = await started()
    await me.solve({ ticketId })
    expect(await codeOf(me.resume({ ticketId }))).toBe('ticket.no-move')
    expect(await codeOf(me.pend({ ticketId }))).toBe('ticket.no-move')
    expect(await codeOf(me.snooze({ ticketId, until: LATER }))).toBe('ticket.no-move')
    expect(await codeOf(me.solve({ ticketId }))).toBe('ticket.already')
    await me.reopen({ ticketId })
  })

  it('that is closed takes no work', async () => {
    const { world, me, ticketId } = await started()
    await me.solve({ ticketId })
    await me.close({ ticketId })
    const works = [
      me.reply({ ticketId, body: 'A' }),
      me.note({ ticketId, body: 'A' }),
      me.sideMessage({ ticketId, body: 'A', to: [{ email: 'x@example.org' }] }),
      me.assign({ ticketId, assigneeId: null }),
      me.change({ ticketId, priority: 'P1' }),
      me.tag({ ticketId, add: ['a'] }),
      me.pend({ ticketId }),
      me.reopen({ ticketId }),
      me.solve({ ticketId }),
      me.snooze({ ticketId, until: LATER }),
      me.wake({ ticketId }),
      world.system.ticket.close({ ticketId }),
    ]
    expect(new Set(await Promise.all(works.map(codeOf)))).toEqual(new Set(['ticket.closed']))
  })

  it('without an assignee is solved by agents only, who then own it', async () => {
    const { world, ticketId, get } = await started()
    const ada = world.as({ kind: 'customer', id: (await get()).requesterId })
    expect(await codeOf(ada.ticket.solve({ ticketId }))).toBe('ticket.unassigned')
    const other = await world.agent()
    await world.system.agent.change({ agentId: other.id, accepting: false })
    expect(await codeOf(other.desk.ticket.solve({ ticketId }))).toBe('ticket.bad-assignee')
    await world.as({ kind: 'rule', id: 'silence' }).ticket.solve({ ticketId })
    expect(await get()).toMatchObject({ status: 'solved', assigneeId: null })
  })

  it('is reopened by its customer within the window only', async () => {
    const { world, me, ticketId, get } = await started()
    const ada = world.as({ kind: 'customer', id: (await get()).requesterId })
    await me.solve({ ticketId })
    world.clock.advance(672 * HOUR)
    await ada.ticket.reopen({ ticketId })
    await me.solve({ ticketId })
    world.clock.advance(672 * HOUR + 1)
    expect(await codeOf(ada.ticket.reopen({ ticketId }))).toBe('ticket.reopen-window-over')
    await me.reopen({ ticketId })
  })

  it('that comes back to work leaves an agent who may no longer own it', async () => {
    for (const verb of ['reopen', 'reply'] as const) {
      const { world, agent, me, ticketId, get } = await started()
      const ada = world.as({ kind: 'customer', id: (await get()).requesterId })
      await me.solve({ ticketId })
      await world.system.agent.change({ agentId: agent.id, accepting: false })
      await world.system.agent.deactivate({ agentId: agent.id })
      const words = verb === 'reply' ? { body: 'Again.' } : {}
      const names = await world.during(() => ada.ticket[verb]({ ticketId, ...words } as never))
      expect(names.slice(-2)).toEqual(['ticket.reopened', 'ticket.assigned'])
      const back = await world.system.ticket.get({ ticketId })
      expect(back).toMatchObject({ category: 'open', assigneeId: null, reassignCount: 0 })
    }
  })
})

const HOSTS = {
  statuses: {
    statuses: [
      { name: 'incoming', category: 'new' },
      { name: 'triage', category: 'open' },
      { name: 'repair', category: 'open' },
      { name: 'customer', category: 'pending' },
      { name: 'done', category: 'solved' },
      { name: 'rejected', category: 'solved' },
      { name: 'archive', category: 'closed' },
      { name: 'constructor', category: 'open' },
    ],
    transitions: {
      incoming: ['triage', 'rejected'],
      triage: ['repair', 'customer', 'constructor'],
      repair: ['done'],
      customer: ['repair'],
      done: ['customer', 'archive'],
    },
  },
} as const

async function repairShop(): Promise<{ world: World; ticketId: `tkt_${string}`; me: World['system']['ticket'] }> {
  const world = await openWorld({ policies: structuredClone(HOSTS) as never })
  const agent = await world.agent()
  const ticket = await world.open()
  expect(ticket).toMatchObject({ status: 'incoming', category: 'new' })
  return { world, ticketId: ticket.id, me: agent.desk.ticket }
}

describe('statuses of the host’s own', () => {
  it('are moved between along the declared graph only', async () => {
    const { me, ticketId } = await repairShop()
    expect(await codeOf(me.resume({ ticketId, status: 'repair' }))).toBe('ticket.no-move')
    expect(await me.resume({ ticketId })).toMatchObject({ status: 'triage', category: 'open' })
    expect(await me.resume({ ticketId, status: 'repair' })).toMatchObject({ status: 'repair', category: 'open' })
    expect(await codeOf(me.pend({ ticketId }))).toBe('ticket.no-move')
    expect(await codeOf(me.solve({ ticketId, status: 'rejected' }))).toBe('ticket.no-move')
    expect(await me.solve({ ticketId })).toMatchObject({ status: 'done', category: 'solved' })
    expect(await codeOf(me.reopen({ ticketId }))).toBe('ticket.no-move')
    expect(await me.close({ ticketId })).toMatchObject({ status: 'archive', category: 'closed' })
  })

  it('are refused where there is no such name, or it is of another category', async () => {
    const { me, ticketId } = await repairShop()
    expect(await codeOf(me.solve({ ticketId, status: 'nope' }))).toBe('ticket.unknown-status')
    expect(await codeOf(me.solve({ ticketId, status: 'triage' }))).toBe('ticket.wrong-category')
    expect(await codeOf(me.hold({ ticketId }))).toBe('ticket.unknown-status')
  })

  it('may bear any name, and may have no way out', async () => {
    const { me, ticketId } = await repairShop()
    await me.resume({ ticketId })
    expect(await me.resume({ ticketId, status: 'constructor' })).toMatchObject({ status: 'constructor' })
    expect(await codeOf(me.solve({ ticketId }))).toBe('ticket.no-move')
  })

  it('may lead from solved to waiting, where the ticket is no longer solved', async () => {
    const { world, me, ticketId } = await repairShop()
    await me.resume({ ticketId })
    await me.resume({ ticketId, status: 'repair' })
    await me.solve({ ticketId })
    expect(await me.pend({ ticketId })).toMatchObject({ category: 'pending', solvedAt: null })
    world.clock.advance(1000 * HOUR)
    const { requesterId } = await me.get({ ticketId })
    const message = await world.as({ kind: 'customer', id: requesterId }).ticket.reply({ ticketId, body: 'Still?' })
    expect(message.ticketId).toBe(ticketId)
    expect(await me.get({ ticketId })).toMatchObject({ status: 'repair', category: 'open' })
  })

  it.each(['pend', 'reply'] as const)(
    'that lead from solved to waiting free the ticket of who has left, by %s',
    async (verb) => {
      const { world, me, ticketId } = await repairShop()
      await me.resume({ ticketId })
      await me.resume({ ticketId, status: 'repair' })
      const { assigneeId } = await me.solve({ ticketId })
      const agentId = assigneeId as `agt_${string}`
      await world.system.agent.change({ agentId, accepting: false })
      await world.system.agent.deactivate({ agentId })
      const words = verb === 'reply' ? { body: 'Which key?', status: 'customer' } : {}
      const names = await world.during(() => world.system.ticket[verb]({ ticketId, ...words } as never))
      expect(names.slice(-2)).toEqual(['ticket.pended', 'ticket.assigned'])
      expect(await world.system.ticket.get({ ticketId })).toMatchObject({ category: 'pending', assigneeId: null })
    },
  )

  it('that a later policy no longer has are left by the graph of the categories', async () => {
    const { world, me, ticketId } = await repairShop()
    await me.resume({ ticketId })
    const { statuses, transitions } = structuredClone(HOSTS.statuses)
    const document = {
      statuses: statuses.filter(({ name }) => name !== 'triage'),
      transitions: Object.fromEntries(
        Object.entries(transitions)
          .filter(([from]) => from !== 'triage')
          .map(([from, nexts]) => [from, nexts.filter((name) => name !== 'triage')]),
      ),
    }
    await world.system.policy.publish({ name: 'statuses', document })
    expect(await me.resume({ ticketId, status: 'repair' })).toMatchObject({ status: 'repair' })
  })
})

describe('a deleted ticket', () => {
  it('is gone for those who cannot restore, and takes no work', async () => {
    const { world, me, ticketId } = await started()
    const names = await world.during(() => world.system.ticket.delete({ ticketId, reason: 'Spam' }))
    expect(names).toEqual(['ticket.deleted'])
    expect(await codeOf(me.get({ ticketId }))).toBe('ticket.not-found')
    expect(await codeOf(me.reply({ ticketId, body: 'A' }))).toBe('ticket.not-found')
    expect((await me.find({})).items).toEqual([])
    const { ticket } = world.system
    const works = [
      ticket.reply({ ticketId, body: 'A' }),
      ticket.note({ ticketId, body: 'A' }),
      ticket.solve({ ticketId }),
      ticket.tag({ ticketId, add: ['a'] }),
      ticket.wake({ ticketId }),
      ticket.delete({ ticketId }),
    ]
    expect(new Set(await Promise.all(works.map(codeOf)))).toEqual(new Set(['ticket.deleted']))
  })

  it('comes back as it was', async () => {
    const { world, me, ticketId, get } = await started()
    await me.pend({ ticketId })
    const before = await get()
    await world.system.ticket.delete({ ticketId })
    await world.system.ticket.restore({ ticketId })
    expect(await get()).toEqual({ ...before, version: before.version + 2, changedAt: before.changedAt })
  })
})
