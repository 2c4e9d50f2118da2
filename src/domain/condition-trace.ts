/** Answers "why did this match?": the verdict of a condition with the verdict of each of its parts. */
import type { Condition, Leaf } from './condition.ts'
import { compileLeaf, fieldOf } from './condition-read.ts'

/** A condition's verdict on one record, part by part, in the shape of the condition itself. */
export type Trace =
  | {
      readonly matched: boolean
      readonly leaf: Leaf /** What stood in the record; `null`: absent. */
      readonly value: unknown
    }
  | { readonly matched: boolean; readonly all: readonly Trace[] }
  | { readonly matched: boolean; readonly any: readonly Trace[] }
  | { readonly matched: boolean; readonly not: Trace }

/**
 * The same verdict as `meets`, with every part's own. No part is passed over once the verdict is clear, since people ask
 * about that part too. Holds values of the record: treat it as you treat the record.
 *
 * @param condition - a checked one; `null` reads as `all` of nothing.
 */
export function traceCondition(condition: Condition | null, record: object): Trace {
  if (condition === null) return { matched: true, all: [] }
  if ('all' in condition) {
    const all = condition.all.map((part) => traceCondition(part, record))
    return { matched: all.every((part) => part.matched), all }
  }
  if ('any' in condition) {
    const any = condition.any.map((part) => traceCondition(part, record))
    return { matched: any.some((part) => part.matched), any }
  }
  if ('not' in condition) {
    const not = traceCondition(condition.not, record)
    return { matched: !not.matched, not }
  }
  const value = fieldOf(record, condition.field)
  return { matched: compileLeaf(condition)(value), leaf: condition, value }
}

/**
 * A trace as text for people: one line for each part, `✓` for a match and `✗` for none, parts indented below their
 * group by two spaces. Long values are cut. For reading, not for parsing: the wording may change.
 */
export function saysTrace(trace: Trace): string {
  return lines(trace, '').join('\n')
}

function lines(trace: Trace, indent: string): string[] {
  const head = `${indent}${trace.matched ? '✓' : '✗'} `
  if ('leaf' in trace) return [`${head}${saysLeaf(trace.leaf)}: it is ${shown(trace.value)}`]
  const [word, parts] = 'all' in trace ? ['all', trace.all] : 'any' in trace ? ['any', trace.any] : ['not', [trace.not]]
  const below = parts.flatMap((part) => lines(part, `${indent}  `))
  return [`${head}${word}${parts.length === 0 ? ' of nothing' : ''}`, ...below]
}

function saysLeaf(leaf: Leaf): string {
  const [operator, operand] = Object.entries(leaf).find(([key]) => key !== 'field') as [string, unknown]
  return `${leaf.field} ${operator} ${shown(operand)}`
}

const SHOWN_LENGTH = 80

function shown(value: unknown): string {
  if (value === null) return 'absent'
  const text = JSON.stringify(value) ?? typeof value
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`
}
