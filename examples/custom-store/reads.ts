/** The reads of the store that look at many records or entries: all of them lie in memory, and each is looked at. */
import {
  type Condition,
  type CountRow,
  compareText,
  compareValues,
  compileCondition,
  type FindRequest,
  fieldOf,
  type HistoryRequest,
  type StoredEntry,
  type StoredRecord,
} from 'deskwright'

type Place = { readonly values: readonly unknown[]; readonly id: string }

export function findPage(
  records: readonly StoredRecord[],
  { where, order, limit, after }: FindRequest,
): StoredRecord[] {
  const compare = (a: Place, b: Place): number => {
    for (const [n, { direction }] of order.entries()) {
      const compared = compareValues(a.values[n], b.values[n])
      if (compared !== 0) return direction === 'asc' ? compared : -compared
    }
    return compareText(a.id, b.id)
  }
  const isAsked = compileCondition(where)
  return (
    records
      .filter(({ doc }) => isAsked(doc))
      .map((record) => ({ record, id: record.id, values: order.map(({ field }) => fieldOf(record.doc, field)) }))
      // Behind the values of the last record, never behind a number of records: others come and go meanwhile.
      .filter((place) => after === null || compare(place, after) > 0)
      .sort(compare)
      .slice(0, limit)
      .map(({ record }) => structuredClone(record))
  )
}

export function countRows(
  records: readonly StoredRecord[],
  {
    where,
    by,
    sum,
  }: { readonly where: Condition | null; readonly by: readonly string[]; readonly sum?: string | undefined },
): CountRow[] {
  const isAsked = compileCondition(where)
  const rows = new Map<string, { readonly group: CountRow['group']; count: number; sum?: number }>()
  const none = sum === undefined ? { count: 0 } : { count: 0, sum: 0 }
  // Without groups there is always one row, also for nothing.
  if (by.length === 0) rows.set('[]', { group: [], ...none })
  for (const { doc } of records) {
    if (!isAsked(doc)) continue
    const group = by.map((field) => fieldOf(doc, field)) as CountRow['group']
    const row = rows.get(JSON.stringify(group)) ?? { group, ...none }
    row.count += 1
    if (sum !== undefined) row.sum = (row.sum ?? 0) + Number(fieldOf(doc, sum) ?? 0)
    rows.set(JSON.stringify(group), row)
  }
  return [...rows.values()]
}

/** The tickets below one, generation by generation. */
export function below(
  tickets: readonly StoredRecord[],
  rootId: string,
  { depth, limit }: { readonly depth: number; readonly limit: number },
): StoredRecord[] {
  const found: StoredRecord[] = []
  let parents = new Set<unknown>([rootId])
  for (let level = 0; level < depth && parents.size > 0; level += 1) {
    const next = tickets.filter(({ doc }) => parents.has(doc.parentId)).sort((a, b) => compareText(a.id, b.id))
    found.push(...next)
    parents = new Set(next.map(({ id }) => id))
  }
  return structuredClone(found.slice(0, limit))
}

export function readJournal(
  entries: readonly StoredEntry[],
  { of, names, from, until, fromVersion, after = 0, limit }: HistoryRequest,
): StoredEntry[] {
  return entries
    .slice(after)
    .filter(
      ({ kind, id, version, name, at }) =>
        (of === undefined || (kind === of.kind && id === of.id && version >= (fromVersion ?? 0))) &&
        (names === undefined || names.includes(name)) &&
        (from === undefined || at >= from) &&
        (until === undefined || at < until),
    )
    .slice(0, limit)
    .map((entry) => ({ ...entry }))
}
