/** What a host may say about the way of events to NATS, and what it comes to. */
import type { NatsPlace } from './connection.ts'
import { fault } from './nats-faults.ts'
import type { NewStream } from './new-stream.ts'

/** How events go to NATS. */
export type NatsTransportOptions = NatsPlace & {
  /** Names the transport's queue. `nats` unless said; stays the same for good. */
  readonly name?: string | undefined
  /** The first part of every subject. `desk` unless said. */
  readonly subject?: string | undefined
  /** The stream that must take the events in; absent: whichever one does. */
  readonly stream?: string | undefined
  /** Makes the stream when it is missing, then and whenever it is found missing. Absent: that is the host's. */
  readonly createStream?: NewStream | undefined
  /** A URI-reference that names this desk in the envelopes; the tenant is put behind it. `/desk` unless said. */
  readonly source?: string | undefined
  /** How long the stream may take to acknowledge one event, in milliseconds. 5,000 unless said. */
  readonly timeoutMs?: number | undefined
  /**
   * Names a replay: its messages bear ids of their own, so that a stream which was emptied, but remembers what it once
   * held, stores them anew. Within one name repeats are recognised.
   */
  readonly replay?: string | undefined
}

/** The options with what stands for those left out. */
export interface Route {
  readonly name: string
  readonly root: string
  readonly stream: string | undefined
  readonly source: string
  readonly timeout: number
  readonly replay: string | undefined
}

// What NATS takes as a token and everybody may use in file names, permissions and shells.
const WORD = /^[\w-]+$/
const WORDS = /^[\w-]+(\.[\w-]+)*$/
/** A URI-reference's signs, RFC 3986, without a query or a fragment: the tenant is put behind it as one more segment. */
const URI = /^([\w\-.~:/@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/

/** @throws DeskError `nats.bad-option`. */
export function routeOf(options: NatsTransportOptions): Route {
  const {
    name = 'nats',
    subject: root = 'desk',
    source = '/desk',
    stream,
    replay,
    timeoutMs: timeout = 5_000,
  } = options
  mustMatch({ name, stream, replay }, WORD, 'may hold letters, digits, _ and - only')
  mustMatch({ subject: root }, WORDS, 'may hold words of letters, digits, _ and -, with dots between them')
  mustMatch({ source }, URI, 'must be a URI-reference without a query')
  if (!Number.isFinite(timeout) || timeout < 1)
    throw fault('nats.bad-option', { option: 'timeoutMs', reason: 'must be milliseconds, at least 1' })
  if ((options.connection === undefined) === (options.servers === undefined))
    throw fault('nats.bad-option', { option: 'connection', reason: 'or servers must be given, one of the two' })
  return { name, root, stream, source, timeout, replay }
}

function mustMatch(given: Readonly<Record<string, unknown>>, form: RegExp, reason: string): void {
  for (const [option, value] of Object.entries(given))
    if (value !== undefined && !(typeof value === 'string' && form.test(value)))
      throw fault('nats.bad-option', { option, reason })
}
