/** One request on its way: who asks, under which command id, how often again, and what came of it. */
import { DeskError, type FaultKind, faultsOf } from '../domain/fault.ts'
import type { ClientOptions } from './client-options.ts'

interface Sent {
  readonly body: unknown
  readonly commandId?: string | undefined
  readonly ifVersion?: number | undefined
}

/** A refusal as it comes over the wire. */
interface Problem {
  readonly code: string
  readonly kind: FaultKind
  readonly detail: string
  readonly data: Readonly<Record<string, unknown>>
}

const RETRIES = 2
const FIRST_PAUSE_MS = 200
// Turned away for now, or lost on the way through a proxy: what was asked may be asked again.
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504])

/**
 * Sends commands and reads; each under an id that stays the same however often it is sent.
 *
 * @throws DeskError as the desk refused it, or `client.no-answer`.
 */
export function sender(options: ClientOptions) {
  const { retries = RETRIES } = options
  return async (path: string, { body, commandId = newId(), ifVersion }: Sent): Promise<unknown> => {
    const text = JSON.stringify(body)
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': commandId,
      ...(ifVersion === undefined ? {} : { 'if-match': `"${ifVersion}"` }),
    }
    for (let tried = 0; ; tried++) {
      const answer = await wholly(requested(options, path, { method: 'POST', headers, body: text }))
      const isPassing = 'error' in answer || PASSING.has(answer.status)
      if (!isPassing || tried === retries) return resultOf(answer, commandId)
      await pause(pauseMs(answer, tried))
    }
  }
}

interface Whole {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

type Lost = { readonly error: unknown }

/** An answer with all of its body: one that breaks off in it was lost on the way like any other. */
async function wholly(coming: Promise<Response | Lost>): Promise<Whole | Lost> {
  const answer = await coming
  if ('error' in answer) return answer
  try {
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  } catch (error) {
    return { error }
  }
}

/** What came back, or the error that came instead. */
export async function requested(
  { url, token, fetch = (request) => globalThis.fetch(request) }: ClientOptions,
  path: string,
  init: RequestInit,
): Promise<Response | Lost> {
  const headers = new Headers(init.headers)
  const said = typeof token === 'function' ? await token() : token
  if (said !== undefined) headers.set('authorization', `Bearer ${said}`)
  const request = new Request(url.replace(/\/$/, '') + path, { ...init, headers })
  try {
    return await fetch(request)
  } catch (error) {
    return { error }
  }
}

function resultOf(answer: Whole | Lost, commandId: string): unknown {
  if ('error' in answer)
    throw fault('client.no-answer', { reason: 'the connection failed', commandId }, { cause: answer.error })
  const value = parsed(answer, commandId)
  if (answer.status >= 200 && answer.status < 300) return value
  throw refusalOf(answer.status, value, commandId)
}

function parsed({ status, text }: Whole, commandId: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw fault('client.no-answer', { reason: `status ${status} without JSON`, commandId }, { cause })
  }
}

/** The refusal in an answer that is not what was asked for. */
export function refusalOf(status: number, value: unknown, commandId?: string): DeskError {
  const isProblem = typeof (value as Partial<Problem> | null)?.code === 'string'
  return isProblem ? errorFrom(value as Problem) : fault('client.no-answer', { reason: `status ${status}`, commandId })
}

/** A refusal as the desk itself would throw it. */
export function errorFrom({ code, kind, detail, data }: Problem): DeskError {
  return new DeskError(code, kind, detail, data)
}

const fault = faultsOf({
  'client.no-answer': {
    kind: 'unavailable',
    says: (d: { readonly reason: string; readonly commandId?: string | undefined }) =>
      `The desk gave no answer (${d.reason}), so what was asked may be done or not; ask again under the same command id.`,
  },
})

function pauseMs(answer: Whole | Lost, tried: number): number {
  const seconds = 'error' in answer ? 0 : Number(answer.headers.get('retry-after'))
  // Many clients that were cut off at once must not come back at once.
  return seconds > 0 ? seconds * 1000 : FIRST_PAUSE_MS * 2 ** tried * (0.5 + Math.random())
}

/** A pause that ends at once when the signal aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end)
  })
}

function newId(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
