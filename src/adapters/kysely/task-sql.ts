/** Tasks: the statements that set them, hand them out and settle them, and how they are read. */
import { type ExpressionBuilder, expressionBuilder, type RawBuilder, sql } from 'kysely'
import type { Claim, ClaimRef } from '../../desk/ports.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { Instant } from '../../domain/time.ts'
import { fromColumnText } from './column-text.ts'
import type { SqlDialect } from './dialects.ts'
import type { Schema, TableNames, TaskTable } from './schema.ts'
import { statement } from './statements.ts'
import type { Row, Statement } from './steps.ts'

/** Which task. */
export interface TaskPlace {
  readonly tenant: string
  readonly queue: string
  readonly key: string
}

interface NewTask extends TaskPlace {
  readonly dueAt: Instant
  readonly group: string | null
  readonly seq: number
  readonly body: string
}

interface Taken extends TaskPlace {
  readonly fence: number
  readonly attempts: number
  readonly leaseUntil: Instant
}

export interface TaskStatements {
  /** Sets a task; one of the same place is replaced, and whoever holds a claim on it holds nothing any more. */
  readonly set: Statement<NewTask>
  readonly clear: Statement<TaskPlace>
  readonly claimable: Statement<{ readonly queue: string; readonly now: Instant; readonly limit: number }>
  readonly nextFence: Statement<{ readonly n: number }>
  readonly take: Statement<Taken>
  /** These write nothing when the claim is outdated. */
  readonly settle: SettleStatements
  readonly dead: Statement<{ readonly tenant: string; readonly queue: string; readonly limit: number }>
  /**
   * One row: when the next can be claimed of those never claimed (`untouched`), of those claimed or waiting for a retry
   * (`moved`), and of the first of their group that wait for the end of a later one's lease (`waiting`).
   */
  readonly next: Statement<{ readonly queue: string }>
}

export interface SettleStatements {
  readonly done: Statement<ClaimRef>
  readonly retry: Statement<ClaimRef & { readonly retryAt: Instant }>
  readonly release: Statement<ClaimRef>
  readonly extend: Statement<ClaimRef & { readonly extendTo: Instant }>
  readonly die: Statement<ClaimRef & { readonly reason: string }>
  readonly revive: Statement<ClaimRef>
}

type Tasks = Schema & { t: TaskTable }

export function taskStatements(dialect: SqlDialect, names: TableNames): TaskStatements {
  const { kysely } = dialect
  const { task, meta } = names
  return {
    ...setStatements(dialect, names),
    ...readStatements(dialect, names),
    settle: settleStatements(dialect, names),
    // One count for all tasks, never begun anew: a task that is set again must not repeat a fence that somebody holds.
    nextFence: statement(({ n }) =>
      kysely
        .updateTable(meta)
        .set((eb) => ({ fence: eb('fence', '+', n) }))
        .returning('fence'),
    ),
    take: statement(({ tenant, queue, key, fence, attempts, leaseUntil }) =>
      kysely
        .updateTable(task)
        .set({ fence, attempts, lease_until: leaseUntil, visible_at: leaseUntil })
        .where('tenant', '=', tenant)
        .where('queue', '=', queue)
        .where('key', '=', key),
    ),
  }
}

const ZERO = sql.lit(0)
const NOTHING = sql.lit(null)

function setStatements({ kysely }: SqlDialect, { task }: TableNames): Pick<TaskStatements, 'set' | 'clear'> {
  return {
    set: statement(({ tenant, queue, key, dueAt, group, seq, body }) =>
      kysely
        .insertInto(task)
        .values({
          ...{ tenant, queue, key, seq, body, due_at: dueAt, ready_at: dueAt, visible_at: dueAt, grp: group },
          ...{ attempts: ZERO, fence: ZERO },
        })
        .onConflict((conflict) =>
          conflict.columns(['tenant', 'queue', 'key']).doUpdateSet(({ ref }) => ({
            ...{ due_at: ref('excluded.due_at'), ready_at: ref('excluded.due_at'), visible_at: ref('excluded.due_at') },
            ...{ grp: ref('excluded.grp'), seq: ref('excluded.seq'), body: ref('excluded.body') },
            ...{ attempts: ZERO, lease_until: NOTHING, reason: NOTHING },
          })),
        ),
    ),
    clear: statement(({ tenant, queue, key }) =>
      kysely.deleteFrom(task).where('tenant', '=', tenant).where('queue', '=', queue).where('key', '=', key),
    ),
  }
}

function settleStatements({ kysely, later }: SqlDialect, { task }: TableNames): SettleStatements {
  type Where = (eb: ExpressionBuilder<Schema, 'task'>) => ReturnType<typeof eb.and>
  const isOf = ({ tenant, queue, key, fence }: ClaimRef): Where => {
    return (eb) =>
      eb.and([eb('tenant', '=', tenant), eb('queue', '=', queue), eb('key', '=', key), eb('fence', '=', fence)])
  }
  const isHeld = (claim: ClaimRef): Where => {
    return (eb) => eb.and([isOf(claim)(eb), eb('lease_until', 'is not', null), eb('visible_at', 'is not', null)])
  }
  const update = kysely.updateTable(task)
  const oneMore = sql<number>`${sql.ref('attempts')} + 1`
  return {
    done: statement((claim) => kysely.deleteFrom(task).where(isHeld(claim))),
    retry: statement((claim) => {
      // A task is never claimable before it is due.
      const at = later(sql`${claim.retryAt}`, sql.ref('due_at'))
      return update.set({ ready_at: at, visible_at: at, lease_until: NOTHING, attempts: oneMore }).where(isHeld(claim))
    }),
    release: statement((claim) =>
      update.set(({ ref }) => ({ visible_at: ref('ready_at'), lease_until: NOTHING })).where(isHeld(claim)),
    ),
    extend: statement((claim) =>
      update.set({ lease_until: claim.extendTo, visible_at: claim.extendTo }).where(isHeld(claim)),
    ),
    die: statement((claim) =>
      update.set({ visible_at: NOTHING, reason: claim.reason, attempts: oneMore }).where(isHeld(claim)),
    ),
    revive: statement((claim) =>
      update
        .set(({ ref }) => ({
          ...{ ready_at: ref('due_at'), visible_at: ref('due_at') },
          ...{ attempts: ZERO, lease_until: NOTHING, reason: NOTHING },
        }))
        .where(isOf(claim))
        .where('visible_at', 'is', null),
    ),
  }
}

