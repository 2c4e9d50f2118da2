/** Copies and keys: what is stored is out of every caller's reach, and no two names ever share a key. */

/** A copy as JSON carries it. Throws, as `JSON.stringify` does, for what JSON cannot hold. */
export function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

/** One text for several, unambiguous whatever they hold. */
export function keyOf(...parts: readonly (string | number)[]): string {
  return JSON.stringify(parts)
}
