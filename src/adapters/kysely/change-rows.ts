/** Sorts a change into rows that one statement can write: each record and each task once, and nothing that needs an order. */
import type { Change, Check, ClaimRef, CommandRow, Task, TaskKey, Write } from '../../desk/ports.ts'
import type { RecordKind } from '../../desk/tables.ts'
import type { JsonObject } from '../../domain/json.ts'

/** What becomes of one record. */
export interface RecordRow {
  readonly kind: RecordKind
  readonly id: string
  readonly expected: number
  readonly version: number
  readonly tip: string
  readonly doc: JsonObject | null
}

/** The rows of one statement, those of a kind together. */
export interface ChangeRows extends Pick<Change, 'tenant' | 'journal'> {
  readonly commands: readonly CommandRow[]
  /** Up to so many rows of a list each have parameters of their own. */
  readonly few: number
  readonly inserts: ReadonlyMap<RecordKind, readonly RecordRow[]>
  readonly replaces: ReadonlyMap<RecordKind, readonly RecordRow[]>
  readonly removes: ReadonlyMap<RecordKind, readonly RecordRow[]>
  readonly checks: ReadonlyMap<RecordKind, readonly Check[]>
  readonly set: readonly Task[]
  /** Tasks set anew whose claim ends in the same change. */
  readonly renew: readonly (Task & Pick<ClaimRef, 'fence'>)[]
  readonly clear: readonly TaskKey[]
  readonly settle: readonly ClaimRef[]
}

/**
 * The rows of a change. `null` when one statement cannot do it, since all of its parts see what stood before: a check of
 * an absent record, or a record that is removed and made again.
 */
export function changeRows(change: Change): ChangeRows | null {
  const rows = rowsOf(change)
  return rows && { ...rows, commands: change.command ? [change.command] : [], few: FEW }
}

// Then an index is used whatever the planner knows.
const FEW = 4

/** The rows of several changes of a tenant, no two of which are about the same: see `areApart`. */
export function rowsOfSeveral(changes: readonly Change[]): ChangeRows | null {
  const all = <K extends 'writes' | 'checks' | 'journal' | 'set' | 'clear' | 'settle'>(list: K) =>
    changes.flatMap((change) => change[list] as Change[K][number][]) as unknown as Change[K]
  const lists = {
    ...{ writes: all('writes'), checks: all('checks'), journal: all('journal') },
    ...{ set: all('set'), clear: all('clear'), settle: all('settle') },
  }
  const rows = rowsOf({ ...(changes[0] as Change), ...lists })
  // Lists alone, since what happens to come together would else have a new shape each time.
  return rows && { ...rows, commands: changes.flatMap(({ command }) => command ?? []), few: 0 }
}

function rowsOf(change: Change): Omit<ChangeRows, 'commands' | 'few'> | null {
  const records = recordRows(change.writes)
  const checks = records && checksOf(change.checks, records)
  const tasks = taskRows(change)
  if (!records || !checks || !tasks) return null
  const rows = [...records.values()].sort(byId)
  const of = (verb: (row: RecordRow) => boolean) => byKind(rows.filter(verb))
  return {
    tenant: change.tenant,
    journal: change.journal,
    inserts: of(({ expected }) => expected === 0),
    replaces: of(({ expected, doc }) => expected > 0 && doc !== null),
    removes: of(({ expected, doc }) => expected > 0 && doc === null),
    checks: byKind([...checks].sort(byId)),
    ...tasks,
  }
}

function byKind<Item extends { readonly kind: RecordKind }>(items: readonly Item[]): Map<RecordKind, Item[]> {
  const groups = new Map<RecordKind, Item[]>()
  for (const item of items) {
    const group = groups.get(item.kind)
    if (group) group.push(item)
    else groups.set(item.kind, [item])
  }
  // In a fixed order, so that changes of equal shape are seen to be so.
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)))
}

// Whoever locks the same rows in the same order waits for the other, and does not stand in a circle.
function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1
}

/** Several writes of one record become the last of them, where each expects what the one before leaves. */
function recordRows(writes: readonly Write[]): Map<string, RecordRow> | null {
  const rows = new Map<string, RecordRow>()
  for (const { kind, id, expected, tip, doc } of writes) {
    const name = `${kind} ${id}`
    const before = rows.get(name)
    if (before && (before.doc === null || before.version !== expected)) return null
    const first = before?.expected ?? expected
    if (first === 0 && doc === null) return null
    rows.set(name, { kind, id, expected: first, version: expected + 1, tip, doc })
  }
  return rows
}

/** The checks but for those that a write makes anyway. */
function checksOf(checks: readonly Check[], rows: ReadonlyMap<string, RecordRow>): Check[] | null {
  const left = new Map<string, Check>()
  for (const check of checks) {
    const name = `${check.kind} ${check.id}`
    const known = rows.get(name)?.expected ?? left.get(name)?.version ?? check.version
    if (known !== check.version || check.version === 0) return null
    if (!rows.has(name)) left.set(name, check)
  }
  return [...left.values()]
}

function taskRows({
  tenant,
  set,
  clear,
  settle,
}: Change): Pick<ChangeRows, 'set' | 'renew' | 'clear' | 'settle'> | null {
  const nameOf = ({ queue, key }: TaskKey) => `${queue.length} ${queue}${key}`
  const last = new Map(set.map((task) => [nameOf(task), task]))
  const cleared = new Map(clear.map((key) => [nameOf(key), key]))
  const settled = new Map(settle.map((claim) => [nameOf(claim), claim]))
  if (settled.size < settle.length || settle.some((claim) => claim.tenant !== tenant)) return null
  const tasks = [...last]
  return {
    set: tasks.flatMap(([name, task]) => (settled.has(name) ? [] : task)),
    renew: tasks.flatMap(([name, task]) => {
      const claim = settled.get(name)
      return claim ? { ...task, fence: claim.fence } : []
    }),
    // Whose claim ends is gone with it: a timer that rings is cleared by what it brings about.
    clear: [...cleared].flatMap(([name, key]) => (last.has(name) || settled.has(name) ? [] : key)),
    settle: [...settled].flatMap(([name, claim]) => (last.has(name) ? [] : claim)),
  }
}
