/** Several commands in one commit: a store that keeps to itself what they write, until all of it goes out as one change. */
import { compareText, compareValues, compileCondition, fieldOf } from '../domain/condition-read.ts'
import { fault } from '../domain/refusals.ts'
import { nameOf } from './assemble.ts'
import type {
  Change,
  Check,
  ClaimRef,
  CommandRow,
  CountRow,
  FindRequest,
  JournalEntry,
  Order,
  RecordKey,
  Store,
  StoredRecord,
  Task,
  TaskKey,
  Write,
} from './ports.ts'
import type { RecordKind } from './tables.ts'

/** A store for commands that are to share one commit. */
export interface Overlay {
  /** What the commands read and commit into. Each sees what those before it wrote. */
  readonly store: Store
  /** All that was committed into it, as one change with one command row. */
  change(command: CommandRow | null): Change
}

interface Layer {
  readonly base: Store
  readonly tenant: string
  readonly breathe: () => Promise<void>
  /** As the base gave them. They may be of different moments: what depends on them is checked by the commit. */
  readonly read: Map<string, StoredRecord | null>
  /** As the commands left them. */
  readonly written: Map<string, { readonly key: RecordKey; readonly record: StoredRecord | null }>
  readonly writes: Write[]
  readonly checks: Map<string, Check>
  readonly journal: JournalEntry[]
  readonly tasks: Map<string, { readonly key: TaskKey; readonly task: Task | null }>
  readonly settle: ClaimRef[]
  /** Asked for since the base was last asked, and the answer that they wait for. */
  asked: Map<string, RecordKey>
  answer: Promise<void> | null
}

/**
 * @param breathe - lets the other commands come as far as their reads: those are then asked of the base in one go.
 */
export function overlayOn(base: Store, tenant: string, breathe: () => Promise<void>): Overlay {
  const layer: Layer = {
    ...{ base, tenant, breathe, read: new Map(), written: new Map(), writes: [], checks: new Map(), journal: [] },
    ...{ tasks: new Map(), settle: [], asked: new Map(), answer: null },
  }
  const mine = (asked: string): Layer => {
    if (asked !== tenant) throw fault('store.cannot', { what: 'serve two tenants within one commit' })
    return layer
  }
  const cannot = (what: string) => async () => {
    throw fault('store.cannot', { what: `${what} between commands that share one commit` })
  }
  const store: Store = {
    capabilities: base.capabilities,
    get: async (asked, keys) => recordsOf(mine(asked), keys),
    find: async (asked, kind, request) => find(mine(asked), kind, request),
    count: async (asked, kind, where, by, sum) =>
      sum === undefined ? count(mine(asked), kind, { where, by }) : cannot('add numbers up')(),
    descendants: async (asked, rootId, request) => descendants(mine(asked), rootId, request),
    commit: async (change) => {
      take(mine(change.tenant), change)
      return { committed: true }
    },
    reserve: (asked, counter, n) => base.reserve(asked, counter, n),
    command: (asked, id) => base.command(asked, id),
    history: (asked, request) => base.history(asked, request),
    migrate: cannot('make the schema'),
    claim: cannot('claim tasks'),
    settle: cannot('settle a task'),
    dead: cannot('list dead tasks'),
    nextDue: cannot('ask for the next task'),
    close: async () => {},
  }
  return { store, change: (command) => changeOf(layer, command) }
}

function changeOf({ tenant, writes, checks, journal, tasks, settle }: Layer, command: CommandRow | null): Change {
  const last = [...tasks.values()]
  return {
    ...{ tenant, writes, checks: [...checks.values()], journal, settle, command },
    set: last.flatMap(({ task }) => task ?? []),
    clear: last.flatMap(({ key, task }) => (task === null ? [key] : [])),
  }
}

async function recordsOf(layer: Layer, keys: readonly RecordKey[]): Promise<(StoredRecord | null)[]> {
  const names = keys.map(nameOf)
  let isAsking = false
  for (const [n, name] of names.entries()) {
    if (layer.written.has(name) || layer.read.has(name)) continue
    layer.asked.set(name, keys[n] as RecordKey)
    isAsking = true
  }
  if (isAsking) {
    layer.answer ??= answer(layer)
    await layer.answer
  }
  return names.map((name) => standing(layer, name))
}

function standing({ read, written }: Layer, name: string): StoredRecord | null {
  const own = written.get(name)
  return own === undefined ? (read.get(name) ?? null) : own.record
}

async function answer(layer: Layer): Promise<void> {
  await layer.breathe()
  const { asked } = layer
  layer.asked = new Map()
  layer.answer = null
  const records = await layer.base.get(layer.tenant, [...asked.values()])
  for (const [n, name] of [...asked.keys()].entries()) layer.read.set(name, records[n] ?? null)
}

/** Takes a change whole, or refuses it. */
function take(layer: Layer, change: Change): void {
  refuseStale(layer, change)
  for (const check of change.checks) {
    const name = nameOf(check)
    if (!layer.written.has(name)) layer.checks.set(name, check)
  }
  for (const { kind, id, expected, doc, tip } of change.writes)
    layer.written.set(nameOf({ kind, id }), {
      key: { kind, id },
      record: doc === null ? null : { kind, id, version: expected + 1, tip, doc },
    })
  layer.writes.push(...change.writes)
  layer.journal.push(...change.journal)
  layer.settle.push(...change.settle)
  for (const { queue, key } of change.clear) setTask(layer, { queue, key }, null)
  for (const task of change.set) setTask(layer, { queue: task.queue, key: task.key }, task)
}

