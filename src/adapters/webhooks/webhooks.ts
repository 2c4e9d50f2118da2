/** The door `deskwright/webhooks`: sends what happens to the endpoints that a host's customers enter, and verifies it there. */
import type { DeskEvent } from '../../desk/events.ts'
import type { Clock } from '../../desk/ports.ts'
import type { Delivery, DeliveryFailure, Transport } from '../../desk/transport.ts'
import { type DeliveryRules, deliverToEndpoint } from './deliver-to-endpoint.ts'
import { type EgressRules, egressGuard } from './egress.ts'
import { checkEndpoint, type WebhookEndpoint } from './endpoint.ts'
import { endpointStates } from './endpoint-states.ts'
import { messageId, type WebhookPayload, wantedEvents } from './payload.ts'
import {
  type Verification,
  type VerifiedWebhook,
  verifyWebhook,
  type WebhookHeaders,
  webhookSecret,
} from './signature.ts'

export type { EgressRules, Verification, VerifiedWebhook, WebhookEndpoint, WebhookHeaders, WebhookPayload }
export { checkEndpoint, verifyWebhook, webhookSecret }

const TIMEOUT_MS = 15_000
const MAX_BYTES = 1_048_576
const MOST_REDIRECTS = 3
/** How many deliveries are remembered as taken by some of their endpoints. */
const REMEMBERED = 10_000

export interface WebhookOptions {
  /** Names the queue, for good. Default `webhooks`. */
  readonly name?: string
  /**
   * Where a tenant's changes go. A function is asked at each delivery, so that what people enter holds at once; leave
   * out those that are disabled. A list gets the changes of all tenants: it is for hosts that have one.
   */
  readonly endpoints:
    | readonly WebhookEndpoint[]
    | ((tenant: string) => readonly WebhookEndpoint[] | Promise<readonly WebhookEndpoint[]>)
  /**
   * An endpoint answered 410 Gone: disable it in your data, and tell its owner. This process sends it nothing more, but
   * the next one would. May be told twice. If it throws, the delivery is tried again.
   */
  readonly onGone?: (gone: { readonly tenant: string; readonly endpoint: WebhookEndpoint }) => void | Promise<void>
  /** What URLs may lead to. Default: https to port 443 of the public internet. */
  readonly egress?: EgressRules
  /** How long an endpoint may take to answer, redirects included. Default 15,000. */
  readonly timeoutMs?: number
  /** The largest body. Default 1,048,576. */
  readonly maxBytes?: number
  /** How many redirects are followed, each checked like the first URL; 3 at most. Default 0, as the specification advises. */
  readonly redirects?: number
  /** Certificates to trust beside the well-known ones, in PEM form. */
  readonly ca?: string
  /** Default: the machine's. */
  readonly clock?: Clock
}

/** A transport that can say to which endpoints a change goes, so that each can have a delivery of its own. */
export interface WebhookTransport extends Transport {
  /** The ids of the endpoints that ask for any of a delivery's events. */
  routes(delivery: Delivery): Promise<readonly string[]>
  /**
   * Posts a delivery to every endpoint that asks for it.
   *
   * @param delivery - with `route`, for that endpoint alone; it is settled if the endpoint is there no more.
   */
  deliver(delivery: Delivery & { readonly route?: string }): Promise<void>
}

/**
 * Sends each change to the endpoints that asked for it: one signed POST a change and endpoint, answered by any 2xx.
 *
 * @example
 * ```ts
 * import { createDesk } from 'deskwright'
 * import { memoryStore } from 'deskwright/memory'
 * import { webhookSecret, webhooks } from 'deskwright/webhooks'
 *
 * const endpoint = { id: 'erp', url: 'https://example.org/desk', secrets: [webhookSecret()], events: ['ticket.*'] }
 * const desk = await createDesk({ store: memoryStore(), transports: [webhooks({ endpoints: [endpoint] })] })
 * await desk.close()
 * ```
 * @throws DeskError `webhook.bad-rules` when a network of `egress.allow` is none.
 * @see https://www.standardwebhooks.com
 */
export function webhooks(options: WebhookOptions): WebhookTransport {
  const rules = rulesOf(options)
  const states = endpointStates()
  const taken = new Map<string, Set<string>>()

  /** The host's list as it is at this moment; what stands no more in it is forgotten. */
  async function endpointsNow(tenant: string): Promise<readonly WebhookEndpoint[]> {
    const { endpoints } = options
    const all = typeof endpoints === 'function' ? await endpoints(tenant) : endpoints
    states.keepOnly(tenant, all)
    return all
  }

  /** The endpoints that want some of a delivery, with the events that each wants. */
  async function audience(delivery: Delivery) {
    return (await endpointsNow(delivery.tenant)).flatMap((endpoint) => {
      const [first, ...others] = wantedEvents(delivery, endpoint.events)
      const isGone = states.of(delivery.tenant, endpoint).isGone
      return first === undefined || isGone ? [] : [{ endpoint, events: [first, ...others] as const }]
    })
  }

  async function deliverTo(delivery: Delivery, one: Audience): Promise<void> {
    const state = states.of(delivery.tenant, one.endpoint)
    const outcome = await deliverToEndpoint({ delivery, ...one, state }, rules)
    if (outcome === 'taken') return
    await options.onGone?.({ tenant: delivery.tenant, endpoint: one.endpoint })
    state.isGone = true
    // What the host has just disabled is forgotten now: the tenant's next change may come only when it is back.
    await endpointsNow(delivery.tenant)
  }

  /** To all that have not taken it before: what one of them refuses is no reason to tell the others again. */
  async function deliverToAll(delivery: Delivery, all: readonly Audience[]): Promise<void> {
    const key = messageId(delivery, delivery.events[0] as DeskEvent)
    const done = taken.get(key) ?? new Set()
    const errors: unknown[] = []
    const sending = all.map(async (one) => {
      if (done.has(one.endpoint.id)) return
      await deliverTo(delivery, one).then(
        () => done.add(one.endpoint.id),
        (error) => errors.push(error),
      )
    })
    await Promise.all(sending)
    taken.delete(key)
    if (errors.length === 0) return
    if (taken.size >= REMEMBERED) taken.delete(taken.keys().next().value as string)
    taken.set(key, done)
    throw mostUrgent(errors)
  }

  return {
    name: options.name ?? 'webhooks',
    routes: async (delivery) => (await audience(delivery)).map(({ endpoint }) => endpoint.id),
    async deliver(delivery) {
      const all = await audience(delivery)
      if (delivery.route === undefined) return deliverToAll(delivery, all)
      for (const one of all) if (one.endpoint.id === delivery.route) await deliverTo(delivery, one)
    },
  }
}

interface Audience {
  readonly endpoint: WebhookEndpoint
  readonly events: readonly [DeskEvent, ...DeskEvent[]]
}

function rulesOf(options: WebhookOptions): DeliveryRules {
  const { timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES, redirects = 0, clock = Date, ca } = options
  const guard = egressGuard(options.egress)
  // What is no whole number from 0 allows what the next lower one does; NaN allows none.
  const hops = Math.min(Math.max(0, Math.floor(redirects) || 0), MOST_REDIRECTS)
  return { guard, timeoutMs, maxBytes, redirects: hops, clock, ca }
}

/** The error whose next try comes first: the delivery's next try is then. */
function mostUrgent(errors: readonly unknown[]): unknown {
  const urgency = ({ isFinal, retryAt = '' }: DeliveryFailure) => (isFinal ? '~' : retryAt)
  return [...(errors as DeliveryFailure[])].sort((a, b) => (urgency(a) < urgency(b) ? -1 : 1))[0]
}
