/** The verb `serve`: the desk over HTTP on this machine, with a worker beside it, until it is told to stop. */
import { once } from 'node:events'
import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { apiKeys, type HandlerOptions, handler } from '../adapters/http/handler.ts'
import { cliFault } from './cli-faults.ts'
import { type OpenedDesk, openDesk } from './open-desk.ts'
import { ACTOR, actorOf, numberOf, PLACE, PLACE_HELP, readOptions, text } from './options.ts'
import type { Verb } from './terminal.ts'

export const serve: Verb = {
  help: `deskwright serve     serves the desk over HTTP, and does its timers and deliveries, until it is stopped

  --port N         default 4280; 0 takes a free one
  --host NAME      default 127.0.0.1
  --as ACTOR       every request of this machine is ACTOR's: to try things out
  --tenant NAME    in which tenant, with --as; default main
${PLACE_HELP}

Who asks is said by the function authenticate that the module exports beside the desk, as deskwright/http
takes it; without one by API keys, which deskwright key makes. With --as nobody is asked, and only this
machine is answered.`,
  async run(words, terminal) {
    const { values } = readOptions('serve', words, {
      ...{ ...PLACE, ...ACTOR, port: { ...text, default: '4280' }, host: { ...text, default: '127.0.0.1' } },
    })
    const { host } = values
    const port = numberOf('--port', values.port, [0, 65_535])
    const opened = await openDesk(values, terminal)
    try {
      const handle = handler(opened.desk, { authenticate: authenticateOf(opened, values) })
      const streams = new Set<unknown>()
      const server = createAdaptorServer({
        overrideGlobalObjects: false,
        async fetch(request, { outgoing }) {
          const response = await handle(request)
          if (response.headers.get('content-type')?.startsWith('text/event-stream')) streams.add(outgoing)
          outgoing.once('close', () => streams.delete(outgoing))
          return response
        },
      }) as Server
      const answers = answersOf(server, streams)
      server.listen(port, host)
      await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
        throw cliFault(
          'cli.cannot-listen',
          { place: `${host}:${port}`, reason: cause.code ?? cause.message },
          { cause },
        )
      })
      const worker = opened.desk.work()
      const url = `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`
      terminal.print(
        values.json ? JSON.stringify({ url }) : `The desk is served at ${url}/v1 until you stop it (Ctrl-C).`,
      )
      await terminal.untilStopped()
      await Promise.all([answers.end(), worker.stop()])
      return 0
    } finally {
      await opened.desk.close()
    }
  },
}

/** What is waited for at the end: longer than a request takes, shorter than whoever stops us waits before the kill. */
const LAST_MS = 5_000

/** The answers that a server is about to give. */
function answersOf(server: Server, streams: ReadonlySet<unknown>) {
  const open = new Set<ServerResponse>()
  server.on('request', (_, answer: ServerResponse) => {
    open.add(answer)
    answer.once('close', () => open.delete(answer))
  })
  return {
    /** Takes no more requests, waits for those in hand, and cuts off what takes too long. */
    async end(): Promise<void> {
      server.close()
      // Streams of events have no end of their own.
      for (const answer of open) if (streams.has(answer)) answer.destroy()
      const enough = AbortSignal.timeout(LAST_MS)
      const ended = [...open].filter(({ closed }) => !closed).map((answer) => once(answer, 'close', { signal: enough }))
      await Promise.allSettled(ended)
      server.closeAllConnections()
    },
  }
}

type Authenticate = HandlerOptions['authenticate']

interface Asked {
  readonly as?: string | undefined
  readonly tenant?: string | undefined
  readonly host: string
}

const HERE: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])

function authenticateOf({ desk, exports }: OpenedDesk, { as, tenant, host }: Asked): Authenticate {
  if (as === undefined)
    return typeof exports.authenticate === 'function' ? (exports.authenticate as Authenticate) : apiKeys(desk)
  if (!HERE.has(host)) {
    const wanted = 'an address of this machine alone, or leave out --as'
    throw cliFault('cli.bad-value', { option: '--host', found: `${host} beside --as`, wanted })
  }
  const identity = { tenant, by: actorOf(as) }
  // A page elsewhere can point a name of its own at this machine: such a name is not answered.
  return ({ url }) => (HERE.has(new URL(url).hostname.replace(/^\[|\]$/g, '')) ? identity : null)
}
