/** What webhooks refuse, on both sides: sending to an endpoint, and taking in what claims to come from a desk. */
import type { DeliveryFailure } from '../../desk/transport.ts'
import { type DeskError, faultsOf } from '../../domain/fault.ts'
import type { Instant } from '../../domain/time.ts'

type At = { readonly endpoint: string }

export const fault = faultsOf({
  'webhook.bad-endpoint': {
    kind: 'invalid',
    says: (d: At & { readonly reason: string }) => `Webhook endpoint ${d.endpoint} cannot be used: ${d.reason}.`,
  },
  'webhook.bad-rules': {
    kind: 'invalid',
    says: (d: { readonly value: string }) =>
      `${d.value} is no network; write an address or a CIDR range, such as 10.20.0.0/16 or fd12:3456::/32.`,
  },
  'webhook.url-refused': {
    kind: 'refused',
    says: (d: { readonly reason: string }) => `The webhook's URL is refused: ${d.reason}.`,
  },
  'webhook.address-refused': {
    kind: 'refused',
    says: (d: { readonly host: string }) =>
      `${d.host} leads to an address that is not on the public internet; give a public host, or add its network to egress.allow.`,
  },
  'webhook.unresolved': {
    kind: 'unavailable',
    says: (d: { readonly host: string }) => `${d.host} has no address now; check the name, it is looked up again.`,
  },
  'webhook.unreachable': {
    kind: 'unavailable',
    says: (d: { readonly host: string; readonly reason: string }) =>
      `${d.host} did not answer the webhook (${d.reason}); it is tried again.`,
  },
  'webhook.timeout': {
    kind: 'unavailable',
    says: (d: { readonly timeoutMs: number }) =>
      `The webhook was not answered within ${d.timeoutMs} ms; answer at once, and work afterwards.`,
  },
  'webhook.not-taken': {
    kind: 'unavailable',
    says: (d: At & { readonly status: number }) =>
      `Webhook endpoint ${d.endpoint} answered ${d.status} instead of 2xx; it is tried again.`,
  },
  'webhook.redirected': {
    kind: 'refused',
    says: (d: { readonly reason: string }) => `The webhook's redirect is not followed: ${d.reason}.`,
  },
  'webhook.resting': {
    kind: 'unavailable',
    says: (d: At & { readonly until: Instant }) =>
      `Webhook endpoint ${d.endpoint} is left alone until ${d.until}, since it asked for that or was too slow.`,
  },
  'webhook.too-large': {
    kind: 'refused',
    says: (d: At & { readonly bytes: number; readonly maxBytes: number }) =>
      `The webhook for ${d.endpoint} has ${d.bytes} bytes, and ${d.maxBytes} is the most; raise maxBytes, or subscribe to fewer events.`,
  },
  'webhook.bad-headers': {
    kind: 'invalid',
    says: (d: { readonly header: string }) =>
      `The header ${d.header} is missing or malformed; hand over the request's headers as they came.`,
  },
  'webhook.outside-window': {
    kind: 'refused',
    says: (d: { readonly sentAt: Instant; readonly toleranceSeconds: number }) =>
      `The webhook was sent at ${d.sentAt}, more than ${d.toleranceSeconds} s from now: a replay, or a wrong clock; refuse it.`,
  },
  'webhook.bad-signature': {
    kind: 'forbidden',
    says: (_: object) =>
      'No signature of the webhook is by one of the secrets; check that the body is as it came, byte for byte, then refuse it.',
  },
  'webhook.bad-body': {
    kind: 'invalid',
    says: (_: object) =>
      'The webhook is signed, but its body is no JSON text of a desk; look at who else has the secret.',
  },
})

/** A refusal that tells the relay when to try again, or that it is of no use. */
export function withNextTry(error: DeskError, next: DeliveryFailure): DeskError & DeliveryFailure {
  return Object.assign(error, next)
}
