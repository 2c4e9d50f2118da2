/** The NATS transport on a real nats-server: acknowledged means stored, and nothing is lost while server or stream are away. */
import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type Msg, type NatsConnection } from '@nats-io/transport-node'
import type { DeskEvent, FeedPage } from 'deskwright'
import {
  fromCloudEvent,
  type NatsTransport,
  type NatsTransportOptions,
  natsSubject,
  natsTransport,
} from 'deskwright/nats'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runTransportCase } from '../../src/testing/run-transport-cases.ts'
import type { Arrival, OpenedTransport } from '../../src/testing/transport-case.ts'
import { transportCases } from '../../src/testing/transport-cases.ts'
import { deliveryOf } from '../../src/testing/transport-delivery.ts'
import { codeOf, HOUR, openWorld, type World } from '../desk/world.ts'
import { startNats } from '../servers/nats.ts'

const server = await startNats({ jetstream: true })
const servers = server?.url ?? ''
const STREAM = 'DESK'

let connection: NatsConnection
let manager: JetStreamManager
const transports: NatsTransport[] = []

function open(options: Partial<NatsTransportOptions> = {}): NatsTransport {
  const transport = natsTransport({ servers, timeoutMs: 1_000, ...options } as NatsTransportOptions)
  transports.push(transport)
  return transport
}

/** An empty stream: what it remembered of earlier message ids went with it. */
async function newStream(subjects = ['desk.>'], rest: object = {}): Promise<void> {
  await manager.streams.delete(STREAM).catch(() => {})
  await manager.streams.add({ name: STREAM, subjects, ...rest })
}

/** Starts the server again, and waits until the tests' own connection has found it. */
async function restart(): Promise<void> {
  await server?.restart()
  await expect.poll(() => connection.info !== undefined, { timeout: 10_000 }).toBe(true)
  await connection.flush()
}

interface Stored {
  readonly subject: string
  readonly key: string
  readonly type: string
  readonly body: string
}

/** All that the stream holds of some subjects, in its order. */
async function stored(filter?: string): Promise<readonly Stored[]> {
  const consumer = await jetstream(connection).consumers.get(STREAM, filter ? { filter_subjects: filter } : {})
  const found: Stored[] = []
  for (let left = (await consumer.info()).num_pending; left > 0; left--) {
    const message = await consumer.next({ expires: 5_000 })
    if (message === null) break
    const header = (name: string) => message.headers?.get(name) ?? ''
    const { subject } = message
    found.push({ subject, key: header('Nats-Msg-Id'), type: header('content-type'), body: message.string() })
  }
  return found
}

const eventsIn = (messages: readonly Stored[]) => messages.map(({ body }) => fromCloudEvent(JSON.parse(body)))
const idsIn = async (filter?: string) => eventsIn(await stored(filter)).map(({ id }) => id)

async function journal({ store }: World, tenant = 'main'): Promise<readonly string[]> {
  const entries = await store.history(tenant, { limit: 1000 })
  return entries.map(({ body }) => (JSON.parse(body) as DeskEvent).id)
}

/** Events of one record, in the order in which they stand in a list. */
const ofRecord = (ids: readonly string[], recordId: string) => ids.filter((id) => id.startsWith(`${recordId}.`))

beforeAll(async () => {
  if (server === null) return
  connection = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 50 })
  manager = await jetstreamManager(connection)
})
afterAll(async () => {
  await connection?.close()
  await server?.stop()
})

