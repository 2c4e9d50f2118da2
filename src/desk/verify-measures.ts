/** Folds a ticket's journal into its measures once more, and compares: what reports read is what the journal gives. */
import { CURRENT } from '../domain/policies/policies.ts'
import { DEFAULT_POLICIES } from '../domain/policy.ts'
import type { Measure } from '../domain/reporting/measure.ts'
import type { Amendment } from '../domain/reporting/measures-of.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import { canonicalJson, type DeskEvent } from './events.ts'
import { type MeasureRules, measured, withLater } from './follow-measures.ts'
import type { House } from './house.ts'
import type { StoredEntry, StoredRecord } from './ports.ts'
import type { Misfit } from './verify-family.ts'

/** The policies that measures were kept by, as of a place in the journal. */
export type RulesAt = (position: number) => MeasureRules

const PAGE = 500
// A ticket has a handful of measures, and those behind it are another's.
const FEW = 10

/** Reads every version of those policies once. */
export async function rulesOverTime({ store }: House, tenant: string): Promise<RulesAt> {
  const versions: { position: number; rules: MeasureRules }[] = []
  let rules: MeasureRules = DEFAULT_POLICIES
  for (let after = 0; ; ) {
    const page = await store.history(tenant, { of: CURRENT, after, limit: PAGE })
    for (const { body, position } of page) {
      const { name, document } = (JSON.parse(body) as DeskEvent<'policy.published'>).data
      if (name === 'reports' || name === 'calendars') rules = { ...rules, [name]: document }
      versions.push({ position, rules })
    }
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) break
    after = last.position
  }
  return (position) => versions.findLast((version) => version.position < position)?.rules ?? DEFAULT_POLICIES
}

/** What of a ticket's measures does not fit. */
export async function verifyMeasures(
  house: House,
  tenant: string,
  known: { readonly record: StoredRecord; readonly entries: readonly StoredEntry[]; readonly rulesAt: RulesAt },
): Promise<Misfit[]> {
  const { record, entries, rulesAt } = known
  const is = measuresFrom(house, entries, rulesAt)
  const stored = await measuresOfTicket(house, tenant, record.id)
  const findings = [...new Set([...is.keys(), ...stored.keys()])].flatMap((id): Misfit[] => {
    if (canonicalJson(stored.get(id) ?? null) === canonicalJson(is.get(id) ?? null)) return []
    const says = stored.has(id) ? 'is not what the journal gives' : 'is gone'
    return [{ record: { kind: 'measure', id }, says: `measure/${id} ${says}.` }]
  })
  if (findings.length === 0) return []
  // A ticket that moved on between the reads is checked the next time.
  const [now = null] = await house.store.get(tenant, [{ kind: 'ticket', id: record.id }])
  return now?.version === record.version ? findings : []
}

function measuresFrom(house: House, entries: readonly StoredEntry[], rulesAt: RulesAt): Map<string, Measure> {
  const measures = new Map<string, Measure>()
  let ticket: Ticket | null = null
  for (const commit of commitsOf(entries)) {
    const events = commit.map(({ body }) => {
      const { name, data, at, by, record } = JSON.parse(body) as DeskEvent
      return { of: record, name, data, at, by } as Parameters<typeof measured>[1]['events'][number]
    })
    const { position, version } = commit[0] as StoredEntry
    const rules = rulesAt(position)
    const { made, amended, after }: ReturnType<typeof measured> = measured(house, {
      before: ticket,
      version,
      events,
      rules,
    })
    for (const measure of made) measures.set(measure.id, measure)
    amend(measures, { made, amended })
    ticket = after
  }
  return measures
}

function amend(
  measures: Map<string, Measure>,
  { made, amended }: { readonly made: readonly Measure[]; readonly amended: readonly Amendment[] },
): void {
  for (const id of new Set(amended.map((one) => one.id))) {
    const before = measures.get(id)
    if (before === undefined) continue
    const isNew = made.some((measure) => measure.id === id)
    measures.set(id, { ...withLater(before, amended), version: before.version + (isNew ? 0 : 1) })
  }
}

function commitsOf(entries: readonly StoredEntry[]): StoredEntry[][] {
  const commits = new Map<number, StoredEntry[]>()
  for (const entry of entries) commits.set(entry.version, [...(commits.get(entry.version) ?? []), entry])
  return [...commits.values()]
}

/** The measures whose ids begin with a ticket's: those behind it, in order. */
async function measuresOfTicket({ store }: House, tenant: string, id: string): Promise<Map<string, Measure>> {
  const own = new Map<string, Measure>()
  for (let after: { values: []; id: string } = { values: [], id: `${id}/` }; ; ) {
    const page: StoredRecord[] = await store.find(tenant, 'measure', { where: null, order: [], limit: FEW, after })
    const mine = page.filter((record) => record.id.startsWith(`${id}/`))
    for (const record of mine) own.set(record.id, record.doc as unknown as Measure)
    const last = mine.at(-1)
    if (last === undefined || mine.length < FEW) return own
    after = { values: [], id: last.id }
  }
}
