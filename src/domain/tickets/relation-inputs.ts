/** What is asked of tickets that hang together, and of their clocks: the schema of each command, checked at the wall. */
import * as z from 'zod'
import { id, instant, line, text } from '../inputs.ts'
import { METRICS } from '../metrics.ts'
import { CASCADES } from './cascade-words.ts'
import { followedPart } from './followed-part.ts'
import { LINK_NAMES } from './links.ts'

export const giveParent = z.strictObject({ ticketId: id('ticket'), parentId: id('ticket').nullable() })

export const linkTickets = z.strictObject({
  ticketId: id('ticket'),
  /** What the link is called from `ticketId`; of either direction. */
  type: z.enum(LINK_NAMES),
  otherId: id('ticket'),
})

export const openScenario = z.strictObject({ ticketId: id('ticket'), scenario: line(40) })

export const sayKnownError = z.strictObject({ ticketId: id('ticket'), workaround: text(100_000).nullable() })

export const cascadeRound = z.strictObject({
  ticketId: id('ticket'),
  what: z.enum(CASCADES),
  since: instant,
  messageId: id('message').nullable().default(null),
  parts: z.array(followedPart).max(200).default([]),
  /** Where the round before ended; absent: this is the first. */
  after: line(300).nullable().default(null),
})

export const takeTheResolution = z.strictObject({
  ticketId: id('ticket'),
  /** The problem or parent. */
  fromId: id('ticket'),
  /** When that was solved. */
  since: instant,
  /** What its people are told; the words are copied. Absent: nothing. */
  messageId: id('message').nullable().default(null),
  /** One of the host's solved statuses. */
  status: z.string().max(40).optional(),
})

export const followTheParent = z.strictObject({ ticketId: id('ticket') })

export const setDueInstant = z.strictObject({
  ticketId: id('ticket'),
  metric: z.enum(METRICS),
  // The years that calendars answer for; written years of more than four digits begin with a sign.
  dueAt: instant.refine((at) => at > '1800' && at < '2400', 'lies outside the years 1800 to 2399').nullable(),
  reason: line(500),
})
