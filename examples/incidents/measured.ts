/** What the desk reports of the log: months of it in print, and a page with charts beside the desk’s file. */
import { writeFileSync } from 'node:fs'
import type { Report } from 'deskwright'
import { reportPage } from 'deskwright/reports'
import type { Acting } from '../../src/cli/incidents/replay.ts'
import type { Ink } from '../../src/cli/ink.ts'
import { count, lasting, percent, table, wrap } from '../plain-text/lines.ts'

/** The desk’s report, and where its page is. */
export interface Measured {
  readonly report: Report
  readonly page: string
  /** Unsolved tickets by the tickets themselves. */
  readonly unsolved: number
}

/** Asks the desk, and writes the page. `from`, `until`: the time of the log. */
export async function measuredIn(
  me: Acting,
  { from, until, page }: { readonly from: string; readonly until: string; readonly page: string },
): Promise<Measured> {
  const report = await me.report.get({ from, until, per: 'month' })
  writeFileSync(page, reportPage(report, { title: 'The incident log' }))
  const rows = await me.ticket.count({ where: { field: 'category', in: ['new', 'open', 'pending', 'hold'] } })
  return { report, page, unsolved: rows[0]?.count ?? 0 }
}

/** Whether each month’s backlog is the one before with what came and without what went, and the last is what the tickets say. */
export function addsUp({ report, unsolved }: Measured): boolean {
  let backlog = 0
  for (const { name } of report.periods) {
    const of = (metric: string) => numberOf(report, metric, name)
    backlog += of('created') + of('reopened') + of('unmerged') + of('restored')
    backlog -= of('solved') + of('merged') + of('deleted')
    if (of('backlog') !== backlog) return false
  }
  return backlog === unsolved
}

function numberOf({ figures }: Report, metric: string, period: string): number {
  return figures.find((figure) => figure.metric === metric && figure.period === period)?.n ?? 0
}

export function measuredLines(measured: Measured, ink: Ink): string[] {
  const { report, page } = measured
  const right = (title: string) => ({ title, align: 'right' }) as const
  const columns = [
    { title: 'month' },
    ...['opened', 'solved', 'reopened', 'backlog', 'resolution: median', '90th percentile', 'reopened share'].map(
      right,
    ),
  ]
  const figure = (metric: string, period: string) =>
    report.figures.find((one) => one.metric === metric && one.period === period)
  const rows = report.periods.map(({ name }) => {
    const of = (metric: string) => count(numberOf(report, metric, name))
    const [time, rate] = [figure('fullResolution', name), figure('reopenRate', name)]
    const length = (seconds: number | null) => (seconds === null ? '–' : lasting(seconds * 1000))
    const [median, p90] = time?.kind === 'time' ? [length(time.median), length(time.p90)] : ['–', '–']
    const share = rate?.kind === 'share' && rate.share !== null ? percent(rate.share) : '–'
    return [name, of('created'), of('solved'), of('reopened'), of('backlog'), median, p90, share]
  })
  const sum = addsUp(measured)
    ? ink.good('The backlog adds up, month by month, and is what the tickets say.')
    : ink.bad('The backlog does NOT add up.')
  return [...table(columns, rows, ink), '', ...wrap(TOLD, 94), sum, `The page with charts is ${page}`]
}

const TOLD =
  'Months are those of UTC. A solution counts where it was the last one; the log has no words, so nothing is known of replies.'
