/** The door `deskwright/http`: a desk as one function from a request to a response, with a route for every command and read. */
import { Hono, type MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { isDeskError } from '../../domain/fault.ts'
import { LONGEST_TIMER_MS } from '../../domain/time.ts'
import { answer, failed, json, problem, type Report, saidOf } from './answer.ts'
import { streamEvents } from './event-stream.ts'
import { fault } from './http-faults.ts'
import { type OpenApiOptions, openApi } from './openapi.ts'
import { readBody, readOptions, readQuery } from './request-input.ts'
import { type Route, type Row, routesOf, webRows } from './rows.ts'
import type { HandlerOptions, Identity, ServedDesk, Serving } from './serving.ts'

export { apiKeys, type NewApiKey, newApiKey } from './api-keys.ts'
export { type RequestLimit, requestLimit } from './request-limit.ts'
export type { HandlerOptions, Identity, ServedDesk }
export { type OpenApiOptions, openApi }

/**
 * Serves a desk over HTTP.
 *
 * @returns a function that any framework with Web-standard requests can mount. It never throws.
 * @example
 * ```ts
 * import { createDesk } from 'deskwright'
 * import { handler } from 'deskwright/http'
 * import { memoryStore } from 'deskwright/memory'
 *
 * const desk = await createDesk({ store: memoryStore() })
 * const handle = handler(desk, { authenticate: () => ({ by: { kind: 'system', id: 'example' } }) })
 * const response = await handle(new Request('http://localhost/v1/tickets?limit=10'))
 * ```
 */
export function handler(desk: ServedDesk, options: HandlerOptions): (request: Request) => Promise<Response> {
  const basePath = basePathOf(options.basePath)
  const app = appOf({ ...options, basePath, desk: remembering(desk), report: options.report ?? toConsole })
  return async (request) => (await app).fetch(request)
}

/** In one form, however the host wrote it: `/support`, or nothing. */
function basePathOf(text = ''): string {
  const path = text.replace(/^\/+|\/+$/g, '')
  return path && `/${path}`
}

/** How many callers are remembered. */
const REMEMBERED = 1000

/** The same desk, which remembers in whose hands it was lately: making that anew costs as much as a small read. */
function remembering(desk: ServedDesk): ServedDesk {
  const hands = new Map<string, object>()
  return {
    fields: desk.fields,
    on: (name, listener) => desk.on(name, listener),
    as(identity) {
      const key = JSON.stringify(identity)
      const known = hands.get(key)
      if (known !== undefined) return known
      if (hands.size >= REMEMBERED) hands.clear()
      const made = desk.as(identity)
      hands.set(key, made)
      return made
    },
  }
}

const toConsole: Report = ({ error, request }) => {
  // biome-ignore lint/suspicious/noConsole: what nobody asked to be told of must still be seen somewhere.
  console.error(`deskwright: ${request.method} ${new URL(request.url).pathname} failed:`, error)
}

const MAX_BYTES = 4 * 1024 * 1024
const TIMEOUT_MS = 30_000

async function appOf(serving: Serving & { readonly basePath: string }): Promise<Hono> {
  const app = new Hono().basePath(serving.basePath)
  if (serving.cors) app.use('*', crossing(serving.cors.origins))
  const rows = await webRows()
  // A name comes before an id, which would take any text.
  const routes = rows.flatMap(routesOf).sort((a, b) => Number(a.path.includes('{')) - Number(b.path.includes('{')))
  const row = rows.find(({ name }) => name === 'event.feed') as Row
  app.get('/v1/events', ({ req }, next) =>
    isStream(req.raw)
      ? guarded(serving, req.raw, (identity) => streamEvents(serving, { request: req.raw, identity, row }))
      : next(),
  )
  for (const route of routes)
    app.on(route.method, patternOf(route.path), ({ req }) =>
      guarded(serving, req.raw, (identity) => serve(serving, { route, request: req.raw, identity, ids: req.param() })),
    )
  app.get('/v1/openapi.json', ({ req }) => guarded(serving, req.raw, () => document(serving)))
  app.post('/v1/batch', ({ req }) => guarded(serving, req.raw, (identity) => batch(serving, req.raw, identity)))
  const known = [...routes, { method: 'POST', path: '/v1/batch' }, { method: 'GET', path: '/v1/openapi.json' }]
  const methodsAt = methodsOf(known, serving.basePath)
  // Methods are told where no route was found, so that a route that is found is the only thing looked at.
  app.notFound(({ req }) => elsewhere(serving, req.raw, methodsAt(req.path)))
  app.onError((error, { req }) => failed(error, { request: req.raw, report: serving.report }))
  return app
}

function patternOf(path: string): string {
  return path.replace(/\{(\w+)\}/, ':$1')
}

/** Answers preflights and marks answers. An OPTIONS that is no preflight asks what an address has, as without it. */
function crossing(origins: '*' | readonly string[]): MiddlewareHandler {
  const marking = cors(corsOptions(origins))
  return (context, next) => {
    const isAsking = context.req.method === 'OPTIONS' && !context.req.header('access-control-request-method')
    return isAsking ? next() : marking(context, next)
  }
}

function corsOptions(origins: '*' | readonly string[]) {
  return {
    origin: origins === '*' ? '*' : [...origins],
    allowMethods: ['GET', 'HEAD', 'POST'],
    allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'if-none-match', 'last-event-id'],
    exposeHeaders: ['etag', 'location', 'retry-after'],
    maxAge: 600,
  }
}

