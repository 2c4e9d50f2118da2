/** The change feed, what was given up, a commit that nobody knows the end of, and hints that there is work. */
import { type Store, storeFault, type Transport } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { describe, expect, it } from 'vitest'
import { codeOf, openWorld } from './world.ts'

describe('the change feed', () => {
  it('gives every event once, in order, however its pages are cut and whenever it is asked', async () => {
    const world = await openWorld()
    await world.open()
    const seen: string[] = []
    let next = ''
    const readOn = async (limit: number) => {
      for (;;) {
        const page = await world.desk.feed({ after: next, limit })
        seen.push(...page.entries.map(({ event }) => event.id))
        next = page.next
        if (page.entries.length === 0) return
      }
    }
    await readOn(2)
    await world.open()
    await readOn(3)
    const all = await world.store.history('main', { limit: 1000 })
    expect(seen).toEqual(all.map(({ body }) => (JSON.parse(body) as { id: string }).id))
  })

  it('gives only events of the names asked for, and only the tenant’s', async () => {
    const world = await openWorld()
    await world.open()
    await world.as({ kind: 'system', id: 'test' }, 'globex').team.create({ name: 'T' })
    const { entries } = await world.desk.feed({ names: ['ticket.opened'] })
    expect(entries.map(({ event }) => event.name)).toEqual(['ticket.opened'])
    const globex = await world.desk.feed({ tenant: 'globex', names: ['team.created', 'ticket.opened'] })
    expect(globex.entries.map(({ event }) => [event.tenant, event.name])).toEqual([['globex', 'team.created']])
  })

  it('refuses cursors that it did not give out, and pages of no size', async () => {
    const { desk } = await openWorld()
    for (const after of ['x', '-1', '1.5', `${'9'.repeat(17)}`])
      expect(await codeOf(desk.feed({ after }))).toBe('query.bad-cursor')
    for (const limit of [0, 1001, 1.5]) expect(await codeOf(desk.feed({ limit }))).toBe('input.invalid')
  })
})

describe('what was given up', () => {
  it('is listed with its reason, and delivered once it is put back', async () => {
    const heard: string[] = []
    let isDown = true
    const transport: Transport = {
      name: 'ears',
      async deliver({ events }) {
        if (isDown) throw Object.assign(new Error('gone for good'), { isFinal: true })
        heard.push(...events.map(({ name }) => name))
      },
    }
    const world = await openWorld({ transports: [transport] })
    isDown = false
    await world.desk.tick()
    heard.length = 0
    isDown = true
    await world.system.team.create({ name: 'A' })
    await world.desk.tick()
    const [dead] = await world.desk.dead({ of: 'ears' })
    expect(dead).toMatchObject({ queue: 'out.ears', attempts: 1, reason: 'gone for good' })
    isDown = false
    await world.desk.tick()
    expect(heard).toEqual([])
    expect(await world.desk.revive({ of: 'ears', keys: ['another'] })).toBe(0)
    expect(await world.desk.revive({ of: 'ears' })).toBe(1)
    await world.desk.tick()
    expect(heard).toEqual(['team.created'])
    expect(await world.desk.dead({ of: 'ears' })).toEqual([])
    expect(await codeOf(world.desk.dead({ of: 'nobody' }))).toBe('input.invalid')
  })

  it('is put back whole, however much it is', async () => {
    const { desk, store } = await openWorld()
    const set = Array.from({ length: 2300 }, (_, n) => {
      const dueAt = new Date(Date.UTC(2026, 0) + n * 1000).toISOString()
      return { queue: 'timer', key: `t${n}`, dueAt, group: null, seq: n, body: {} }
    })
    const change = { tenant: 'main', writes: [], checks: [], journal: [], clear: [], settle: [], command: null }
    await store.commit({ ...change, set })
    const request = { now: '2026-03-02T09:30:00.000Z', limit: 2300, leaseMs: 1000 }
    const giveUp = async () => {
      for (const claim of await store.claim('timer', request)) await store.settle(claim, { dead: true, reason: 'R' })
    }
    await giveUp()
    expect(await desk.dead({ of: 'timer' })).toHaveLength(1000)
    expect(await desk.revive({ of: 'timer', keys: ['t2299', 't0'] })).toBe(2)
    expect(await store.claim('timer', request)).toMatchObject([{ key: 't0' }, { key: 't2299' }])
    expect(await desk.revive({ of: 'timer' })).toBe(2298)
    expect(await desk.dead({ of: 'timer' })).toEqual([])
  })
})

