/** A real receiver of webhooks on loopback, which counts every connection and answers as a test says. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { EgressRules, WebhookEndpoint } from '../../../src/adapters/webhooks/webhooks.ts'

export interface Request {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Answers a request whose body was read. */
export type Answering = (response: ServerResponse, request: Request, raw: IncomingMessage) => void

export interface Receiver {
  readonly url: string
  readonly port: number
  /** Requests whose body came whole, oldest first. */
  readonly requests: Request[]
  connections(): number
  /** Answers the next requests so, one each; those after them get 204. */
  next(...answers: readonly Answering[]): void
  /** Answers every request so from now on. */
  always(answer: Answering): void
  close(): Promise<void>
}

export interface ReceiverOptions {
  readonly host?: string
  readonly port?: number
  readonly tls?: { readonly key: string; readonly cert: string }
}

/** Answers with a status, and nothing else. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Answering {
  return (response) => response.writeHead(code, headers).end()
}

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** What tests may ask: plain HTTP on loopback. */
export const LOOPBACK: EgressRules = { schemes: ['http'], ports: 'any', allow: ['127.0.0.1'] }

export function endpointOf(url: string, changes: Partial<WebhookEndpoint> = {}): WebhookEndpoint {
  return { id: 'erp', url, secrets: [SECRET], ...changes }
}

export async function openReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const { host = '127.0.0.1', port = 0, tls } = options
  const requests: Request[] = []
  const waiting: Answering[] = []
  const sockets = new Set<Socket>()
  let usual: Answering = status(204)
  let connections = 0
  const onRequest = async (raw: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    raw.on('error', () => {})
    for await (const chunk of raw) chunks.push(chunk as Buffer)
    const request = { path: raw.url ?? '', headers: raw.headers, body: Buffer.concat(chunks).toString() }
    requests.push(request)
    const answer = waiting.shift() ?? usual
    answer(response, request, raw)
  }
  const listener = (raw: IncomingMessage, response: ServerResponse) => {
    onRequest(raw, response).catch(() => raw.destroy())
  }
  const server = tls ? createSecureServer(tls, listener) : createServer(listener)
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  const bound = (server.address() as AddressInfo).port
  return {
    url: `${tls ? 'https' : 'http'}://${host}:${bound}/hooks`,
    port: bound,
    requests,
    connections: () => connections,
    next: (...answers) => void waiting.push(...answers),
    always: (answer) => {
      usual = answer
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
