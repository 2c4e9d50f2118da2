/** What comes in from outside and is wrong: each refused with its code, and nothing changed. */
import { type Acting, type ActingContext, createDesk, type Desk, isDeskError } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { dump, openWorld, type World } from './world.ts'

const NUL = 'a\u0000b'
const HALF = 'a\ud800b'
const LINES = 'Subject\r\nBcc: everybody@example.org'
const OWN_PROTO = JSON.parse('{"__proto__": 1}') as object
const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) })
const circle: Record<string, unknown> = {}
circle.self = circle

interface Stage {
  readonly world: World
  readonly desk: Desk<never>
  readonly me: Record<string, Record<string, (input: unknown, options?: unknown) => Promise<unknown>>>
  readonly ticketId: string
  readonly messageId: string
  readonly agentId: string
  readonly customerId: string
  readonly foreign: {
    readonly ticketId: string
    readonly customerId: string
    readonly agentId: string
    readonly messageId: string
  }
}

type Case = readonly [title: string, code: string, work: (stage: Stage) => unknown]

const loose = (acting: object) => acting as Stage['me']
const requester = { email: 'ada@example.org' }
const opening = { requester, subject: 'A', body: 'B', fields: { orderId: 'A-17' } }
const open = (title: string, change: object, code = 'input.invalid'): Case => [
  `ticket.open with ${title}`,
  code,
  ({ me }) => me.ticket?.open?.({ ...opening, ...change }),
]
const fields = (title: string, value: unknown, code: string): Case =>
  open(`fields that hold ${title}`, { fields: { orderId: 'A-17', extra: value } }, code)
const on = (verb: string, title: string, change: object, code = 'input.invalid'): Case => [
  `ticket.${verb} with ${title}`,
  code,
  ({ me, ticketId }) => me.ticket?.[verb]?.({ ticketId, ...change }),
]
const where = (title: string, condition: unknown, code: string): Case => [
  `ticket.find where ${title}`,
  code,
  ({ me }) => me.ticket?.find?.({ where: condition }),
]
const find = (title: string, input: unknown, code: string): Case => [
  `ticket.find with ${title}`,
  code,
  ({ me }) => me.ticket?.find?.(input),
]
const publish = (title: string, name: string, document: unknown, code = 'policy.invalid'): Case => [
  `policy.publish of ${title}`,
  code,
  ({ me }) => me.policy?.publish?.({ name, document }),
]
const acting = (title: string, context: unknown, code = 'context.invalid'): Case => [
  `desk.as with ${title}`,
  code,
  async ({ desk }) => (desk.as(context as ActingContext) as unknown as Acting).ticket.find({}),
]
const optioned = (title: string, options: unknown, code = 'input.invalid'): Case => [
  `options with ${title}`,
  code,
  ({ me, ticketId }) => me.ticket?.tag?.({ ticketId, add: ['a'] }, options),
]
const creating = (noun: string, title: string, input: unknown, code = 'input.invalid'): Case => [
  `${noun}.create with ${title}`,
  code,
  ({ me }) => me[noun]?.create?.(input),
]
const starting = (title: string, options: object, code: string): Case => [
  `createDesk with ${title}`,
  code,
  () => createDesk({ store: memoryStore(), ...options }),
]

