/** The commands that few hosts need at their start, or none often: the table has their names, and this is loaded when the first is asked for. */

import {
  change as changeAgentRules,
  changeOneTeam,
  create as createAgentRules,
  createOneTeam,
  deactivate,
  reactivate,
} from './people/agents.ts'
import {
  change as changeCustomerRules,
  create as createCustomerRules,
  merge as mergeCustomerRules,
} from './people/customers.ts'
import {
  change as changeOrganisationRules,
  create as createOrganisationRules,
  merge as mergeOrganisationRules,
} from './people/organisations.ts'
import {
  changeAgent,
  changeCustomer,
  changeOrganisation,
  changeTeam,
  createAgent,
  createCustomer,
  createOrganisation,
  createTeam,
  mergeCustomer,
  mergeOrganisation,
  nameAgent,
} from './people/people-inputs.ts'
import { publishPolicy } from './policies/policy-input.ts'
import { publish } from './policies/publish-policy.ts'
import { cascade } from './tickets/cascade.ts'
import { followParent } from './tickets/follow-parent.ts'
import { setKnownError } from './tickets/known-error.ts'
import { link, unlink } from './tickets/links-commands.ts'
import { mergeTicket, splitTicket, unmergeTicket } from './tickets/merge-inputs.ts'
import { throughPointers } from './tickets/merge-pointer.ts'
import { merge as mergeTicketRules } from './tickets/merge-ticket.ts'
import { edit, redact } from './tickets/message-changes.ts'
import {
  cascadeRound,
  followTheParent,
  giveParent,
  linkTickets,
  openScenario,
  sayKnownError,
  setDueInstant,
  takeTheResolution,
} from './tickets/relation-inputs.ts'
import { openChildren } from './tickets/scenario.ts'
import { setDue } from './tickets/set-due.ts'
import { setParent } from './tickets/set-parent.ts'
import { split } from './tickets/split-ticket.ts'
import { takeResolution } from './tickets/take-resolution.ts'
import { editMessage, redactMessage } from './tickets/ticket-inputs.ts'
import { unmerge } from './tickets/unmerge-ticket.ts'

