/** How a person is recognised: identities are normalised, and looked up by a digest so that no key is personal. */
import * as z from 'zod'
import { digest } from './digest.ts'
import { instant, line } from './inputs.ts'
import type { Identity } from './people/people.ts'

// Addresses are compared in lower case as every large mail host does, though RFC 5321 would allow a local part to differ by case.
const email = line(254)
  .regex(/^[^\s@<>"(),;:\\[\]]+@[^\s@<>"(),;:\\[\]]+$/, 'is not an e-mail address')
  .transform((value) => value.normalize('NFC').toLowerCase())
const phone = z
  .string()
  .max(40)
  .transform((value) => value.replace(/[\s().-]/g, ''))
  .refine((value) => /^\+[1-9]\d{5,14}$/.test(value), 'is not an E.164 phone number such as +41441234567')

const verifiedAt = instant.nullable().default(null)

export const identityInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('email'), value: email, verifiedAt }),
  z.strictObject({ kind: z.literal('phone'), value: phone, verifiedAt }),
  z.strictObject({ kind: z.literal('social'), value: line(254), verifiedAt }),
  z.strictObject({ kind: z.literal('login'), value: line(254), verifiedAt }),
])

export const externalId = line(254)

/** Names a person to whom a command refers: by our id, by the host's id, or by an address; unknown addresses make a new customer. */
export const personInput = z.union([
  z.strictObject({
    customerId: z.custom<`cus_${string}`>(
      (v) => typeof v === 'string' && /^cus_[0-9A-Za-z]{1,60}$/.test(v),
      'is not the id of a customer (cus_…)',
    ),
  }),
  z.strictObject({ externalId, name: line(200).nullish() }),
  z.strictObject({ email, name: line(200).nullish() }),
  z.strictObject({ phone, name: line(200).nullish() }),
])
export type PersonInput = z.output<typeof personInput>

type Handle = { readonly kind: Identity['kind'] | 'external'; readonly value: string }

/** The id of the record that leads from an identity to its customer. */
export function identityId({ kind, value }: Handle): string {
  return `idn_${digest(`${kind}:${value}`).slice(0, 40)}`
}

/** Everything by which a customer is found. */
export function handlesOf(customer: {
  readonly identities: readonly Handle[]
  readonly externalId: string | null
}): Handle[] {
  return customer.externalId === null
    ? [...customer.identities]
    : [...customer.identities, { kind: 'external', value: customer.externalId }]
}

/** By which identity a person is looked up; `null` when the id is given. */
export function handleOf(person: PersonInput): Handle | null {
  if ('customerId' in person) return null
  if ('externalId' in person) return { kind: 'external', value: person.externalId }
  return 'email' in person ? { kind: 'email', value: person.email } : { kind: 'phone', value: person.phone }
}
