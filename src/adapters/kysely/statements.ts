/** Compiles statements of fixed shape by Kysely, once: then they run as text with values put into their slots. */
import type { Compilable } from 'kysely'
import type { Statement } from './steps.ts'

interface Slot {
  readonly slot: string
}

/**
 * Compiles a statement.
 *
 * @param build - builds it out of `values` as if they were there; each stands for the parameter of its name. A constant
 *   in it must be part of the text (`sql.lit`), never a parameter.
 */
export function statement<Values extends object>(build: (values: Values) => Compilable): Statement<Values> {
  const slots = new Proxy({}, { get: (_, slot): Slot => ({ slot: String(slot) }) })
  const { sql, parameters } = build(slots as Values).compile()
  return { sql, slots: parameters.map((parameter) => (parameter as Slot).slot as keyof Values & string) }
}

/** Makes a value when it is first asked for, and keeps it. */
export function lazily<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>()
  return (key) => {
    const known = made.get(key)
    if (known !== undefined) return known
    const value = make(key)
    made.set(key, value)
    return value
  }
}
