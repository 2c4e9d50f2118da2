/** What clocks say on a ticket's journal: each happening at most once for (metric, cycle, level). */
import type { Instant } from '../time.ts'

interface ClockEvent {
  /** `firstReply`, `resolution` … */
  readonly metric: string
  /** From 1: a metric that starts again starts a new cycle. */
  readonly cycle: number
  readonly policy: string
  /** The ticket's priority at its own instant. */
  readonly priority: string
  /** Its own instant: a breach happens when it is due, whoever notices it when. */
  readonly happenedAt: Instant
  /** In force then; `null` while it stands still. */
  readonly dueAt: Instant | null
}

export interface SlaEvents {
  'sla.started': ClockEvent
  /** `level`: a share of the target (`0.8`), or milliseconds before due (`-3600000`). */
  'sla.warned': ClockEvent & { readonly level: string }
  /** `retroactive`: late already when its policy attached. `again`: it goes on from a clock that was told to be late. */
  'sla.breached': ClockEvent & { readonly retroactive: boolean; readonly again?: boolean }
  'sla.met': ClockEvent & { readonly late: boolean }
  'sla.paused': ClockEvent
  'sla.resumed': ClockEvent
  'sla.cancelled': ClockEvent & { readonly reason: string }
  /** Another target, calendar or due instant holds. */
  'sla.changed': ClockEvent
  /** A person set the due instant, or gave it back (`null`). */
  'sla.dueSet': { readonly metric: string; readonly dueAt: Instant | null; readonly reason: string }
  /** What the ticket shows of its clocks changed. */
  'sla.shown': { readonly slaPolicy: string | null; readonly nextDueAt: Instant | null; readonly slaBreached: boolean }
}
