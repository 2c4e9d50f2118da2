/** What HTTP costs: opening and reading tickets over loopback, as a ratio to bare hono routes that write and read the same rows by the raw driver. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { serve } from '@hono/node-server'
import { createDesk } from 'deskwright'
import { handler } from 'deskwright/http'
import { memoryStore } from 'deskwright/memory'
import { sqliteStore } from 'deskwright/sqlite'
import { Hono } from 'hono'
import { bareWriter, type Desks, openDesk } from './bare-writer.ts'

/** Requests of one kind in a block; blocks of the desk and of the bare routes take turns. */
const BLOCK = Number(process.env.BLOCK ?? 500)
const ROUNDS = Number(process.env.ROUNDS ?? 8)
const AT_ONCE = 8
const CUSTOMERS = 200
const BODY = 'The machine hums since this morning, and the display stays dark. I have tried another socket. '.repeat(3)

const inputOf = (n: number) => ({
  requester: { email: `customer${n % CUSTOMERS}@example.org` },
  subject: 'It hums',
  body: BODY,
  tags: ['hum'],
})

/** What the thread that asks is told: where, which opening comes first, or which tickets to read. */
interface Block {
  readonly port: number
  readonly from: number
  readonly read: readonly string[] | null
}

/** What it answers: how long it took, and the ids of what was opened. */
interface Done {
  readonly ms: number
  readonly ids: readonly string[]
}

// Who asks has a thread of its own: its work is not the server's.
if (isMainThread) await measure()
else parentPort?.on('message', async (block: Block) => parentPort?.postMessage(await ask(block)))

async function ask({ port, from, read }: Block): Promise<Done> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const ids: string[] = []
  let next = 0
  const line = async () => {
    for (let n = next++; n < BLOCK; n = next++) {
      const text = read === null ? await post(agent, port, from + n) : await get(agent, port, read[n] as string)
      if (read === null) ids.push((JSON.parse(text) as { id: string }).id)
    }
  }
  const start = process.hrtime.bigint()
  await Promise.all(Array.from({ length: AT_ONCE }, line))
  const ms = Number(process.hrtime.bigint() - start) / 1e6
  agent.destroy()
  return { ms, ids }
}

const post = (agent: Agent, port: number, n: number) =>
  send(
    agent,
    { port, method: 'POST', path: '/v1/tickets', status: 201, key: `cmd-${String(n).padStart(12, '0')}` },
    inputOf(n),
  )
const get = (agent: Agent, port: number, id: string) =>
  send(agent, { port, method: 'GET', path: `/v1/tickets/${id}`, status: 200 })

interface Sent {
  readonly port: number
  readonly method: string
  readonly path: string
  readonly status: number
  readonly key?: string
}

function send(agent: Agent, { port, method, path, status, key }: Sent, body?: object): Promise<string> {
  const headers = {
    authorization: 'Bearer bench',
    ...(body && { 'content-type': 'application/json' }),
    ...(key && { 'idempotency-key': key }),
  }
  return new Promise((resolve, reject) => {
    const sent = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      response.on('end', () =>
        response.statusCode === status
          ? resolve(text)
          : reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`)),
      )
    })
    sent.on('error', reject)
    sent.end(body && JSON.stringify(body))
  })
}

/** The desk behind its handler, and where it listens. */
async function serveDesk(path: string) {
  const { desk, agentId, changes } = await openDesk(sqliteStore(path))
  const identity = { by: { kind: 'agent', id: agentId } } as const
  const authenticate = (asked: Request) => (asked.headers.get('authorization') === 'Bearer bench' ? identity : null)
  return { server: serve({ fetch: handler(desk, { authenticate }), port: 0, hostname: '127.0.0.1' }), changes, desk }
}

/** The bare routes: a body is read, the rows that a desk would write are written, a document is read. */
async function serveBare(path: string, count: number) {
  await (await createDesk({ store: sqliteStore(path) })).close()
  const bare = bareWriter(path)
  const { before, opened } = await changesOf(count)
  bare.write(bare.prepare(before))
  const ready = bare.prepare(opened)
  const documents = opened.map(({ writes }) => writes.find(({ kind }) => kind === 'ticket')?.doc)
  const find = bare.db.prepare('select doc from desk_ticket where tenant = ? and id = ?')
  const json = { 'content-type': 'application/json' }
  let n = 0
  const app = new Hono()
  app.post('/v1/tickets', async (context) => {
    await context.req.json()
    const mine = n++
    bare.write([ready[mine]!])
    return context.body(JSON.stringify(documents[mine]), 201, json)
  })
  app.get('/v1/tickets/:id', (context) => {
    const row = find.get(['main', context.req.param('id')]) as { doc: string }
    return context.body(row.doc, 200, json)
  })
  return { server: serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }), close: () => bare.db.close() }
}

/** The changes of the same openings, made by a desk in memory. */
async function changesOf(count: number) {
  const desks: Desks = await openDesk(memoryStore())
  const acting = desks.desk.as({ by: { kind: 'agent', id: desks.agentId } })
  const before = desks.changes.splice(0)
  for (let n = 0; n < count; n++) await acting.ticket.open(inputOf(n), { commandId: `cmd-${n}` })
  return { before, opened: desks.changes }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'deskwright-bench-'))
  const desk = await serveDesk(join(folder, 'desk.db'))
  const bare = await serveBare(join(folder, 'bare.db'), BLOCK * (ROUNDS + 1))
  const worker = new Worker(new URL(import.meta.url))
  const timed = async (block: Block): Promise<Done> => {
    worker.postMessage(block)
    return (await once(worker, 'message'))[0] as Done
  }
  const ms = { deskOpen: [] as number[], deskRead: [] as number[], bareOpen: [] as number[], bareRead: [] as number[] }
  try {
    const sides = [
      { port: await portOf(desk.server), open: ms.deskOpen, read: ms.deskRead },
      { port: await portOf(bare.server), open: ms.bareOpen, read: ms.bareRead },
    ]
    for (let round = 0; round <= ROUNDS; round++)
      for (const { port, open, read } of sides) {
        const opened = await timed({ port, from: round * BLOCK, read: null })
        const gotten = await timed({ port, from: 0, read: opened.ids })
        // The first round warms both up.
        if (round > 0) open.push(opened.ms / BLOCK)
        if (round > 0) read.push(gotten.ms / BLOCK)
        desk.changes.length = 0
      }
  } finally {
    await worker.terminate()
    for (const { server } of [desk, bare]) server.close()
    await desk.desk.close()
    bare.close()
    rmSync(folder, { recursive: true, force: true })
  }
  say('opening', median(ms.deskOpen), median(ms.bareOpen))
  say('reading', median(ms.deskRead), median(ms.bareRead))
  say('both', median(ms.deskOpen) + median(ms.deskRead), median(ms.bareOpen) + median(ms.bareRead), ' (goal 0.50)')
}

async function portOf(server: {
  address(): unknown
  once(name: 'listening', then: () => void): unknown
}): Promise<number> {
  if (server.address() === null) await new Promise<void>((resolve) => void server.once('listening', resolve))
  return (server.address() as AddressInfo).port
}

function say(what: string, deskMs: number, bareMs: number, goal = ''): void {
  const us = (one: number) => `${(one * 1000).toFixed(0)} µs`.padStart(8)
  const ratio = (bareMs / deskMs).toFixed(2)
  console.log(
    `HTTP ${what.padEnd(8)} desk ${us(deskMs)}   bare hono and driver ${us(bareMs)}   ratio of rates ${ratio}${goal}`,
  )
}
