/** Reads many records of one kind in memory: a page in order, and counts by group. */
import type { CountRow, FindRequest, Order, StoredRecord } from '../../desk/ports.ts'
import type { Condition } from '../../domain/condition.ts'
import { compareText, compareValues, compileCondition, fieldOf } from '../../domain/condition-read.ts'
import { copy } from './values.ts'

interface Place {
  readonly values: readonly unknown[]
  readonly id: string
}

/** One page of records. It keeps no more than a page while it walks, so a page out of many costs no sort of them all. */
export function findPage(records: Iterable<StoredRecord>, { where, order, limit, after }: FindRequest): StoredRecord[] {
  const isAsked = compileCondition(where)
  const page: (Place & { readonly record: StoredRecord })[] = []
  for (const record of records) {
    if (!isAsked(record.doc)) continue
    const placed = { record, id: record.id, values: order.map(({ field }) => fieldOf(record.doc, field)) }
    const last = page[limit - 1]
    if (after && compareIn(order, placed, after) <= 0) continue
    if (last && compareIn(order, placed, last) > 0) continue
    if (last) page.pop()
    page.splice(placeIn(page, placed, order), 0, placed)
  }
  return page.map(({ record }) => copy(record))
}

function placeIn(page: readonly Place[], placed: Place, order: readonly Order[]): number {
  let [low, high] = [0, page.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const other = page[middle]
    if (other && compareIn(order, other, placed) < 0) low = middle + 1
    else high = middle
  }
  return low
}

function compareIn(order: readonly Order[], a: Place, b: Place): number {
  for (const [n, { direction }] of order.entries()) {
    const compared = compareValues(a.values[n], b.values[n])
    if (compared !== 0) return direction === 'asc' ? compared : -compared
  }
  return compareText(a.id, b.id)
}

/** One row for each combination of values of `by`; without `by` one row, also when there is nothing to count. */
export function countRows(
  records: Iterable<StoredRecord>,
  {
    where,
    by,
    sum,
  }: { readonly where: Condition | null; readonly by: readonly string[]; readonly sum?: string | undefined },
): CountRow[] {
  const isAsked = compileCondition(where)
  const rows = new Map<string, CountRow>()
  const none = sum === undefined ? { count: 0 } : { count: 0, sum: 0 }
  if (by.length === 0) rows.set('[]', { group: [], ...none })
  for (const { doc } of records) {
    if (!isAsked(doc)) continue
    const group = by.map((field) => fieldOf(doc, field)) as unknown as CountRow['group']
    const key = JSON.stringify(group)
    const row = rows.get(key) ?? { group, ...none }
    const added = sum === undefined ? {} : { sum: (row.sum as number) + Number(fieldOf(doc, sum) ?? 0) }
    rows.set(key, { ...row, count: row.count + 1, ...added })
  }
  return [...rows.values()]
}
