/** Deliveries to transports: at least once, in the order of each record, tried again with growing pauses. */
import type { Delivery, Store, Transport } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { describe, expect, it, vi } from 'vitest'
import { MAX_ATTEMPTS } from '../../src/desk/relay.ts'
import { HOUR, openWorld } from './world.ts'

function ears(name = 'ears') {
  const heard: Delivery[] = []
  const refusing = { times: 0 }
  const transport: Transport = {
    name,
    async deliver(delivery) {
      if (refusing.times-- > 0) throw new Error('the line is down')
      heard.push(delivery)
    },
  }
  const ids = () => heard.flatMap((delivery) => delivery.events.map((event) => event.id))
  return { transport, heard, refusing, ids }
}

describe('a transport', () => {
  it('gets every change once, its events in order, after the commit', async () => {
    const { transport, heard, ids } = ears()
    const world = await openWorld({ transports: [transport] })
    await world.desk.tick()
    const published = heard.length
    const { id: ticketId } = await world.open()
    await world.system.ticket.reply({ ticketId, body: 'B', status: 'solved' })
    expect(heard).toHaveLength(published)
    expect(await world.desk.tick()).toEqual({ rang: 0, delivered: 3 })
    const own = heard.slice(published)
    expect(own.flatMap((delivery) => delivery.events.map((event) => event.name)).sort()).toEqual(
      ['customer.created', 'ticket.opened', 'message.posted', 'message.posted', 'ticket.solved'].sort(),
    )
    expect(
      own.filter(({ events }) => events[0]?.record.id === ticketId).flatMap(({ events }) => events.map((e) => e.id)),
    ).toEqual([`${ticketId}.1.0`, `${ticketId}.1.1`, `${ticketId}.2.0`, `${ticketId}.2.1`])
    expect(new Set(ids()).size).toBe(ids().length)
    const journal = await world.store.history('main', { limit: 1000 })
    expect(journal.map((entry) => JSON.parse(entry.body).id).sort()).toEqual(ids().sort())
    expect((await world.desk.tick()).delivered).toBe(0)
  })

  it('that fails is tried again after 1, 2, 4 … seconds, each up to a quarter less, with the same event ids', async () => {
    const { transport, heard, refusing } = ears()
    const world = await openWorld({ transports: [transport] })
    await world.desk.tick()
    await world.system.team.create({ name: 'A' })
    heard.length = 0
    refusing.times = 4
    const triedAt: number[] = []
    const start = world.clock.now()
    for (let step = 0; step <= 2000; step++) {
      const before = world.problems.length + heard.length
      await world.desk.tick()
      if (world.problems.length + heard.length > before) triedAt.push(world.clock.now() - start)
      world.clock.advance(10)
    }
    const pauses = triedAt.slice(1).map((at, n) => (at - (triedAt[n] as number)) / (1000 * 2 ** n))
    expect(pauses).toHaveLength(4)
    for (const pause of pauses) expect(pause).toSatisfy((share: number) => share >= 0.75 && share <= 1.01)
    expect(new Set(pauses).size).toBe(4)
    expect(heard).toMatchObject([{ attempts: 4, events: [{ name: 'team.created' }] }])
    expect(world.problems[0]).toMatchObject({ where: 'transport', error: { message: 'the line is down' } })
  })

  it('is left alone for as long when it took its time to fail', async () => {
    const { transport } = ears()
    const asked: number[] = []
    const slow: Transport['deliver'] = async () => {
      asked.push(world.clock.now())
      world.clock.advance(15_000)
      throw new Error('no answer in 15 s')
    }
    const world = await openWorld({ transports: [{ ...transport, deliver: (delivery) => tried(delivery) }] })
    let tried = transport.deliver
    await world.desk.tick()
    tried = slow
    await world.system.team.create({ name: 'A' })
    await world.desk.tick()
    const failedAt = world.clock.now()
    await world.desk.tick()
    world.clock.advance(700)
    await world.desk.tick()
    expect(asked).toEqual([failedAt - 15_000])
    world.clock.advance(300)
    await world.desk.tick()
    expect(asked).toHaveLength(2)
  })

  it('is finished with before a round ends by a failure of the store', async () => {
    let [isDown, finished] = [false, 0]
    const slow: Transport['deliver'] = async () => {
      const mine = started++
      for (let turns = 0; turns < 20 * mine; turns++) await null
      finished++
    }
    let started = 0
    const store = memoryStore()
    const settle: Store['settle'] = async (...asked) => {
      if (isDown && finished === 1) throw new Error('the store is down')
      return store.settle(...asked)
    }
    const world = await openWorld({ store: { ...store, settle }, transports: [{ name: 'slow', deliver: slow }] })
    await world.desk.tick()
    for (const name of ['A', 'B', 'C']) await world.system.team.create({ name })
    ;[isDown, started, finished] = [true, 0, 0]
    await expect(world.desk.tick()).rejects.toThrow('the store is down')
    expect(finished).toBe(3)
  })

  it('that takes its time keeps its lease, also where making it longer failed once', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const store = memoryStore()
      const leases: string[] = []
      const settle: Store['settle'] = async (claim, how) => {
        if ('extendTo' in how && leases.push(how.extendTo) === 1) throw new Error('the store is down')
        return store.settle(claim, how)
      }
      let finish = () => {}
      const deliver = () => new Promise<void>((resolve) => (finish = resolve))
      const world = await openWorld({ store: { ...store, settle }, transports: [{ name: 'slow', deliver }] })
      const ticking = world.desk.tick()
      await vi.advanceTimersByTimeAsync(60_000)
      expect(leases).toHaveLength(3)
      finish()
      expect(await ticking).toMatchObject({ delivered: 1 })
    } finally {
      vi.useRealTimers()
    }
  })

  it('keeps later changes of a record back while an earlier one fails, and no others', async () => {
    const { transport, heard, refusing } = ears()
    const world = await openWorld({ transports: [transport] })
    await world.desk.tick()
    const team = await world.system.team.create({ name: 'A' })
    await world.system.team.change({ teamId: team.id, name: 'B' })
    heard.length = 0
    refusing.times = 1
    world.clock.advance(1)
    const other = await world.system.team.create({ name: 'Other' })
    await world.desk.tick()
    expect(heard.map(({ events }) => events[0]?.record.id)).toEqual([other.id])
    world.clock.advance(2000)
    await world.desk.tick()
    expect(heard.slice(1).map(({ events }) => events.map((event) => event.id))).toEqual([
      [`${team.id}.1.0`],
      [`${team.id}.2.0`],
    ])
  })

  it('that never answers well is given up after the last attempt, for people to see', async () => {
    const { transport, heard, refusing } = ears()
    const world = await openWorld({ transports: [transport] })
    await world.desk.tick()
    const team = await world.system.team.create({ name: 'A' })
    await world.system.team.change({ teamId: team.id, name: 'B' })
    refusing.times = MAX_ATTEMPTS
    heard.length = 0
    for (let n = 0; n < MAX_ATTEMPTS; n++) {
      await world.desk.tick()
      world.clock.advance(HOUR)
    }
    expect(await world.store.dead('main', 'out.ears', 10)).toMatchObject([
      { key: `team/${team.id}/1`, reason: 'the line is down', attempts: MAX_ATTEMPTS },
    ])
    await world.desk.tick()
    expect(heard.map(({ events }) => events[0]?.id)).toEqual([`${team.id}.2.0`])
  })

  it('does not keep another one waiting', async () => {
    const [bad, good] = [ears('bad'), ears('good')]
    const world = await openWorld({ transports: [bad.transport, good.transport] })
    await world.desk.tick()
    good.heard.length = 0
    bad.refusing.times = 1000
    await world.open()
    await world.desk.tick()
    expect(good.heard.length).toBe(2)
  })

  it('gets what timers bring, in the same tick', async () => {
    const { transport, heard } = ears()
    const world = await openWorld({ transports: [transport] })
    const { id: ticketId } = await world.open()
    await world.system.ticket.solve({ ticketId })
    await world.desk.tick()
    heard.length = 0
    world.clock.advance(1000 * HOUR)
    expect(await world.desk.tick()).toEqual({ rang: 1, delivered: 1 })
    expect(heard[0]?.events[0]).toMatchObject({ name: 'ticket.closed', cause: [{ kind: 'timer' }] })
  })
})

describe('without transports', () => {
  it('nothing is put aside for them', async () => {
    const { transport, heard } = ears()
    const first = await openWorld()
    await first.open()
    const second = await openWorld({ store: first.store, transports: [transport] })
    await second.desk.tick()
    expect(heard).toEqual([])
  })
})