const table = {
  'ticket.merge': {
    says: 'Merges a ticket into another: it becomes a pointer, and its conversation is read as part of the other.',
    input: mergeTicket,
    returns: 'ticket',
    on: 'into',
    ...mergeTicketRules,
  },
  'ticket.unmerge': {
    says: 'Undoes the merge of a ticket: it stands as before, with the tickets that were merged into it, and says what could not return.',
    input: unmergeTicket,
    returns: 'ticket',
    on: 'ticket',
    ...unmerge,
  },
  'ticket.split': {
    says: 'Moves or copies chosen messages of a ticket into a new one, and links the two.',
    input: splitTicket,
    returns: 'ticket',
    on: 'ticket',
    numbered: true,
    ...split,
  },
  'ticket.editMessage': {
    says: 'Changes the text of one’s own message; earlier texts are kept.',
    input: editMessage,
    returns: 'message',
    on: 'ticket',
    ...edit,
  },
  'ticket.redact': {
    says: 'Wipes the text and the attachments of a message for good, with a reason.',
    input: redactMessage,
    returns: 'message',
    on: 'ticket',
    ...redact,
  },
  'ticket.setParent': {
    says: 'Makes a ticket a part of another one, or of none.',
    input: giveParent,
    returns: 'ticket',
    on: 'ticket',
    ...setParent,
  },
  'ticket.link': {
    says: 'Ties a ticket to another one: blocks, causes, duplicates, followUpOf, relates, or one of these as the other end calls it.',
    input: linkTickets,
    returns: 'ticket',
    on: 'ticket',
    ...link,
  },
  'ticket.unlink': {
    says: 'Takes a link between two tickets away.',
    input: linkTickets,
    returns: 'ticket',
    on: 'ticket',
    ...unlink,
  },
  'ticket.openChildren': {
    says: 'Opens the children that a scenario lists under a ticket: all of them or none.',
    input: openScenario,
    returns: 'ticket',
    on: 'ticket',
    ...openChildren,
  },
  'ticket.setKnownError': {
    says: 'Says how to live with a problem until it is solved; its open incidents show it. With null it is a known error no longer.',
    input: sayKnownError,
    returns: 'ticket',
    on: 'ticket',
    ...setKnownError,
  },
  'ticket.cascade': {
    says: 'Carries what happened to a ticket to those that hang on it; the desk does so by itself.',
    input: cascadeRound,
    returns: 'ticket',
    on: 'ticket',
    by: 'system',
    ...cascade,
  },
  'ticket.takeResolution': {
    says: 'Solves an incident or child with the resolution of its problem or parent, once for each; the desk does so by itself.',
    input: takeTheResolution,
    returns: 'ticket',
    on: 'ticket',
    by: 'system',
    ...takeResolution,
  },
  'ticket.followParent': {
    says: 'Brings the parts that a ticket follows to what they are in its parent; the desk does so by itself.',
    input: followTheParent,
    returns: 'ticket',
    on: 'ticket',
    by: 'system',
    ...followParent,
  },
  'sla.setDue': {
    says: 'Sets the due instant of a running clock by hand, or gives it back with null; it holds against all later changes.',
    input: setDueInstant,
    returns: 'ticket',
    on: 'ticket',
    ...setDue,
  },
  'customer.create': {
    says: 'Creates a customer.',
    input: createCustomer,
    returns: 'customer',
    custom: { kind: 'customer', mode: 'whole' },
    ...createCustomerRules,
  },
  'customer.change': {
    says: 'Changes what is known of a customer.',
    input: changeCustomer,
    returns: 'customer',
    on: 'customer',
    custom: { kind: 'customer', mode: 'patch' },
    ...changeCustomerRules,
  },
  'customer.merge': {
    says: 'Merges a customer into another, who takes over all identities and tickets.',
    input: mergeCustomer,
    returns: 'customer',
    on: 'into',
    ...mergeCustomerRules,
  },
  'organisation.create': {
    says: 'Creates an organisation.',
    input: createOrganisation,
    returns: 'organisation',
    custom: { kind: 'organisation', mode: 'whole' },
    ...createOrganisationRules,
  },
  'organisation.change': {
    says: 'Changes an organisation.',
    input: changeOrganisation,
    returns: 'organisation',
    on: 'organisation',
    custom: { kind: 'organisation', mode: 'patch' },
    ...changeOrganisationRules,
  },
  'organisation.merge': {
    says: 'Merges an organisation into another.',
    input: mergeOrganisation,
    returns: 'organisation',
    on: 'into',
    ...mergeOrganisationRules,
  },
  'agent.create': {
    says: 'Creates an agent.',
    input: createAgent,
    returns: 'agent',
    ...createAgentRules,
  },
  'agent.change': {
    says: 'Changes an agent: name, roles, teams, whether new tickets are taken.',
    input: changeAgent,
    returns: 'agent',
    on: 'agent',
    ...changeAgentRules,
  },
  'agent.deactivate': {
    says: 'Takes all rights from an agent who owns no unsolved ticket and takes no new ones.',
    input: nameAgent,
    returns: 'agent',
    on: 'agent',
    ...deactivate,
  },
  'agent.reactivate': {
    says: 'Gives an agent their rights back.',
    input: nameAgent,
    returns: 'agent',
    on: 'agent',
    ...reactivate,
  },
  'team.create': {
    says: 'Creates a team.',
    input: createTeam,
    returns: 'team',
    ...createOneTeam,
  },
  'team.change': {
    says: 'Renames a team.',
    input: changeTeam,
    returns: 'team',
    on: 'team',
    ...changeOneTeam,
  },
  'policy.publish': {
    says: 'Publishes a new version of a policy; the one before stays readable.',
    input: publishPolicy,
    returns: 'policies',
    publishes: true,
    ...publish,
  },
} as const

export const lateCommands = throughPointers(table, {
  followed: ['ticket.split', 'ticket.editMessage', 'ticket.redact', 'sla.setDue'],
  refused: [],
})
