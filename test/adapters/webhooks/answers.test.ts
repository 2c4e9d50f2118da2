/** What webhooks make of the answers of a real receiver: statuses, pauses, redirects, bodies that never end, and silence. */
import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type WebhookOptions, webhooks } from '../../../src/adapters/webhooks/webhooks.ts'
import type { DeliveryFailure } from '../../../src/desk/transport.ts'
import type { DeskError } from '../../../src/domain/fault.ts'
import { manualClock } from '../../../src/testing/manual-clock.ts'
import { deliveryOf } from '../../../src/testing/transport-delivery.ts'
import { endpointOf, LOOPBACK, openReceiver, type Receiver, status } from './receiver.ts'

let receiver: Receiver
const clock = manualClock('2026-03-02T09:30:00Z')
beforeEach(async () => {
  receiver = await openReceiver()
  clock.set('2026-03-02T09:30:00Z')
})
afterEach(() => receiver.close())
afterEach(() => void vi.useRealTimers())

const open = (options: Partial<WebhookOptions> = {}) =>
  webhooks({ endpoints: [endpointOf(receiver.url)], egress: LOOPBACK, clock, ...options })

const errorOf = (work: Promise<unknown>): Promise<DeskError & DeliveryFailure> =>
  work.then(
    () => expect.fail('it was taken'),
    (error) => error,
  )
const codeOf = async (work: Promise<unknown>) => (await errorOf(work)).code

describe('an answer', () => {
  it.each([200, 201, 202, 204, 299])('of %s takes the webhook', async (code) => {
    receiver.next(status(code))
    await open().deliver(deliveryOf())
  })

  it.each([301, 303, 304, 400, 401, 403, 404, 408, 429, 500, 502, 503, 504])(
    'of %s fails it, for the relay to try again',
    async (code) => {
      receiver.next(status(code))
      const error = await errorOf(open().deliver(deliveryOf()))
      expect(error).toMatchObject({ code: 'webhook.not-taken', data: { endpoint: 'erp', status: code } })
      expect([error.retryAt, error.isFinal]).toEqual([undefined, undefined])
    },
  )

  it('says nothing of its body in the error', async () => {
    receiver.next((response) => response.writeHead(500).end('what a machine inside answered'))
    const error = await errorOf(open().deliver(deliveryOf()))
    expect(error.message + JSON.stringify(error.data)).not.toContain('inside')
  })

  it.each([
    ['seconds', '120'],
    ['a date', 'Mon, 02 Mar 2026 09:32:00 GMT'],
  ])('that asks for a pause in %s is obeyed, and nothing is sent to the endpoint until then', async (_, header) => {
    receiver.next(status(429, { 'retry-after': header }))
    const transport = open()
    const retryAt = '2026-03-02T09:32:00.000Z'
    expect(await errorOf(transport.deliver(deliveryOf()))).toMatchObject({ code: 'webhook.not-taken', retryAt })
    clock.advance(119_999)
    expect(await errorOf(transport.deliver(deliveryOf({ version: 2 })))).toMatchObject({
      code: 'webhook.resting',
      retryAt,
    })
    expect(receiver.requests).toHaveLength(1)
    clock.advance(1)
    await transport.deliver(deliveryOf())
    expect(receiver.requests).toHaveLength(2)
  })

  it('of a broken connection fails it', async () => {
    receiver.next((_, __, raw) => raw.socket.resetAndDestroy())
    expect(await errorOf(open().deliver(deliveryOf()))).toMatchObject({
      code: 'webhook.unreachable',
      data: { reason: 'ECONNRESET' },
    })
  })

  it('of nobody at all fails it', async () => {
    await receiver.close()
    expect(await errorOf(open().deliver(deliveryOf()))).toMatchObject({
      code: 'webhook.unreachable',
      data: { reason: 'ECONNREFUSED' },
    })
  })

  it('that is no HTTP fails it', async () => {
    receiver.next((_, __, raw) => raw.socket.end('hello\r\n\r\n'))
    expect(await codeOf(open().deliver(deliveryOf()))).toBe('webhook.unreachable')
  })

  it('with headers past 16 KB fails it', async () => {
    receiver.next(status(200, { 'x-large': 'x'.repeat(20_000) }))
    expect(await codeOf(open().deliver(deliveryOf()))).toBe('webhook.unreachable')
  })

  it('counts by its head: a body that never ends is cut off', async () => {
    let written = 0
    const closed = new Promise<void>((resolve) => {
      receiver.next((response) => {
        response.writeHead(200)
        response.on('close', resolve)
        const more = () => {
          for (let goesOn = true; goesOn && !response.destroyed; written += 65_536)
            goesOn = response.write('x'.repeat(65_536))
        }
        response.on('drain', more)
        more()
      })
    })
    await open().deliver(deliveryOf())
    await closed
    expect(written).toBeLessThan(50_000_000)
  })

  it('counts by its head: a body that comes by drops is not waited for', async () => {
    receiver.next((response) => {
      response.writeHead(200)
      response.write('x')
    })
    await open({ timeoutMs: 60_000 }).deliver(deliveryOf())
  })

  it('that does not come in time fails it, and the endpoint is left alone ever longer', async () => {
    receiver.always(() => {})
    const transport = open({ timeoutMs: 30 })
    const rests: number[] = []
    for (let times = 0; times < 6; times++) {
      const error = await errorOf(transport.deliver(deliveryOf()))
      expect(error.code).toBe('webhook.timeout')
      expect(await codeOf(transport.deliver(deliveryOf({ version: 2 })))).toBe('webhook.resting')
      rests.push((Date.parse(error.retryAt as string) - clock.now()) / 60_000)
      clock.set(error.retryAt as string)
    }
    expect(rests).toEqual([1, 2, 4, 8, 15, 15])
    receiver.always(status(204))
    await transport.deliver(deliveryOf())
    receiver.always(() => {})
    const error = await errorOf(transport.deliver(deliveryOf()))
    expect(Date.parse(error.retryAt as string) - clock.now()).toBe(60_000)
  })

  it('that does not come to several deliveries at once is one silence, and one rest', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const transport = open()
    const arrived = new Promise<void>((resolve) =>
      receiver.always(() => void (receiver.requests.length === 10 && resolve())),
    )
    const versions = Array.from({ length: 10 }, (_, n) => n + 1)
    const sending = versions.map((version) => errorOf(transport.deliver(deliveryOf({ version }))))
    await arrived
    await vi.advanceTimersByTimeAsync(15_000)
    const oneMinute = { code: 'webhook.timeout', retryAt: '2026-03-02T09:31:00.000Z' }
    expect(await Promise.all(sending)).toMatchObject(versions.map(() => oneMinute))
  })

  it.each([
    ['a shorter one', (held: ServerResponse) => held.writeHead(503, { 'retry-after': '60' }).end()],
    ['none in time', () => vi.advanceTimersByTimeAsync(15_000)],
  ])('that asks for a pause is not overruled by %s to a delivery that began before', async (_, end) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const transport = open()
    const held = new Promise<ServerResponse>((resolve) => receiver.next(resolve))
    const early = errorOf(transport.deliver(deliveryOf()))
    const response = await held
    receiver.next(status(429, { 'retry-after': '3600' }))
    const retryAt = '2026-03-02T10:30:00.000Z'
    expect(await errorOf(transport.deliver(deliveryOf({ version: 2 })))).toMatchObject({ retryAt })
    await end(response)
    expect(await early).toMatchObject({ retryAt })
    expect(await errorOf(transport.deliver(deliveryOf()))).toMatchObject({ code: 'webhook.resting', retryAt })
  })

  it.each([Number.POSITIVE_INFINITY, 30 * 86_400_000])(
    'is waited for when the time for it is %s',
    async (timeoutMs) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      receiver.next((response) => {
        vi.advanceTimersByTime(60_000)
        response.writeHead(204).end()
      })
      await open({ timeoutMs }).deliver(deliveryOf())
    },
  )

  it('is not waited for longer than the time for all of it, name and redirects included', async () => {
    const resolve = () => new Promise<readonly string[]>(() => {})
    const egress = { ...LOOPBACK, resolve }
    const endpoints = [endpointOf(`http://slow.example.org:${receiver.port}/`)]
    expect(await codeOf(open({ timeoutMs: 30, egress, endpoints }).deliver(deliveryOf()))).toBe('webhook.timeout')
    receiver.next(status(307, { location: '/next' }), () => {})
    expect(await codeOf(open({ timeoutMs: 200, redirects: 1 }).deliver(deliveryOf()))).toBe('webhook.timeout')
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/hooks', '/next'])
  })
})

