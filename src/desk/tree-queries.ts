/** What tickets hang together is asked for here; what answers is loaded when it is first asked. */
import { loadRest } from './load-rest.ts'
import { query } from './query.ts'
import { getLinks, getTree } from './tree-inputs.ts'

export const treeQueries = {
  'ticket.tree': query({
    says: 'Shows a ticket with all that hangs on it, and what each part comes to: counts by status, time, promises.',
    input: getTree,
    shows: { kind: 'ticket', as: 'tree' },
    read: async (context) => (await loadRest()).tree(context),
  }),
  'ticket.links': query({
    says: 'Shows the links of a ticket, page by page, each in the words of this ticket, and the ticket it is a part of.',
    input: getLinks,
    shows: { kind: 'ticket', as: 'links' },
    read: async (context) => (await loadRest()).links(context),
  }),
} as const
