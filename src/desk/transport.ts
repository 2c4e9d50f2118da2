/** The port through which events leave the desk. */
import type { Instant } from '../domain/time.ts'
import type { DeskEvent } from './events.ts'

/** A record's change on its way out: its events, in order, as the journal has them. */
export interface Delivery {
  readonly tenant: string
  readonly events: readonly DeskEvent[]
  /** How often it was tried before. */
  readonly attempts: number
  /** Which of the transport's routes it is for. Absent: the transport has none. */
  readonly route?: string
}

/**
 * Carries events out of the desk, at least once: a crash after the delivery and before its settling repeats it, with the
 * same event ids. Deliveries about one record come in the order of its versions, one at a time; those about several records come several at a time.
 */
export interface Transport {
  /** Names its queue; stays the same for good, since waiting deliveries are kept under it. */
  readonly name: string
  /** Resolves once the other side has it; a rejection is tried again later, with growing pauses. */
  deliver(delivery: Delivery): Promise<void>
  /**
   * To whom a change goes: asked once, soon after its commit, and each route then has a delivery of its own, with its
   * own order, tries and end. One that fails neither holds up the others nor makes them get it again. Names are lasting
   * and unique in the tenant; none at all settles the delivery. Absent: one delivery for all.
   */
  routes?(delivery: Delivery): Promise<readonly string[]>
}

/** What the error of a failed delivery may say of the next one. Errors that say nothing are tried again with growing pauses. */
export interface DeliveryFailure {
  /** Not before this instant, as a receiver asks for with `Retry-After`; a day later at most. */
  readonly retryAt?: Instant | undefined
  /** It can never succeed: it is put aside at once, for people to see. */
  readonly isFinal?: boolean | undefined
}
