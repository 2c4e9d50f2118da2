/** The book that a tenant's clocks are read by: every edition of its SLA policies, every version of its calendars. */
import type { JsonObject } from '../domain/json.ts'
import { CURRENT, versionId } from '../domain/policies/policies.ts'
import type { Policies, PolicyDocuments, PolicyVersion } from '../domain/policy.ts'
import { calendar } from '../sla/calendar.ts'
import type { CalendarDefinition } from '../sla/calendar-definition.ts'
import { type DatedClockBook, datedClockBook, editionOf, type HoursVersion } from '../sla/clock-book.ts'
import type { DeskEvent } from './events.ts'
import type { House } from './house.ts'
import { slaPoliciesOf } from './sla-documents.ts'

/** The book in force; `null` where the tenant has never had an SLA policy. */
export async function clockBookOf(house: House, tenant: string, current: Policies): Promise<DatedClockBook | null> {
  const editions = current.inForce.sla?.version ?? 0
  const calendars = current.inForce.calendars?.version ?? 0
  const key = `${tenant}\n${editions}\n${calendars}\n${current.inForce.statuses?.version}`
  const known = house.clockBooks.get(key)
  if (known !== undefined) return known
  const book = readBook(house, tenant, current)
  house.clockBooks.set(key, book)
  book.catch(() => house.clockBooks.delete(key))
  return book
}

async function readBook(house: House, tenant: string, current: Policies): Promise<DatedClockBook | null> {
  const sla = await versionsOf(house, { tenant, name: 'sla', count: current.inForce.sla?.version ?? 0 })
  if (sla.every(({ document }) => (document as unknown as PolicyDocuments['sla']).policies.length === 0)) return null
  const calendars = await versionsOf(house, {
    tenant,
    name: 'calendars',
    count: current.inForce.calendars?.version ?? 0,
  })
  const positions = await positionsOf(house, tenant)
  const versions = versionsByName(calendars, positions)
  const known = {
    calendars: Object.fromEntries([...versions.keys()].map((name) => [name, {}])),
    statuses: await everyStatus(house, tenant, current),
  }
  const editions = sla.map(({ id, number, document, from }) => ({
    from: Date.parse(from),
    position: positions.get(id) ?? 0,
    edition: editionOf(number, slaPoliciesOf({ sla: document as unknown as PolicyDocuments['sla'], ...known })),
  }))
  return datedClockBook({ editions, versions })
}

async function versionsOf(
  house: House,
  { tenant, name, count }: { tenant: string; name: string; count: number },
): Promise<PolicyVersion[]> {
  const keys = Array.from({ length: count }, (_, index) => ({
    kind: 'policyVersion' as const,
    id: versionId(name, index + 1),
  }))
  const records = keys.length === 0 ? [] : await house.store.get(tenant, keys)
  return records.flatMap((record) => (record === null ? [] : [record.doc as unknown as PolicyVersion]))
}

/** Where in the journal each version of a policy was published: of two commits of one millisecond, one came first. */
async function positionsOf({ store }: House, tenant: string): Promise<Map<string, number>> {
  const positions = new Map<string, number>()
  for (let after = 0; ; ) {
    const page = await store.history(tenant, { of: CURRENT, after, limit: PAGE })
    for (const { body, position } of page) {
      const { name, number } = (JSON.parse(body) as DeskEvent<'policy.published'>).data
      positions.set(versionId(name, number), position)
    }
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return positions
    after = last.position
  }
}
const PAGE = 100

/** Each calendar's versions; one that a later document no longer names keeps its last hours for the clocks that ran by it. */
function versionsByName(
  documents: readonly PolicyVersion[],
  positions: ReadonlyMap<string, number>,
): Map<string, HoursVersion[]> {
  const texts = new Map<string, string>()
  const versions = new Map<string, HoursVersion[]>()
  for (const { id, document, from } of documents)
    for (const [name, definition] of Object.entries(document as Record<string, JsonObject>)) {
      const text = JSON.stringify(definition)
      if (texts.get(name) === text) continue
      texts.set(name, text)
      const hours = calendar(definition as unknown as CalendarDefinition)
      const version = { from: Date.parse(from), position: positions.get(id) ?? 0, hours }
      versions.set(name, [...(versions.get(name) ?? []), version])
    }
  return versions
}

/** Every status that any version of the statuses ever named: an old edition may pause on one that is gone. */
async function everyStatus(house: House, tenant: string, current: Policies): Promise<PolicyDocuments['statuses']> {
  const versions = await versionsOf(house, { tenant, name: 'statuses', count: current.inForce.statuses?.version ?? 0 })
  const statuses = versions.flatMap(({ document }) => (document as unknown as PolicyDocuments['statuses']).statuses)
  return { statuses: [...new Map(statuses.map((status) => [status.name, status])).values()] }
}
