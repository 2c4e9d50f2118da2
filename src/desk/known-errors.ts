/** What the open incidents of a known error show: how to live with it until it is solved. What answers is loaded when it is first asked. */
import * as z from 'zod'
import { id } from '../domain/inputs.ts'
import { loadRest } from './load-rest.ts'
import { query } from './query.ts'

export const workarounds = query({
  says: 'Lists how to live with the open problems that cause an incident, until they are solved.',
  input: z.strictObject({ ticketId: id('ticket') }),
  shows: { kind: 'ticket', as: 'workarounds' },
  read: async (context) => (await loadRest()).readWorkarounds(context),
})
