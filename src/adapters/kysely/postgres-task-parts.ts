/** Parts of the one statement that commits a change: tasks, the journal, and the command ids. */
import { type RawBuilder, sql } from 'kysely'
import type { ClaimRef, CommandRow, JournalEntry, Task, TaskKey } from '../../desk/ports.ts'
import type { ChangeRows } from './change-rows.ts'
import { type Column, type Count, countOf, each, listed, type Part, refs, slot, TENANT } from './postgres-parts.ts'
import type { TableNames } from './schema.ts'

/** The parts that end claims, take tasks away and set them. */
export function taskParts({ task }: TableNames, { few, ...rows }: ChangeRows): Part[] {
  const [set, renew, clear, settle] = [rows.set, rows.renew, rows.clear, rows.settle].map((items) =>
    countOf(items, few),
  ) as [Count, Count, Count, Count]
  const table = sql.table(task)
  const cleared = each(clear, {
    alone: (at) => sql`delete from ${table} where ${isPlace(({ clear }) => clear[at] as TaskKey)} returning 1`,
    asList: () => sql`delete from ${table} as t using ${listed(clear, PLACE, ({ clear }) => clear)}
      where t.tenant = ${TENANT} and t.queue = r.queue and t.key = r.key returning 1`,
  })
  const settled = each(settle, {
    alone: (at) => sql`delete from ${table} where ${isPlace(({ settle }) => settle[at] as ClaimRef)}
      and fence = ${slot(({ settle }) => settle[at]?.fence ?? 0)} and ${HELD} returning 1`,
    asList: () => sql`delete from ${table} as t using ${listed(settle, CLAIM, ({ settle }) => settle)}
      where t.tenant = ${TENANT} and t.queue = r.queue and t.key = r.key and t.fence = r.fence and ${HELD} returning 1`,
  })
  const renewed = each(renew, {
    alone: (
      at,
    ) => sql`update ${table} set ${renewal((column) => slot(({ renew }) => column.read(renew[at] as Renewal)))}
      where ${isPlace(({ renew }) => renew[at] as Renewal)}
      and fence = ${slot(({ renew }) => renew[at]?.fence ?? 0)} and ${HELD} returning 1`,
    asList: () => sql`update ${table} as t set ${renewal(({ name }) => sql.ref(`r.${name}`))}
      from ${listed(renew, RENEWAL, ({ renew }) => renew)}
      where t.tenant = ${TENANT} and t.queue = r.queue and t.key = r.key and t.fence = r.fence and ${HELD} returning 1`,
  })
  return [
    ...settled,
    ...renewed,
    ...cleared.map(({ text }) => ({ text, counts: false })),
    ...(set === 0 ? [] : [{ text: setPart(table, set), counts: false }]),
  ]
}

const HELD = sql`lease_until is not null and visible_at is not null`

function isPlace(of: (rows: ChangeRows) => TaskKey): RawBuilder<boolean> {
  const [queue, key] = [slot((rows) => of(rows).queue), slot((rows) => of(rows).key)]
  return sql`tenant = ${TENANT} and queue = ${queue} and key = ${key}`
}

type Renewal = ChangeRows['renew'][number]

/** What becomes of a task that is set anew, its place aside. */
function renewal(value: (column: Column<Task>) => RawBuilder<unknown>): RawBuilder<unknown> {
  const columns = TASK.slice(PLACE.length)
  const due = value(DUE_AT)
  return sql`${sql.join(columns.map((column) => sql`${sql.ref(column.name)} = ${value(column)}`))},
    ready_at = ${due}, visible_at = ${due}, attempts = 0, lease_until = null, reason = null`
}

const PLACE: readonly Column<TaskKey>[] = [
  { name: 'queue', type: 'text', read: ({ queue }) => queue },
  { name: 'key', type: 'text', read: ({ key }) => key },
]
const FENCE: Column<Pick<ClaimRef, 'fence'>> = { name: 'fence', type: 'bigint', read: ({ fence }) => fence }
const CLAIM: readonly Column<ClaimRef>[] = [...PLACE, FENCE]

const DUE_AT: Column<Task> = { name: 'due_at', type: 'text', read: ({ dueAt }) => dueAt }
const TASK: readonly Column<Task>[] = [
  ...PLACE,
  DUE_AT,
  { name: 'grp', type: 'text', read: ({ group }) => group },
  { name: 'seq', type: 'double precision', read: ({ seq }) => seq },
  { name: 'body', type: 'text', read: ({ body }) => JSON.stringify(body) },
]

const RENEWAL: readonly Column<Renewal>[] = [...TASK, FENCE]

function setPart(table: RawBuilder<unknown>, count: Count): RawBuilder<unknown> {
  return sql`insert into ${table} as t (tenant, ${refs(TASK)}, ready_at, visible_at, attempts, fence)
    select ${TENANT}, ${refs(TASK, 'r.')}, r.due_at, r.due_at, 0, 0 from ${listed(count, TASK, ({ set }) => set)}
    on conflict (tenant, queue, key) do update set due_at = excluded.due_at, ready_at = excluded.due_at,
      visible_at = excluded.due_at, grp = excluded.grp, seq = excluded.seq, body = excluded.body,
      attempts = 0, lease_until = null, reason = null`
}

const ENTRY: readonly Column<JournalEntry>[] = [
  { name: 'kind', type: 'text', read: ({ kind }) => kind },
  { name: 'id', type: 'text', read: ({ id }) => id },
  { name: 'version', type: 'bigint', read: ({ version }) => version },
  { name: 'n', type: 'bigint', read: ({ n }) => n },
  { name: 'name', type: 'text', read: ({ name }) => name },
  { name: 'at', type: 'text', read: ({ at }) => at },
  { name: 'body', type: 'text', read: ({ body }) => body },
  { name: 'hash', type: 'text', read: ({ hash }) => hash },
]

const COMMAND: readonly Column<CommandRow>[] = [
  { name: 'id', type: 'text', read: ({ id }) => id },
  { name: 'fingerprint', type: 'text', read: ({ fingerprint }) => fingerprint },
  { name: 'result', type: 'text', read: ({ result }) => JSON.stringify(result) },
  { name: 'at', type: 'text', read: ({ at }) => at },
]

/** The parts that append to the journal and keep the command ids. */
export function journalParts({ journal, command }: TableNames, rows: ChangeRows): Part[] {
  // The list is read in its order; `held` stands before it, so that no position is taken before it is told to others.
  const entries = sql`insert into ${sql.table(journal)} (tenant, ${refs(ENTRY)})
    select ${TENANT}, ${refs(ENTRY, 'r.')} from (select ${refs(ENTRY, 'r.')} from held, ${listed(countOf(rows.journal, rows.few), ENTRY, ({ journal }) => journal)} offset 0) as r`
  const ids = sql`insert into ${sql.table(command)} (tenant, ${refs(COMMAND)})
    select ${TENANT}, ${refs(COMMAND, 'r.')} from ${listed(countOf(rows.commands, rows.few), COMMAND, ({ commands }) => commands)}`
  return [
    ...(rows.journal.length > 0 ? [{ text: entries, counts: false }] : []),
    ...(rows.commands.length > 0 ? [{ text: ids, counts: false }] : []),
  ]
}
