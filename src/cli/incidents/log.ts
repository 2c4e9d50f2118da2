/** Reads the incident log: its columns by our names, its times as instants, its `?` as `null`. */
import { createReadStream } from 'node:fs'
import { parse } from 'csv-parse'
import type { Instant } from '../../index.ts'

/** One row: an incident as it stood after one update. */
export interface LogRow {
  /** `INC0000045`. */
  readonly incident: string
  readonly state: string
  readonly updatedAt: Instant
  readonly updatedBy: string
  readonly openedAt: Instant
  /** The log's own end of the incident, on every row of it. */
  readonly closedAt: Instant | null
  /** How often the incident went to another group, or was reopened, up to this row. */
  readonly reassignments: number
  readonly reopenings: number
  readonly caller: string
  readonly group: string | null
  readonly assignee: string | null
  /** `2 - Medium`. */
  readonly impact: string | null
  readonly urgency: string | null
  readonly priority: string | null
  readonly category: string | null
  readonly subcategory: string | null
  readonly symptom: string | null
  readonly location: string | null
  readonly configurationItem: string | null
  readonly problem: string | null
  readonly change: string | null
  readonly causedBy: string | null
  readonly closedCode: string | null
  readonly madeSla: boolean
  readonly priorityConfirmed: boolean
}

/**
 * The rows of a log, in the order of the file.
 *
 * @throws Error naming the line, for a column that is missing or a value that cannot be read.
 */
export async function readLog(path: string): Promise<LogRow[]> {
  const rows: LogRow[] = []
  const reader = parse({ columns: true, bom: true, trim: true })
  const records = createReadStream(path)
    .on('error', (error) => reader.destroy(error))
    .pipe(reader)
  for await (const record of records as AsyncIterable<Record<string, string>>) {
    try {
      rows.push(rowOf(record))
    } catch (error) {
      throw new Error(`Line ${rows.length + 2} of ${path} is no row of the incident log: ${(error as Error).message}.`)
    }
  }
  return rows
}

function rowOf(record: Readonly<Record<string, string>>): LogRow {
  const known = (column: string) => {
    const value = record[column]
    if (value === undefined) throw new Error(`it has no column ${column}`)
    return value === '?' || value === '' ? null : value
  }
  const sure = (column: string) => {
    const value = known(column)
    if (value === null) throw new Error(`its ${column} is unknown`)
    return value
  }
  const closedAt = known('closed_at')
  return {
    incident: sure('number'),
    state: sure('incident_state'),
    updatedAt: instantOf(sure('sys_updated_at')),
    updatedBy: known('sys_updated_by') ?? 'unnamed',
    openedAt: instantOf(sure('opened_at')),
    closedAt: closedAt === null ? null : instantOf(closedAt),
    reassignments: Number(sure('reassignment_count')),
    reopenings: Number(sure('reopen_count')),
    caller: known('caller_id') ?? 'unnamed caller',
    group: known('assignment_group'),
    assignee: known('assigned_to'),
    impact: known('impact'),
    urgency: known('urgency'),
    priority: known('priority'),
    category: known('category'),
    subcategory: known('subcategory'),
    symptom: known('u_symptom'),
    location: known('location'),
    configurationItem: known('cmdb_ci'),
    problem: known('problem_id'),
    change: known('rfc'),
    causedBy: known('caused_by'),
    closedCode: known('closed_code'),
    madeSla: isTrue(sure('made_sla')),
    priorityConfirmed: isTrue(sure('u_priority_confirmation')),
  }
}

function isTrue(text: string): boolean {
  return text.toLowerCase() === 'true'
}

// The whole data set of UCI writes `29/2/2016 01:16` where this part of it writes `29-02-2016 01:16`. Neither names a zone.
const TIME = /^(\d{1,2})[-/](\d{1,2})[-/](\d{4}) (\d{1,2}):(\d\d)$/

function instantOf(text: string): Instant {
  const [, day, month, year, hour, minute] = (TIME.exec(text) ?? []).map(Number)
  const ms = Date.UTC(year ?? Number.NaN, (month ?? 0) - 1, day, hour, minute)
  if (Number.isNaN(ms)) throw new Error(`${JSON.stringify(text)} is not a time such as 29-02-2016 01:16`)
  return new Date(ms).toISOString()
}
