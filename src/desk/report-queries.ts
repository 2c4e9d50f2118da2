/** What managers ask of a desk as a whole. */
import { query } from './query.ts'
import { askReport } from './report-inputs.ts'
import { makeReport } from './report-reads.ts'

export const reportQueries = {
  'report.get': query({
    says: 'Reports how long replies and solutions took, what was solved at once and what came back, and the backlog, by period and group.',
    input: askReport,
    shows: { kind: 'measure', as: 'report' },
    whole: true,
    read: makeReport,
  }),
} as const
