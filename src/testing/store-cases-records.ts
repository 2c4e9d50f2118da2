/** Cases on single records: versions, removal, and that what is stored is out of every caller's reach. */
import type { JsonObject } from '../domain/json.ts'
import { equal, holds, refused } from './expectation.ts'
import {
  changeOf,
  commandOf,
  customerId,
  messageDoc,
  openingOf,
  taskOf,
  ticketDoc,
  ticketEntry,
  ticketId,
  ticketKey,
  ticketRemoval,
  ticketWrite,
} from './fixtures.ts'
import { casesAbout, onOne } from './store-case.ts'
import { ACME, asking, claim, idsOf, upTo, versionOf } from './store-reading.ts'

// A store may hand out frozen documents; then a caller's attempt to change one throws, and that is fine too.
function deface(doc: JsonObject): void {
  const open = doc as { status: string; tags: string[]; fields: Record<string, unknown> }
  for (const attempt of [
    () => (open.status = 'defaced'),
    () => open.tags.push('defaced'),
    () => (open.fields.orderId = 'defaced'),
  ])
    try {
      attempt()
    } catch {}
}

export const recordCases = casesAbout('atomicity', [
  onOne('store.record.versions', 'versions count from 1, by one with each write', async (store) => {
    for (const version of upTo(4)) {
      await store.commit(changeOf({ writes: [ticketWrite(1, version - 1)] }))
      equal(await versionOf(store, ticketKey(1)), version, `the version after ${version} writes`)
    }
  }),
  onOne(
    'store.record.as-written',
    'a record comes back with its kind, id, version, tip and document',
    async (store) => {
      await store.commit(openingOf([1]))
      const { tip, doc } = ticketWrite(1)
      equal(await store.get(ACME, [ticketKey(1)]), [{ ...ticketKey(1), version: 1, tip, doc }], 'the record by key')
      equal(await store.find(ACME, 'ticket', asking()), [{ ...ticketKey(1), version: 1, tip, doc }], 'the record found')
    },
  ),
  onOne('store.record.replaced-whole', 'a replacement leaves nothing of the old document', async (store) => {
    await store.commit(openingOf([1]))
    const { fields: _fields, assigneeId: _assigneeId, ...doc } = ticketDoc(1)
    await store.commit(changeOf({ writes: [{ ...ticketWrite(1, 1), doc, tip: 'f00d' }] }))
    equal(await store.get(ACME, [ticketKey(1)]), [{ ...ticketKey(1), version: 2, tip: 'f00d', doc }], 'the record')
    equal(
      await store.find(ACME, 'ticket', asking({ where: { field: 'fields.orderId', is: 'A-1' } })),
      [],
      'tickets with the old field',
    )
  }),
  onOne('store.record.columns-follow', 'a field that is gone from the document is found absent', async (store) => {
    await store.commit(changeOf({ writes: [ticketWrite(1, 0, { assigneeId: 'agt_7' })] }))
    const { assigneeId: _assigneeId, ...doc } = ticketDoc(1)
    await store.commit(changeOf({ writes: [{ ...ticketWrite(1, 1), doc }] }))
    const found = await store.find(ACME, 'ticket', asking({ where: { field: 'assigneeId', is: null } }))
    equal(idsOf(found), [ticketId(1)], 'tickets without an assignee')
  }),
  onOne('store.record.no-tip', 'a record without journal entries keeps its empty tip', async (store) => {
    await store.commit(changeOf({ writes: [{ ...ticketWrite(1), tip: '' }] }))
    equal((await store.get(ACME, [ticketKey(1)]))[0]?.tip, '', 'the tip')
  }),
  onOne('store.record.removed', 'a removed record is gone from get, find and count', async (store) => {
    await store.commit(openingOf([1, 2]))
    await store.commit(changeOf({ writes: [ticketRemoval(1, 1)] }))
    equal(await versionOf(store, ticketKey(1)), 0, 'the version of the removed ticket')
    equal(idsOf(await store.find(ACME, 'ticket', asking())), [ticketId(2)], 'the tickets found')
    equal(await store.count(ACME, 'ticket', null, []), [{ group: [], count: 1 }], 'the tickets counted')
  }),
  onOne('store.record.removed-absent', 'removing what must be absent is done when it is', async (store) => {
    const removal = ticketRemoval(1, 0)
    equal(await store.commit(changeOf({ writes: [removal] })), { committed: true }, 'the commit while it is absent')
    await store.commit(changeOf({ writes: [ticketWrite(1)] }))
    await refused(store.commit(changeOf({ writes: [removal] })), 'store.stale-version', 'the commit while it stands')
    equal(await versionOf(store, ticketKey(1)), 1, 'the version of what stands')
  }),
  onOne('store.record.removed-history', 'the journal of a removed record stays', async (store) => {
    await store.commit(openingOf([1]))
    await store.commit(
      changeOf({ writes: [ticketRemoval(1, 1)], journal: [ticketEntry(1, 2, { name: 'ticket.erased' })] }),
    )
    const names = (await store.history(ACME, { of: ticketKey(1), limit: 10 })).map(({ name }) => name)
    equal(names, ['ticket.opened', 'ticket.erased'], "the removed ticket's journal")
  }),
  onOne(
    'store.record.inserted-again',
    'a removed record can be inserted again, and starts at version 1',
    async (store) => {
      await store.commit(changeOf({ writes: [ticketWrite(1)] }))
      await store.commit(changeOf({ writes: [ticketWrite(1, 1)] }))
      await store.commit(changeOf({ writes: [ticketRemoval(1, 2)] }))
      await store.commit(changeOf({ writes: [ticketWrite(1)] }))
      equal(await versionOf(store, ticketKey(1)), 1, 'the version')
    },
  ),
  onOne(
    'store.record.order-of-keys',
    'get answers in the order of the keys, with null for absent records',
    async (store) => {
      await store.commit(openingOf([1, 2, 3]))
      const keys = [3, 9, 1, 3, 2].map(ticketKey)
      const found = (await store.get(ACME, keys)).map((record) => record?.id ?? null)
      equal(found, [ticketId(3), null, ticketId(1), ticketId(3), ticketId(2)], 'the ids')
    },
  ),
  onOne('store.record.no-keys', 'get of no keys is an empty list', async (store) => {
    equal(await store.get(ACME, []), [], 'the records')
  }),
  onOne('store.record.many-keys', 'get answers for 1000 keys at once', async (store) => {
    await store.commit(openingOf(upTo(500)))
    const found = await store.get(ACME, upTo(1000).map(ticketKey))
    equal(
      found.map((record) => record?.id ?? null),
      upTo(1000).map((n) => (n <= 500 ? ticketId(n) : null)),
      'the ids',
    )
  }),
  onOne('store.record.kinds-apart', 'one id in two kinds names two records', async (store) => {
    const id = customerId(1)
    const writes = [
      { ...ticketWrite(1), id },
      { kind: 'message', id, expected: 0, tip: '', doc: messageDoc(1) } as const,
    ]
    await store.commit(changeOf({ writes }))
    await store.commit(changeOf({ writes: [{ kind: 'ticket', id, expected: 1, tip: '', doc: null }] }))
    const found = await store.get(ACME, [
      { kind: 'ticket', id },
      { kind: 'message', id },
    ])
    equal(
      found.map((record) => record?.kind ?? null),
      [null, 'message'],
      'the kinds that are left',
    )
  }),
  onOne(
    'store.record.caller-changes-input',
    'a caller who changes a document after the commit changes nothing stored',
    async (store) => {
      const change = openingOf([1], { set: [taskOf('wake')], command: commandOf('cmd-1') })
      const before = JSON.parse(JSON.stringify(change)) as typeof change
      await store.commit(change)
      deface(change.writes[0]?.doc ?? {})
      Object.assign(change.set[0]?.body ?? {}, { command: 'defaced' })
      Object.assign(change.command?.result ?? {}, { by: 'defaced' })
      equal((await store.get(ACME, [ticketKey(1)]))[0]?.doc, before.writes[0]?.doc, 'the document')
      equal((await claim(store))[0]?.body, before.set[0]?.body, 'the body of the task')
      equal(await store.command(ACME, 'cmd-1'), before.command, 'the command')
    },
  ),
  onOne(
    'store.record.caller-changes-output',
    'a caller who changes a document it read changes nothing stored',
    async (store) => {
      await store.commit(openingOf([1]))
      const before = ticketDoc(1)
      const [got] = await store.get(ACME, [ticketKey(1)])
      const [found] = await store.find(ACME, 'ticket', asking())
      deface(got?.doc ?? {})
      deface(found?.doc ?? {})
      equal((await store.get(ACME, [ticketKey(1)]))[0]?.doc, before, 'the document by key')
      const defaced = await store.find(ACME, 'ticket', asking({ where: { field: 'tags', has: 'defaced' } }))
      holds(defaced.length === 0, 'no ticket is found by what a caller did to its copy')
    },
  ),
])
