/** Whatever comes in: an answer in time that is no failure of ours, and nothing changed by what was refused. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { routesOf, webRows } from '../../../src/adapters/http/rows.ts'
import { dump } from '../../desk/world.ts'
import { RUNS } from '../../laws/program.ts'
import { openServed, SYSTEM, tokenOf } from './served.ts'

const TIMEOUT_MS = 2000
const METHODS = ['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'QUERY', 'PROPFIND']

let routes: readonly { readonly method: string; readonly path: string }[]
let keys: readonly string[]
beforeAll(async () => {
  const rows = await webRows()
  routes = rows.flatMap(routesOf)
  keys = [...new Set(rows.flatMap(({ input }) => Object.keys((input as { shape?: object }).shape ?? {})))]
})

// Names that copying, merging and looking up have tripped over elsewhere.
const hostile = fc.constantFrom(
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'tenant',
    'by',
    'id',
    'then',
    '$where',
    '',
  ],
)
const word = fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 20 }), fc.string({ maxLength: 20 }))
const id = fc.constantFrom(
  'tkt_01JABSENT',
  'cus_01JABSENT',
  'tkt_',
  '..',
  '%2e%2e',
  '%00',
  '%ff',
  'a'.repeat(5000),
  '%',
)
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    word,
    fc.double(),
    fc.constantFrom(null, true, -1, 1e21, 2 ** 53, '2026-03-02T09:30:00.000Z', 'tkt_01JABSENT', {
      field: 'status',
      is: 'x',
    }),
    fc.array(tie('any'), { maxLength: 4 }),
    tie('record'),
  ),
  record: fc.dictionary(fc.oneof(hostile, word), tie('any'), { maxKeys: 4 }).map((record) => ({ ...record })),
}))
const known = fc.nat().map((n) => keys[n % keys.length] as string)
const body = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(fc.tuple(known, value.any), { maxLength: 6 })
      .map((pairs) => JSON.stringify(Object.fromEntries(pairs))),
  },
  { weight: 2, arbitrary: value.any.map((one) => JSON.stringify(one) ?? '') },
  // As a parser sees them: own keys that no literal can write.
  {
    weight: 1,
    arbitrary: hostile.map((name) => `{${JSON.stringify(name)}:{"polluted":"yes"},"ticketId":"tkt_01JABSENT"}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '{',
      '[',
      '[]',
      'null',
      '""',
      '{"a":1}{',
      '\ufeff{}',
      '[['.repeat(20_000),
      '{"a":'.repeat(20_000),
    ),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
)
const path = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.nat(), id)
      .map(([n, name]) => (routes[n % routes.length]?.path ?? '/').replace(/\{\w+\}/g, name)),
  },
  {
    weight: 1,
    arbitrary: fc.array(word, { maxLength: 6 }).map((parts) => `/v1/${parts.map(encodeURIComponent).join('/')}`),
  },
  { weight: 1, arbitrary: fc.webPath() },
)
const query = fc
  .array(
    fc.tuple(
      fc.oneof(known, hostile),
      fc.oneof(
        word,
        value.any.map((one) => JSON.stringify(one) ?? ''),
      ),
    ),
    { maxLength: 5 },
  )
  .map((pairs) => new URLSearchParams(pairs).toString())
const headers = fc.dictionary(
  fc.constantFrom(
    'content-type',
    'content-encoding',
    'content-length',
    'if-match',
    'if-none-match',
    'idempotency-key',
    'accept',
    'origin',
    'last-event-id',
    'x-http-method-override',
    'x-tenant',
  ),
  fc.oneof(
    fc.constantFrom(
      'application/json',
      'text/plain',
      'gzip',
      '99999999999',
      '-1',
      '"1"',
      '*',
      'W/"1"',
      'text/event-stream',
      'DELETE',
      '0',
    ),
    fc.string({ maxLength: 30 }),
  ),
  { maxKeys: 3 },
)

const request = fc.record({
  method: fc.oneof(fc.constantFrom('GET', 'POST'), fc.constantFrom(...METHODS)),
  path,
  query,
  headers,
  body,
})

/** The request, or `null` where the platform itself lets none like it exist. */
function requestOf({
  method,
  path: at,
  query: asked,
  headers: sent,
  body: text,
}: {
  method: string
  path: string
  query: string
  headers: Record<string, string>
  body: string | Uint8Array
}) {
  try {
    const all = new Headers({ 'content-type': 'application/json', authorization: `Bearer ${tokenOf(SYSTEM)}` })
    for (const [name, one] of Object.entries(sent)) all.set(name, one)
    const carries = !['GET', 'HEAD'].includes(method)
    return new Request(`http://desk.test${at}?${asked}`, {
      method,
      headers: all,
      ...(carries ? { body: text as string } : {}),
    })
  } catch {
    return null
  }
}

describe('the handler, fuzzed', () => {
  it('answers everything in time, fails at nothing, and keeps its objects clean', async () => {
    const { handle, failures, desk } = await openServed({ timeoutMs: TIMEOUT_MS, maxBytes: 100_000 })
    const seen = new Map<number, number>()
    await fc.assert(
      fc.asyncProperty(request, async (raw) => {
        const made = requestOf(raw)
        if (made === null) return
        const response = await handle(made)
        seen.set(response.status, (seen.get(response.status) ?? 0) + 1)
        if (response.headers.get('content-type') === 'text/event-stream') await response.body?.cancel()
        else await response.arrayBuffer()
        expect([response.status < 500, failures]).toEqual([true, []])
        expect(({} as { polluted?: string }).polluted).toBeUndefined()
      }),
      { numRuns: RUNS(1500) },
    )
    // It did come to the desk, and not only to the wall.
    for (const status of [200, 400, 404, 405, 415]) expect(seen.get(status) ?? 0).toBeGreaterThan(0)
    await desk.close()
  }, 120_000)

  it('changes nothing for those who may do nothing', async () => {
    const { handle, store, customer } = await openServed({ timeoutMs: TIMEOUT_MS })
    const ada = await customer('ada@example.org')
    const before = await dump(store, 'main')
    await fc.assert(
      fc.asyncProperty(request, fc.constantFrom('nobody', 'stranger'), async (raw, who) => {
        const made = requestOf(raw)
        if (made === null) return
        if (who === 'nobody') made.headers.delete('authorization')
        else made.headers.set('authorization', `Bearer ${tokenOf({ by: { kind: 'customer', id: `${ada.id}0` } })}`)
        const response = await handle(made)
        await response.body?.cancel()
        expect(response.status).not.toBe(500)
        if (who === 'nobody' && made.method !== 'OPTIONS') expect(response.status).toBe(401)
      }),
      { numRuns: RUNS(300) },
    )
    expect(await dump(store, 'main')).toBe(before)
  }, 60_000)
})
