/** Reads records and the journal; each reader says whether its statements must be of one moment. */
import type { CountRow, FindRequest, HistoryRequest, RecordKey, StoredEntry, StoredRecord } from '../../desk/ports.ts'
import type { RecordKind } from '../../desk/tables.ts'
import { conditionFaults } from '../../domain/condition-faults.ts'
import { faultsOf } from '../../domain/fault.ts'
import { fromColumnText, fromJsonText, toColumnText } from './column-text.ts'
import type { CountRequest } from './find-sql.ts'
import { storedEntry } from './journal-sql.ts'
import { type Below, storedRecord } from './record-sql.ts'
import { RECORD_KINDS, tableOf } from './schema.ts'
import type { StoreStatements } from './session.ts'
import { one, type Query, type Row, rows, rowsOf, type Steps } from './steps.ts'

const fault = faultsOf(conditionFaults)

// Commands read a few records of fixed kinds: those shapes are worth a statement each.
const FEW = 8

/** See `Store.get`. One statement, and so one moment, whatever the number of keys. */
export function* readRecords(
  statements: StoreStatements,
  tenant: string,
  keys: readonly RecordKey[],
): Steps<(StoredRecord | null)[]> {
  const [only] = keys
  if (!only) return []
  if (keys.length > FEW) return yield* readMany(statements, tenant, keys)
  if (keys.length > 1) return yield* readFew(statements, tenant, keys)
  const row = yield* one(statements.records(only.kind).get, { tenant, id: only.id })
  return [row ? storedRecord(only.kind, row) : null]
}

function* readFew(
  statements: StoreStatements,
  tenant: string,
  keys: readonly RecordKey[],
): Steps<(StoredRecord | null)[]> {
  const values: Record<string, string> = { tenant }
  keys.forEach(({ id }, n) => {
    values[`id${n}`] = id
  })
  const row = yield* one(statements.several(keys.map(({ kind }) => kind).join(' ')), values)
  return keys.map(({ kind, id }, n) => {
    const doc = row?.[`doc${n}`]
    if (typeof doc !== 'string') return null
    return {
      kind,
      id,
      version: Number(row?.[`version${n}`]),
      tip: fromColumnText(row?.[`tip${n}`] as string),
      doc: fromJsonText(doc) as StoredRecord['doc'],
    }
  })
}

function* readMany(
  statements: StoreStatements,
  tenant: string,
  keys: readonly RecordKey[],
): Steps<(StoredRecord | null)[]> {
  return keys.map(yield* findMany(statements, tenant, keys))
}

/** Reads many records, and gives what tells them by their keys: anew each time, for callers who do not know of each other. */
export function* findMany(
  statements: StoreStatements,
  tenant: string,
  keys: readonly RecordKey[],
): Steps<(key: RecordKey) => StoredRecord | null> {
  const ids = new Map<RecordKind, Set<string>>()
  for (const { kind, id } of keys) ids.set(kind, (ids.get(kind) ?? new Set()).add(toColumnText(id)))
  const kinds = RECORD_KINDS.filter((kind) => ids.has(kind))
  const values: Record<string, string> = { tenant }
  for (const [kind, those] of ids) values[kind] = JSON.stringify([...those])
  const found = yield* rows(statements.many(kinds.join(' ')), values)
  const byKey = new Map(found.map((row) => [`${row.kind} ${fromColumnText(row.id as string)}`, row]))
  return ({ kind, id }) => {
    const row = byKey.get(`${kind} ${id}`)
    return row ? storedRecord(kind, row) : null
  }
}

/** See `Store.descendants`. */
export function* readDescendants(statements: StoreStatements, below: Below): Steps<StoredRecord[]> {
  return (yield* rows(statements.descendants, below)).map((row) => storedRecord('ticket', row))
}

/** The statements that give one page: see `FindStatements.page`. */
export function pageOf(
  { finds }: StoreStatements,
  tenant: string,
  { kind, request }: { kind: RecordKind; request: FindRequest },
): ((limit: number) => Query)[] {
  if (request.after && request.after.values.length !== request.order.length)
    throw fault('condition.malformed', { place: 'after', reason: 'it has not one value for each field of the order' })
  return finds.page(tenant, kind, request)
}

