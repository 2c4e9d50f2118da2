/** Lays out text for people: aligned tables, wrapped sentences, numbers and lengths of time, at most 100 columns wide. */
import type { Ink } from '../../src/cli/ink.ts'

export const WIDTH = 100

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** Longer text is cut there, and ends with `…`. */
  readonly max?: number
}

/** A table without rules: titles, then one line for each row, two spaces between columns. */
export function table(columns: readonly Column[], rows: readonly (readonly (string | number)[])[], ink: Ink): string[] {
  const cells = rows.map((row) => row.map((cell, index) => cut(String(cell), columns[index]?.max ?? WIDTH)))
  const widths = columns.map(({ title }, index) => Math.max(title.length, ...cells.map((row) => row[index]!.length)))
  const laid = (row: readonly string[]) =>
    row
      .map((cell, index) =>
        columns[index]?.align === 'right' ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!),
      )
      .join('  ')
      .trimEnd()
  const hasTitles = columns.some(({ title }) => title !== '')
  return [...(hasTitles ? [ink.faint(laid(columns.map(({ title }) => title)))] : []), ...cells.map(laid)]
}

/** A heading with an empty line before it. */
export function heading(text: string, ink: Ink): string[] {
  return ['', ink.bold(text)]
}

export function indent(lines: readonly string[], by = 2): string[] {
  return lines.map((line) => (line === '' ? '' : `${' '.repeat(by)}${line}`))
}

/** Breaks a text between words. A single word that is longer stands alone, whole: paths must stay copyable. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

export function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).trimEnd()}…`
}

export function count(value: number): string {
  return value.toLocaleString('en-GB')
}

/** `71 %` of a share 0..1. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

/** `1 ticket`, `2 tickets`. */
export function many(value: number, one: string, more = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : more}`
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const

/** A length of time by its largest units: `20 d 5 h 49 min 32 s`. Parts of a second are rounded. */
export function lasting(ms: number, units = 2): string {
  let rest = Math.round(ms / 1_000) * 1_000
  const parts = UNITS.flatMap(([unit, size]) => {
    const whole = Math.floor(rest / size)
    rest -= whole * size
    return whole > 0 ? [`${whole} ${unit}`] : []
  })
  return parts.slice(0, units).join(' ') || '0 s'
}

export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  if (sorted.length === 0) return null
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** `09:05` of an instant, in UTC. */
export function clockTime(instant: string): string {
  return instant.slice(11, 16)
}

/** `Mon 09:05` of an instant, in UTC. */
export function dayTime(instant: string | number): string {
  const date = new Date(instant)
  return `${date.toLocaleDateString('en-GB', { weekday: 'short', timeZone: 'UTC' })} ${clockTime(date.toISOString())}`
}

/** `2 March 2026` of an instant, in UTC. */
export function dayOf(instant: string): string {
  return new Date(instant).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })
}
