/** The statements that MariaDB needs in other words: it returns nothing from updates, and a host's snapshot is old. */
import { type Compilable, type RawBuilder, sql } from 'kysely'
import type { Claim } from '../../desk/ports.ts'
import type { Instant } from '../../domain/time.ts'
import { EXACT, mariadbDialect } from './dialects-mariadb.ts'
import type { TableNames } from './schema.ts'
import { type StoreStatements, storeStatements } from './session.ts'
import { lazily, statement } from './statements.ts'
import type { Statement } from './steps.ts'
import { claimableTasks, TASK_COLUMNS, type TaskStatements } from './task-sql.ts'

export interface MariadbStatements extends StoreStatements {
  /** Those that can be claimed, held until the transaction ends; what others work on is passed over. */
  readonly holdClaimable: TaskStatements['claimable']
  /**
   * Of those held, given as a JSON list of {@link Taken}, the ones that can be claimed as of one moment. What is held is
   * read as it stands now, and its group as it stood when the statement began: of tasks set in between, all seem first.
   */
  readonly stillFree: Statement<{
    readonly queue: string
    readonly now: Instant
    readonly limit: number
    readonly held: string
  }>
  /** Takes many tasks, given as a JSON list of {@link Taken}. */
  readonly takeAll: Statement<{ readonly leaseUntil: string; readonly taken: string }>
}

/** One task to be taken. */
export type Taken = Pick<Claim, 'tenant' | 'queue' | 'key' | 'fence' | 'attempts'>

export function mariadbStatements(names: TableNames): MariadbStatements {
  const base = storeStatements(mariadbDialect, names)
  const claimable = hinted(base.tasks.claimable)
  const next = hinted(base.tasks.next)
  return {
    ...base,
    tasks: { ...base.tasks, claimable, next, set: setTask(names), nextFence: reserveFences(names) },
    reserve: reserveNumbers(names),
    holdClaimable: { ...claimable, sql: `${claimable.sql} for update skip locked` },
    stillFree: stillFree(names),
    takeAll: takeAll(names),
  }
}

/**
 * The same within a host's transaction: what decides about a change is read as it stands now, and stays so until the
 * host commits. A transaction of the host's usual kind sees else what stood at its first statement.
 */
export function lockingStatements(base: MariadbStatements): MariadbStatements {
  return {
    ...base,
    records: lazily((kind) => {
      const records = base.records(kind)
      return { ...records, get: locking(records.get), version: locking(records.version) }
    }),
    several: lazily((kinds) => locking(base.several(kinds))),
    many: lazily((kinds) => lockingUnion(base.many(kinds))),
    commands: { ...base.commands, get: locking(base.commands.get) },
    descendants: locking(base.descendants),
  }
}

// Said, since statistics take all tasks without a group for one large group, and the planner then walks over the queue
// for each of them.
function hinted<V extends object>(asked: Statement<V>): Statement<V> {
  const sql = groupHinted(asked).sql.replaceAll(
    /as `t` (where `t`\.`queue` = \? and `t`\.`(\w+)`)/g,
    (_, rest: string, column: string) =>
      column === 'moved_at' ? `as \`t\` force index (by_moved) ${rest}` : `as \`t\` force index (by_due) ${rest}`,
  )
  return { ...asked, sql }
}

function groupHinted<V extends object>(asked: Statement<V>): Statement<V> {
  return { ...asked, sql: asked.sql.replaceAll('as `e` where', 'as `e` force index (by_group) where') }
}

const LOCK = ' lock in share mode'

function locking<V extends object>(asked: Statement<V>): Statement<V> {
  return { ...asked, sql: asked.sql + LOCK }
}

function lockingUnion<V extends object>(asked: Statement<V>): Statement<V> {
  const parts = asked.sql.split(' union all ').map((part) => `(${part}${LOCK})`)
  return { ...asked, sql: parts.join(' union all ') }
}

function compiled(query: RawBuilder<unknown>): Compilable {
  return { compile: () => query.compile(mariadbDialect.kysely) }
}

function setTask({ task }: TableNames): TaskStatements['set'] {
  return statement(({ tenant, queue, key, dueAt, group, seq, body }) => {
    const row = sql.join([tenant, queue, key, dueAt, dueAt, dueAt, group, seq, body])
    const again = ['due_at', 'ready_at', 'visible_at', 'grp', 'seq', 'body'].map(
      (column) => sql`${sql.ref(column)} = values(${sql.ref(column)})`,
    )
    return compiled(sql`insert into ${sql.table(task)}
      (tenant, queue, \`key\`, due_at, ready_at, visible_at, grp, seq, body, attempts, fence) values (${row}, 0, 0)
      on duplicate key update ${sql.join(again)}, attempts = 0, lease_until = null, reason = null`)
  })
}

function reserveNumbers({ counter }: TableNames): StoreStatements['reserve'] {
  return statement(({ tenant, name, n }) =>
    compiled(sql`insert into ${sql.table(counter)} (tenant, name, value) values (${tenant}, ${name}, ${n})
      on duplicate key update value = value + values(value) returning value`),
  )
}

function reserveFences({ meta }: TableNames): TaskStatements['nextFence'] {
  return statement(({ n }) =>
    compiled(sql`insert into ${sql.table(meta)} (application, schema_version, fence) values ('deskwright', 0, ${n})
      on duplicate key update fence = fence + values(fence) returning fence`),
  )
}

/** A list of {@link Taken} as a table. */
function takenTable(taken: string): RawBuilder<unknown> {
  const columns = [
    // Said, since a server may fold what it compares such columns by, and a lease would go to what only looks like the key.
    ...['tenant', 'queue', 'key'].map(
      (name) => `\`${name}\` varchar(255) character set utf8mb4 collate ${EXACT} path '$.${name}'`,
    ),
    ...['fence', 'attempts'].map((name) => `${name} bigint path '$.${name}'`),
  ].join(', ')
  return sql`json_table(${taken}, '$[*]' columns (${sql.raw(columns)}))`
}

function stillFree(names: TableNames): MariadbStatements['stillFree'] {
  return groupHinted(
    statement(({ queue, now, limit, held }) =>
      claimableTasks(mariadbDialect, names, { queue, now, limit })
        .select(TASK_COLUMNS)
        .where(sql<boolean>`(t.tenant, t.\`key\`) in (select tenant, \`key\` from ${takenTable(held)} as k)`),
    ),
  )
}

// In this order, so that each row is looked for by its key: whatever else a join walked over would be held, too.
function takeAll({ task }: TableNames): MariadbStatements['takeAll'] {
  return statement(({ leaseUntil, taken }) =>
    compiled(sql`update ${takenTable(taken)} as k straight_join ${sql.table(task)} as t force index (primary)
      on t.tenant = k.tenant and t.queue = k.queue and t.\`key\` = k.\`key\`
      set t.fence = k.fence, t.attempts = k.attempts, t.lease_until = ${leaseUntil}, t.visible_at = ${leaseUntil}`),
  )
}