const CASES: readonly Case[] = [
  ...[undefined, null, 7, 'open', [], true].map(
    (input): Case => [
      `ticket.open of ${JSON.stringify(input) ?? 'nothing'}`,
      'input.invalid',
      ({ me }) => me.ticket?.open?.(input),
    ],
  ),
  open('a tenant', { tenant: 'other' }),
  open('a number of its own', { number: 1 }),
  open('an id of its own', { id: 'tkt_01J' }),
  open('a version', { version: 7 }),
  open('a status', { status: 'closed' }),
  open('__proto__ as a key', OWN_PROTO),
  open('constructor as a key', { constructor: {} }),
  open('no subject', { subject: undefined }),
  open('an empty subject', { subject: '' }),
  open('a subject of 501 characters', { subject: 'x'.repeat(501) }),
  open('line breaks in the subject', { subject: LINES }),
  open('a line separator in the subject', { subject: 'a\u2028b' }),
  open('NUL in the subject', { subject: NUL }),
  open('half a character in the subject', { subject: HALF }),
  open('an object as subject', { subject: { toString: () => 'A' } }),
  open('an empty body', { body: '' }),
  open('NUL in the body', { body: NUL }),
  open('half a character in the body', { body: HALF }),
  open('a body of 1,000,001 characters', { body: 'x'.repeat(1_000_001) }),
  open('an unknown type', { type: 'bug' }),
  open('an inherited name as type', { type: 'toString' }),
  open('an unknown channel', { channel: 'pigeon' }),
  open('a priority of P0', { priority: 'P0' }),
  open('an unknown impact', { impact: 'huge' }),
  open('tags in a text', { tags: 'a,b' }),
  open('101 tags', { tags: Array.from({ length: 101 }, (_, n) => `t${n}`) }),
  open('an empty tag', { tags: [''] }),
  open('a line break in a tag', { tags: ['a\nb'] }),
  open('an assignee who is a customer', { assigneeId: 'cus_01J' }),
  open('an assignee with a space behind', { assigneeId: 'agt_01J ' }),
  open('an assignee with an empty id', { assigneeId: 'agt_' }),
  open('an assignee whose id is too long', { assigneeId: `agt_${'x'.repeat(80)}` }),
  open('a list as assignee', { assigneeId: ['agt_01J'] }),
  open('a follower who is a team', { followerIds: ['tea_01J'] }),
  open('a requester of two kinds', { requester: { email: 'a@example.org', phone: '+41441234567' } }),
  open('a requester without an @', { requester: { email: 'ada' } }),
  open('a requester in a header’s form', { requester: { email: 'Ada <ada@example.org>' } }),
  open('two addresses as requester', { requester: { email: 'a@example.org,b@example.org' } }),
  open('a line break in the requester’s address', { requester: { email: 'a@example.org\r\nBcc:x@y' } }),
  open('a requester’s phone without its country', { requester: { phone: '044 123 45 67' } }),
  open('a requester’s id of another kind', { requester: { customerId: 'agt_01J' } }),
  open('an attachment of minus one byte', { attachments: [{ ref: 'a', name: 'a', mediaType: 'a/b', bytes: -1 }] }),
  open('an attachment of half a byte', { attachments: [{ ref: 'a', name: 'a', mediaType: 'a/b', bytes: 0.5 }] }),
  open('an attachment whose name breaks the line', {
    attachments: [{ ref: 'a', name: 'a\nb', mediaType: 'a/b', bytes: 1 }],
  }),
  open('an external reference without a system', { externalRefs: [{ id: '1' }] }),
  open('a foreign tenant’s customer', { requester: { customerId: 'cus_01JABSENT' } }, 'reference.unknown'),
  [
    'ticket.open for another tenant’s customer',
    'reference.unknown',
    ({ me, foreign }) => me.ticket?.open?.({ ...opening, requester: { customerId: foreign.customerId } }),
  ],
  [
    'ticket.open for another tenant’s agent',
    'reference.unknown',
    ({ me, foreign }) => me.ticket?.open?.({ ...opening, assigneeId: foreign.agentId }),
  ],
  [
    'ticket.open with another tenant’s follower',
    'reference.unknown',
    ({ me, foreign }) => me.ticket?.open?.({ ...opening, followerIds: [foreign.agentId] }),
  ],
  open('no fields, though some are needed', { fields: undefined }, 'fields.invalid'),
  open('fields in a list', { fields: ['A-17'] }),
  open('fields that the schema refuses', { fields: { orderId: 17 } }, 'fields.invalid'),
  fields('a date', new Date(0), 'fields.not-json'),
  fields('a bigint', 10n, 'fields.not-json'),
  fields('NaN', Number.NaN, 'fields.not-json'),
  fields('infinity', Number.POSITIVE_INFINITY, 'fields.not-json'),
  fields('a function', () => 1, 'fields.not-json'),
  fields('a symbol', Symbol('s'), 'fields.not-json'),
  fields('a map', new Map(), 'fields.not-json'),
  fields('a class instance', new URL('https://example.org'), 'fields.not-json'),
  fields('NUL', NUL, 'fields.not-json'),
  fields('half a character', HALF, 'fields.not-json'),
  fields('a circle', circle, 'fields.not-json'),
  fields('17 levels', deep(17), 'fields.not-json'),
  fields('__proto__ deep inside', { a: OWN_PROTO }, 'fields.not-json'),
  fields('constructor deep inside', { a: { constructor: { prototype: {} } } }, 'fields.not-json'),
  fields('an entry that is undefined', [undefined], 'fields.not-json'),
  [
    'ticket.open with a command id and a bigint in its fields',
    'input.invalid',
    ({ me }) => me.ticket?.open?.({ ...opening, fields: { orderId: 'A-17', extra: 10n } }, { commandId: 'c' }),
  ],
  [
    'ticket.open with a command id and a circle in its fields',
    'input.invalid',
    ({ me }) => me.ticket?.open?.({ ...opening, fields: { orderId: 'A-17', extra: circle } }, { commandId: 'c' }),
  ],
  [
    'fields for records that declare none',
    'fields.undeclared',
    ({ me }) => me.customer?.create?.({ fields: { a: 1 } }),
  ],
  on('change', 'nothing to change', {}),
  on('change', 'null as subject', { subject: null }),
  on('change', 'fields that are no patch', { fields: 'x' }),
  on('change', 'a needed field removed', { fields: { orderId: null } }, 'fields.invalid'),
  on('reply', 'a note’s visibility', { body: 'B', visibility: 'internal' }),
  on('reply', 'an author', { body: 'B', author: 'requester' }),
  on('reply', 'an unknown status', { body: 'B', status: 'nope' }, 'ticket.unknown-status'),
  on('reply', 'an inherited name as status', { body: 'B', status: 'constructor' }, 'ticket.unknown-status'),
  on('reply', 'no body', {}),
  on('note', 'a status', { body: 'B', status: 'solved' }),
  on('sideMessage', 'nobody to send it to', { body: 'B', to: [] }),
  on('sideMessage', 'NUL in an address', { body: 'B', to: [{ email: `${NUL}@example.org` }] }),
  on('sideMessage', '51 addressees', { body: 'B', to: Array.from({ length: 51 }, () => requester) }),
  on('assign', 'nobody named', {}),
  on('assign', 'an empty assignee', { assigneeId: '' }),
  on('tag', 'no tag', {}),
  on('tag', 'a number as tag', { add: [1] }),
  on('follow', 'nobody', {}),
  on('snooze', 'a day without a time', { until: '2026-03-05' }),
  on('snooze', 'a time without a zone', { until: '2026-03-05T09:00:00' }),
  on('snooze', 'a thirteenth month', { until: '2026-13-01T09:00:00Z' }),
  on('snooze', 'an invalid date', { until: new Date(Number.NaN) }),
  on('snooze', 'NaN', { until: Number.NaN }),
  on('snooze', 'a time that is over', { until: '2020-01-01T00:00:00Z' }, 'ticket.snooze-past'),
  on('solve', 'a status that is too long', { status: 'x'.repeat(41) }),
  on('solve', 'a key that is not known', { notify: true }),
  on('delete', 'a reason of two lines', { reason: 'a\nb' }),
  on('redact', 'no reason', { messageId: 'msg_01J' }),
  on('editMessage', 'a ticket’s id for the message', { messageId: 'tkt_01J', body: 'B' }),
  on('editMessage', 'a message that is not there', { messageId: 'msg_01J', body: 'B' }, 'message.not-found'),
  [
    'ticket.editMessage of another tenant’s message',
    'message.not-found',
    ({ me, ticketId, foreign }) => me.ticket?.editMessage?.({ ticketId, messageId: foreign.messageId, body: 'B' }),
  ],
  [
    'ticket.get of a customer’s id',
    'input.invalid',
    ({ me, customerId }) => me.ticket?.get?.({ ticketId: customerId }),
  ],
  ['ticket.get of an inherited name', 'input.invalid', ({ me }) => me.ticket?.get?.({ ticketId: '__proto__' })],
  [
    'ticket.get of another tenant’s ticket',
    'ticket.not-found',
    ({ me, foreign }) => me.ticket?.get?.({ ticketId: foreign.ticketId }),
  ],
  [
    'ticket.get in another letter case',
    'ticket.not-found',
    ({ me, ticketId }) => me.ticket?.get?.({ ticketId: `tkt_${ticketId.slice(4).toLowerCase()}` }),
  ],
  [
    'ticket.solve of another tenant’s ticket',
    'ticket.not-found',
    ({ me, foreign }) => me.ticket?.solve?.({ ticketId: foreign.ticketId }),
  ],
  [
    'ticket.timeline with a limit of 501',
    'input.invalid',
    ({ me, ticketId }) => me.ticket?.timeline?.({ ticketId, limit: 501 }),
  ],
  [
    'ticket.timeline after half an entry',
    'input.invalid',
    ({ me, ticketId }) => me.ticket?.timeline?.({ ticketId, after: 0.5 }),
  ],
  [
    'ticket.count by four fields',
    'input.invalid',
    ({ me }) => me.ticket?.count?.({ by: ['type', 'type', 'type', 'type'] }),
  ],
  ['ticket.count by an inherited name', 'query.unsortable', ({ me }) => me.ticket?.count?.({ by: ['hasOwnProperty'] })],
  find('a limit of 0', { limit: 0 }, 'input.invalid'),
  find('a limit of 201', { limit: 201 }, 'input.invalid'),
  find('a tenant', { tenant: 'other' }, 'input.invalid'),
  find('an unknown direction', { order: [{ field: 'number', direction: 'up' }] }, 'input.invalid'),
  find('SQL as order', { order: [{ field: 'number; drop table tickets' }] }, 'query.unsortable'),
  find('a cursor of another’s making', { after: 'deadbeef' }, 'query.bad-cursor'),
  where('it is a text', 'status = open', 'condition.malformed'),
  where('it is empty', {}, 'condition.malformed'),
  where('it has two heads', { all: [], any: [] }, 'condition.malformed'),
  where('the field is an inherited name', { field: '__proto__', is: null }, 'condition.unknown-field'),
  where('the custom field is an inherited name', { field: 'fields.constructor', is: null }, 'condition.unknown-field'),
  where('the field is the tenant', { field: 'tenant', is: 'other' }, 'condition.unknown-field'),
  where('the operator is unknown', { field: 'status', regex: '.*' }, 'condition.malformed'),
  where('a number is a text', { field: 'number', is: '1' }, 'condition.wrong-type'),
  where('an instant is no instant', { field: 'openedAt', gt: 'yesterday' }, 'condition.wrong-type'),
  where('a text holds NUL', { field: 'subject', is: NUL }, 'condition.malformed'),
  where(
    'it is 17 levels deep',
    Array.from({ length: 17 }).reduce((inner) => ({ not: inner }), { all: [] }),
    'condition.too-large',
  ),
  where(
    'it compares 201 times',
    { any: Array.from({ length: 201 }, () => ({ field: 'number', is: 1 })) },
    'condition.too-large',
  ),
  where(
    'a list has 1,001 values',
    { field: 'number', in: Array.from({ length: 1001 }, (_, n) => n) },
    'condition.too-large',
  ),
  creating('customer', 'an identity of an unknown kind', { identities: [{ kind: 'passport', value: 'X' }] }),
  creating('customer', 'an identity that is an inherited name', { identities: [{ kind: 'constructor', value: 'X' }] }),
  creating('customer', 'an address proved at no time', {
    identities: [{ kind: 'email', value: 'x@example.org', verifiedAt: 'yes' }],
  }),
  creating('customer', 'a language that is none', { language: 'klingon!' }),
  creating('customer', 'a time zone that is none', { timeZone: 'Mars/Olympus' }),
  creating('customer', 'an organisation that is not there', { organisationId: 'org_01J' }, 'reference.unknown'),
  creating('customer', 'a pointer set by hand', { mergedInto: 'cus_01J' }),
  creating('organisation', 'no name', {}),
  creating('organisation', 'sharing that is no yes or no', { name: 'A', sharesTickets: 'yes' }),
  creating('agent', 'a role that is not there', { name: 'N', roles: ['root'] }, 'agent.unknown-role'),
  creating('agent', 'a team that is not there', { name: 'N', teamIds: ['tea_01J'] }, 'reference.unknown'),
  creating('agent', 'an address without an @', { name: 'N', email: 'noor' }),
  creating('team', 'a name of two lines', { name: 'a\nb' }),
  [
    'customer.get by two ways',
    'input.invalid',
    ({ me }) => me.customer?.get?.({ email: 'a@example.org', externalId: 'x' }),
  ],
  ['customer.get by nothing', 'input.invalid', ({ me }) => me.customer?.get?.({})],
  [
    'customer.merge with oneself',
    'customer.same',
    ({ me, customerId }) => me.customer?.merge?.({ customerId, into: customerId }),
  ],
  [
    'customer.merge with another tenant’s',
    'customer.not-found',
    ({ me, customerId, foreign }) => me.customer?.merge?.({ customerId, into: foreign.customerId }),
  ],
  publish('an unknown name', 'laws', {}, 'input.invalid'),
  publish('an inherited name', '__proto__', {}, 'input.invalid'),
  publish('nothing', 'lifecycle', undefined),
  publish('a list', 'statuses', []),
  publish('a day as length', 'lifecycle', {
    reopenWindow: '28d',
    closeAfter: null,
    solveAfterSilence: null,
    customerReplyResumes: { pending: true, hold: true },
  }),
  publish('a length below zero', 'lifecycle', {
    reopenWindow: -1,
    closeAfter: null,
    solveAfterSilence: null,
    customerReplyResumes: { pending: true, hold: true },
  }),
  publish(
    'a role called __proto__, which is left out',
    'roles',
    JSON.parse('{"roles": {"__proto__": {"*": "any"}}}'),
    'policy.unchanged',
  ),
  publish('a role with a wild permission', 'roles', { roles: { x: { 'ticket*': 'any' } } }),
  publish('a matrix without a row', 'priority', { matrix: { high: {} }, otherwise: 'P3' }),
  publish('a status in capitals', 'statuses', { statuses: [{ name: 'NEW', category: 'new' }] }),
  ['policy.get of version 0', 'input.invalid', ({ me }) => me.policy?.get?.({ name: 'roles', number: 0 })],
  ['policy.get of a version to come', 'policy.not-found', ({ me }) => me.policy?.get?.({ name: 'roles', number: 99 })],
  acting('nothing', undefined),
  acting('nobody', {}),
  acting('an unknown kind of actor', { by: { kind: 'root', id: 'x' } }),
  acting('an agent without an id', { by: { kind: 'agent' } }),
  acting('a customer’s id for an agent', { by: { kind: 'agent', id: 'cus_01J' } }),
  acting('roles of its own', { by: { kind: 'bot', id: 'x', roles: ['admin'] } }),
  acting('NUL in a bot’s id', { by: { kind: 'bot', id: NUL } }),
  acting('half a character in a bot’s id', { by: { kind: 'bot', id: HALF } }),
  acting('an empty tenant', { tenant: '', by: { kind: 'system', id: 'x' } }),
  acting('a tenant with a line break', { tenant: 'a\nb', by: { kind: 'system', id: 'x' } }),
  acting('a tenant with a space behind', { tenant: 'main ', by: { kind: 'system', id: 'x' } }),
  acting('a tenant of 101 characters', { tenant: 'x'.repeat(101), by: { kind: 'system', id: 'x' } }),
  acting('an agent who is not there', { by: { kind: 'agent', id: 'agt_01J' } }, 'access.unknown-actor'),
  acting('a customer who is not there', { by: { kind: 'customer', id: 'cus_01J' } }, 'access.unknown-actor'),
  [
    'desk.as with another tenant’s agent',
    'access.unknown-actor',
    async ({ desk, foreign }) =>
      (desk.as({ by: { kind: 'agent', id: foreign.agentId as 'agt_' } }) as unknown as Acting).ticket.find({}),
  ],
  optioned('an empty command id', { commandId: '' }),
  optioned('NUL in the command id', { commandId: NUL }),
  optioned('half a character in the command id', { commandId: HALF }),
  optioned('a command id of 201 characters', { commandId: 'x'.repeat(201) }),
  optioned('a number as command id', { commandId: 7 }),
  optioned('version 0 expected', { ifVersion: 0 }),
  optioned('half a version expected', { ifVersion: 1.5 }),
  optioned('a version expected that is not there', { ifVersion: 99 }, 'store.stale-version'),
  optioned('a key that is not known', { tenant: 'other' }),
  ['desk.tick of no instant', 'time.bad-instant', ({ desk }) => desk.tick('tomorrow')],
  starting('a policy that does not hold', { policies: { lifecycle: {} } }, 'policy.invalid'),
  starting('a policy that nobody knows', { policies: { statusses: {} } }, 'policy.invalid'),
  starting(
    'a role that names no permission',
    { policies: { roles: { roles: { x: { 'ticket.slove': 'any' } } } } },
    'policy.unknown-permission',
  ),
]