describe.skipIf(server === null)('on a NATS server', () => {
  beforeEach(() => newStream())
  afterEach(async () => {
    for (const transport of transports.splice(0)) await transport.close()
  })

  describe('a delivery', () => {
    it('is in the stream when it resolves, under tenant and name, in an envelope of its own', async () => {
      const world = await openWorld({ transports: [open()] })
      const { id: ticketId } = await world.open()
      await world.system.ticket.solve({ ticketId })
      await world.desk.tick()
      const messages = await stored()
      const events = eventsIn(messages)
      expect(events.map(({ id }) => id).sort()).toEqual([...(await journal(world))].sort())
      const own = events.filter(({ record }) => record.id === ticketId)
      expect(own.map(({ name }) => name)).toEqual(['ticket.opened', 'message.posted', 'ticket.solved'])
      for (const [n, { subject, key, type, body }] of messages.entries()) {
        const event = events[n] as DeskEvent
        expect(subject).toBe(`desk.main.${event.name}`)
        expect(key).toBe(`desk.main.${event.record.kind}/${event.id}`)
        expect(type).toBe('application/cloudevents+json')
        expect(JSON.parse(body)).toMatchObject({
          specversion: '1.0',
          id: event.id,
          source: '/desk/main',
          type: event.name,
        })
      }
    })

    it('survives the server’s end by force right after it resolved', async () => {
      const transport = open()
      for (let n = 1; n <= 200; n++) await transport.deliver(deliveryOf({ version: n }))
      await server?.kill()
      await restart()
      expect(await idsIn()).toHaveLength(200)
    })

    it('that is repeated is stored once', async () => {
      const transport = open()
      for (let n = 0; n < 3; n++) await transport.deliver(deliveryOf({ attempts: n }))
      await open().deliver(deliveryOf())
      expect(await stored()).toHaveLength(1)
    })

    it.each<[string, () => Promise<unknown>, string]>([
      ['without a stream', () => manager.streams.delete(STREAM), 'nats.no-stream'],
      ['to a stream of other subjects', () => newStream(['other.>']), 'nats.no-stream'],
      ['larger than the stream takes', () => newStream(['desk.>'], { max_msg_size: 100 }), 'nats.too-large'],
      ['to a full stream', () => newStream(['desk.>'], { max_msgs: 0, max_bytes: 10, discard: 'new' }), 'nats.refused'],
    ])('%s is rejected with a code', async (_, prepare, code) => {
      await prepare()
      expect(await codeOf(open().deliver(deliveryOf()))).toBe(code)
    })

    it('larger than the server takes is rejected for good', async () => {
      const large = deliveryOf({ data: [{ text: 'x'.repeat(2_000_000) }] })
      const error = await open()
        .deliver(large)
        .catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'nats.too-large', isFinal: true })
    })

    it('is rejected when another stream than the named one takes it', async () => {
      expect(await codeOf(open({ stream: 'OTHER' }).deliver(deliveryOf()))).toBe('nats.no-stream')
      expect(await codeOf(open({ stream: STREAM }).deliver(deliveryOf()))).toBe('done')
    })
  })

  describe('while the server is away', () => {
    it('deliveries are rejected and kept, and all arrive once, in order, when it is back', async () => {
      const world = await openWorld({ transports: [open({ timeoutMs: 300 })] })
      await world.desk.tick()
      await server?.kill()
      const tickets: string[] = []
      for (let n = 0; n < 5; n++) {
        const { id: ticketId } = await world.open(`c${n}@example.org`)
        await world.system.ticket.reply({ ticketId, body: 'B' })
        await world.system.ticket.solve({ ticketId })
        tickets.push(ticketId)
      }
      for (let n = 0; n < 3; n++) {
        expect((await world.desk.tick()).delivered).toBe(0)
        world.clock.advance(HOUR)
      }
      expect(new Set(world.problems.map(({ error }) => (error as { code?: string }).code))).toEqual(
        new Set(['nats.unreachable']),
      )
      await restart()
      const isDelivered = async () => {
        world.clock.advance(HOUR)
        return (await world.desk.tick()).delivered > 0
      }
      await expect.poll(isDelivered, { timeout: 20_000 }).toBe(true)
      for (let n = 0; n < 5; n++) await isDelivered()
      const ids = await idsIn()
      const wanted = await journal(world)
      expect([...ids].sort()).toEqual([...wanted].sort())
      for (const ticketId of tickets) expect(ofRecord(ids, ticketId)).toEqual(ofRecord(wanted, ticketId))
    })

    it('a first connection is tried again with the next delivery', async () => {
      await server?.kill()
      const transport = open()
      expect(await codeOf(transport.deliver(deliveryOf()))).toBe('nats.unreachable')
      await restart()
      expect(await codeOf(transport.deliver(deliveryOf()))).toBe('done')
    })
  })

  describe('when the stream was lost', () => {
    /** The recipe of the guide: the tenant's feed from the beginning, page by page, to a transport that names the replay. */
    async function republish(feed: World['desk']['feed'], transport: NatsTransport, tenant = 'main'): Promise<void> {
      for (let after = ''; ; ) {
        const page: FeedPage = await feed({ tenant, after })
        if (page.entries.length === 0) return
        await transport.deliver({ tenant, events: page.entries.map(({ event }) => event), attempts: 0 })
        after = page.next
      }
    }

    async function busyWorld() {
      const world = await openWorld({ transports: [open()] })
      for (let n = 0; n < 60; n++) {
        const { id: ticketId } = await world.open(`c${n}@example.org`)
        await world.system.ticket.solve({ ticketId })
      }
      await world.desk.tick()
      const events = await journal(world)
      expect(events.length).toBeGreaterThan(200)
      expect(await idsIn()).toHaveLength(events.length)
      return { world, events }
    }

    it('a replay of the feed fills a new one, in the order of the commits', async () => {
      const { world, events } = await busyWorld()
      await newStream()
      await republish(world.desk.feed, open())
      expect(await idsIn()).toEqual(events)
    })

    it('a named replay fills one that was emptied and remembers what it held, once however often it is run', async () => {
      const { world, events } = await busyWorld()
      await manager.streams.purge(STREAM)
      await republish(world.desk.feed, open())
      expect(await idsIn()).toEqual([])
      const replay = open({ replay: 'after-purge' })
      await republish(world.desk.feed, replay)
      await republish(world.desk.feed, replay)
      expect(await idsIn()).toEqual(events)
    })

    it('deliveries wait for it, and arrive in the new one', async () => {
      const world = await openWorld({ transports: [open()] })
      await world.desk.tick()
      await manager.streams.delete(STREAM)
      const { id: ticketId } = await world.open()
      expect((await world.desk.tick()).delivered).toBe(0)
      await newStream()
      world.clock.advance(HOUR)
      await world.desk.tick()
      expect(ofRecord(await idsIn(), ticketId)).toEqual([`${ticketId}.1.0`, `${ticketId}.1.1`])
    })

    it('it is made anew where that was asked for', async () => {
      await manager.streams.delete(STREAM)
      const transport = open({ createStream: { storage: 'file', maxAgeMs: HOUR, duplicateWindowMs: 60_000 } })
      await transport.deliver(deliveryOf({ version: 1 }))
      await manager.streams.delete(STREAM)
      await transport.deliver(deliveryOf({ version: 2 }))
      expect(await stored()).toHaveLength(1)
      const { config } = await manager.streams.info(STREAM)
      expect(config).toMatchObject({ subjects: ['desk.>'], max_age: HOUR * 1e6, duplicate_window: 60_000 * 1e6 })
    })

    it('many that make it at once make one', async () => {
      await manager.streams.delete(STREAM)
      const all = Array.from({ length: 8 }, (_, n) =>
        open({ createStream: {} }).deliver(deliveryOf({ version: n + 1 })),
      )
      await Promise.all(all)
      expect(await stored()).toHaveLength(8)
    })
  })

  describe('two tenants', () => {
    it('keep their events apart, also where the events have one id and one name begins like the other', async () => {
      const names = ['acme', 'acme.eu', 'ACME', 'acme:eu']
      const world = await openWorld({ transports: [open()] })
      for (const tenant of names)
        await world.as({ kind: 'system', id: 'test' }, tenant).team.create({ name: `Team of ${tenant}` })
      await world.desk.tick()
      for (const tenant of names) {
        const events = eventsIn(await stored(natsSubject({ tenant })))
        expect(new Set(events.map((event) => event.tenant))).toEqual(new Set([tenant]))
        expect(events.map(({ id }) => id).sort()).toEqual([...(await journal(world, tenant))].sort())
        expect(events.map(({ id }) => id)).toContain('current.1.0')
      }
    })
  })

  describe('a connection of the host', () => {
    it('is used, and stays open when the transport is closed', async () => {
      const transport = open({ connection, servers: undefined } as Partial<NatsTransportOptions>)
      await transport.deliver(deliveryOf())
      await transport.close()
      expect(connection.isClosed()).toBe(false)
      expect(await stored()).toHaveLength(1)
    })
  })

  /** A stream behind a gate, which can refuse messages or keep the stream's answers to itself. */
  async function openGate(): Promise<OpenedTransport> {
    await newStream(['stored.>'])
    const gate = await connect({ servers })
    const fates: ('refuse' | 'lose')[] = []
    const pass = async ({ subject, data, headers }: Msg) =>
      gate.request(`stored.${subject}`, data, { timeout: 5_000, ...(headers ? { headers } : {}) })
    const decide = async (message: Msg): Promise<void> => {
      const fate = fates.shift()
      const refusal = { error: { code: 503, err_code: 10077, description: 'maximum messages exceeded' } }
      const answer = fate === 'refuse' ? JSON.stringify(refusal) : (await pass(message)).data
      if (fate !== 'lose') message.respond(answer)
    }
    gate.subscribe('desk.>', { callback: (_, message) => void decide(message) })
    await gate.flush()
    const transport = open({ timeoutMs: 300 })
    const add = (fate: 'refuse' | 'lose') => (times: number) => void fates.push(...Array(times).fill(fate))
    return {
      transport,
      async received() {
        const messages = await stored()
        return messages.map(({ key, body }): Arrival => ({ key, body, events: eventsIn([{ body } as Stored]) }))
      },
      refuse: add('refuse'),
      loseAnswers: add('lose'),
      async close() {
        await transport.close()
        await gate.close()
      },
    }
  }

  describe('the transport cases', () => {
    let last: OpenedTransport | null = null
    const openNext = async () => {
      await last?.close()
      last = await openGate()
      return last
    }

    for (const transportCase of transportCases)
      it(`${transportCase.id}: ${transportCase.title}`, async (context) => {
        const { skipped } = await runTransportCase(transportCase, { open: openNext })
        if (skipped !== null) context.skip(skipped)
      })
  })
})
