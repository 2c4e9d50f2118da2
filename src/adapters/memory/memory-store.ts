/** The store that keeps everything in this process: for tests, trials and single sittings, and the reference for all others. */
import type {
  Change,
  CommandRow,
  CommitOutcome,
  HistoryRequest,
  JournalEntry,
  RecordKey,
  Store,
  StoredEntry,
  StoredRecord,
  Write,
} from '../../desk/ports.ts'
import { compareText } from '../../domain/condition-read.ts'
import { fault } from '../../domain/refusals.ts'
import { countRows, findPage } from './pages.ts'
import type { TaskQueues } from './task-queues.ts'
import { taskQueues } from './task-queues.ts'
import { copy, keyOf } from './values.ts'

interface Journal {
  readonly all: StoredEntry[]
  /** By record, then by the entry's place in it; a map keeps the order in which entries came. */
  readonly byRecord: Map<string, Map<string, StoredEntry>>
}

interface Memory {
  readonly records: Map<string, Map<string, StoredRecord>>
  readonly journals: Map<string, Journal>
  readonly commands: Map<string, CommandRow>
  readonly counters: Map<string, number>
  readonly tasks: TaskQueues
}

/**
 * A store in memory: empty at first, gone with the process, for one process.
 *
 * Every method runs in one go, so a commit is never seen half done; it is validated whole before it is applied.
 * What goes in and comes out is copied, so nobody can change what is stored by changing a document.
 * A commit, a claim and a read by key cost the same at any size; `find` and `count` look at each of the tenant's
 * records of that kind.
 */
export function memoryStore(): Store {
  const memory: Memory = {
    records: new Map(),
    journals: new Map(),
    commands: new Map(),
    counters: new Map(),
    tasks: taskQueues(),
  }
  let open = true
  // Async, so that a refusal is always a rejected promise.
  async function within<T>(work: (memory: Memory) => T): Promise<T> {
    if (!open) throw fault('store.closed', {})
    return work(memory)
  }

  return {
    capabilities: { processes: 'one', durable: false },
    migrate: () => within(() => undefined),
    get: (tenant, keys) => within(() => keys.map((key) => copy(recordOf(memory, tenant, key) ?? null))),
    find: (tenant, kind, request) => within(() => findPage(recordsOf(memory, tenant, kind), request)),
    descendants: (tenant, rootId, request) =>
      within(() => descendants([...recordsOf(memory, tenant, 'ticket')], rootId, request)),
    count: (tenant, kind, where, by, sum) =>
      within(() => countRows(recordsOf(memory, tenant, kind), { where, by, sum })),
    commit: (change) => within(() => commit(memory, change)),
    claim: (queue, request) => within(({ tasks }) => tasks.claim(queue, request)),
    settle: (claim, settlement) => within(({ tasks }) => tasks.settle(claim, settlement)),
    dead: (tenant, queue, limit) => within(({ tasks }) => tasks.dead(tenant, queue, limit)),
    nextDue: (queue) => within(({ tasks }) => tasks.nextDue(queue)),
    reserve: (tenant, counter, n) => within(() => reserve(memory.counters, keyOf(tenant, counter), n)),
    command: (tenant, id) => within(() => copy(memory.commands.get(keyOf(tenant, id)) ?? null)),
    history: (tenant, request) => within(() => readHistory(memory.journals.get(tenant), request)),
    async close() {
      open = false
    },
  }
}

function recordsOf(memory: Memory, tenant: string, kind: string): Iterable<StoredRecord> {
  return memory.records.get(keyOf(tenant, kind))?.values() ?? []
}

function descendants(
  tickets: readonly StoredRecord[],
  rootId: string,
  { depth, limit }: { readonly depth: number; readonly limit: number },
): StoredRecord[] {
  const children = new Map<string, StoredRecord[]>()
  for (const ticket of tickets) entryOf(children, String(ticket.doc.parentId), () => [] as StoredRecord[]).push(ticket)
  const found: StoredRecord[] = []
  let parents = [rootId]
  for (let level = 0; level < depth && parents.length > 0 && found.length < limit; level++) {
    const next = parents.flatMap((id) => children.get(id) ?? []).sort((a, b) => compareText(a.id, b.id))
    found.push(...next)
    parents = next.map(({ id }) => id)
  }
  return copy(found.slice(0, limit))
}

function recordOf(memory: Memory, tenant: string, { kind, id }: RecordKey): StoredRecord | undefined {
  return memory.records.get(keyOf(tenant, kind))?.get(id)
}

