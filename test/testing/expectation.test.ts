import { describe, expect, it } from 'vitest'
import { fault } from '../../src/domain/refusals.ts'
import { equal, holds, refused, rejected } from '../../src/testing/expectation.ts'

describe('equal', () => {
  it.each([
    ['equal lists', [1, 'a', null], [1, 'a', null]],
    ['objects whose keys stand in another order', { a: 1, b: { c: 2 } }, { b: { c: 2 }, a: 1 }],
    ['a property that is undefined and one that is absent', { a: undefined }, {}],
    ['0 and -0', [0], [-0]],
  ])('accepts %s', (_, found, expected) => {
    expect(() => equal(found, expected, 'it')).not.toThrow()
  })

  it.each([
    ['the path', { a: [{ b: 1 }] }, { a: [{ b: 2 }] }, 'it at .a[0].b: expected 2, found 1'],
    ['a missing property', {}, { a: 1 }, 'it at .a: expected 1, found undefined'],
    ['a property too many', { a: 1 }, {}, 'it at .a: expected undefined, found 1'],
    ['an entry too many', [1, 2], [1], 'it at [1]: expected undefined, found 2'],
    ['a type', 1, '1', 'it: expected "1", found 1'],
    ['a boolean that is a number', 1, true, 'it: expected true, found 1'],
    ['a list that is an object', {}, [], 'it: expected [], found {}'],
    ['null', null, {}, 'it: expected {}, found null'],
    [
      'characters that look alike',
      'e\u0301',
      '\u00e9',
      'it: expected "\\u00e9", found "e\\u0301", both from character 0 of 1 and 2',
    ],
  ])('names %s', (_, found, expected, message) => {
    expect(() => equal(found, expected, 'it')).toThrow(message)
  })

  it('sees an own property that is named like a prototype', () => {
    expect(() => equal(JSON.parse('{"__proto__":{"a":1}}'), {}, 'it')).toThrow('it at .__proto__')
  })

  it('shows a long text around the place where it differs', () => {
    const text = `${'x'.repeat(1000)}needle${'y'.repeat(1000)}`
    expect(() => equal(text.replace('needle', 'noodle'), text, 'it')).toThrow(
      /expected "x+needley+", found "x+noodley+"/,
    )
  })
})

describe('refused', () => {
  const refusal = fault('store.closed', {})

  it('gives back the refusal with its code', async () => {
    expect(await refused(Promise.reject(refusal), 'store.closed', 'it')).toBe(refusal)
  })

  it('fails for success, another code and another error', async () => {
    await expect(refused(Promise.resolve(7), 'store.closed', 'it')).rejects.toThrow(
      'it: refusal store.closed: expected an error, found success: 7',
    )
    await expect(refused(Promise.reject(refusal), 'store.locked', 'it')).rejects.toThrow(
      'expected the refusal store.locked',
    )
    await expect(refused(Promise.reject(new Error('boom')), 'store.closed', 'it')).rejects.toThrow('found Error: boom')
  })

  it('leaves any error to rejected', async () => {
    expect(await rejected(Promise.reject(refusal), 'it')).toBe(refusal)
    expect(() => holds(true, 'it')).not.toThrow()
    expect(() => holds(false, 'it')).toThrow('it: does not hold')
  })
})
