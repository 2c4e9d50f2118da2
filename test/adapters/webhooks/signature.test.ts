/** Signatures: made as the library makes them, and verified against every change, any delay and any other key. */
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { signedHeaders } from '../../../src/adapters/webhooks/signature.ts'
import {
  checkEndpoint,
  type Verification,
  verifyWebhook,
  webhookSecret,
} from '../../../src/adapters/webhooks/webhooks.ts'
import { manualClock } from '../../../src/testing/manual-clock.ts'
import { endpointOf, LOOPBACK, SECRET } from './receiver.ts'

const clock = manualClock('2026-03-02T09:30:00Z')
const body = JSON.stringify({
  type: 'desk.change',
  timestamp: '2026-03-02T09:30:00.000Z',
  data: { tenant: 'main', record: { kind: 'ticket', id: 'tkt_1', version: 1 }, events: [{ note: 'ä 😀 \ud800' }] },
})
const headers = signedHeaders({ id: 'msg_1', sentMs: clock.now(), body, secrets: [SECRET] })
const verify = (changes: Partial<Verification> = {}) =>
  verifyWebhook({ body, headers, secrets: [SECRET], clock, ...changes })
const codeOf = (changes: Partial<Verification>) => {
  try {
    return verify(changes).id
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('a signed message', () => {
  it('is what the specification’s library verifies', () => {
    const now = signedHeaders({ id: 'msg_1', sentMs: Date.now(), body, secrets: [webhookSecret(), SECRET] })
    expect(new Webhook(SECRET).verify(body, now)).toEqual(JSON.parse(body))
  })

  it('equals the example of the specification’s libraries', () => {
    const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', sentMs: 1614265330_000, body: '{"test": 2432232314}' }
    expect(signedHeaders({ ...message, secrets: [SECRET] })['webhook-signature']).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    )
  })

  it('passes as text, as bytes, and with the headers of Node, of Express and of the web', () => {
    const bytes = new TextEncoder().encode(body)
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]))
    for (const changes of [
      {},
      { body: bytes },
      { body: Buffer.from(bytes) },
      { headers: new Headers(headers) },
      { headers: upper },
    ])
      expect(verify(changes)).toEqual({ id: 'msg_1', payload: JSON.parse(body) })
  })

  it('passes with any of the receiver’s secrets, and any of the sender’s signatures', () => {
    const [old, other] = [webhookSecret(), webhookSecret()]
    expect(codeOf({ secrets: [old, SECRET] })).toBe('msg_1')
    const both = signedHeaders({ id: 'msg_1', sentMs: clock.now(), body, secrets: [old, SECRET] })
    expect(codeOf({ headers: both })).toBe('msg_1')
    expect(codeOf({ headers: both, secrets: [other] })).toBe('webhook.bad-signature')
    expect(codeOf({ secrets: [] })).toBe('webhook.bad-signature')
    const others = {
      ...headers,
      'webhook-signature': `v1a,x v1 v1, ${'v2,a '.repeat(9)}${headers['webhook-signature']}`,
    }
    expect(codeOf({ headers: others })).toBe('msg_1')
  })

  it('does not pass with any one character changed, of body, id, time or signature', () => {
    const parts = ['body', 'webhook-id', 'webhook-timestamp', 'webhook-signature'] as const
    fc.assert(
      fc.property(fc.constantFrom(...parts), fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (part, place, by) => {
        const text = part === 'body' ? body : (headers[part] as string)
        const at = place % text.length
        const changed = text.slice(0, at) + by + text.slice(at + 1)
        fc.pre(changed !== text)
        const other = part === 'body' ? { body: changed } : { headers: { ...headers, [part]: changed } }
        expect(codeOf(other)).toMatch(/^webhook\.(bad-signature|bad-headers|outside-window)$/)
      }),
      { numRuns: 500 },
    )
  })

  it('does not pass as bytes that only read the same', () => {
    const replaced = body.replace('ä', '\ufffd')
    const signed = signedHeaders({ id: 'msg_1', sentMs: clock.now(), body: replaced, secrets: [SECRET] })
    const bytes = Buffer.from(replaced)
    expect(codeOf({ body: bytes, headers: signed })).toBe('msg_1')
    const at = bytes.indexOf(Buffer.from('\ufffd'))
    const broken = Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at + 3)])
    expect(codeOf({ body: broken, headers: signed })).toBe('webhook.bad-signature')
    expect(codeOf({ body: Buffer.concat([Buffer.from('\ufeff'), Buffer.from(body)]) })).toBe('webhook.bad-signature')
  })

  it('passes within the window only', () => {
    const at = (seconds: number) => manualClock(clock.now() + seconds * 1000)
    for (const seconds of [-300, 0, 300]) expect(codeOf({ clock: at(seconds) })).toBe('msg_1')
    for (const seconds of [-301, 301, 86_400]) expect(codeOf({ clock: at(seconds) })).toBe('webhook.outside-window')
    expect(codeOf({ clock: at(31), toleranceSeconds: 30 })).toBe('webhook.outside-window')
  })

  it('does not pass where the tolerance is no number', () => {
    const later = manualClock(clock.now() + 86_400_000)
    for (const at of [clock, later])
      expect(codeOf({ clock: at, toleranceSeconds: Number.NaN })).toBe('webhook.outside-window')
  })

  it.each(['', 'whsec_', 'whsec_AA==', 'no base64!', SECRET.slice(6)])(
    'does not pass with the secret %j, which no endpoint may have',
    (secret) => {
      const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
      const signature = createHmac('sha256', key)
        .update(`msg_1.${clock.now() / 1000}.${body}`)
        .digest('base64')
      const signed = { ...headers, 'webhook-signature': `v1,${signature}` }
      expect(codeOf({ headers: signed, secrets: [secret] })).toBe('webhook.bad-signature')
    },
  )

  it.each([
    ['webhook-id', undefined],
    ['webhook-id', ''],
    ['webhook-id', 'a.b'],
    ['webhook-id', ['msg_1', 'msg_1']],
    ['webhook-timestamp', undefined],
    ['webhook-timestamp', '1772443800abc'],
    ['webhook-timestamp', '-1'],
    ['webhook-timestamp', '1e9'],
    ['webhook-signature', undefined],
    ['webhook-signature', 'ü'],
  ])('does not pass with %s as %j', (name, value) => {
    expect(codeOf({ headers: { ...headers, [name]: value } })).toBe('webhook.bad-headers')
  })

  it.each(['', 'null', '{}', '[]', 'no json', '{"type":"desk.change"}', body.replace('desk.change', 'other')])(
    'does not pass as the body %s',
    (text) => {
      const signed = signedHeaders({ id: 'msg_1', sentMs: clock.now(), body: text, secrets: [SECRET] })
      expect(codeOf({ body: text, headers: signed })).toBe('webhook.bad-body')
    },
  )
})

describe('a secret', () => {
  it('is new each time, and fit for an endpoint', async () => {
    const [one, other] = [webhookSecret(), webhookSecret()]
    expect(one).not.toBe(other)
    await checkEndpoint(endpointOf('http://127.0.0.1:1/', { secrets: [one] }), LOOPBACK)
    await expect(checkEndpoint(endpointOf('https://127.0.0.1/', { secrets: [one] }))).rejects.toThrow('public internet')
    await expect(checkEndpoint(endpointOf('https://1.1.1.1/', { secrets: ['x'] }))).rejects.toThrow('whsec_')
    await checkEndpoint(endpointOf('https://1.1.1.1/'))
  })
})
