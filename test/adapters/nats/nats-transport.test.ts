/** The NATS transport where no server is: what it refuses to be made of, and what it says of a server that is away. */

import { type NatsTransportOptions, natsTransport } from 'deskwright/nats'
import { describe, expect, it } from 'vitest'
import { deliveryOf } from '../../../src/testing/transport-delivery.ts'
import { codeOf } from '../../desk/world.ts'
import { freePort } from '../../servers/local-server.ts'

const servers = '127.0.0.1:4222'

describe('a transport to NATS', () => {
  it.each<[string, object]>([
    ['nothing to connect to', {}],
    ['both a connection and servers', { servers, connection: {} }],
    ['a name with a dot', { servers, name: 'nats.eu' }],
    ['a subject with a wildcard', { servers, subject: 'desk.*' }],
    ['an empty subject', { servers, subject: '' }],
    ['a stream with a space', { servers, stream: 'DESK 1' }],
    ['a source that is no URI-reference', { servers, source: 'my desk' }],
    ['no time at all', { servers, timeoutMs: 0 }],
    ['a replay without a name', { servers, replay: '' }],
  ])('is not made of %s', async (_, options) => {
    expect(await codeOf(() => natsTransport(options as NatsTransportOptions))).toBe('nats.bad-option')
  })

  it('connects to nothing before its first delivery', async () => {
    const transport = natsTransport({ servers, name: 'events' })
    expect(transport.name).toBe('events')
    await transport.close()
  })

  it('rejects a delivery while no server answers', async () => {
    const transport = natsTransport({ servers: `127.0.0.1:${await freePort()}` })
    expect(await codeOf(transport.deliver(deliveryOf()))).toBe('nats.unreachable')
    await transport.close()
  })

  it('rejects a delivery once it is closed', async () => {
    const transport = natsTransport({ servers })
    await transport.close()
    await transport.close()
    expect(await codeOf(transport.deliver(deliveryOf()))).toBe('nats.closed')
  })

  it('gives nothing to a connection that is away, since that would send it at some later time', async () => {
    const asked: string[] = []
    const connection = {
      info: undefined,
      // What the client's own JetStream part reads of a connection when it is made.
      options: {},
      isClosed: () => false,
      close: async () => {},
      request: async (subject: string) => void asked.push(subject),
    }
    const transport = natsTransport({ connection })
    expect(await codeOf(transport.deliver(deliveryOf()))).toBe('nats.unreachable')
    expect(asked).toEqual([])
  })
})
