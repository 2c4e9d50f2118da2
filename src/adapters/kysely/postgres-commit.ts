/** A whole change as one statement of PostgreSQL, and so one round trip: it is done as a whole, or undoes itself. */
import { sql } from 'kysely'
import type { Change } from '../../desk/ports.ts'
import { type ChangeRows, changeRows } from './change-rows.ts'
import { holdPositions, positions, postgresDialect } from './dialects-postgres.ts'
import { countOf, recordParts, type Slot, slot } from './postgres-parts.ts'
import { journalParts, taskParts } from './postgres-task-parts.ts'
import type { TableNames } from './schema.ts'
import type { Work } from './sql-store.ts'
import type { Steps } from './steps.ts'

/** The work that commits a change in one statement; `null` where that cannot be. It fails where anything stands in the way. */
export type ChangeStatements = (change: Change) => Work<true> | null

interface Built {
  readonly sql: string
  readonly slots: readonly Slot[]
}

// Commands make a few dozen shapes. A connection keeps each for as long as it lives.
const KEPT_SHAPES = 300

/** One statement for each shape of a change: its text depends on what is written, and not on how much of it. */
export function changeStatements(names: TableNames): ChangeStatements {
  const known = new Map<string, Built>()
  return (change) => {
    const rows = changeRows(change)
    if (!rows) return null
    if (isEmpty(rows)) return nothing
    const shape = shapeOf(rows)
    const built = known.get(shape) ?? build(names, rows)
    const kept = known.has(shape) || known.size < KEPT_SHAPES
    if (kept) known.set(shape, built)
    return function* () {
      yield { way: 'get', sql: built.sql, params: built.slots.map(({ fill }) => fill(rows)), kept }
      return true
    }
  }
}

// biome-ignore lint/correctness/useYield: it has nothing to ask.
function* nothing(): Steps<true> {
  return true
}

function isEmpty({ command, inserts, journal, set, clear, ...rows }: ChangeRows): boolean {
  return command === null && inserts.size + journal.length + set.length + clear.length + expectedRows(rows) === 0
}

function shapeOf({ command, inserts, replaces, removes, checks, ...lists }: ChangeRows): string {
  const byKind = [inserts, replaces, removes, checks].map((group) =>
    [...group].map(([kind, items]) => [kind, countOf(items)]),
  )
  const { journal, set, renew, clear, settle } = lists
  return JSON.stringify([byKind, command !== null, ...[journal, set, renew, clear, settle].map(countOf)])
}

function build(names: TableNames, rows: ChangeRows): Built {
  const parts = [...recordParts(names, rows), ...taskParts(names, rows), ...journalParts(names, rows)]
  const named = parts.map(({ text }, n) => sql`${sql.ref(`part${n}`)} as (${text})`)
  const counts = parts.flatMap(({ counts }, n) => (counts ? sql`(select count(*) from ${sql.ref(`part${n}`)})` : []))
  const sum = counts.length > 0 ? sql.join(counts, sql` + `) : sql`0`
  const all = sql`with held as materialized (select ${holdPositions(names)} from ${sql.raw(positions(names))}), ${sql.join(named)}
    select 1 / (case when ${sum} = ${slot(expectedRows)}::bigint then 1 else 0 end) as done`
  const { sql: text, parameters } = all.compile(postgresDialect.kysely)
  return { sql: text, slots: parameters as readonly Slot[] }
}

type Counted = Pick<ChangeRows, 'replaces' | 'removes' | 'checks' | 'renew' | 'settle'>

/** How many rows must be found. What is inserted needs no count: a key that is there already fails the statement. */
function expectedRows({ replaces, removes, checks, renew, settle }: Counted): number {
  const groups = [replaces, removes, checks].flatMap((group) => [...group.values()])
  return [renew, settle, ...groups].reduce((sum, items) => sum + items.length, 0)
}
