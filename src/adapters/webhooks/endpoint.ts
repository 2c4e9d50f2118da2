/** What a host keeps of an endpoint, and whether it can be used: asked when it is entered, and again before each sending. */
import { type EgressRules, egressGuard } from './egress.ts'
import { isSecret } from './signature.ts'
import { fault } from './webhook-faults.ts'

/** One place that webhooks are sent to. Data of the host's: a row of its own table, or a constant. */
export interface WebhookEndpoint {
  /** Unique among the tenant's endpoints, and lasting: deliveries wait under it. */
  readonly id: string
  readonly url: string
  /** Each signs: one, and during a rotation the new and the old one. `webhookSecret()` makes them; one endpoint, one secret. */
  readonly secrets: readonly string[]
  /** What it asked for: event names (`ticket.solved`), nouns (`ticket.*`) or `*`. Default: all. */
  readonly events?: readonly string[]
  /** Sent along, for receivers that want a token. Never to another origin than the URL's. */
  readonly headers?: Readonly<Record<string, string>>
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const HEADER_VALUE = /^[\t\x20-\x7e]*$/
/** What frames the request, names its host, or is ours. */
const OUR_HEADERS =
  /^(host|content-.*|transfer-encoding|connection|keep-alive|expect|te|trailer|upgrade|proxy-.*|user-agent|webhook-.*)$/i

/**
 * Checks an endpoint that somebody enters, its URL's addresses of now included: to refuse it while they are there to
 * mend it. Every sending checks again.
 *
 * @throws DeskError `webhook.bad-endpoint`, and what `egressGuard` refuses.
 */
export async function checkEndpoint(endpoint: WebhookEndpoint, egress: EgressRules = {}): Promise<void> {
  checkForm(endpoint)
  await egressGuard(egress)(endpoint.url)
}

/** @throws DeskError `webhook.bad-endpoint` when it could not be signed for, or its headers cannot be sent. */
export function checkForm({ id, secrets, headers = {} }: WebhookEndpoint): void {
  const refuse = (reason: string) => fault('webhook.bad-endpoint', { endpoint: id, reason })
  if (secrets.length === 0) throw refuse('it has no secret; make one with webhookSecret()')
  if (!secrets.every(isSecret)) throw refuse('a secret is not whsec_ and 24 to 64 bytes in base64')
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADER_NAME.test(name) || OUR_HEADERS.test(name)) throw refuse(`it may not set the header ${name}`)
    if (!HEADER_VALUE.test(value)) throw refuse(`its header ${name} holds more than printable ASCII`)
  }
}
