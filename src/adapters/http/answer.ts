/** How results and refusals go out: JSON with the version as ETag, and problem details. */
import type { CommandOptions } from '../../desk/acting.ts'
import { type DeskError, isDeskError } from '../../domain/fault.ts'
import type { JsonObject } from '../../domain/json.ts'
import { fault, statusOf } from './http-faults.ts'
import type { Route } from './rows.ts'

/** Told of what failed that should not have; the caller is not told what. */
export type Report = (problem: { readonly error: unknown; readonly request: Request }) => void

const COMMON = { 'x-content-type-options': 'nosniff' }

/** The answer to what was done or read. */
export function answer(request: Request, route: Pick<Route, 'row' | 'makes' | 'path'>, result: unknown): Response {
  const { row, makes } = route
  const etag = row.as === 'record' || row.as === 'one' ? etagOf(result) : null
  const headers: Record<string, string> = { 'cache-control': 'private, no-cache' }
  if (etag !== null) headers.etag = etag
  if (etag !== null && row.is === 'read' && isKnown(request.headers.get('if-none-match'), etag))
    return new Response(null, { status: 304, headers: { ...COMMON, ...headers } })
  if (makes) headers.location = `${new URL(request.url).pathname}/${(result as JsonObject).id}`
  return json(result, { status: makes ? 201 : 200, headers })
}

export function json(
  value: unknown,
  init: { readonly status: number; readonly headers?: Readonly<Record<string, string>> },
): Response {
  const headers = { ...COMMON, 'content-type': 'application/json', ...init.headers }
  return new Response(JSON.stringify(value), { status: init.status, headers })
}

function etagOf(result: unknown): string | null {
  const version = (result as { readonly version?: unknown } | null)?.version
  return typeof version === 'number' ? `"${version}"` : null
}

function isKnown(header: string | null, etag: string): boolean {
  return header?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag) ?? false
}

/** The answer to what was refused, by RFC 9457. */
export function problem(error: DeskError, asked: CommandOptions = {}): Response {
  const status = statusOf(error, asked)
  const headers = new Headers({ ...COMMON, 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
  if (status === 401) headers.set('www-authenticate', 'Bearer')
  if (status === 405) headers.set('allow', (error.data.allowed as string[]).join(', '))
  if (status === 429) headers.set('retry-after', String(error.data.retryAfterSeconds))
  if (status === 503) headers.set('retry-after', '1')
  return new Response(JSON.stringify({ ...saidOf(error), status }), { status, headers })
}

/** A refusal as a problem says it. */
export function saidOf({ code, kind, message, data }: DeskError): JsonObject {
  return { type: `urn:deskwright:${code}`, title: TITLES[kind], detail: message, code, kind, data: data as JsonObject }
}

const TITLES: Readonly<Record<DeskError['kind'], string>> = {
  invalid: 'The request is malformed',
  'not-found': 'There is no such thing, or not for you',
  forbidden: 'You may not do this',
  conflict: 'Somebody else was faster',
  refused: 'A rule is against it',
  unavailable: 'This cannot be done now',
}

/** What went wrong, as a problem; what is no refusal is reported and not told. */
export function failed(error: unknown, { request, report }: { request: Request; report: Report }): Response {
  if (isDeskError(error)) return problem(error)
  try {
    report({ error, request })
  } catch {
    // Whoever asked gets an answer all the same; nobody else is there to be told.
  }
  return problem(fault('http.failed', {}))
}
