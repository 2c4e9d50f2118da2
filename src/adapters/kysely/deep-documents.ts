/** Keeps documents that nest deeper than a database's JSON functions read, so that conditions on them are answered nevertheless. */
import type { Json, JsonObject } from '../../domain/json.ts'

// No field of a record begins so, and a document that had one would be wrapped as well.
const WHOLE = '$whole'

/** Whether a value nests deeper than so many levels. */
export function isDeeper(value: Json | undefined, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1))
}

/**
 * A document that nests at most so many levels: itself, or what conditions can name of it beside the whole as a text.
 * Conditions name values and lists of texts, at the top or one level below.
 */
export function flatten(doc: JsonObject, levels: number): JsonObject {
  if (!isDeeper(doc, levels) && !Object.hasOwn(doc, WHOLE)) return doc
  return { ...shallow(doc, 3), [WHOLE]: JSON.stringify(doc) }
}

/** The document as it was before {@link flatten}. */
export function unflatten(doc: JsonObject): JsonObject {
  const whole = doc[WHOLE]
  return typeof whole === 'string' ? (JSON.parse(whole) as JsonObject) : doc
}

// What nests deeper is left empty, and stays there: a list that is not there would be another answer than a list.
function shallow(value: JsonObject, levels: number): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, part]): [string, Json] => [key, cut(part, levels - 1)]))
}

function cut(value: Json | undefined, levels: number): Json {
  if (Array.isArray(value)) return levels === 0 ? [] : value.map((part) => cut(part, levels - 1))
  if (typeof value !== 'object' || value === null) return value ?? null
  return levels === 0 ? {} : shallow(value as JsonObject, levels)
}
