import { beforeAll, describe, expect, it } from 'vitest'
import { outage } from '../../examples/parent-child/outage.ts'
import { NO_INK } from '../../src/cli/ink.ts'

describe('the outage', () => {
  const lines: string[] = []
  let ok = false
  beforeAll(async () => {
    ok = await outage({ ink: NO_INK, print: (more) => void lines.push(...more) })
  })
  const section = (title: string) => {
    const start = lines.indexOf(title)
    expect(start).toBeGreaterThan(-1)
    const next = lines.findIndex((line, n) => n > start && /^\S/.test(line))
    return lines.slice(start + 1, next === -1 ? lines.length : next).join('\n')
  }

  it('ends with a journal that holds', () => {
    expect(ok).toBe(true)
    expect(section('The journal')).toContain('desk.verify() is ok')
  })

  it('fits into 100 columns, without colours', () => {
    expect(lines.filter((line) => line.length > 100 || line.includes('\u001b'))).toEqual([])
  })

  it('shows fifty customers a workaround', () => {
    expect(section('A problem and its incidents')).toContain('causes 50 incidents')
    expect(section('A problem and its incidents')).toContain('Calls go through')
  })

  it('breaks the problem down for three teams, whose tasks follow its priority until they have their own', () => {
    const tree = section('Tasks for three teams')
    expect(tree).toMatch(/#1 Core switch Basel is down .* P1/)
    expect(tree).toMatch(
      /├─ #52 Find the fault .* P1\n.*├─ #53 Change the switch .* P1\n.*└─ #54 Tell the papers .* P4/,
    )
  })

  it('undoes a wrong merge: the words that came in between stay where they were written', () => {
    const undone = section('A wrong merge, undone')
    expect(undone).toMatch(/#8 had 1 message; with #10 and a reply, 3 messages/)
    expect(undone).toMatch(/is new again with its own 1 message/)
    expect(undone).toMatch(/stays where it was written: 2 messages/)
  })

  it('keeps the problem open until its tasks are done, and says so once', () => {
    const guard = section('The guard')
    expect(guard).toContain('ticket.guarded')
    expect(guard.match(/· solved ·/g)).toHaveLength(3)
    expect(guard).toContain('1 event children.allSolved')
  })

  it('tells every incident once, and leaves alone the one that was solved before', () => {
    const end = section('The end of it')
    expect(end).toMatch(/1\. {2}19 solved, 1 refused\n.*2\. {2}20 solved, 0 refused\n.*3\. {2}10 solved, 0 refused/)
    expect(end).toContain('20 were solved with the problem itself, 50 in the end')
    expect(end).toContain('(49 of 49). #5 said ticket.already')
  })
})
