/** Opens, keeps and gives up the connection that events leave by: the host's own, or one that is made at the first event. */
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import type { MsgHdrs } from '@nats-io/transport-node'
import { fault } from './nats-faults.ts'

/**
 * What is used of a connection that the host has opened, with `@nats-io/transport-node` or another transport of the
 * same client.
 */
export interface NatsConnectionLike {
  /** Absent while the connection is away. */
  readonly info?: object | undefined
  /** Whether it has ended for good. */
  isClosed(): boolean
  /** Ends it; called only for one that was made here. */
  close(): Promise<void>
  /** Asks a subject, and waits for the answer. */
  request(subject: string): Promise<unknown>
}

/** Where to connect to. Either a connection, which stays the host's to close, or addresses. */
export type NatsPlace =
  | { readonly connection: NatsConnectionLike; readonly servers?: undefined }
  | { readonly servers: string | readonly string[]; readonly connection?: undefined }

/** An open connection, with what publishes into its streams. */
export interface Line {
  readonly connection: NatsConnectionLike
  readonly streams: JetStreamClient
  readonly headers: () => MsgHdrs
  readonly manager: () => Promise<JetStreamManager>
}

/** A way to NATS that is opened when it is first needed, and anew when it has ended. */
export interface Link {
  /** @throws DeskError `nats.unreachable`, `nats.no-library`. */
  line(): Promise<Line>
  /** Closes the connection if it was made here. */
  close(): Promise<void>
}

/** How long a server may take to answer a new connection. */
const CONNECT_MS = 5_000
const RECONNECT_MS = 500

export function openLink(place: NatsPlace, name: string): Link {
  let opening: Promise<Line> | null = null
  const open = async (): Promise<Line> => {
    const { jetstream } = await load(() => import('@nats-io/jetstream'))
    const { connect, headers } = await load(() => import('@nats-io/transport-node'))
    const connection = place.connection ?? (await connecting(connect(settings(place.servers, name))))
    const streams = jetstream(connection as Parameters<typeof jetstream>[0])
    return { connection, streams, headers, manager: () => streams.jetstreamManager() }
  }
  const forget = () => {
    opening = null
  }
  return {
    async line() {
      if (opening === null) {
        opening = open()
        opening.catch(forget)
      }
      const line = await opening
      const { connection } = line
      // A connection that was made here and has ended for good, as after a change of its rights, is made anew next time.
      if (connection.isClosed() && place.connection === undefined) forget()
      // While it is away the client would keep what it is given, and send it at some later time, out of the desk's hands.
      if (connection.isClosed() || connection.info === undefined)
        throw fault('nats.unreachable', { reason: 'the connection is away' })
      return line
    },
    async close() {
      const line = await opening?.catch(() => null)
      if (line && place.connection === undefined) await line.connection.close()
    },
  }
}

function settings(servers: string | readonly string[], name: string) {
  return {
    servers: typeof servers === 'string' ? servers : [...servers],
    name: `deskwright ${name}`,
    timeout: CONNECT_MS,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_MS,
  }
}

async function connecting<T>(connection: Promise<T>): Promise<T> {
  try {
    return await connection
  } catch (error) {
    throw fault('nats.unreachable', { reason: (error as Error).message }, { cause: error })
  }
}

async function load<T>(library: () => Promise<T>): Promise<T> {
  try {
    return await library()
  } catch (error) {
    throw fault('nats.no-library', { reason: (error as Error).message.split('\n', 1)[0] ?? '' }, { cause: error })
  }
}
