/** Says what a replay came to: both sides' totals side by side, how the log was read, and that the journal holds. */
import type { Verification } from 'deskwright'
import type { Remark, Step } from '../../src/cli/incidents/plan.ts'
import type { Ink } from '../../src/cli/ink.ts'
import { count, heading, indent, lasting, many, table, wrap } from '../plain-text/lines.ts'
import { type Kept, promisesKept, whatIfLines } from './kept.ts'
import { type Measured, measuredLines } from './measured.ts'
import type { Totals } from './totals.ts'

export interface Replayed {
  readonly log: Totals
  readonly desk: Totals
  readonly steps: readonly Step[]
  readonly events: { readonly before: number; readonly after: number }
  readonly kept: Kept
  readonly measured: Measured
  readonly verified: Verification
  readonly took: { readonly replayMs: number; readonly verifyMs: number }
  readonly file: string
}

/** One line of the comparison: the same total of both sides. */
interface Pair {
  readonly what: string
  readonly log: string
  readonly desk: string
  readonly isEqual: boolean
}

export function pairsOf(log: Totals, desk: Totals): Pair[] {
  const pair = (what: string, of: (totals: Totals) => number | null, say: (value: number) => string = count): Pair => {
    const [ours, theirs] = [of(desk), of(log)]
    const said = (value: number | null) => (value === null ? 'none' : say(value))
    return { what, log: said(theirs), desk: said(ours), isEqual: ours === theirs }
  }
  const priorities = [...new Set([...Object.keys(log.byPriority), ...Object.keys(desk.byPriority)])].sort()
  return [
    pair('incidents', (t) => t.incidents),
    pair('callers', (t) => t.callers),
    pair('closed', (t) => t.closed),
    pair('with a reopening', (t) => t.reopened),
    pair('reopenings', (t) => t.reopenings),
    pair('reassigned to another group', (t) => t.reassigned),
    pair('reassignments', (t) => t.reassignments),
    ...priorities.map((name) => pair(`${name} in the end`, (t) => t.byPriority[name] ?? 0)),
    pair(
      'mean time from opening to closing',
      (t) => t.meanToClose,
      (ms) => lasting(ms, 4),
    ),
  ]
}

/** Whether both sides agree in everything and the journal holds. */
export function holds({ log, desk, verified }: Pick<Replayed, 'log' | 'desk' | 'verified'>): boolean {
  return verified.ok && pairsOf(log, desk).every((pair) => pair.isEqual)
}

export function reportOf(replayed: Replayed, ink: Ink): string[] {
  return [
    ...heading('The log’s totals, and the desk’s own', ink),
    ...indent(wrap(TWO_SIDES, 94)),
    '',
    ...indent(comparison(replayed, ink)),
    ...heading('What was promised, and what was kept', ink),
    ...indent(promisesKept(replayed.kept, ink)),
    ...heading('The desk’s report', ink),
    ...indent(measuredLines(replayed.measured, ink)),
    ...heading('What if no clock had ever paused?', ink),
    ...indent(whatIfLines(replayed.kept, ink)),
    ...heading('How the log was read', ink),
    ...indent(readings(replayed.steps)),
    ...heading('The journal', ink),
    ...indent(journal(replayed, ink)),
  ]
}

const TWO_SIDES = 'Left: from the rows of the file. Right: from the desk’s records and the events of its journal.'

function comparison({ log, desk }: Replayed, ink: Ink): string[] {
  const columns = [
    { title: '' },
    { title: 'the log', align: 'right' },
    { title: 'the desk', align: 'right' },
    { title: '' },
  ] as const
  const rows = pairsOf(log, desk).map(({ what, log, desk, isEqual }) => [
    what,
    log,
    desk,
    isEqual ? 'equal' : 'DIFFERENT',
  ])
  return table(columns, rows, ink).map((line) => line.replace(/equal$/, ink.good).replace(/DIFFERENT$/, ink.bad))
}

const SAYS: Readonly<Record<Remark, string>> = {
  unchanged: 'changed nothing that the log shows: a note on the ticket.',
  'same group': 'count a reassignment within one group’s name: given back, and taken again.',
  'closed again': 'said Closed and were not the last: the desk closes for good, with the last.',
  'state not reached': 'said New after Resolved and counted no reopening: it stays resolved.',
}

function readings(steps: readonly Step[]): string[] {
  const remarks = Object.entries(SAYS).flatMap(([remark, says]) => {
    const times = steps.filter(({ act }) => act.does === 'note' && act.remark === remark).length
    return times === 0 ? [] : [[many(times, 'row'), says]]
  })
  const done = steps.reduce((rows, step) => rows + step.rows, 0)
  return table(
    [{ title: '', align: 'right' }, { title: '' }],
    [[many(done, 'row'), `became ${many(steps.length, 'command')}, each done at its own time.`], ...remarks],
    { bold: String, faint: String, good: String, bad: String },
  )
}

function journal({ events, verified, took, steps, file }: Replayed, ink: Ink): string[] {
  const rate = Math.round((steps.length / Math.max(1, took.replayMs)) * 1000)
  const { before, after } = events
  const change =
    before === after
      ? `${count(before)} events before, ${count(after)} after: ${ink.good('nothing changed')}; every command was found done.`
      : `${count(before)} events before, ${count(after)} after: ${count(after - before)} written.`
  return [
    change,
    `${lasting(took.replayMs)} for ${many(steps.length, 'command')}, ${count(rate)} a second.`,
    ...(verified.ok
      ? [
          `desk.verify() is ${ink.good('ok')}: ${many(verified.records, 'record')}, ${many(verified.entries, 'event')}, in ${lasting(took.verifyMs)}.`,
        ]
      : verified.findings.slice(0, 5).map(({ says }) => ink.bad(`desk.verify(): ${says}`))),
    `The desk is in ${file}`,
    ...(before === after ? [] : ['Run it again: the same command ids find all of it done, and nothing changes.']),
  ]
}
