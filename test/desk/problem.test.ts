/** A problem and its incidents: the resolution reaches each once, and until then a workaround. */
import type { Store, TicketId } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { describe, expect, it } from 'vitest'
import { STORES } from './stores.ts'
import { codeOf, MINUTE, openWorld } from './world.ts'

async function outage(n: number, relations: object = {}, store: Store = memoryStore()) {
  const world = await openWorld({ store, policies: { relations: relations as never } })
  const { system } = world
  const noor = await world.agent()
  const problem = await world.open('ops@example.org', { type: 'problem', subject: 'The core switch' })
  const incidents: TicketId[] = []
  for (let k = 0; k < n; k++) {
    const { id } = await world.open(`c${k}@example.org`, { type: 'incident' })
    await system.ticket.link({ ticketId: problem.id, type: 'causes', otherId: id })
    incidents.push(id)
  }
  world.clock.advance(MINUTE)
  const get = (ticketId: TicketId) => system.ticket.get({ ticketId })
  const resolve = () => noor.desk.ticket.solve({ ticketId: problem.id, resolution: 'The switch is changed.' })
  const taken = () => world.events.flatMap((e) => (e.name === 'ticket.resolutionTaken' ? [e.record.id] : []))
  return { ...world, noor, problem, incidents, get, resolve, taken }
}

describe.each(STORES)('the resolution of a problem, on $name,', ({ open }) => {
  it('solves each open incident with a public message, once', async () => {
    const { system, problem, incidents, get, resolve, taken, desk } = await outage(3, {}, open())
    await system.ticket.solve({ ticketId: incidents[1]! })
    const { solvedAt } = await resolve()
    for (const id of [incidents[0]!, incidents[2]!]) {
      expect(await get(id)).toMatchObject({ status: 'solved', messageCount: 2, solvedAt })
      expect((await get(id)).resolvedBy).toMatchObject({ fromId: problem.id, since: solvedAt })
    }
    expect(await get(incidents[1]!)).toMatchObject({ messageCount: 1, resolvedBy: null })
    expect(taken()).toEqual([incidents[0], incidents[2]])
    expect((await desk.verify()).ok).toBe(true)
  })

  it('comes to many as a job, to each once, however often it is looked at', async () => {
    const { incidents, resolve, taken, desk } = await outage(7, { cascadeAtOnce: 2 }, open())
    await resolve()
    await desk.tick()
    await desk.tick()
    expect([...taken()].sort()).toEqual([...incidents].sort())
  })
})

describe('the resolution of a problem', () => {
  it('is refused to an incident that has it already', async () => {
    const { system, problem, incidents, get, resolve } = await outage(1)
    const { solvedAt: since } = await resolve()
    await system.ticket.reopen({ ticketId: incidents[0]! })
    const again = { ticketId: incidents[0]!, fromId: problem.id, since: since! }
    expect(await codeOf(system.ticket.takeResolution(again))).toBe('ticket.resolution-taken')
    expect((await get(incidents[0]!)).status).toBe('open')
  })

  it('is refused to one that is solved in another way, also where it would give another status', async () => {
    const statuses = [
      ...(['new', 'open', 'solved', 'closed'] as const).map((name) => ({ name, category: name })),
      { name: 'fixed', category: 'solved' as const },
    ]
    const { system, problem, incidents } = await outage(1)
    await system.policy.publish({ name: 'statuses', document: { statuses } })
    await system.ticket.solve({ ticketId: incidents[0]! })
    const other = { ticketId: incidents[0]!, fromId: problem.id, since: problem.openedAt, status: 'fixed' }
    expect(await codeOf(system.ticket.takeResolution(other))).toBe('ticket.already')
  })

  it('comes to an incident anew when its problem is solved anew', async () => {
    const { system, clock, problem, incidents, get, resolve } = await outage(1)
    await resolve()
    clock.advance(MINUTE)
    await system.ticket.reopen({ ticketId: problem.id })
    await system.ticket.reopen({ ticketId: incidents[0]! })
    clock.advance(MINUTE)
    await resolve()
    expect(await get(incidents[0]!)).toMatchObject({ status: 'solved', messageCount: 3 })
  })

  it('comes to one that is solved by somebody at the same moment only in one way', async () => {
    const { system, incidents, get, resolve } = await outage(8)
    const mine = incidents.map((ticketId) => codeOf(system.ticket.solve({ ticketId })))
    const [, codes] = await Promise.all([resolve(), Promise.all(mine)])
    for (const [n, id] of incidents.entries()) {
      const { resolvedBy, messageCount, status } = await get(id)
      expect(status).toBe('solved')
      expect([codes[n], resolvedBy === null, messageCount]).toEqual(
        codes[n] === 'done' ? ['done', true, 1] : ['ticket.already', false, 2],
      )
    }
  })

  it('is not told to incidents that were linked after it', async () => {
    const { system, clock, open, problem, get, resolve, desk } = await outage(3, { cascadeAtOnce: 1 })
    await resolve()
    clock.advance(MINUTE)
    const late = await open('late@example.org', { type: 'incident' })
    await system.ticket.link({ ticketId: problem.id, type: 'causes', otherId: late.id })
    await desk.tick()
    expect((await get(late.id)).status).toBe('new')
  })

  it('is told in no words once its message is redacted', async () => {
    const { system, problem, incidents, get, resolve, desk } = await outage(2, { cascadeAtOnce: 1 })
    await resolve()
    const { entries } = await system.ticket.timeline({ ticketId: problem.id })
    const messageId = entries.findLast(({ message }) => message)?.message?.id
    await system.ticket.redact({ ticketId: problem.id, messageId: messageId!, reason: 'a card number' })
    await desk.tick()
    expect(await get(incidents[1]!)).toMatchObject({ status: 'solved', messageCount: 1 })
  })

  it('stays with the problem where none is given', async () => {
    const { noor, problem, incidents, get } = await outage(1)
    await noor.desk.ticket.solve({ ticketId: problem.id })
    expect((await get(incidents[0]!)).status).toBe('new')
  })

  it('needs no words where the policy offers always', async () => {
    const { noor, problem, incidents, get } = await outage(1, { offerResolution: 'always' })
    await noor.desk.ticket.solve({ ticketId: problem.id })
    expect(await get(incidents[0]!)).toMatchObject({ status: 'solved', messageCount: 1 })
  })

  it('of a ticket that is no problem goes nowhere', async () => {
    const { system, incidents, problem, get, resolve } = await outage(1)
    await system.ticket.change({ ticketId: problem.id, type: 'incident' })
    await resolve()
    expect((await get(incidents[0]!)).status).toBe('new')
  })

  it('cannot be given by a customer, who may solve a ticket but not speak to others’ customers', async () => {
    const { as, noor, problem, system, incidents, get } = await outage(1, { offerResolution: 'always' })
    await system.ticket.assign({ ticketId: problem.id, assigneeId: noor.id })
    const asked = as({ kind: 'customer', id: problem.requesterId })
    const told = asked.ticket.solve({ ticketId: problem.id, resolution: 'Buy my pills.' })
    expect(await codeOf(told)).toBe('access.forbidden')
    await asked.ticket.solve({ ticketId: problem.id })
    expect((await get(incidents[0]!)).status).toBe('new')
  })
})

