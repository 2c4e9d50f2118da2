/** From words to the input of a command: `--requester.email ada@example.org --tags press` is read by the input's own schema. */
import * as z from 'zod'

/** A part of a JSON Schema, as far as it says how a word is to be read. */
export interface Shape {
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
  readonly items?: Shape
  readonly properties?: Readonly<Record<string, Shape>>
  readonly additionalProperties?: Shape | boolean
  readonly required?: readonly string[]
  readonly default?: unknown
  readonly description?: string
}

export function shapeOf(schema: z.ZodType): Shape {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape
}

/** The shapes that a value may have, unions taken apart. */
export function choices(shape: Shape): readonly Shape[] {
  const parts = [...(shape.anyOf ?? []), ...(shape.oneOf ?? [])]
  return parts.length === 0 ? [shape] : parts.flatMap(choices)
}

/** The shape under a name, in whichever choice has it; `{}` where nothing is said. */
function below(shape: Shape, name: string): Shape {
  for (const { properties, additionalProperties } of choices(shape)) {
    if (properties && Object.hasOwn(properties, name)) return properties[name] ?? {}
    if (typeof additionalProperties === 'object') return additionalProperties
  }
  return {}
}

/**
 * What there is instead, where a dotted name leads nowhere: the names at its first part that is unknown. `null` where it
 * leads somewhere, or the shape leaves open what there may be.
 */
export function namesInstead(shape: Shape, name: string): readonly string[] | null {
  let at = shape
  const before: string[] = []
  for (const part of name.split('.')) {
    const known = choices(at).flatMap(({ properties = {} }) => Object.keys(properties))
    if (!known.includes(part) && !choices(at).some(isOpen)) return known.map((each) => [...before, each].join('.'))
    before.push(part)
    at = below(at, part)
  }
  return null
}

/** Whether there may be names below that the shape does not have: in values of any kind, and in objects of the host's. */
function isOpen({ type, properties, additionalProperties, ...rest }: Shape): boolean {
  if (additionalProperties !== undefined) return additionalProperties !== false
  if (type === undefined) return properties === undefined && !('const' in rest) && rest.enum === undefined
  return type === 'object' && properties === undefined
}

/** JSON types that a value may have; empty: any. */
function typesOf(shape: Shape): ReadonlySet<string> {
  return new Set(
    choices(shape).flatMap(({ type, const: only, enum: some }) => {
      if (type !== undefined) return type
      return some ? some.map((value) => typeof value) : only === undefined ? [] : [typeof only]
    }),
  )
}

/**
 * One word as the value that the shape asks for. Text stays text where text is asked for; all else is JSON where it
 * reads as JSON, and text where it does not: then the desk says what is wrong with it.
 */
function readWord(shape: Shape, word: string): unknown {
  const types = typesOf(shape)
  if (types.has('null') && word === 'null') return null
  const isWritten = /^[[{]/.test(word)
  if (types.has('string') && !(isWritten && (types.has('array') || types.has('object')))) return word
  if (types.has('array') && !word.startsWith('[') && !types.has('object')) return [readWord(itemsOf(shape), word)]
  try {
    return JSON.parse(word)
  } catch {
    return word
  }
}

function itemsOf(shape: Shape): Shape {
  return choices(shape).find(({ items }) => items)?.items ?? {}
}

/** An input, from the values of dotted names. A name that comes several times is a list. */
export function inputFrom(shape: Shape, named: Iterable<readonly [name: string, words: readonly string[]]>): object {
  const input: Record<string, unknown> = Object.create(null)
  for (const [name, words] of named) {
    const path = name.split('.')
    const last = path.pop() as string
    let [at, place] = [shape, input]
    for (const part of path) {
      at = below(at, part)
      const inner = Object.hasOwn(place, part) ? place[part] : undefined
      if (typeof inner !== 'object' || inner === null) place[part] = Object.create(null)
      place = place[part] as Record<string, unknown>
    }
    const wanted = below(at, last)
    const [word = '', ...more] = words
    place[last] = more.length === 0 ? readWord(wanted, word) : words.map((each) => readWord(itemsOf(wanted), each))
  }
  // Own properties alone, also of a name such as __proto__, as plain objects have them.
  return JSON.parse(JSON.stringify(input)) as object
}
