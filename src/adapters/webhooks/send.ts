/** Sends one signed body to an endpoint's URL: guarded, within its time, and along redirects where those are allowed. */
import { LONGEST_TIMER_MS } from '../../domain/time.ts'
import type { EgressGuard } from './egress.ts'
import { type Answer, post } from './post.ts'
import { fault } from './webhook-faults.ts'

export interface Sending {
  readonly url: string
  /** Headers that any host of the way may see: the signature is over the body, and useless with another. */
  readonly headers: Readonly<Record<string, string>>
  /** Headers that the endpoint's owner set, which may be credentials: for the first origin only. */
  readonly ownHeaders: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface SendingLimits {
  readonly guard: EgressGuard
  /** For all of it: names, connections, redirects, up to the head of the last answer. */
  readonly timeoutMs: number
  /** How many redirects are followed. */
  readonly redirects: number
  readonly ca: string | undefined
}

/** Those that leave the method as it is, or let it stay. 303 asks for a GET, which delivers nothing. */
const FOLLOWED = [301, 302, 307, 308]

/**
 * Sends, and gives the head of the last answer, whatever its status.
 *
 * @throws DeskError `webhook.timeout`, `webhook.unreachable`, `webhook.redirected` when a redirect must not be followed,
 *   and what the guard refuses, of each hop.
 */
export async function send(sending: Sending, limits: SendingLimits): Promise<Answer> {
  const { timeoutMs } = limits
  const ending = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        reject(fault('webhook.timeout', { timeoutMs }))
        ending.abort()
      },
      Math.min(timeoutMs, LONGEST_TIMER_MS),
    )
  })
  try {
    // A resolver cannot be called off, so the end of the time is raced against, beside ending the connection.
    return await Promise.race([follow(sending, limits, ending.signal), late])
  } finally {
    clearTimeout(timer)
  }
}

async function follow(sending: Sending, limits: SendingLimits, signal: AbortSignal): Promise<Answer> {
  const { headers, body } = sending
  let { url, ownHeaders } = sending
  for (let hop = 0; ; hop++) {
    const target = await limits.guard(url)
    const answer = await post({ target, headers: { ...ownHeaders, ...headers }, body, ca: limits.ca, signal })
    if (limits.redirects === 0 || !FOLLOWED.includes(answer.status)) return answer
    if (hop >= limits.redirects) throw fault('webhook.redirected', { reason: `it is the ${hop + 1}th` })
    const next = nextOf(target.url, answer.location)
    if (next.origin !== target.url.origin) ownHeaders = {}
    url = next.href
  }
}

function nextOf(url: URL, location: string | undefined): URL {
  if (location === undefined || !URL.canParse(location, url.href))
    throw fault('webhook.redirected', { reason: 'it names no URL' })
  const next = new URL(location, url)
  if (url.protocol === 'https:' && next.protocol !== 'https:')
    throw fault('webhook.redirected', { reason: 'it leads from https to a scheme that is not secret' })
  return next
}
