/** API keys as a ready `authenticate`: random texts of which the desk keeps the hash, found by the hash alone. */
import type { ActingContext } from '../../desk/act.ts'
import type { FeedPage, FeedRequest } from '../../desk/feed.ts'
import type { Clock } from '../../desk/ports.ts'
import { type ApiKey, apiKeyId } from '../../domain/api-keys/api-key.ts'
import { isDeskError } from '../../domain/fault.ts'
import type { Identity } from './serving.ts'

/** A new key. */
export interface NewApiKey {
  /** What the program shows, as `Authorization: Bearer …`. Nobody can show it again: give it away now. */
  readonly key: string
  /** What `apiKey.create` is told. */
  readonly digest: string
}

/** Makes the text of a key of a tenant, of 256 random bits, and its hash. The desk knows it once `apiKey.create` was told. */
export async function newApiKey(tenant = 'main'): Promise<NewApiKey> {
  const secret = globalThis.crypto.getRandomValues(new Uint8Array(32))
  const key = `dwk.${toBase64Url(new TextEncoder().encode(tenant))}.${toBase64Url(secret)}`
  return { key, digest: await digestOf(key) }
}

/** What keys are looked up in. */
interface KeyDesk {
  as(context: ActingContext): object
  feed(request: FeedRequest): Promise<FeedPage>
}

/**
 * Recognises who asks by an API key in `Authorization: Bearer …`: for `authenticate` of the handler, alone or before
 * another way. What is no key, unknown, expired or revoked is `null`, and nothing tells which it was.
 */
export function apiKeys(
  desk: KeyDesk,
  { clock = { now: () => Date.now() } }: { readonly clock?: Clock } = {},
): (request: Request) => Promise<Identity | null> {
  // A desk begins a tenant when it is first asked about: a made-up key must not begin one.
  const tenants = new Set<string>()
  const isTenant = async (tenant: string) => {
    if (!tenants.has(tenant) && (await desk.feed({ tenant, limit: 1 })).entries.length > 0) tenants.add(tenant)
    return tenants.has(tenant)
  }
  return async ({ headers }) => {
    const [, key = '', named = ''] = SHOWN.exec(headers.get('authorization') ?? '') ?? []
    const tenant = tenantIn(named)
    if (tenant === null || !(await isTenant(tenant))) return null
    const digest = await digestOf(key)
    const found = await lookUp(desk, { tenant, digest })
    if (found === null || !areSame(found.digest, digest) || !isInForce(found, clock.now())) return null
    return { tenant, by: found.actor, ...(found.only === null ? {} : { only: found.only }) }
  }
}

const SHOWN = /^Bearer (dwk\.([\w-]{1,200})\.[\w-]{43})$/

async function lookUp(desk: KeyDesk, { tenant, digest }: { tenant: string; digest: string }): Promise<ApiKey | null> {
  const keeper = desk.as({ tenant, by: { kind: 'system', id: 'api-keys' } }) as {
    readonly apiKey: { get(input: { readonly apiKeyId: string }): Promise<ApiKey> }
  }
  try {
    return await keeper.apiKey.get({ apiKeyId: apiKeyId(digest) })
  } catch (error) {
    if (isDeskError(error, 'apiKey.not-found')) return null
    throw error
  }
}

function isInForce({ revokedAt, expiresAt }: ApiKey, now: number): boolean {
  return revokedAt === null && (expiresAt === null || now < Date.parse(expiresAt))
}

/** Compares all of two texts of one length, wherever they differ: how long it takes tells nothing. */
function areSame(one: string, other: string): boolean {
  let different = one.length ^ other.length
  for (let n = 0; n < one.length; n++) different |= one.charCodeAt(n) ^ other.charCodeAt(n)
  return different === 0
}

async function digestOf(text: string): Promise<string> {
  const bytes = await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (sign) => ({ '+': '-', '/': '_' })[sign] ?? '')
}

function tenantIn(text: string): string | null {
  try {
    const tenant = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return /^[\w.:@-]{1,100}$/.test(tenant) ? tenant : null
  } catch {
    return null
  }
}
