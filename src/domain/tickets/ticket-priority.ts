/** How urgent a ticket is: from impact and urgency by the desk's table, unless a person has said otherwise. */
import type { PriorityPolicy } from '../policy.ts'
import type { Level, Priority, Ticket } from './ticket.ts'

export type Urgency = Pick<Ticket, 'impact' | 'urgency' | 'priority' | 'priorityByHand'>

export function priorityOf(
  policy: PriorityPolicy,
  {
    impact,
    urgency,
    byHand,
  }: { readonly impact: Level | null; readonly urgency: Level | null; readonly byHand: Priority | null },
): Urgency {
  const computed = impact !== null && urgency !== null ? policy.matrix[impact][urgency] : policy.otherwise
  return { impact, urgency, priority: byHand ?? computed, priorityByHand: byHand !== null }
}