/** See `Store.find`. Must run as of one moment when there is more than one piece. */
export function* findRecords(
  pieces: readonly ((limit: number) => Query)[],
  kind: RecordKind,
  limit: number,
): Steps<StoredRecord[]> {
  const page: Row[] = []
  for (const piece of pieces) {
    if (page.length >= limit) break
    page.push(...(yield* rowsOf(piece(limit - page.length))))
  }
  return page.map((row) => storedRecord(kind, row))
}

/** See `Store.count`. */
export function* countRecords(
  statements: StoreStatements,
  tenant: string,
  asked: CountRequest & { kind: RecordKind },
): Steps<CountRow[]> {
  const { kind, by } = asked
  const readers = by.map((field) => groupReader(kind, field))
  const found = (yield* rowsOf(statements.finds.count(tenant, kind, asked))).map((row): CountRow => {
    const group = readers.map((read, n) => read(row[`g${n}`] ?? null))
    const counted = { group, count: Number(row.count) }
    return asked.sum === undefined ? counted : { ...counted, sum: Number(row.sum) }
  })
  const { columns } = tableOf(kind)
  return by.every((field) => columns.includes(field)) ? found : joined(found)
}

/** In a document, nothing and `null` are two values, and both mean absent. */
function joined(rows: readonly CountRow[]): CountRow[] {
  const groups = new Map<string, CountRow>()
  for (const row of rows) {
    const key = JSON.stringify(row.group)
    const before = groups.get(key)
    const sum = row.sum === undefined ? {} : { sum: row.sum + (before?.sum ?? 0) }
    groups.set(key, { ...row, ...sum, count: row.count + (before?.count ?? 0) })
  }
  return [...groups.values()]
}

type GroupReader = (value: string | number | boolean | null) => CountRow['group'][number]

function groupReader(kind: RecordKind, field: string): GroupReader {
  const { columns, fields } = tableOf(kind)
  if (field !== 'id' && !columns.includes(field))
    return (value) => (typeof value === 'string' ? (fromJsonText(value) as CountRow['group'][number]) : null)
  if (fields[field] === 'boolean') return (value) => (value === null ? null : Boolean(value))
  if (fields[field] === 'number') return (value) => (value === null ? null : Number(value))
  return (value) => (typeof value === 'string' ? fromColumnText(value) : value)
}

// After all instants, which begin with a digit or a sign.
const END_OF_TIME = '~'

/** See `Store.history`. Must run as of one moment, or up to a position behind which nothing can come any more. */
export function* readHistory(
  statements: StoreStatements,
  tenant: string,
  request: HistoryRequest,
): Steps<StoredEntry[]> {
  const { names, limit } = request
  const stretch = stretchOf(tenant, request)
  const { whole, named } = statements.journal
  if (!names) return (yield* rows(whole, stretch)).map(storedEntry)
  // One stretch for each name, since each stands in order in the index: then the first of them all.
  const found: StoredEntry[] = []
  for (const name of new Set(names)) found.push(...(yield* rows(named, { ...stretch, name })).map(storedEntry))
  return found.sort((a, b) => a.position - b.position).slice(0, limit)
}

function stretchOf(tenant: string, { from = '', until = END_OF_TIME, after = 0, limit }: HistoryRequest) {
  return { tenant, from, until, after, limit }
}

/** See `Store.history`, of one record: its entries are written one after the other, so that each page may be of its own moment. */
export function* readRecordHistory(
  statements: StoreStatements,
  tenant: string,
  request: HistoryRequest & { readonly of: RecordKey },
): Steps<StoredEntry[]> {
  const { of, names, limit } = request
  const found: StoredEntry[] = []
  for (let after = request.after ?? 0; ; ) {
    const stretch = {
      ...stretchOf(tenant, { ...request, after }),
      kind: of.kind,
      id: of.id,
      fromVersion: request.fromVersion ?? 0,
    }
    const page = (yield* rows(statements.journal.ofRecord, stretch)).map(storedEntry)
    found.push(...page.filter(({ name }) => names === undefined || names.includes(name)))
    const last = page.at(-1)
    if (!last || page.length < limit || found.length >= limit) return found.slice(0, limit)
    after = last.position
  }
}
