/** What many callers ask of PostgreSQL at once: read in one statement, and committed in one where changes are apart from each other. */
import type { Change, CommitOutcome, RecordKey, Store, StoredRecord } from '../../desk/ports.ts'
import { isDeskError } from '../../domain/fault.ts'
import { COMMITTED } from './commit.ts'
import { gathered } from './gather.ts'
import type { PostgresStatements } from './postgres-store.ts'
import { findMany } from './reads.ts'
import type { Engine } from './sql-store.ts'

type Methods = Pick<Store, 'commit' | 'get' | 'close'>

// What is larger costs the server more than a call of its own does, and would keep the others waiting.
const SMALL = 50

/**
 * The same store, whose callers share statements. Each change still stands or falls by itself: where the statement for
 * several is undone by any of them, each is committed alone.
 */
export function postgresTogether(
  engine: Pick<Engine, 'each' | 'single'>,
  statements: PostgresStatements,
  base: Store,
): Methods {
  const commits = gathered<Change, CommitOutcome>({ pick: pickApart, run: commitAll })
  const reads = gathered<readonly RecordKey[], (StoredRecord | null)[]>({ pick: pickFirst, run: readAll })

  async function commitAll(changes: readonly Change[]) {
    const [first, ...others] = changes as [Change, ...Change[]]
    if (others.length > 0) return (await areCommitted([first, ...others])) ? () => COMMITTED : base.commit
    const outcome = await base.commit(first)
    return () => outcome
  }

  async function areCommitted(changes: readonly [Change, ...Change[]]): Promise<boolean> {
    try {
      const together = statements.changes(changes)
      return together !== null && (await engine.single(together))
    } catch (error) {
      if (isDeskError(error, 'store.unknown-outcome')) throw error
      return false
    }
  }

  async function readAll(lists: readonly (readonly RecordKey[])[], tenant: string) {
    const [first, ...others] = lists as [readonly RecordKey[], ...(readonly RecordKey[])[]]
    if (others.length > 0) {
      const recordOf = await engine.each(() => findMany(statements, tenant, lists.flat()))
      return (keys: readonly RecordKey[]) => keys.map(recordOf)
    }
    const records = await base.get(tenant, first)
    return () => records
  }

  return {
    commit: (change) => (sizeOf(change) > SMALL ? base.commit(change) : commits.ask(change.tenant, change)),
    get: (tenant, keys) =>
      keys.length === 0 || keys.length > SMALL ? base.get(tenant, keys) : reads.ask(tenant, keys),
    async close() {
      await Promise.all([commits.rest(), reads.rest()])
      await base.close()
    },
  }
}

function sizeOf({ writes, checks, journal, set, clear, settle }: Change): number {
  return [writes, checks, journal, set, clear, settle].reduce((sum, list) => sum + list.length, 0)
}

function pickFirst(line: readonly unknown[], most: number): ReadonlySet<number> {
  return new Set(line.slice(0, most).keys())
}

/** Of the changes in line those that are about other records, tasks and commands than the ones before them. */
function pickApart(line: readonly Change[], most: number): ReadonlySet<number> {
  const [written, checked] = [new Set<string>(), new Set<string>()]
  const picked = new Set<number>()
  for (const [place, change] of line.entries()) {
    if (picked.size === most) break
    const own = namesOf(change)
    const seen = change.checks.map(nameOf)
    const isApart =
      own.every((name) => !written.has(name) && !checked.has(name)) && seen.every((name) => !written.has(name))
    if (picked.size === 0 || isApart) picked.add(place)
    // Also of those that stay behind: what is about the same keeps its order.
    for (const name of own) written.add(name)
    for (const name of seen) checked.add(name)
  }
  return picked
}

function namesOf({ writes, journal, set, clear, settle, command }: Change): string[] {
  const records = [...writes, ...journal].map(nameOf)
  const tasks = [...set, ...clear, ...settle].map(({ queue, key }) => `${queue}\n${key}`)
  return [...records, ...tasks, ...(command ? [command.id] : [])]
}

function nameOf({ kind, id }: RecordKey): string {
  return `${kind}/${id}`
}
