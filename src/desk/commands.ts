/** The table of commands: each line is a method, a permission, and, through the adapters, a route and a verb. */

import type { apiKeyCommands } from '../domain/api-keys/api-key-commands.ts'
import { away } from '../domain/decider.ts'
import type { lateCommands } from '../domain/late-commands.ts'
import type { surveyCommands } from '../domain/surveys/survey-commands.ts'
import { throughPointers } from '../domain/tickets/merge-pointer.ts'
import * as sla from '../domain/tickets/sla-commands.ts'
import * as moves from '../domain/tickets/ticket-moves.ts'
import * as opening from '../domain/tickets/ticket-open.ts'
import * as talk from '../domain/tickets/ticket-talk.ts'
import * as work from '../domain/tickets/ticket-work.ts'
import type { escalationCommands } from './escalation-commands.ts'
import { loadEscalation } from './load-escalation.ts'
import { loadSurveys } from './load-surveys.ts'

const table = {
  'ticket.open': opening.open,
  'ticket.followUp': opening.followUp,
  'ticket.reply': talk.reply,
  'ticket.note': talk.note,
  'ticket.sideMessage': talk.side,
  'ticket.assign': work.assign,
  'ticket.change': work.change,
  'ticket.tag': work.tag,
  'ticket.follow': work.follow,
  'ticket.pend': moves.pend,
  'ticket.hold': moves.hold,
  'ticket.resume': moves.resume,
  'ticket.solve': moves.solve,
  'ticket.reopen': moves.reopen,
  'ticket.close': moves.close,
  'ticket.snooze': moves.snooze,
  'ticket.wake': moves.wake,
  'ticket.delete': moves.remove,
  'ticket.restore': moves.restore,
  'sla.recompute': sla.recompute,
} as const

/** What most hosts ask for; with what these commands do where they name a merged ticket. */
const atHand = throughPointers(table, {
  followed: [
    'ticket.assign',
    'ticket.change',
    'ticket.tag',
    'ticket.follow',
    'ticket.pend',
    'ticket.hold',
    'ticket.resume',
    'ticket.solve',
    'ticket.reopen',
    'ticket.close',
    'ticket.snooze',
    'ticket.wake',
    'sla.recompute',
  ],
  refused: ['ticket.delete', 'ticket.restore'],
})

export const commands = {
  ...atHand,
  ...away<typeof lateCommands>(
    [
      'ticket.merge',
      'ticket.unmerge',
      'ticket.split',
      'ticket.editMessage',
      'ticket.redact',
      'ticket.setParent',
      'ticket.link',
      'ticket.unlink',
      'ticket.openChildren',
      'ticket.setKnownError',
      'ticket.cascade',
      'ticket.takeResolution',
      'ticket.followParent',
      'sla.setDue',
      'customer.create',
      'customer.change',
      'customer.merge',
      'organisation.create',
      'organisation.change',
      'organisation.merge',
      'agent.create',
      'agent.change',
      'agent.deactivate',
      'agent.reactivate',
      'team.create',
      'team.change',
      'policy.publish',
    ],
    async () => (await import('../domain/late-commands.ts')).lateCommands,
  ),
  ...away<typeof apiKeyCommands>(
    ['apiKey.create', 'apiKey.revoke'],
    async () => (await import('../domain/api-keys/api-key-commands.ts')).apiKeyCommands,
  ),
  ...away<typeof surveyCommands>(
    [
      'survey.invite',
      'survey.plan',
      'survey.send',
      'survey.end',
      'survey.bounce',
      'survey.answer',
      'survey.amend',
      'survey.redactComment',
      'survey.closeLoop',
      'survey.unsubscribe',
      'survey.optOut',
      'survey.optIn',
      'survey.forget',
    ],
    async () => (await loadSurveys()).surveyCommands,
  ),
  ...away<typeof escalationCommands>(
    [
      'escalation.start',
      'escalation.acknowledge',
      'escalation.unacknowledge',
      'escalation.escalate',
      'escalation.resolve',
      'escalation.begin',
      'escalation.step',
      'escalation.end',
    ],
    async () => (await loadEscalation()).escalationCommands,
  ),
}

/** The table with every row in place. */
export type Commands = typeof atHand &
  typeof lateCommands &
  typeof apiKeyCommands &
  typeof surveyCommands &
  typeof escalationCommands
export type CommandName = keyof Commands
