/** What a client is told: where the desk is, who asks, and what to listen to. */
import type { EventName } from '../domain/decider.ts'

export interface ClientOptions {
  /** Where the handler is mounted, without `/v1`: `https://example.org/support`. */
  readonly url: string
  /** Goes into `Authorization: Bearer …`; a function is asked before each request. Absent: the browser's cookies speak. */
  readonly token?: string | (() => string | Promise<string>) | undefined
  /** Default: the platform's own. */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined
  /** How often what failed on the way, or was turned away for now, is sent again. Default 2. */
  readonly retries?: number | undefined
}

export interface EventsRequest {
  /** The cursor of the last event that was seen. Absent: from now on. */
  readonly after?: string | undefined
  readonly names?: readonly EventName[] | undefined
  /** Ends the listening. */
  readonly signal?: AbortSignal | undefined
}
