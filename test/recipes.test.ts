/** Mounts the handler as the recipes do, each in its real framework where that runs on Node, and holds one conversation with all. */
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import { build } from 'esbuild'
import type { Express } from 'express'
import type { FastifyInstance } from 'fastify'
import type { EventHandler } from 'h3v1'
import { createApp, toNodeListener } from 'h3v1'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import tsconfig from '../tsconfig.json' with { type: 'json' }
import { blocksOf } from './docs/read-page.ts'

const ROOT = join(import.meta.dirname, '..')
const BUILT = join(ROOT, `node_modules/.cache/deskwright-recipes-${process.pid}`)
const work = mkdtempSync(join(tmpdir(), 'deskwright-recipes-'))
const servers: Server[] = []
const TOKEN = { authorization: 'Bearer shared' }

type Web = (request: Request) => Response | Promise<Response>
type Recipe = Readonly<Record<string, unknown>>

/** How what a recipe exports is served on Node. */
const SERVED: Readonly<Record<string, (recipe: Recipe) => Promise<Server>>> = {
  hono: async ({ app }) => webServer((app as { fetch: Web }).fetch),
  express: async ({ app }) => createServer(app as Express),
  fastify: async ({ app }) => {
    await (app as FastifyInstance).ready()
    return (app as FastifyInstance).server
  },
  nuxt: async ({ route }) => createServer(toNodeListener(createApp().use(route as EventHandler))),
  'nuxt-1': async ({ app }) => webServer((app as { fetch: Web }).fetch),
  next: async ({ GET, POST }) => webServer((request) => ((request.method === 'GET' ? GET : POST) as Web)(request)),
  sveltekit: async ({ fallback }) =>
    webServer((request) => (fallback as (event: object) => Promise<Response>)({ request })),
  bun: async ({ app }) => webServer(beneath((app as { fetch: Web }).fetch)),
  deno: async ({ app }) => webServer(beneath((app as { fetch: Web }).fetch)),
}

function webServer(fetch: Web): Server {
  return createServer(getRequestListener((request) => fetch(request), { overrideGlobalObjects: false }))
}

/** These two have the whole server, without a path before it. */
function beneath(fetch: Web): Web {
  return (request) => fetch(new Request(request.url.replace('/support', ''), request))
}

beforeAll(async () => {
  mkdirSync(BUILT, { recursive: true })
  const names = new Set(Object.keys(SERVED).map((name) => name.replace(/-\d$/, '')))
  const files = [...names].flatMap((name) =>
    blocksOf(readFileSync(join(ROOT, `docs/recipes/${name}.md`), 'utf8')).map(({ code }, n) => {
      const file = join(BUILT, `${name}${n === 0 ? '' : `-${n}`}.ts`)
      writeFileSync(file, code)
      return file
    }),
  )
  const paths = Object.entries(tsconfig.compilerOptions.paths)
  await build({
    entryPoints: files,
    outdir: join(BUILT, 'out'),
    alias: Object.fromEntries(paths.map(([door, [source]]) => [door, join(ROOT, source ?? '')])),
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', packages: 'external', logLevel: 'silent' },
  })
  process.env.SUPPORT_TOKEN = 'shared'
}, 60_000)

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

afterAll(() => {
  process.chdir(ROOT)
  for (const folder of [BUILT, work]) rmSync(folder, { recursive: true, force: true })
})

async function served(name: string): Promise<string> {
  process.chdir(mkdtempSync(join(work, `${name}-`)))
  const recipe: Recipe = await import(pathToFileURL(join(BUILT, `out/${name}.js`)).href)
  const server = await SERVED[name]!(recipe)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/support/v1`
}

describe.each(Object.keys(SERVED))('the recipe of %s', (name) => {
  it('opens, repeats, reads, streams, refuses and guards, as the handler alone would', async () => {
    const url = await served(name)
    const opening = {
      method: 'POST',
      headers: { ...TOKEN, 'content-type': 'application/json', 'idempotency-key': 'once' },
      body: JSON.stringify({
        requester: { email: 'ada@example.org' },
        subject: 'Grüße',
        body: 'Seit heute. '.repeat(5000),
      }),
    }
    const [first, second] = [await fetch(`${url}/tickets`, opening), await fetch(`${url}/tickets`, opening)]
    expect([first.status, first.headers.get('etag'), second.status]).toEqual([201, '"1"', 201])
    const ticket = (await first.json()) as { id: string; subject: string }
    expect(ticket.subject).toBe('Grüße')
    expect(((await second.json()) as { id: string }).id).toBe(ticket.id)

    const where = encodeURIComponent(JSON.stringify({ field: 'nothing', is: 'x' }))
    const found = await fetch(`${url}/tickets?limit=5`, { headers: TOKEN })
    expect((await found.json()) as object).toMatchObject({ items: [{ id: ticket.id }], next: null })
    expect((await fetch(`${url}/tickets?where=${where}`, { headers: TOKEN })).status).toBe(400)
    expect((await fetch(`${url}/tickets/${ticket.id}`)).status).toBe(401)
    expect((await fetch(`${url}/nothing`, { headers: TOKEN })).status).toBe(404)
    const stale = await fetch(`${url}/tickets/${ticket.id}/solve`, {
      method: 'POST',
      headers: { ...opening.headers, 'idempotency-key': 'twice', 'if-match': '"7"' },
      body: '{}',
    })
    expect(stale.status).toBe(412)
    expect(stale.headers.get('content-type')).toContain('application/problem+json')

    const ending = new AbortController()
    const stream = await fetch(`${url}/events?after=0`, {
      headers: { ...TOKEN, accept: 'text/event-stream' },
      signal: ending.signal,
    })
    expect(stream.headers.get('content-type')).toContain('text/event-stream')
    const { value } = await stream.body!.getReader().read()
    expect(new TextDecoder().decode(value)).toContain('ticket.opened')
    ending.abort()
  })
})