describe('a redirect that is allowed', () => {
  it.each([301, 302, 307, 308])('by %s brings the same signed body', async (code) => {
    receiver.next(status(code, { location: '/moved?x=1' }))
    await open({ redirects: 1 }).deliver(deliveryOf())
    const [first, second] = receiver.requests
    expect(second).toMatchObject({ path: '/moved?x=1', body: first?.body })
    expect(second?.headers['webhook-signature']).toBe(first?.headers['webhook-signature'])
  })

  it('brings the endpoint’s own headers to the same origin only', async () => {
    const other = await openReceiver()
    const headers = { authorization: 'Bearer x' }
    const transport = open({ redirects: 3, endpoints: [endpointOf(receiver.url, { headers })] })
    receiver.next(status(307, { location: '/moved' }), status(307, { location: other.url }))
    other.next(status(307, { location: receiver.url }))
    await transport.deliver(deliveryOf())
    const tokens = [...receiver.requests, ...other.requests].map((request) => request.headers.authorization)
    expect(tokens).toEqual(['Bearer x', 'Bearer x', undefined, undefined])
    await other.close()
  })

  it.each([
    [1.5, 2],
    [99, 4],
    [-1, 1],
    [Number.NaN, 1],
  ])('by redirects: %s makes %s requests at most', async (redirects, most) => {
    receiver.always(status(307, { location: '/again' }))
    await codeOf(open({ redirects, timeoutMs: 2_000 }).deliver(deliveryOf()))
    expect(receiver.requests).toHaveLength(most)
  })

  it('leads nowhere without a location, or with a user name', async () => {
    receiver.next(status(307), status(307, { location: `http://a:b@127.0.0.1:${receiver.port}/` }))
    const transport = open({ redirects: 3 })
    expect(await codeOf(transport.deliver(deliveryOf()))).toBe('webhook.redirected')
    expect(await codeOf(transport.deliver(deliveryOf()))).toBe('webhook.url-refused')
    expect(receiver.connections()).toBe(2)
  })
})
