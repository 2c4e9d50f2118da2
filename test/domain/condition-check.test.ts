/** What the wall lets through, and what it refuses: every refusal with its code and the place it names. */
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Condition } from '../../src/domain/condition.ts'
import { CONDITION_LIMITS, type ConditionShape, checkCondition } from '../../src/domain/condition-check.ts'
import { meets } from '../../src/domain/condition-read.ts'
import { DeskError } from '../../src/domain/fault.ts'
import { anyCondition, anyRecord, customFields, ownFields, shape } from './condition-arbitraries.ts'

const loose: ConditionShape = { fields: ownFields, custom: 'any' }
const bare: ConditionShape = { fields: ownFields, custom: 'none' }
const ok = { field: 'name', is: 'a' }

function refusal(input: unknown, against: ConditionShape): DeskError {
  try {
    checkCondition(input, against)
  } catch (error) {
    if (error instanceof DeskError) return error
    throw error
  }
  throw new Error(`not refused: ${JSON.stringify(input)}`)
}

function nested(levels: number): unknown {
  let part: unknown = ok
  for (let level = 1; level < levels; level++) part = { not: part }
  return part
}

function itself(): unknown {
  const all: unknown[] = []
  const circle = { all }
  all.push(circle)
  return circle
}

// Each level names the next one twice: 2^15 comparisons out of 15 objects.
function doubling(): unknown {
  let part: unknown = ok
  for (let level = 1; level < 16; level++) part = { any: [part, part] }
  return part
}

// The way to its n-th comparison, from 0.
function branch(n: number): string {
  return [...n.toString(2).padStart(15, '0')].map((turn) => `.any[${turn}]`).join('')
}

type Row = [what: string, input: unknown, code: string, place: string, against?: ConditionShape]

const MALFORMED = 'condition.malformed'
const UNKNOWN = 'condition.unknown-field'
const TYPE = 'condition.wrong-type'
const LARGE = 'condition.too-large'

