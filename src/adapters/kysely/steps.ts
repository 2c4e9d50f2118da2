/** Work on a database as a generator of statements, so that one text serves drivers that answer at once and those that answer later. */

/** What may be bound. Texts are bound in the form that columns hold. */
export type Param = string | number | boolean | null
/** One row as the database gives it: texts in the form that columns hold. Numbers may come as text: read them by `Number`. */
export type Row = Readonly<Record<string, string | number | boolean | null>>

/** One statement to be run. */
export interface Ask {
  /** `run` asks how many rows were written, `get` for the first row, `all` for all rows. */
  readonly way: 'run' | 'get' | 'all'
  readonly sql: string
  readonly params: readonly Param[]
  /** Whether the same text comes again and again, so that it is worth being prepared. */
  readonly kept: boolean
}

export type Answer = number | Row | undefined | readonly Row[]

/** Work that yields statements and is given what came of each; at last it has a result. A statement that fails ends it. */
export type Steps<T> = Generator<Ask, T, Answer>

/** A compiled statement of fixed shape, and which value goes to which of its parameters. */
export interface Statement<Values extends object> {
  readonly sql: string
  readonly slots: readonly (keyof Values & string)[]
}

function ask<V extends object>(way: Ask['way'], { sql, slots }: Statement<V>, values: V): Ask {
  return { way, sql, params: slots.map((slot) => values[slot] as Param), kept: true }
}

/** Runs a statement; how many rows it wrote. */
export function* run<V extends object>(statement: Statement<V>, values: V): Steps<number> {
  return (yield ask('run', statement, values)) as number
}

/** The one row, or the first. */
export function* one<V extends object>(statement: Statement<V>, values: V): Steps<Row | undefined> {
  return (yield ask('get', statement, values)) as Row | undefined
}

/** All rows. */
export function* rows<V extends object>(statement: Statement<V>, values: V): Steps<readonly Row[]> {
  return (yield ask('all', statement, values)) as readonly Row[]
}

/** A statement whose text is new more often than not. */
export interface Query {
  readonly sql: string
  readonly params: readonly Param[]
}

/** All rows of a statement that is not worth being prepared. */
export function* rowsOf({ sql, params }: Query): Steps<readonly Row[]> {
  return (yield { way: 'all', sql, params, kept: false }) as readonly Row[]
}

/** Runs statements one after the other, none of them worth being prepared. */
export function* runAll(queries: readonly Query[]): Steps<void> {
  for (const { sql, params } of queries) yield { way: 'run', sql, params, kept: false }
}

/** Runs the work on something that answers at once. */
export function takeNow<T>(answer: (ask: Ask) => Answer, work: Steps<T>): T {
  let step = work.next()
  while (!step.done) step = work.next(answer(step.value))
  return step.value
}

/** Runs the work on something that answers later, a statement at a time. */
export async function takeLater<T>(answer: (ask: Ask) => Promise<Answer>, work: Steps<T>): Promise<T> {
  let step = work.next()
  while (!step.done) step = work.next(await answer(step.value))
  return step.value
}
