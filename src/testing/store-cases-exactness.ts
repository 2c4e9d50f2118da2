/** Cases on exact keeping: what was written comes back to the character, and names that look alike stay apart. */
import type { Store } from '../desk/ports.ts'
import type { Json, JsonObject } from '../domain/json.ts'
import { equal } from './expectation.ts'
import {
  changeOf,
  commandOf,
  messageDoc,
  messageId,
  minute,
  openingOf,
  taskOf,
  ticketDoc,
  ticketEntry,
  ticketKey,
  ticketWrite,
} from './fixtures.ts'
import { casesAbout, onOne } from './store-case.ts'
import { ACME, asking, claim, idsOf, keysOf } from './store-reading.ts'

/** Two names that some store takes for one: by a collation, by trimming, by a number's type, by a wildcard. */
const LOOKALIKES: readonly (readonly [one: string, other: string, by: string])[] = [
  ['order-7', 'ORDER-7', 'upper and lower case'],
  ['order-7', 'order-7 ', 'a space at the end'],
  ['order-7', ' order-7', 'a space at the start'],
  ['order-7', 'order-7\t', 'a tab at the end'],
  ['cafe', 'caf\u00e9', 'an accent'],
  ['caf\u00e9', 'cafe\u0301', 'an accent composed and combining'],
  ['order-7', 'order\u200b-7', 'a zero-width space'],
  ['order-7', 'order-7\u200d', 'a zero-width joiner at the end'],
  ['order-7', '\uff4frder-7', 'a full-width letter'],
  ['strasse', 'stra\u00dfe', 'a sharp s'],
  ['i', '\u0131', 'a dotless i'],
  ['7', '07', 'a leading zero'],
  ['1000', '1e3', 'the way of writing a number'],
  ['7', '7.0', 'a decimal place'],
  ['a%', 'ab', 'a wildcard of many'],
  ['a_', 'ab', 'a wildcard of one'],
  ['', ' ', 'nothing and a space'],
  ["o'neil", "o''neil", 'a doubled quote'],
  ['null', 'NULL', 'the word null'],
  [`${'x'.repeat(199)}a`, `${'x'.repeat(199)}b`, 'the last of 200 characters'],
]

interface Pair {
  readonly store: Store
  readonly names: readonly string[]
  /** A tenant, and a number, that no other pair has. */
  readonly tenant: string
  readonly n: number
}

/** A case that uses both of two lookalikes, and expects each to answer for itself. */
function keptApart(what: string, things: string, use: (pair: Pair) => Promise<unknown>) {
  return onOne(`store.exact.${what}`, `${things} that look alike stay apart`, async (store) => {
    for (const [n, [one, other, by]] of LOOKALIKES.entries()) {
      const found = await use({ store, names: [one, other], tenant: `tenant-${n}`, n })
      equal(found, [one, other], `${things} that differ by ${by}`)
    }
  })
}

/** A case that keeps a value in a document, and another where tasks and commands keep theirs. */
function roundTrip(id: string, title: string, value: Json) {
  return onOne(`store.exact.${id}`, `${title} comes back as written`, async (store) => {
    const fields: JsonObject = { value }
    await store.commit(
      changeOf({
        writes: [ticketWrite(1, 0, { fields })],
        set: [taskOf('wake', { body: fields })],
        command: commandOf('cmd-1', { result: fields }),
      }),
    )
    equal((await store.get(ACME, [ticketKey(1)]))[0]?.doc.fields, fields, 'the field by get')
    equal((await store.find(ACME, 'ticket', asking()))[0]?.doc.fields, fields, 'the field by find')
    equal((await claim(store))[0]?.body, fields, "the task's body")
    equal((await store.command(ACME, 'cmd-1'))?.result, fields, "the command's result")
  })
}

function nested(levels: number): Json {
  return levels === 0 ? 'core' : { in: [nested(levels - 1)] }
}

