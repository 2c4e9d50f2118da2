/** What webhooks send, to whom, and to whom no more. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  verifyWebhook,
  type WebhookEndpoint,
  type WebhookOptions,
  type WebhookPayload,
  webhookSecret,
  webhooks,
} from '../../../src/adapters/webhooks/webhooks.ts'
import type { DeliveryFailure } from '../../../src/desk/transport.ts'
import type { DeskError } from '../../../src/domain/fault.ts'
import { manualClock } from '../../../src/testing/manual-clock.ts'
import { deliveryOf } from '../../../src/testing/transport-delivery.ts'
import { endpointOf, LOOPBACK, openReceiver, type Receiver, SECRET, status } from './receiver.ts'

let receiver: Receiver
const clock = manualClock('2026-03-02T09:30:00Z')
beforeEach(async () => {
  receiver = await openReceiver()
  clock.set('2026-03-02T09:30:00Z')
})
afterEach(() => receiver.close())

const open = (options: Partial<WebhookOptions> = {}) =>
  webhooks({ endpoints: [endpointOf(receiver.url)], egress: LOOPBACK, clock, ...options })

const errorOf = (work: Promise<unknown>): Promise<DeskError & DeliveryFailure> =>
  work.then(
    () => expect.fail('it was taken'),
    (error) => error,
  )
const codeOf = async (work: Promise<unknown>) => (await errorOf(work)).code

describe('a webhook', () => {
  it('is one signed request for a change, in the form of Standard Webhooks', async () => {
    const delivery = deliveryOf({ version: 3, data: [{ a: 1 }, { b: 2 }] })
    await open().deliver(delivery)
    expect(receiver.requests).toHaveLength(1)
    const { headers, body, path } = receiver.requests[0]!
    expect(path).toBe('/hooks')
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'webhook-timestamp': String(clock.now() / 1000),
      'webhook-id': expect.stringMatching(/^msg_[0-9a-f]{32}$/),
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
    })
    const record = { kind: 'ticket', id: delivery.events[0]?.record.id, version: 3 }
    const payload = {
      type: 'desk.change',
      timestamp: delivery.events[0]?.at,
      data: { tenant: 'main', record, events: delivery.events },
    }
    expect(JSON.parse(body)).toEqual(payload)
    expect(verifyWebhook({ body, headers, secrets: [SECRET], clock })).toEqual({ id: headers['webhook-id'], payload })
  })

  it('is signed with every secret, so that a receiver may have changed or not', async () => {
    const secrets = [webhookSecret(), webhookSecret()]
    await open({ endpoints: [endpointOf(receiver.url, { secrets })] }).deliver(deliveryOf())
    const { headers, body } = receiver.requests[0]!
    for (const secret of secrets)
      expect(verifyWebhook({ body, headers, secrets: [secret], clock }).payload.type).toBe('desk.change')
  })

  it('is signed anew at each try, under one id', async () => {
    receiver.next(status(500))
    const transport = open()
    await codeOf(transport.deliver(deliveryOf()))
    clock.advance(3_600_000)
    await transport.deliver(deliveryOf({ attempts: 1 }))
    const [first, second] = receiver.requests.map(({ headers }) => headers)
    expect(second?.['webhook-id']).toBe(first?.['webhook-id'])
    expect(Number(second?.['webhook-timestamp']) - Number(first?.['webhook-timestamp'])).toBe(3600)
  })

  it('carries only the events that were asked for, and is not sent for others', async () => {
    const [opened, created, replied] = ['ticket.opened', 'customer.created', 'ticket.replied']
    const asking = async (...events: string[]) => {
      const before = receiver.requests.length
      const delivery = deliveryOf({ data: [{}, {}, {}] })
      const names = [opened, created, replied]
      const named = delivery.events.map((event, n) => ({ ...event, name: names[n] as never }))
      const transport = open({ endpoints: [endpointOf(receiver.url, { events })] })
      await transport.deliver({ ...delivery, events: named })
      return receiver.requests
        .slice(before)
        .map(({ body }) => (JSON.parse(body) as WebhookPayload).data.events.map(({ name }) => name))
    }
    expect(await asking('*')).toEqual([[opened, created, replied]])
    expect(await asking('ticket.*')).toEqual([[opened, replied]])
    expect(await asking('ticket.replied', 'customer.*')).toEqual([[created, replied]])
    expect(await asking('ticket', 'ticket.*.*', 'agent.*', 'ticket.open')).toEqual([])
    expect(await asking()).toEqual([])
  })

  it('brings along the headers of the endpoint, but none that are ours', async () => {
    const headers = { authorization: 'Bearer x', 'X-Shop': '7' }
    await open({ endpoints: [endpointOf(receiver.url, { headers })] }).deliver(deliveryOf())
    expect(receiver.requests[0]?.headers).toMatchObject({ authorization: 'Bearer x', 'x-shop': '7' })
    for (const name of ['Host', 'webhook-id', 'content-length', 'Transfer-Encoding', 'bad name', 'Content-Type'])
      expect(
        await codeOf(
          open({ endpoints: [endpointOf(receiver.url, { headers: { [name]: 'x' } })] }).deliver(deliveryOf()),
        ),
      ).toBe('webhook.bad-endpoint')
    const split = endpointOf(receiver.url, { headers: { 'x-a': 'x\r\nwebhook-id: y' } })
    expect(await codeOf(open({ endpoints: [split] }).deliver(deliveryOf()))).toBe('webhook.bad-endpoint')
  })

  it('past the limit is not sent, and never will be', async () => {
    const error = await errorOf(open({ maxBytes: 1000 }).deliver(deliveryOf({ data: [{ text: 'x'.repeat(1000) }] })))
    expect(error).toMatchObject({ code: 'webhook.too-large', isFinal: true })
    expect(receiver.connections()).toBe(0)
  })
})

describe('an endpoint that is gone', () => {
  it('is told of once, takes no more, and holds nothing up', async () => {
    receiver.always(status(410))
    const told: unknown[] = []
    const transport = open({ onGone: ({ tenant, endpoint }) => void told.push([tenant, endpoint.id]) })
    await transport.deliver(deliveryOf())
    await transport.deliver(deliveryOf({ version: 2 }))
    expect([told, receiver.requests.length]).toEqual([[['main', 'erp']], 1])
  })

  it('is not taken for disabled before the host has noted it', async () => {
    receiver.always(status(410))
    let tries = 0
    const onGone = async () => {
      if (tries++ === 0) throw new Error('the database is down')
    }
    const transport = open({ onGone })
    await expect(transport.deliver(deliveryOf())).rejects.toThrow('the database is down')
    await transport.deliver(deliveryOf({ attempts: 1 }))
    expect([tries, receiver.requests.length]).toEqual([2, 2])
  })

  it('starts anew when it was taken away and entered again, or moves', async () => {
    receiver.next(status(410), status(410))
    let all: WebhookEndpoint[] = [endpointOf(receiver.url)]
    const transport = open({ endpoints: () => all })
    await transport.deliver(deliveryOf())
    all = []
    await transport.deliver(deliveryOf({ version: 2 }))
    all = [endpointOf(receiver.url)]
    await transport.deliver(deliveryOf({ version: 3 }))
    all = [endpointOf(`${receiver.url}/2`)]
    await transport.deliver(deliveryOf({ version: 4 }))
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/hooks', '/hooks', '/hooks/2'])
  })

  it('starts anew when it comes back before anything else happened', async () => {
    receiver.next(status(410))
    const row = { ...endpointOf(receiver.url), isDisabled: false }
    const transport = open({
      endpoints: () => (row.isDisabled ? [] : [row]),
      onGone: () => {
        row.isDisabled = true
      },
    })
    await transport.deliver(deliveryOf())
    row.isDisabled = false
    await transport.deliver(deliveryOf({ version: 2 }))
    expect(receiver.requests).toHaveLength(2)
  })
})

describe('several endpoints', () => {
  const three = () => ['a', 'b', 'c'].map((id) => endpointOf(`${receiver.url}/${id}`, { id }))
  const failing = (...ids: string[]) =>
    receiver.always((response, { path }) => response.writeHead(ids.includes(path.slice(-1)) ? 503 : 204).end())
  const paths = () => receiver.requests.map(({ path }) => path.slice(-1)).sort()

  it('each get the change, and those that took it do not get it again for another’s sake', async () => {
    failing('b')
    const transport = open({ endpoints: three() })
    expect(await codeOf(transport.deliver(deliveryOf()))).toBe('webhook.not-taken')
    expect(await codeOf(transport.deliver(deliveryOf({ attempts: 1 })))).toBe('webhook.not-taken')
    expect(paths()).toEqual(['a', 'b', 'b', 'c'])
    failing()
    await transport.deliver(deliveryOf({ attempts: 2 }))
    expect(paths()).toEqual(['a', 'b', 'b', 'b', 'c'])
  })

  it('are tried again when the first of them wants it', async () => {
    receiver.always((response, { path }) => {
      const seconds = { a: '60', b: '30' }[path.slice(-1)]
      response.writeHead(seconds ? 503 : 204, seconds ? { 'retry-after': seconds } : {}).end()
    })
    const error = await errorOf(open({ endpoints: three() }).deliver(deliveryOf()))
    expect(error.retryAt).toBe('2026-03-02T09:30:30.000Z')
  })

  it('have each a delivery of its own where the relay asks for routes', async () => {
    failing('b')
    const transport = open({ endpoints: [...three(), endpointOf(receiver.url, { id: 'd', events: ['agent.*'] })] })
    expect(await transport.routes(deliveryOf())).toEqual(['a', 'b', 'c'])
    await transport.deliver({ ...deliveryOf(), route: 'a' })
    expect(await codeOf(transport.deliver({ ...deliveryOf(), route: 'b' }))).toBe('webhook.not-taken')
    await transport.deliver({ ...deliveryOf(), route: 'c' })
    await transport.deliver({ ...deliveryOf(), route: 'was taken away' })
    expect(paths()).toEqual(['a', 'b', 'c'])
  })

  it('are those of the tenant alone', async () => {
    const byTenant: Record<string, WebhookEndpoint[]> = { acme: [endpointOf(`${receiver.url}/acme`)] }
    const transport = open({ endpoints: async (tenant) => byTenant[tenant] ?? [] })
    await transport.deliver(deliveryOf({ tenant: 'acme' }))
    await transport.deliver(deliveryOf({ tenant: 'other' }))
    expect(receiver.requests.map(({ path, body }) => [path, JSON.parse(body).data.tenant])).toEqual([
      ['/hooks/acme', 'acme'],
    ])
  })
})

describe('what is refused before anything is sent', () => {
  it.each([[[]], [['whsec_']], [['whsec_c2hvcnQ=']], [['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']], [[SECRET, 'x']]])(
    'is an endpoint with the secrets %j',
    async (secrets) => {
      const endpoints = [endpointOf(receiver.url, { secrets })]
      const error = await errorOf(open({ endpoints }).deliver(deliveryOf()))
      expect(error.code).toBe('webhook.bad-endpoint')
      expect(error.message).not.toMatch(/c2hvcnQ|MfKQ/)
      expect(receiver.connections()).toBe(0)
    },
  )

  it.each(['10.0.0.0/33', '10.0.0/8', 'example.org', '', '::/129', '1.2.3.4/8/8', 'fe80::1%lo/64', '10.0.0.0/x'])(
    'is %j as a network',
    (range) => {
      expect(() => open({ egress: { allow: [range] } })).toThrow(/is no network/)
    },
  )
})
