/** What is refused of a policy that is to be published. */
import { faultsOf } from '../fault.ts'

const policyFaults = {
  'policy.invalid': {
    kind: 'invalid',
    says: (d: {
      readonly name: string
      readonly issues: readonly { readonly place: string; readonly reason: string }[]
    }) =>
      `Policy ${d.name} is not valid: ${d.issues.map((issue) => `${issue.place || 'document'}: ${issue.reason}`).join('; ')}. The version in force stays.`,
  },
  'policy.unchanged': {
    kind: 'refused',
    says: (d: { readonly name: string; readonly number: number }) =>
      `Policy ${d.name} says that already, in version ${d.number}; nothing was published.`,
  },
  'policy.unknown-permission': {
    kind: 'invalid',
    says: (d: { readonly permission: string; readonly role: string }) =>
      `Role ${d.role} names the permission ${d.permission}, which no command or read has; see docs/guides/access.md for those there are.`,
  },
} as const

export const fault = faultsOf(policyFaults)
