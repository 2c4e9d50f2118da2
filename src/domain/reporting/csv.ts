/** A report as CSV, in which no text can become a formula of the spreadsheet that opens it. */
import { figureCells } from './figure-cells.ts'
import type { Report } from './report.ts'

/** What a cell holds; `null`: nothing. */
export type Cell = string | number | null

// What spreadsheets take for the beginning of a formula, also in full width, behind blanks and behind signs without width;
// and our own mark, so that every text can be read back. A reader with another idea of what ends a cell or a line begins
// one within the text.
const BEGINNING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: naming them is the point.
  /(?<=^|[;|\t\r\n])(?=[\u0000-\u0020\u00a0\u200b-\u200f\u2028-\u202f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n'])/g

/**
 * The text of a cell as it may stand in a spreadsheet: what would be taken for a formula gets an apostrophe before it,
 * as does what begins with an apostrophe. {@link plainText} takes it away.
 */
export function guardedText(text: string): string {
  return text.replace(BEGINNING, "'")
}

/** The text that {@link guardedText} was given. */
export function plainText(cell: string): string {
  return cell.replace(/(?<=^|[;|\t\r\n])'/g, '')
}

/**
 * Rows as CSV (RFC 4180): commas, CRLF. Texts are guarded, and quoted where they hold anything that some reader takes for
 * the end of a cell; numbers stand as they are.
 */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(cellText).join(',')}\r\n`).join('')
}

function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const text = guardedText(cell)
  return /[",;\t\r\n|]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}

/** A report as CSV: a line for each figure, lengths in seconds, shares from 0 to 1. What there is none of is empty. */
export function reportCsv(report: Report): string {
  const periods = new Map(report.periods.map((period) => [period.name, period]))
  const head = [
    'metric',
    'unit',
    'period',
    'from',
    'until',
    'group',
    'name',
    'n',
    'met',
    'value',
    'mean',
    'p90',
    'low',
    'high',
  ]
  const lines = report.figures.map((figure): Cell[] => {
    const { unit, n, met, value, mean, p90, low, high } = figureCells(figure)
    const { from, until } = periods.get(figure.period) ?? { from: null, until: null }
    const { group } = figure
    const name = group !== null && Object.hasOwn(report.names, group) ? (report.names[group] as string) : null
    return [figure.metric, unit, figure.period, from, until, group, name, n, met, value, mean, p90, low, high]
  })
  return csvOf([head, ...lines])
}
