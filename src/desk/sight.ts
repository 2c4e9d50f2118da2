/** What a read shows: one answer for lists, counts, feeds and single records. */
import { reachedRecords } from '../domain/access.ts'
import type { Condition } from '../domain/condition.ts'
import type { RecordKind } from '../domain/records.ts'
import type { ReadContext } from './query.ts'

/** What a read shows: never more than the actor may get one by one, whatever roles the host has made. */
export function sightOf({ by, name }: Pick<ReadContext<unknown>, 'by' | 'name'>, kind: RecordKind): Condition | null {
  const reached = reachedRecords(by, name, kind)
  const own = `${kind}.get`
  const gettable = name === own ? null : reachedRecords(by, own, kind)
  return reached === null || gettable === null ? (reached ?? gettable) : { all: [reached, gettable] }
}
