/** The event stream: what happens, at once, to who may see it at that moment, and from any place again. */
import type { TicketId } from 'deskwright'
import type { HandlerOptions, Identity, ServedDesk } from 'deskwright/http'
import { describe, expect, it, vi } from 'vitest'
import { openWorld } from '../../desk/world.ts'
import { authenticate, openServed, SYSTEM, serving, tokenOf } from './served.ts'

/** Opens a stream; `next` gives the next block of it, `null` at its end. */
async function listen(
  handle: (request: Request) => Promise<Response>,
  as: Identity,
  { path = '/v1/events', headers = {} } = {},
) {
  const response = await handle(
    new Request(`http://desk.test${path}`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${tokenOf(as)}`, ...headers },
    }),
  )
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  const blocks: string[] = []
  const next = async (): Promise<{ id?: string; data?: { name: string; record: { id: string } } } | null> => {
    while (blocks.length === 0) {
      const { done, value } = await reader.read()
      if (done) return null
      blocks.push(...value.split('\n\n').filter((block) => block !== ''))
    }
    const lines = blocks.shift()!.split('\n')
    const of = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
    const data = of('data')
    return { ...(of('id') ? { id: of('id')! } : {}), ...(data ? { data: JSON.parse(data) } : {}) }
  }
  /** Names of the events up to the next mark of a place. */
  const burst = async () => {
    const names: string[] = []
    for (let block = await next(); ; block = await next()) {
      if (block === null) return null
      if (block.data === undefined) return names
      names.push(block.data.name)
    }
  }
  return { response, next, burst, cancel: () => reader.cancel() }
}

/** A served desk that counts who began to listen to it, and who ended. */
async function openCounted(options: Partial<HandlerOptions> = {}) {
  const world = await openWorld()
  const [began, ended]: [string[], string[]] = [[], []]
  const on: ServedDesk['on'] = (name, listener) => {
    const stop = world.desk.on(name, listener)
    began.push(name)
    return () => {
      ended.push(name)
      stop()
    }
  }
  const served = serving({ ...world, desk: { ...world.desk, on: on as typeof world.desk.on } }, options)
  return { ...served, listeners: () => [began.length, ended.length] }
}

describe('an event stream', () => {
  it('begins now, and tells of commits as they are made', async () => {
    const { handle, open, system } = await openServed()
    const { id } = await open()
    const stream = await listen(handle, SYSTEM)
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream')
    expect(await stream.burst()).toEqual([])
    await system.ticket.solve({ ticketId: id })
    expect(await stream.burst()).toEqual(['ticket.solved'])
    await stream.cancel()
  })

  it('goes on behind the last id that was seen, without a hole and without a repeat', async () => {
    const { handle, open, system } = await openServed()
    const first = await listen(handle, SYSTEM)
    const place = (await first.next())!.id!
    const { id } = await open()
    await first.cancel()
    await system.ticket.solve({ ticketId: id })
    const again = await listen(handle, SYSTEM, { headers: { 'last-event-id': place } })
    const seen = []
    for (let block = await again.next(); block?.data; block = await again.next()) seen.push(block)
    expect(seen.map(({ data }) => data!.name)).toEqual([
      'customer.created',
      'ticket.opened',
      'message.posted',
      'ticket.solved',
    ])
    await again.cancel()
    const rest = await listen(handle, SYSTEM, { path: `/v1/events?after=${seen[2]!.id}&names=ticket.solved` })
    expect(await rest.burst()).toEqual(['ticket.solved'])
    await rest.cancel()
  })

  it('shows customers their own tickets, and of these what is public', async () => {
    const { handle, open, customer, system } = await openServed()
    const ada = await customer('ada@example.org')
    const stream = await listen(handle, { by: { kind: 'customer', id: ada.id } })
    await stream.burst()
    const mine = await open('ada@example.org')
    const other = await open('zoe@example.org')
    await system.ticket.note({ ticketId: mine.id, body: 'Between us.' })
    await system.ticket.tag({ ticketId: mine.id, add: ['vip'] })
    await system.ticket.reply({ ticketId: mine.id, body: 'Hold the button.' })
    await system.ticket.solve({ ticketId: other.id })
    const names: string[] = []
    while (names.length < 3) names.push(...(await stream.burst())!)
    expect(names).toEqual(['ticket.opened', 'message.posted', 'message.posted'])
    await stream.cancel()
  })

  it('thins out when a right is taken away, and ends with the actor', async () => {
    const { handle, open, agent, system } = await openServed()
    const noor = await agent(['agent'])
    const stream = await listen(handle, { by: { kind: 'agent', id: noor.id } })
    await stream.burst()
    const first = await open()
    expect(await stream.burst()).toContain('ticket.opened')
    await system.policy.publish({
      name: 'roles',
      document: { roles: { own: { 'ticket.*': 'own', 'event.feed': 'own' } } },
    })
    await system.agent.change({ agentId: noor.id, accepting: false })
    await system.agent.change({ agentId: noor.id, roles: ['own'] })
    await system.ticket.solve({ ticketId: first.id })
    const { id } = await open('zoe@example.org', { followerIds: [noor.id] })
    const names: string[] = []
    while (!names.includes('ticket.opened')) names.push(...(await stream.burst())!)
    expect(names).not.toContain('ticket.solved')
    await system.agent.deactivate({ agentId: noor.id })
    await system.ticket.solve({ ticketId: id as TicketId })
    let last: string[] | null = []
    while (last !== null) {
      last = await stream.burst()
      expect(last ?? []).not.toContain('ticket.solved')
    }
  })

  it('ends when the host no longer knows who listens', async () => {
    const known = new Set(['yes'])
    const { handle, open } = await openServed({
      authenticate: (request) => (known.has('yes') ? authenticate(request) : null),
    })
    const stream = await listen(handle, SYSTEM)
    await stream.burst()
    known.clear()
    await open()
    expect(await stream.next()).toBeNull()
  })

  it('lives on when nothing happens, and looks at what other processes did', async () => {
    vi.useFakeTimers()
    try {
      const { handle, store, desk } = await openServed()
      const stream = await listen(handle, SYSTEM)
      await stream.burst()
      const beat = stream.burst()
      await vi.advanceTimersByTimeAsync(16_000)
      expect(await beat).toEqual([])
      const elsewhere = await (await import('deskwright')).createDesk({ store })
      await elsewhere.as(SYSTEM).team.create({ name: 'Night' })
      const news = stream.burst()
      await vi.advanceTimersByTimeAsync(1000)
      expect(await news).toEqual(['team.created'])
      await stream.cancel()
      expect(vi.getTimerCount()).toBe(0)
      void desk
    } finally {
      vi.useRealTimers()
    }
  })

  it('lets go of the desk when the request is called off, though nobody reads it', async () => {
    const { handle, listeners } = await openCounted()
    const ending = new AbortController()
    const headers = { accept: 'text/event-stream', authorization: `Bearer ${tokenOf(SYSTEM)}` }
    await handle(new Request('http://desk.test/v1/events', { headers, signal: ending.signal }))
    expect(listeners()).toEqual([1, 0])
    ending.abort()
    expect(listeners()).toEqual([1, 1])
  })

  it('that opens when the time for it is over lets go of the desk', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const slow = async (request: Request) => {
        await vi.advanceTimersByTimeAsync(60_000)
        return authenticate(request)
      }
      const { ask, listeners } = await openCounted({ authenticate: slow })
      expect(await ask('GET /v1/events', { headers: { accept: 'text/event-stream' } })).toMatchObject({ status: 503 })
      await vi.waitFor(() => expect(listeners()).toEqual([1, 1]))
    } finally {
      vi.useRealTimers()
    }
  })

  it('is refused like any read, and answers HEAD without beginning', async () => {
    const { ask } = await openServed()
    const accept = 'text/event-stream'
    expect(await ask('GET /v1/events', { headers: { accept, 'last-event-id': 'x' } })).toMatchObject({
      status: 400,
      body: { code: 'query.bad-cursor' },
    })
    expect(await ask('GET /v1/events', { headers: { accept }, as: null })).toMatchObject({ status: 401 })
    expect(await ask('HEAD /v1/events', { headers: { accept } })).toMatchObject({ status: 200, body: null })
  })

  it('has the feed as pages beside it', async () => {
    const { ask, open } = await openServed()
    const { body: now } = await ask('GET /v1/events/feed?after=now')
    await open()
    const { body } = await ask(`GET /v1/events/feed?after=${now.next}&limit=2`)
    expect(body.entries.map((entry: { event: { name: string } }) => entry.event.name)).toEqual([
      'customer.created',
      'ticket.opened',
    ])
    const { body: rest } = await ask(`GET /v1/events/feed?after=${body.next}`)
    expect(rest.entries).toHaveLength(1)
    expect((await ask(`GET /v1/events/feed?after=${rest.next}`)).body).toEqual({ entries: [], next: rest.next })
  })
})
