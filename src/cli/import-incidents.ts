/** The incident log of the UCI repository into a store of its own: statuses, priorities and fields are the log's. */
import { cliFault } from './cli-faults.ts'
import { type LogRow, readLog } from './incidents/log.ts'
import { planOf } from './incidents/plan.ts'
import { openDesk, replay, TENANT } from './incidents/replay.ts'
import { deskSource, type Named } from './open-desk.ts'
import type { Terminal } from './terminal.ts'

export interface IncidentsRequest extends Named {
  readonly file: string
  readonly json?: boolean | undefined
  readonly command?: string | undefined
  readonly refused?: string | undefined
  readonly tenant?: string | undefined
  readonly as?: string | undefined
}

export async function importIncidents(request: IncidentsRequest, terminal: Terminal): Promise<number> {
  const place = placeOf(request, terminal)
  const rows = await rowsIn(request.file)
  const steps = planOf(rows)
  const logDesk = await openDesk(await place.open(), steps[0]?.at ?? '')
  const progress = terminal.progress('rows')
  progress.start(rows.length)
  try {
    await replay(logDesk, steps, () => progress.advance())
  } finally {
    progress.stop()
    await logDesk.desk.close()
  }
  const incidents = new Set(rows.map(({ incident }) => incident)).size
  const figures = { tenant: TENANT, rows: rows.length, incidents, commands: steps.length }
  terminal.print(
    request.json
      ? JSON.stringify(figures)
      : `${rows.length} rows of ${incidents} incidents were taken by ${steps.length} commands into the tenant ${TENANT}.`,
  )
  return 0
}

/** The log brings its own policies, which a host's desk would not want. */
function placeOf(request: IncidentsRequest, terminal: Terminal) {
  for (const option of ['command', 'refused', 'tenant', 'as'] as const)
    if (request[option] !== undefined) throw alone(`--${option}`)
  const source = deskSource(request, terminal)
  if (source.from === 'store') return source.place
  throw alone('--desk')
}

function alone(option: string): Error {
  return cliFault('cli.bad-value', { option, found: 'given beside --incidents', wanted: '--store, and no more' })
}

async function rowsIn(file: string): Promise<readonly LogRow[]> {
  try {
    const rows = await readLog(file)
    if (rows.length > 0) return rows
  } catch (cause) {
    throw cliFault('cli.bad-file', { path: file, reason: (cause as Error).message.replace(/\.$/, '') }, { cause })
  }
  throw cliFault('cli.bad-file', { path: file, reason: 'it has no rows' })
}
