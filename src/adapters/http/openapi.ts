/** The OpenAPI document of a desk: an operation for each route, from the same tables and schemas that answer. */
import type { FieldSchemas } from '../../desk/acting.ts'
import type { tables } from '../../desk/tables.ts'
import type { JsonObject } from '../../domain/json.ts'
import { exampleOf } from './examples.ts'
import { inputSchema, recordSchema } from './json-schema.ts'
import { type Route, type Row, routesOf, webRows } from './rows.ts'

export interface OpenApiOptions {
  /** Default: Support desk. */
  readonly title?: string | undefined
  /** Of your API, not of this library. Default: 1.0.0. */
  readonly version?: string | undefined
  /** Where the handler is mounted. Default: `/`. */
  readonly url?: string | undefined
}

/**
 * The document of a desk's routes by OpenAPI 3.1, the host's own fields included.
 *
 * @param desk - or anything that has its `fields`.
 */
export async function openApi(
  { fields }: { readonly fields: FieldSchemas },
  { title = 'Support desk', version = '1.0.0', url = '/' }: OpenApiOptions = {},
): Promise<JsonObject> {
  const rows = await webRows()
  const paths: Record<string, Record<string, JsonObject>> = {}
  for (const row of rows) {
    const schema = inputSchema(row, fields)
    for (const route of routesOf(row)) {
      const at = paths[route.path] ?? {}
      paths[route.path] = at
      at[route.method.toLowerCase()] = operationOf(route, schema)
    }
  }
  const events = paths['/v1/events'] as Record<string, JsonObject>
  return {
    openapi: '3.1.0',
    info: { title, version },
    servers: [{ url }],
    security: [{ bearer: [] }],
    tags: [...new Set(rows.map(nounOf))].map((name) => ({ name })),
    paths: {
      ...paths,
      '/v1/batch': { post: BATCH },
      '/v1/events': { ...events, get: flowing(events.get as JsonObject) },
    },
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: PROBLEM, Condition: CONDITION, Event: EVENT, ...recordsOf(rows, fields) },
      responses: {
        Problem: { description: 'Refused', content: { 'application/problem+json': { schema: ref('Problem') } } },
      },
    },
  }
}

function nounOf({ name }: Row): string {
  return name.slice(0, name.indexOf('.'))
}

function operationOf({ row, method, key, makes }: Route, whole: JsonObject): JsonObject {
  const example = exampleOf(row.name, key, whole)
  const schema = withoutKey(variantsOf(whole, row, key), key)
  const isBody = method === 'POST'
  const id =
    key === null
      ? []
      : [parameter(key, 'path', { schema: propertiesOf(variantsOf(whole, row, key))[key], example: example[key] })]
  const { [key ?? '']: _, ...rest } = example
  const answer = { description: 'Done', content: { 'application/json': { schema: answerOf(row) } } }
  return {
    operationId: operationId(row, { method, key }),
    tags: [nounOf(row)],
    summary: row.says,
    parameters: [...id, ...(isBody ? [] : queryOf(schema, rest)), ...(row.is === 'command' ? COMMAND_HEADERS : [])],
    ...(isBody
      ? { requestBody: { required: true, content: { 'application/json': { schema: one(schema), example: rest } } } }
      : {}),
    responses: { [makes ? '201' : '200']: answer, default: { $ref: '#/components/responses/Problem' } },
  }
}

/** The row's name; what else an operation needs to be told apart from another one of the same row. */
function operationId({ name, is }: Row, { method, key }: Pick<Route, 'method' | 'key'>): string {
  const noun = name.slice(0, name.indexOf('.'))
  const isUnnamed = key === null && name === `${noun}.get`
  return `${name}${isUnnamed ? '.search' : ''}${is === 'read' && method === 'POST' ? '.post' : ''}`
}

/** Of a union, the options that fit a path: those that have its id, or those that have none. */
function variantsOf(schema: JsonObject, row: Row, key: string | null): readonly JsonObject[] {
  const options = (schema.anyOf ?? [schema]) as readonly JsonObject[]
  const own = `${nounOf(row)}Id`
  return options.filter((option) => (key === null ? !isIn(option, own) : isIn(option, key)))
}

function isIn({ properties }: JsonObject, key: string): boolean {
  return Object.hasOwn((properties ?? {}) as object, key)
}

function propertiesOf(options: readonly JsonObject[]): Readonly<Record<string, JsonObject>> {
  return Object.assign({}, ...options.map(({ properties }) => properties))
}

function withoutKey(options: readonly JsonObject[], key: string | null): readonly JsonObject[] {
  return options.map((option) => {
    const { [key ?? '']: _, ...properties } = propertiesOf([option])
    const required = ((option.required ?? []) as readonly string[]).filter((name) => name !== key)
    const { required: __, ...rest } = option
    return { ...rest, properties: known(properties), ...(required.length > 0 ? { required } : {}) }
  })
}

/** Conditions have a schema of their own, which the row's schema leaves to the check of conditions. */
function known(properties: Readonly<Record<string, JsonObject>>): JsonObject {
  return { ...properties, ...(properties.where ? { where: ref('Condition') } : {}) }
}

