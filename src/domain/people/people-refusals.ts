/** What the rules of people refuse, and what each refusal says. */
import { faultsOf } from '../fault.ts'

export const peopleFaults = {
  'customer.identity-taken': {
    kind: 'conflict',
    says: (d: { readonly kind: string; readonly customerId: string }) =>
      `That ${d.kind} identity belongs to customer ${d.customerId} already; use that customer, or merge the two with customer.merge.`,
  },
  'customer.merged': {
    kind: 'refused',
    says: (d: { readonly customerId: string; readonly into: string }) =>
      `Customer ${d.customerId} was merged into ${d.into}; use that id.`,
  },
  'customer.claim': {
    kind: 'forbidden',
    says: (d: { readonly claimed: readonly string[] }) =>
      `Customers change their own name, language and time zone, not ${d.claimed.join(', ')}; let an agent or your code do it, once it is proven.`,
  },
  'customer.same': {
    kind: 'invalid',
    says: (d: { readonly id: string }) => `${d.id} cannot be merged with itself; name two records.`,
  },
  'customer.too-many-merges': {
    kind: 'refused',
    says: (d: { readonly id: string; readonly limit: number }) =>
      `${d.id} stands for ${d.limit} merged records already, which is the limit.`,
  },
  'organisation.merged': {
    kind: 'refused',
    says: (d: { readonly organisationId: string; readonly into: string }) =>
      `Organisation ${d.organisationId} was merged into ${d.into}; use that id.`,
  },
  'people.nothing-new': {
    kind: 'refused',
    says: (d: { readonly id: string }) => `${d.id} has all of that already; nothing was changed.`,
  },
  'agent.unknown-role': {
    kind: 'invalid',
    says: (d: { readonly roles: readonly string[] }) =>
      `There is no role ${d.roles.join(', ')}; define it in a roles policy, or use a built-in one.`,
  },
  'agent.still-assigned': {
    kind: 'refused',
    says: (d: { readonly agentId: string; readonly tickets: number }) =>
      `Agent ${d.agentId} still owns ${d.tickets} unsolved tickets; give them to others with ticket.assign first.`,
  },
  'agent.still-accepting': {
    kind: 'refused',
    says: (d: { readonly agentId: string }) =>
      `Agent ${d.agentId} still takes new tickets, so one might slip in meanwhile; set accepting: false with agent.change first.`,
  },
  'agent.already': {
    kind: 'refused',
    says: (d: { readonly agentId: string; readonly state: string }) =>
      `Agent ${d.agentId} is ${d.state} already; nothing was changed.`,
  },
} as const

export const fault = faultsOf(peopleFaults)
