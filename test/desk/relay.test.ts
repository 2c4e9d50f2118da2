/** Deliveries to transports: at least once, in the order of each record, tried again with growing pauses. */
import type { Delivery, Transport } from 'deskwright'
import { describe, expect, it } from 'vitest'
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