const hostile: Row[] = [
  ['undefined', undefined, MALFORMED, 'where'],
  ['null', null, MALFORMED, 'where'],
  ['a text', 'status = 1', MALFORMED, 'where'],
  ['a number', 7, MALFORMED, 'where'],
  ['a function', () => true, MALFORMED, 'where'],
  ['a symbol', Symbol('a'), MALFORMED, 'where'],
  ['a bigint', 1n, MALFORMED, 'where'],
  ['a bare list', [ok], MALFORMED, 'where'],
  ['a Date', new Date(0), MALFORMED, 'where'],
  ['a Map', new Map([['field', 'name']]), MALFORMED, 'where'],
  ['an object with a prototype of its own', Object.create({ field: 'name', is: 'a' }), MALFORMED, 'where'],
  ['nothing at all', {}, MALFORMED, 'where'],
  ['an unknown word', { where: ok }, MALFORMED, 'where'],
  ['__proto__ as a word', JSON.parse('{"__proto__":{"all":[]}}'), MALFORMED, 'where'],
  ['constructor as a word', { constructor: [] }, MALFORMED, 'where'],
  ['two groups at once', { all: [], any: [] }, MALFORMED, 'where'],
  ['a group and a stranger', { all: [], limit: 1 }, MALFORMED, 'where'],
  ['all of no list', { all: ok }, MALFORMED, 'where'],
  ['all of an object like a list', { all: { length: 1, 0: ok } }, MALFORMED, 'where'],
  ['any of null', { any: null }, MALFORMED, 'where'],
  ['all with a hole', { all: [ok, undefined] }, MALFORMED, 'where.all[1]'],
  // biome-ignore lint/suspicious/noSparseArray: the hole is the case.
  ['any with a real hole', { any: [ok, , ok] }, MALFORMED, 'where.any[1]'],
  ['not of a list', { not: [ok] }, MALFORMED, 'where.not'],
  ['not of nothing', { not: undefined }, MALFORMED, 'where.not'],
  ['a bad part deep inside', { all: [ok, ok, { any: [{ not: 'x' }] }] }, MALFORMED, 'where.all[2].any[0].not'],
  ['a field that is a number', { field: 1, is: 'a' }, MALFORMED, 'where'],
  ['a field that is a list', { field: ['name'], is: 'a' }, MALFORMED, 'where'],
  ['a field that only looks like a text', { field: { toString: () => 'name' }, is: 'a' }, MALFORMED, 'where'],
  ['no operator', { field: 'name' }, MALFORMED, 'where'],
  ['an unknown operator', { field: 'name', equals: 'a' }, MALFORMED, 'where'],
  ['an operator in capitals', { field: 'name', IS: 'a' }, MALFORMED, 'where'],
  ['SQL as an operator', { field: 'name', "= '' OR 1=1 --": 'a' }, MALFORMED, 'where'],
  ['__proto__ as an operator', JSON.parse('{"field":"name","__proto__":"a"}'), MALFORMED, 'where'],
  ['toString as an operator', { field: 'name', toString: 'a' }, MALFORMED, 'where'],
  ['two operators', { field: 'size', gt: 1, lt: 5 }, MALFORMED, 'where'],
  ['an operator beside an undefined one', { field: 'size', gt: 1, lt: undefined }, MALFORMED, 'where'],
  ['a comparison that is a group too', { field: 'name', is: 'a', all: [] }, MALFORMED, 'where'],
  ['U+0000 in a text', { field: 'name', is: 'a\0' }, MALFORMED, 'where'],
  ['a high surrogate alone', { field: 'name', contains: '\ud83d' }, MALFORMED, 'where'],
  ['a low surrogate alone, in a list', { field: 'name', in: ['a', '\ude00a'] }, MALFORMED, 'where'],

  ['an unknown field', { field: 'nmae', is: 'a' }, UNKNOWN, 'where'],
  ['an empty field', { field: '', is: 'a' }, UNKNOWN, 'where'],
  ['a field in capitals', { field: 'Name', is: 'a' }, UNKNOWN, 'where'],
  ['a field with a space behind', { field: 'name ', is: 'a' }, UNKNOWN, 'where'],
  ['SQL as a field', { field: 'name" OR 1=1 --', is: 'a' }, UNKNOWN, 'where'],
  ['__proto__ as a field', { field: '__proto__', is: null }, UNKNOWN, 'where'],
  ['constructor as a field', { field: 'constructor', is: 'a' }, UNKNOWN, 'where'],
  ['toString as a field', { field: 'toString', is: 'a' }, UNKNOWN, 'where'],
  ['hasOwnProperty as a field', { not: { field: 'hasOwnProperty', is: null } }, UNKNOWN, 'where.not'],
  ['fields itself', { field: 'fields', is: null }, UNKNOWN, 'where'],
  ['fields. without a key', { field: 'fields.', is: null }, UNKNOWN, 'where'],
  ['an undeclared custom field', { field: 'fields.colour', is: 'a' }, UNKNOWN, 'where'],
  ['an own field as a custom one', { field: 'fields.name', is: 'a' }, UNKNOWN, 'where'],
  ['a custom field without its prefix', { field: 'code', is: 'a' }, UNKNOWN, 'where'],
  ['__proto__ as a custom field', { field: 'fields.__proto__', is: 'a' }, UNKNOWN, 'where'],
  ['a path through a custom field', { field: 'fields.code.length', is: 1 }, UNKNOWN, 'where'],
  ['any custom field where there are none', { field: 'fields.code', is: 'a' }, UNKNOWN, 'where', bare],
  ['__proto__ as any custom field', { field: 'fields.__proto__', is: 'a' }, UNKNOWN, 'where', loose],
  ['constructor as any custom field', { field: 'fields.constructor', is: 'a' }, UNKNOWN, 'where', loose],
  ['toString as any custom field', { field: 'fields.toString', is: 'a' }, UNKNOWN, 'where', loose],
  ['a dot in any custom field', { field: 'fields.a.b', is: 'a' }, UNKNOWN, 'where', loose],
  ['a quote in any custom field', { field: "fields.a'b", is: 'a' }, UNKNOWN, 'where', loose],
  ['a line end behind any custom field', { field: 'fields.a\n', is: 'a' }, UNKNOWN, 'where', loose],
  ['a digit before any custom field', { field: 'fields.1a', is: 'a' }, UNKNOWN, 'where', loose],
  ['any custom field of 65 letters', { field: `fields.${'a'.repeat(65)}`, is: 'a' }, UNKNOWN, 'where', loose],
  ['a field of a million letters', { field: 'a'.repeat(1_000_000), is: 'a' }, UNKNOWN, 'where'],

  ['undefined as the operand', { field: 'name', is: undefined }, TYPE, 'where'],
  ['a number for a text', { field: 'name', is: 1 }, TYPE, 'where'],
  ['an object for a text', { field: 'name', is: { $ne: null } }, TYPE, 'where'],
  ['a list for a text', { field: 'name', is: ['a'] }, TYPE, 'where'],
  ['a boxed text', { field: 'name', is: new String('a') }, TYPE, 'where'],
  ['null in a size', { field: 'name', lt: null }, TYPE, 'where'],
  ['null in a list', { field: 'name', in: ['a', null] }, TYPE, 'where'],
  ['a hole in a list', { field: 'name', in: new Array(3) }, TYPE, 'where'],
  ['a text for a list of values', { field: 'name', in: 'a' }, TYPE, 'where'],
  ['a Set for a list of values', { field: 'name', in: new Set(['a']) }, TYPE, 'where'],
  ['a number among texts', { all: [{ field: 'name', in: ['a', 1] }] }, TYPE, 'where.all[0]'],
  ['a text for a number', { field: 'size', gt: '5' }, TYPE, 'where'],
  ['a bigint for a number', { field: 'size', is: 5n }, TYPE, 'where'],
  ['NaN', { field: 'size', is: Number.NaN }, TYPE, 'where'],
  ['infinity', { field: 'size', lt: Number.POSITIVE_INFINITY }, TYPE, 'where'],
  ['NaN in a list', { field: 'size', in: [1, Number.NaN] }, TYPE, 'where'],
  ['infinity for any custom field', { field: 'fields.level', gt: -Infinity }, TYPE, 'where', loose],
  ['has on a text', { field: 'name', has: 'a' }, TYPE, 'where'],
  ['startsWith on a number', { field: 'size', startsWith: '1' }, TYPE, 'where'],
  ['contains on an instant', { field: 'openedAt', contains: '2026' }, TYPE, 'where'],
  ['contains on a list', { field: 'tags', contains: 'a' }, TYPE, 'where'],
  ['is with a text on a list', { field: 'tags', is: 'a' }, TYPE, 'where'],
  ['in on a list', { field: 'tags', in: ['a'] }, TYPE, 'where'],
  ['has with a number', { field: 'tags', has: 1 }, TYPE, 'where'],
  ['has with null', { field: 'tags', has: null }, TYPE, 'where'],
  ['a size of true and false', { field: 'done', lt: true }, TYPE, 'where'],
  ['1 for true', { field: 'done', is: 1 }, TYPE, 'where'],
  ['startsWith with a number, for any custom field', { field: 'fields.code', startsWith: 1 }, TYPE, 'where', loose],
  ['a size of true, for any custom field', { field: 'fields.code', lt: true }, TYPE, 'where', loose],
  ['a wrong type for a declared custom field', { field: 'fields.level', is: 'high' }, TYPE, 'where'],
  ['a day for an instant', { field: 'openedAt', gte: '2026-03-02' }, TYPE, 'where'],
  ['an instant without a zone', { field: 'openedAt', gte: '2026-03-02T09:30:00' }, TYPE, 'where'],
  ['a month 13', { field: 'openedAt', gte: '2026-13-02T09:30:00Z' }, TYPE, 'where'],
  ['a year that would not sort', { field: 'openedAt', lt: '+010000-01-01T00:00:00.000Z' }, TYPE, 'where'],
  ['a year before 0000', { field: 'openedAt', lt: '-000001-01-01T00:00:00.000Z' }, TYPE, 'where'],
  ['a number for an instant', { field: 'openedAt', gt: 0 }, TYPE, 'where'],
  ['a Date for an instant', { field: 'openedAt', gt: new Date(0) }, TYPE, 'where'],
  ['a word for a custom instant', { field: 'fields.dueAt', lt: 'tomorrow' }, TYPE, 'where'],

  ['17 levels', nested(17), LARGE, `where${'.not'.repeat(16)}`],
  ['a condition that holds itself', itself(), LARGE, `where${'.all[0]'.repeat(16)}`],
  ['100,000 levels', nested(100_000), LARGE, `where${'.not'.repeat(16)}`],
  ['201 comparisons', { all: new Array(201).fill(ok) }, LARGE, 'where'],
  [
    '201 comparisons in two groups',
    { any: [{ all: new Array(150).fill(ok) }, { all: new Array(51).fill(ok) }] },
    LARGE,
    'where.any[1].all[50]',
  ],
  ['201 empty groups', { all: [{ any: new Array(200).fill({ all: [] }) }, { any: [] }] }, LARGE, 'where.all[1]'],
  ['two to the fifteenth comparisons', doubling(), LARGE, `where${branch(200)}`],
  ['a list of a billion holes', { all: new Array(1_000_000_000) }, LARGE, 'where'],
  ['1001 values', { field: 'size', in: Array.from({ length: 1001 }, (_, n) => n) }, LARGE, 'where'],
  ['a billion values', { field: 'size', in: new Array(1_000_000_000) }, LARGE, 'where'],
  [
    '6 lists of 1000 values',
    { any: new Array(6).fill({ field: 'size', in: new Array(1000).fill(1) }) },
    LARGE,
    'where.any[5]',
  ],
  ['a text of 1001 characters', { field: 'name', contains: 'a'.repeat(1001) }, LARGE, 'where'],
  ['a text of 1001 characters in has', { field: 'tags', has: 'a'.repeat(1001) }, LARGE, 'where'],
  [
    'a text of 1001 characters for any custom field',
    { field: 'fields.code', in: ['a'.repeat(1001)] },
    LARGE,
    'where',
    loose,
  ],
]

