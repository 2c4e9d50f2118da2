/** Making and revoking API keys. Who makes one keeps its text; the desk is told the hash. */
import * as z from 'zod'
import { forbidden, reachOf } from '../access.ts'
import { command, draft, type Evolvers, type Happened, maybe, need } from '../decider.ts'
import type { ApiKeyId } from '../ids.ts'
import { id, instant, line } from '../inputs.ts'
import { type ApiKey, type ApiKeyEvents, apiKeyId } from './api-key.ts'
import { fault } from './api-key-faults.ts'

const createApiKey = z.strictObject({
  name: line(200),
  digest: z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in hexadecimal'),
  actor: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('agent'), id: id('agent') }),
    z.strictObject({ kind: z.literal('bot'), id: line(100) }),
  ]),
  only: z.array(z.string().max(60)).min(1).max(200).nullable().default(null),
  expiresAt: instant.nullable().default(null),
})
const revokeApiKey = z.strictObject({ apiKeyId: id('apiKey') })

type Event = Happened<keyof ApiKeyEvents>

export function evolveApiKey(key: ApiKey | null, event: Event): ApiKey {
  switch (event.name) {
    case 'apiKey.created': {
      const { name = '' } = (event.text ?? {}) as { readonly name?: string }
      const { at, of, data } = event
      return { id: of.id as ApiKeyId, version: 0, name, ...data, createdAt: at, revokedAt: null }
    }
    case 'apiKey.revoked':
      return { ...(key as ApiKey), revokedAt: event.at }
    default:
      return event satisfies never
  }
}

const evolves: Evolvers = { apiKey: evolveApiKey }

export const apiKeyCommands = {
  'apiKey.create': command({
    says: 'Makes an API key known by the hash of its text, acting as an agent or a bot with all or some of their rights.',
    input: createApiKey,
    returns: 'apiKey',
    publishes: true,
    reads: ({ digest, actor }) => ({
      key: maybe('apiKey', apiKeyId(digest)),
      agent: actor.kind === 'agent' ? need('agent', actor.id) : maybe('agent', null),
    }),
    decide: ({ input, found, by, policies, checkDocuments }) => {
      if (by.only) throw fault('apiKey.by-key', {})
      if (reachOf(by, 'apiKey.create') !== 'any') throw forbidden(by.actor, 'apiKey.create')
      // A typing error would take a right away in silence: what a role may name, a key may name.
      const named = Object.fromEntries((input.only ?? []).map((name) => [name, 'any' as const]))
      checkDocuments({ ...policies, roles: { roles: { [input.name]: named } } })
      const of = { kind: 'apiKey', id: apiKeyId(input.digest) } as const
      if (found.key !== null) throw fault('apiKey.exists', { apiKeyId: of.id })
      const { name, ...facts } = input
      return [draft(of, 'apiKey.created', facts, { name })]
    },
    evolves,
  }),
  'apiKey.revoke': command({
    says: 'Takes everything from an API key, at once and for good.',
    input: revokeApiKey,
    returns: 'apiKey',
    on: 'key',
    reads: (input) => ({ key: need('apiKey', input.apiKeyId) }),
    decide: ({ found: { key } }) => {
      if (key.revokedAt !== null) throw fault('apiKey.revoked', { apiKeyId: key.id, revokedAt: key.revokedAt })
      return [draft({ kind: 'apiKey', id: key.id }, 'apiKey.revoked', {})]
    },
    evolves,
  }),
} as const
