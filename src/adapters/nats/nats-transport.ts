/** Carries events into a JetStream stream: each one acknowledged once it is stored, recognised when it comes again. */
import { CLOUD_EVENT_TYPE, toCloudEvent } from '../../desk/cloud-event.ts'
import type { DeskEvent } from '../../desk/events.ts'
import type { Delivery, Transport } from '../../desk/transport.ts'
import { isDeskError } from '../../domain/fault.ts'
import { type Line, type Link, openLink } from './connection.ts'
import { fault, toFault } from './nats-faults.ts'
import { makeStream, type NewStream } from './new-stream.ts'
import { type NatsTransportOptions, type Route, routeOf } from './route.ts'
import { messageId, natsSubject } from './subjects.ts'

export { type CloudEvent, fromCloudEvent, toCloudEvent } from '../../desk/cloud-event.ts'
export type { NatsConnectionLike, NatsPlace } from './connection.ts'
export type { NewStream } from './new-stream.ts'
export type { NatsTransportOptions } from './route.ts'
export { natsSubject, type SubjectFilter } from './subjects.ts'

/** A transport to NATS, with its end. */
export interface NatsTransport extends Transport {
  /** Waits for the deliveries in hand, then closes the connection if it was not the host's. Later deliveries are refused. */
  close(): Promise<void>
}

/**
 * A transport that publishes each event to `desk.<tenant>.<event name>` in JetStream, in a CloudEvents 1.0 envelope.
 *
 * A delivery resolves once the stream has stored its events, one after the other; the message id is made of the
 * event's, so that the stream drops what comes again within its window for duplicates. The connection is opened at the
 * first delivery, and again after it was lost.
 *
 * @returns the transport, for the `transports` of a desk. Its deliveries reject with `nats.unreachable`, `nats.no-stream`,
 *   `nats.refused`, `nats.too-large` (final), `nats.closed`; all but the last two are worth another try.
 * @throws DeskError `nats.bad-option`, naming the option.
 */
export function natsTransport(options: NatsTransportOptions): NatsTransport {
  const route = routeOf(options)
  const link = openLink(options, route.name)
  const inHand = new Set<Promise<void>>()
  let isClosed = false
  return {
    name: route.name,
    async deliver(delivery) {
      if (isClosed) throw fault('nats.closed', { name: route.name })
      const work = publishAll(delivery, { route, link, createStream: options.createStream })
      inHand.add(work)
      await work.finally(() => inHand.delete(work))
    },
    async close() {
      isClosed = true
      await Promise.allSettled(inHand)
      await link.close()
    },
  }
}

interface Way {
  readonly route: Route
  readonly link: Link
  readonly createStream: NewStream | undefined
}

// One after the other, each acknowledged: were the first of two lost on the way, the second must not overtake it.
async function publishAll({ events }: Delivery, { route, link, createStream }: Way): Promise<void> {
  for (const event of events) {
    const line = await link.line()
    try {
      await publish(event, route, line)
    } catch (error) {
      if (createStream === undefined || !isDeskError(error, 'nats.no-stream')) throw error
      await makeStream(line, createStream, route)
      await publish(event, route, line)
    }
  }
}

async function publish(event: DeskEvent, { root, stream, source, timeout, replay }: Route, line: Line): Promise<void> {
  const subject = natsSubject({ root, tenant: event.tenant, name: event.name })
  const body = new TextEncoder().encode(JSON.stringify(toCloudEvent(event, source)))
  const headers = line.headers()
  headers.set('content-type', CLOUD_EVENT_TYPE)
  const expect = stream === undefined ? {} : { streamName: stream }
  try {
    await line.streams.publish(subject, body, { msgID: messageId(event, { root, replay }), headers, timeout, expect })
  } catch (error) {
    throw toFault(error, { subject, bytes: body.length })
  }
}
