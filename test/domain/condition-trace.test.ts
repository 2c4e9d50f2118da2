/** A trace has to tell the truth: its verdict is that of `meets`, part by part, and its text is readable. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Condition } from '../../src/domain/condition.ts'
import { meets } from '../../src/domain/condition-read.ts'
import { saysTrace, type Trace, traceCondition } from '../../src/domain/condition-trace.ts'
import { anyCondition, anyRecord } from './condition-arbitraries.ts'

const condition: Condition = {
  all: [
    { field: 'priority', in: ['P1', 'P2'] },
    {
      any: [
        { field: 'tags', has: 'vip' },
        { field: 'fields.machine', is: 'x2' },
      ],
    },
    { not: { field: 'assigneeId', is: null } },
    { any: [] },
  ],
}
const ticket = { priority: 'P1', tags: ['billing'], fields: { machine: 'x2' }, assigneeId: null }

describe('a trace', () => {
  it('reads as a tree with the value that stood there', () => {
    expect(saysTrace(traceCondition(condition, ticket))).toBe(
      [
        '✗ all',
        '  ✓ priority in ["P1","P2"]: it is "P1"',
        '  ✓ any',
        '    ✗ tags has "vip": it is ["billing"]',
        '    ✓ fields.machine is "x2": it is "x2"',
        '  ✗ not',
        '    ✓ assigneeId is absent: it is absent',
        '  ✗ any of nothing',
      ].join('\n'),
    )
  })

  it('of no condition is a match', () => {
    expect(saysTrace(traceCondition(null, ticket))).toBe('✓ all of nothing')
  })

  it('cuts long values and writes control characters out, so that a terminal stays whole', () => {
    const text = saysTrace(traceCondition({ field: 'name', is: '\u001b[2J' }, { name: 'n'.repeat(500) }))
    expect(text).toContain('name is "\\u001b[2J"')
    expect(text.length).toBeLessThan(200)
  })

  it('of any condition on any record gives the verdict of meets, for the whole and for each part', () => {
    fc.assert(
      fc.property(anyCondition, anyRecord, (asked, record) => agrees(traceCondition(asked, record), asked, record)),
      { numRuns: 500 },
    )
  })

  it('of any condition has one line for each part', () => {
    fc.assert(
      fc.property(anyCondition, anyRecord, (asked, record) => {
        expect(saysTrace(traceCondition(asked, record)).split('\n')).toHaveLength(partsOf(asked))
      }),
    )
  })
})

function agrees(trace: Trace, asked: Condition, record: object): void {
  expect(trace.matched).toBe(meets(asked, record))
  const parts = partsIn(asked)
  const traces = 'all' in trace ? trace.all : 'any' in trace ? trace.any : 'not' in trace ? [trace.not] : []
  expect(traces).toHaveLength(parts.length)
  for (const [n, part] of parts.entries()) agrees(traces[n] as Trace, part, record)
}

function partsOf(asked: Condition): number {
  return partsIn(asked).reduce((sum, part) => sum + partsOf(part), 1)
}

function partsIn(asked: Condition): readonly Condition[] {
  if ('not' in asked) return [asked.not]
  return 'all' in asked ? asked.all : 'any' in asked ? asked.any : []
}
