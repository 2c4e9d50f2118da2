import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flatten, isDeeper, unflatten } from '../../../src/adapters/kysely/deep-documents.ts'
import type { JsonObject } from '../../../src/domain/json.ts'

const LEVELS = 6

const documents = fc
  .dictionary(fc.oneof(fc.string(), fc.constant('$whole')), fc.jsonValue({ maxDepth: 12 }), { noNullPrototype: true })
  .map((doc) => JSON.parse(JSON.stringify(doc)) as JsonObject)

describe('a document that nests deeper than a database reads', () => {
  it('comes back as it was, and nests no deeper in between', () => {
    fc.assert(
      fc.property(documents, (doc) => {
        const kept = JSON.parse(JSON.stringify(flatten(doc, LEVELS))) as JsonObject
        expect(isDeeper(kept, LEVELS)).toBe(false)
        expect(unflatten(kept)).toEqual(doc)
      }),
    )
  })

  it('shows at the top and one level below the values that conditions can name', () => {
    const deep = [[[[[[[1]]]]]]]
    const doc = {
      id: 'tkt_1',
      tags: ['vip'],
      deep,
      none: null,
      fields: { orderId: 'A-17', list: ['x'], deep, on: true },
    }
    const { $whole, ...shown } = flatten(doc, LEVELS)
    expect(JSON.parse(String($whole))).toEqual(doc)
    expect(shown).toMatchObject({
      id: 'tkt_1',
      tags: ['vip'],
      none: null,
      fields: { orderId: 'A-17', list: ['x'], on: true },
    })
  })

  it('is left as it is while it is flat enough', () => {
    const doc = { id: 'tkt_1', fields: { list: ['x'] } }
    expect(flatten(doc, LEVELS)).toBe(doc)
    expect(unflatten(doc)).toBe(doc)
  })
})
