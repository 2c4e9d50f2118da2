/** One POST to a target that was checked: over a connection to those addresses only, with nothing of the answer but its head. */
import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { isIP, type LookupFunction, type Socket } from 'node:net'
import { rootCertificates } from 'node:tls'
import type { Target } from './egress.ts'
import { isWithin, networks } from './public-address.ts'
import { fault } from './webhook-faults.ts'

const MAX_HEADER_BYTES = 16_384
/** What is read of an answer's body, so that the other side can end in peace; none of it is kept or shown. */
const MAX_ANSWER_BYTES = 65_536
const DRAIN_MS = 1_000

export interface Posting {
  readonly target: Target
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Certificates to trust beside the well-known ones, in PEM form. */
  readonly ca: string | undefined
  /** Ends it before the answer. */
  readonly signal: AbortSignal
}

/** The head of an answer. Its body is not read: an error text would show a tenant what some machine inside answered. */
export interface Answer {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly location: string | undefined
}

/**
 * Posts once, without following anything.
 *
 * @throws DeskError `webhook.unreachable`; `webhook.address-refused` if the connection should lead anywhere but to the
 *   target's addresses.
 */
export function post({ target, headers, body, ca, signal }: Posting): Promise<Answer> {
  const { url, hostname } = target
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? secureRequest : plainRequest
    const request = send({
      method: 'POST',
      hostname,
      port: url.port,
      path: `${url.pathname}${url.search}`,
      headers: { ...headers, host: url.host, 'content-length': String(body.length) },
      // A connection of its own each: one from a pool might lead to an address that was checked for something else.
      agent: false,
      lookup: pinned(target),
      maxHeaderSize: MAX_HEADER_BYTES,
      signal,
      ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
    })
    request.on('socket', (socket) => {
      socket.once('connect', () => refuseStranger(socket, target))
    })
    request.on('response', (response) => {
      drain(response)
      const { 'retry-after': retryAfter, location } = response.headers
      resolve({ status: response.statusCode ?? 0, retryAfter, location })
    })
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (error.name === 'DeskError') return reject(error)
      reject(fault('webhook.unreachable', { host: url.host, reason: error.code ?? error.name }, { cause: error }))
    })
    request.end(body)
  })
}

/** Answers every question for an address with those that were checked: a second look-up would be free to say another. */
function pinned({ addresses }: Target): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_hostname, options, callback) => {
    const [first] = all
    if (options.all) callback(null, all)
    else callback(null, first?.address ?? '', first?.family)
  }
}

// Comes before the first byte is written, since what is to be written waits for the same event.
function refuseStranger(socket: Socket, { hostname, addresses }: Target): void {
  if (!isWithin(networks(addresses), socket.remoteAddress ?? ''))
    socket.destroy(fault('webhook.address-refused', { host: hostname }))
}

function drain(response: IncomingMessage): void {
  let bytes = 0
  const timer = setTimeout(() => response.destroy(), DRAIN_MS)
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) response.destroy()
  })
  // What becomes of the body changes nothing: the head was the answer.
  response.on('error', () => {})
  response.on('close', () => clearTimeout(timer))
}
