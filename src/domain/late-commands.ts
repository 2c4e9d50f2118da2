/** The commands that few hosts need at their start, or none often: what they are stands here, their rules are loaded when the first is asked for. */
import { late } from './decider.ts'
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
import { mergeTicket, splitTicket, unmergeTicket } from './tickets/merge-inputs.ts'
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
import { editMessage, redactMessage } from './tickets/ticket-inputs.ts'

const load = () => import('./late-rules.ts')

export const lateCommands = {
  'ticket.merge': late(
    {
      says: 'Merges a ticket into another: it becomes a pointer, and its conversation is read as part of the other.',
      input: mergeTicket,
      returns: 'ticket',
      on: 'into',
    },
    async () => (await load()).mergeTicket,
  ),
  'ticket.unmerge': late(
    {
      says: 'Undoes the merge of a ticket: it stands as before, with the tickets that were merged into it, and says what could not return.',
      input: unmergeTicket,
      returns: 'ticket',
      on: 'ticket',
    },
    async () => (await load()).unmerge,
  ),
  'ticket.split': late(
    {
      says: 'Moves or copies chosen messages of a ticket into a new one, and links the two.',
      input: splitTicket,
      returns: 'ticket',
      on: 'ticket',
      numbered: true,
    },
    async () => (await load()).split,
  ),
  'ticket.editMessage': late(
    {
      says: 'Changes the text of one’s own message; earlier texts are kept.',
      input: editMessage,
      returns: 'message',
      on: 'ticket',
    },
    async () => (await load()).edit,
  ),
  'ticket.redact': late(
    {
      says: 'Wipes the text and the attachments of a message for good, with a reason.',
      input: redactMessage,
      returns: 'message',
      on: 'ticket',
    },
    async () => (await load()).redact,
  ),
  'ticket.setParent': late(
    {
      says: 'Makes a ticket a part of another one, or of none.',
      input: giveParent,
      returns: 'ticket',
      on: 'ticket',
    },
    async () => (await load()).setParent,
  ),
  'ticket.link': late(
    {
      says: 'Ties a ticket to another one: blocks, causes, duplicates, followUpOf, relates, or one of these as the other end calls it.',
      input: linkTickets,
      returns: 'ticket',
      on: 'ticket',
    },
    async () => (await load()).link,
  ),
  'ticket.unlink': late(
    {
      says: 'Takes a link between two tickets away.',
      input: linkTickets,
      returns: 'ticket',
      on: 'ticket',
    },
    async () => (await load()).unlink,
  ),
  'ticket.openChildren': late(
    {
      says: 'Opens the children that a scenario lists under a ticket: all of them or none.',
      input: openScenario,
      returns: 'ticket',
      on: 'ticket',
    },
    async () => (await load()).openChildren,
  ),
  'ticket.setKnownError': late(
    {
      says: 'Says how to live with a problem until it is solved; its open incidents show it. With null it is a known error no longer.',
      input: sayKnownError,
      returns: 'ticket',
      on: 'ticket',
    },
    async () => (await load()).setKnownError,
  ),
  'ticket.cascade': late(
    {
      says: 'Carries what happened to a ticket to those that hang on it; the desk does so by itself.',
      input: cascadeRound,
      returns: 'ticket',
      on: 'ticket',
      by: 'system',
    },
    async () => (await load()).cascade,
  ),
  'ticket.takeResolution': late(
    {
      says: 'Solves an incident or child with the resolution of its problem or parent, once for each; the desk does so by itself.',
      input: takeTheResolution,
      returns: 'ticket',
      on: 'ticket',
      by: 'system',
    },
    async () => (await load()).takeResolution,
  ),
  'ticket.followParent': late(
    {
      says: 'Brings the parts that a ticket follows to what they are in its parent; the desk does so by itself.',
      input: followTheParent,
      returns: 'ticket',
      on: 'ticket',
      by: 'system',
    },
    async () => (await load()).followParent,
  ),
  'sla.setDue': late(
    {
      says: 'Sets the due instant of a running clock by hand, or gives it back with null; it holds against all later changes.',
      input: setDueInstant,
      returns: 'ticket',
      on: 'ticket',
    },
    async () => (await load()).setDue,
  ),
  'customer.create': late(
    {
      says: 'Creates a customer.',
      input: createCustomer,
      returns: 'customer',
      custom: { kind: 'customer', mode: 'whole' },
    },
    async () => (await load()).createCustomer,
  ),
  'customer.change': late(
    {
      says: 'Changes what is known of a customer.',
      input: changeCustomer,
      returns: 'customer',
      on: 'customer',
      custom: { kind: 'customer', mode: 'patch' },
    },
    async () => (await load()).changeCustomer,
  ),
  'customer.merge': late(
    {
      says: 'Merges a customer into another, who takes over all identities and tickets.',
      input: mergeCustomer,
      returns: 'customer',
      on: 'into',
    },
    async () => (await load()).mergeCustomer,
  ),
  'organisation.create': late(
    {
      says: 'Creates an organisation.',
      input: createOrganisation,
      returns: 'organisation',
      custom: { kind: 'organisation', mode: 'whole' },
    },
    async () => (await load()).createOrganisation,
  ),
  'organisation.change': late(
    {
      says: 'Changes an organisation.',
      input: changeOrganisation,
      returns: 'organisation',
      on: 'organisation',
      custom: { kind: 'organisation', mode: 'patch' },
    },
    async () => (await load()).changeOrganisation,
  ),
  'organisation.merge': late(
    {
      says: 'Merges an organisation into another.',
      input: mergeOrganisation,
      returns: 'organisation',
      on: 'into',
    },
    async () => (await load()).mergeOrganisation,
  ),
  'agent.create': late(
    {
      says: 'Creates an agent.',
      input: createAgent,
      returns: 'agent',
    },
    async () => (await load()).createAgent,
  ),
  'agent.change': late(
    {
      says: 'Changes an agent: name, roles, teams, whether new tickets are taken.',
      input: changeAgent,
      returns: 'agent',
      on: 'agent',
    },
    async () => (await load()).changeAgent,
  ),
  'agent.deactivate': late(
    {
      says: 'Takes all rights from an agent who owns no unsolved ticket and takes no new ones.',
      input: nameAgent,
      returns: 'agent',
      on: 'agent',
    },
    async () => (await load()).deactivate,
  ),
  'agent.reactivate': late(
    {
      says: 'Gives an agent their rights back.',
      input: nameAgent,
      returns: 'agent',
      on: 'agent',
    },
    async () => (await load()).reactivate,
  ),
  'team.create': late(
    {
      says: 'Creates a team.',
      input: createTeam,
      returns: 'team',
    },
    async () => (await load()).createOneTeam,
  ),
  'team.change': late(
    {
      says: 'Renames a team.',
      input: changeTeam,
      returns: 'team',
      on: 'team',
    },
    async () => (await load()).changeOneTeam,
  ),
  'policy.publish': late(
    {
      says: 'Publishes a new version of a policy; the one before stays readable.',
      input: publishPolicy,
      returns: 'policies',
      publishes: true,
    },
    async () => (await load()).publish,
  ),
} as const
