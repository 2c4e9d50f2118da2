/** The port through which events leave the desk. */
import type { DeskEvent } from './events.ts'

/** A record's change on its way out: its events, in order, as the journal has them. */
export interface Delivery {
  readonly tenant: string
  readonly events: readonly DeskEvent[]
  /** How often it was tried before. */
  readonly attempts: number
}

/**
 * Carries events out of the desk, at least once: a crash after the delivery and before its settling repeats it, with the
 * same event ids. Deliveries about one record come in the order of its versions, one at a time.
 */
export interface Transport {
  /** Names its queue; stays the same for good, since waiting deliveries are kept under it. */
  readonly name: string
  /** Resolves once the other side has it; a rejection is tried again later, with growing pauses. */
  deliver(delivery: Delivery): Promise<void>
}
