/** The pieces that command schemas are made of: bounded texts and ids that say their kind. */
import * as z from 'zod'
import { ID_PREFIX, type IdKind, type IdOf } from './ids.ts'
import { toInstant } from './time.ts'

// NUL has no place in the text types of most databases, and a lone surrogate none in UTF-8: both would come back changed.
const storable = (value: string): boolean => !value.includes('\u0000') && value.isWellFormed()

/** Text of 1 to `max` UTF-16 units, without NUL and lone surrogates. */
export function text(max: number) {
  return z.string().min(1).max(max).refine(storable, 'holds a NUL character or half a surrogate pair')
}

/** One line of text: a name, a subject. Line breaks would let a value slip into mail headers. */
export function line(max: number) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: naming them is the point.
  return text(max).regex(/^[^\u0000-\u001f\u007f\u2028\u2029]*$/, 'holds a line break or control character')
}

export function id<K extends IdKind>(kind: K) {
  return z.custom<IdOf<K>>(
    (value) =>
      typeof value === 'string' && value.length <= 64 && new RegExp(`^${ID_PREFIX[kind]}_[0-9A-Za-z]+$`).test(value),
    `is not the id of a ${kind} (${ID_PREFIX[kind]}_…)`,
  )
}

/** Whatever the caller has, as the one written form of instants. */
export const instant = z.union([z.date(), z.string(), z.number()]).transform((value, check) => {
  try {
    return toInstant(value)
  } catch (error) {
    check.addIssue({ code: 'custom', message: (error as Error).message })
    return z.NEVER
  }
})

/** The host's own fields, still unchecked: its own schema looks at them before the decision. */
export const customFields = z.record(z.string(), z.unknown())

export const language = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'is not a BCP 47 tag such as de-CH')

export const timeZone = z
  .string()
  .max(64)
  .refine((name) => {
    try {
      return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
    } catch {
      return false
    }
  }, 'is not an IANA time zone such as Europe/Zurich')