function refuseStale(layer: Layer, { writes, checks }: Change): void {
  const left = new Map<string, number>()
  const refuse = ({ kind, id }: RecordKey, name: string, expected: number) => {
    const found = left.get(name) ?? versionIn(layer, name)
    // What nobody has read is as the base says when all of it is committed.
    if (found === undefined || found === expected) return
    throw fault('store.stale-version', { kind, id, expected, found })
  }
  for (const check of checks) refuse(check, nameOf(check), check.version)
  for (const write of writes) {
    const name = nameOf(write)
    refuse(write, name, write.expected)
    left.set(name, write.doc === null ? 0 : write.expected + 1)
  }
}

function versionIn(layer: Layer, name: string): number | undefined {
  if (!layer.written.has(name) && !layer.read.has(name)) return undefined
  return standing(layer, name)?.version ?? 0
}

function setTask(layer: Layer, key: TaskKey, task: Task | null): void {
  const name = `${key.queue}\n${key.key}`
  // Last, so that tasks are set in the order of the commands that set them.
  layer.tasks.delete(name)
  layer.tasks.set(name, { key, task })
}

function writtenOf(
  layer: Layer,
  kind: RecordKind,
): { readonly ids: ReadonlySet<string>; readonly records: StoredRecord[] } {
  const all = [...layer.written.values()].filter(({ key }) => key.kind === kind)
  return { ids: new Set(all.map(({ key }) => key.id)), records: all.flatMap(({ record }) => record ?? []) }
}

async function find(layer: Layer, kind: RecordKind, request: FindRequest): Promise<StoredRecord[]> {
  const { ids, records } = writtenOf(layer, kind)
  if (ids.size === 0) return layer.base.find(layer.tenant, kind, request)
  const { where, order, limit, after } = request
  const isAsked = compileCondition(where)
  const behind = (record: StoredRecord) => after === null || compareTo(order, record, after) > 0
  const own = records.filter((record) => isAsked(record.doc) && behind(record))
  return [...(await findUnwritten(layer, kind, { request, ids })), ...own]
    .sort((a, b) => compareTo(order, a, { id: b.id, values: valuesOf(order, b) }))
    .slice(0, limit)
}

const MANY = 1000

/** What the base holds and no command wrote: page after page, since whoever gets fewer than asked for takes it for the end. */
async function findUnwritten(
  { base, tenant }: Layer,
  kind: RecordKind,
  { request, ids }: { readonly request: FindRequest; readonly ids: ReadonlySet<string> },
): Promise<StoredRecord[]> {
  const limit = Math.min(MANY, request.limit + ids.size)
  const found: StoredRecord[] = []
  for (let { after } = request; ; ) {
    const page: StoredRecord[] = await base.find(tenant, kind, { ...request, limit, after })
    found.push(...page.filter(({ id }) => !ids.has(id)))
    const last = page.at(-1)
    if (last === undefined || page.length < limit || found.length >= request.limit) return found
    after = { id: last.id, values: valuesOf(request.order, last) }
  }
}

type Place = NonNullable<FindRequest['after']>

function valuesOf(order: readonly Order[], { doc }: StoredRecord): Place['values'] {
  return order.map(({ field }) => fieldOf(doc, field) ?? null) as Place['values']
}

function compareTo(order: readonly Order[], record: StoredRecord, place: Place): number {
  for (const [n, { field, direction }] of order.entries()) {
    const compared = compareValues(fieldOf(record.doc, field), place.values[n])
    if (compared !== 0) return direction === 'asc' ? compared : -compared
  }
  return compareText(record.id, place.id)
}

async function count(
  layer: Layer,
  kind: RecordKind,
  { where, by }: { readonly where: FindRequest['where']; readonly by: readonly string[] },
): Promise<CountRow[]> {
  const rows = await layer.base.count(layer.tenant, kind, where, by)
  const { ids, records } = writtenOf(layer, kind)
  if (ids.size === 0) return rows
  const isAsked = compileCondition(where)
  const counts = new Map(rows.map((row) => [JSON.stringify(row.group), row]))
  const add = (record: StoredRecord | null | undefined, n: number) => {
    if (!record || !isAsked(record.doc)) return
    const group = by.map((field) => fieldOf(record.doc, field) ?? null) as CountRow['group']
    const key = JSON.stringify(group)
    counts.set(key, { group, count: (counts.get(key)?.count ?? 0) + n })
  }
  for (const id of ids) add(layer.read.get(nameOf({ kind, id })), -1)
  for (const record of records) add(record, 1)
  return [...counts.values()].filter((row) => row.count > 0 || by.length === 0)
}

/** Generation by generation: a tree that grows within the commit is asked for as it will be. */
async function descendants(
  layer: Layer,
  rootId: string,
  { depth, limit }: { readonly depth: number; readonly limit: number },
): Promise<StoredRecord[]> {
  if (writtenOf(layer, 'ticket').ids.size === 0) return layer.base.descendants(layer.tenant, rootId, { depth, limit })
  const found: StoredRecord[] = []
  let parents = [rootId]
  for (let level = 0; level < depth && parents.length > 0 && found.length < limit; level++) {
    const generation: StoredRecord[] = []
    for (const parentId of parents)
      for (let after: Place | null = null; ; ) {
        const where = { field: 'parentId', is: parentId }
        const page: StoredRecord[] = await find(layer, 'ticket', { where, order: [], limit: MANY, after })
        generation.push(...page)
        const last = page.at(-1)
        if (last === undefined || page.length < MANY) break
        after = { values: [], id: last.id }
      }
    generation.sort((a, b) => compareText(a.id, b.id))
    found.push(...generation)
    parents = generation.map(({ id }) => id)
  }
  return found.slice(0, limit)
}
