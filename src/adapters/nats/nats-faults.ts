/** What goes wrong between a desk and NATS, in the words of the desk: the client's own say what failed, not what to do. */
import { faultsOf, isDeskError } from '../../domain/fault.ts'

type At = { readonly subject: string; readonly reason: string }

export const fault = faultsOf({
  'nats.bad-option': {
    kind: 'invalid',
    says: (d: { readonly option: string; readonly reason: string }) =>
      `natsTransport cannot be made: ${d.option} ${d.reason}.`,
  },
  'nats.no-library': {
    kind: 'unavailable',
    says: (d: { readonly reason: string }) =>
      `The NATS client could not be loaded (${d.reason}); run: npm install @nats-io/transport-node @nats-io/jetstream`,
  },
  'nats.closed': {
    kind: 'unavailable',
    says: (d: { readonly name: string }) => `Transport ${d.name} is closed; make a new one.`,
  },
  'nats.unreachable': {
    kind: 'unavailable',
    says: (d: { readonly reason: string }) =>
      `NATS did not acknowledge (${d.reason}); whether it stored the event is unknown, and sending it again does no harm.`,
  },
  'nats.no-stream': {
    kind: 'unavailable',
    says: (d: At) =>
      `No JetStream stream answered for ${d.subject} (${d.reason}); make a stream whose subjects take it in, or give createStream.`,
  },
  'nats.refused': {
    kind: 'unavailable',
    says: (d: At) =>
      `NATS refused an event for ${d.subject}: ${d.reason}; look at the stream's limits and permissions.`,
  },
  'nats.too-large': {
    kind: 'refused',
    says: (d: { readonly subject: string; readonly bytes: number }) =>
      `An event for ${d.subject} is larger, with ${d.bytes} bytes, than the server or the stream takes; raise max_payload or max_msg_size.`,
  },
} as const)

/** `err_code` of the server's answers: a stream of another name takes the subject; the message is too large for the stream. */
const OTHER_STREAM = 10060
const TOO_LARGE = 10054
/** Names of the client's errors for a connection that is away: in whichever copy of the client they were made. */
const AWAY = /^(TimeoutError|ConnectionError|ClosedConnectionError|DrainingConnectionError|ProtocolError)$/

/** The refusal that a failed publication comes to. */
export function toFault(error: unknown, { subject, bytes }: { subject: string; bytes: number }): Error {
  if (isDeskError(error)) return error
  const causes = causesOf(error)
  const [first] = causes
  const reason = first?.message ?? String(error)
  const code = (first as { code?: unknown } | undefined)?.code
  const options = { cause: error }
  if (causes.some(({ name }) => name.startsWith('NoResponders')) || code === OTHER_STREAM)
    return fault('nats.no-stream', { subject, reason }, options)
  if (code === TOO_LARGE || /max_payload/.test(reason))
    // Tried again it would be as large: the delivery is final.
    return Object.assign(fault('nats.too-large', { subject, bytes }, options), { isFinal: true as const })
  return causes.some(({ name }) => AWAY.test(name)) || /disconnect/.test(reason)
    ? fault('nats.unreachable', { reason }, options)
    : fault('nats.refused', { subject, reason }, options)
}

function causesOf(error: unknown): readonly Error[] {
  const causes: Error[] = []
  for (let one = error; one instanceof Error && causes.length < 5; one = one.cause) causes.push(one)
  return causes
}
