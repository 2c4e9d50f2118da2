/** What a request says, as the input of a command or a read: from its body, its query and its headers, nothing taken on trust. */
import * as z from 'zod'
import type { CommandOptions } from '../../desk/acting.ts'
import { fault } from './http-faults.ts'

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;\s*charset="?utf-?8"?\s*)?;?$/i

/**
 * The JSON object in a body.
 *
 * Another content type is refused even where the body is empty: a page of another origin can send those without asking
 * first, and with the reader's cookies.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Record<string, unknown>> {
  const type = request.headers.get('content-type') ?? ''
  const encoding = request.headers.get('content-encoding') ?? 'identity'
  if (!JSON_TYPE.test(type.trim()) || encoding !== 'identity') throw fault('http.wrong-type', {})
  const text = await readText(request, maxBytes)
  if (text === '') return {}
  const value = parsed(text)
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw fault('http.bad-body', { reason: 'is no JSON object' })
  return value as Record<string, unknown>
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw fault('http.bad-body', { reason: 'is not JSON' })
  }
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const length = request.headers.get('content-length')
  if (Number(length ?? 0) > maxBytes) throw fault('http.too-large', { maxBytes })
  // A server lets no body be longer than the length that was named; where none was, what comes is counted.
  if (length !== null) return decoded(await request.arrayBuffer())
  if (request.body === null) return ''
  const reader = request.body.getReader()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    bytes += value?.byteLength ?? 0
    if (bytes > maxBytes) {
      await reader.cancel()
      throw fault('http.too-large', { maxBytes })
    }
    try {
      text += done ? decoder.decode() : decoder.decode(value, { stream: true })
    } catch {
      throw fault('http.bad-body', { reason: 'is not UTF-8' })
    }
    if (done) return text
  }
}

function decoded(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw fault('http.bad-body', { reason: 'is not UTF-8' })
  }
}

/**
 * The input of a read, from a query: each value as the schema takes it, as text or else as JSON. A list may be written
 * as JSON or as the same name several times. What fits in no way is left as it is, for the schema to refuse.
 */
export function readQuery(url: string, schema: z.ZodType): Record<string, unknown> {
  const at = url.indexOf('?')
  if (at < 0) return {}
  const params = new URLSearchParams(url.slice(at))
  return Object.fromEntries(
    [...new Set(params.keys())].map((name) => [name, readingOf(params.getAll(name), fieldsOf(schema, name))]),
  )
}

function fieldsOf(schema: z.ZodType, name: string): z.ZodType[] {
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap((option) => fieldsOf(option, name))
  if (!(schema instanceof z.ZodObject) || !Object.hasOwn(schema.shape, name)) return []
  return [(schema.shape as Record<string, z.ZodType>)[name] as z.ZodType]
}

function readingOf(texts: readonly string[], fields: readonly z.ZodType[]): unknown {
  const values = texts.map(fromJson)
  const [text, value] = [texts[0], values[0]]
  const readings = texts.length === 1 ? [text, value, texts, values] : [texts, values]
  const fits = (reading: unknown) => fields.some((field) => !isOpen(field) && field.safeParse(reading).success)
  return readings.find(fits) ?? (texts.length === 1 ? value : texts)
}

/** A field that takes anything takes JSON: which it is, is checked later. */
function isOpen(field: z.ZodType): boolean {
  const inner = field instanceof z.ZodOptional ? (field.unwrap() as z.ZodType) : field
  return inner instanceof z.ZodUnknown
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** `Idempotency-Key` is the command id, `If-Match` the version that the record must have. */
export function readOptions({ headers }: Request): CommandOptions {
  const key = headers.get('idempotency-key')
  const match = headers.get('if-match')
  return {
    ...(key === null ? {} : { commandId: key.replace(/^"(.*)"$/, '$1') }),
    ...(match === null || match === '*' ? {} : { ifVersion: versionIn(match) }),
  }
}

function versionIn(header: string): number {
  const version = /^"([1-9]\d{0,14})"$/.exec(header)?.[1]
  if (version === undefined) throw fault('http.bad-header', { header: 'If-Match', form: 'a version, such as "7"' })
  return Number(version)
}
