/** Checks a tenant's journal against itself and against the records, and names every entry that does not fit. */

import type { JsonObject } from '../domain/json.ts'
import type { RecordKind, RecordRef } from '../domain/records.ts'
import { allEvolvers } from './all-evolvers.ts'
import { nameOf } from './assemble.ts'
import { canonicalJson, chain, type DeskEvent, eventId } from './events.ts'
import { foldHistory, personalParts } from './first-result.ts'
import type { House } from './house.ts'
import type { StoredEntry, StoredRecord } from './ports.ts'
import { RECORD_KINDS, tables } from './tables.ts'
import { verifyFamily } from './verify-family.ts'
import { type RulesAt, rulesOverTime, verifyMeasures } from './verify-measures.ts'

/**
 * One thing that does not fit.
 *
 * - `changed`: the entry's text or columns do not give its hash.
 * - `missing`: between two entries, or after the last, one is gone.
 * - `inserted`: an entry that its record, or the chain, knows nothing of.
 * - `record-differs`: the journal is whole, but folding it does not give the stored record.
 */
export interface Finding {
  readonly problem: 'changed' | 'missing' | 'inserted' | 'record-differs'
  readonly record: RecordRef
  /** The event's id; of a missing one, the id it must have had. */
  readonly event: string
  readonly says: string
}

export interface Verification {
  readonly ok: boolean
  readonly records: number
  readonly entries: number
  readonly findings: readonly Finding[]
}

const PAGE = 500

/** Reads everything of a tenant once; memory does not grow with it, but for the findings. */
export async function verify(house: House, tenant: string): Promise<Verification> {
  const findings: Finding[] = []
  let records = 0
  const rulesAt = await rulesOverTime(house, tenant)
  for (const kind of RECORD_KINDS) {
    if (allEvolvers[kind] === undefined) continue
    for await (const record of everyRecord(house, tenant, kind)) {
      records++
      findings.push(...(await verifyRecord(house, tenant, { record, rulesAt })))
    }
  }
  const orphans = await findOrphans(house, tenant)
  findings.push(...orphans.findings)
  return { ok: findings.length === 0, records, entries: orphans.entries, findings }
}

async function* everyRecord({ store, breathe }: House, tenant: string, kind: RecordKind): AsyncGenerator<StoredRecord> {
  for (let after: { values: []; id: string } | null = null; ; ) {
    const page: StoredRecord[] = await store.find(tenant, kind, { where: null, order: [], limit: PAGE, after })
    yield* page
    await breathe()
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    after = { values: [], id: last.id }
  }
}

async function verifyRecord(
  house: House,
  tenant: string,
  { record, rulesAt }: { readonly record: StoredRecord; readonly rulesAt: RulesAt },
): Promise<Finding[]> {
  const entries = await everyEntry(house, tenant, record)
  const finding = findBreak(record, entries)
  if (finding) {
    // Somebody may have changed the record between the two reads.
    const [now = null] = await house.store.get(tenant, [refOf(record)])
    return now === null || now.version === record.version
      ? [finding]
      : verifyRecord(house, tenant, { record: now, rulesAt })
  }
  // As of the record: what was added since is compared when it is read anew.
  const folded = await foldHistory(house.store, tenant, record, record.version)
  if (
    folded !== null &&
    canonicalJson(factsOf(house, record.kind, folded)) === canonicalJson(factsOf(house, record.kind, record.doc))
  )
    return [
      ...(await verifyMessages(house, tenant, { record, entries })),
      ...(await verifyBeside(house, tenant, { record, entries, rulesAt })),
    ]
  const says = `${nameOf(record)} differs from what its journal gives.`
  return [
    {
      problem: 'record-differs',
      record: refOf(record),
      event: entries.at(-1) ? idOf(entries.at(-1) as StoredEntry) : '',
      says,
    },
  ]
}

/** What is kept beside a ticket: its relations, and its measures. */
async function verifyBeside(
  house: House,
  tenant: string,
  known: { readonly record: StoredRecord; readonly entries: readonly StoredEntry[]; readonly rulesAt: RulesAt },
): Promise<Finding[]> {
  if (known.record.kind !== 'ticket') return []
  const misfits = [...(await verifyFamily(house, tenant, known)), ...(await verifyMeasures(house, tenant, known))]
  return misfits.map(({ record, says }) => ({ problem: 'record-differs', record, event: '', says }))
}

/** The messages that entries posted: a note that was made public behind the desk's back is seen here. */
async function verifyMessages(
  house: House,
  tenant: string,
  { record, entries }: { readonly record: StoredRecord; readonly entries: readonly StoredEntry[] },
): Promise<Finding[]> {
  const { store } = house
  const posted = standingMessages(entries)
  const keys = posted.map(({ data }) => ({ kind: 'message' as const, id: data.messageId }))
  const records = keys.length === 0 ? [] : await store.get(tenant, keys)
  const findings = posted.flatMap(({ entry, data }, index): Finding[] => {
    const doc = records[index]?.doc
    const { messageId, attachments: _, fromId: __, ...facts } = data
    const isSame = Object.entries({ ...facts, ticketId: entry.id }).every(([name, value]) => doc?.[name] === value)
    const says = `message/${messageId} differs from what the journal says of it, or is gone.`
    return isSame
      ? []
      : [{ problem: 'record-differs', record: { kind: 'message', id: messageId }, event: idOf(entry), says }]
  })
  if (findings.length === 0) return []
  // One that was moved away meanwhile is told of by the ticket in which it stands now.
  const [now = null] = await store.get(tenant, [refOf(record)])
  return now === null || now.version === record.version
    ? findings
    : verifyMessages(house, tenant, { record: now, entries: await everyEntry(house, tenant, now) })
}

