/** Signatures by the Standard Webhooks specification: made with every active secret, and verified by receivers. */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import type { Clock } from '../../desk/ports.ts'
import { toInstant, toMs } from '../../domain/time.ts'
import type { WebhookPayload } from './payload.ts'
import { fault } from './webhook-faults.ts'

/** A new secret for an endpoint: `whsec_` and 32 random bytes in base64. Show it to the endpoint's owner, once. */
export function webhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

const SECRET = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Whether a text has the form of a secret: `whsec_`, then 24 to 64 bytes in base64, as the specification asks. */
export function isSecret(text: string): boolean {
  const bytes = SECRET.test(text) ? Buffer.from(text.slice(6), 'base64').length : 0
  return bytes >= 24 && bytes <= 64
}

/** The headers of a signed message: its id, when it is sent, and one signature a secret. */
export function signedHeaders(message: {
  readonly id: string
  readonly sentMs: number
  readonly body: string
  readonly secrets: readonly string[]
}): Readonly<Record<string, string>> {
  const { id, sentMs, secrets } = message
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(sentMs / 1000)),
    'webhook-signature': secrets.map((secret) => sign(message, secret)).join(' '),
  }
}

function sign({ id, sentMs, body }: { id: string; sentMs: number; body: string }, secret: string): string {
  return new Webhook(secret).sign(id, new Date(sentMs), body)
}

/** A request's headers: those of Node, of Express, or a `Headers` of the web. */
export type WebhookHeaders =
  | {
      /** The value of one header, whatever its case. */
      readonly get: (name: string) => string | null
    }
  | Readonly<Record<string, string | readonly string[] | undefined>>

export interface Verification {
  /** The body as it came, before any parser: text, or its bytes. */
  readonly body: string | Uint8Array
  readonly headers: WebhookHeaders
  /** All that may have signed it: during a rotation the new secret and the old one. What is no secret verifies nothing. */
  readonly secrets: readonly string[]
  /** How far the sending may lie from now, either way. Default 300. */
  readonly toleranceSeconds?: number
  /** Default: the machine's. */
  readonly clock?: Clock
}

/** A message that is by who has the secret, and fresh. */
export interface VerifiedWebhook {
  /** The same at each repeat of the message: the key for the receiver's own dedupe. */
  readonly id: string
  readonly payload: WebhookPayload
}

/**
 * Verifies what an endpoint received: that it is signed with one of the secrets, and was sent just now.
 *
 * A message that was taken in before passes again within the window: recognise it by its `id` (see `onceOnly`).
 *
 * @throws DeskError `webhook.bad-headers`, `webhook.outside-window`, `webhook.bad-signature`, `webhook.bad-body`. Answer
 *   400 then, and let nothing of the message in.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function verifyWebhook(verification: Verification): VerifiedWebhook {
  const { headers, secrets, toleranceSeconds = 300, clock = Date } = verification
  const id = header(headers, 'webhook-id', /^[^\s.]{1,256}$/)
  const sentMs = Number(header(headers, 'webhook-timestamp', /^\d{1,12}$/)) * 1000
  const given = header(headers, 'webhook-signature', /^[\x21-\x7e ]+$/).split(' ')
  // Written so that a tolerance that is no number tolerates nothing.
  if (!(Math.abs(clock.now() - sentMs) <= toleranceSeconds * 1000))
    throw fault('webhook.outside-window', { sentAt: toInstant(sentMs), toleranceSeconds })
  const body = textOf(verification.body)
  // What no endpoint may sign with proves nothing: a secret of one byte is guessed.
  const isSigned = secrets.filter(isSecret).some((secret) => {
    const expected = sign({ id, sentMs, body }, secret)
    return given.some((one) => isEqual(one, expected))
  })
  if (!isSigned) throw fault('webhook.bad-signature', {})
  return { id, payload: payloadOf(body) }
}

function header(headers: WebhookHeaders, name: string, form: RegExp): string {
  const value =
    typeof headers.get === 'function' ? headers.get(name) : anyCase(headers as Record<string, unknown>, name)
  if (typeof value === 'string' && form.test(value)) return value
  throw fault('webhook.bad-headers', { header: name })
}

function anyCase(headers: Readonly<Record<string, unknown>>, name: string): unknown {
  return headers[name] ?? headers[Object.keys(headers).find((key) => key.toLowerCase() === name) ?? name]
}

// Bytes that are no UTF-8 would all read as one replacement character, and so share a signature.
function textOf(body: string | Uint8Array): string {
  if (typeof body === 'string') return body
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch (cause) {
    throw fault('webhook.bad-signature', {}, { cause })
  }
}

function isEqual(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}

function payloadOf(body: string): WebhookPayload {
  try {
    const payload = JSON.parse(body) as WebhookPayload
    toMs(payload.timestamp)
    if (payload.type === 'desk.change' && Array.isArray(payload.data.events)) return payload
  } catch (cause) {
    throw fault('webhook.bad-body', {}, { cause })
  }
  throw fault('webhook.bad-body', {})
}
