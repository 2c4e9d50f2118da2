/** Cases on find's conditions where stores part from the language: absence, types, wildcards, collations. */
import type { Condition } from '../domain/condition.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import { equal } from './expectation.ts'
import { changeOf, minute, openingOf, ticketWrite } from './fixtures.ts'
import { casesAbout, onOne } from './store-case.ts'
import { ACME, asking } from './store-reading.ts'

type Question = readonly [where: Condition, numbers: readonly number[]]

/** A case: tickets 1, 2, 3 … with these changes, and which of them each condition finds, counted by `count` too. */
function answers(
  id: string,
  title: string,
  given: { tickets: readonly Partial<Ticket>[]; asked: readonly Question[] },
) {
  return onOne(`store.find.${id}`, title, async (store) => {
    await store.commit(changeOf({ writes: given.tickets.map((changes, n) => ticketWrite(n + 1, 0, changes)) }))
    for (const [where, numbers] of given.asked) {
      const found = await store.find(ACME, 'ticket', asking({ where }))
      equal(
        found.map(({ doc }) => doc.number),
        numbers,
        `tickets found by ${JSON.stringify(where)}`,
      )
      const counted = await store.count(ACME, 'ticket', where, [])
      equal(counted, [{ group: [], count: numbers.length }], `tickets counted by ${JSON.stringify(where)}`)
    }
  })
}

const custom = (value: unknown): Partial<Ticket> => ({ fields: { value } as Ticket['fields'] })

