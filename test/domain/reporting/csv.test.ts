/** No text of a report becomes a formula in a spreadsheet, and every text can be read back. */
import { parse } from 'csv-parse/sync'
import { csvOf, guardedText, plainText } from 'deskwright/reports'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const FORMULAS = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  ' =1',
  '\u200b=1',
  '\ufeff=1',
  '＝1',
  '＋1',
  '－1',
  '＠1',
]
const TRICKS = ['a","=1', 'a";=1', 'a;=1', 'a\t=1', 'a\r\n=1', '"=1"', "'=1", 'a|=1', '"";=HYPERLINK("http://x")']

/** The cells as our readers see them, and as one does who goes by another delimiter and finds quotes within a cell. */
function cellsOf(text: string): string[] {
  const others = [';', '\t', '|'].map((delimiter) => ({ delimiter, quote: null }))
  return [{ delimiter: ',' }, ...others].flatMap((options) =>
    (parse(text, { ...options, relax_column_count: true }) as string[][]).flat(),
  )
}

describe('a text in a cell', () => {
  it.each([...FORMULAS, ...TRICKS])('%j begins no formula', (text) => {
    for (const cell of cellsOf(csvOf([[text, 'x', text]])))
      expect(cell).not.toMatch(/^[\s\u200b\ufeff]*[=+\-@＝＋－＠]/)
  })

  it('comes back as it was, whatever it is', () => {
    const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...FORMULAS, ...TRICKS, "'", "''=", ''))
    fc.assert(
      fc.property(fc.array(fc.tuple(anyText, anyText), { minLength: 1, maxLength: 5 }), (rows) => {
        const read = parse(csvOf(rows), { relax_column_count: false, skip_empty_lines: false }) as string[][]
        expect(read.map((row) => row.map(plainText))).toEqual(rows)
      }),
      { numRuns: 500 },
    )
  })

  it('is left alone where it is harmless', () => {
    expect(['P1', 'a=b', '2026-03', 'agt_1'].map(guardedText)).toEqual(['P1', 'a=b', '2026-03', 'agt_1'])
  })
})

describe('a number in a cell', () => {
  it('stands as it is, and nothing where there is none', () => {
    expect(csvOf([[-20.5, null, 0]])).toBe('-20.5,,0\r\n')
  })
})
