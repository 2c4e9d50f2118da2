/** Lays out records for people: one as lines of name and value, many as a table. */
import type { Ink } from './ink.ts'

type Doc = Readonly<Record<string, unknown>>

const isDoc = (value: unknown): value is Doc => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a table of records shows first, of whatever kind they are. */
const COLUMNS = [
  ...['number', 'id', 'name', 'status', 'priority', 'subject', 'at', 'record', 'visibility', 'body', 'type'],
  ...['assigneeId', 'openedAt', 'postedAt', 'group', 'count', 'from', 'until'],
]
const WIDEST = 44
/** What is handed back to the desk, and so is shown whole. */
const WHOLE: ReadonlySet<string> = new Set(['id', 'key'])

/** An answer of the desk as text, without what is absent or empty. */
export function shown(answer: unknown, ink: Ink): string {
  if (Array.isArray(answer)) return tableOf(answer, ink)
  if (!isDoc(answer)) return cellOf(answer)
  const listed = Object.entries(answer).find(([name, value]) => Array.isArray(value) && LISTS.has(name))
  if (listed === undefined) return linesOf(answer, ink)
  const rest = Object.fromEntries(Object.entries(answer).filter(([name]) => name !== listed[0]))
  return [tableOf(listed[1] as unknown[], ink), linesOf(rest, ink)].filter((part) => part !== '').join('\n\n')
}

const LISTS: ReadonlySet<string> = new Set(['items', 'entries', 'clocks', 'rows'])

function linesOf(doc: Doc, ink: Ink): string {
  const entries = Object.entries(doc).filter(([, value]) => !isEmpty(value))
  const width = Math.max(0, ...entries.map(([name]) => name.length))
  return entries.map(([name, value]) => `${ink.faint(name.padEnd(width))}  ${cellOf(value)}`).join('\n')
}

function tableOf(rows: readonly unknown[], ink: Ink): string {
  if (rows.length === 0) return ink.faint('(none)')
  const docs = rows.map((row) => (isDoc(row) ? row : { value: row }))
  const known = COLUMNS.filter((name) => docs.some((doc) => !isEmpty(doc[name])))
  const columns = known.length > 0 ? known : Object.keys(docs[0] as Doc)
  const cells = docs.map((doc) => columns.map((name) => cellIn(name, doc)))
  const widths = columns.map((name, n) => Math.max(name.length, ...cells.map((row) => (row[n] as string).length)))
  const laid = (row: readonly string[]) =>
    row
      .map((cell, n) => cell.padEnd(widths[n] as number))
      .join('  ')
      .trimEnd()
  return [ink.faint(laid(columns)), ...cells.map(laid)].join('\n')
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}

/** One line, without the control characters by which a text could write elsewhere on a terminal. */
function cellOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.replace(/\s+/g, ' ').replace(/\p{Cc}/gu, '')
}

function cellIn(column: string, doc: Doc): string {
  const text = cellOf(doc[column] ?? '')
  return WHOLE.has(column) ? text : cut(text)
}

function cut(text: string): string {
  return text.length <= WIDEST ? text : `${text.slice(0, WIDEST - 1)}…`
}
