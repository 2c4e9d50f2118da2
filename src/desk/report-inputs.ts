/** What a report is asked for by. */
import * as z from 'zod'
import { instant, timeZone } from '../domain/inputs.ts'
import { type MetricName, reportMetrics } from '../domain/reporting/metric.ts'
import { REPORT_GROUPS, REPORT_UNITS } from '../domain/reporting/report.ts'
import { parseDuration } from '../domain/time.ts'

const METRIC_NAMES = Object.keys(reportMetrics) as [MetricName, ...MetricName[]]

const duration = z.union([z.string(), z.number()]).refine((value) => {
  try {
    return parseDuration(value) >= 0
  } catch {
    return false
  }
}, 'is not a length of time such as 168h')

export const askReport = z
  .strictObject({
    from: instant,
    until: instant,
    per: z.enum(REPORT_UNITS).default('month'),
    /** The zone whose days, weeks and months are meant. */
    timeZone: timeZone.default('UTC'),
    /** Absent: all of them. */
    metrics: z.array(z.enum(METRIC_NAMES)).min(1).max(METRIC_NAMES.length).optional(),
    /** Tells tickets apart by what they belonged to when it happened. */
    by: z.enum(REPORT_GROUPS).nullable().default(null),
    /** Lengths of all time, or of working time alone. */
    time: z.enum(['calendar', 'working']).default('calendar'),
    /** How long a solution must have stood before it counts as lasting. */
    window: duration.default('168h'),
  })
  .refine(({ by, metrics = [] }) => by === null || !metrics.includes('backlog'), {
    path: ['metrics'],
    message: 'backlog is of the whole desk: leave by out',
  })
  .transform(({ metrics, ...rest }) => ({
    ...rest,
    // The backlog of a group also moves when tickets change hands, which nothing counts.
    metrics: [...new Set(metrics ?? METRIC_NAMES)].filter((name) => rest.by === null || name !== 'backlog'),
  }))

export type ReportInput = z.output<typeof askReport>
