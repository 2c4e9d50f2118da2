/** What a transport case is: one promise of the transport port, as data that any test runner can run. */
import type { DeskEvent } from '../desk/events.ts'
import type { Transport } from '../desk/transport.ts'

/** What a case is about, for grouping in reports. */
export type TransportCaseTopic = 'taking' | 'repetition' | 'order' | 'content' | 'concurrency' | 'outage'

/** One message as the other side took it: a request, or a message of a stream. It may carry one event or many. */
export interface Arrival {
  /** By what a consumer recognises a repeat: `webhook-id`, the message id. */
  readonly key: string
  /** The message's body, to the byte. */
  readonly body: string
  /** The events that the body carries, in its order. */
  readonly events: readonly DeskEvent[]
}

/** A transport under test, with the other side in the hands of the case. */
export interface OpenedTransport {
  readonly transport: Transport
  /** All that the other side has taken since `open`, oldest first. Repeats that it drops by their key are not in it. */
  received(): Promise<readonly Arrival[]>
  /** The other side takes none of the next `times` messages, and says so. */
  refuse(times: number): void | Promise<void>
  /**
   * The other side takes the next `times` messages, but its answers get lost. Absent where that cannot be staged: the
   * cases on it are skipped.
   */
  loseAnswers?(times: number): void | Promise<void>
  /** Ends the other side, and the transport where it has an end. Cases call it, and the kit does after each; a second call does nothing. */
  close(): void | Promise<void>
}

/** What a case is given. */
export interface TransportContext {
  /** A transport to an empty other side. Opened again: the same transport, made anew, to another empty side. */
  open(): Promise<OpenedTransport>
}

export interface TransportCase {
  /** Lasting: it names the same promise in every release. */
  readonly id: string
  /** The promise, as a fact in the present tense. */
  readonly title: string
  readonly about: TransportCaseTopic
  /** `loseAnswers`: it calls that, and is skipped where it is absent. */
  readonly needs?: 'loseAnswers'
  /** Returns when the transport keeps the promise; throws an error that tells what was found instead. */
  run(context: TransportContext): Promise<void>
}

type Untopical = Omit<TransportCase, 'about'>

/** The cases of one topic. */
export function transportCasesAbout(about: TransportCaseTopic, cases: readonly Untopical[]): readonly TransportCase[] {
  return cases.map((one) => ({ ...one, about }))
}
