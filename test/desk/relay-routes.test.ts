/** Routes of a transport: each has its own deliveries, order, tries and end. */
import type { Delivery } from 'deskwright'
import { describe, expect, it } from 'vitest'
import { webhooks } from '../../src/adapters/webhooks/webhooks.ts'
import { endpointOf, LOOPBACK, openReceiver } from '../adapters/webhooks/receiver.ts'
import { openWorld } from './world.ts'

/** A transport with three routes, one of them named twice, of which some refuse. */
function junction() {
  const heard: string[] = []
  const down = new Set<string>()
  const deliver = async ({ route = 'none', events }: Delivery) => {
    if (down.has(route)) throw new Error(`${route} is down`)
    heard.push(`${route} ${events[0]?.record.id} ${events[0]?.record.version}`)
  }
  const routes = async ({ events }: Delivery) => (events[0]?.record.kind === 'ticket' ? ['a', 'b', 'c', 'a'] : [])
  return { transport: { name: 'junction', deliver, routes }, heard, down }
}

describe('a transport with routes', () => {
  it('lets a failing route hold up no other, and gives it everything in order later', async () => {
    const { transport, heard, down } = junction()
    const world = await openWorld({ transports: [transport] })
    await world.desk.tick()
    expect(heard).toEqual([])
    down.add('b')
    const { id: ticketId } = await world.open()
    await world.system.ticket.reply({ ticketId, body: 'B' })
    await world.system.ticket.solve({ ticketId })
    await world.desk.tick()
    const versions = [1, 2, 3].map((version) => `${ticketId} ${version}`)
    const of = (route: string) => heard.filter((line) => line.startsWith(route)).map((line) => line.slice(2))
    expect([of('a'), of('b'), of('c')]).toEqual([versions, [], versions])
    down.clear()
    world.clock.advance(10_000)
    await world.desk.tick()
    expect([of('a'), of('b'), of('c')]).toEqual([versions, versions, versions])
    expect(await world.store.nextDue('out.junction')).toBeNull()
  })

  it('gives up one route alone', async () => {
    const { transport, down } = junction()
    const final = async (delivery: Delivery) => {
      if (delivery.route === 'b') throw Object.assign(new Error('never'), { isFinal: true })
      await transport.deliver(delivery)
    }
    const world = await openWorld({ transports: [{ ...transport, deliver: final }] })
    await world.open()
    await world.desk.tick()
    const dead = await world.store.dead('main', 'out.junction', 10)
    expect(dead.map(({ body }) => body)).toMatchObject([{ kind: 'ticket', version: 1, route: 'b' }])
    down.clear()
  })

  it('spreads a change again when the first worker ended before', async () => {
    const { transport, heard } = junction()
    let asked = 0
    const routes = async (delivery: Delivery) => {
      if (asked++ === 0) throw new Error('the list of endpoints cannot be read')
      return transport.routes(delivery)
    }
    const world = await openWorld({ transports: [{ ...transport, routes }] })
    await world.open()
    for (let n = 0; n < 5; n++) {
      world.clock.advance(5_000)
      await world.desk.tick()
    }
    expect(heard.map((line) => line[0]).sort()).toEqual(['a', 'b', 'c'])
  })

  it('is what webhooks are', async () => {
    const receiver = await openReceiver()
    const down = new Set(['b'])
    receiver.always((response, { path }) => response.writeHead(down.has(path.slice(-1)) ? 503 : 204).end())
    const endpoints = ['a', 'b', 'c'].map((id) => endpointOf(`${receiver.url}/${id}`, { id, events: ['ticket.*'] }))
    const world = await openWorld({ transports: [webhooks({ endpoints, egress: LOOPBACK })] })
    const { id: ticketId } = await world.open()
    await world.system.ticket.solve({ ticketId })
    await world.desk.tick()
    const versions = (id: string) =>
      receiver.requests
        .filter(({ path }) => path.endsWith(`/${id}`))
        .map(({ body }) => JSON.parse(body).data.record.version)
    expect([versions('a'), versions('b'), versions('c')]).toEqual([[1, 2], [1], [1, 2]])
    down.clear()
    world.clock.advance(10_000)
    await world.desk.tick()
    expect([versions('a'), versions('b'), versions('c')]).toEqual([
      [1, 2],
      [1, 1, 2],
      [1, 2],
    ])
    await receiver.close()
  })
})
