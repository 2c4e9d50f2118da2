/** The store cases' own few assertions: they must run without a test runner, and say where two values part. */
import { type DeskError, isDeskError } from '../domain/fault.ts'

const SHOWN = 60

/**
 * Refuses when two JSON values differ: in type, in any character, in the order of a list. The order of an object's keys
 * does not count, nor does a property that is `undefined`; 0 equals -0, since JSON has one zero.
 *
 * @param what - what is compared, for the error: `what at .path: expected …, found …`.
 */
export function equal(found: unknown, expected: unknown, what: string): void {
  const difference = differenceOf(found, expected, '')
  if (difference !== null) throw new Error(`${what}${difference}`)
}

/** Refuses when a claim does not hold. */
export function holds(claim: boolean, what: string): void {
  if (!claim) throw new Error(`${what}: does not hold`)
}

/** Waits for a refusal with a code, and gives it back. */
export async function refused(work: Promise<unknown>, code: string, what: string): Promise<DeskError> {
  const error = await rejected(work, `${what}: refusal ${code}`)
  if (isDeskError(error, code)) return error
  throw new Error(`${what}: expected the refusal ${code}, found ${String(error)}`, { cause: error })
}

/** Waits for any error, and gives it back. */
export async function rejected(work: Promise<unknown>, what: string): Promise<unknown> {
  const [outcome] = await Promise.allSettled([work])
  if (outcome.status === 'rejected') return outcome.reason
  throw new Error(`${what}: expected an error, found success: ${shown(outcome.value)}`)
}

function differenceOf(found: unknown, expected: unknown, path: string): string | null {
  if (found === expected) return null
  if (typeof found === 'string' && typeof expected === 'string') return textDifference(found, expected, path)
  if (!isObject(found) || !isObject(expected) || Array.isArray(found) !== Array.isArray(expected))
    return `${at(path)}: expected ${shown(expected)}, found ${shown(found)}`
  for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const step = Array.isArray(found) ? `[${key}]` : `.${key}`
    const difference = differenceOf(own(found, key), own(expected, key), path + step)
    if (difference !== null) return difference
  }
  return null
}

function textDifference(found: string, expected: string, path: string): string {
  let place = 0
  while (place < expected.length && expected[place] === found[place]) place += 1
  const from = Math.max(0, place - 10)
  const part = (text: string) => escaped(text.slice(from, from + SHOWN))
  return `${at(path)}: expected ${part(expected)}, found ${part(found)}, both from character ${from} of ${expected.length} and ${found.length}`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function own(holder: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(holder, key) ? holder[key] : undefined
}

function at(path: string): string {
  return path === '' ? '' : ` at ${path}`
}

function shown(value: unknown): string {
  const text = typeof value === 'bigint' ? `${value}n` : escaped(value)
  return text.length > 4 * SHOWN ? `${text.slice(0, 4 * SHOWN)}…` : text
}

// What the eye cannot tell apart (a zero-width space, a combining accent) is shown as its code.
function escaped(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
