/** What the reads of related tickets take: apart from both, so that what answers can be loaded late. */
import * as z from 'zod'
import { id } from '../domain/inputs.ts'
import { LINK_NAMES } from '../domain/tickets/links.ts'

export const getTree = z.strictObject({
  ticketId: id('ticket'),
  /** How many generations below the ticket. */
  depth: z.int().min(1).max(10).default(10),
})
export type TreeInput = z.output<typeof getTree>

export const getLinks = z.strictObject({
  ticketId: id('ticket'),
  /** Only those that the ticket calls by this name. */
  type: z.enum(LINK_NAMES).optional(),
  limit: z.int().min(1).max(500).default(100),
  /** The `next` of the page before. */
  after: z.string().max(200).optional(),
})
export type LinksInput = z.output<typeof getLinks>
