/** Policies: published from code or by command, each version with the time for which it held. */
import { createDesk } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { manualClock } from 'deskwright/testing'
import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICIES, POLICY_NAMES } from '../../src/domain/policy.ts'
import { codeOf, HOUR, MONDAY, openWorld } from './world.ts'

const quick = { ...DEFAULT_POLICIES.lifecycle, closeAfter: '1h' } as const
const slow = { ...DEFAULT_POLICIES.lifecycle, closeAfter: '9h' } as const

describe('policies in code', () => {
  it('are published once in each tenant, and again when the code has changed', async () => {
    const store = memoryStore()
    const clock = manualClock(MONDAY)
    const lives: number[] = []
    for (const lifecycle of [quick, quick, slow, quick, quick]) {
      const desk = await createDesk({ store, clock, policies: { lifecycle } })
      const me = desk.as({ by: { kind: 'system', id: 's' } })
      lives.push((await me.policy.get({ name: 'lifecycle' })).number)
      clock.advance(HOUR)
    }
    expect(lives).toEqual([1, 1, 2, 3, 3])
    const entries = await store.history('main', { names: ['policy.published'], limit: 100 })
    expect(entries).toHaveLength(POLICY_NAMES.length + 2)
    expect(await store.history('other', { limit: 100 })).toEqual([])
  })

  it('give way to an admin’s version until the code changes', async () => {
    const store = memoryStore()
    const start = async (lifecycle: typeof quick | typeof slow) => {
      const desk = await createDesk({ store, clock: manualClock(MONDAY), policies: { lifecycle } })
      return desk.as({ by: { kind: 'system', id: 's' } }).policy
    }
    const none = { ...quick, closeAfter: null }
    await (await start(quick)).publish({ name: 'lifecycle', document: none })
    expect((await (await start(quick)).get({ name: 'lifecycle' })).document).toEqual(none)
    expect((await (await start(slow)).get({ name: 'lifecycle' })).document).toEqual(slow)
  })

  it('stay as the tenant has them for a desk that is opened without the host’s code', async () => {
    const store = memoryStore()
    const start = async (policies: 'published' | { lifecycle: typeof slow }) => {
      const desk = await createDesk({ store, clock: manualClock(MONDAY), policies })
      return desk.as({ by: { kind: 'system', id: 's' } }).policy
    }
    await (await start({ lifecycle: slow })).get({ name: 'lifecycle' })
    const published = await start('published')
    expect(await published.get({ name: 'lifecycle' })).toMatchObject({ number: 1, document: slow })
    await published.publish({ name: 'lifecycle', document: quick })
    expect((await (await start('published')).get({ name: 'lifecycle' })).number).toBe(2)
    expect(await store.history('main', { limit: 100 })).toHaveLength(POLICY_NAMES.length + 1)
  })

  it('that a tenant lacks are added also without the host’s code, and no others', async () => {
    const store = memoryStore()
    await (await createDesk({ store })).as({ by: { kind: 'system', id: 's' } }).ticket.find({})
    const [current] = await store.get('main', [{ kind: 'policies', id: 'current' }])
    const { scenarios: _, ...inForce } = current!.doc.inForce as Record<string, object>
    const write = {
      kind: 'policies',
      id: 'current',
      expected: 1,
      doc: { ...current!.doc, inForce } as never,
      tip: '',
    } as const
    const nothing = { checks: [], journal: [], set: [], clear: [], settle: [], command: null }
    await store.commit({ tenant: 'main', writes: [write], ...nothing })
    const older = { kind: 'policyVersion', id: 'scenarios@1', expected: 1, doc: null, tip: '' } as const
    await store.commit({ tenant: 'main', writes: [older], ...nothing })
    const desk = await createDesk({ store, policies: 'published' })
    await desk.as({ by: { kind: 'system', id: 's' } }).ticket.find({})
    const names = (await store.history('main', { limit: 100 }))
      .slice(POLICY_NAMES.length)
      .map(({ body }) => JSON.parse(body).data.name)
    expect(names).toEqual(['scenarios'])
  })

  it('are told of on the bus like every change', async () => {
    const world = await openWorld()
    const names = await world.during(() => world.as({ kind: 'system', id: 's' }, 'acme').ticket.find({}))
    expect(names).toEqual(Array(POLICY_NAMES.length).fill('policy.published'))
    expect(world.events[0]).toMatchObject({ tenant: 'acme', by: { kind: 'system', id: 'code' } })
  })

  it('are published once when two desks start at once', async () => {
    const store = memoryStore()
    const desks = await Promise.all([1, 2, 3].map(() => createDesk({ store, policies: { lifecycle: quick } })))
    await Promise.all(desks.map((desk) => desk.as({ by: { kind: 'system', id: 's' } }).ticket.find({})))
    expect(await store.history('main', { limit: 100 })).toHaveLength(POLICY_NAMES.length)
  })

  it.each([
    ['an unknown policy', { stati: {} }, 'policy.invalid'],
    ['a day', { lifecycle: { ...quick, closeAfter: '1d' } }, 'policy.invalid'],
    ['a wait of more than a hundred years', { lifecycle: { ...quick, closeAfter: '900000h' } }, 'policy.invalid'],
    [
      'a role with a permission that nothing asks for',
      { roles: { roles: { x: { 'ticket.slove': 'any' } } } },
      'policy.unknown-permission',
    ],
    ['a role with an unknown scope', { roles: { roles: { x: { 'ticket.solve': 'all' } } } }, 'policy.invalid'],
    [
      'statuses without a closed one',
      { statuses: { statuses: DEFAULT_POLICIES.statuses.statuses.slice(0, 5) } },
      'policy.invalid',
    ],
  ])('are refused at the start: %s', async (_, policies, code) => {
    expect(await codeOf(createDesk({ store: memoryStore(), policies: policies as never }))).toBe(code)
  })
})

