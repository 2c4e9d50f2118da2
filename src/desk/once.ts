/** Lets a consumer of deliveries do its work once for each event, although every event may come again. */

/** Where a consumer keeps what is done: a table with the id as its key, or a `Set` for as long as the process lives. */
export interface DoneIds {
  /** Whether an event with this id was handled. */
  has(id: string): boolean | Promise<boolean>
  /** Remembers that it was. */
  add(id: string): unknown
}

/**
 * Does some work unless it was done under this id.
 *
 * @returns whether it was done now, or before.
 * @throws whatever the work throws; it is then not done, and the next call does it.
 */
export type Once = (id: string, work: () => unknown) => Promise<'done' | 'repeat'>

/**
 * Work that is done once for each id: the event's id, `tenant/id` where several tenants share a consumer, or the id of
 * a verified webhook.
 *
 * An id counts as done when its work is, not when it was seen: what failed is done by the next delivery. Of calls at the
 * same time, in this process, one works and the others wait for it. A crash between the work and its noting repeats the
 * work; where that must not be, let `work` write into the same database and in the same transaction as `add`, under a
 * unique key, or make it harmless twice.
 *
 * @example
 * ```ts
 * import { onceOnly } from 'deskwright'
 *
 * const once = onceOnly(new Set())
 * const work = () => console.log('a mail is sent')
 * console.log(await once('tkt_1.3.0', work)) // done
 * console.log(await once('tkt_1.3.0', work)) // repeat
 * ```
 */
export function onceOnly(done: DoneIds): Once {
  const running = new Map<string, Promise<unknown>>()
  return async (id, work) => {
    for (let other = running.get(id); other !== undefined; other = running.get(id)) await other.catch(() => {})
    const mine = workUnlessDone(done, id, work)
    running.set(id, mine)
    try {
      return await mine
    } finally {
      running.delete(id)
    }
  }
}

async function workUnlessDone(done: DoneIds, id: string, work: () => unknown): Promise<'done' | 'repeat'> {
  if (await done.has(id)) return 'repeat'
  await work()
  await done.add(id)
  return 'done'
}
