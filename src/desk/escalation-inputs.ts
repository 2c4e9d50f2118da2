/** What is asked of escalations, checked at the wall. */
import * as z from 'zod'
import { ESCALATION_STATUSES } from '../domain/escalation/escalation.ts'
import { id, instant, line } from '../domain/inputs.ts'

const policy = line(100)
const schedule = line(100)

export const startEscalation = z.strictObject({
  ticketId: id('ticket'),
  policy,
  /** What is escalated, unique in the tenant: while it runs, a second start is silent. Absent: one for each ticket and policy. */
  key: line(200).optional(),
  urgency: z.enum(['high', 'low']).default('high'),
})
export const beginEscalation = z.strictObject({
  ticketId: id('ticket'),
  policy,
  /** Which of the policy's starts: its place, from 0, or its definition in short, for timers that a publish may outrun. */
  start: z.union([z.int().min(0), line(64)]),
  /** When it came to pass, where that was before now. */
  since: instant.optional(),
})
export const nameEscalation = z.strictObject({ escalationId: id('escalation') })
export const endEscalation = z.strictObject({ escalationId: id('escalation'), why: line(100) })

export const findEscalations = z.strictObject({
  /** The ticket. Absent: all, for those whose right reaches all. */
  of: id('ticket').optional(),
  status: z.enum(ESCALATION_STATUSES).optional(),
  limit: z.int().min(1).max(200).default(50),
  /** The `next` of the page before. */
  after: z.string().max(4000).optional(),
})
export const readLog = z.strictObject({ escalationId: id('escalation') })
export const previewLadder = z.strictObject({
  policy,
  /** Absent: now. */
  at: instant.optional(),
  /** The ticket whose assignee, team and fields are looked at. Absent: none. */
  of: id('ticket').optional(),
  timeZone: z.string().max(64).optional(),
})
export const askOnCall = z.strictObject({ schedule, at: instant.optional() })
export const askCoverage = z.strictObject({ schedule, from: instant, until: instant })
export const askFeed = z.strictObject({ agentId: id('agent'), from: instant, until: instant })
export const askTimes = z.strictObject({ from: instant, until: instant })
export const askCheck = z.strictObject({ from: instant.optional(), until: instant.optional() })
