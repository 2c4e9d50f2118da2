/** The handler: routes by rule, identity from the host alone, conditions and retries by the headers of the web. */
import { describe, expect, it, vi } from 'vitest'
import { routesOf, webRows } from '../../../src/adapters/http/rows.ts'
import { authenticate, openServed, SYSTEM, tokenOf } from './served.ts'

const OPENING = { requester: { email: 'ada@example.org' }, subject: 'It hums', body: 'Since noon.' }

describe('routes', () => {
  it('follow from names and ids alone, and no two are the same', async () => {
    const lines = (await webRows()).flatMap(routesOf).map(({ method, path, row }) => `${method} ${path} ${row.name}`)
    const places = lines.map((line) => line.replace(/ \S+$/, '').replace(/\{\w+\}/g, '{}'))
    expect(places.filter((place, n) => places.indexOf(place) !== n)).toEqual([])
    for (const line of [
      'POST /v1/tickets ticket.open',
      'POST /v1/tickets/{ticketId}/solve ticket.solve',
      'GET /v1/tickets ticket.find',
      'POST /v1/tickets/find ticket.find',
      'GET /v1/tickets/{ticketId} ticket.get',
      'GET /v1/tickets/{ticketId}/timeline ticket.timeline',
      'GET /v1/tickets/count ticket.count',
      'GET /v1/tickets/{ticketId}/sla sla.get',
      'POST /v1/tickets/{ticketId}/sla/setDue sla.setDue',
      'GET /v1/sla/attainment sla.attainment',
      'GET /v1/customers/{customerId} customer.get',
      'GET /v1/customers/get customer.get',
      'POST /v1/customers/{customerId}/merge customer.merge',
      'POST /v1/policies/publish policy.publish',
      'GET /v1/policies/get policy.get',
      'GET /v1/events/feed event.feed',
    ])
      expect(lines).toContain(line)
  })

  it('make, read, change and list', async () => {
    const { ask } = await openServed()
    const made = await ask('POST /v1/tickets', { body: OPENING })
    expect(made).toMatchObject({ status: 201, body: { subject: 'It hums', number: 1 } })
    expect(made.headers.get('location')).toBe(`/v1/tickets/${made.body.id}`)
    const at = made.headers.get('location')
    expect(await ask(`POST ${at}/solve`)).toMatchObject({ status: 200, body: { category: 'solved', version: 2 } })
    expect(await ask(`GET ${at}`)).toMatchObject({ status: 200, body: { category: 'solved' } })
    expect((await ask(`GET ${at}/timeline?limit=2`)).body.entries).toHaveLength(2)
    const where = encodeURIComponent(JSON.stringify({ field: 'category', is: 'solved' }))
    const order = encodeURIComponent('[{"field":"number","direction":"asc"}]')
    expect((await ask(`GET /v1/tickets?where=${where}&order=${order}&limit=3`)).body.items).toHaveLength(1)
    expect((await ask('POST /v1/tickets/find', { body: { limit: 3 } })).body.items).toHaveLength(1)
    expect((await ask('GET /v1/tickets/count?by=category&by=status')).body).toEqual([
      { group: ['solved', 'solved'], count: 1 },
    ])
    expect((await ask('GET /v1/customers/get?email=ada@example.org')).body.id).toBe(made.body.requesterId)
  })

  it('answer at their base path only', async () => {
    const { ask } = await openServed({ basePath: '/support' })
    const made = await ask('POST /support/v1/tickets', { body: OPENING })
    expect(made.headers.get('location')).toBe(`/support/v1/tickets/${made.body.id}`)
    expect((await ask('GET /v1/tickets')).status).toBe(404)
  })

  it.each(['/support', '/support/', 'support'])('know their methods at %s too', async (basePath) => {
    const { ask } = await openServed({ basePath })
    expect((await ask('GET /support/v1/tickets')).status).toBe(200)
    expect(await ask('DELETE /support/v1/tickets')).toMatchObject({ status: 405, body: { code: 'http.wrong-method' } })
    expect((await ask('GET /support/v1/openapi.json')).body.servers).toEqual([{ url: '/support' }])
  })

  it('say which methods there are', async () => {
    const { ask } = await openServed()
    expect((await ask('DELETE /v1/tickets')).body.code).toBe('http.wrong-method')
    expect((await ask('OPTIONS /v1/tickets')).headers.get('allow')).toBe('POST, GET, HEAD, OPTIONS')
    expect(await ask('HEAD /v1/tickets')).toMatchObject({ status: 200, body: null })
    expect(await ask('GET /v1/nothing')).toMatchObject({ status: 404, body: { code: 'http.no-route' } })
  })
})

