/** What the lines of the file add up to, in memory: records, journals, commands, numbers and tasks. */
import {
  type Change,
  type Claim,
  type ClaimRef,
  type CommandRow,
  type Instant,
  type RecordKey,
  type Settlement,
  type StoredEntry,
  type StoredRecord,
  storeFault,
  type TaskKey,
} from 'deskwright'
import { applySettlement, clearTask, heldRow, lease, setTask, type Tasks } from './tasks.ts'

/** One line: something that has happened, in the words of the store's own methods. */
export type Line =
  | { readonly does: 'commit'; readonly change: Change }
  | {
      readonly does: 'claim'
      readonly tasks: readonly (TaskKey & { readonly tenant: string })[]
      readonly leaseUntil: Instant
    }
  | { readonly does: 'settle'; readonly claim: ClaimRef; readonly settlement: Settlement }
  | { readonly does: 'reserve'; readonly tenant: string; readonly counter: string; readonly n: number }

export interface DeskData {
  /** By tenant and kind, then by id. */
  readonly records: Map<string, Map<string, StoredRecord>>
  /** By tenant. The position of an entry is its place in the list, from 1. */
  readonly journals: Map<string, StoredEntry[]>
  readonly places: Set<string>
  readonly commands: Map<string, CommandRow>
  /** The number that each counter gives next. */
  readonly counters: Map<string, number>
  readonly tasks: Tasks
}

export function emptyData(): DeskData {
  const tasks = { rows: new Map(), lastFence: 0 }
  return { records: new Map(), journals: new Map(), places: new Set(), commands: new Map(), counters: new Map(), tasks }
}

/** One text for several, so that no two lists of names ever make the same key. */
export const keyOf = (...parts: readonly (string | number)[]): string => JSON.stringify(parts)

export function recordsOf(data: DeskData, tenant: string, kind: string): Map<string, StoredRecord> {
  return listed(data.records, keyOf(tenant, kind), () => new Map())
}

export function journalOf(data: DeskData, tenant: string): StoredEntry[] {
  return listed(data.journals, tenant, () => [])
}

function listed<V>(map: Map<string, V>, key: string, make: () => V): V {
  const value = map.get(key) ?? make()
  map.set(key, value)
  return value
}

/**
 * Looks whether a change can be applied, and changes nothing. All that can refuse it stands here, since what is in the
 * file has happened.
 */
export function refuseWhatDoesNotFit(data: DeskData, { tenant, writes, checks, journal, settle }: Change): void {
  // Several writes of a record build on each other; checks look at what stood before all of them.
  const left = new Map<string, number>()
  for (const { kind, id, expected, doc } of writes) {
    const found = left.get(keyOf(kind, id)) ?? versionOf(data, tenant, { kind, id })
    if (found !== expected) throw storeFault('store.stale-version', { kind, id, expected, found })
    left.set(keyOf(kind, id), doc === null ? 0 : expected + 1)
  }
  for (const { kind, id, version } of checks) {
    const found = versionOf(data, tenant, { kind, id })
    if (found !== version) throw storeFault('store.stale-version', { kind, id, expected: version, found })
  }
  const places = journal.map(({ kind, id, version, n }) => keyOf(tenant, kind, id, version, n))
  const taken = places.findIndex((place, n) => data.places.has(place) || places.indexOf(place) < n)
  const entry = journal[taken]
  if (entry) throw storeFault('store.stale-version', { ...entry, expected: entry.version - 1, found: entry.version })
  const outdated = settle.find((claim) => claim.tenant !== tenant || heldRow(data.tasks, claim) === null)
  if (outdated) throw storeFault('store.stale-claim', { queue: outdated.queue, key: outdated.key })
}

function versionOf(data: DeskData, tenant: string, { kind, id }: RecordKey): number {
  return recordsOf(data, tenant, kind).get(id)?.version ?? 0
}

/**
 * Adds one line to what is known: the same for a line just written, and for one read when the file is opened.
 *
 * @returns the claims that were handed out, where it was about claims.
 */
export function applyLine(data: DeskData, line: Line): Claim[] {
  switch (line.does) {
    case 'commit':
      applyChange(data, line.change)
      return []
    case 'claim':
      return lease(data.tasks, line.tasks, line.leaseUntil)
    case 'settle':
      applySettlement(data.tasks, line.claim, line.settlement)
      return []
    case 'reserve': {
      const counter = keyOf(line.tenant, line.counter)
      data.counters.set(counter, (data.counters.get(counter) ?? 1) + line.n)
      return []
    }
  }
}

function applyChange(data: DeskData, { tenant, writes, journal, settle, clear, set, command }: Change): void {
  for (const { kind, id, expected, doc, tip } of writes) {
    const records = recordsOf(data, tenant, kind)
    if (doc === null) records.delete(id)
    else records.set(id, { kind, id, version: expected + 1, tip, doc })
  }
  const entries = journalOf(data, tenant)
  for (const entry of journal) {
    data.places.add(keyOf(tenant, entry.kind, entry.id, entry.version, entry.n))
    entries.push({ ...entry, position: entries.length + 1 })
  }
  for (const claim of settle) applySettlement(data.tasks, claim, { done: true })
  for (const key of clear) clearTask(data.tasks, { ...key, tenant })
  for (const task of set) setTask(data.tasks, tenant, task)
  if (command) data.commands.set(keyOf(tenant, command.id), command)
}
