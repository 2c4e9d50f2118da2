/** What the handler itself refuses, and the one place where a refusal becomes an HTTP status. */
import { type DeskError, type FaultKind, faultsOf } from '../../domain/fault.ts'

export const httpFaults = {
  'http.unauthenticated': {
    kind: 'forbidden',
    says: (_: object) => 'Nobody was recognised by this request; sign in, or send a valid token.',
  },
  'http.no-route': {
    kind: 'not-found',
    says: (d: { readonly method: string }) =>
      `There is nothing to ${d.method} at this address; GET /v1/openapi.json lists what there is.`,
  },
  'http.wrong-method': {
    kind: 'invalid',
    says: (d: { readonly method: string; readonly allowed: readonly string[] }) =>
      `This address does not answer ${d.method}; use ${d.allowed.join(' or ')}.`,
  },
  'http.wrong-type': {
    kind: 'invalid',
    says: (_: object) =>
      'The body must be JSON in UTF-8, uncompressed, with the header content-type: application/json.',
  },
  'http.bad-body': {
    kind: 'invalid',
    says: (d: { readonly reason: string }) => `The body ${d.reason}; send one JSON object.`,
  },
  'http.bad-header': {
    kind: 'invalid',
    says: (d: { readonly header: string; readonly form: string }) => `The header ${d.header} must be ${d.form}.`,
  },
  'http.too-large': {
    kind: 'invalid',
    says: (d: { readonly maxBytes: number }) =>
      `The body is larger than ${d.maxBytes} bytes; send less, or ask the host for a larger limit.`,
  },
  'http.too-many': {
    kind: 'unavailable',
    says: (d: { readonly retryAfterSeconds: number }) =>
      `That were too many requests; go on in ${d.retryAfterSeconds} seconds.`,
  },
  'http.too-slow': {
    kind: 'unavailable',
    says: (d: { readonly timeoutMs: number }) =>
      `There was no answer within ${d.timeoutMs} ms; what was asked may still be done: ask again under the same Idempotency-Key.`,
  },
  'http.failed': {
    kind: 'unavailable',
    says: (_: object) => 'Something failed that should not have; the host has been told. Try again later.',
  },
} as const

export const fault = faultsOf(httpFaults)

const BY_KIND: Readonly<Record<FaultKind, number>> = {
  invalid: 400,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  refused: 422,
  unavailable: 503,
}
// The protocol's own refusals have statuses of their own, which say more than their kind.
const BY_CODE: Readonly<Record<string, number>> = {
  'http.unauthenticated': 401,
  'http.wrong-method': 405,
  'http.too-large': 413,
  'http.wrong-type': 415,
  'http.too-many': 429,
  'http.failed': 500,
}

/** @param asked - whether the caller asked for a version: what is then found changed fails the condition, not the command. */
export function statusOf({ code, kind }: DeskError, asked: { readonly ifVersion?: number | undefined }): number {
  if (asked.ifVersion !== undefined && code === 'store.stale-version') return 412
  return BY_CODE[code] ?? BY_KIND[kind]
}
