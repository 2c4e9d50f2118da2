/** The table of reads: each line is a method and a permission; what they show is exactly what the actor may get. */
import { away } from '../domain/decider.ts'
import type { escalationQueries } from './escalation-queries.ts'
import type { feedQueries } from './event-feed.ts'
import type { lateQueries } from './late-queries.ts'
import { loadEscalation } from './load-escalation.ts'
import { loadRest } from './load-rest.ts'
import { loadSla } from './load-sla.ts'
import { loadSurveys } from './load-surveys.ts'
import { many, one } from './record-reads.ts'
import type { reportQueries } from './report-queries.ts'
import type { slaQueries } from './sla-queries.ts'
import type { surveyQueries } from './survey-queries.ts'
import type { treeQueries } from './tree-queries.ts'

/** What most hosts ask for. */
const atHand = {
  'ticket.get': one('ticket'),
  'ticket.find': many('ticket'),
  'customer.find': many('customer'),
  'organisation.get': one('organisation'),
  'organisation.find': many('organisation'),
  'agent.get': one('agent'),
  'agent.find': many('agent'),
  'team.get': one('team'),
  'team.find': many('team'),
} as const

export const queries = {
  ...atHand,
  ...away<typeof lateQueries>(
    [
      'ticket.count',
      'ticket.timeline',
      'ticket.messages',
      'customer.get',
      'apiKey.get',
      'apiKey.find',
      'event.find',
      'policy.get',
      'policy.history',
    ],
    async () => (await loadRest()).lateQueries,
  ),
  ...away<typeof feedQueries>(['event.feed'], async () => (await loadRest()).feedQueries),
  ...away<typeof treeQueries>(
    ['ticket.tree', 'ticket.links', 'ticket.workarounds'],
    async () => (await loadRest()).treeQueries,
  ),
  ...away<typeof slaQueries>(
    ['sla.get', 'sla.explain', 'sla.attainment', 'sla.rebuild', 'sla.simulate'],
    async () => (await loadSla()).slaQueries,
  ),
  ...away<typeof surveyQueries>(
    ['survey.get', 'survey.find', 'survey.byToken', 'survey.invitation', 'survey.audit', 'survey.scores'],
    async () => (await loadSurveys()).surveyQueries,
  ),
  ...away<typeof escalationQueries>(
    [
      'escalation.get',
      'escalation.find',
      'escalation.log',
      'escalation.times',
      'escalation.preview',
      'escalation.check',
      'escalation.onCall',
      'escalation.coverage',
      'escalation.feed',
    ],
    async () => (await loadEscalation()).escalationQueries,
  ),
  ...away<typeof reportQueries>(['report.get'], async () => (await import('./report-queries.ts')).reportQueries),
}

/** The table with every row in place. */
export type Queries = typeof atHand &
  typeof lateQueries &
  typeof feedQueries &
  typeof treeQueries &
  typeof slaQueries &
  typeof surveyQueries &
  typeof escalationQueries &
  typeof reportQueries
export type QueryName = keyof Queries
