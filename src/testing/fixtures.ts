/** Believable records, journal entries, tasks and changes for cases and tests: whole by default, so that each names only what it is about. */
import type { Change, CommandRow, JournalEntry, RecordKey, Task, Write } from '../desk/ports.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Customer } from '../domain/people/people.ts'
import type { Message } from '../domain/tickets/message.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import { type Instant, toInstant, toMs } from '../domain/time.ts'

/** A Monday morning; fixtures are dated from here. */
export const MORNING: Instant = '2026-03-02T09:30:00.000Z'

/** The instant so many minutes after `MORNING`; before it when negative. */
export function minute(minutes: number): Instant {
  return toInstant(toMs(MORNING) + Math.round(minutes * 60_000))
}

const ulid = (n: number) => `01JNB${String(n).padStart(21, '0')}`

/** The id of the fixtures' nth ticket. */
export const ticketId = (n: number): `tkt_${string}` => `tkt_${ulid(n)}`
/** The id of the fixtures' nth message. */
export const messageId = (n: number): `msg_${string}` => `msg_${ulid(n)}`
/** The id of the fixtures' nth customer. */
export const customerId = (n: number): `cus_${string}` => `cus_${ulid(n)}`

const SUBJECTS = [
  'The press hums and stops after an hour',
  'Rechnung 2026-0117 enthält die alte Adresse',
  'Cannot sign in since the update of last night',
  'Retour d’un article endommagé',
  '注文した部品がまだ届きません',
]

// Through JSON, as the desk does it: what a store is given is plain data.
function plain(record: object): JsonObject {
  return JSON.parse(JSON.stringify(record)) as JsonObject
}

/** A ticket's document: number `n`, opened `n` minutes into the morning, with the changes that a test is about. */
export function ticketDoc(n: number, changes: Partial<Ticket> = {}): JsonObject {
  const openedAt = minute(n)
  const ticket: Ticket = {
    id: ticketId(n),
    version: 1,
    number: n,
    subject: SUBJECTS[n % SUBJECTS.length] ?? '',
    type: 'incident',
    impact: 'medium',
    urgency: 'high',
    priority: 'P2',
    priorityByHand: false,
    status: 'open',
    category: 'open',
    statusSince: openedAt,
    tags: ['press', 'warranty'],
    assigneeId: null,
    teamId: `tea_${ulid(1)}`,
    requesterId: customerId(n),
    organisationId: null,
    followerIds: [],
    channel: 'email',
    externalRefs: [{ system: 'erp', id: `SO-${1000 + n}` }],
    fields: { orderId: `A-${n}`, machine: 'x1' },
    followUpOf: null,
    parentId: null,
    related: false,
    waitingOnChild: false,
    follows: [],
    workaroundId: null,
    resolvedBy: null,
    mergedInto: null,
    absorbed: [],
    merge: null,
    course: {
      askedAt: openedAt,
      repliedAt: null,
      unansweredSince: null,
      replies: 0,
      contacts: 1,
      stays: [[openedAt, 'requester']],
      solves: 0,
      solvedAt: null,
      askedAgain: false,
    },
    openedAs: JSON.stringify([null, `tea_${ulid(1)}`, 'P2', null, ['press', 'warranty']]),
    openedAt,
    changedAt: openedAt,
    solvedAt: null,
    closedAt: null,
    deletedAt: null,
    snoozedUntil: null,
    messageCount: 1,
    reopenCount: 0,
    reassignCount: 0,
    lastCustomerMessageAt: openedAt,
    lastAgentMessageAt: null,
    slaPolicy: null,
    nextDueAt: null,
    slaBreached: false,
    escalations: [],
    escalation: null,
  }
  return plain({ ...ticket, ...changes })
}

/** The document of the nth message, the first one of the nth ticket. */
export function messageDoc(n: number, changes: Partial<Message> = {}): JsonObject {
  const message: Message = {
    id: messageId(n),
    version: 1,
    ticketId: ticketId(n),
    seq: 1,
    visibility: 'public',
    authorKind: 'customer',
    authorId: customerId(n),
    channel: 'email',
    automatic: false,
    body: 'Good morning,\n\nit stopped again at 8:15. What can I do?\n\n— Zoë',
    attachments: [{ ref: 'blob/8f1c', name: 'press.jpg', mediaType: 'image/jpeg', bytes: 48_213 }],
    to: [],
    postedAt: minute(n),
    movedFrom: null,
    copiedFrom: null,
    editedAt: null,
    edits: [],
    redactedAt: null,
  }
  return plain({ ...message, ...changes })
}

/** The document of the nth customer. */
export function customerDoc(n: number, changes: Partial<Customer> = {}): JsonObject {
  const customer: Customer = {
    id: customerId(n),
    version: 1,
    name: `Zoë Åkesson ${n}`,
    identities: [{ kind: 'email', value: `customer${n}@example.org`, verifiedAt: null }],
    organisationId: null,
    externalId: `crm-${n}`,
    language: 'sv-SE',
    timeZone: 'Europe/Stockholm',
    fields: {},
    createdAt: minute(n),
    changedAt: minute(n),
    mergedInto: null,
    mergedFrom: [],
  }
  return plain({ ...customer, ...changes })
}

/** Names the nth ticket. */
export const ticketKey = (n: number): RecordKey => ({ kind: 'ticket', id: ticketId(n) })

/** A write of the nth ticket: at `expected`, with the changes given. */
export function ticketWrite(n: number, expected = 0, changes: Partial<Ticket> = {}): Write {
  const doc = ticketDoc(n, { version: expected + 1, ...changes })
  return { ...ticketKey(n), expected, tip: hashOf(n, expected + 1), doc }
}

/** A write that removes the nth ticket. */
export function ticketRemoval(n: number, expected: number): Write {
  return { ...ticketKey(n), expected, tip: '', doc: null }
}

/** A journal entry of the nth ticket, at the version it had after the commit. */
export function ticketEntry(n: number, version: number, changes: Partial<JournalEntry> = {}): JournalEntry {
  return {
    ...ticketKey(n),
    version,
    n: 0,
    name: version === 1 ? 'ticket.opened' : 'ticket.changed',
    at: minute(n),
    body: `{"ticketId":"${ticketId(n)}","by":{"kind":"agent","id":"agt_${ulid(7)}"},"version":${version}}`,
    hash: hashOf(n, version),
    ...changes,
  }
}

function hashOf(n: number, version: number): string {
  return (n * 1_000_003 + version).toString(16).padStart(64, '0')
}

/** A task of the queue `timer`, due at `MORNING`, in no group. */
export function taskOf(key: string, changes: Partial<Task> = {}): Task {
  return { queue: 'timer', key, dueAt: MORNING, group: null, seq: 0, body: { command: 'ticket.wake', key }, ...changes }
}

/** A command row whose fingerprint and result tell which id it is of. */
export function commandOf(id: string, changes: Partial<CommandRow> = {}): CommandRow {
  return { id, fingerprint: `f-${id}`, result: { ticketId: ticketId(1), by: id }, at: MORNING, ...changes }
}

/** A change of the tenant `acme` that does nothing but what is given. */
export function changeOf(part: Partial<Change>): Change {
  return { tenant: 'acme', writes: [], checks: [], journal: [], set: [], clear: [], settle: [], command: null, ...part }
}

/** A change that opens tickets, each with its journal entry. */
export function openingOf(numbers: readonly number[], part: Partial<Change> = {}): Change {
  return changeOf({
    writes: numbers.map((n) => ticketWrite(n)),
    journal: numbers.map((n) => ticketEntry(n, 1)),
    ...part,
  })
}