let stage: Stage

beforeAll(async () => {
  const world = await openWorld({ fields: { ticket: z.looseObject({ orderId: z.string() }) } })
  const agent = await world.agent(['admin'])
  const me = loose(agent.desk)
  const ticket = await world.open('ada@example.org', { fields: { orderId: 'A-1' } })
  const message = await world.system.ticket.reply({ ticketId: ticket.id, body: 'Hello.' })
  const elsewhere = world.as({ kind: 'system', id: 's' }, 'elsewhere')
  const abroad = await elsewhere.ticket.open({ ...opening, fields: { orderId: 'A-2' } })
  const said = await elsewhere.ticket.note({ ticketId: abroad.id, body: 'B' })
  const stranger = await elsewhere.agent.create({ name: 'S' })
  stage = {
    world: world as unknown as World,
    desk: world.desk as unknown as Desk<never>,
    me,
    ticketId: ticket.id,
    messageId: message.id,
    agentId: agent.id,
    customerId: ticket.requesterId,
    foreign: { ticketId: abroad.id, customerId: abroad.requesterId, agentId: stranger.id, messageId: said.id },
  }
})

describe('bad input', () => {
  it.each(CASES)('%s is refused: %s', async (_, code, work) => {
    const { store } = stage.world
    const before = [await dump(store, 'main'), await dump(store, 'elsewhere')]
    let refusal: unknown = null
    try {
      await work(stage)
    } catch (error) {
      refusal = error
    }
    if (!isDeskError(refusal)) throw refusal ?? new Error('it was done')
    expect(refusal.code).toBe(code)
    expect(refusal.message.length).toBeLessThan(20_000)
    expect([await dump(store, 'main'), await dump(store, 'elsewhere')]).toEqual(before)
  })

  it('is tried in at least a hundred ways, each with a name of its own', () => {
    expect(new Set(CASES.map(([title]) => title)).size).toBe(CASES.length)
    expect(CASES.length).toBeGreaterThan(150)
  })

  it('leaves no trace on the prototypes of this process', () => {
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(({} as Record<string, unknown>).roles).toBeUndefined()
  })
})
