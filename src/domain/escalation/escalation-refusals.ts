/** What an escalation in a desk refuses. */
import { faultsOf } from '../fault.ts'

const refusals = {
  'escalation.unknown-policy': {
    kind: 'refused',
    says: (d: { readonly policy: string; readonly known: readonly string[] }) =>
      `There is no escalation policy ${JSON.stringify(d.policy)}; there are ${d.known.join(', ') || 'none'}.`,
  },
  'escalation.ticket-done': {
    kind: 'refused',
    says: (d: { readonly ticketId: string; readonly state: string }) =>
      `Ticket ${d.ticketId} is ${d.state}, and nothing is escalated for it; reopen or restore it first.`,
  },
  'escalation.key-elsewhere': {
    kind: 'refused',
    says: (d: { readonly key: string }) =>
      `What has the key ${JSON.stringify(d.key)} is being escalated for another ticket; give what is escalated here a key of its own.`,
  },
  'escalation.resolved': {
    kind: 'refused',
    says: (d: { readonly escalationId: string }) =>
      `Escalation ${d.escalationId} is resolved; start it again with escalation.start.`,
  },
  'escalation.not-acknowledged': {
    kind: 'refused',
    says: (d: { readonly escalationId: string; readonly status: string }) =>
      `Escalation ${d.escalationId} is ${d.status}; only an acknowledgement that holds can be taken back.`,
  },
  'escalation.exhausted': {
    kind: 'refused',
    says: (d: { readonly escalationId: string }) =>
      `Escalation ${d.escalationId} has no step left; acknowledge or resolve it, or start another policy.`,
  },
  'escalation.unknown-schedule': {
    kind: 'not-found',
    says: (d: { readonly schedule: string; readonly known: readonly string[] }) =>
      `There is no on-call schedule ${JSON.stringify(d.schedule)}; there are ${d.known.join(', ') || 'none'}.`,
  },
} as const

export const fault = faultsOf(refusals)
