import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromColumnText, fromJsonText, toColumnText, toJsonText } from '../../../src/adapters/kysely/column-text.ts'
import { compareText } from '../../../src/domain/condition-read.ts'

// Control characters, halves of surrogate pairs and whole pairs among plain ones.
const unit = fc.oneof(
  fc.constantFrom('\0', '\x01', '\x02', '\x03', '\x04', 'a', '0', '\ud800', '\udfff', '\u{1f600}', '\ud7ff', '\ue000'),
  fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
)
const anyText = fc.array(unit, { maxLength: 6 }).map((units) => units.join(''))
const storableText = anyText.map((text) => text.replace(/\0|\p{Surrogate}/gu, ''))

describe('the form of a text in a column', () => {
  it('is turned back into the very text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(fromColumnText(toColumnText(text))).toBe(text)
      }),
    )
  })

  it('holds no U+0000 and no half of a surrogate pair', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(toColumnText(text)).not.toMatch(/\0|\p{Surrogate}/u)
      }),
    )
  })

  it('is the text itself where there is nothing to hide', () => {
    expect(toColumnText('Grüße, 世界 \u{1f600}\n')).toBe('Grüße, 世界 \u{1f600}\n')
  })

  it('sorts as the text does', () => {
    fc.assert(
      fc.property(storableText, storableText, (a, b) => {
        expect(compareText(toColumnText(a), toColumnText(b))).toBe(compareText(a, b))
      }),
    )
  })

  it('begins with and contains what the text begins with and contains', () => {
    fc.assert(
      fc.property(storableText, storableText, (text, part) => {
        expect(toColumnText(text).includes(toColumnText(part))).toBe(text.includes(part))
        expect(toColumnText(text).startsWith(toColumnText(part))).toBe(text.startsWith(part))
      }),
      { numRuns: 500 },
    )
  })

  it('leaves JSON text as it is', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(toColumnText(JSON.stringify(text))).toBe(JSON.stringify(text))
      }),
    )
  })
})

describe('the form of a document in a column', () => {
  const anyValue = fc.object({
    key: anyText,
    values: [anyText, fc.integer(), fc.constant('\\u0000'), fc.constant('\\u0001\\u0001')],
  })

  it('is turned back into the very document, its keys in their order', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(JSON.stringify(fromJsonText(toJsonText(value)))).toBe(JSON.stringify(value))
      }),
    )
  })

  it('is JSON whose texts are in the form of columns: no database refuses any of it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(JSON.parse(toJsonText(text))).toBe(toColumnText(text))
      }),
    )
  })

  it('of JSON that was written otherwise is read as it stands', () => {
    expect(fromJsonText('"\\u0000 \\u0001 \\ud800 \\\\u0001\\u0001"')).toBe('\0 \x01 \ud800 \\u0001\x01')
  })
})
