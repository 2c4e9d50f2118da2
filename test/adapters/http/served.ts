/** A small desk behind the handler: who asks is who the token names, as hosts have it. */

import type { FieldSchemas } from 'deskwright'
import { createClient } from 'deskwright/client'
import { type HandlerOptions, handler, type Identity } from 'deskwright/http'
import { openWorld, type World } from '../../desk/world.ts'

/** A token that stands for somebody, in a tenant. */
export function tokenOf({ tenant = 'main', by, only }: Identity): string {
  return btoa(JSON.stringify({ tenant, by, only }))
}

export function authenticate(request: Request): Identity | null {
  const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
  return token === undefined ? null : (JSON.parse(atob(token)) as Identity)
}

export const SYSTEM: Identity = { by: { kind: 'system', id: 'test' } }

export type Asking = { readonly as?: Identity | null; readonly headers?: object; readonly body?: unknown }

/** What came back: its status, its headers, and its JSON. */
export interface Came {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is looked at, not trusted.
  readonly body: any
}

export function serving<S extends FieldSchemas>(world: World<S>, options: Partial<HandlerOptions> = {}) {
  const failures: unknown[] = []
  const handle = handler(world.desk, { authenticate, report: ({ error }) => void failures.push(error), ...options })
  const ask = async (line: string, { as = SYSTEM, headers = {}, body }: Asking = {}): Promise<Came> => {
    const [method = '', path = ''] = line.split(' ')
    const sent = new Headers({ 'content-type': 'application/json', ...headers })
    if (as !== null) sent.set('authorization', `Bearer ${tokenOf(as)}`)
    const text = typeof body === 'string' ? body : JSON.stringify(body ?? {})
    const response = await handle(
      new Request(`http://desk.test${path}`, {
        method,
        headers: sent,
        ...(method === 'POST' ? { body: text } : {}),
      }),
    )
    const came = await response.text()
    return { status: response.status, headers: response.headers, body: came === '' ? null : JSON.parse(came) }
  }
  const clientFor = (identity: Identity) =>
    createClient<World<S>['desk']>({ url: 'http://desk.test', token: tokenOf(identity), fetch: handle, retries: 0 })
  return { handle, ask, clientFor, failures }
}

export async function openServed<const S extends FieldSchemas = Record<never, never>>(
  options: Partial<HandlerOptions> = {},
  desk: Parameters<typeof openWorld<S>>[0] = {},
) {
  const world = await openWorld<S>(desk)
  return { ...world, ...serving<S>(world as World<S>, options) }
}