describe('a refusal', () => {
  it('is a problem with the code of the desk, and a status by its kind', async () => {
    const { ask } = await openServed()
    const made = await ask('POST /v1/tickets', { body: OPENING })
    const { status, headers, body } = await ask(`POST /v1/tickets/${made.body.id}/reopen`)
    expect([status, headers.get('content-type')]).toEqual([422, 'application/problem+json'])
    expect(body).toEqual({
      type: `urn:deskwright:${body.code}`,
      title: 'A rule is against it',
      status: 422,
      detail: expect.stringContaining(made.body.id),
      code: 'ticket.not-solved',
      kind: 'refused',
      data: expect.objectContaining({ ticketId: made.body.id }),
    })
    expect(await ask('GET /v1/tickets/tkt_01JABSENT')).toMatchObject({
      status: 404,
      body: { code: 'ticket.not-found' },
    })
    expect(await ask('POST /v1/tickets', { body: { ...OPENING, tenant: 'x' } })).toMatchObject({ status: 400 })
    const customer = await ask('GET /v1/agents', { as: { by: { kind: 'customer', id: made.body.requesterId } } })
    expect(customer).toMatchObject({ status: 403, body: { code: 'access.forbidden' } })
  })

  it('names no other record than the path', async () => {
    const { ask } = await openServed()
    const [one, two] = [
      await ask('POST /v1/tickets', { body: OPENING }),
      await ask('POST /v1/tickets', { body: OPENING }),
    ]
    const came = await ask(`POST /v1/tickets/${one.body.id}/solve`, { body: { ticketId: two.body.id } })
    expect(came).toMatchObject({ status: 400, body: { code: 'http.bad-body' } })
  })
})

describe('identity', () => {
  it('comes from the host alone: nobody gets 401 everywhere', async () => {
    const { ask } = await openServed()
    for (const line of ['GET /v1/tickets', 'POST /v1/batch', 'GET /v1/nothing', 'DELETE /v1/tickets'])
      expect(await ask(line, { as: null })).toMatchObject({ status: 401, body: { code: 'http.unauthenticated' } })
  })

  it('that the host gets wrong is the host’s to hear of, not the caller’s', async () => {
    const { ask, failures } = await openServed({
      authenticate: () => {
        throw new Error('secret: the session store is down')
      },
    })
    const came = await ask('GET /v1/tickets')
    expect([came.status, came.body.code, JSON.stringify(came.body).includes('secret')]).toEqual([
      500,
      'http.failed',
      false,
    ])
    expect(failures).toHaveLength(1)
  })

  it('that the host gets wrong is answered also where its report fails', async () => {
    const failing = () => {
      throw new Error('the log is full')
    }
    const { ask } = await openServed({ authenticate: failing, report: failing })
    expect(await ask('GET /v1/tickets')).toMatchObject({ status: 500, body: { code: 'http.failed' } })
  })
})

describe('headers', () => {
  it('make a retry harmless', async () => {
    const { ask } = await openServed()
    const headers = { 'idempotency-key': '"order-17"' }
    const first = await ask('POST /v1/tickets', { body: OPENING, headers })
    const again = await ask('POST /v1/tickets', { body: OPENING, headers: { 'idempotency-key': 'order-17' } })
    expect(again.body).toEqual(first.body)
    const other = await ask('POST /v1/tickets', { body: { ...OPENING, subject: 'Other' }, headers })
    expect(other).toMatchObject({ status: 409, body: { code: 'command.reused' } })
  })

  it('change a record only at the version that was read, and read it only when it changed', async () => {
    const { ask } = await openServed()
    const made = await ask('POST /v1/tickets', { body: OPENING })
    const at = `/v1/tickets/${made.body.id}`
    expect(made.headers.get('etag')).toBe('"1"')
    const changed = await ask(`POST ${at}/tag`, { body: { add: ['a'] }, headers: { 'if-match': '"1"' } })
    expect(changed.headers.get('etag')).toBe('"2"')
    const stale = await ask(`POST ${at}/tag`, { body: { add: ['b'] }, headers: { 'if-match': '"1"' } })
    expect(stale).toMatchObject({ status: 412, body: { code: 'store.stale-version', data: { found: 2 } } })
    expect(await ask(`GET ${at}`, { headers: { 'if-none-match': '"2"' } })).toMatchObject({ status: 304, body: null })
    expect(await ask(`GET ${at}`, { headers: { 'if-none-match': '"1"' } })).toMatchObject({ status: 200 })
    expect(await ask(`POST ${at}/wake`, { headers: { 'if-match': '1' } })).toMatchObject({
      status: 400,
      body: { code: 'http.bad-header' },
    })
  })

  it('let pages of other origins in only where the host says so', async () => {
    const closed = await openServed()
    const headers = { origin: 'https://shop.test', 'access-control-request-method': 'POST' }
    expect((await closed.ask('OPTIONS /v1/tickets', { headers })).headers.get('access-control-allow-origin')).toBeNull()
    const open = await openServed({ cors: { origins: ['https://shop.test'] } })
    const preflight = await open.ask('OPTIONS /v1/tickets', { headers, as: null })
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://shop.test')
    expect(preflight.headers.get('access-control-allow-headers')).toContain('idempotency-key')
    expect((await open.ask('OPTIONS /v1/tickets')).headers.get('allow')).toBe('POST, GET, HEAD, OPTIONS')
    expect(await open.ask('OPTIONS /v1/nothing')).toMatchObject({ status: 404 })
    const foreign = await open.ask('GET /v1/tickets', { headers: { origin: 'https://other.test' } })
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull()
    const known = await open.ask('GET /v1/tickets', { headers: { origin: 'https://shop.test' } })
    expect(known.headers.get('access-control-expose-headers')).toContain('etag')
  })
})

