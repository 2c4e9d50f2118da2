/** Applies a change: one transaction without a pause in it, so that nothing of it is ever seen half done. */
import type { Change, Check, ClaimRef, CommandRow, CommitOutcome, JournalEntry, Task, Write } from '../../desk/ports.ts'
import type { JsonObject } from '../../domain/json.ts'
import { fault } from '../../domain/refusals.ts'
import { fromColumnText } from './column-text.ts'
import type { Session } from './session.ts'
import type { Row } from './sqlite-driver.ts'
import { one, run } from './statements.ts'

const COMMITTED: CommitOutcome = { committed: true }

/** Must run within a transaction that writes: it may throw when it has written a part. */
export function applyChange(session: Session, change: Change): CommitOutcome {
  const { tenant, command } = change
  if (command && !insertCommand(session, tenant, command)) {
    const first = readCommand(session, tenant, command.id)
    if (first) return { committed: false, first }
  }
  // First, since a change may check the very record that it writes.
  for (const check of change.checks) refuseStale(session, tenant, check)
  for (const write of change.writes) applyWrite(session, tenant, write)
  for (const entry of change.journal) append(session, tenant, entry)
  // In this order, so that a change can end a claim, or clear a task, and set the same task anew.
  for (const claim of change.settle) endClaim(session, tenant, claim)
  for (const key of change.clear) run(session.driver, session.statements.tasks.clear, { tenant, ...key })
  for (const task of change.set) setTask(session, tenant, task)
  return COMMITTED
}

/** What stands under a command id. */
export function readCommand({ driver, statements }: Session, tenant: string, id: string): CommandRow | null {
  const row = one(driver, statements.commands.get, { tenant, id })
  return row ? storedCommand(row) : null
}

function storedCommand(row: Row): CommandRow {
  return {
    id: fromColumnText(row.id as string),
    fingerprint: fromColumnText(row.fingerprint as string),
    result: JSON.parse(row.result as string) as JsonObject,
    at: row.at as string,
  }
}

function insertCommand({ driver, statements }: Session, tenant: string, command: CommandRow): boolean {
  const { id, fingerprint, at } = command
  const row = { tenant, id, fingerprint, at, result: JSON.stringify(command.result) }
  return run(driver, statements.commands.insert, row) > 0
}

function applyWrite(session: Session, tenant: string, write: Write): void {
  const { driver, statements } = session
  const { kind, id, expected, doc } = write
  const { insert, replace, remove } = statements.records(kind)
  const { sql, params } = expected > 0 ? replace : insert
  const written = doc ? driver.run(sql, params(tenant, write, doc)) : run(driver, remove, { tenant, id, expected })
  if (written === 0) refuseStale(session, tenant, { kind, id, version: expected })
}

function refuseStale({ driver, statements }: Session, tenant: string, { kind, id, version }: Check): void {
  const found = Number(one(driver, statements.records(kind).version, { tenant, id })?.version ?? 0)
  if (found !== version) throw fault('store.stale-version', { kind, id, expected: version, found })
}

function append({ driver, statements }: Session, tenant: string, entry: JournalEntry): void {
  const { kind, id, version, n, name, at, body, hash } = entry
  if (run(driver, statements.journal.append, { tenant, kind, id, version, n, name, at, body, hash }) > 0) return
  throw fault('store.stale-version', { kind, id, expected: version - 1, found: version })
}

function endClaim({ driver, statements }: Session, tenant: string, claim: ClaimRef): void {
  if (claim.tenant === tenant && run(driver, statements.tasks.settle.done, claim) > 0) return
  throw fault('store.stale-claim', { queue: claim.queue, key: claim.key })
}

function setTask({ driver, statements }: Session, tenant: string, task: Task): void {
  const { queue, key, dueAt, group, seq } = task
  run(driver, statements.tasks.set, { tenant, queue, key, dueAt, group, seq, body: JSON.stringify(task.body) })
}
