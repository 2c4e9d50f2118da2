/** The batch door: one commit, an outcome for each command, and a retry that acts once. */
import { type BatchItem, type Change, createDesk, type Store, type StoredRecord } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { describe, expect, it } from 'vitest'
import { overlayOn } from '../../src/desk/overlay.ts'
import { DEFAULT_POLICIES } from '../../src/domain/policy.ts'
import { codeOf, HOUR, openWorld } from './world.ts'

const opening = (n: number): BatchItem => ({
  name: 'ticket.open',
  input: { requester: { email: `c${n}@example.org` }, subject: `S${n}`, body: 'Since noon.' },
})

/** A store that remembers what was asked of it. */
function watched() {
  const commits: Change[] = []
  const reads = { count: 0 }
  const base = memoryStore()
  const store: Store = {
    ...base,
    get: (tenant, keys) => {
      reads.count++
      return base.get(tenant, keys)
    },
    commit: (change) => {
      commits.push(change)
      return base.commit(change)
    },
  }
  return { store, commits, reads }
}

/** Work that fails, since the store can commit nothing as long as it lasts. */
async function failing(store: Store, work: () => Promise<unknown>): Promise<void> {
  const { commit } = store
  Object.assign(store, { commit: () => Promise.reject(new Error('the disk is full')) })
  await expect(work()).rejects.toThrow('the disk is full')
  Object.assign(store, { commit })
}

