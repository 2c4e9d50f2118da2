/** The incident log, from the file to the report. */
import { sqliteStore } from 'deskwright/sqlite'
import type { Ink } from '../plain-text/ink.ts'
import { count, dayOf, many } from '../plain-text/lines.ts'
import type { Progress } from '../plain-text/progress.ts'
import { readLog } from './log.ts'
import { planOf } from './plan.ts'
import { eventsIn, openDesk, replay, TENANT } from './replay.ts'
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
  const store = sqliteStore(file)
  const logDesk = await openDesk(store, first.at)
  const before = await eventsIn(store)
  if (before > 0) print([`${file} holds ${count(before)} events already; the desk goes on from there.`])
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
  const desk = await totalsOfDesk(logDesk, store)
  const after = await eventsIn(store)
  print(reportOf({ log: from, desk, steps, events: { before, after }, verified, took, file }, ink))
  await logDesk.desk.close()
  return holds({ log: from, desk, verified })
}
