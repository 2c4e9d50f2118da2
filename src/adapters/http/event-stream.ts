/** What happens, as it happens: Server-Sent Events over the feed, each event only to who may see it now. */
import type { FeedPage } from '../../desk/feed.ts'
import { LONGEST_TIMER_MS } from '../../domain/time.ts'
import { readQuery } from './request-input.ts'
import type { Row } from './rows.ts'
import type { Identity, Serving } from './serving.ts'

const EVERY_MS = 1000
const BEAT_MS = 15_000

interface Asked {
  readonly request: Request
  readonly identity: Identity
  /** The read `event.feed`. */
  readonly row: Row
}

/**
 * A stream of events from the place in `Last-Event-ID`, or in the query's `after`, or from now on.
 *
 * Commits of this process are told of at once, those of others within `everyMs`. Who asks is recognised anew before
 * anything is sent: a session that ended, a token that was revoked or a right that was taken away ends or thins out an
 * open stream.
 */
export async function streamEvents(serving: Serving, asked: Asked): Promise<Response> {
  const { request, row } = asked
  const query = readQuery(request.url, row.input)
  const look = async (after: unknown): Promise<FeedPage> => {
    const acting = serving.desk.as(asked.identity) as { event: { feed(input: object): Promise<FeedPage> } }
    return acting.event.feed({ ...query, after })
  }
  // What is refused is refused before the stream begins.
  const first = await look(request.headers.get('last-event-id') ?? query.after ?? 'now')
  const body = request.method === 'HEAD' ? null : flow(serving, { ...asked, first, look })
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      // Proxies such as nginx would hold events back until they have a block of them.
      'x-accel-buffering': 'no',
    },
  })
}

interface Flow extends Asked {
  readonly first: FeedPage
  readonly look: (after: string) => Promise<FeedPage>
}

function flow(serving: Serving, { request, identity, first, look }: Flow): ReadableStream<Uint8Array> {
  const { desk, authenticate, events = {} } = serving
  const { everyMs = EVERY_MS, beatMs = BEAT_MS } = events
  const waiting = alarm()
  const stopListening = desk.on('*', ({ tenant }) => {
    if (tenant === (identity.tenant ?? 'main')) waiting.ring()
  })
  const stop = () => {
    request.signal.removeEventListener('abort', stop)
    stopListening()
    waiting.end()
  }
  // Of a stream that nobody reads, nothing else would be heard again.
  request.signal.addEventListener('abort', stop)
  if (request.signal.aborted) stop()
  const isStillThere = async () => {
    const now = await authenticate(request)
    return now !== null && sameWho(now, identity)
  }
  let page: FeedPage | null = first
  let after = first.next
  let lastSent = 0
  /** The next piece of text, or `null` when the stream is at its end. */
  const next = async (): Promise<string | null> => {
    for (;;) {
      const isNews = page !== null && (page === first || page.next !== after)
      if (waiting.ended) return null
      if (isNews || Date.now() - lastSent >= beatMs) {
        if (!(await isStillThere())) return null
        const said = written(page?.entries ?? [], page?.next ?? after)
        after = page?.next ?? after
        page = null
        lastSent = Date.now()
        return said
      }
      if (page !== null) await waiting.wait(everyMs)
      page = await look(after)
    }
  }
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      // Whatever ends it, a client comes back with the last id that it saw, and then learns why it may not.
      const said = await next().catch(() => null)
      if (said !== null) return controller.enqueue(encoder.encode(said))
      stop()
      controller.close()
    },
    cancel: stop,
  })
}

function sameWho(one: Identity, other: Identity): boolean {
  const said = ({ tenant = 'main', by, only }: Identity) => JSON.stringify([tenant, by.kind, by.id, only ?? null])
  return said(one) === said(other)
}

/** Events in the form of the stream; then the place that was reached, also where nothing of it was for this reader. */
function written(entries: FeedPage['entries'], next: string): string {
  const events = entries.map(({ cursor, event }) => `id: ${cursor}\ndata: ${JSON.stringify(event)}\n\n`)
  return `${events.join('')}: at\nid: ${next}\n\n`
}

/** Wakes who waits, when something may have happened or the time is over. */
function alarm() {
  let wake = () => {}
  let rang: 'yes' | 'no' = 'no'
  const state = {
    ended: false,
    ring() {
      rang = 'yes'
      wake()
    },
    end() {
      state.ended = true
      wake()
    },
    async wait(ms: number) {
      if (rang === 'no' && !state.ended) {
        let timer: ReturnType<typeof setTimeout> | undefined
        await new Promise<void>((resolve) => {
          wake = resolve
          timer = setTimeout(resolve, Math.min(ms, LONGEST_TIMER_MS))
        })
        clearTimeout(timer)
      }
      rang = 'no'
    },
  }
  return state
}