const ROUND_TRIPS = [
  roundTrip('emoji', 'text with emoji and other astral characters', '👩🏽‍🔧 repaired 𝔱𝔥𝔢 press 🏭'),
  roundTrip('combining', 'text composed and decomposed', ['\u00e9', 'e\u0301', '\u1e9b\u0323', '\u1100\u1161']),
  roundTrip(
    'control',
    'text with control characters and line separators',
    'a\u0000b\u0001c\u001f\r\n\t\u007f\u0085\u2028\u2029\ufeffd',
  ),
  roundTrip('surrogates', 'half a surrogate pair', ['\ud83d', '\ude00', 'a\udc00b']),
  roundTrip(
    'quotes',
    'text with quotes, backslashes and placeholders',
    `'"\\ \\' ''; -- $1 ? :id @p \${x} %s \\u0041 </script>`,
  ),
  roundTrip('spaces', 'text of spaces, and around text', ['', ' ', ' a ', '\n', '\u00a0\u3000']),
  roundTrip('looks-like', 'text that looks like another type', [
    '1',
    '007',
    'true',
    'null',
    '[]',
    '{"a":1}',
    '1e3',
    'NaN',
    '2026-03-02',
  ]),
  roundTrip('dates', 'instants, with their milliseconds', [
    '2026-03-02T09:30:00.007Z',
    '2026-03-02T09:30:00.000Z',
    '0001-01-01T00:00:00.001Z',
  ]),
  roundTrip('integers', 'whole numbers up to 2^53 - 1', [
    0,
    -1,
    2 ** 31,
    -(2 ** 31) - 1,
    2 ** 32,
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
  ]),
  roundTrip('fractions', 'fractions, the very small and the very large', [
    0.1,
    0.1 + 0.2,
    1e-7,
    1e21,
    1 / 3,
    5e-324,
    Number.MAX_VALUE,
    -1.5e-10,
  ]),
  roundTrip('zero', 'zero, whatever its sign', [0, -0]),
  roundTrip('booleans', 'booleans beside 0, 1 and their texts', [true, false, 0, 1, '0', '1', 'true']),
  roundTrip('nulls', 'nested nulls and empty things', { a: null, b: [null, [], {}], c: { d: null }, e: '' }),
  roundTrip('deep', 'a value of 60 levels', nested(30)),
  roundTrip(
    'keys',
    'keys of every sort',
    JSON.parse('{"":1,"__proto__":{"a":2},"constructor":3,"a.b":4,"$[0]":5,"é":6,"7":7,"a\\"b":8,"a b ":9}'),
  ),
  roundTrip('long', 'a text of a megabyte', 'Grüße 🏭 '.repeat(100_000)),
  roundTrip(
    'list',
    'a list of 10,000 entries',
    Array.from({ length: 10_000 }, (_, n) => n * 1.5),
  ),
]

