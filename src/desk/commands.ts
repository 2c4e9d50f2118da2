/** The table of commands: each line is a method, a permission, and, through the adapters, a route and a verb. */

import * as agents from '../domain/people/agents.ts'
import * as customers from '../domain/people/customers.ts'
import * as organisations from '../domain/people/organisations.ts'
import * as policies from '../domain/policies/policies.ts'
import * as sla from '../domain/tickets/sla-commands.ts'
import * as moves from '../domain/tickets/ticket-moves.ts'
import * as opening from '../domain/tickets/ticket-open.ts'
import * as talk from '../domain/tickets/ticket-talk.ts'
import * as work from '../domain/tickets/ticket-work.ts'

export const commands = {
  'ticket.open': opening.open,
  'ticket.followUp': opening.followUp,
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

export type Commands = typeof commands
export type CommandName = keyof Commands
