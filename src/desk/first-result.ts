/** What a command returned the first time, rebuilt for a retry: the journal has the facts, the record the words. */

import type { Happened } from '../domain/decider.ts'
import type { JsonObject } from '../domain/json.ts'
import type { RecordKind, RecordRef } from '../domain/records.ts'
import type { Message } from '../domain/tickets/message.ts'
import { allEvolvers } from './all-evolvers.ts'
import { evolve } from './assemble.ts'
import { notFound } from './desk-faults.ts'
import type { DeskEvent } from './events.ts'
import type { CustomKind, House } from './house.ts'
import type { Store } from './ports.ts'

/** The events of a record from the journal, in order, up to a version; without a version, all of them. */
export async function* eventsOf(store: Store, tenant: string, of: RecordRef): AsyncGenerator<DeskEvent> {
  for (let after = 0; ; ) {
    const entries = await store.history(tenant, { of, after, limit: PAGE })
    for (const entry of entries) yield JSON.parse(entry.body) as DeskEvent
    const last = entries.at(-1)
    if (last === undefined || entries.length < PAGE) return
    after = last.position
  }
}
const PAGE = 500

/** A record as the journal alone gives it: personal parts come out empty. `null` when the journal has nothing of it. */
export async function foldHistory(
  store: Store,
  tenant: string,
  of: RecordRef,
  upTo = Number.POSITIVE_INFINITY,
): Promise<JsonObject | null> {
  let record: object | null = null
  let version = 0
  for await (const event of eventsOf(store, tenant, of)) {
    if (event.record.version > upTo) break
    record = evolve(allEvolvers, of.kind, record, { of, name: event.name, data: event.data, at: event.at } as Happened)
    version = event.record.version
  }
  return record === null ? null : ({ ...record, version } as JsonObject)
}

/** Which parts of each kind of record are personal text: they are in the record and never in the journal. */
const PERSONAL: Readonly<Partial<Record<RecordKind, readonly string[]>>> = {
  ticket: ['subject'],
  customer: ['name', 'identities'],
  agent: ['name', 'email'],
  apiKey: ['name'],
  survey: ['comments', 'tokenHash', 'nonce'],
}

/** The personal parts of a record, to be laid over one that was folded from the journal. */
export function personalParts(house: Pick<House, 'personal'>, kind: RecordKind, doc: JsonObject): JsonObject {
  const parts = Object.fromEntries((PERSONAL[kind] ?? []).map((name) => [name, doc[name]]))
  if (!('fields' in doc)) return parts
  const personal = house.personal[kind as CustomKind]
  return {
    ...parts,
    fields: Object.fromEntries(Object.entries(doc.fields as JsonObject).filter(([name]) => personal.includes(name))),
  }
}

/**
 * The first result of a command: its record's facts as of the version that it made, with the personal text that stands
 * today, since text that was corrected or erased is not kept anywhere to be given out again.
 */
export async function firstResult(
  house: House,
  tenant: string,
  made: RecordRef & { readonly version: number },
): Promise<JsonObject> {
  const [record = null] = await house.store.get(tenant, [{ kind: made.kind, id: made.id }])
  if (record === null) throw notFound(made.kind, made.id)
  if (record.version === made.version) return record.doc
  if (made.kind === 'message')
    return (await messageAsOf(house, tenant, {
      message: record.doc as unknown as Message,
      version: made.version,
    })) as unknown as JsonObject
  const folded = await foldHistory(house.store, tenant, made, made.version)
  if (folded === null) return record.doc
  const { fields, ...parts } = personalParts(house, made.kind, record.doc) as { fields?: JsonObject }
  return fields === undefined
    ? { ...folded, ...parts }
    : { ...folded, ...parts, fields: { ...(folded.fields as JsonObject), ...fields } }
}

/** A message before its later edits and moves; one that was redacted since stays redacted. */
async function messageAsOf(
  { store }: House,
  tenant: string,
  { message, version }: { readonly message: Message; readonly version: number },
): Promise<Message> {
  if (message.redactedAt !== null) return message
  const course = (await courseOf(store, tenant, message)).slice(0, version)
  const placed = course.findLast((event) => event.name !== 'message.edited')
  if (placed === undefined) return message
  const edits = message.edits.slice(0, course.filter(({ name }) => name === 'message.edited').length)
  return {
    ...{ ...message, version, edits, editedAt: edits.at(-1)?.until ?? null },
    body: message.edits[edits.length]?.body ?? message.body,
    ticketId: placed.record.id as Message['ticketId'],
    seq: placed.data.seq,
    movedFrom: placed.name === 'message.moved' ? placed.data.fromId : null,
  }
}

type OfMessage = DeskEvent<'message.posted' | 'message.copied' | 'message.moved' | 'message.edited'>
const OF_MESSAGE: ReadonlySet<string> = new Set<OfMessage['name']>([
  'message.posted',
  'message.copied',
  'message.moved',
  'message.edited',
])

/** What became of a message, one event a version: the ticket to which it was moved knows nothing of the time before. */
async function courseOf(store: Store, tenant: string, { id: messageId, ticketId }: Message): Promise<OfMessage[]> {
  const course: OfMessage[] = []
  for (let id = ticketId; ; ) {
    const here: OfMessage[] = []
    for await (const event of eventsOf(store, tenant, { kind: 'ticket', id }))
      if (OF_MESSAGE.has(event.name) && (event as OfMessage).data.messageId === messageId) here.push(event as OfMessage)
    course.unshift(...here)
    const [first] = here
    if (first?.name !== 'message.moved') return course
    id = first.data.fromId
  }
}
