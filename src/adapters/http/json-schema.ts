/** The desk's schemas as JSON Schema: what zod itself makes of them, and what it cannot know of ours. */
import * as z from 'zod'
import type { FieldSchemas } from '../../desk/acting.ts'
import { tables } from '../../desk/tables.ts'
import type { FieldType } from '../../domain/condition.ts'
import type { StandardSchema } from '../../domain/fields.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { Row } from './rows.ts'

/** What a row takes, the host's own fields in their place. */
export function inputSchema({ input, custom }: Row, fields: FieldSchemas): JsonObject {
  const { $schema: _, ...schema } = z.toJSONSchema(input, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => rewrite(zodSchema, jsonSchema as JsonObject),
  }) as JsonObject
  if (custom === undefined) return schema
  const own = hostSchema(fields[custom.kind])
  const properties = schema.properties as JsonObject
  const isNeeded = custom.mode === 'whole' && ((own.required as readonly string[] | undefined)?.length ?? 0) > 0
  return {
    ...schema,
    properties: { ...properties, fields: custom.mode === 'whole' ? own : patchOf(own) },
    ...(isNeeded ? { required: [...((schema.required as readonly string[] | undefined) ?? []), 'fields'] } : {}),
  }
}

function rewrite(schema: object, json: Record<string, unknown>): void {
  // Instants: over the wire there is one form. A union with a date is what `instant` is.
  if (schema instanceof z.ZodUnion && schema.options.some((option) => option instanceof z.ZodDate)) {
    delete json.anyOf
    Object.assign(json, { type: 'string', format: 'date-time' })
  }
  // Ids: which they are stands in what their schema says of all that is none.
  if (schema instanceof z.ZodCustom) {
    const [, what, prefix] = /^is not (the id of an? \w+) \((\w+)_…\)/.exec(refusalOf(schema)) ?? []
    if (prefix !== undefined)
      Object.assign(json, { type: 'string', pattern: `^${prefix}_[0-9A-Za-z]{1,60}$`, description: what })
  }
}

function refusalOf(schema: z.ZodType): string {
  return schema.safeParse(null).error?.issues[0]?.message ?? ''
}

/** A host's schema, where it can say itself in JSON Schema, as zod from 4.2 on, arktype and others can. */
function hostSchema(schema: StandardSchema | undefined): JsonObject {
  if (schema === undefined) return { type: 'object', additionalProperties: false }
  const { jsonSchema } = schema['~standard'] as Partial<SaysItself>
  try {
    const { $schema: _, ...said } = jsonSchema?.input({ target: 'draft-2020-12' }) ?? { type: 'object' }
    return said
  } catch {
    // Something in it has no such form: it is checked all the same.
    return { type: 'object' }
  }
}

/** @see https://standardschema.dev/json-schema */
interface SaysItself {
  readonly jsonSchema: { readonly input: (options: { readonly target: 'draft-2020-12' }) => JsonObject }
}

function patchOf({ required: _, ...whole }: JsonObject): JsonObject {
  if (whole.properties === undefined) return whole
  const properties = Object.entries(whole.properties as JsonObject).map(([name, schema]) => [
    name,
    { anyOf: [schema, { type: 'null' }] },
  ])
  return { ...whole, properties: Object.fromEntries(properties) as JsonObject }
}

const TYPES: Readonly<Record<FieldType, JsonObject>> = {
  text: { type: ['string', 'null'] },
  number: { type: ['number', 'null'] },
  boolean: { type: ['boolean', 'null'] },
  instant: { type: ['string', 'null'], format: 'date-time' },
  list: { type: 'array', items: { type: 'string' } },
}

/** A record as far as conditions may name its fields; there may be more in it. */
export function recordSchema(kind: keyof typeof tables, fields: FieldSchemas): JsonObject {
  const { fields: types, custom } = tables[kind]
  const named = Object.entries(types as Readonly<Record<string, FieldType>>).map(([name, type]) => [name, TYPES[type]])
  const own = custom ? { fields: { ...hostSchema(fields[kind as 'ticket']), required: [] } } : {}
  return {
    type: 'object',
    properties: { id: { type: 'string' }, version: { type: 'integer' }, ...Object.fromEntries(named), ...own },
    required: ['id', 'version'],
  }
}