export const exactnessCases = casesAbout('exactness', [
  ...ROUND_TRIPS,
  onOne('store.exact.key-order', 'the keys of an object come back in the order written', async (store) => {
    const fields = { zebra: 1, apple: { z: 1, a: 2 }, Mango: 3 }
    await store.commit(
      changeOf({ writes: [ticketWrite(1, 0, { fields })], command: commandOf('cmd-1', { result: fields }) }),
    )
    equal(
      JSON.stringify((await store.get(ACME, [ticketKey(1)]))[0]?.doc.fields),
      JSON.stringify(fields),
      'the field as text',
    )
    equal(JSON.stringify((await store.command(ACME, 'cmd-1'))?.result), JSON.stringify(fields), 'the result as text')
  }),
  onOne('store.exact.undefined', 'a property that is undefined is absent', async (store) => {
    const doc = { ...ticketDoc(1), assigneeId: undefined, fields: { orderId: undefined } }
    await store.commit(changeOf({ writes: [{ ...ticketWrite(1), doc }] }))
    const [record] = await store.get(ACME, [ticketKey(1)])
    equal(Object.hasOwn(record?.doc ?? {}, 'assigneeId'), false, 'the document has an own property assigneeId')
    equal(record?.doc.fields, {}, 'the fields')
  }),
  onOne('store.exact.message', 'a message body of any text comes back as written', async (store) => {
    const body = 'Zeile 1\r\n\u0000\u2028> zitiert\ud83d\n👩🏽‍🔧 \u202eabc\u202c\u0301'
    const key = { kind: 'message', id: messageId(1) } as const
    await store.commit(changeOf({ writes: [{ ...key, expected: 0, tip: '', doc: messageDoc(1, { body }) }] }))
    equal((await store.get(ACME, [key]))[0]?.doc.body, body, 'the body')
  }),
  onOne('store.exact.journal-body', "a journal entry's body is kept to the byte", async (store) => {
    const bodies = [
      '{"b":1, "a":"\\u00e9", "c":1.0,"d":1e2}',
      ' {"a":1,"a":2}\n',
      '{"text":"👩🏽‍🔧 é e\u0301 \u2028"}',
      '{}',
      `{"x":"${'y'.repeat(100_000)}"}`,
    ]
    await store.commit(openingOf([1], { journal: bodies.map((body, n) => ticketEntry(1, 1, { n, body })) }))
    equal(
      (await store.history(ACME, { limit: 10 })).map(({ body }) => body),
      bodies,
      'the bodies',
    )
  }),
  onOne('store.exact.journal-entry', 'a journal entry comes back in all its parts', async (store) => {
    const entry = ticketEntry(1, 1, { name: 'ticket.opened', at: '2026-03-02T09:30:00.123Z' })
    await store.commit(openingOf([1], { journal: [entry] }))
    const [{ position = 0, ...rest } = { position: 0 }] = await store.history(ACME, { limit: 10 })
    equal(rest, entry, 'the entry')
  }),
  onOne('store.exact.task', 'a task comes back in all its parts', async (store) => {
    const task = taskOf('wake:tkt/1?ü', {
      dueAt: '2026-03-02T09:30:00.007Z',
      group: 'tkt 1',
      seq: 42,
      body: { a: [1, null] },
    })
    await store.commit(changeOf({ set: [task] }))
    const [found] = await claim(store)
    const { tenant, fence: _fence, attempts, leaseUntil, ...rest } = found ?? {}
    equal(
      { tenant, attempts, leaseUntil, rest },
      { tenant: ACME, attempts: 0, leaseUntil: minute(11), rest: task },
      'the claim',
    )
  }),
  onOne('store.exact.milliseconds', 'milliseconds count wherever instants are compared', async (store) => {
    const at = (ms: string) => `2026-03-02T09:30:00.${ms}Z`
    await store.commit(
      openingOf([1, 2], {
        writes: [ticketWrite(1, 0, { openedAt: at('002') }), ticketWrite(2, 0, { openedAt: at('001') })],
        journal: [ticketEntry(1, 1, { at: at('001') }), ticketEntry(2, 1, { at: at('002') })],
        set: [taskOf('a', { dueAt: at('001') }), taskOf('b', { dueAt: at('002') })],
      }),
    )
    const since = await store.find(ACME, 'ticket', asking({ where: { field: 'openedAt', gte: at('002') } }))
    equal(idsOf(since), [ticketKey(1).id], 'tickets opened at or after .002')
    const sorted = await store.find(ACME, 'ticket', asking({ order: [{ field: 'openedAt', direction: 'asc' }] }))
    equal(idsOf(sorted), [ticketKey(2).id, ticketKey(1).id], 'tickets in the order of their opening')
    equal((await store.history(ACME, { from: at('002'), limit: 10 })).length, 1, 'entries from .002 on')
    equal(keysOf(await claim(store, 'timer', { now: at('001') })), ['a'], 'tasks due at .001')
    equal(await store.nextDue('timer'), at('002'), 'when the next task is due')
  }),
  keptApart('record-id', 'record ids', async ({ store, names, tenant }) => {
    for (const id of names) {
      const write = { ...ticketWrite(1), id, doc: ticketDoc(1, { subject: id }) }
      await store.commit(changeOf({ tenant, writes: [write] }))
    }
    const found = await store.get(
      tenant,
      names.map((id) => ({ kind: 'ticket', id })),
    )
    return found.map((record) => record?.doc.subject)
  }),
  keptApart('command-id', 'command ids', async ({ store, names, tenant }) => {
    for (const id of names) await store.commit(changeOf({ tenant, command: commandOf(id) }))
    return Promise.all(names.map(async (id) => (await store.command(tenant, id))?.result.by))
  }),
  keptApart('tenant', 'tenants', async ({ store, names, n }) => {
    for (const tenant of names)
      await store.commit(changeOf({ tenant, writes: [ticketWrite(n, 0, { subject: tenant })] }))
    const where = { field: 'number', is: n } as const
    const found = await Promise.all(names.map((tenant) => store.find(tenant, 'ticket', asking({ where }))))
    return found.map((records) => records.map(({ doc }) => doc.subject).join('+'))
  }),
  keptApart('task-key', 'task keys', async ({ store, names, tenant }) => {
    await store.commit(changeOf({ tenant, set: names.map((key, seq) => taskOf(key, { dueAt: minute(seq) })) }))
    return keysOf(await claim(store))
  }),
  keptApart('queue', 'queues', async ({ store, names, tenant }) => {
    await store.commit(changeOf({ tenant, set: names.map((queue) => taskOf('wake', { queue })) }))
    const found = await Promise.all(names.map((queue) => claim(store, queue)))
    return found.map((claims) => claims.map(({ queue }) => queue).join('+'))
  }),
  keptApart('group', 'groups', async ({ store, names, tenant }) => {
    const set = names.map((group, seq) => taskOf(`wake-${seq}`, { group, dueAt: minute(seq) }))
    await store.commit(changeOf({ tenant, set }))
    return (await claim(store)).map(({ group }) => group)
  }),
  keptApart('counter', 'counters', async ({ store, names, tenant }) => {
    const numbers = await Promise.all(names.map((counter) => store.reserve(tenant, counter, 1)))
    return names.map((name, place) => (numbers[place] === 1 ? name : `${name} at ${numbers[place]}`))
  }),
  keptApart('column-value', 'values that are compared', async ({ store, names, tenant }) => {
    await store.commit(changeOf({ tenant, writes: names.map((status, n) => ticketWrite(n, 0, { status })) }))
    const asked = names.map((is) => store.find(tenant, 'ticket', asking({ where: { field: 'status', is } })))
    return (await Promise.all(asked)).map((records) => records.map(({ doc }) => doc.status).join('+'))
  }),
  keptApart('custom-value', 'values of custom fields that are compared', async ({ store, names, tenant }) => {
    await store.commit(
      changeOf({ tenant, writes: names.map((orderId, n) => ticketWrite(n, 0, { fields: { orderId } })) }),
    )
    const asked = names.map((is) =>
      store.find(tenant, 'ticket', asking({ where: { field: 'fields.orderId', in: [is] } })),
    )
    return (await Promise.all(asked)).map((records) =>
      records.map(({ doc }) => (doc.fields as JsonObject).orderId).join('+'),
    )
  }),
  keptApart('counted-value', 'values that are counted', async ({ store, names, tenant }) => {
    await store.commit(changeOf({ tenant, writes: names.map((status, n) => ticketWrite(n, 0, { status })) }))
    const rows = await store.count(tenant, 'ticket', null, ['status'])
    return names.map((name) => rows.find(({ group, count }) => group[0] === name && count === 1)?.group[0])
  }),
  keptApart('event-name', 'event names', async ({ store, names, tenant }) => {
    await store.commit(openingOf([1], { tenant, journal: names.map((name, n) => ticketEntry(1, 1, { n, name })) }))
    const asked = names.map((name) => store.history(tenant, { names: [name], limit: 10 }))
    return (await Promise.all(asked)).map((entries) => entries.map(({ name }) => name).join('+'))
  }),
])
