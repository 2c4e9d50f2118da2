/** Whether a customer is to be asked, and if not, why: one order of reasons for everybody. */
import { digest } from '../digest.ts'
import type { Customer, Organisation } from '../people/people.ts'
import type { PolicyDocuments } from '../policy.ts'
import type { Ticket } from '../tickets/ticket.ts'
import { type Instant, parseDuration } from '../time.ts'
import type { Respondent, Suppression } from './survey.ts'
import type { SurveyPolicy } from './survey-policy.ts'

type Rules = PolicyDocuments['surveys']

/** All that the choice may know. */
export interface Candidate {
  readonly ticket: Ticket
  readonly customer: Customer
  /** What is known of the customer, and of those merged into them. */
  readonly respondents: readonly Respondent[]
  /** Whether the customer wrote nothing in the ticket but what a machine sent. */
  readonly wrote: 'automatic-only' | 'by-hand'
  readonly now: Instant
}

/** Why this customer is not asked; `null`: they are. */
export function reasonAgainst(candidate: Candidate, rules: Rules, survey: SurveyPolicy): Suppression | null {
  const { ticket, customer, wrote } = candidate
  const addresses = customer.identities.flatMap(({ kind, value }) => (kind === 'email' ? [value] : []))
  if (ticket.tags.some((tag) => rules.spamTags.includes(tag))) return 'spam'
  if (wrote === 'automatic-only' || (addresses.length > 0 && addresses.every(isMachine))) return 'automatic'
  if (addresses.some((address) => isOwn(address, rules.ownAddresses))) return 'own-address'
  return reasonAtSending(candidate, rules) ?? (isSampled(candidate, survey) ? null : 'sampled-out')
}

/** What is looked at again when a survey is about to be sent. */
export function reasonAtSending(
  { customer, respondents, now }: Pick<Candidate, 'customer' | 'respondents' | 'now'>,
  { cap }: Rules,
): Suppression | null {
  if (respondents.some(({ optedOutAt }) => optedOutAt !== null)) return 'opted-out'
  // An address that was changed since may work.
  const bounced =
    respondents
      .map(({ bouncedAt }) => bouncedAt ?? '')
      .sort()
      .at(-1) ?? ''
  if (bounced > '' && bounced >= customer.changedAt) return 'bounced'
  if (cap === null) return null
  const since = new Date(Date.parse(now) - parseDuration(cap.within)).toISOString()
  const asked = respondents.flatMap(({ sentAt }) => sentAt).filter((at) => at > since)
  return asked.length >= cap.atMost ? 'frequency-cap' : null
}

/** The same customer and ticket always fall the same way under a seed; a larger share keeps all of a smaller one. */
export function isSampled(
  { ticket, customer }: { readonly ticket: Pick<Ticket, 'id'>; readonly customer: Pick<Customer, 'id'> },
  { seed, share }: Pick<SurveyPolicy, 'seed' | 'share'>,
): boolean {
  const place = Number.parseInt(digest(`survey sample\n${seed}\n${customer.id}\n${ticket.id}`).slice(0, 13), 16)
  return place / 2 ** 52 < share
}

/** Mailboxes that no person reads, by the names that RFC 3834 and RFC 5230 tell responders to pass over, and custom. */
const MACHINE =
  /^(mailer-daemon|postmaster|listserv|majordomo|no-?reply|do-?not-?reply|bounces?|owner-.*|.*-request|.*-owner)([+.-].*)?@/

function isMachine(address: string): boolean {
  return MACHINE.test(address)
}

function isOwn(address: string, own: readonly string[]): boolean {
  const domain = address.slice(address.lastIndexOf('@'))
  return own.some((one) => one.toLowerCase() === address || one.toLowerCase() === domain)
}

/** The segment that an answer is counted under. */
export function segmentOf(
  { segment }: Pick<Rules, 'segment'>,
  records: { readonly ticket: Ticket; readonly customer: Customer; readonly organisation: Organisation | null },
): string | null {
  if (segment === null) return null
  const fields = records[segment.of]?.fields ?? {}
  const value = Object.hasOwn(fields, segment.field) ? fields[segment.field] : null
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}