/** Who asks, whether they have to wait, and a limit to how long it takes: before anything is done. */
async function guarded(
  serving: Serving,
  request: Request,
  work: (identity: Identity) => Promise<Response>,
): Promise<Response> {
  const { authenticate, limit, timeoutMs = TIMEOUT_MS, report } = serving
  const done = async () => {
    const identity = await authenticate(request)
    if (identity === null) throw fault('http.unauthenticated', {})
    const seconds = Math.ceil((await limit?.(identity)) ?? 0)
    if (seconds > 0) throw fault('http.too-many', { retryAfterSeconds: seconds })
    return work(identity)
  }
  const working = done()
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<Response>((resolve) => {
    const tooSlow = () => {
      resolve(problem(fault('http.too-slow', { timeoutMs })))
      // What comes after all goes to nobody, and a stream would be kept open for it.
      working.then(({ body }) => body?.cancel()).catch(() => {})
    }
    timer = setTimeout(tooSlow, Math.min(timeoutMs, LONGEST_TIMER_MS))
  })
  try {
    return await Promise.race([working, late])
  } catch (error) {
    return failed(error, { request, report })
  } finally {
    clearTimeout(timer)
  }
}

/** The methods of a path; none: there is no such path. */
function methodsOf(
  routes: readonly { readonly method: string; readonly path: string }[],
  basePath: string,
): (path: string) => readonly string[] {
  const known = [...new Set(routes.map(({ path }) => path))].map((path) => {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method)
    const all = [...new Set(methods), ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS']
    return { pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`), all }
  })
  return (path) => {
    const at = path.startsWith(basePath) ? path.slice(basePath.length) : ''
    return known.find(({ pattern }) => pattern.test(at))?.all ?? []
  }
}

/** What has no route: another method of a known address, or nothing at all. */
async function elsewhere(serving: Serving, request: Request, allowed: readonly string[]): Promise<Response> {
  const { method } = request
  if (method === 'OPTIONS' && allowed.length > 0)
    return new Response(null, { status: 204, headers: { allow: allowed.join(', ') } })
  const refusal =
    allowed.length > 0
      ? fault('http.wrong-method', { method, allowed: [...allowed] })
      : fault('http.no-route', { method })
  return guarded(serving, request, () => Promise.reject(refusal))
}

interface Asked {
  readonly route: Route
  readonly request: Request
  readonly identity: Identity
  readonly ids: Readonly<Record<string, string>>
}

type Verb = (input: object, options?: object) => Promise<unknown>

async function serve(serving: Serving, asked: Asked): Promise<Response> {
  const { route, request, identity, ids } = asked
  const { row, method, key } = route
  const given =
    method === 'GET' ? readQuery(request.url, row.input) : await readBody(request, serving.maxBytes ?? MAX_BYTES)
  const input = key === null ? given : withId(given, key, ids[key] ?? '')
  const options = row.is === 'command' ? readOptions(request) : {}
  const [noun = '', verb = ''] = row.name.split('.')
  const nouns = serving.desk.as(identity) as Readonly<Record<string, Readonly<Record<string, Verb>>>>
  const acting = nouns[noun]?.[verb] as Verb
  try {
    const result = await acting(input, row.is === 'command' ? options : undefined)
    return answer(request, route, result)
  } catch (error) {
    if (!isDeskError(error)) throw error
    return problem(error, options)
  }
}

function isStream({ headers }: Request): boolean {
  return headers.get('accept')?.includes('text/event-stream') ?? false
}

/** The path says which record it is about; a body that says it again must say the same. */
function withId(given: Record<string, unknown>, key: string, id: string): Record<string, unknown> {
  if (Object.hasOwn(given, key) && given[key] !== id)
    throw fault('http.bad-body', { reason: `names another ${key} than the path` })
  return { ...given, [key]: id }
}

async function batch({ desk, maxBytes = MAX_BYTES }: Serving, request: Request, identity: Identity): Promise<Response> {
  const { items, ...rest } = await readBody(request, maxBytes)
  if (Object.keys(rest).length > 0) throw fault('http.bad-body', { reason: 'holds more than items' })
  const { commandId, ifVersion } = readOptions(request)
  if (ifVersion !== undefined)
    throw fault('http.bad-header', { header: 'If-Match', form: 'left out here; give each item its ifVersion' })
  const acting = desk.as(identity) as {
    batch(items: unknown, options: object): Promise<readonly { readonly done: boolean; readonly fault?: never }[]>
  }
  const outcomes = await acting.batch(items, commandId === undefined ? {} : { commandId })
  const said = outcomes.map((outcome) =>
    outcome.done ? outcome : { done: false, fault: saidOf(outcome.fault as never) },
  )
  return json({ outcomes: said }, { status: 200 })
}

async function document({ desk, basePath }: Serving): Promise<Response> {
  return json(await openApi(desk, { url: basePath || '/' }), { status: 200 })
}
