/** Cases on the order of what is found, and on counting it: absent values, ties, code points, types. */
import type { Order, Write } from '../desk/ports.ts'
import type { Condition } from '../domain/condition.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import { equal } from './expectation.ts'
import { changeOf, minute, ticketDoc, ticketId, ticketWrite } from './fixtures.ts'
import { casesAbout, onOne } from './store-case.ts'
import { ACME, asc, asking, desc, idsOf, pagesOf, statusOf, upTo } from './store-reading.ts'

interface Sorting {
  readonly order: readonly Order[]
  /** Tickets 1, 2, 3 … */
  readonly tickets: readonly Partial<Ticket>[]
  readonly expected: readonly number[]
}

/** A case: tickets come in an order, in one page as in pages of one, two and three. */
function sorted(id: string, title: string, { order, tickets, expected }: Sorting) {
  return onOne(`store.order.${id}`, title, async (store) => {
    const writes = tickets.map((changes, n) => ticketWrite(n + 1, 0, changes))
    // Written in another order than any that is asked for.
    await store.commit(
      changeOf({ writes: [...writes.filter((_, n) => n % 2), ...writes.filter((_, n) => n % 2 === 0)] }),
    )
    const ids = expected.map(ticketId)
    equal(idsOf(await store.find(ACME, 'ticket', asking({ order }))), ids, 'the tickets in one page')
    for (const limit of [1, 2, 3])
      equal(idsOf(await pagesOf(store, 'ticket', asking({ order, limit }))), ids, `the tickets in pages of ${limit}`)
  })
}

const assignees = ['agt_2', null, 'agt_1', null, 'agt_2', 'agt_1'].map(
  (assigneeId) => ({ assigneeId }) as Partial<Ticket>,
)
const texts = ['a', 'B', '\u{1f600}', '\uff5e', 'A', '\u00e9', 'e\u0301', '', 'a ', 'Z', '10', '9']

const agent = (id: string, { active }: { readonly active: boolean }): Write => ({
  kind: 'agent',
  id,
  expected: 0,
  tip: '',
  doc: { id, active },
})

export const orderCases = casesAbout('order', [
  sorted('by-id', 'without an order, records come by id', {
    order: [],
    tickets: [{}, {}, {}, {}, {}],
    expected: [1, 2, 3, 4, 5],
  }),
  sorted('ties-asc', 'ties are broken by id, ascending', {
    order: [asc('status')],
    tickets: ['b', 'a', 'b', 'a', 'b'].map((status) => ({ status })),
    expected: [2, 4, 1, 3, 5],
  }),
  sorted('ties-desc', 'ties are broken by id, ascending, in descending order too', {
    order: [desc('status')],
    tickets: ['b', 'a', 'b', 'a', 'b'].map((status) => ({ status })),
    expected: [1, 3, 5, 2, 4],
  }),
  sorted('absent-asc', 'absent values come first in ascending order', {
    order: [asc('assigneeId')],
    tickets: assignees,
    expected: [2, 4, 3, 6, 1, 5],
  }),
  sorted('absent-desc', 'absent values come last in descending order', {
    order: [desc('assigneeId')],
    tickets: assignees,
    expected: [1, 5, 3, 6, 2, 4],
  }),
  sorted('absent-between', 'absent values in the first of two fields keep the order of the second', {
    order: [desc('assigneeId'), desc('openedAt')],
    tickets: assignees,
    expected: [5, 1, 6, 3, 4, 2],
  }),
  sorted('absent-second', 'absent values in the second of two fields come first within the first', {
    order: [asc('status'), asc('solvedAt'), desc('number')],
    tickets: [null, 2, null, 1, 2].map((n, place) => ({
      status: place < 3 ? 'b' : 'a',
      solvedAt: n === null ? null : minute(n),
    })),
    expected: [4, 5, 3, 1, 2],
  }),
  sorted('code-points', 'texts come by code point: neither by a language, nor by UTF-16 unit', {
    order: [asc('status')],
    tickets: texts.map((status) => ({ status })),
    expected: [8, 11, 12, 5, 2, 10, 1, 9, 7, 6, 4, 3],
  }),
  sorted('code-points-desc', 'texts come by code point in descending order', {
    order: [desc('status')],
    tickets: texts.map((status) => ({ status })),
    expected: [3, 4, 6, 7, 9, 1, 10, 2, 5, 12, 11, 8],
  }),
  sorted('numbers', 'numbers come by size', {
    order: [asc('number')],
    tickets: [10, 9, 2 ** 53 - 1, -1, 1000, 2 ** 53 - 2].map((number) => ({ number })),
    expected: [4, 2, 1, 5, 6, 3],
  }),
  sorted('mixed', 'three fields in mixed directions sort one within the other', {
    order: [asc('status'), desc('priority'), asc('openedAt')],
    tickets: [
      { status: 'b', priority: 'P1', openedAt: minute(3) },
      { status: 'a', priority: 'P1', openedAt: minute(2) },
      { status: 'a', priority: 'P3', openedAt: minute(9) },
      { status: 'a', priority: 'P3', openedAt: minute(1) },
      { status: 'b', priority: 'P2', openedAt: minute(5) },
      { status: 'a', priority: 'P1', openedAt: minute(1) },
    ],
    expected: [4, 3, 6, 2, 5, 1],
  }),
  sorted('mixed-other-way', 'a descending field before an ascending one pages without gap', {
    order: [desc('openedAt'), asc('priority')],
    tickets: upTo(9).map((n) => ({ openedAt: minute(n % 3), priority: n % 2 ? 'P1' : 'P2' }) as Partial<Ticket>),
    expected: [5, 2, 8, 1, 7, 4, 3, 9, 6],
  }),
  onOne('store.order.booleans', 'false comes before true', async (store) => {
    await store.commit(
      changeOf({
        writes: [
          agent('agt_1', { active: true }),
          agent('agt_2', { active: false }),
          agent('agt_3', { active: true }),
          agent('agt_4', { active: false }),
        ],
      }),
    )
    for (const limit of [1, 3, 10]) {
      const ids = (order: Order) => pagesOf(store, 'agent', asking({ order: [order], limit })).then(idsOf)
      equal(await ids(asc('active')), ['agt_2', 'agt_4', 'agt_1', 'agt_3'], `agents in pages of ${limit}`)
      equal(await ids(desc('active')), ['agt_1', 'agt_3', 'agt_2', 'agt_4'], `agents in pages of ${limit}, descending`)
    }
  }),
  onOne('store.order.ids-by-code-point', 'ids that break ties come by code point', async (store) => {
    const ids = ['Z', 'a', '\u{1f600}', '\uff5e', 'A', '\u00e9', '10', '9']
    await store.commit(
      changeOf({ writes: ids.map((id) => ({ ...ticketWrite(1), id, doc: ticketDoc(1, { status: 'open' }) })) }),
    )
    const expected = ['10', '9', 'A', 'Z', 'a', '\u00e9', '\uff5e', '\u{1f600}']
    for (const order of [[], [asc('status')], [desc('status')]])
      equal(idsOf(await pagesOf(store, 'ticket', asking({ order, limit: 3 }))), expected, 'the ids')
  }),
])

