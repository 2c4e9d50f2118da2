/** What relations between tickets refuse, and what each refusal says. */
import { faultsOf } from '../fault.ts'

type One = { readonly ticketId: string }
type Pair = One & { readonly type: string; readonly otherId: string }

const count = (n: number, one: string, many: string): string => (n === 1 ? `1 ${one}` : `${n} ${many}`)

export const relationFaults = {
  'ticket.self-relation': {
    kind: 'invalid',
    says: (d: One) => `Ticket ${d.ticketId} cannot be related to itself; name another ticket.`,
  },
  'ticket.cycle': {
    kind: 'refused',
    says: (d: {
      readonly relation: string
      readonly path: readonly { readonly ticketId: string; readonly number: number }[]
    }) =>
      `That would close a circle of ${d.relation}: ${d.path.map((one) => `#${one.number} (${one.ticketId})`).join(' -> ')}; take one of these relations away first.`,
  },
  'ticket.too-deep': {
    kind: 'refused',
    says: (d: One & { readonly depth: number; readonly limit: number }) =>
      `Ticket ${d.ticketId} would bring its tree to a depth of ${d.depth}, and ${d.limit} is the limit; choose a parent nearer to the root.`,
  },
  'ticket.too-many-children': {
    kind: 'refused',
    says: (d: One & { readonly limit: number }) =>
      `Ticket ${d.ticketId} has ${d.limit} open children, the most it may have; solve some first, or choose another parent.`,
  },
  'ticket.parent-solved': {
    kind: 'refused',
    says: (d: One) => `Ticket ${d.ticketId} is solved and takes no open children; reopen it with ticket.reopen first.`,
  },
  'ticket.already-linked': {
    kind: 'refused',
    says: (d: Pair) => `Ticket ${d.ticketId} ${d.type} ${d.otherId} already; nothing was changed.`,
  },
  'ticket.not-linked': {
    kind: 'refused',
    says: (d: Pair) =>
      `There is no link ${d.type} from ticket ${d.ticketId} to ${d.otherId}; ticket.links lists those there are.`,
  },
  'ticket.guarded': {
    kind: 'refused',
    says: (d: One & { readonly openChildren: number; readonly openBlockers: number }) =>
      `Ticket ${d.ticketId} is held open by ${count(d.openChildren, 'open child', 'open children')} and ${count(d.openBlockers, 'open blocker', 'open blockers')}; finish those first (ticket.tree and ticket.links list them), or give override: { reason } with the right ticket.overrideGuard.`,
  },
} as const

export const fault = faultsOf(relationFaults)
