/** The reference reading of conditions: table of the rules, and the laws of logic. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Condition, Leaf } from '../../src/domain/condition.ts'
import { compareText, compareValues, compileCondition, fieldOf, meets } from '../../src/domain/condition-read.ts'
import { anyCondition, anyRecord } from './condition-arbitraries.ts'

const field = 'x'
const grin = '\u{1f600}' // above U+FFFF, so two UTF-16 units that are smaller than U+FF01
const wide = '\uff01'

const rows: [leaf: Leaf, matching: unknown[], others: unknown[]][] = [
  [{ field, is: 'a' }, ['a'], ['A', 'a ', '', null, undefined, ['a'], { a: 1 }]],
  [{ field, is: 1 }, [1], ['1', true, 0, null, [1]]],
  [{ field, is: 0 }, [0, -0], ['0', '', false, null, undefined]],
  [{ field, is: true }, [true], [1, 'true', false, null]],
  [{ field, is: false }, [false], [0, '', null, undefined]],
  [{ field, is: '' }, [''], [null, undefined, 0, false, []]],
  [{ field, is: null }, [null, undefined], ['', 0, false, [], 'null', {}]],
  [{ field, in: ['a', 1] }, ['a', 1], ['1', true, null, ['a'], 'b']],
  [{ field, in: [] }, [], ['', 0, null, undefined, []]],
  [{ field, lt: 2 }, [1, -5, 1.9], [2, 3, '1', null, true, [1]]],
  [{ field, lte: 2 }, [2, 1], [2.1, '2', null]],
  [{ field, gt: 2 }, [3, 2.1], [2, 1, '3', null]],
  [{ field, gte: 2 }, [2, 3], [1, '2', null, true]],
  [{ field, gte: 0 }, [0, -0], [-1, null, '', false]],
  [{ field, lt: 'b' }, ['a', '', 'B', 'ab'], ['b', 'ba', 1, null, ['a']]],
  [{ field, lte: 'b' }, ['b', 'a'], ['ba', null]],
  [{ field, gt: 'b' }, ['ba', 'c', 'ä'], ['b', 'B', 3, null]],
  [{ field, gte: 'b' }, ['b', 'c'], ['a', null]],
  [{ field, gt: '9' }, ['a'], ['10', 10]],
  [{ field, gt: wide }, [grin], ['\uff00', 'a']],
  [{ field, lt: grin }, [wide, '\uffff', 'a'], ['\u{1f601}', grin]],
  [
    { field, gte: '2026-03-02T09:30:00.000Z' },
    ['2026-03-02T09:30:00.000Z', '2026-10-01T00:00:00.000Z'],
    ['2026-03-02T09:29:59.999Z', null],
  ],
  [{ field, has: 'a' }, [['a'], ['b', 'a']], [['ab'], ['A'], [], 'a', null, { a: 'a' }, [['a']]]],
  [{ field, startsWith: 'a%' }, ['a%', 'a%b'], ['ab', 'A%', null, ['a%'], 1]],
  [{ field, startsWith: '' }, ['', 'a'], [null, undefined, 0, [], ['']]],
  [{ field, startsWith: 'a' }, ['ab', 'a\u0308'], ['ba', 'A', 'ä']],
  [{ field, contains: '_' }, ['_', 'a_b'], ['ab', '', null]],
  [{ field, contains: 'b' }, ['abc', 'b'], ['ABC', ['b'], null]],
  [{ field, contains: '' }, ['', 'a'], [null, undefined, 0, ['']]],
]

describe('one comparison', () => {
  for (const [leaf, matching, others] of rows) {
    it(`${JSON.stringify(leaf)} matches what it says, and nothing else`, () => {
      for (const value of matching) expect(meets(leaf, { x: value }), String(value)).toBe(true)
      for (const value of others) expect(meets(leaf, { x: value }), String(value)).toBe(false)
      expect(meets(leaf, {})).toBe('is' in leaf && leaf.is === null)
    })
  }
})

describe('groups', () => {
  it('of nothing: all holds, any does not, and no condition at all holds', () => {
    expect(meets({ all: [] }, {})).toBe(true)
    expect(meets({ any: [] }, {})).toBe(false)
    expect(meets(null, {})).toBe(true)
  })

  it('turn an absent field around as any other: not is "b" holds for it', () => {
    expect(meets({ not: { field, is: 'b' } }, {})).toBe(true)
    expect(meets({ not: { field, lt: 5 } }, { x: null })).toBe(true)
  })
})

describe('a field', () => {
  it('is read from own properties only', () => {
    for (const path of [
      'toString',
      '__proto__',
      'constructor',
      'fields.toString',
      'fields.__proto__',
      'fields.constructor',
    ]) {
      expect(fieldOf({ fields: {} }, path)).toBeNull()
    }
    expect(fieldOf(Object.create({ status: 'open' }) as object, 'status')).toBeNull()
  })

  it("behind fields. is one key of the record's fields, dots included", () => {
    expect(fieldOf({ fields: { orderId: 'A-17' } }, 'fields.orderId')).toBe('A-17')
    expect(fieldOf({ fields: { a: { b: 1 }, 'a.b': 2 } }, 'fields.a.b')).toBe(2)
    expect(fieldOf({ 'fields.orderId': 'A-17' }, 'fields.orderId')).toBeNull()
  })

  it('is absent when there are no fields, or something else stands in their place', () => {
    for (const fields of [undefined, null, 'text', 7, ['a']])
      expect(fieldOf({ fields }, 'fields.length')).toBe(Array.isArray(fields) ? 1 : null)
  })
})

describe('order', () => {
  it('puts absent first, then false, true, numbers by size, texts by code point', () => {
    const sorted = [
      null,
      false,
      true,
      -1,
      0,
      1.5,
      10,
      '',
      '10',
      '9',
      'B',
      'a',
      'ab',
      'ä',
      '\ud7ff',
      '\ue000',
      wide,
      '\uffff',
      grin,
      '\u{10ffff}',
    ]
    expect([...sorted].reverse().sort(compareValues)).toEqual(sorted)
    expect(compareValues(undefined, null)).toBe(0)
  })

  it('of texts is the order of their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(compareText(a, b)).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
    )
  })

  it('of texts that share a beginning is the order of their UTF-8 bytes', () => {
    const near = fc.string({
      unit: fc.constantFrom('a', '\ud7ff', '\ue000', '\uffff', grin, '\u{1f601}', '\u{10ffff}'),
      maxLength: 4,
    })
    fc.assert(
      fc.property(near, near, (a, b) => {
        expect(compareText(a, b)).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
    )
  })

  it('of any values is total: it turns around, and carries over', () => {
    const value = fc.oneof(
      fc.constantFrom(null, undefined, [], {}),
      fc.boolean(),
      fc.integer(),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(compareValues(a, b) + compareValues(b, a)).toBe(0)
        if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0) expect(compareValues(a, c)).toBeLessThanOrEqual(0)
      }),
    )
  })
})

describe('any valid condition on any record', () => {
  const law = (holds: (a: Condition, b: Condition, record: object) => void) =>
    fc.assert(
      fc.property(anyCondition, anyCondition, anyRecord, (a, b, record) => {
        holds(a, b, record)
      }),
      { numRuns: 500 },
    )

  it('is answered by true or false, also when the record is nothing like it', () => {
    fc.assert(
      fc.property(
        anyCondition,
        fc.oneof(anyRecord, fc.object(), fc.object({ key: fc.constantFrom('fields', 'name', 'tags') })),
        (condition, record) => {
          expect(meets(condition, record)).toBeTypeOf('boolean')
        },
      ),
      { numRuns: 500 },
    )
  })

  it('is matched about as often as not, so that the laws here say something', () => {
    const samples = fc.sample(fc.tuple(anyCondition, anyRecord), { numRuns: 1000, seed: 7 })
    const share = samples.filter(([condition, record]) => meets(condition, record)).length / samples.length
    expect(share).toBeGreaterThan(0.25)
    expect(share).toBeLessThan(0.75)
  })

  it('is answered alike by one compiled function for many records', () => {
    fc.assert(
      fc.property(anyCondition, fc.array(anyRecord, { maxLength: 5 }), (condition, records) => {
        expect(records.map(compileCondition(condition))).toEqual(records.map((record) => meets(condition, record)))
      }),
    )
  })

  it('is itself when negated twice', () => {
    law((a, _, record) => expect(meets({ not: { not: a } }, record)).toBe(meets(a, record)))
  })

  it('follows De Morgan', () => {
    law((a, b, record) => {
      expect(meets({ not: { all: [a, b] } }, record)).toBe(meets({ any: [{ not: a }, { not: b }] }, record))
      expect(meets({ not: { any: [a, b] } }, record)).toBe(meets({ all: [{ not: a }, { not: b }] }, record))
    })
  })

  it('either holds or its negation does', () => {
    law((a, _, record) => {
      expect(meets({ any: [a, { not: a }] }, record)).toBe(true)
      expect(meets({ all: [a, { not: a }] }, record)).toBe(false)
    })
  })

  it('is JSON: writing it down and reading it back changes no answer', () => {
    law((a, _, record) => expect(meets(JSON.parse(JSON.stringify(a)) as Condition, record)).toBe(meets(a, record)))
  })

  it('asks in as a choice of is', () => {
    const values = fc.array(fc.oneof(fc.string(), fc.integer(), fc.boolean()), { maxLength: 4 })
    fc.assert(
      fc.property(values, anyRecord, (list, record) => {
        const any = list.map((is) => ({ field: 'name', is }))
        expect(meets({ field: 'name', in: list }, record)).toBe(meets({ any }, record))
      }),
    )
  })
})
