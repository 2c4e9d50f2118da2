/** What may be called without identity is a list that somebody has read: whatever else answers but 401 fails here. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApi } from 'deskwright/http'
import { expect, it } from 'vitest'
import { operationsOf } from './operations.ts'
import { openServed } from './served.ts'

const ALLOWED = readFileSync(join(import.meta.dirname, 'without-identity.txt'), 'utf8')
  .trim()
  .split('\n')

it('answers nobody but with 401, at every route and by every method', async () => {
  const { handle, desk } = await openServed()
  const operations = operationsOf(JSON.parse(JSON.stringify(await openApi(desk))))
  const paths = [...new Set([...operations.map(({ path }) => path), '/v1/openapi.json', '/v1', '/', '/v1/nothing'])]
  const open = new Set<string>()
  for (const path of paths)
    for (const method of ['GET', 'POST', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
      const url = `http://desk.test${path.replace(/\{\w+\}/g, 'tkt_01JABSENT')}`
      const { status } = await handle(new Request(url, { method, headers }))
      if (status !== 401) open.add(method === 'OPTIONS' ? 'OPTIONS of every route' : `${method} ${path}`)
    }
  expect([...open]).toEqual(ALLOWED)
  expect(ALLOWED.length).toBeLessThanOrEqual(5)
})
