/** Webhooks over TLS: the name that was entered is the one that is asked for and proven, although the address is pinned. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EgressRules, webhooks } from '../../../src/adapters/webhooks/webhooks.ts'
import { deliveryOf } from '../../../src/testing/transport-delivery.ts'
import { endpointOf, openReceiver, type Receiver, status } from './receiver.ts'

const TOOL = 'openssl'
const hasTool = spawnSync(TOOL, ['version']).status === 0

/** A key and a certificate of their own for `hooks.example.org`. */
function certificate(): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'deskwright-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const name = ['-subj', '/CN=hooks.example.org', '-addext', 'subjectAltName=DNS:hooks.example.org']
  const form = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  spawnSync(TOOL, [...form, ...name, '-keyout', key, '-out', cert])
  const texts = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  rmSync(folder, { recursive: true })
  return texts
}

describe.skipIf(!hasTool)('a webhook over TLS (needs openssl for a certificate)', () => {
  let receiver: Receiver
  let cert: string
  beforeAll(async () => {
    const tls = certificate()
    cert = tls.cert
    receiver = await openReceiver({ tls })
  })
  afterAll(() => receiver.close())

  const outcomeAt = (host: string, options: { ca?: string; redirects?: number; egress?: EgressRules } = {}) => {
    const egress = {
      ports: 'any',
      allow: ['127.0.0.1'],
      resolve: async () => ['127.0.0.1'],
      ...options.egress,
    } as const
    const endpoints = [endpointOf(`https://${host}:${receiver.port}/`)]
    return webhooks({ endpoints, ...options, egress })
      .deliver(deliveryOf())
      .then(
        () => 'taken',
        (error) => `${error.code} ${error.data.reason ?? ''}`.trim(),
      )
  }

  it('arrives under the name that was entered', async () => {
    expect(await outcomeAt('hooks.example.org', { ca: cert })).toBe('taken')
    expect(receiver.requests.at(-1)?.headers.host).toBe(`hooks.example.org:${receiver.port}`)
  })

  it('is not sent to who cannot prove the name, or is not trusted', async () => {
    const before = receiver.requests.length
    expect(await outcomeAt('other.example.org', { ca: cert })).toContain('ERR_TLS_CERT_ALTNAME_INVALID')
    expect(await outcomeAt('hooks.example.org')).toMatch(/SELF_SIGNED/)
    expect(receiver.requests).toHaveLength(before)
  })

  it('is not sent on to a place without TLS, even where that is allowed by itself', async () => {
    const plain = await openReceiver()
    receiver.next(status(307, { location: plain.url }))
    const egress: EgressRules = { schemes: ['https', 'http'] }
    expect(await outcomeAt('hooks.example.org', { ca: cert, redirects: 3, egress })).toContain('webhook.redirected')
    expect(plain.connections()).toBe(0)
    await plain.close()
  })
})

describe('a webhook without TLS', () => {
  it('is not sent unless the host allows it', async () => {
    const receiver = await openReceiver()
    const egress: EgressRules = { ports: 'any', allow: ['127.0.0.1'] }
    await expect(webhooks({ endpoints: [endpointOf(receiver.url)], egress }).deliver(deliveryOf())).rejects.toThrow(
      'it must begin with https',
    )
    const ports: EgressRules = { schemes: ['http'], allow: ['127.0.0.1'] }
    await expect(
      webhooks({ endpoints: [endpointOf(receiver.url)], egress: ports }).deliver(deliveryOf()),
    ).rejects.toThrow(`port ${receiver.port} is not among 80`)
    expect(receiver.connections()).toBe(0)
    await receiver.close()
  })
})
