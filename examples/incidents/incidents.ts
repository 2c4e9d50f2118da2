/** The incident log, from the file to the report. */
import { sqliteStore } from 'deskwright/sqlite'
import { readLog } from '../../src/cli/incidents/log.ts'
import { planOf } from '../../src/cli/incidents/plan.ts'
import { openDesk, replay, TENANT } from '../../src/cli/incidents/replay.ts'
import type { Ink } from '../../src/cli/ink.ts'
import type { Progress } from '../../src/cli/progress.ts'
import { dayOf, many } from '../plain-text/lines.ts'
import { keptIn } from './kept.ts'
import { addsUp, measuredIn } from './measured.ts'
import { promised } from './promises.ts'
import { eventsIn, reporting } from './reading.ts'
import { holds, reportOf } from './report.ts'
import { totalsOfDesk, totalsOfLog } from './totals.ts'

interface Options {
  /** The CSV file. */
  readonly log: string
  /** The SQLite file: made when it is not there, gone on with when it is. */
  readonly file: string
  readonly ink: Ink
  readonly print: (lines: readonly string[]) => void
  readonly progress: Progress
}

/**
 * Replays a log into a desk and prints what it came to.
 *
 * @returns whether the desk's own totals equal the log's and its journal holds.
 */
export async function replayLog({ log, file, ink, print, progress }: Options): Promise<boolean> {
  const rows = await readLog(log)
  const steps = planOf(rows)
  const [first, last] = [steps[0], steps.at(-1)]
  if (!first || !last) throw new Error(`${log} has no rows.`)
  const from = totalsOfLog(rows)
  print([
    ink.bold('Deskwright: an incident log, replayed'),
    `${many(rows.length, 'row')} of ${many(from.incidents, 'incident')}, ${dayOf(first.at)} to ${dayOf(last.at)}, in the order of time.`,
  ])
  const logDesk = await openDesk(sqliteStore(file), first.at, promised)
  const me = reporting(logDesk)
  const stored = (await me.ticket.count({}))[0]?.count ?? 0
  if (stored > 0) print([`${file} holds ${many(stored, 'ticket')} already; the desk goes on from there.`])
  const before = await eventsIn(me)
  progress.start(rows.length)
  const started = performance.now()
  try {
    await replay(logDesk, steps, progress.advance)
  } finally {
    progress.stop()
  }
  const replayed = performance.now()
  const verified = await logDesk.desk.verify({ tenant: TENANT })
  const took = { replayMs: replayed - started, verifyMs: performance.now() - replayed }
  const desk = await totalsOfDesk(me)
  const period = { from: first.at, until: justAfter(last.at) }
  const kept = await keptIn(me, period)
  const measured = await measuredIn(me, { ...period, page: `${file.replace(/\.\w+$/, '')}.html` })
  const after = await eventsIn(me)
  print(reportOf({ log: from, desk, steps, events: { before, after }, kept, measured, verified, took, file }, ink))
  await logDesk.desk.close()
  return holds({ log: from, desk, verified }) && addsUp(measured)
}

/** Periods are half-open: what happened at the last instant is to be counted too. */
function justAfter(instant: string): string {
  return new Date(Date.parse(instant) + 1).toISOString()
}
