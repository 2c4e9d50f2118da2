/** The table of commands: each line is a method, a permission, and, through the adapters, a route and a verb. */

import * as agents from '../domain/people/agents.ts'
import * as customers from '../domain/people/customers.ts'
import * as organisations from '../domain/people/organisations.ts'
import * as policies from '../domain/policies/policies.ts'
import * as cascades from '../domain/tickets/cascade.ts'
import * as children from '../domain/tickets/children.ts'
import * as following from '../domain/tickets/follow-fields.ts'
import * as known from '../domain/tickets/known-error.ts'
import * as links from '../domain/tickets/links-commands.ts'
import { throughPointers } from '../domain/tickets/merge-pointer.ts'
import * as merging from '../domain/tickets/merge-ticket.ts'
import * as problems from '../domain/tickets/problem.ts'
import * as scenarios from '../domain/tickets/scenario.ts'
import * as sla from '../domain/tickets/sla-commands.ts'
import * as splitting from '../domain/tickets/split-ticket.ts'
import * as moves from '../domain/tickets/ticket-moves.ts'
import * as opening from '../domain/tickets/ticket-open.ts'
import * as talk from '../domain/tickets/ticket-talk.ts'
import * as work from '../domain/tickets/ticket-work.ts'
import * as unmerging from '../domain/tickets/unmerge-ticket.ts'

const table = {
  'ticket.open': opening.open,
  'ticket.followUp': opening.followUp,
  'ticket.merge': merging.merge,
  'ticket.unmerge': unmerging.unmerge,
  'ticket.split': splitting.split,
  'ticket.reply': talk.reply,
  'ticket.note': talk.note,
  'ticket.sideMessage': talk.side,
  'ticket.editMessage': talk.edit,
  'ticket.redact': talk.redact,
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
  'ticket.setParent': children.setParent,
  'ticket.link': links.link,
  'ticket.unlink': links.unlink,
  'ticket.openChildren': scenarios.openChildren,
  'ticket.setKnownError': known.setKnownError,
  'ticket.cascade': cascades.cascade,
  'ticket.takeResolution': problems.takeResolution,
  'ticket.followParent': following.followParent,
  'sla.setDue': sla.setDue,
  'sla.recompute': sla.recompute,
  'customer.create': customers.create,
  'customer.change': customers.change,
  'customer.merge': customers.merge,
  'organisation.create': organisations.create,
  'organisation.change': organisations.change,
  'organisation.merge': organisations.merge,
  'agent.create': agents.create,
  'agent.change': agents.change,
  'agent.deactivate': agents.deactivate,
  'agent.reactivate': agents.reactivate,
  'team.create': agents.createOneTeam,
  'team.change': agents.changeOneTeam,
  'policy.publish': policies.publish,
} as const

/** The table, with what its commands do where they name a merged ticket. One that is in neither list refuses it. */
export const commands = throughPointers(table, {
  followed: [
    'ticket.split',
    'ticket.editMessage',
    'ticket.redact',
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
    'sla.setDue',
    'sla.recompute',
  ],
  refused: ['ticket.delete', 'ticket.restore'],
})

export type Commands = typeof commands
export type CommandName = keyof Commands
