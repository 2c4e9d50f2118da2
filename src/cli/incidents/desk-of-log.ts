/** What this desk is: the statuses, the priorities and the fields that the log's incidents need. */
import * as z from 'zod'
import type { HostPolicies, Level } from '../../index.ts'

/** The log's states as statuses of the desk, each with the command that moves there. */
export const STATUS_OF = {
  New: 'new',
  Active: 'active',
  'Awaiting User Info': 'awaiting-user-info',
  'Awaiting Problem': 'awaiting-problem',
  'Awaiting Vendor': 'awaiting-vendor',
  'Awaiting Evidence': 'awaiting-evidence',
  Resolved: 'resolved',
  Closed: 'closed',
} as const
export type Status = (typeof STATUS_OF)[keyof typeof STATUS_OF]

export const statusOf: ReadonlyMap<string, Status> = new Map(Object.entries(STATUS_OF))

const WORKING: Status[] = ['active', 'awaiting-user-info', 'awaiting-problem', 'awaiting-vendor', 'awaiting-evidence']

export const policies: HostPolicies = {
  statuses: {
    statuses: [
      { name: 'new', category: 'new' },
      { name: 'active', category: 'open' },
      { name: 'awaiting-user-info', category: 'pending' },
      { name: 'awaiting-problem', category: 'hold' },
      { name: 'awaiting-vendor', category: 'hold' },
      { name: 'awaiting-evidence', category: 'hold' },
      { name: 'resolved', category: 'solved' },
      { name: 'closed', category: 'closed' },
    ],
    // Waiting and working follow each other in any order. Nothing comes back to new, and only resolved is closed.
    transitions: {
      new: [...WORKING, 'resolved'],
      ...Object.fromEntries(WORKING.map((name) => [name, [...WORKING.filter((other) => other !== name), 'resolved']])),
      resolved: ['active', 'closed'],
    },
  },
  // The log's own matrix. It differs from ours in one place: low impact with low urgency is its fourth priority, not a fifth.
  priority: {
    matrix: {
      high: { high: 'P1', medium: 'P2', low: 'P3' },
      medium: { high: 'P2', medium: 'P3', low: 'P4' },
      low: { high: 'P3', medium: 'P4', low: 'P4' },
    },
    otherwise: 'P3',
  },
  // The log says when an incident closed, so the desk must not close one by itself.
  lifecycle: {
    reopenWindow: '8760h',
    closeAfter: null,
    solveAfterSilence: null,
    customerReplyResumes: { pending: true, hold: true },
  },
}

export const ticketFields = z.object({
  incident: z.string(),
  category: z.string().optional(),
  subcategory: z.string().optional(),
  symptom: z.string().optional(),
  location: z.string().optional(),
  configurationItem: z.string().optional(),
  madeSla: z.boolean(),
  priorityConfirmed: z.boolean(),
  closedCode: z.string().optional(),
})
export type IncidentFields = z.infer<typeof ticketFields>

const LEVEL: Readonly<Record<string, Level>> = { '1': 'high', '2': 'medium', '3': 'low' }

/** `2 - Medium` -> `medium`; `null` when unknown. */
export function levelOf(text: string | null): Level | null {
  return LEVEL[text?.slice(0, 1) ?? ''] ?? null
}
