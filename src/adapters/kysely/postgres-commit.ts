/** A whole change as one statement of PostgreSQL, and so one round trip: it is done as a whole, or undoes itself. */
import { sql } from 'kysely'
import type { Change } from '../../desk/ports.ts'
import { type ChangeRows, changeRows, rowsOfSeveral } from './change-rows.ts'
import { holdPositions, positions, postgresDialect } from './dialects-postgres.ts'
import { countOf, recordParts, type Slot, slot } from './postgres-parts.ts'
import { journalParts, taskParts } from './postgres-task-parts.ts'
import type { TableNames } from './schema.ts'
import type { Work } from './sql-store.ts'
import type { Steps } from './steps.ts'

/**
 * The work that commits a change in one statement, or several that are apart from each other: all of them or none. `null`
 * where that cannot be. It fails where anything stands in the way; that of several also where it has to wait for long.
 */
export type ChangeStatements = (changes: readonly [Change, ...Change[]]) => Work<true> | null

interface Built {
  readonly sql: string
  readonly slots: readonly Slot[]
}

interface Target {
  readonly names: TableNames
  readonly hold: typeof holdPositions
}

// Commands make a few dozen shapes. A connection keeps each for as long as it lives.
const KEPT_SHAPES = 300

/**
 * One statement for each shape of a change: its text depends on what is written, and not on how much of it.
 *
 * @param hold - tells others that positions may appear: see `holdPositions`.
 */
export function changeStatements(names: TableNames, hold = holdPositions): ChangeStatements {
  const known = new Map<string, Built>()
  return (changes) => {
    const rows = changes.length > 1 ? rowsOfSeveral(changes) : changeRows(changes[0])
    if (!rows) return null
    if (isEmpty(rows)) return nothing
    const shape = shapeOf(rows)
    const built = known.get(shape) ?? build({ names, hold }, rows)
    const kept = known.has(shape) || known.size < KEPT_SHAPES
    if (kept) known.set(shape, built)
    const params = built.slots.map(({ fill }) => fill(rows))
    if (!params.every((param) => param !== undefined)) return null
    return function* () {
      yield { way: 'get', sql: built.sql, params, kept }
      return true
    }
  }
}

// biome-ignore lint/correctness/useYield: it has nothing to ask.
function* nothing(): Steps<true> {
  return true
}

function isEmpty(rows: ChangeRows): boolean {
  const { commands, inserts, journal, set, clear } = rows
  return inserts.size + commands.length + journal.length + set.length + clear.length + expectedRows(rows) === 0
}

function shapeOf(rows: ChangeRows): string {
  const { few, inserts, replaces, removes, checks, commands, journal, set, renew, clear, settle } = rows
  let shape = `${few}`
  for (const group of [inserts, replaces, removes, checks]) {
    shape += ';'
    for (const [kind, items] of group) shape += `${kind} ${countOf(items, few)},`
  }
  for (const list of [commands, journal, set, renew, clear, settle]) shape += ` ${countOf(list, few)}`
  return shape
}

function build({ names, hold }: Target, rows: ChangeRows): Built {
  const isOfSeveral = rows.few === 0
  const parts = [...recordParts(names, rows), ...taskParts(names, rows), ...journalParts(names, rows)]
  const named = parts.map(({ text }, n) => sql`${sql.ref(`part${n}`)} as (${text})`)
  const counts = parts.flatMap(({ counts }, n) => (counts ? sql`(select count(*) from ${sql.ref(`part${n}`)})` : []))
  const sum = sql.join([isOfSeveral ? IMPATIENT : sql`0`, ...counts], sql` + `)
  const all = sql`with held as materialized (select ${hold(names)} from ${sql.raw(positions(names))}), ${sql.join(named)}
    select 1 / (case when ${sum} = ${slot(expectedRows)}::bigint then 1 else 0 end) as done`
  const { sql: text, parameters } = all.compile(postgresDialect.kysely)
  return { sql: text, slots: parameters as readonly Slot[] }
}

// Read before anything is locked. One of them may wait for a host that holds a record in a transaction of its own, and
// waits itself for another one of them.
const IMPATIENT = sql`(select length(set_config('lock_timeout', '20ms', true)) - 4)`

type Counted = Pick<ChangeRows, 'replaces' | 'removes' | 'checks' | 'renew' | 'settle'>

/** How many rows must be found. What is inserted needs no count: a key that is there already fails the statement. */
function expectedRows({ replaces, removes, checks, renew, settle }: Counted): number {
  let sum = renew.length + settle.length
  for (const group of [replaces, removes, checks]) for (const items of group.values()) sum += items.length
  return sum
}
