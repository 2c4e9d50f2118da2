/** The door `deskwright/reports`: what a report says, as CSV and as a page; pure, and without a desk. */
export type { Cell } from './csv.ts'
export { csvOf, guardedText, plainText, reportCsv } from './csv.ts'
export type { CountMetric, MetricDefinition, MetricName, ScoreMetric, ShareMetric, TimeMetric } from './metric.ts'
export { reportMetrics } from './metric.ts'
export type {
  CountFigure,
  Figure,
  Period,
  Report,
  ReportGroup,
  ReportUnit,
  ScoreFigure,
  ShareFigure,
  TimeFigure,
} from './report.ts'
export type { PageOptions } from './report-page.ts'
export { reportPage } from './report-page.ts'
