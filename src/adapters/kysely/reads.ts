/** Reads records and the journal. All of it runs within one transaction wherever it reads more than once. */
import type { CountRow, FindRequest, HistoryRequest, RecordKey, StoredEntry, StoredRecord } from '../../desk/ports.ts'
import type { RecordKind } from '../../desk/tables.ts'
import { conditionFaults } from '../../domain/condition-check.ts'
import { faultsOf } from '../../domain/fault.ts'
import { fromColumnText } from './column-text.ts'
import type { CountRequest } from './find-sql.ts'
import { storedEntry } from './journal-sql.ts'
import { storedRecord } from './record-sql.ts'
import { tableOf } from './schema.ts'
import type { Session } from './session.ts'
import type { Row } from './sqlite-driver.ts'
import { one, rows } from './statements.ts'

const fault = faultsOf(conditionFaults)

// Commands read a few records of fixed kinds: those shapes are worth a statement each. Longer lists are read one by one.
const FEW = 8

/** See `Store.get`. */
export function readRecords(session: Session, tenant: string, keys: readonly RecordKey[]): (StoredRecord | null)[] {
  const { driver, statements } = session
  if (keys.length > 1 && keys.length <= FEW) return readFew(session, tenant, keys)
  const read = ({ kind, id }: RecordKey) => {
    const row = one(driver, statements.records(kind).get, { tenant, id })
    return row ? storedRecord(kind, row) : null
  }
  return keys.length > 1 ? driver.read(() => keys.map(read)) : keys.map(read)
}

function readFew({ driver, statements }: Session, tenant: string, keys: readonly RecordKey[]): (StoredRecord | null)[] {
  const values: Record<string, string> = { tenant }
  keys.forEach(({ id }, n) => {
    values[`id${n}`] = id
  })
  const row = one(driver, statements.several(keys.map(({ kind }) => kind).join(' ')), values)
  return keys.map(({ kind, id }, n) => {
    const doc = row?.[`doc${n}`]
    if (typeof doc !== 'string') return null
    return {
      kind,
      id,
      version: row?.[`version${n}`] as number,
      tip: fromColumnText(row?.[`tip${n}`] as string),
      doc: JSON.parse(doc) as StoredRecord['doc'],
    }
  })
}

/** See `Store.find`. */
export function findRecords(
  session: Session,
  tenant: string,
  asked: { kind: RecordKind; request: FindRequest },
): StoredRecord[] {
  const { kind, request } = asked
  const { driver, statements } = session
  if (request.after && request.after.values.length !== request.order.length)
    throw fault('condition.malformed', { place: 'after', reason: 'it has not one value for each field of the order' })
  const pieces = statements.finds.page(tenant, kind, request)
  const page: Row[] = []
  const fill = () => {
    for (const piece of pieces) {
      if (page.length >= request.limit) break
      const { sql, params } = piece(request.limit - page.length)
      page.push(...driver.all(sql, params))
    }
  }
  if (pieces.length > 1) driver.read(fill)
  else fill()
  return page.map((row) => storedRecord(kind, row))
}

/** See `Store.count`. */
export function countRecords(
  { driver, statements }: Session,
  tenant: string,
  asked: CountRequest & { kind: RecordKind },
): CountRow[] {
  const { kind, by } = asked
  const { sql, params } = statements.finds.count(tenant, kind, asked)
  const readers = by.map((field) => groupReader(kind, field))
  const groups = new Map<string, CountRow>()
  for (const row of driver.all(sql, params)) {
    const group = readers.map((read, n) => read(row[`g${n}`] ?? null))
    // In a document, nothing and `null` are two values, and both mean absent.
    const key = JSON.stringify(group)
    groups.set(key, { group, count: (groups.get(key)?.count ?? 0) + Number(row.count) })
  }
  return [...groups.values()]
}

type GroupReader = (value: string | number | null) => CountRow['group'][number]

function groupReader(kind: RecordKind, field: string): GroupReader {
  const { columns, fields } = tableOf(kind)
  if (field !== 'id' && !columns.includes(field))
    return (value) => (typeof value === 'string' ? (JSON.parse(value) as CountRow['group'][number]) : null)
  if (fields[field] === 'boolean') return (value) => (value === null ? null : value === 1)
  return (value) => (typeof value === 'string' ? fromColumnText(value) : value)
}

// After all instants, which begin with a digit or a sign.
const END_OF_TIME = '~'

/** See `Store.history`. */
export function readHistory(session: Session, tenant: string, request: HistoryRequest): StoredEntry[] {
  const { of, names, limit } = request
  if (of) return session.driver.read(() => readRecordHistory(session, tenant, { ...request, of }))
  const stretch = stretchOf(tenant, request)
  const { whole, named } = session.statements.journal
  if (!names) return rows(session.driver, whole, stretch).map(storedEntry)
  // One stretch for each name, since each stands in order in the index: then the first of them all.
  const found = session.driver.read(() =>
    [...new Set(names)].flatMap((name) => rows(session.driver, named, { ...stretch, name }).map(storedEntry)),
  )
  return found.sort((a, b) => a.position - b.position).slice(0, limit)
}

function stretchOf(tenant: string, { from = '', until = END_OF_TIME, after = 0, limit }: HistoryRequest) {
  return { tenant, from, until, after, limit }
}

function readRecordHistory(
  session: Session,
  tenant: string,
  request: HistoryRequest & { readonly of: RecordKey },
): StoredEntry[] {
  const { of, names, limit } = request
  const found: StoredEntry[] = []
  for (let after = request.after ?? 0; ; ) {
    const stretch = {
      ...stretchOf(tenant, { ...request, after }),
      kind: of.kind,
      id: of.id,
      fromVersion: request.fromVersion ?? 0,
    }
    const page = rows(session.driver, session.statements.journal.ofRecord, stretch).map(storedEntry)
    found.push(...page.filter(({ name }) => names === undefined || names.includes(name)))
    const last = page.at(-1)
    if (!last || page.length < limit || found.length >= limit) return found.slice(0, limit)
    after = last.position
  }
}