describe('a delivery that is put off by its receiver', () => {
  it('is tried again no earlier than the receiver asked, and no later than a day', async () => {
    const tried: number[] = []
    let asked = 90_000
    const world = await openWorld({
      transports: [
        {
          name: 'busy',
          async deliver() {
            tried.push(world.clock.now())
            const retryAt = new Date(world.clock.now() + asked).toISOString()
            throw Object.assign(new Error('later'), { retryAt })
          },
        },
      ],
    })
    await world.desk.tick()
    const first = tried.at(-1) as number
    tried.length = 0
    for (let second = 0; second < 100; second++) {
      world.clock.advance(1000)
      await world.desk.tick()
    }
    expect(tried[0]).toBe(first + 90_000)
    asked = 30 * 86_400_000
    await world.desk.tick()
    const put = await world.store.nextDue('out.busy')
    expect(Date.parse(put as string)).toBeLessThan(world.clock.now() + 2 * 86_400_000)
  })
})

describe('a commit that nobody knows the end of', () => {
  /** A store whose commits lose the answer: the first of them after, or before, the change was made. */
  function losing(when: 'after' | 'before') {
    const base = memoryStore()
    const state = { left: 0 }
    const store: Store = {
      ...base,
      async commit(change) {
        if (state.left-- <= 0) return base.commit(change)
        if (when === 'after') await base.commit(change)
        throw storeFault('store.unknown-outcome', { place: 'the store' })
      },
    }
    return { store, state }
  }

  it.each(['after', 'before'] as const)(
    'acts once under a command id, when the answer is lost %s the change',
    async (when) => {
      const { store, state } = losing(when)
      const world = await openWorld({ store })
      const { id: ticketId } = await world.open()
      state.left = 1
      const message = await world.system.ticket.reply({ ticketId, body: 'B' }, { commandId: 'c1' })
      expect(message).toMatchObject({ seq: 2, body: 'B' })
      expect(await world.system.ticket.get({ ticketId })).toMatchObject({ messageCount: 2, version: 2 })
    },
  )

  it('is told to a caller who gave none', async () => {
    const { store, state } = losing('after')
    const world = await openWorld({ store })
    const { id: ticketId } = await world.open()
    state.left = 1
    expect(await codeOf(world.system.ticket.reply({ ticketId, body: 'B' }))).toBe('store.unknown-outcome')
  })
})

describe('a store that can tell of work', () => {
  it('ends a worker’s pause, also for a hint that came during a round, and is left when the worker stops', async () => {
    const told: { wake: ((queue: string) => void) | null } = { wake: null }
    const base = memoryStore()
    const store: Store = {
      ...base,
      watch: async (wake) => {
        told.wake = wake
        return async () => {
          told.wake = null
        }
      },
    }
    const heard: string[] = []
    const world = await openWorld({
      store,
      transports: [
        {
          name: 'ears',
          async deliver({ events }) {
            heard.push(...events.map(({ name }) => name))
          },
        },
      ],
    })
    const worker = world.desk.work({ every: 3_600_000 })
    await world.system.team.create({ name: 'A' })
    for (let n = 0; n < 100 && !heard.includes('team.created'); n++) {
      told.wake?.('out.ears')
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(heard).toContain('team.created')
    await worker.stop()
    expect(told.wake).toBeNull()
  })
})
