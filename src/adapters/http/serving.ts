/** What a host says to the handler, and what the handler needs of a desk. */
import type { ActingContext } from '../../desk/act.ts'
import type { FieldSchemas } from '../../desk/acting.ts'
import type { Listener } from '../../desk/bus.ts'
import type { EventName } from '../../domain/decider.ts'
import type { Report } from './answer.ts'

/** What the handler needs of a desk. */
export interface ServedDesk {
  readonly fields: FieldSchemas
  /** The desk in the hands of whoever asks. */
  as(context: ActingContext): object
  /** Tells of what was committed, so that streams need not wait for their next look. */
  on(name: '*', listener: Listener<EventName>): () => void
}

/** Who asks, as the host knows it. */
export type Identity = ActingContext

export interface HandlerOptions {
  /**
   * Says who asks, from whatever the host trusts: a session, a token. `null`: nobody, and the answer is
   * 401. Nothing else in a request names an actor or a tenant. Leave the body alone.
   */
  readonly authenticate: (request: Request) => Identity | null | Promise<Identity | null>
  /** What stands before `/v1`: `/support` makes it `/support/v1/tickets`. Default: nothing. */
  readonly basePath?: string | undefined
  /** The largest body. Default 4 MiB. */
  readonly maxBytes?: number | undefined
  /** How long an answer may take, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number | undefined
  /** How many seconds this caller has to wait, 0 for none: `requestLimit` makes one. Default: nobody waits. */
  readonly limit?: ((identity: Identity) => number | Promise<number>) | undefined
  /** Origins whose pages may call this. Default: none but its own. */
  readonly cors?: { readonly origins: '*' | readonly string[] } | undefined
  /** The event stream: a look at the feed every so often, 1,000 ms unless said, and a sign of life, 15,000 ms. */
  readonly events?: { readonly everyMs?: number | undefined; readonly beatMs?: number | undefined } | undefined
  /** Told of what failed that should not have. Default: the console. */
  readonly report?: Report | undefined
}

/** Everything that answering needs. */
export interface Serving extends HandlerOptions {
  readonly desk: ServedDesk
  readonly report: Report
}