describe('a batch', () => {
  it('is one commit whatever it holds, and asks for what its commands read together', async () => {
    const { store, commits, reads } = watched()
    const world = await openWorld({ store })
    commits.length = 0
    reads.count = 0
    const outcomes = await world.system.batch([...Array(50).keys()].map(opening))
    expect(outcomes.filter(({ done }) => done)).toHaveLength(50)
    expect(commits).toHaveLength(1)
    expect(reads.count).toBeLessThanOrEqual(2)
    expect((await world.desk.verify()).findings).toEqual([])
  })

  it('does what can be done, and tells of each command that was refused', async () => {
    const world = await openWorld()
    const { id: ticketId } = await world.open()
    const [noted, refused, solved] = await world.system.batch([
      { name: 'ticket.note', input: { ticketId, body: 'N' } },
      { name: 'ticket.reopen', input: { ticketId } },
      { name: 'ticket.solve', input: { ticketId } },
    ])
    expect(noted).toMatchObject({ done: true, record: { body: 'N', seq: 2 } })
    expect(refused).toMatchObject({ done: false, fault: { code: 'ticket.not-solved' } })
    expect(solved).toMatchObject({ done: true, record: { status: 'solved', version: 3 } })
  })

  it('lets a command see what those before it did, also where it searches or counts', async () => {
    const world = await openWorld()
    const { id: agentId } = await world.system.agent.create({ name: 'A' })
    const { id: ticketId } = await world.open()
    const outcomes = await world.system.batch([
      { name: 'ticket.assign', input: { ticketId, assigneeId: agentId } },
      { name: 'agent.change', input: { agentId, accepting: false } },
      { name: 'agent.deactivate', input: { agentId } },
    ])
    expect(outcomes[2]).toMatchObject({ done: false, fault: { code: 'agent.still-assigned' } })
  })

  it('finds as many as are asked for behind those that its commands wrote', async () => {
    const { system, store } = await openWorld()
    for (const count of [1000, 3]) await system.batch(Array.from({ length: count }, (_, n) => opening(n)))
    const { store: inner, change } = overlayOn(store, 'main', async () => {})
    const request = { where: null, order: [], limit: 1000, after: null }
    const [first, second, ...others] = (await store.find('main', 'ticket', request)) as [StoredRecord, StoredRecord]
    const writes = [first, second].map(({ version, ...rest }) => ({ ...rest, doc: null, expected: version }))
    await inner.commit({ ...change(null), writes })
    const found = await inner.find('main', 'ticket', request)
    expect(found).toHaveLength(1000)
    expect(found.slice(0, 998)).toEqual(others)
    expect(
      await inner.find('main', 'ticket', { ...request, after: { values: [], id: found[999]?.id ?? '' } }),
    ).toHaveLength(1)
  })

  it('under a command id acts once, and answers the second time as the first time', async () => {
    const world = await openWorld()
    const items = [opening(1), { name: 'ticket.solve', input: { ticketId: 'tkt_01JNB000000000000000000001' } }] as const
    const first = await world.system.batch(items, { commandId: 'import-1' })
    const again = await world.system.batch(items, { commandId: 'import-1' })
    expect(JSON.parse(JSON.stringify(again))).toEqual(JSON.parse(JSON.stringify(first)))
    expect((await world.system.ticket.find({})).items).toHaveLength(1)
    expect(await codeOf(world.system.batch([opening(2)], { commandId: 'import-1' }))).toBe('command.reused')
  })

  it('of which all was refused leaves no command id, and can be done later', async () => {
    const world = await openWorld()
    const create = [{ name: 'customer.create', input: { name: 'Ada', externalId: 'c-1' } }] as const
    const { id: customerId } = await world.system.customer.create(create[0].input)
    expect(await world.system.batch(create, { commandId: 'import-1' })).toMatchObject([{ done: false }])
    expect(await world.store.command('main', 'import-1')).toBe(null)
    await world.system.customer.change({ customerId, externalId: 'c-2' })
    expect(await world.system.batch(create, { commandId: 'import-1' })).toMatchObject([{ done: true }])
  })

  it('answers as the first time also where all of it would be refused now', async () => {
    const world = await openWorld()
    const create = [{ name: 'customer.create', input: { name: 'Ada', externalId: 'c-1' } }] as const
    const first = await world.system.batch(create, { commandId: 'import-1' })
    expect(first).toMatchObject([{ done: true }])
    expect(await world.system.batch(create)).toMatchObject([{ done: false }])
    const again = await world.system.batch(create, { commandId: 'import-1' })
    expect(JSON.parse(JSON.stringify(again))).toEqual(JSON.parse(JSON.stringify(first)))
    const other = [{ name: 'customer.create', input: { name: 'Ben', externalId: 'c-1' } }] as const
    expect(await codeOf(world.system.batch(other, { commandId: 'import-1' }))).toBe('command.reused')
  })

  it('under a command id is held to its dates, and may hold nothing that JSON cannot', async () => {
    const { system, open } = await openWorld()
    const { id: ticketId } = await open()
    const snooze = (until: unknown) =>
      system.batch([{ name: 'ticket.snooze', input: { ticketId, until } } as never], { commandId: 'import-1' })
    await snooze(new Date('2026-03-03'))
    expect((await snooze(new Date('2026-03-03')))[0]).toMatchObject({ done: true })
    expect(await codeOf(snooze(new Date('2026-04-03')))).toBe('command.reused')
    expect(await codeOf(snooze(1n))).toBe('input.invalid')
  })

  it('leaves nothing when its commit fails', async () => {
    const { store } = watched()
    const world = await openWorld({ store })
    await failing(store, () => world.system.batch([opening(1), opening(2)]))
    expect((await world.system.ticket.find({})).items).toEqual([])
    expect(world.events.filter(({ name }) => name === 'ticket.opened')).toEqual([])
  })

  it('reads the policies in force once for all batches', async () => {
    const { store, reads } = watched()
    const importer = (await createDesk({ store })).as({ by: { kind: 'system', id: 'import' } })
    await importer.batch([opening(1)])
    reads.count = 0
    await importer.batch([opening(1), opening(1)])
    // By address, then by what that leads to.
    expect(reads.count).toBe(2)
  })

  it('forgets the policies that it had learned when its commit fails', async () => {
    const { store } = watched()
    const lifecycle = (closeAfter: string) => ({
      name: 'policy.publish' as const,
      input: { name: 'lifecycle' as const, document: { ...DEFAULT_POLICIES.lifecycle, closeAfter } },
    })
    const options = { store, policies: 'published' as const }
    const world = await openWorld(options)
    const other = await openWorld(options)
    const ticket = await world.open('ada@example.org')
    await failing(store, () => world.system.batch([lifecycle('9h'), lifecycle('8h')]))
    await other.system.batch([lifecycle('2h')])
    await world.system.ticket.solve({ ticketId: ticket.id })
    world.clock.advance(3 * HOUR)
    await world.desk.tick()
    expect((await world.system.ticket.get({ ticketId: ticket.id })).category).toBe('closed')
  })

  it('does each as if it stood alone behind those before it, whatever they changed', async () => {
    const world = await openWorld()
    const acme = await world.system.organisation.create({ name: 'Acme' })
    const [cy, dee] = [await world.customer('cy@example.org'), await world.customer('dee@example.org')]
    const admin = await world.agent(['admin'])
    const open = (requester: object): BatchItem => ({
      name: 'ticket.open',
      input: { requester, subject: 'S', body: 'B' } as never,
    })
    const priority = { ...DEFAULT_POLICIES.priority, otherwise: 'P1' as const }
    const outcomes = await admin.desk.batch([
      { name: 'policy.publish', input: { name: 'priority', document: priority } },
      { name: 'customer.change', input: { customerId: cy.id, organisationId: acme.id } },
      open({ customerId: cy.id }),
      { name: 'customer.merge', input: { customerId: cy.id, into: dee.id } },
      open({ email: 'cy@example.org' }),
      { name: 'agent.change', input: { agentId: admin.id, accepting: false } },
      { name: 'agent.deactivate', input: { agentId: admin.id } },
      open({ customerId: dee.id }),
    ] as never)
    expect(outcomes[2]).toMatchObject({ record: { priority: 'P1', organisationId: acme.id } })
    expect(outcomes[4]).toMatchObject({ record: { requesterId: dee.id } })
    expect(outcomes[7]).toMatchObject({ done: false, fault: { code: 'access.unknown-actor' } })
    expect((await world.desk.verify()).findings).toEqual([])
  })

  it('tells nobody again what it gave, who may no longer do it', async () => {
    const world = await openWorld()
    const agent = await world.agent()
    const { id: ticketId } = await world.open()
    const tag = () => agent.desk.batch([{ name: 'ticket.tag', input: { ticketId, add: ['y'] } }], { commandId: 'b' })
    expect(await tag()).toMatchObject([{ done: true }])
    await world.system.agent.change({ agentId: agent.id, accepting: false })
    await world.system.agent.deactivate({ agentId: agent.id })
    expect(await tag()).toMatchObject([{ done: false, fault: { code: 'access.unknown-actor' } }])
  })

  it('is refused as a whole when it is no list of commands', async () => {
    const { system } = await openWorld()
    expect(await codeOf(system.batch([]))).toBe('input.invalid')
    expect(await codeOf(system.batch([{ name: 'ticket.fly', input: {} } as never]))).toBe('input.invalid')
    expect(await codeOf(system.batch(Array.from({ length: 1001 }, (_, n) => opening(n))))).toBe('input.invalid')
    const [outcome] = await system.batch([{ name: 'ticket.open', input: { body: 7 } as never }])
    expect(outcome).toMatchObject({ done: false, fault: { code: 'input.invalid' } })
  })

  it('tells listeners once all of it is committed, in the order of its commands', async () => {
    const world = await openWorld()
    const names = await world.during(() => world.system.batch([opening(1), opening(2)]))
    expect(names.filter((name) => name === 'ticket.opened')).toHaveLength(2)
    const numbers = world.events.flatMap((event) => (event.name === 'ticket.opened' ? [event.data.number] : []))
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
  })
})
