/** How the promises were kept, and how others would have been: asked of the desk, by priority. */
import type { Attained, Simulation } from 'deskwright'
import type { Acting } from '../../src/cli/incidents/replay.ts'
import type { Ink } from '../../src/cli/ink.ts'
import { count, lasting, many, percent, table, wrap } from '../plain-text/lines.ts'
import { withoutPauses } from './promises.ts'

export interface Kept {
  readonly attained: readonly Attained[]
  readonly whatIf: Simulation
  readonly whatIfMs: number
  /** Of each priority, in how many incidents the log itself says that its SLA was kept. */
  readonly saidByLog: ReadonlyMap<string, number>
  readonly incidents: ReadonlyMap<string, number>
}

/** Asks the desk. `from`, `until`: the time of the log. */
export async function keptIn(me: Acting, period: { readonly from: string; readonly until: string }): Promise<Kept> {
  const attained = await me.sla.attainment(period)
  const started = performance.now()
  const whatIf = await me.sla.simulate({ policies: withoutPauses })
  const whatIfMs = performance.now() - started
  const saidByLog = await me.ticket.count({ where: { field: 'fields.madeSla', is: true }, by: ['priority'] })
  const incidents = await me.ticket.count({ by: ['priority'] })
  const byPriority = (rows: typeof incidents) => new Map(rows.map((row) => [String(row.group[0]), row.count]))
  return { attained, whatIf, whatIfMs, saidByLog: byPriority(saidByLog), incidents: byPriority(incidents) }
}

export function promisesKept({ attained, saidByLog, incidents }: Kept, ink: Ink): string[] {
  const columns = [
    { title: 'priority' },
    { title: 'policy' },
    { title: 'in time', align: 'right' },
    { title: 'late', align: 'right' },
    { title: 'kept', align: 'right' },
    { title: 'incidents', align: 'right' },
    { title: 'kept by the log’s word', align: 'right' },
  ] as const
  const rows = [...attained]
    .sort((a, b) => (a.priority < b.priority ? -1 : 1))
    .map(({ priority, policy, met, breached, share }) => {
      const all = incidents.get(priority) ?? 0
      const said = all === 0 ? '–' : percent((saidByLog.get(priority) ?? 0) / all)
      return [priority, policy, count(met), count(breached), percent(share), count(all), said]
    })
  return [...wrap(PROMISED, 94), '', ...table(columns, rows, ink), '', ...wrap(READ_SO, 94)]
}

const PROMISED =
  'Resolution of P1 in 4 h and P2 in 8 h, round the clock; of P3 in 30 h and P4 in 50 h of Monday to Friday, 8 to 18. Waiting for others stops the clock. These promises are this example’s: the log does not say its own.'
const READ_SO =
  'Counted are clocks: a reopened incident has one more, and a clock counts under the priority at its due or its end. The two columns on the right count incidents, by their last priority; what the log went by it does not say.'

export function whatIfLines({ whatIf, whatIfMs }: Kept, ink: Ink): string[] {
  const columns = [
    { title: 'priority' },
    { title: 'in time', align: 'right' },
    { title: 'late', align: 'right' },
    { title: 'kept', align: 'right' },
  ] as const
  const rows = byPriority(whatIf).map(([priority, { actual, simulated }]) => {
    const [was, would] = [judged(actual), judged(simulated)]
    return [priority, ...was.map((value, index) => `${value} → ${would[index]?.padStart(4)}`)]
  })
  return [
    ...wrap(WHAT_IF, 94),
    '',
    ...table(columns, rows, ink),
    '',
    `${many(whatIf.differing, 'incident')} of ${count(whatIf.tickets)} would have come out otherwise. Found in ${lasting(whatIfMs)}, and nothing was written.`,
  ]
}

const WHAT_IF =
  'As promised → with the same hours and targets, and no clock ever standing still: the time as the user lives it.'

interface Tally {
  readonly met: number
  readonly breached: number
}

function judged({ met, breached }: Tally): string[] {
  const all = met + breached
  return [count(met), count(breached), all === 0 ? '–' : percent(met / all)]
}

/** The months of a simulation, added up. */
export function byPriority({ rows }: Simulation): [string, { actual: Tally; simulated: Tally }][] {
  const none = { met: 0, breached: 0 }
  const sums = new Map<string, { actual: Tally; simulated: Tally }>()
  const add = (a: Tally, b: Tally) => ({ met: a.met + b.met, breached: a.breached + b.breached })
  for (const { priority, actual, simulated } of rows) {
    const sum = sums.get(priority) ?? { actual: none, simulated: none }
    sums.set(priority, { actual: add(sum.actual, actual), simulated: add(sum.simulated, simulated) })
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1))
}