/** The columns that {@link storedTask} reads. */
export const TASK_COLUMNS = [
  'tenant',
  'queue',
  'key',
  'due_at',
  'grp',
  'seq',
  'body',
  'attempts',
  'fence',
  'lease_until',
  'reason',
] as const

/** How tasks of one group stand to each other; `t` is the task that is asked about, `e` another one of its group. */
function groupRules({ kysely }: SqlDialect, { task }: TableNames) {
  const inGroup = expressionBuilder<Tasks, 't'>()
    .selectFrom(`${task} as e`)
    .whereRef('e.queue', '=', 't.queue')
    .whereRef('e.tenant', '=', 't.tenant')
    .whereRef('e.grp', '=', 't.grp')
    .where('e.visible_at', 'is not', null)
  const earlier = inGroup
    .select(sql.lit(1).as('one'))
    .where(({ eb, refTuple }) =>
      eb(refTuple('e.due_at', 'e.seq', 'e.key'), '<', refTuple('t.due_at', 't.seq', 't.key')),
    )
  const heldByAnother = inGroup
    .select(sql.lit(1).as('one'))
    .whereRef('e.key', '<>', 't.key')
    .where('e.lease_until', 'is not', null)
  return {
    tasks: kysely.selectFrom(`${task} as t`),
    inGroup,
    earlier,
    heldByAnother,
    /** It stands first in its group, and nobody works on another task of the group, one that was first before. */
    isFree: (held: typeof heldByAnother) => (eb: ExpressionBuilder<Tasks, 't'>) =>
      eb.or([eb('t.grp', 'is', null), eb.and([eb.not(eb.exists(earlier)), eb.not(eb.exists(held))])]),
  }
}

/** The tasks that can be claimed, in their order. */
export function claimableTasks(
  dialect: SqlDialect,
  names: TableNames,
  { queue, now, limit }: { readonly queue: string; readonly now: Instant; readonly limit: number },
) {
  const { tasks, isFree, heldByAnother } = groupRules(dialect, names)
  return tasks
    .where('t.queue', '=', queue)
    .where('t.due_at', '<=', now)
    .where('t.visible_at', '<=', now)
    .where(isFree(heldByAnother.where('e.lease_until', '>', now)))
    .orderBy('t.due_at')
    .orderBy('t.tenant')
    .orderBy('t.key')
    .limit(limit)
}

function readStatements(dialect: SqlDialect, names: TableNames) {
  const { kysely, later, moved, movedAt } = dialect
  const { tasks, inGroup, earlier, heldByAnother, isFree } = groupRules(dialect, names)
  const firstOfGroup = inGroup
    .select('e.visible_at')
    .orderBy('e.due_at')
    .orderBy('e.seq')
    .orderBy('e.key')
    .limit(sql.lit(1))
  return {
    claimable: statement<{ queue: string; now: Instant; limit: number }>((request) =>
      claimableTasks(dialect, names, request).select(TASK_COLUMNS),
    ),
    dead: statement<{ tenant: string; queue: string; limit: number }>(({ tenant, queue, limit }) =>
      tasks
        .select(TASK_COLUMNS)
        .where('t.tenant', '=', tenant)
        .where('t.queue', '=', queue)
        .where('t.visible_at', 'is', null)
        .orderBy('t.due_at')
        .orderBy('t.seq')
        .orderBy('t.key')
        .limit(limit),
    ),
    next: statement<{ queue: string }>(({ queue }) => {
      const first = (at: RawBuilder<string>, those: RawBuilder<boolean>) =>
        tasks
          .select(at.as('at'))
          .where('t.queue', '=', queue)
          .where(those)
          .where(isFree(heldByAnother))
          .orderBy(at)
          .limit(sql.lit(1))
      const waiting = tasks
        .select(sql<string>`min(${later(sql.ref('t.lease_until'), sql`(${firstOfGroup})`)})`.as('at'))
        .where('t.queue', '=', queue)
        .where(moved)
        .where('t.lease_until', 'is not', null)
        .where((eb) => eb.exists(earlier))
      return kysely.selectNoFrom([
        first(sql.ref('t.due_at'), sql`${sql.ref('t.visible_at')} = ${sql.ref('t.due_at')}`).as('untouched'),
        first(movedAt, moved).as('moved'),
        waiting.as('waiting'),
      ])
    }),
  }
}

/** A task out of its row. `leaseUntil` is that of the last claim, `''` when there was none. */
export function storedTask(row: Row): Claim {
  const group = row.grp as string | null
  return {
    tenant: fromColumnText(row.tenant as string),
    queue: fromColumnText(row.queue as string),
    key: fromColumnText(row.key as string),
    dueAt: row.due_at as Instant,
    group: group === null ? null : fromColumnText(group),
    seq: Number(row.seq),
    body: JSON.parse(row.body as string) as JsonObject,
    attempts: Number(row.attempts),
    fence: Number(row.fence),
    leaseUntil: (row.lease_until as Instant | null) ?? '',
  }
}
