/** Tickets opened in each period, told apart by what they were opened with: they have no measure of it, since they hold it themselves. */
import type { Condition } from '../domain/condition.ts'
import { CURRENT } from '../domain/policies/policies.ts'
import type { ReportGroup } from '../domain/reporting/report.ts'
import { policiesInForce } from './policies.ts'
import type { StoredRecord } from './ports.ts'
import type { ReadContext } from './query.ts'
import type { ReportInput } from './report-inputs.ts'
import type { Asked } from './report-lengths.ts'

/** The place of each in `openedAs`. */
const PLACES: Readonly<Partial<Record<ReportGroup, number>>> = {
  agent: 0,
  team: 1,
  priority: 2,
  organisation: 3,
  tag: 4,
}

export async function createdIn(
  context: ReadContext<ReportInput>,
  { periods }: Asked,
): Promise<Map<string | null, number>[]> {
  const { house, tenant, input } = context
  const by = await fieldOf(context)
  const counts: Map<string | null, number>[] = []
  for (const { from, until } of periods) {
    const where: Condition = {
      all: [
        { field: 'openedAt', gte: from },
        { field: 'openedAt', lt: until },
      ],
    }
    const own = new Map<string | null, number>()
    for (const { group, count } of await house.store.count(tenant, 'ticket', where, by === null ? [] : [by]))
      for (const name of groupsOf(input.by, group[0] ?? null)) own.set(name, (own.get(name) ?? 0) + count)
    counts.push(own)
  }
  return counts
}

/** The segment is the host's own field, and is read as it stands. */
async function fieldOf({ house, tenant, input: { by } }: ReadContext<ReportInput>): Promise<string | null> {
  if (by === 'channel') return 'channel'
  if (by !== 'segment') return by === null ? null : 'openedAs'
  const [current] = await house.store.get(tenant, [CURRENT])
  const { segment } = (await policiesInForce(house, tenant, current as StoredRecord)).reports
  return segment === null || house.personal.ticket.includes(segment) ? null : `fields.${segment}`
}

function groupsOf(by: ReportGroup | null, value: unknown): readonly (string | null)[] {
  if (value === null) return [null]
  const place = by === null ? undefined : PLACES[by]
  if (place === undefined) return [String(value)]
  const own = (JSON.parse(String(value)) as (string | null | string[])[])[place] ?? null
  if (!Array.isArray(own)) return [own]
  return own.length === 0 ? [null] : own
}
