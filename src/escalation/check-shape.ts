/** The pieces that checks are made of: values from anywhere become objects, lists, names and lengths, or a refusal with its place. */
import { isDeskError } from '../domain/fault.ts'
import { type DurationLike, parseDuration } from '../domain/time.ts'
import { shown } from '../sla/sla-faults.ts'
import { fault } from './escalation-faults.ts'

export type Loose = Readonly<Record<string, unknown>>

const MAX_NAME = 100

export function malformed(place: string, value: unknown, form: string): Error {
  return fault('escalation.malformed', { place, value: shown(value), form })
}

/** A plain object with none but the known keys; `null`: names of any kind but those that reach a prototype. */
export function objectOf(input: unknown, place: string, known: readonly string[] | null): Loose {
  const prototype =
    input !== null && typeof input === 'object' && !Array.isArray(input) ? Object.getPrototypeOf(input) : undefined
  if (prototype === undefined || (prototype !== null && Object.getPrototypeOf(prototype) !== null))
    throw malformed(place, input, 'an object')
  for (const key of Object.keys(input as object)) {
    if (known === null ? key !== '__proto__' && key !== 'constructor' : known.includes(key)) continue
    throw fault('escalation.unknown-key', { place: `${place}.${key}`, known: known?.join(', ') ?? 'your own' })
  }
  return input as Loose
}

/** A list without holes: a hole reads as `undefined`, and is refused like it. */
export function listOf(input: unknown, place: string, size: { readonly min: number; readonly max: number }): unknown[] {
  if (Array.isArray(input) && input.length >= size.min && input.length <= size.max) return Array.from(input)
  throw malformed(place, input, `a list of ${size.min} to ${size.max} entries`)
}

export function nameOf(input: unknown, place: string): string {
  if (typeof input === 'string' && input.trim() !== '' && input.length <= MAX_NAME) return input
  throw malformed(place, input, `a name of 1 to ${MAX_NAME} characters`)
}

export function oneOf<const T extends string>(input: unknown, place: string, choices: readonly T[]): T {
  if ((choices as readonly unknown[]).includes(input)) return input as T
  throw malformed(place, input, choices.map((choice) => `'${choice}'`).join(' or '))
}

export function knownName(
  input: unknown,
  place: string,
  among: { readonly what: string; readonly known: ReadonlySet<string> | undefined },
): string {
  const name = nameOf(input, place)
  if (among.known === undefined || among.known.has(name)) return name
  const known = [...among.known].slice(0, 20).join(', ') || 'none'
  throw fault('escalation.unknown-name', { place, value: shown(name), what: among.what, known })
}

/** Milliseconds of a length of time. */
export function lengthOf(input: unknown, place: string): number {
  try {
    return parseDuration(input as DurationLike)
  } catch (error) {
    if (!isDeskError(error)) throw error
    throw fault('escalation.bad-delay', { place, value: shown(input), why: error.message }, { cause: error })
  }
}
