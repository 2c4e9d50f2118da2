/** What the reads of clocks take. */
import * as z from 'zod'
import { id, instant } from '../domain/inputs.ts'
import { METRICS } from '../domain/metrics.ts'

export const getClocks = z.strictObject({ ticketId: id('ticket'), at: instant.optional() })
export const explainClock = z.strictObject({ ticketId: id('ticket'), metric: z.enum(METRICS), at: instant.optional() })
export const countAttainment = z.strictObject({ from: instant, until: instant })
export const rebuildClocks = z.strictObject({
  limit: z.int().min(1).max(1000).default(200),
  after: id('ticket').optional(),
})
export const simulatePolicies = z.strictObject({
  /** Instead of the policies in force. */
  policies: z.array(z.unknown()).max(200).optional(),
  /** Instead of, or beside, the calendars in force. */
  calendars: z.record(z.string(), z.unknown()).optional(),
  /** Which tickets; absent: all. */
  where: z.unknown().optional(),
  /** Tickets opened at or after, and before. */
  from: instant.optional(),
  until: instant.optional(),
  /** How many differing tickets are listed; all are counted. */
  limit: z.int().min(0).max(1000).default(100),
})

export type GetInput = z.output<typeof getClocks>
export type ExplainInput = z.output<typeof explainClock>
export type AttainmentInput = z.output<typeof countAttainment>
export type RebuildInput = z.output<typeof rebuildClocks>
export type SimulateInput = z.output<typeof simulatePolicies>
