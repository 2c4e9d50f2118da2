/** What a report refuses; loaded with it. */
import { faultsOf } from '../domain/fault.ts'

export const reportFaults = {
  'report.bad-period': {
    kind: 'invalid',
    says: (d: { readonly from: string; readonly until: string }) =>
      `A report from ${d.from} until ${d.until} would end before it begins; give them the other way round.`,
  },
  'report.too-many-periods': {
    kind: 'invalid',
    says: (d: { readonly limit: number }) =>
      `That makes more than ${d.limit} periods; ask for a shorter time, or for longer periods.`,
  },
} as const

export const reportFault = faultsOf(reportFaults)