describe('hostile input', () => {
  for (const [what, input, code, place, against] of hostile) {
    it(`${what} is refused with ${code}`, () => {
      const error = refusal(input, against ?? shape)
      expect(error.code).toBe(code)
      expect(error.kind).toBe('invalid')
      expect(error.data.place).toBe(place)
      expect(error.message).toContain(place)
    })
  }

  it('is never repeated at length in a refusal', () => {
    for (const [, input, , , against] of hostile)
      expect(refusal(input, against ?? shape).message.length).toBeLessThan(450)
  })

  it('of any kind meets a DeskError or passes, and nothing else', () => {
    const word = fc.constantFrom(
      'all',
      'any',
      'not',
      'field',
      'is',
      'in',
      'lt',
      'has',
      'startsWith',
      '__proto__',
      'toString',
    )
    const near = fc.object({
      key: word,
      maxDepth: 4,
      values: [fc.constantFrom(...Object.keys(ownFields)), fc.string(), fc.double(), fc.constant(null), fc.boolean()],
    })
    const input = fc.oneof(
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withNullPrototype: true,
        withSparseArray: true,
        withTypedArray: true,
      }),
      fc.jsonValue(),
      near,
      near.map((part) => ({ all: [part] })),
    )
    fc.assert(
      fc.property(input, fc.constantFrom(shape, loose, bare), (value, against) => {
        try {
          checkCondition(value, against)
        } catch (error) {
          expect(error).toBeInstanceOf(DeskError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a refusal', () => {
  it('says what is wrong, with what, and what to do', () => {
    expect(refusal({ all: [{ field: 'tags', contains: 'vip' }] }, shape).message).toBe(
      'The condition at where.all[0] does not fit tags (list): contains is not for it; use is, has.',
    )
    expect(refusal({ field: 'size', gt: '5' }, shape).message).toBe(
      'The condition at where does not fit size (number): gt takes a number, not a text.',
    )
    expect(refusal({ field: 'status', is: 'open' }, shape).message).toBe(
      'The condition at where names "status", which is no field here; see the record\'s type for those there are.',
    )
    expect(refusal({ field: 'name', equals: 'a' }, shape).message).toContain('"equals" is no operator; use is, in, lt')
  })

  it('names the condition as its owner calls it', () => {
    const error = refusal({ not: {} }, { ...shape, place: 'targets[0].match' })
    expect(error.data.place).toBe('targets[0].match.not')
  })
})

describe('a condition that passes', () => {
  it('is at a limit, not beyond it', () => {
    const { levels, leaves, values, allValues, characters } = CONDITION_LIMITS
    expect(checkCondition(nested(levels), shape)).toEqual(nested(levels))
    expect(checkCondition({ all: new Array(leaves).fill(ok) }, shape)).toHaveProperty('all.length', leaves)
    const full = { field: 'size', in: Array.from({ length: values }, (_, n) => n) }
    expect(checkCondition(full, shape)).toEqual(full)
    expect(checkCondition({ any: new Array(allValues / values).fill(full) }, shape)).toHaveProperty('any.length', 5)
    expect(checkCondition({ field: 'name', is: 'a'.repeat(characters) }, shape)).toHaveProperty('is.length', characters)
  })

  it('may ask for nothing: empty groups and empty lists', () => {
    for (const empty of [{ all: [] }, { any: [] }, { field: 'name', in: [] }, { field: 'name', startsWith: '' }]) {
      expect(checkCondition(empty, shape)).toEqual(empty)
    }
  })

  it('asks by null whether any field is absent, lists included', () => {
    for (const field of [...Object.keys(ownFields), ...Object.keys(customFields).map((key) => `fields.${key}`)]) {
      expect(checkCondition({ field, is: null }, shape)).toEqual({ field, is: null })
    }
  })

  it('may name any well-formed custom field where their types are not known, with any operand', () => {
    for (const part of [
      { is: 1 },
      { is: true },
      { in: ['a', 1, false] },
      { lt: 'a' },
      { gte: 2 },
      { has: 'a' },
      { contains: 'a' },
    ]) {
      for (const field of ['fields.orderId', 'fields._x', 'fields.a-b_1', `fields.${'a'.repeat(64)}`]) {
        expect(checkCondition({ field, ...part }, loose)).toEqual({ field, ...part })
      }
    }
  })

  it('has its instants in the one written form, from whatever zone they came', () => {
    const at = '2026-03-02T09:30:00.000Z'
    for (const given of [
      at,
      '2026-03-02T09:30:00Z',
      '2026-03-02T09:30Z',
      '2026-03-02T10:30:00+01:00',
      '2026-03-02T09:30:00.0009Z',
    ]) {
      expect(checkCondition({ field: 'openedAt', gte: given }, shape)).toEqual({ field: 'openedAt', gte: at })
      expect(checkCondition({ field: 'fields.dueAt', in: [given] }, shape)).toEqual({ field: 'fields.dueAt', in: [at] })
    }
  })

  it('has 0 in place of -0, as JSON does', () => {
    expect(Object.is((checkCondition({ field: 'size', is: -0 }, shape) as { is: number }).is, 0)).toBe(true)
  })

  it('may be an object without a prototype, or one of another realm', () => {
    const lone = Object.assign(Object.create(null) as object, ok)
    expect(checkCondition(lone, shape)).toEqual(ok)
    expect(checkCondition(runInNewContext('({ all: [{ field: "name", is: "a" }] })'), shape)).toEqual({ all: [ok] })
  })

  it('is a copy: what happens to the input later does no harm', () => {
    const input = { all: [{ field: 'name', in: ['a'] }, { not: { field: 'size', gt: 1 } }] }
    const before = structuredClone(input)
    const checked = checkCondition(input, shape)
    const parts: unknown[] = input.all
    ;(input.all[0] as { in: string[] }).in.push('b')
    ;(input.all[1] as { not: { field: string } }).not.field = '__proto__'
    parts.pop()
    expect(checked).toEqual(before)
  })

  it('is any valid condition, unchanged, and again when checked again', () => {
    fc.assert(
      fc.property(anyCondition, (condition) => {
        const once = checkCondition(condition, shape)
        expect(once).toEqual(condition)
        expect(once).not.toBe(condition)
        expect(checkCondition(once, shape)).toEqual(once)
      }),
      { numRuns: 500 },
    )
  })

  it('passes again after a trip through JSON, and answers alike', () => {
    fc.assert(
      fc.property(anyCondition, anyRecord, (condition, record) => {
        const read: Condition = checkCondition(JSON.parse(JSON.stringify(condition)), loose)
        expect(meets(read, record)).toBe(meets(condition, record))
      }),
    )
  })
})
