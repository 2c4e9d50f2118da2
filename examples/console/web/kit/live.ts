/** Listens to what happens at the desk, and asks for a fresh look at most every so often. */
import type { DeskEvent } from 'deskwright'
import { desk } from './desk.ts'

/** The place of what happens next. Taken before a page is read, it lets nothing slip between reading and listening. */
export async function placeOfNext(): Promise<string> {
  return (await desk.event.feed({ after: 'now' })).next
}

/** Calls with each event behind a place that this person may see, for as long as the page is open. */
export async function listen(after: string, hear: (event: DeskEvent) => void): Promise<void> {
  for await (const { event } of desk.events({ after })) hear(event)
}

const CALM_MS = 150

/** Work that many events ask for and that is done once for all of them, never twice at a time. */
export function calmly(work: () => Promise<void>): () => void {
  let asked = false
  let runs = false
  const run = async () => {
    runs = true
    while (asked) {
      asked = false
      await new Promise((resolve) => setTimeout(resolve, CALM_MS))
      // What fails here is shown by the connection's state, and asked for again by the next event.
      await work().catch(() => {})
    }
    runs = false
  }
  return () => {
    asked = true
    if (!runs) void run()
  }
}
