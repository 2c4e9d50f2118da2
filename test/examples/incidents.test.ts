import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sqliteStore } from 'deskwright/sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { replayLog } from '../../examples/incidents/incidents.ts'
import { byPriority, keptIn } from '../../examples/incidents/kept.ts'
import { promised } from '../../examples/incidents/promises.ts'
import { eventsIn, reporting } from '../../examples/incidents/reading.ts'
import { holds, pairsOf } from '../../examples/incidents/report.ts'
import { totalsOfDesk, totalsOfLog } from '../../examples/incidents/totals.ts'
import { type LogRow, readLog } from '../../src/cli/incidents/log.ts'
import { movesOf } from '../../src/cli/incidents/moves.ts'
import { planOf } from '../../src/cli/incidents/plan.ts'
import { openDesk, replay } from '../../src/cli/incidents/replay.ts'
import { NO_INK } from '../../src/cli/ink.ts'

const folder = mkdtempSync(join(tmpdir(), 'deskwright-incidents-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const NO_PROGRESS = { start: () => {}, advance: () => {}, stop: () => {} }
const COLUMNS =
  'number,incident_state,reassignment_count,reopen_count,made_sla,caller_id,opened_at,sys_updated_by,sys_updated_at,location,category,subcategory,u_symptom,cmdb_ci,impact,urgency,priority,assignment_group,assigned_to,u_priority_confirmation,problem_id,rfc,caused_by,closed_code,closed_at'

/** One row of a log: what it does not say is as in the row of an ordinary incident. */
function row(
  number: string,
  state: string,
  at: string,
  rest: {
    group?: string
    by?: string
    moved?: number
    reopened?: number
    opened?: string
    closed?: string
    urgency?: string
  } = {},
): string {
  const { group = 'Group 1', by = '?', moved = 0, reopened = 0, urgency = '2 - Medium' } = rest
  const { opened = '01-03-2016 08:00', closed = '05-03-2016 12:00' } = rest
  const priority = urgency === '1 - High' ? '2 - High' : '3 - Moderate'
  return `${number},${state},${moved},${reopened},TRUE,Caller 1,${opened},Updated by 1,${at},Location 1,Category 1,?,?,?,2 - Medium,${urgency},${priority},${group},${by},FALSE,?,?,?,code 1,${closed}`
}

function logOf(name: string, rows: readonly string[]): string {
  const path = join(folder, `${name}.csv`)
  writeFileSync(path, `${[COLUMNS, ...rows].join('\n')}\n`)
  return path
}

// Everything that the real log does and an orderly one would not, in five incidents.
const ODD = logOf('odd', [
  row('INC1', 'New', '01-03-2016 08:10'),
  row('INC1', 'Active', '01-03-2016 09:00', { by: 'Resolver 1' }),
  row('INC1', 'Active', '01-03-2016 09:00', { by: 'Resolver 1', urgency: '1 - High' }),
  row('INC1', 'Awaiting User Info', '01-03-2016 09:30', { group: '?', moved: 1, urgency: '1 - High' }),
  row('INC1', 'Awaiting User Info', '01-03-2016 09:40', { group: '?', moved: 2, urgency: '1 - High' }),
  row('INC1', 'Resolved', '02-03-2016 10:00', { group: 'Group 2', moved: 3, urgency: '1 - High' }),
  row('INC1', 'Active', '02-03-2016 11:00', { group: 'Group 2', moved: 3, reopened: 1, urgency: '1 - High' }),
  row('INC1', 'Resolved', '02-03-2016 12:00', { group: 'Group 2', moved: 3, reopened: 1, urgency: '1 - High' }),
  row('INC1', 'Closed', '05-03-2016 12:00', { group: 'Group 2', moved: 3, reopened: 1, urgency: '1 - High' }),
  // A late row stands before the others in the file, and says New after Resolved.
  row('INC2', 'New', '01-03-2016 11:10'),
  row('INC2', 'New', '01-03-2016 09:52'),
  row('INC2', 'Resolved', '01-03-2016 11:03'),
  row('INC2', 'Closed', '05-03-2016 12:00'),
  // Closed three times; the last one moved closed_at.
  row('INC3', 'Resolved', '01-03-2016 08:20', { closed: '09-03-2016 16:27' }),
  row('INC3', 'Closed', '01-03-2016 08:30', { closed: '09-03-2016 16:27' }),
  row('INC3', 'Closed', '09-03-2016 16:27', { closed: '09-03-2016 16:27' }),
  row('INC3', 'Closed', '09-03-2016 16:27', { closed: '09-03-2016 16:27' }),
  // A row from before the opening.
  row('INC4', 'New', '01-03-2016 07:00', { opened: '01-03-2016 09:41' }),
  row('INC4', 'New', '01-03-2016 09:59', { opened: '01-03-2016 09:41', group: 'Group 2', moved: 1 }),
  row('INC4', 'Closed', '05-03-2016 12:00', { opened: '01-03-2016 09:41', group: 'Group 2', moved: 1 }),
  // Still open at the end of the log.
  row('INC5', 'Awaiting Vendor', '01-03-2016 08:05'),
])

async function replayed(path: string, file: string) {
  const lines: string[] = []
  const print = (more: readonly string[]) => void lines.push(...more)
  const isEqual = await replayLog({ log: path, file, ink: NO_INK, print, progress: NO_PROGRESS })
  return { isEqual, lines, text: lines.join('\n') }
}

describe('a log with every oddity of the real one', () => {
  it('comes to the same totals on both sides', async () => {
    const { isEqual, text } = await replayed(ODD, join(folder, 'odd.db'))
    expect(text).not.toContain('DIFFERENT')
    expect(isEqual).toBe(true)
    expect(text).toMatch(/incidents +5 +5 {2}equal/)
    expect(text).toMatch(/closed +4 +4 {2}equal/)
    expect(text).toMatch(/with a reopening +1 +1 {2}equal/)
    expect(text).toMatch(/reassigned to another group +2 +2 {2}equal/)
    expect(text).toMatch(/reassignments +4 +4 {2}equal/)
    expect(text).toContain('The backlog adds up')
    expect(readFileSync(join(folder, 'odd.html'), 'utf8')).toContain('<title>The incident log</title>')
  })

  it('changes nothing when it is replayed again', async () => {
    const { isEqual, text } = await replayed(ODD, join(folder, 'odd.db'))
    expect(text).toContain('nothing changed')
    expect(isEqual).toBe(true)
  })

  it('keeps in notes what the desk does not follow', async () => {
    const remarks = planOf(await readLog(ODD)).flatMap(({ incident, act }) =>
      act.does === 'note' ? [`${incident} ${act.remark}`] : [],
    )
    expect(remarks.sort()).toEqual(
      ['INC1 same group', 'INC2 state not reached', 'INC3 closed again', 'INC3 closed again'].sort(),
    )
  })

  it('becomes commands in the order of time, each row at least one, none before its opening', async () => {
    const rows = await readLog(ODD)
    const steps = planOf(rows)
    expect(steps.map((step) => step.at)).toEqual(steps.map((step) => step.at).sort())
    expect(steps.reduce((sum, step) => sum + step.rows, 0)).toBe(rows.length)
    for (const incident of new Set(rows.map((one) => one.incident)))
      expect(steps.find((step) => step.incident === incident)?.act.does).toBe('open')
    expect(new Set(steps.map((step) => step.commandId)).size).toBe(steps.length)
  })

  it('is found unequal when one side loses a reopening, a reassignment or a minute', async () => {
    const rows = await readLog(ODD)
    const logDesk = await openDesk(sqliteStore(':memory:'), '2016-03-01T00:00:00Z', promised)
    await replay(logDesk, planOf(rows), () => {})
    const desk = await totalsOfDesk(reporting(logDesk))
    const verified = await logDesk.desk.verify({ tenant: 'incident-log' })
    const sees = (change: (row: LogRow) => LogRow) => {
      const log = totalsOfLog(rows.map(change))
      return {
        isEqual: holds({ log, desk, verified }),
        different: pairsOf(log, desk)
          .filter((pair) => !pair.isEqual)
          .map((pair) => pair.what),
      }
    }
    expect(sees((one) => one)).toEqual({ isEqual: true, different: [] })
    expect(sees((one) => ({ ...one, reopenings: 0 }))).toEqual({
      isEqual: false,
      different: ['with a reopening', 'reopenings'],
    })
    expect(sees((one) => ({ ...one, reassignments: Math.min(one.reassignments, 1) })).different).toEqual([
      'reassignments',
    ])
    expect(sees((one) => ({ ...one, closedAt: '2016-03-05T12:01:00.000Z' })).different).toEqual([
      'mean time from opening to closing',
    ])
    expect(await eventsIn(reporting(logDesk))).toBe(verified.entries)
    await logDesk.desk.close()
  })
})

describe('the promises of the log’s desk', () => {
  const period = { from: '2016-03-01T00:00:00Z', until: '2016-04-01T00:00:00Z' }
  const asked = async (log = ODD) => {
    const logDesk = await openDesk(sqliteStore(':memory:'), period.from, promised)
    await replay(logDesk, planOf(await readLog(log)), () => {})
    const me = reporting(logDesk)
    const events = await eventsIn(me)
    const kept = await keptIn(me, period)
    const rebuilt = await me.sla.rebuild({})
    const isUnchanged = (await eventsIn(me)) === events
    await logDesk.desk.close()
    return { ...kept, rebuilt, isUnchanged }
  }

  it('are kept and broken as the log’s times say', async () => {
    const { attained } = await asked()
    // INC1 runs an hour and a half, waits, is solved, comes back for an hour; INC4 takes 38 of its 30 working hours.
    expect(attained).toEqual([
      { policy: 'ordinary', metric: 'resolution', priority: 'P3', met: 2, breached: 1, share: 2 / 3 },
      { policy: 'urgent', metric: 'resolution', priority: 'P2', met: 2, breached: 0, share: 1 },
    ])
  })

  it('come out the same in the journal, in a simulation of what was, and in clocks made anew', async () => {
    const { attained, whatIf, rebuilt, isUnchanged } = await asked()
    const actual = byPriority(whatIf).map(([priority, sums]) => ({ priority, ...sums.actual }))
    const stored = attained.map(({ priority, met, breached }) => ({ priority, met, breached }))
    expect(actual).toEqual(stored.sort((a, b) => (a.priority < b.priority ? -1 : 1)))
    expect(rebuilt).toMatchObject({ checked: 5, differences: [] })
    expect(isUnchanged).toBe(true)
  })

  it('count what was late when it became urgent as urgent, here and there', async () => {
    const raised = logOf('raised', [
      row('INC1', 'New', '01-03-2016 08:10'),
      row('INC1', 'Active', '02-03-2016 09:00', { urgency: '1 - High' }),
      row('INC1', 'Closed', '02-03-2016 10:00', { urgency: '1 - High' }),
    ])
    const { attained, whatIf } = await asked(raised)
    expect(attained).toMatchObject([{ policy: 'urgent', priority: 'P2', met: 0, breached: 1 }])
    expect(byPriority(whatIf)).toMatchObject([['P2', { actual: { met: 0, breached: 1 } }]])
  })

  it('would be broken by waiting, if nothing paused', async () => {
    const { whatIf } = await asked()
    expect(whatIf).toMatchObject({ tickets: 5, differing: 2 })
    // INC1 waits over night for its user; INC5 waits for its vendor still.
    expect(whatIf.differences.map(({ actual, simulated }) => [actual, simulated])).toEqual([
      ['met', 'breached'],
      [null, 'breached'],
    ])
  })

  it('stand in the report', async () => {
    const { text } = await replayed(ODD, join(folder, 'kept.db'))
    expect(text).toMatch(/P3 +ordinary +2 +1 +67 % +4 +100 %/)
    expect(text).toMatch(/P2 +2 → +0 +0 → +2 +100 % → +0 %/)
    expect(text).toContain('2 incidents of 5 would have come out otherwise')
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([])
  })
})

describe('a file that is no incident log', () => {
  it('is refused with its line and what is missing there', async () => {
    const path = join(folder, 'other.csv')
    writeFileSync(path, 'name,amount\nTea,3\n')
    await expect(readLog(path)).rejects.toThrow(/Line 2 of .*other\.csv .* it has no column/)
  })

  it('is refused for a time that cannot be read', async () => {
    const path = logOf('times', [row('INC1', 'New', 'yesterday')])
    await expect(readLog(path)).rejects.toThrow(/"yesterday" is not a time/)
  })
})

describe('a move that the log says', () => {
  it.each([
    ['Awaiting User Info', { status: 'resolved', place: 'between', reopened: 'reopened' }, ['reopen', 'pend']],
    ['Active', { status: 'active', place: 'between', reopened: 'reopened' }, ['solve', 'reopen']],
    ['Active', { status: 'resolved', place: 'between', reopened: 'not reopened' }, []],
    ['Closed', { status: 'awaiting-vendor', place: 'last', reopened: 'not reopened' }, ['solve', 'close']],
    ['Closed', { status: 'active', place: 'between', reopened: 'not reopened' }, ['solve']],
    ['-100', { status: 'active', place: 'last', reopened: 'not reopened' }, []],
  ] as const)('to %s from %o is made of %j', (state, place, verbs) => {
    expect(movesOf(state, place).acts.map((move) => move.does)).toEqual(verbs)
  })
})

// It takes half a minute, and is not part of the project: a run of its own names the file.
const REAL = process.env.INCIDENTS ?? ''
const isThere = existsSync(REAL)
if (!isThere) process.stdout.write('Skipped: the real incident log; name its file in INCIDENTS.\n')

const run = promisify(execFile)
const npmStart = (...args: string[]) =>
  run(process.execPath, ['scripts/run.mjs', 'examples/start.ts', ...args], { cwd: join(import.meta.dirname, '../..') })

describe('npm start', () => {
  it.each([
    [['--incidents', join(folder, 'absent.csv')], 'There is no file'],
    [['--wat'], 'Unknown option'],
  ])('with %j says what is wrong and ends with code 2', { timeout: 30_000 }, async (args, says) => {
    await expect(npmStart(...args)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining(says),
      stdout: '',
    })
  })
})

describe('the real incident log', () => {
  const start = () => npmStart('--incidents', REAL, '--db', join(folder, 'real.db'))

  it.runIf(isThere)(
    'comes to the log’s own totals, and is silent but for the report',
    { timeout: 120_000 },
    async () => {
      const { stdout, stderr } = await start()
      for (const [what, total] of [
        ['incidents', 890],
        ['closed', 890],
        ['with a reopening', 10],
        ['reassigned to another group', 391],
      ])
        expect(stdout).toMatch(new RegExp(`^ +${what} +${total} +${total} {2}equal$`, 'm'))
      expect(stdout).toMatch(/mean time from opening to closing +20 d 5 h 49 min 33 s +20 d 5 h 49 min 33 s {2}equal/)
      expect(stdout).not.toContain('DIFFERENT')
      for (const kept of [/P1 +urgent /, /P2 +urgent /, /P3 +ordinary /, /P4 +ordinary /, /incidents of 890 would/])
        expect(stdout).toMatch(kept)
      expect(stderr).toBe('')
    },
  )

  it.runIf(isThere)('changes nothing when it is replayed again', { timeout: 120_000 }, async () => {
    expect((await start()).stdout).toMatch(/ ([\d,]+) events before, \1 after: nothing changed/)
  })
})
