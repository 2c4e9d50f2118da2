import { beforeAll, describe, expect, it } from 'vitest'
import { followTheSun } from '../../examples/follow-the-sun/follow-the-sun.ts'
import { NO_INK } from '../../src/cli/ink.ts'

describe('a ticket that follows the sun', () => {
  const lines: string[] = []
  let ok = false
  beforeAll(async () => {
    ok = await followTheSun({ ink: NO_INK, print: (more) => void lines.push(...more) })
  })

  it('ends with a journal that holds', () => {
    expect(ok).toBe(true)
    expect(lines).toContain('  desk.verify() is ok.')
  })

  it('fits into 100 columns, without colours', () => {
    expect(lines.filter((line) => line.length > 100 || line.includes('\u001b'))).toEqual([])
  })

  it('travels from Sydney over Berlin to New York, and wakes nobody twice', () => {
    const start = lines.indexOf('The day')
    const day = lines.slice(start + 1, lines.indexOf('', start + 1)).join('\n')
    expect(day).toMatch(/^ {2}Sydney {3}Berlin {3}New York/)
    const answers = [...day.matchAll(/(\w+) acknowledged\./g)].map(([, name]) => name)
    expect(answers).toEqual(['Mia', 'Lea', 'Lea', 'Ruth'])
    expect(day).toContain('17:12    07:12    01:12    Step 1 told again')
    expect(day).toMatch(/there\s+is nobody for onCall tier 2/)
    expect(day).toMatch(/Ended: sla\.met\.$/)
    expect(lines.join(' ')).toMatch(/The notifier told Mia \(trigger\), Sam \S+ Lea \S+ Ruth/)
  })
})
