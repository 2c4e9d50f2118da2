/** Statements of fixed shape: compiled once by Kysely, then run as text with values put into their slots. */
import type { Compilable } from 'kysely'
import type { Param, Row, SqliteDriver } from './sqlite-driver.ts'

/** A compiled statement, and which value goes to which of its parameters. */
export interface Statement<Values extends object> {
  readonly sql: string
  readonly slots: readonly (keyof Values & string)[]
}

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

/** The parameters of a statement, in its order. */
function params<Values extends object>({ slots }: Statement<Values>, values: Values): Param[] {
  return slots.map((slot) => values[slot] as Param)
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

/** Runs a statement; how many rows it wrote. */
export function run<V extends object>(driver: SqliteDriver, asked: Statement<V>, values: V): number {
  return driver.run(asked.sql, params(asked, values))
}

/** The one row, or the first. */
export function one<V extends object>(driver: SqliteDriver, asked: Statement<V>, values: V): Row | undefined {
  return driver.get(asked.sql, params(asked, values))
}

/** All rows. */
export function rows<V extends object>(driver: SqliteDriver, asked: Statement<V>, values: V): Row[] {
  return driver.all(asked.sql, params(asked, values))
}