describe('publishing a policy', () => {
  it('keeps each version readable, with the time from and until which it held', async () => {
    const { system, clock, events } = await openWorld()
    clock.advance(HOUR)
    const second = clock.instant()
    await system.policy.publish({ name: 'lifecycle', document: quick })
    clock.advance(HOUR)
    const third = clock.instant()
    await system.policy.publish({ name: 'lifecycle', document: slow })
    const history = await system.policy.history({ name: 'lifecycle' })
    expect(history.map(({ number, from, until }) => [number, from, until])).toEqual([
      [3, third, null],
      [2, second, third],
      [1, MONDAY, second],
    ])
    expect((await system.policy.get({ name: 'lifecycle', number: 2 })).document).toEqual(quick)
    expect((await system.policy.get({ name: 'lifecycle' })).document).toEqual(slow)
    expect(await codeOf(system.policy.get({ name: 'lifecycle', number: 4 }))).toBe('policy.not-found')
    expect(events.map((event) => event.name)).toEqual(['policy.published', 'policy.published'])
  })

  it('never ends a version before it began, though the clock goes back', async () => {
    const { system, clock } = await openWorld()
    clock.advance(-HOUR)
    await system.policy.publish({ name: 'lifecycle', document: quick })
    for (const { from, until } of await system.policy.history({ name: 'lifecycle' })) {
      expect(from).toBe(MONDAY)
      expect([null, MONDAY]).toContain(until)
    }
  })

  it('is refused without a change, and with what does not hold', async () => {
    const { system } = await openWorld()
    const publish = (name: string, document: unknown) => codeOf(system.policy.publish({ name, document } as never))
    expect(await publish('lifecycle', DEFAULT_POLICIES.lifecycle)).toBe('policy.unchanged')
    expect(await publish('lifecycle', { ...quick, more: 1 })).toBe('policy.invalid')
    expect(await publish('roles', { roles: { x: { 'ticket.slove': 'any' } } })).toBe('policy.unknown-permission')
    expect(await publish('nope', {})).toBe('input.invalid')
    const two = [
      { name: 'a', category: 'new' },
      { name: 'a', category: 'open' },
      { name: 'c', category: 'solved' },
      { name: 'd', category: 'closed' },
    ]
    expect(await publish('statuses', { statuses: two })).toBe('policy.invalid')
    const statuses = DEFAULT_POLICIES.statuses.statuses
    expect(await publish('statuses', { statuses, transitions: { open: ['nope'] } })).toBe('policy.invalid')
    expect(await publish('statuses', { statuses, transitions: { closed: ['open'] } })).toBe('policy.invalid')
    expect((await system.policy.history({ name: 'statuses' })).length).toBe(1)
  })

  it('at the same time leaves every version in one row of numbers', async () => {
    const { system, desk } = await openWorld()
    await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        system.policy.publish({ name: 'lifecycle', document: { ...quick, closeAfter: `${n + 2}h` } }),
      ),
    )
    const numbers = (await system.policy.history({ name: 'lifecycle' })).map((version) => version.number)
    expect(numbers).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1])
    expect((await desk.verify()).ok).toBe(true)
  })
})
