/** What the desk itself refuses, before any rule of the domain is asked. */

import { faultsOf } from '../domain/fault.ts'
import { storeFaults } from '../domain/refusals.ts'
import { ticketFaults } from '../domain/tickets/ticket-refusals.ts'

type Id = { readonly id: string }
const absent = (what: string) => ({
  kind: 'not-found' as const,
  says: (d: Id) => `There is no ${what} ${d.id} that you may see; look it up with ${what}.find.`,
})

const deskFaults = {
  'input.invalid': {
    kind: 'invalid',
    says: (d: {
      readonly command: string
      readonly issues: readonly { readonly place: string; readonly reason: string }[]
    }) =>
      `${d.command} cannot be done with this input: ${d.issues.map((issue) => `${issue.place || 'input'}: ${issue.reason}`).join('; ')}.`,
  },
  'context.invalid': {
    kind: 'invalid',
    says: (d: { readonly place: string; readonly reason: string }) => `desk.as cannot act: ${d.place} ${d.reason}.`,
  },
  'command.reused': {
    kind: 'conflict',
    says: (d: { readonly commandId: string }) =>
      `Command id ${d.commandId} was used before for something else; give each command an id of its own, and the same only to retry it.`,
  },
  'command.busy': {
    kind: 'conflict',
    says: (d: { readonly command: string; readonly attempts: number }) =>
      `${d.command} found its records changed ${d.attempts} times in a row; nothing was done; try again later.`,
  },
  'access.unknown-actor': {
    kind: 'forbidden',
    says: (d: { readonly actorKind: string; readonly actorId: string }) =>
      `${d.actorKind} ${d.actorId} is not known in this tenant, or not active; create them, or act as somebody else.`,
  },
  'automation.loop': {
    kind: 'refused',
    says: (d: { readonly limit: number }) =>
      `This command is more than ${d.limit} causes away from its first one; two automations may be calling each other.`,
  },
  'query.bad-cursor': {
    kind: 'invalid',
    says: (_: object) => 'The cursor is not one that this read gave out; start again without after.',
  },
  'query.unsortable': {
    kind: 'invalid',
    says: (d: { readonly field: string; readonly sortable: readonly string[] }) =>
      `Records cannot be ordered by ${JSON.stringify(d.field)}; use one of ${d.sortable.join(', ')}.`,
  },
  'policy.not-found': {
    kind: 'not-found',
    says: (d: { readonly name: string; readonly number: number }) =>
      `Policy ${d.name} has no version ${d.number}; policy.history lists those there are.`,
  },
  'sla.none': {
    kind: 'refused',
    says: (_: object) =>
      'This tenant has no SLA policies; publish some as the policy sla, with their calendars as the policy calendars.',
  },
  'sla.no-clock': {
    kind: 'not-found',
    says: (d: { readonly ticketId: string; readonly metric: string }) =>
      `Ticket ${d.ticketId} has no clock for ${d.metric}; sla.get lists those it has.`,
  },
  'ticket.not-found': absent('ticket'),
  'customer.not-found': absent('customer'),
  'organisation.not-found': absent('organisation'),
  'agent.not-found': absent('agent'),
  'team.not-found': absent('team'),
  'apiKey.not-found': absent('apiKey'),
  'survey.not-found': absent('survey'),
  'escalation.not-found': absent('escalation'),
} as const

const ownFaults = { ...storeFaults, ...ticketFaults, ...deskFaults }

export const fault = faultsOf(ownFaults)

export function notFound(kind: string, id: string): Error {
  const code = `${kind}.not-found` as 'ticket.not-found'
  return fault(Object.hasOwn(ownFaults, code) ? code : 'ticket.not-found', { id })
}
