/** What is asked of tickets that hang together. */
import * as z from 'zod'
import { id } from '../domain/inputs.ts'
import { readWorkarounds } from './known-error-reads.ts'
import { query } from './query.ts'
import { getLinks, getTree } from './tree-inputs.ts'
import { links, tree } from './tree-reads.ts'

export const treeQueries = {
  'ticket.tree': query({
    says: 'Shows a ticket with all that hangs on it, and what each part comes to: counts by status, time, promises.',
    input: getTree,
    shows: { kind: 'ticket', as: 'tree' },
    read: tree,
  }),
  'ticket.links': query({
    says: 'Shows the links of a ticket, page by page, each in the words of this ticket, and the ticket it is a part of.',
    input: getLinks,
    shows: { kind: 'ticket', as: 'links' },
    read: links,
  }),
  'ticket.workarounds': query({
    says: 'Lists how to live with the open problems that cause an incident, until they are solved.',
    input: z.strictObject({ ticketId: id('ticket') }),
    shows: { kind: 'ticket', as: 'workarounds' },
    read: readWorkarounds,
  }),
} as const