describe('limits', () => {
  it('refuse what is no JSON in UTF-8, and what is too large, whatever length it names', async () => {
    const { ask, handle } = await openServed({ maxBytes: 200 })
    const as = (headers: object, body: unknown = {}) => ask('POST /v1/tickets', { headers, body })
    expect(await as({ 'content-type': 'text/plain' })).toMatchObject({ status: 415 })
    expect(await as({ 'content-encoding': 'gzip' })).toMatchObject({ status: 415 })
    expect(await as({ 'content-type': 'application/json; charset=latin1' })).toMatchObject({ status: 415 })
    expect(await as({}, '{')).toMatchObject({ status: 400, body: { code: 'http.bad-body' } })
    expect(await as({}, '[]')).toMatchObject({ status: 400, body: { code: 'http.bad-body' } })
    expect(await as({}, { ...OPENING, body: 'x'.repeat(200) })).toMatchObject({ status: 413 })
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(50).fill(32)) })
    const request = new Request('http://desk.test/v1/tickets', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tokenOf(SYSTEM)}` },
      body: endless,
      duplex: 'half',
    } as RequestInit)
    expect((await handle(request)).status).toBe(413)
  })

  it('answer in time, also where the host does not', async () => {
    const { ask } = await openServed({ timeoutMs: 5, authenticate: () => new Promise(() => {}) })
    expect(await ask('GET /v1/tickets')).toMatchObject({ status: 503, body: { code: 'http.too-slow' } })
  })

  it.each([Number.POSITIVE_INFINITY, 30 * 86_400_000])(
    'let an answer take its time within %s ms',
    async (timeoutMs) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      try {
        const slow = async (request: Request) => {
          await vi.advanceTimersByTimeAsync(60_000)
          return authenticate(request)
        }
        const { ask } = await openServed({ timeoutMs, authenticate: slow })
        expect(await ask('GET /v1/tickets')).toMatchObject({ status: 200 })
      } finally {
        vi.useRealTimers()
      }
    },
  )

  it('let nobody ask too often', async () => {
    const { ask } = await openServed({ limit: ({ by }) => (by.kind === 'system' ? 1.2 : 0) })
    const came = await ask('GET /v1/tickets')
    expect([came.status, came.headers.get('retry-after')]).toEqual([429, '2'])
  })
})

describe('a batch', () => {
  it('does all in one commit, and says what became of each', async () => {
    const { ask } = await openServed()
    const items = [
      { name: 'ticket.open', input: OPENING },
      { name: 'ticket.solve', input: { ticketId: 'tkt_01JABSENT' } },
    ]
    const { status, body } = await ask('POST /v1/batch', { body: { items } })
    expect(status).toBe(200)
    expect(body.outcomes).toMatchObject([
      { done: true, record: { subject: 'It hums' } },
      { done: false, fault: { code: 'ticket.not-found', kind: 'not-found' } },
    ])
    expect(await ask('POST /v1/batch', { body: { items, tenant: 'x' } })).toMatchObject({ status: 400 })
  })

  it('has a version for each item, and none for all', async () => {
    const { ask, open } = await openServed()
    const { id: ticketId } = await open()
    const items = [{ name: 'ticket.solve', input: { ticketId } }]
    const came = await ask('POST /v1/batch', { body: { items }, headers: { 'if-match': '"77"' } })
    expect(came).toMatchObject({ status: 400, body: { code: 'http.bad-header' } })
    expect((await ask(`GET /v1/tickets/${ticketId}`)).body.category).toBe('new')
  })
})
