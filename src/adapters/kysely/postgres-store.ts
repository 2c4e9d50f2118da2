/** What PostgreSQL does in a way of its own: commits and claims in one statement, and the journal up to where it is settled. */
import { sql } from 'kysely'
import type { Change, Claim, CommitOutcome, Store } from '../../desk/ports.ts'
import { compareText } from '../../domain/condition-read.ts'
import { toInstant, toMs } from '../../domain/time.ts'
import { toColumnText } from './column-text.ts'
import { applyChange, COMMITTED, holdInOrder } from './commit.ts'
import {
  fences,
  holdPositionsOnce,
  positions,
  postgresDialect,
  settledPosition,
  settledPositionWithin,
} from './dialects-postgres.ts'
import { type ChangeStatements, changeStatements } from './postgres-commit.ts'
import { readHistory } from './reads.ts'
import type { TableNames } from './schema.ts'
import { type StoreStatements, storeStatements } from './session.ts'
import type { Engine, Work } from './sql-store.ts'
import { statement } from './statements.ts'
import { one, rows, type Statement, type Steps } from './steps.ts'
import { claimableTasks, storedTask, TASK_COLUMNS } from './task-sql.ts'
import { type ClaimRequest, settleTask } from './tasks.ts'

export interface PostgresStatements extends StoreStatements {
  readonly names: TableNames
  readonly changes: ChangeStatements
  /** Takes due tasks that nobody else is about to take. */
  readonly takeDue: Statement<{
    readonly queue: string
    readonly now: string
    readonly limit: number
    readonly leaseUntil: string
  }>
  /** Of some claimed tasks those, by their place in the list, whose group somebody else holds as well. */
  readonly shared: Statement<{ readonly queue: string; readonly now: string; readonly claims: string }>
  readonly settled: Statement<object>
  readonly notify: Statement<{ readonly channel: string; readonly queue: string }>
}

export function postgresStatements(names: TableNames): PostgresStatements {
  const { kysely } = postgresDialect
  const task = sql.table(names.task)
  const columns = sql.join(TASK_COLUMNS.map((column) => sql.ref(`t.${column}`)))
  return {
    ...storeStatements(postgresDialect, names),
    names,
    changes: changeStatements(names),
    takeDue: statement((values) => {
      const due = claimableTasks(postgresDialect, names, values)
        .select(sql`t.ctid`.as('place'))
        .forUpdate('t')
        .skipLocked()
      const query = sql`with due as materialized (${due})
        update ${task} as t set fence = nextval(${sql.lit(fences(names))}),
          attempts = t.attempts + case when t.lease_until is null then 0 else 1 end,
          lease_until = ${values.leaseUntil}, visible_at = ${values.leaseUntil}
        from due where t.ctid = due.place returning ${columns}`
      return { compile: () => query.compile(kysely) }
    }),
    shared: statement(({ queue, now, claims }) => {
      const query = sql`select c.at from json_to_recordset(${claims}::json) as c (at int, tenant text, grp text, key text)
        where exists (select 1 from ${task} as e where e.queue = ${queue} and e.tenant = c.tenant and e.grp = c.grp
          and e.key <> c.key and e.lease_until > ${now} and e.visible_at is not null)`
      return { compile: () => query.compile(kysely) }
    }),
    // A hint may be lost, so nobody waits until it is on the disk.
    notify: statement(({ channel, queue }) => ({
      compile: () =>
        sql`select set_config('synchronous_commit', 'off', true), pg_notify(${channel}, ${queue})`.compile(kysely),
    })),
    settled: statement(() => ({ compile: () => settledPosition(names).compile(kysely) })),
  }
}

/** The same statements for the many commits that a transaction of the host may hold. */
export function statementsWithin(statements: PostgresStatements): PostgresStatements {
  const { names, journal } = statements
  const hold = sql`select ${holdPositionsOnce(names)} from ${sql.raw(positions(names))}`
  return {
    ...statements,
    changes: changeStatements(names, holdPositionsOnce),
    settled: statement(() => ({ compile: () => settledPositionWithin(names).compile(postgresDialect.kysely) })),
    journal: { ...journal, hold: statement(() => ({ compile: () => hold.compile(postgresDialect.kysely) })) },
  }
}

type Methods = Pick<Store, 'commit' | 'claim' | 'history'>

/** The methods that PostgreSQL has in a way of its own. */
export function postgresMethods(engine: Engine, statements: PostgresStatements, base: Store): Methods {
  return {
    commit: (change) => commit(engine, statements, change),
    async claim(queue, request) {
      const asked = { ...request, queue }
      const claims = await engine.single(() => takeDue(statements, asked))
      return giveBackShared({ engine, statements, asked }, claims)
    },
    async history(tenant, request) {
      if (request.of) return base.history(tenant, request)
      const upTo = Number((await engine.each(() => one(statements.settled, {})))?.position)
      if (upTo <= (request.after ?? 0)) return []
      const found = await engine.each(() => readHistory(statements, tenant, request))
      return found.filter(({ position }) => position <= upTo)
    },
  }
}

/** In one statement where that can do it, else or when anything stood in its way statement by statement: then it is known what. */
async function commit(engine: Engine, statements: PostgresStatements, change: Change): Promise<CommitOutcome> {
  const quick = statements.changes([change])
  if (quick && (await doneQuickly(engine, quick))) return COMMITTED
  return engine.write(function* () {
    yield* holdInOrder(statements, change)
    return yield* applyChange(statements, change)
  })
}

/** Whether the one statement did it; false where it undid itself: see `changeStatements`. */
async function doneQuickly({ single }: Engine, quick: Work<true>): Promise<boolean> {
  return single(quick).catch((error) => {
    if (!REFUSED.includes((error as { cause?: { code?: unknown } } | null)?.cause?.code)) throw error
    return false
  })
}

// A key was there already; a count was not met, upon which the statement divides by zero; or a lock was waited for too long.
const REFUSED: readonly unknown[] = ['23505', '22012', '55P03']

function* takeDue({ takeDue }: PostgresStatements, { queue, now, limit, leaseMs }: ClaimRequest): Steps<Claim[]> {
  const leaseUntil = toInstant(toMs(now) + leaseMs)
  const claims = (yield* rows(takeDue, { queue, now, limit, leaseUntil })).map(storedTask)
  return claims.sort(
    (a, b) => compareText(a.dueAt, b.dueAt) || compareText(a.tenant, b.tenant) || compareText(a.key, b.key),
  )
}

interface Claimed {
  readonly engine: Engine
  readonly statements: PostgresStatements
  readonly asked: ClaimRequest
}

/**
 * Two claims at the same instant may each take a task of one group, where the earlier one was set only between them.
 * Whoever sees the other gives its own back before anybody works on it: the later of the two surely does.
 */
async function giveBackShared({ engine, statements, asked }: Claimed, claims: readonly Claim[]): Promise<Claim[]> {
  const grouped = claims.flatMap(({ tenant, group, key }, at) =>
    group === null ? [] : { at, tenant: toColumnText(tenant), grp: toColumnText(group), key: toColumnText(key) },
  )
  if (grouped.length === 0) return [...claims]
  const values = { ...asked, claims: JSON.stringify(grouped) }
  const shared = new Set((await engine.each(() => rows(statements.shared, values))).map(({ at }) => Number(at)))
  for (const at of shared) await engine.single(() => settleTask(statements, claims[at] as Claim, { release: true }))
  return claims.filter((_, at) => !shared.has(at))
}
