/** Reads the desk that the log was replayed into: its journal, in the hands of whoever reports. */
import type { DeskEvent, EventName } from 'deskwright'
import { type Acting, importer, type LogDesk } from '../../src/cli/incidents/replay.ts'

const PAGE = 1000

/** The desk for whoever reports: it reads everything and does nothing. */
export function reporting({ desk }: LogDesk): Acting {
  return desk.as(importer('report'))
}

/** The desk's journal, in the order in which it was written. */
export async function* journalOf(me: Acting, names?: readonly EventName[]): AsyncGenerator<DeskEvent> {
  for (let after = 0; ; ) {
    const { items, next } = await me.event.find({ after, limit: PAGE, ...(names && { names: [...names] }) })
    yield* items
    if (next === null) return
    after = next
  }
}

/** How many events the journal holds. */
export async function eventsIn(me: Acting): Promise<number> {
  let events = 0
  for await (const _ of journalOf(me)) events++
  return events
}