export const conditionCases = casesAbout('condition', [
  answers('absent', 'an absent field is null, and meets no other comparison', {
    tickets: [{ assigneeId: 'agt_7' }, { assigneeId: null }, { assigneeId: 'agt_' }],
    asked: [
      [{ field: 'assigneeId', is: null }, [2]],
      [{ field: 'assigneeId', in: ['agt_7', ''] }, [1]],
      [{ field: 'assigneeId', lt: 'agt_8' }, [1, 3]],
      [{ field: 'assigneeId', gte: '' }, [1, 3]],
      [{ field: 'assigneeId', startsWith: '' }, [1, 3]],
      [{ field: 'assigneeId', contains: '' }, [1, 3]],
    ],
  }),
  answers('not-absent', 'not turns an answer around, for absent fields too', {
    tickets: [{ assigneeId: 'agt_7' }, { assigneeId: null }, { assigneeId: 'agt_8' }],
    asked: [
      [{ not: { field: 'assigneeId', is: 'agt_7' } }, [2, 3]],
      [{ not: { field: 'assigneeId', in: ['agt_7', 'agt_8'] } }, [2]],
      [{ not: { field: 'assigneeId', lt: 'agt_8' } }, [2, 3]],
      [{ not: { field: 'assigneeId', startsWith: 'agt' } }, [2]],
      [{ not: { field: 'assigneeId', is: null } }, [1, 3]],
      [{ not: { not: { field: 'assigneeId', is: 'agt_7' } } }, [1]],
      [
        {
          not: {
            any: [
              { field: 'assigneeId', is: 'agt_7' },
              { field: 'solvedAt', gt: '' },
            ],
          },
        },
        [2, 3],
      ],
      [{ not: { field: 'fields.value', is: 'x' } }, [1, 2, 3]],
    ],
  }),
  answers('empty-is-present', 'empty text, zero and false are present', {
    tickets: [custom(''), custom(0), custom(false), custom(null), custom(undefined)],
    asked: [
      [{ field: 'fields.value', is: null }, [4, 5]],
      [{ field: 'fields.value', is: '' }, [1]],
      [{ field: 'fields.value', is: 0 }, [2]],
      [{ field: 'fields.value', is: false }, [3]],
    ],
  }),
  answers('types-apart', 'true, 1 and the texts of both are four values', {
    tickets: [custom(true), custom(1), custom('1'), custom('true'), custom([1]), custom({ is: 1 })],
    asked: [
      [{ field: 'fields.value', is: true }, [1]],
      [{ field: 'fields.value', is: 1 }, [2]],
      [{ field: 'fields.value', is: '1' }, [3]],
      [{ field: 'fields.value', is: 'true' }, [4]],
      [{ field: 'fields.value', in: [1, 'true'] }, [2, 4]],
      [{ not: { field: 'fields.value', in: [true, 1] } }, [3, 4, 5, 6]],
      [{ field: 'fields.value', gte: 0 }, [2]],
      [{ field: 'fields.value', gte: '0' }, [3, 4]],
    ],
  }),
  answers('boolean-column', 'a boolean of the record is a boolean', {
    tickets: [{ priorityByHand: true }, { priorityByHand: false }],
    asked: [
      [{ field: 'priorityByHand', is: true }, [1]],
      [{ field: 'priorityByHand', is: false }, [2]],
      [{ field: 'priorityByHand', in: [true, false] }, [1, 2]],
      [{ field: 'priorityByHand', is: 1 }, []],
      [{ field: 'priorityByHand', is: null }, []],
    ],
  }),
  answers('numbers', 'numbers are compared by size', {
    tickets: [custom(9), custom(10), custom(-1), custom(9.5), custom(2 ** 53 - 1)],
    asked: [
      [{ field: 'fields.value', lt: 10 }, [1, 3, 4]],
      [{ field: 'fields.value', gte: 10 }, [2, 5]],
      [{ field: 'fields.value', is: 9007199254740991 }, [5]],
      [{ field: 'fields.value', is: 9007199254740990 }, []],
      [{ field: 'number', gt: 4 }, [5]],
      [{ field: 'number', lte: 2.5 }, [1, 2]],
    ],
  }),
  answers('bounds', 'lt and gt leave the bound out, lte and gte take it in', {
    tickets: [1, 2, 3].map((n) => ({ openedAt: minute(n) })),
    asked: [
      [{ field: 'openedAt', lt: minute(2) }, [1]],
      [{ field: 'openedAt', lte: minute(2) }, [1, 2]],
      [{ field: 'openedAt', gt: minute(2) }, [3]],
      [{ field: 'openedAt', gte: minute(2) }, [2, 3]],
    ],
  }),
  answers('code-points', 'texts are compared by code point', {
    tickets: ['Z', 'a', '\u00e9', '\uff5e', '\u{1f600}', 'a\u0301', 'a '].map((status) => ({ status })),
    asked: [
      [{ field: 'status', lt: 'a' }, [1]],
      [{ field: 'status', gt: '\uff5e' }, [5]],
      [{ field: 'status', gte: 'a' }, [2, 3, 4, 5, 6, 7]],
      [{ field: 'status', lte: 'a' }, [1, 2]],
    ],
  }),
  answers('wildcards', 'startsWith and contains know no wildcards', {
    tickets: ['100% done', '1000 done', '100\\% done', 'a_b', 'axb', '[a]', 'a*'].map((subject) => ({ subject })),
    asked: [
      [{ field: 'subject', startsWith: '100%' }, [1]],
      [{ field: 'subject', contains: '%' }, [1, 3]],
      [{ field: 'subject', contains: '\\' }, [3]],
      [{ field: 'subject', startsWith: 'a_' }, [4]],
      [{ field: 'subject', contains: '[a]' }, [6]],
      [{ field: 'subject', contains: '*' }, [7]],
    ],
  }),
  answers('text-case', 'startsWith and contains tell case and accents apart', {
    tickets: ['Press hums', 'press hums', 'PRESS HUMS', 'Ärger', 'ärger', 'A\u0308rger'].map((subject) => ({
      subject,
    })),
    asked: [
      [{ field: 'subject', startsWith: 'Press' }, [1]],
      [{ field: 'subject', contains: 'hums' }, [1, 2]],
      [{ field: 'subject', startsWith: '\u00c4' }, [4]],
      [{ field: 'subject', contains: 'rger' }, [4, 5, 6]],
      [{ field: 'subject', startsWith: 'A' }, [6]],
    ],
  }),
  answers('text-long', 'contains finds what stands far inside a text', {
    tickets: [{ subject: `${'x'.repeat(5000)}needle` }, { subject: 'x'.repeat(5006) }],
    asked: [[{ field: 'subject', contains: 'needle' }, [1]]],
  }),
  answers('has', 'has finds whole entries of a list', {
    tickets: [{ tags: ['vip', 'a"b'] }, { tags: ['vip2'] }, { tags: [] }, { tags: ['VIP', 'vi', 'p'] }, custom('vip')],
    asked: [
      [{ field: 'tags', has: 'vip' }, [1]],
      [{ field: 'tags', has: 'a"b' }, [1]],
      [{ field: 'tags', has: '' }, []],
      [{ not: { field: 'tags', has: 'vip' } }, [2, 3, 4, 5]],
      [{ field: 'fields.value', has: 'vip' }, []],
    ],
  }),
  answers('groups', 'all of nothing holds, any of nothing does not, and parts combine', {
    tickets: [{ status: 'open' }, { status: 'solved' }, { status: 'open', priority: 'P1' }],
    asked: [
      [{ all: [] }, [1, 2, 3]],
      [{ any: [] }, []],
      [{ not: { any: [] } }, [1, 2, 3]],
      [{ field: 'status', in: [] }, []],
      [{ not: { field: 'status', in: [] } }, [1, 2, 3]],
      [
        {
          all: [
            { field: 'status', is: 'open' },
            { field: 'priority', is: 'P1' },
          ],
        },
        [3],
      ],
      [
        {
          any: [
            { field: 'status', is: 'solved' },
            { field: 'priority', is: 'P1' },
          ],
        },
        [2, 3],
      ],
      [
        {
          all: [
            {
              any: [
                { field: 'number', lt: 2 },
                { field: 'number', gt: 2 },
              ],
            },
            { field: 'status', is: 'open' },
          ],
        },
        [1, 3],
      ],
    ],
  }),
  answers('hostile', 'operands that look like SQL are operands', {
    tickets: [{ subject: "'; DROP TABLE ticket; --" }, { subject: '" OR 1=1' }, { subject: 'quiet' }],
    asked: [
      [{ field: 'subject', is: "'; DROP TABLE ticket; --" }, [1]],
      [{ field: 'subject', contains: '" OR' }, [2]],
      [{ field: 'fields.orderId', is: "' OR ''='" }, []],
      [{ field: 'subject', in: ['quiet', "') OR ('1'='1"] }, [3]],
    ],
  }),
  answers('many-values', 'in takes a thousand values', {
    tickets: [{}, {}, {}],
    asked: [[{ field: 'number', in: Array.from({ length: 1000 }, (_, n) => n + 2) }, [2, 3]]],
  }),
  onOne('store.find.any-custom-key', 'a custom field of any plain name is found', async (store) => {
    const names = ['order-id', 'order_id', 'Order', '_x', 'select', 'x'.repeat(64)]
    for (const [n, name] of names.entries())
      await store.commit(openingOf([n], { writes: [ticketWrite(n, 0, { fields: { [name]: 'yes' } })] }))
    for (const [n, name] of names.entries()) {
      const found = await store.find(ACME, 'ticket', asking({ where: { field: `fields.${name}`, is: 'yes' } }))
      equal(
        found.map(({ doc }) => doc.number),
        [n],
        `tickets found by fields.${name}`,
      )
    }
  }),
])
