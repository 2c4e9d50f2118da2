/** The event stream as an async iterable: read by fetch, since EventSource sends no token, and taken up again where it broke. */
import type { DeskEvent } from '../desk/events.ts'
import type { ClientOptions, EventsRequest } from './client-options.ts'
import { pause, refusalOf, requested } from './send.ts'

interface Entry {
  readonly cursor: string
  readonly event: DeskEvent
}

const PAUSE_MS = 1000

/** @throws DeskError when the desk refuses the stream; a connection that was lost is made again. */
export async function* readEvents(options: ClientOptions, { after, names = [], signal }: EventsRequest) {
  let cursor = after
  const query = names.map((name) => `names=${name}`).join('&')
  while (!signal?.aborted) {
    const headers = { accept: 'text/event-stream', ...(cursor === undefined ? {} : { 'last-event-id': cursor }) }
    const path = `/v1/events${query && `?${query}`}`
    const answer = await requested(options, path, { headers, ...(signal ? { signal } : {}) })
    const isPassing = 'error' in answer || answer.status >= 500 || answer.status === 429
    if (!isPassing) {
      for await (const { id, event } of blocksOf(await streamIn(answer))) {
        if (signal?.aborted) return
        cursor = id ?? cursor
        if (event !== null && id !== null) yield { cursor: id, event } satisfies Entry
      }
    }
    if (!signal?.aborted) await pause(PAUSE_MS, signal)
  }
}

/** @throws DeskError as the desk refused it; `client.no-answer` where something else than a stream came, as of a page to sign in. */
async function streamIn(answer: Response): Promise<ReadableStream<Uint8Array>> {
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream')
  if (answer.ok && isStream && answer.body !== null) return answer.body
  throw refusalOf(answer.status, answer.ok ? null : await answer.json().catch(() => null))
}

interface Block {
  readonly id: string | null
  readonly event: DeskEvent | null
}

/** The blocks of a stream, until it ends or breaks. */
async function* blocksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Block> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n')
      rest = blocks.pop() ?? ''
      yield* blocks.map(blockOf)
    }
  } catch {
    // The connection was lost; whoever listens takes it up again.
  } finally {
    await reader.cancel().catch(() => {})
  }
}

function blockOf(text: string): Block {
  const line = (name: string) =>
    text
      .split('\n')
      .find((one) => one.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? null
  const data = line('data')
  return { id: line('id'), event: data === null ? null : (JSON.parse(data) as DeskEvent) }
}
