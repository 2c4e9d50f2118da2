/** The typed client: the desk's own verbs over HTTP, refusals with the same codes, retries that act once. */
import { DeskError, isDeskError } from 'deskwright'
import { createClient } from 'deskwright/client'
import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { openServed, SYSTEM, tokenOf } from '../adapters/http/served.ts'
import { codeOf } from '../desk/world.ts'

const OPENING = { requester: { email: 'ada@example.org' }, subject: 'It hums', body: 'Since noon.' } as const
const TOKEN = tokenOf(SYSTEM)
type Plain = Awaited<ReturnType<typeof openServed>>['desk']

/** Work that pauses, without the pauses. */
async function quickly<T>(work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const state = { over: 'no' }
    const done = work().finally(() => {
      state.over = 'yes'
    })
    while (state.over === 'no') await vi.advanceTimersByTimeAsync(50)
    return await done
  } finally {
    vi.useRealTimers()
  }
}

describe('a client', () => {
  it('has the verbs and the fields of its desk', async () => {
    const fields = { ticket: z.object({ orderId: z.string() }) }
    const { clientFor, system } = await openServed({}, { fields })
    const client = clientFor(SYSTEM)
    const made = await client.ticket.open({ ...OPENING, fields: { orderId: 'A-17' } })
    expect(made.fields.orderId).toBe('A-17')
    expect(await system.ticket.get({ ticketId: made.id })).toEqual(made)
    expect(await client.ticket.get({ ticketId: made.id })).toEqual(made)
    const replied = await client.ticket.reply({ ticketId: made.id, body: 'Hold the button.' })
    expect(replied.visibility).toBe('public')
    expect((await client.ticket.timeline({ ticketId: made.id })).entries).toHaveLength(3)
    expect(await client.customer.get({ email: 'ada@example.org' })).toMatchObject({ id: made.requesterId })
    expect(await client.ticket.count({ by: ['category'] })).toEqual([{ group: ['new'], count: 1 }])
    expect(await codeOf(client.ticket.open({ ...OPENING, fields: {} } as never))).toBe('fields.invalid')
  })

  it('throws what the desk throws', async () => {
    const { clientFor, system, open } = await openServed()
    const { id } = await open()
    const refusalOf = async (work: Promise<unknown>) => work.catch((error: unknown) => error as DeskError)
    const there = await refusalOf(clientFor(SYSTEM).ticket.reopen({ ticketId: id }))
    const here = await refusalOf(system.ticket.reopen({ ticketId: id }))
    expect(there).toBeInstanceOf(DeskError)
    expect(there).toEqual(here)
    expect(await codeOf(clientFor(SYSTEM).ticket.tag({ ticketId: id, add: ['a'] }, { ifVersion: 7 }))).toBe(
      'store.stale-version',
    )
    expect(await codeOf(clientFor(SYSTEM).ticket.get({ ticketId: '../agents' as never }))).toBe('input.invalid')
  })

  it('reads all pages, one item after the other', async () => {
    const { clientFor, open } = await openServed()
    for (let n = 0; n < 7; n++) await open()
    const numbers: number[] = []
    for await (const ticket of clientFor(SYSTEM).ticket.find({ limit: 3, order: [{ field: 'number' }] }))
      numbers.push(ticket.number)
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  it('does batches', async () => {
    const { clientFor } = await openServed()
    const [made, refused] = await clientFor(SYSTEM).batch([
      { name: 'ticket.open', input: OPENING },
      { name: 'ticket.solve', input: { ticketId: 'tkt_01JABSENT' } },
    ])
    expect(made.done && made.record.subject).toBe('It hums')
    expect(!refused.done && isDeskError(refused.fault, 'ticket.not-found')).toBe(true)
  })

  it('sends again what was lost on the way, under one command id, so that it acts once', async () => {
    const { handle, system } = await openServed()
    const ids: (string | null)[] = []
    const lossy = async (request: Request) => {
      ids.push(request.headers.get('idempotency-key'))
      const response = await handle(request)
      if (ids.length < 3) throw new TypeError('the connection was reset')
      return response
    }
    const client = createClient<Plain>({
      url: 'http://desk.test/',
      token: async () => TOKEN,
      fetch: lossy,
    })
    await quickly(() => client.ticket.open(OPENING))
    expect([ids.length, new Set(ids).size]).toEqual([3, 1])
    expect((await system.ticket.find({})).items).toHaveLength(1)
  })

  it('sends again what broke off in its answer, and acts once', async () => {
    const { handle, system } = await openServed()
    const ids: (string | null)[] = []
    const breaking = async (request: Request) => {
      ids.push(request.headers.get('idempotency-key'))
      const response = await handle(request)
      if (ids.length > 1) return response
      const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError('terminated')) })
      return new Response(body, { status: response.status, headers: response.headers })
    }
    const client = createClient<Plain>({ url: 'http://desk.test', token: TOKEN, fetch: breaking })
    const made = await quickly(() => client.ticket.open(OPENING))
    expect([ids.length, new Set(ids).size]).toEqual([2, 1])
    expect((await system.ticket.find({})).items).toEqual([made])
  })

  it('says so when nothing comes back that could be understood', async () => {
    const answering = (answer: () => Promise<Response>) =>
      codeOf(createClient({ url: 'http://desk.test', fetch: answer, retries: 0 }).batch([]))
    expect(await answering(() => Promise.reject(new TypeError('no route to host')))).toBe('client.no-answer')
    expect(await answering(async () => new Response('<html>Bad gateway</html>', { status: 502 }))).toBe(
      'client.no-answer',
    )
    expect(await answering(async () => Response.json({ message: 'no' }, { status: 500 }))).toBe('client.no-answer')
  })

  it('hears what happens, and takes it up again where a connection was lost', async () => {
    const { handle, system, open } = await openServed()
    let connections = 0
    const breaking = async (request: Request) => {
      const response = await handle(request)
      if (!request.url.endsWith('/events') || ++connections > 1) return response
      // The first connection breaks in the middle of what follows the first piece.
      const reader = response.body!.getReader()
      const first = await reader.read()
      return new Response(
        new ReadableStream({
          async pull(controller) {
            controller.enqueue(first.value)
            await reader.cancel()
            controller.error(new TypeError('terminated'))
          },
        }),
        { headers: response.headers },
      )
    }
    const client = createClient<Plain>({
      url: 'http://desk.test',
      token: TOKEN,
      fetch: breaking,
    })
    const { next } = await client.event.feed({ after: 'now' })
    const { id } = await open()
    const ending = new AbortController()
    const names: string[] = []
    await quickly(async () => {
      for await (const { event } of client.events({ after: next, signal: ending.signal })) {
        names.push(event.name)
        if (event.name === 'message.posted') await system.ticket.solve({ ticketId: id })
        if (event.name === 'ticket.solved') ending.abort()
      }
    })
    expect(names).toEqual(['customer.created', 'ticket.opened', 'message.posted', 'ticket.solved'])
    expect(connections).toBe(2)
    // What was on its way when the listening ended is not told.
    const ended = new AbortController()
    const heard: string[] = []
    for await (const { event } of client.events({ after: next, signal: ended.signal })) {
      heard.push(event.name)
      ended.abort()
    }
    expect(heard).toEqual(['customer.created'])
  })

  it('ends its listening where something else than a stream answers', async () => {
    const page = async () => new Response('<html>Sign in</html>', { headers: { 'content-type': 'text/html' } })
    const client = createClient<Plain>({ url: 'http://desk.test', fetch: page })
    expect(await codeOf(() => client.events()[Symbol.asyncIterator]().next())).toBe('client.no-answer')
  })

  it('ends its listening at once when the signal aborts in a pause', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const down = () => Promise.reject(new TypeError('no route to host'))
      const client = createClient<Plain>({ url: 'http://desk.test', fetch: down })
      const ending = new AbortController()
      const next = client.events({ signal: ending.signal })[Symbol.asyncIterator]().next()
      await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1))
      ending.abort()
      expect((await next).done).toBe(true)
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it('ends its listening when the desk refuses it', async () => {
    const { handle } = await openServed()
    const client = createClient<Plain>({
      url: 'http://desk.test',
      fetch: handle,
    })
    const listening = async () => {
      for await (const _ of client.events()) return
    }
    expect(await codeOf(listening)).toBe('http.unauthenticated')
  })
})
