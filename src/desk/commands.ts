/** The table of commands: each line is a method, a permission, and, through the adapters, a route and a verb. */

import { lateCommands } from '../domain/late-commands.ts'
import { throughPointers } from '../domain/tickets/merge-pointer.ts'
import * as sla from '../domain/tickets/sla-commands.ts'
import * as moves from '../domain/tickets/ticket-moves.ts'
import * as opening from '../domain/tickets/ticket-open.ts'
import * as talk from '../domain/tickets/ticket-talk.ts'
import * as work from '../domain/tickets/ticket-work.ts'

const table = {
  'ticket.open': opening.open,
  'ticket.followUp': opening.followUp,
  'ticket.merge': lateCommands['ticket.merge'],
  'ticket.unmerge': lateCommands['ticket.unmerge'],
  'ticket.split': lateCommands['ticket.split'],
  'ticket.reply': talk.reply,
  'ticket.note': talk.note,
  'ticket.sideMessage': talk.side,
  'ticket.editMessage': lateCommands['ticket.editMessage'],
  'ticket.redact': lateCommands['ticket.redact'],
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
  'ticket.setParent': lateCommands['ticket.setParent'],
  'ticket.link': lateCommands['ticket.link'],
  'ticket.unlink': lateCommands['ticket.unlink'],
  'ticket.openChildren': lateCommands['ticket.openChildren'],
  'ticket.setKnownError': lateCommands['ticket.setKnownError'],
  'ticket.cascade': lateCommands['ticket.cascade'],
  'ticket.takeResolution': lateCommands['ticket.takeResolution'],
  'ticket.followParent': lateCommands['ticket.followParent'],
  'sla.setDue': lateCommands['sla.setDue'],
  'sla.recompute': sla.recompute,
  'customer.create': lateCommands['customer.create'],
  'customer.change': lateCommands['customer.change'],
  'customer.merge': lateCommands['customer.merge'],
  'organisation.create': lateCommands['organisation.create'],
  'organisation.change': lateCommands['organisation.change'],
  'organisation.merge': lateCommands['organisation.merge'],
  'agent.create': lateCommands['agent.create'],
  'agent.change': lateCommands['agent.change'],
  'agent.deactivate': lateCommands['agent.deactivate'],
  'agent.reactivate': lateCommands['agent.reactivate'],
  'team.create': lateCommands['team.create'],
  'team.change': lateCommands['team.change'],
  'policy.publish': lateCommands['policy.publish'],
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
