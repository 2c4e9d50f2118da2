/** Two tickets of two customers, to be merged: what tests of merging, unmerging and splitting begin with. */
import type { Ticket } from 'deskwright'
import { openWorld } from '../../desk/world.ts'

export async function mergeWorld(options: Parameters<typeof openWorld>[0] = {}) {
  const world = await openWorld(options)
  const noor = await world.agent()
  const ada = await world.customer('ada@example.org')
  const bo = await world.customer('bo@example.org')
  const source = await world.open('ada@example.org', { subject: 'A', body: 'ADA ASKS', tags: ['a', 'both'] })
  const target = await world.open('bo@example.org', { subject: 'B', body: 'BO ASKS', tags: ['both'] })
  const at = (ticket: Pick<Ticket, 'id'>) => ({ ticketId: ticket.id })
  return {
    ...{ ...world, noor, ada, bo, source, target },
    get: (ticket: Pick<Ticket, 'id'>) => world.system.ticket.get(at(ticket)),
    merge: (from: Pick<Ticket, 'id'>, into: Pick<Ticket, 'id'>, rest: { customers?: 'apart' | 'join' } = {}) =>
      noor.desk.ticket.merge({ ...at(from), intoId: into.id, ...rest }),
    unmerge: (ticket: Pick<Ticket, 'id'>) => noor.desk.ticket.unmerge(at(ticket)),
    /** The conversation as an agent reads it. */
    async said(ticket: Pick<Ticket, 'id'>) {
      return (await noor.desk.ticket.messages(at(ticket))).items
    },
  }
}

export type MergeWorld = Awaited<ReturnType<typeof mergeWorld>>

/** The texts that somebody reads in a ticket. */
export async function bodies(
  who: MergeWorld['ada'] | MergeWorld['noor'],
  ticket: Pick<Ticket, 'id'>,
): Promise<string[]> {
  const { items } = await who.desk.ticket.messages({ ticketId: ticket.id })
  return items.map(({ body }) => body)
}
