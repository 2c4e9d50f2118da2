/** The words of API keys: with what a program shows that it may act as somebody, and how much of their rights it has. */
import type { FieldType } from '../condition.ts'
import type { AgentId, ApiKeyId } from '../ids.ts'
import type { Instant } from '../time.ts'

/** A key as the desk knows it: by the hash of its text, from which no key can be made. */
export interface ApiKey {
  /** Made of the hash. */
  readonly id: ApiKeyId
  readonly version: number
  readonly name: string
  /** SHA-256 of the key's text, in hexadecimal. */
  readonly digest: string
  /** As whom the key acts. */
  readonly actor: { readonly kind: 'agent'; readonly id: AgentId } | { readonly kind: 'bot'; readonly id: string }
  /** What it may do of what the actor may; `null`: all. */
  readonly only: readonly string[] | null
  readonly createdAt: Instant
  /** From then on it opens nothing; `null`: it lasts. */
  readonly expiresAt: Instant | null
  readonly revokedAt: Instant | null
}

/** What happens to keys. Their names stand in the record only. */
export interface ApiKeyEvents {
  readonly 'apiKey.created': Pick<ApiKey, 'digest' | 'actor' | 'only' | 'expiresAt'>
  readonly 'apiKey.revoked': Record<never, never>
}

export const apiKeyFields = {
  id: 'text',
  version: 'number',
  createdAt: 'instant',
  expiresAt: 'instant',
  revokedAt: 'instant',
} as const satisfies Partial<Record<keyof ApiKey, FieldType>>

/** The id of the key with a hash: it is found by this alone. */
export function apiKeyId(digest: string): ApiKeyId {
  return `key_${digest.slice(0, 40)}`
}