function one(options: readonly JsonObject[]): JsonObject {
  return options.length === 1 ? (options[0] as JsonObject) : { anyOf: [...options] }
}

function queryOf(options: readonly JsonObject[], example: JsonObject): JsonObject[] {
  return Object.entries(propertiesOf(options)).map(([name, schema]) => {
    const required = options.every((option) => ((option.required ?? []) as readonly string[]).includes(name))
    const said = Object.hasOwn(example, name) ? { example: example[name] } : {}
    return {
      ...parameter(name, 'query', isPlain(schema) ? { schema, ...said } : {}),
      required,
      ...asJson(schema, said),
    }
  })
}

function isPlain({ type, items }: JsonObject): boolean {
  if (type === 'array') return isPlain((items ?? {}) as JsonObject)
  return typeof type === 'string' && type !== 'object'
}

function asJson(schema: JsonObject, said: JsonObject): JsonObject {
  return isPlain(schema) ? {} : { content: { 'application/json': { schema, ...said } } }
}

function parameter(name: string, place: 'path' | 'query' | 'header', rest: object): JsonObject {
  return { name, in: place, required: place === 'path', ...rest }
}

function ref(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` }
}

function answerOf({ name, kind, as }: Row): JsonObject {
  switch (as) {
    case 'record':
    case 'one':
      return ref(kind)
    case 'page':
      return object({ items: { type: 'array', items: ref(kind) }, next: { type: ['string', 'null'] } })
    case 'counts':
      return { type: 'array', items: object({ group: { type: 'array' }, count: { type: 'integer' } }) }
    case 'events':
      return name === 'event.feed'
        ? object({ entries: { type: 'array', items: object({ cursor: TEXT, event: ref('Event') }) }, next: TEXT })
        : object({ items: { type: 'array', items: ref('Event') }, next: { type: ['integer', 'null'] } })
    default:
      return {}
  }
}

function recordsOf(rows: readonly Row[], fields: FieldSchemas): JsonObject {
  const kinds = [...new Set(rows.map(({ kind }) => kind))] as (keyof typeof tables)[]
  return Object.fromEntries(kinds.map((kind) => [kind, recordSchema(kind, fields)]))
}

/** The stream stands at the same address as the journal: what is accepted says which is meant. */
function flowing(operation: JsonObject): JsonObject {
  const { parameters, responses } = operation as {
    parameters: readonly JsonObject[]
    responses: { 200: { content: object } }
  }
  const answer = { ...responses[200], content: { ...responses[200].content, 'text/event-stream': { schema: TEXT } } }
  return {
    ...operation,
    parameters: [...parameters, parameter('Last-Event-ID', 'header', { schema: TEXT })],
    responses: { ...responses, 200: answer },
  }
}

const TEXT = { type: 'string' }
const KIND = { enum: ['invalid', 'not-found', 'forbidden', 'conflict', 'refused', 'unavailable'] }

function object(properties: JsonObject): JsonObject {
  return { type: 'object', properties, required: Object.keys(properties) }
}

const PROBLEM = object({
  type: { type: 'string', format: 'uri' },
  title: TEXT,
  status: { type: 'integer' },
  detail: TEXT,
  code: TEXT,
  kind: KIND,
  data: { type: 'object' },
})

const CONDITION = {
  description: 'A question about one record: a comparison of one field, or a group of conditions.',
  type: 'object',
  minProperties: 1,
  properties: {
    field: TEXT,
    all: { type: 'array', items: ref('Condition') },
    any: { type: 'array', items: ref('Condition') },
    not: ref('Condition'),
  },
}

const EVENT = object({
  id: TEXT,
  name: TEXT,
  tenant: TEXT,
  at: { type: 'string', format: 'date-time' },
  by: object({ kind: TEXT, id: TEXT }),
  record: object({ kind: TEXT, id: TEXT, version: { type: 'integer' }, n: { type: 'integer' } }),
  commandId: { type: ['string', 'null'] },
  cause: { type: 'array' },
  data: { type: 'object' },
})

const COMMAND_HEADERS = [
  parameter('Idempotency-Key', 'header', { schema: { type: 'string', maxLength: 200 } }),
  parameter('If-Match', 'header', { schema: { type: 'string', pattern: '^"[1-9][0-9]*"$' } }),
]

const ITEM = {
  type: 'object',
  properties: { name: TEXT, input: { type: 'object' }, ifVersion: { type: 'integer' } },
  required: ['name', 'input'],
}

const BATCH = {
  operationId: 'batch',
  summary: 'Does up to 1,000 commands in one commit, and says what became of each.',
  parameters: [parameter('Idempotency-Key', 'header', { schema: { type: 'string', maxLength: 200 } })],
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: object({ items: { type: 'array', minItems: 1, maxItems: 1000, items: ITEM } }),
        example: { items: [{ name: 'team.create', input: { name: 'Night shift' } }] },
      },
    },
  },
  responses: {
    200: {
      description: 'Done',
      content: { 'application/json': { schema: object({ outcomes: { type: 'array', items: { type: 'object' } } }) } },
    },
    default: { $ref: '#/components/responses/Problem' },
  },
}