type Placed = DeskEvent<'message.posted' | 'message.moved' | 'message.copied'>
const PLACED: ReadonlySet<string> = new Set<Placed['name']>(['message.posted', 'message.moved', 'message.copied'])

/** What a ticket's journal says of each message that stands in it: one that was moved away is another ticket's to tell of. */
function standingMessages(entries: readonly StoredEntry[]) {
  const standing = new Map<string, { entry: StoredEntry; data: Placed['data'] & { readonly fromId?: string } }>()
  for (const entry of entries) {
    const event = PLACED.has(entry.name) || entry.name === 'ticket.split' ? (JSON.parse(entry.body) as DeskEvent) : null
    if (event?.name === 'ticket.split') {
      if (event.data.mode === 'move') for (const id of event.data.messageIds) standing.delete(id)
    } else if (event !== null) {
      const { data } = event as Placed
      standing.set(data.messageId, { entry, data })
    }
  }
  return [...standing.values()]
}

/** A record without its personal parts, which the journal never had. */
function factsOf(house: House, kind: RecordKind, doc: JsonObject): JsonObject {
  const { fields, ...parts } = personalParts(house, kind, doc) as { fields?: JsonObject }
  const emptied = Object.fromEntries(Object.keys(parts).map((name) => [name, null]))
  if (fields === undefined) return { ...doc, ...emptied }
  const kept = Object.entries((doc.fields ?? {}) as JsonObject).filter(([name]) => !Object.hasOwn(fields, name))
  return { ...doc, ...emptied, fields: Object.fromEntries(kept) }
}

async function everyEntry({ store }: House, tenant: string, { kind, id }: RecordRef): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = []
  for (let after = 0; ; ) {
    const page = await store.history(tenant, { of: { kind, id }, after, limit: PAGE })
    entries.push(...page)
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) break
    after = last.position
  }
  return entries.sort((a, b) => a.version - b.version || a.n - b.n)
}

function refOf({ kind, id }: RecordRef): RecordRef {
  return { kind, id }
}
function idOf(entry: StoredEntry): string {
  return eventId(entry)
}

/** The first place at which the chain of a record does not hold. */
function findBreak(record: StoredRecord, entries: readonly StoredEntry[]): Finding | null {
  const found = (problem: Finding['problem'], event: string, says: string): Finding => ({
    problem,
    record: refOf(record),
    event,
    says,
  })
  let tip = ''
  let last = { version: 0, n: -1 }
  for (const entry of entries) {
    const id = idOf(entry)
    if (entry.version > record.version)
      return found('inserted', id, `${id} is newer than its record, which is at version ${record.version}.`)
    const follows =
      entry.version === last.version ? entry.n === last.n + 1 : entry.version === last.version + 1 && entry.n === 0
    if (!follows) {
      const isWithin = entry.version === last.version
      const place = isWithin ? { version: last.version, n: last.n + 1 } : { version: last.version + 1, n: 0 }
      const missing = eventId({ id: record.id, ...place })
      return found('missing', missing, `Before ${id} at least ${missing} is gone.`)
    }
    if (chain(tip, entry.body) !== entry.hash)
      return found('changed', id, `The text of ${id}, or the entry before it, is not what its hash was taken over.`)
    if (!fits(entry)) return found('changed', id, `The columns of ${id} do not say what its text says.`)
    tip = entry.hash
    last = entry
  }
  if (tip === record.tip && last.version === record.version) return null
  const event = eventId({ id: record.id, version: record.version, n: 0 })
  if (last.version < record.version)
    return found(
      'missing',
      event,
      `The journal of ${nameOf(record)} ends at version ${last.version}, the record is at ${record.version}.`,
    )
  return found(
    'missing',
    eventId({ id: record.id, version: last.version, n: last.n + 1 }),
    `The journal of ${nameOf(record)} does not end where the record says.`,
  )
}

function fits(entry: StoredEntry): boolean {
  const event = eventIn(entry.body)
  if (event === null) return false
  const { kind, id, version, n } = event.record
  return (
    kind === entry.kind &&
    id === entry.id &&
    version === entry.version &&
    n === entry.n &&
    event.name === entry.name &&
    event.at === entry.at
  )
}

function eventIn(body: string): DeskEvent | null {
  try {
    const event = JSON.parse(body) as DeskEvent | null
    return event?.record ? event : null
  } catch {
    return null
  }
}

/** Entries of records that are not there, and how many entries there are at all. */
async function findOrphans({ store }: House, tenant: string): Promise<{ entries: number; findings: Finding[] }> {
  const findings: Finding[] = []
  let entries = 0
  for (let after = 0; ; ) {
    const page = await store.history(tenant, { after, limit: PAGE })
    entries += page.length
    const refs = [...new Map(page.map((entry) => [nameOf(entry), refOf(entry)])).values()].filter(({ kind }) =>
      Object.hasOwn(tables, kind),
    )
    const records = refs.length === 0 ? [] : await store.get(tenant, refs)
    const there = new Set(records.flatMap((record) => (record === null ? [] : [nameOf(record)])))
    for (const entry of page)
      if (!there.has(nameOf(entry)))
        findings.push({
          problem: 'inserted',
          record: refOf(entry),
          event: idOf(entry),
          says: `${idOf(entry)} is of ${nameOf(entry)}, which does not exist.`,
        })
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return { entries, findings }
    after = last.position
  }
}
