/** Delivers one change to one endpoint, and reads its answer: taken, gone, later, or failed. */
import type { DeskEvent } from '../../desk/events.ts'
import type { Clock } from '../../desk/ports.ts'
import type { Delivery } from '../../desk/transport.ts'
import { isDeskError } from '../../domain/fault.ts'
import { type Instant, toInstant } from '../../domain/time.ts'
import { checkForm, type WebhookEndpoint } from './endpoint.ts'
import type { EndpointState } from './endpoint-states.ts'
import { messageId, payloadText } from './payload.ts'
import { retryAfterMs } from './retry-after.ts'
import { type SendingLimits, send } from './send.ts'
import { signedHeaders } from './signature.ts'
import { fault, withNextTry } from './webhook-faults.ts'

const FIRST_REST_MS = 60_000
const LONGEST_REST_MS = 900_000
const GONE = 410

export interface EndpointDelivery {
  readonly delivery: Delivery
  /** Those of the delivery's events that the endpoint asked for. */
  readonly events: readonly [DeskEvent, ...DeskEvent[]]
  readonly endpoint: WebhookEndpoint
  readonly state: EndpointState
}

export interface DeliveryRules extends SendingLimits {
  readonly maxBytes: number
  readonly clock: Clock
}

/**
 * @returns `gone` when the endpoint wants nothing any more.
 * @throws DeskError with a `DeliveryFailure`, whenever the endpoint has not answered 2xx.
 */
export async function deliverToEndpoint(work: EndpointDelivery, rules: DeliveryRules): Promise<'taken' | 'gone'> {
  const { endpoint, state } = work
  const { clock } = rules
  refuseWhileResting(work, clock.now())
  const { timeouts } = state
  const answer = await send(sendingOf(work, rules), rules).catch((error) => {
    if (!isDeskError(error, 'webhook.timeout')) throw error
    // Deliveries that wait at the same time meet one silence, which counts once.
    const restMs = state.timeouts > timeouts ? 0 : restAfter(state.timeouts++)
    throw withNextTry(error, { retryAt: restUntil(state, clock.now() + restMs) })
  })
  state.timeouts = 0
  if (answer.status >= 200 && answer.status < 300) return 'taken'
  if (answer.status === GONE) return 'gone'
  const refusal = fault('webhook.not-taken', { endpoint: endpoint.id, status: answer.status })
  const until = retryAfterMs(answer.retryAfter, clock.now())
  if (until === null) throw refusal
  throw withNextTry(refusal, { retryAt: restUntil(state, until) })
}

/** Each wait for a silent endpoint holds up the deliveries behind it, so it is asked ever more seldom. */
function restAfter(timeouts: number): number {
  return Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** timeouts)
}

/** Until when the endpoint is left alone now: no answer to another delivery cuts short what it asked for. */
function restUntil(state: EndpointState, untilMs: number): Instant {
  state.restsUntil = Math.max(state.restsUntil, untilMs)
  return toInstant(state.restsUntil)
}

function refuseWhileResting({ endpoint, state }: EndpointDelivery, nowMs: number): void {
  if (state.restsUntil <= nowMs) return
  const until = toInstant(state.restsUntil)
  throw withNextTry(fault('webhook.resting', { endpoint: endpoint.id, until }), { retryAt: until })
}

function sendingOf({ delivery, events, endpoint }: EndpointDelivery, { maxBytes, clock }: DeliveryRules) {
  checkForm(endpoint)
  const text = payloadText(delivery, events)
  const body = Buffer.from(text)
  if (body.length > maxBytes)
    throw withNextTry(fault('webhook.too-large', { endpoint: endpoint.id, bytes: body.length, maxBytes }), {
      isFinal: true,
    })
  const id = messageId(delivery, events[0])
  const headers = {
    ...signedHeaders({ id, sentMs: clock.now(), body: text, secrets: endpoint.secrets }),
    'content-type': 'application/json',
    'user-agent': 'deskwright-webhooks',
  }
  return { url: endpoint.url, headers, ownHeaders: endpoint.headers ?? {}, body }
}
