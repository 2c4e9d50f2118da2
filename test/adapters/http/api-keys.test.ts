/** API keys: they open what their actor may do, cut to what they are for, until they are revoked or run out. */
import { apiKeys, newApiKey } from 'deskwright/http'
import { describe, expect, it } from 'vitest'
import { codeOf, dump, openWorld } from '../../desk/world.ts'
import { serving } from './served.ts'

// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is looked at, not trusted.
type Json = any

async function opened() {
  const world = await openWorld()
  const recognise = apiKeys(world.desk, { clock: world.clock })
  const { handle } = serving(world, { authenticate: recognise })
  const ask = async (key: string, line: string, body: object = {}) => {
    const [method = '', path = ''] = line.split(' ')
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const sent = method === 'POST' ? { body: JSON.stringify(body) } : {}
    const response = await handle(new Request(`http://desk.test${path}`, { method, headers, ...sent }))
    return { status: response.status, body: (await response.json()) as Json }
  }
  const keyFor = async (rest: object) => {
    const { key, digest } = await newApiKey()
    const record = await world.system.apiKey.create({ name: 'Import', digest, ...rest } as never)
    return { key, record }
  }
  return { ...world, recognise, ask, keyFor }
}

describe('an API key', () => {
  it('acts as its actor', async () => {
    const { ask, keyFor, agent } = await opened()
    const noor = await agent(['agent'])
    const { key } = await keyFor({ actor: { kind: 'agent', id: noor.id } })
    const made = await ask(key, 'POST /v1/tickets', {
      requester: { email: 'ada@example.org' },
      subject: 'S',
      body: 'B',
    })
    expect(made.status).toBe(201)
    const { body } = await ask(key, `GET /v1/tickets/${made.body.id}/timeline`)
    expect(body.entries[0].event.by).toEqual({ kind: 'agent', id: noor.id })
    expect((await ask(key, 'POST /v1/teams', { name: 'T' })).body.code).toBe('access.forbidden')
  })

  it('does no more than its actor may, and of that no more than it is for', async () => {
    const { ask, keyFor, agent, open } = await opened()
    const noor = await agent(['agent'])
    const { id } = await open()
    const only = ['ticket.get', 'ticket.timeline', 'team.create']
    const { key } = await keyFor({ actor: { kind: 'agent', id: noor.id }, only })
    expect((await ask(key, `GET /v1/tickets/${id}`)).status).toBe(200)
    expect((await ask(key, `POST /v1/tickets/${id}/solve`)).body.code).toBe('access.forbidden')
    expect((await ask(key, 'POST /v1/teams', { name: 'T' })).body.code).toBe('access.forbidden')
    await noor.desk.ticket.note({ ticketId: id, body: 'Between us.' })
    expect(JSON.stringify((await ask(key, `GET /v1/tickets/${id}/timeline`)).body)).not.toContain('Between us.')
    const items = [{ name: 'ticket.solve', input: { ticketId: id } }]
    expect((await ask(key, 'POST /v1/batch', { items })).body.outcomes[0].fault.code).toBe('access.forbidden')
    const { key: nouns } = await keyFor({ actor: { kind: 'bot', id: 'import' }, only: ['ticket.*'] })
    expect((await ask(nouns, `POST /v1/tickets/${id}/solve`)).status).toBe(200)
    expect((await ask(nouns, 'GET /v1/agents')).body.code).toBe('access.forbidden')
  })

  it('opens nothing once it is revoked, has run out, or its actor is gone', async () => {
    const { ask, keyFor, agent, system, clock } = await opened()
    const noor = await agent(['agent'])
    const actor = { kind: 'agent', id: noor.id } as const
    const [lasting, short, other] = [
      await keyFor({ actor }),
      await keyFor({ actor, expiresAt: clock.now() + 1000 }),
      await keyFor({ actor }),
    ]
    expect((await ask(short.key, 'GET /v1/tickets')).status).toBe(200)
    clock.advance(1000)
    expect((await ask(short.key, 'GET /v1/tickets')).status).toBe(401)
    await system.apiKey.revoke({ apiKeyId: lasting.record.id })
    expect((await ask(lasting.key, 'GET /v1/tickets')).status).toBe(401)
    expect(await codeOf(system.apiKey.revoke({ apiKeyId: lasting.record.id }))).toBe('apiKey.revoked')
    await system.agent.change({ agentId: noor.id, accepting: false })
    await system.agent.deactivate({ agentId: noor.id })
    expect((await ask(other.key, 'GET /v1/tickets')).body.code).toBe('access.unknown-actor')
  })

  it('is nowhere but with whom it was given to', async () => {
    const { store, events, keyFor, system, desk } = await opened()
    const { key, record } = await keyFor({ actor: { kind: 'bot', id: 'import' } })
    const everything = `${await dump(store, 'main')}${JSON.stringify([events, await system.apiKey.find({})])}`
    expect(everything).toContain(record.id)
    for (const part of key.split('.').filter((text) => text.length > 10)) expect(everything).not.toContain(part)
    expect(JSON.stringify(events)).not.toContain('Import')
    expect((await desk.verify()).findings).toEqual([])
  })

  it('is looked for without beginning a tenant, and nothing tells why it is not known', async () => {
    const { recognise, keyFor, store } = await opened()
    const { key } = await keyFor({ actor: { kind: 'bot', id: 'import' } })
    const last = key.endsWith('A') ? 'B' : 'A'
    const strangers = [
      (await newApiKey()).key,
      (await newApiKey('elsewhere')).key,
      `${key.slice(0, -1)}${last}`,
      key.toLowerCase(),
      'dwk..',
      'dwk.%00.x',
      '',
    ]
    for (const stranger of strangers)
      expect(
        await recognise(new Request('http://desk.test/', { headers: { authorization: `Bearer ${stranger}` } })),
      ).toBeNull()
    expect(await recognise(new Request('http://desk.test/', { headers: { authorization: key } }))).toBeNull()
    expect(await dump(store, 'elsewhere')).toBe('')
  })

  it('is made by those who may make any, not by a key, and for what there is', async () => {
    const { desk, keyFor, agent, system, as } = await opened()
    const noor = await agent(['agent'])
    const { digest } = await newApiKey()
    const input = { name: 'N', digest, actor: { kind: 'bot', id: 'b' } } as const
    expect(await codeOf(noor.desk.apiKey.create(input))).toBe('access.forbidden')
    const byKey = desk.as({ by: { kind: 'system', id: 's' }, only: ['*'] })
    expect(await codeOf(byKey.apiKey.create(input))).toBe('apiKey.by-key')
    expect(await codeOf(system.apiKey.create({ ...input, only: ['ticket.slove'] }))).toBe('policy.unknown-permission')
    expect(await codeOf(system.apiKey.create({ ...input, actor: { kind: 'agent', id: 'agt_01JABSENT' } }))).toBe(
      'agent.not-found',
    )
    await system.apiKey.create(input)
    expect(await codeOf(system.apiKey.create(input))).toBe('apiKey.exists')
    await keyFor({ actor: { kind: 'bot', id: 'b' } })
    expect(await codeOf(as({ kind: 'bot', id: 'b' }).apiKey.find({}))).toBe('access.forbidden')
    expect((await system.apiKey.find({})).items).toHaveLength(2)
  })
})
