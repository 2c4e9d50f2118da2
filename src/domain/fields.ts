/** The host's own typed fields: any validator that speaks Standard Schema, and what its answer must be to be stored. */
import { faultsOf } from './fault.ts'
import type { Json, JsonObject } from './json.ts'

/** What zod, valibot, arktype and others offer under `~standard`. @see https://standardschema.dev */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    /** The checked value, or the issues found; a schema that checks asynchronously gives a promise. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}
type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
      }[]
    }

export type SchemaInput<S> = S extends StandardSchema<infer I, unknown> ? I : Record<never, never>
export type SchemaOutput<S> = S extends StandardSchema<unknown, infer O> ? O : Record<never, never>

export const fieldFaults = {
  'fields.invalid': {
    kind: 'invalid',
    says: (d: {
      readonly kind: string
      readonly issues: readonly { readonly place: string; readonly reason: string }[]
    }) =>
      `The fields of this ${d.kind} do not fit the desk's schema: ${d.issues.map((issue) => `${issue.place || 'fields'}: ${issue.reason}`).join('; ')}.`,
  },
  'fields.undeclared': {
    kind: 'invalid',
    says: (d: { readonly kind: string; readonly names: readonly string[] }) =>
      `This desk declares no fields for a ${d.kind}, so ${d.names.join(', ')} cannot be kept; name a schema in createDesk({ fields: { ${d.kind}: … } }).`,
  },
  'fields.not-json': {
    kind: 'invalid',
    says: (d: { readonly place: string; readonly reason: string }) =>
      `${d.place} ${d.reason}; fields hold plain JSON only.`,
  },
} as const
const fault = faultsOf(fieldFaults)

/**
 * The host's fields, checked by its schema and by what can be stored.
 *
 * @throws DeskError `fields.invalid` with each issue, `fields.undeclared`, `fields.not-json`.
 */
export async function checkFields(
  kind: string,
  schema: StandardSchema | undefined,
  value: object,
): Promise<JsonObject> {
  if (schema === undefined) {
    const names = Object.keys(value)
    if (names.length > 0) throw fault('fields.undeclared', { kind, names })
    return {}
  }
  let result = schema['~standard'].validate(value)
  if (result instanceof Promise) result = await result
  if (result.issues)
    throw fault('fields.invalid', {
      kind,
      issues: result.issues.map((issue) => ({ place: placeOf(issue.path), reason: issue.message })),
    })
  const json = plain(result.value, 'fields', 0)
  if (json === null || typeof json !== 'object' || Array.isArray(json))
    throw fault('fields.not-json', { place: 'fields', reason: 'is no object' })
  return json as JsonObject
}

function placeOf(path: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined): string {
  return (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
}

const DEPTH = 16
// Names that reach an object's prototype when copied carelessly: kept out, so that no later copy needs to be careful.
const UNSAFE = new Set(['__proto__', 'constructor', 'prototype'])

/** A deep copy that is JSON and nothing else; what is `undefined` is left out, as JSON would. */
function plain(value: unknown, place: string, depth: number): Json {
  if (depth > DEPTH) throw fault('fields.not-json', { place, reason: `is nested deeper than ${DEPTH}` })
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') {
    if (value.includes('\u0000') || !value.isWellFormed())
      throw fault('fields.not-json', { place, reason: 'holds a NUL character or half a surrogate pair' })
    return value
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw fault('fields.not-json', { place, reason: 'is no finite number' })
    return value === 0 ? 0 : value
  }
  if (Array.isArray(value)) return value.map((item, index) => plain(item, `${place}[${index}]`, depth + 1))
  const prototype = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined
  if (prototype === undefined || (prototype !== null && Object.getPrototypeOf(prototype) !== null))
    throw fault('fields.not-json', {
      place,
      reason: `is a ${typeof value === 'object' ? (prototype.constructor?.name ?? 'class instance') : typeof value}`,
    })
  const entries = Object.entries(value as object).filter(([, item]) => item !== undefined)
  for (const [name] of entries)
    if (UNSAFE.has(name) || name.includes('\u0000') || !name.isWellFormed())
      throw fault('fields.not-json', { place, reason: `has the name ${JSON.stringify(name)}` })
  return Object.fromEntries(entries.map(([name, item]) => [name, plain(item, `${place}.${name}`, depth + 1)]))
}

/** A patch over stored fields: named ones replace, `null` removes. */
export function patchFields(stored: JsonObject, patch: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const merged = { ...stored, ...patch }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null && value !== undefined))
}