describe('a known error', () => {
  const workaround = 'Use the other switch.'

  it('shows its workaround at open incidents until the problem is solved', async () => {
    const { noor, problem, incidents, system } = await outage(2)
    await noor.desk.ticket.setKnownError({ ticketId: problem.id, workaround })
    const shown = () => noor.desk.ticket.workarounds({ ticketId: incidents[0]! })
    expect(await shown()).toMatchObject([{ problemId: problem.id, number: problem.number, workaround }])
    await system.ticket.solve({ ticketId: incidents[1]! })
    expect(await noor.desk.ticket.workarounds({ ticketId: incidents[1]! })).toEqual([])
    await noor.desk.ticket.solve({ ticketId: problem.id })
    expect(await shown()).toEqual([])
  })

  it('can be put in other words, and be one no longer', async () => {
    const { noor, problem, incidents } = await outage(1)
    const shown = async () => (await noor.desk.ticket.workarounds({ ticketId: incidents[0]! })).map((w) => w.workaround)
    await noor.desk.ticket.setKnownError({ ticketId: problem.id, workaround })
    await noor.desk.ticket.setKnownError({ ticketId: problem.id, workaround: 'Restart it.' })
    expect(await shown()).toEqual(['Restart it.'])
    await noor.desk.ticket.setKnownError({ ticketId: problem.id, workaround: null })
    expect(await shown()).toEqual([])
    expect(await codeOf(noor.desk.ticket.setKnownError({ ticketId: problem.id, workaround: null }))).toBe(
      'ticket.nothing-new',
    )
  })

  it('has words that are in no journal, and that are gone once redacted', async () => {
    const { noor, problem, incidents, store, system, get } = await outage(1)
    await noor.desk.ticket.setKnownError({ ticketId: problem.id, workaround })
    expect(JSON.stringify(await store.history('main', { limit: 1000 }))).not.toContain(workaround)
    const { workaroundId } = await get(problem.id)
    await system.ticket.redact({ ticketId: problem.id, messageId: workaroundId!, reason: 'a name' })
    expect(await noor.desk.ticket.workarounds({ ticketId: incidents[0]! })).toEqual([])
  })

  it('is a problem, and stands', async () => {
    const { noor, incidents, problem, system } = await outage(1)
    expect(await codeOf(noor.desk.ticket.setKnownError({ ticketId: incidents[0]!, workaround }))).toBe(
      'ticket.not-a-problem',
    )
    await system.ticket.delete({ ticketId: problem.id })
    expect(await codeOf(system.ticket.setKnownError({ ticketId: problem.id, workaround }))).toBe('ticket.deleted')
  })

  it('is shown to agents, and to customers only by a role of the host’s', async () => {
    const { as, get, incidents } = await outage(1)
    const asked = as({ kind: 'customer', id: (await get(incidents[0]!)).requesterId })
    expect(await codeOf(asked.ticket.workarounds({ ticketId: incidents[0]! }))).toBe('access.forbidden')
  })
})