/** A measure of a month, with a length or without one. */
const measured = (id: string, month: string, lengthMs: number | null): Write => ({
  ...{ kind: 'measure', id, expected: 0, tip: '' },
  doc: { id, what: 'firstReply', month, lengthMs },
})

export const countingCases = casesAbout('counting', [
  onOne('store.count.nothing', 'where there is nothing, one row counts 0 and groups have no rows', async (store) => {
    equal(await store.count(ACME, 'ticket', null, []), [{ group: [], count: 0 }], 'ungrouped')
    equal(await store.count(ACME, 'ticket', null, ['status']), [], 'grouped')
  }),
  onOne('store.count.groups', 'each combination of values is counted in a row of its own', async (store) => {
    await store.commit(
      changeOf({ writes: upTo(30).map((n) => ticketWrite(n, 0, { ...statusOf(n), priority: n % 2 ? 'P1' : 'P2' })) }),
    )
    const rows = await store.count(ACME, 'ticket', { field: 'number', lte: 25 }, ['status', 'priority'])
    const found = rows.map(({ group, count }) => [...group, count].join(' ')).sort()
    const expected = ['open P1 4', 'open P2 4', 'pending P1 5', 'pending P2 4', 'solved P1 4', 'solved P2 4']
    equal(found, expected, 'the rows')
  }),
  onOne('store.count.absent', 'absent values are counted in a group of their own', async (store) => {
    await store.commit(changeOf({ writes: assignees.map((changes, n) => ticketWrite(n + 1, 0, changes)) }))
    const rows = await store.count(ACME, 'ticket', null, ['assigneeId'])
    const found = new Map(rows.map(({ group, count }) => [group[0], count]))
    equal(
      [found.size, found.get(null), found.get('agt_1'), found.get('agt_2')],
      [3, 2, 2, 2],
      'groups, and counts of null, agt_1, agt_2',
    )
  }),
  onOne('store.count.types', 'the values of groups keep their types', async (store) => {
    await store.commit(
      changeOf({
        writes: [
          agent('agt_1', { active: true }),
          agent('agt_2', { active: true }),
          agent('agt_3', { active: false }),
          ticketWrite(7),
        ],
      }),
    )
    const rows = await store.count(ACME, 'agent', null, ['active'])
    const found = new Map(rows.map(({ group, count }) => [group[0], count]))
    equal([found.size, found.get(true), found.get(false)], [2, 2, 1], 'groups, and counts of true and false')
    equal(await store.count(ACME, 'ticket', null, ['number']), [{ group: [7], count: 1 }], 'the tickets by number')
  }),
  onOne(
    'store.count.sum',
    'a column of numbers is added up for each group, and absent ones add nothing',
    async (store) => {
      const writes = [
        ...[measured('m1', '2026-03', 5), measured('m2', '2026-03', null), measured('m3', '2026-03', 2 ** 41)],
        ...[measured('m4', '2026-04', 0.5), measured('m5', '2026-05', null)],
      ]
      await store.commit(changeOf({ writes }))
      const rows = await store.count(ACME, 'measure', null, ['month'], 'lengthMs')
      const found = rows.map(({ group, count, sum }) => [...group, count, sum].join(' ')).sort()
      equal(found, [`2026-03 3 ${2 ** 41 + 5}`, '2026-04 1 0.5', '2026-05 1 0'], 'months, with counts and sums')
      const where: Condition = { field: 'month', is: '2026-03' }
      equal(
        await store.count(ACME, 'measure', where, [], 'lengthMs'),
        [{ group: [], count: 3, sum: 2 ** 41 + 5 }],
        'March',
      )
    },
  ),
  onOne('store.count.sum-nothing', 'where there is nothing to add up, the sum is 0', async (store) => {
    equal(await store.count(ACME, 'measure', null, [], 'lengthMs'), [{ group: [], count: 0, sum: 0 }], 'ungrouped')
    equal(await store.count(ACME, 'measure', null, ['month'], 'lengthMs'), [], 'grouped')
  }),
])
