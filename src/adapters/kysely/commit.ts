/** Applies a change statement by statement, within one transaction; a refusal names the first that did not hold. */
import type { Change, Check, ClaimRef, CommandRow, CommitOutcome, JournalEntry, Task, Write } from '../../desk/ports.ts'
import type { JsonObject } from '../../domain/json.ts'
import { fault } from '../../domain/refusals.ts'
import { fromColumnText } from './column-text.ts'
import type { StoreStatements } from './session.ts'
import { one, type Row, run, type Steps } from './steps.ts'

export const COMMITTED: CommitOutcome = { committed: true }

/** Must run within a transaction that writes: it may throw when it has written a part. */
export function* applyChange(statements: StoreStatements, change: Change): Steps<CommitOutcome> {
  const { tenant, command } = change
  if (command && !(yield* insertCommand(statements, tenant, command))) {
    const first = yield* readCommand(statements, tenant, command.id)
    if (first) return { committed: false, first }
  }
  // First, since a change may check the very record that it writes.
  for (const check of change.checks) yield* applyCheck(statements, tenant, check)
  for (const write of change.writes) yield* applyWrite(statements, tenant, write)
  const { hold } = statements.journal
  if (hold && change.journal.length > 0) yield* one(hold, { tenant })
  for (const entry of change.journal) yield* append(statements, tenant, entry)
  // In this order, so that a change can end a claim, or clear a task, and set the same task anew.
  for (const claim of change.settle) yield* endClaim(statements, tenant, claim)
  for (const key of change.clear) yield* run(statements.tasks.clear, { tenant, ...key })
  for (const task of change.set) yield* setTask(statements, tenant, task)
  return COMMITTED
}

/**
 * Takes hold of all that a change is about, in the same order for everybody: then two changes about the same records
 * wait for each other, where else each could have what the other needs.
 */
export function* holdInOrder(statements: StoreStatements, { tenant, writes, checks }: Change): Steps<void> {
  const named = new Map([...writes, ...checks].map((key) => [`${key.kind} ${key.id}`, key]))
  for (const name of [...named.keys()].sort()) {
    const { kind, id } = named.get(name) as Write | Check
    const { holdToWrite, holdAbsent, release } = statements.records(kind)
    if (yield* one(holdToWrite, { tenant, id })) continue
    if (holdAbsent && (yield* run(holdAbsent, { tenant, id })) > 0) yield* run(release, { tenant, id })
  }
}

/** What stands under a command id. */
export function* readCommand(statements: StoreStatements, tenant: string, id: string): Steps<CommandRow | null> {
  const row = yield* one(statements.commands.get, { tenant, id })
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

function* insertCommand(statements: StoreStatements, tenant: string, command: CommandRow): Steps<boolean> {
  const { id, fingerprint, at } = command
  const result = JSON.stringify(command.result)
  return (yield* run(statements.commands.insert, { tenant, id, fingerprint, at, result })) > 0
}

function* applyWrite(statements: StoreStatements, tenant: string, write: Write): Steps<void> {
  const { kind, id, expected, doc } = write
  // Removing what must be absent only looks that it is.
  if (expected === 0 && doc === null) return yield* applyCheck(statements, tenant, { kind, id, version: 0 })
  const { insert, replace, remove } = statements.records(kind)
  const { sql, params } = expected > 0 ? replace : insert
  const written = doc
    ? yield { way: 'run', sql, params: params(tenant, write, doc), kept: true }
    : yield* run(remove, { tenant, id, expected })
  if (written === 0) yield* refuseStale(statements, tenant, { kind, id, version: expected })
}

/** For a record that was found at another version; it may have come back to this one in the meantime. */
function* refuseStale(statements: StoreStatements, tenant: string, { kind, id, version }: Check): Steps<never> {
  const row = yield* one(statements.records(kind).version, { tenant, id })
  throw fault('store.stale-version', { kind, id, expected: version, found: Number(row?.version ?? 0) })
}

function* applyCheck(statements: StoreStatements, tenant: string, check: Check): Steps<void> {
  const { kind, id, version } = check
  const { hold, holdAbsent, release } = statements.records(kind)
  if (version === 0 && holdAbsent) {
    if ((yield* run(holdAbsent, { tenant, id })) === 0) yield* refuseStale(statements, tenant, check)
    yield* run(release, { tenant, id })
    return
  }
  const found = Number((yield* one(hold, { tenant, id }))?.version ?? 0)
  if (found !== version) throw fault('store.stale-version', { kind, id, expected: version, found })
}

function* append(statements: StoreStatements, tenant: string, entry: JournalEntry): Steps<void> {
  const { kind, id, version, n, name, at, body, hash } = entry
  if ((yield* run(statements.journal.append, { tenant, kind, id, version, n, name, at, body, hash })) > 0) return
  throw fault('store.stale-version', { kind, id, expected: version - 1, found: version })
}

function* endClaim(statements: StoreStatements, tenant: string, claim: ClaimRef): Steps<void> {
  if (claim.tenant === tenant && (yield* run(statements.tasks.settle.done, claim)) > 0) return
  throw fault('store.stale-claim', { queue: claim.queue, key: claim.key })
}

function* setTask(statements: StoreStatements, tenant: string, task: Task): Steps<void> {
  const { queue, key, dueAt, group, seq } = task
  yield* run(statements.tasks.set, { tenant, queue, key, dueAt, group, seq, body: JSON.stringify(task.body) })
}
