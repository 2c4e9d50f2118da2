/** An example of what each command and read takes: made from its schema, and written by hand where that says too little. */
import type { Json, JsonObject } from '../../domain/json.ts'

/** What has rules that no schema tells: one of several is needed, or some values go together. */
const WRITTEN: Readonly<Record<string, JsonObject>> = {
  'ticket.open': {
    requester: { email: 'carl@example.org', name: 'Carl' },
    subject: 'It hums',
    body: 'Since this morning, whenever it is warm.',
    tags: ['hum'],
  },
  'ticket.assign': { assigneeId: null },
  'ticket.change': { subject: 'It hums when it is warm' },
  'ticket.tag': { add: ['hum'] },
  'ticket.follow': { add: ['agt_01J00000000000000000000000'] },
  'ticket.find': {
    where: { field: 'category', is: 'open' },
    order: [{ field: 'changedAt', direction: 'desc' }],
    limit: 20,
  },
  'ticket.count': { where: { field: 'category', is: 'open' }, by: ['priority'] },
  'apiKey.create': {
    name: 'Import',
    digest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    actor: { kind: 'bot', id: 'import' },
    only: ['ticket.open', 'ticket.get'],
  },
  'customer.create': { name: 'Carl', identities: [{ kind: 'email', value: 'carl@example.org' }] },
  'policy.publish': { name: 'roles', document: { roles: { triage: { 'ticket.get': 'any', 'ticket.tag': 'any' } } } },
  'sla.attainment': { from: '2026-03-01T00:00:00.000Z', until: '2026-04-01T00:00:00.000Z' },
}

/**
 * An input that the schema takes: what it needs, and no more.
 *
 * @param key - the id that stands in the path; an option of a union is chosen by it.
 */
export function exampleOf(name: string, key: string | null, schema: JsonObject): JsonObject {
  const options = (schema.anyOf ?? [schema]) as readonly JsonObject[]
  const option = options.find(({ properties }) => key === null || Object.hasOwn(properties as object, key)) ?? schema
  return {
    ...(exampleValue(key === null && options.length > 1 ? lastOf(options) : option) as JsonObject),
    ...WRITTEN[name],
  }
}

function lastOf(options: readonly JsonObject[]): JsonObject {
  return (
    options.find(({ required }) => (required as readonly string[]).includes('email')) ?? (options.at(-1) as JsonObject)
  )
}

const INSTANT = '2026-03-02T09:30:00.000Z'

function exampleValue(schema: JsonObject): Json {
  if (schema.default !== undefined) return schema.default as Json
  if (schema.const !== undefined) return schema.const as Json
  if (Array.isArray(schema.enum)) return schema.enum[0] as Json
  const choices = (schema.anyOf ?? schema.oneOf) as readonly JsonObject[] | undefined
  if (choices) return exampleValue(choices[0] as JsonObject)
  switch (schema.type) {
    case 'string':
      return textFor(schema)
    case 'integer':
    case 'number':
      return Math.max(Number(schema.minimum ?? 1), 1)
    case 'boolean':
      return true
    case 'array':
      return Array.from({ length: Number(schema.minItems ?? 0) }, () => exampleValue(schema.items as JsonObject))
    case 'object':
      return objectFor(schema)
    default:
      return null
  }
}

function objectFor({ properties = {}, required = [] }: JsonObject): JsonObject {
  const names = required as readonly string[]
  return Object.fromEntries(
    names.map((name) => [name, exampleValue((properties as Record<string, JsonObject>)[name] ?? {})]),
  )
}

function textFor(schema: JsonObject): string {
  const prefix = /^\^(\w+)_\[/.exec(String(schema.pattern))?.[1]
  if (prefix !== undefined) return `${prefix}_01J00000000000000000000000`
  if (schema.format === 'date-time') return INSTANT
  // Of the patterns in these schemas, those that speak of this sign are the ones of addresses.
  return JSON.stringify(schema).includes('@<>') ? 'carl@example.org' : 'example'
}
