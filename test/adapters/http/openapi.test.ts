/** The OpenAPI document: valid by a validator that is not ours, true of what comes back, and its examples are requests that work. */
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { openApi } from 'deskwright/http'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { contentOf, operationsOf, requestOf } from './operations.ts'
import { openServed, SYSTEM, tokenOf } from './served.ts'

// biome-ignore lint/suspicious/noExplicitAny: a document of JSON, walked by its names.
type Document = any

const fields = {
  ticket: z.object({ orderId: z.string(), seats: z.number().optional() }),
  customer: z.object({ tier: z.enum(['free', 'paid']).default('free') }),
}

async function opened() {
  const served = await openServed({}, { fields })
  return { ...served, document: (await openApi(served.desk)) as Document }
}

describe('the OpenAPI document', () => {
  it('is valid, and each operation has a name of its own', async () => {
    const { document } = await opened()
    const { valid, errors } = await new Validator().validate(structuredClone(document))
    expect([valid, errors]).toEqual([true, undefined])
    const names = operationsOf(document).map(({ operation }) => operation.operationId)
    expect(names.filter((name, n) => names.indexOf(name) !== n)).toEqual([])
    expect(names).toContain('ticket.solve')
  })

  it('is answered to who may ask', async () => {
    const { ask, document } = await opened()
    expect((await ask('GET /v1/openapi.json')).body).toEqual(JSON.parse(JSON.stringify(document)))
    expect((await ask('GET /v1/openapi.json', { as: null })).status).toBe(401)
  })

  it('knows the host’s own fields, ids and instants', async () => {
    const { document } = await opened()
    const body = (path: string) => document.paths[path].post.requestBody.content['application/json'].schema
    expect(body('/v1/tickets').properties.fields).toMatchObject({ required: ['orderId'] })
    expect(body('/v1/tickets').required).toContain('fields')
    expect(body('/v1/tickets/{ticketId}/change').properties.fields.properties.orderId).toEqual({
      anyOf: [{ type: 'string' }, { type: 'null' }],
    })
    expect(body('/v1/tickets/{ticketId}/snooze').properties.until).toEqual({ type: 'string', format: 'date-time' })
    expect(document.paths['/v1/tickets/{ticketId}/solve'].post.parameters[0]).toMatchObject({
      name: 'ticketId',
      schema: { pattern: '^tkt_[0-9A-Za-z]{1,60}$' },
    })
    expect(document.components.schemas.ticket.properties.fields.properties.orderId).toEqual({ type: 'string' })
  })

  it('has examples that fit its schemas and are taken, and answers that fit what it says of them', async () => {
    const { handle, document } = await opened()
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema(document, 'desk')
    const fits = (schema: Document, value: unknown): string => {
      const inDocument = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"desk#/'))
      const check = ajv.compile(inDocument)
      return check(value) ? '' : ajv.errorsText(check.errors)
    }
    const wrong: string[] = []
    for (const one of operationsOf(document)) {
      const { operation } = one
      const content = contentOf(one)
      const misfit = content === undefined ? '' : fits(content.schema, content.example)
      if (misfit) wrong.push(`${operation.operationId}: the example does not fit: ${misfit}`)
      const response = await handle(requestOf(one, { token: tokenOf(SYSTEM) }))
      const came = { status: response.status, body: (await response.json()) as Document }
      if (['http.no-route', 'http.wrong-method'].includes(came.body.code) || came.status === 400 || came.status >= 500)
        wrong.push(`${operation.operationId}: ${came.status} ${JSON.stringify(came.body)}`)
      const said = operation.responses[came.status]?.content['application/json'].schema
      const problem =
        said === undefined ? fits({ $ref: '#/components/schemas/Problem' }, came.body) : fits(said, came.body)
      if (problem) wrong.push(`${operation.operationId}: the answer does not fit: ${problem}`)
    }
    expect(wrong).toEqual([])
  })
})
