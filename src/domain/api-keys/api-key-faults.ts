/** What is refused about API keys. */
import { faultsOf } from '../fault.ts'

export const fault = faultsOf({
  'apiKey.exists': {
    kind: 'conflict',
    says: (d: { readonly apiKeyId: string }) => `API key ${d.apiKeyId} is there already; make another one.`,
  },
  'apiKey.revoked': {
    kind: 'refused',
    says: (d: { readonly apiKeyId: string; readonly revokedAt: string }) =>
      `API key ${d.apiKeyId} was revoked on ${d.revokedAt} already; nothing was changed.`,
  },
  'apiKey.by-key': {
    kind: 'forbidden',
    says: (_: object) => 'A key makes no other keys, which might do more than itself; ask an admin.',
  },
} as const)