function journalOf(memory: Memory, tenant: string): Journal {
  return entryOf(memory.journals, tenant, () => ({ all: [], byRecord: new Map() }))
}

function entryOf<V>(map: Map<string, V>, key: string, make: () => V): V {
  const value = map.get(key) ?? make()
  map.set(key, value)
  return value
}

function commit(memory: Memory, input: Change): CommitOutcome {
  const change = copy(input)
  const { tenant } = change
  const first = change.command && memory.commands.get(keyOf(tenant, change.command.id))
  if (first) return { committed: false, first: copy(first) }

  refuseStaleVersions(memory, change)
  refuseTakenPlaces(journalOf(memory, tenant), change.journal)
  const outdated = change.settle.find((claim) => claim.tenant !== tenant || !memory.tasks.isLive(claim))
  if (outdated) throw fault('store.stale-claim', { queue: outdated.queue, key: outdated.key })

  // From here on nothing can fail.
  for (const write of change.writes) applyWrite(memory, tenant, write)
  for (const entry of change.journal) append(journalOf(memory, tenant), entry)
  // In this order, so that a change can end a claim, or clear a task, and set the same task anew.
  for (const claim of change.settle) memory.tasks.settle(claim, { done: true })
  for (const key of change.clear) memory.tasks.clear(tenant, key)
  for (const task of change.set) memory.tasks.set(tenant, task)
  if (change.command) memory.commands.set(keyOf(tenant, change.command.id), change.command)
  return { committed: true }
}

function refuseStaleVersions(memory: Memory, { tenant, writes, checks }: Change): void {
  // A record may be written twice in one change; the second write then expects what the first one leaves.
  const left = new Map<string, number>()
  for (const { kind, id, expected, doc } of writes) {
    const found = left.get(keyOf(kind, id)) ?? recordOf(memory, tenant, { kind, id })?.version ?? 0
    if (found !== expected) throw fault('store.stale-version', { kind, id, expected, found })
    left.set(keyOf(kind, id), doc === null ? 0 : expected + 1)
  }
  for (const { kind, id, version } of checks) {
    const found = recordOf(memory, tenant, { kind, id })?.version ?? 0
    if (found !== version) throw fault('store.stale-version', { kind, id, expected: version, found })
  }
}

function refuseTakenPlaces({ byRecord }: Journal, entries: readonly JournalEntry[]): void {
  const claimed = new Set<string>()
  for (const { kind, id, version, n } of entries) {
    const place = keyOf(kind, id, version, n)
    if (claimed.has(place) || byRecord.get(keyOf(kind, id))?.has(keyOf(version, n)))
      throw fault('store.stale-version', { kind, id, expected: version - 1, found: version })
    claimed.add(place)
  }
}

function applyWrite(memory: Memory, tenant: string, { kind, id, expected, doc, tip }: Write): void {
  const records = entryOf(memory.records, keyOf(tenant, kind), () => new Map())
  if (doc === null) records.delete(id)
  else records.set(id, { kind, id, version: expected + 1, tip, doc })
}

function append({ all, byRecord }: Journal, entry: JournalEntry): void {
  const stored = { ...entry, position: all.length + 1 }
  all.push(stored)
  entryOf(byRecord, keyOf(entry.kind, entry.id), () => new Map()).set(keyOf(entry.version, entry.n), stored)
}

function reserve(counters: Map<string, number>, key: string, n: number): number {
  const first = counters.get(key) ?? 1
  counters.set(key, first + n)
  return first
}

function readHistory(journal: Journal | undefined, request: HistoryRequest): StoredEntry[] {
  if (!journal) return []
  const { of, names, from, until, fromVersion = 0, after = 0, limit } = request
  const entries = of ? [...(journal.byRecord.get(keyOf(of.kind, of.id))?.values() ?? [])] : journal.all
  const found: StoredEntry[] = []
  // Positions have no gaps here: the entry behind position 7 of the whole journal stands at index 7.
  for (let n = of ? 0 : after; n < entries.length && found.length < limit; n++) {
    const entry = entries[n]
    if (!entry || entry.position <= after || (of && entry.version < fromVersion)) continue
    if (names && !names.includes(entry.name)) continue
    if (from !== undefined && entry.at < from) continue
    if (until !== undefined && entry.at >= until) continue
    found.push({ ...entry })
  }
  return found
}
