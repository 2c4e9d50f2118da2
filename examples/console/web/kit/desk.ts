/** The desk, over HTTP: the same verbs and types as in the server's own process, as whoever is signed in. */
import { createClient, isDeskError } from 'deskwright/client'
import type { ConsoleDesk } from '../../server/console-desk.ts'
import { connection } from './connection.ts'

/** No token: the browser sends the session's cookie, which no script can read. */
export const desk = createClient<ConsoleDesk>({
  url: location.origin,
  fetch: async (request) => {
    try {
      const response = await fetch(request)
      connection.say('live')
      if (response.status === 401) location.assign('/sign-in')
      return response
    } catch (error) {
      connection.say('offline')
      throw error
    }
  },
})

type Done<V extends (...given: never[]) => Promise<unknown>> = Awaited<ReturnType<V>>
export type Ticket = Done<typeof desk.ticket.get>
export type Customer = Done<typeof desk.customer.get>
export type Timeline = Done<typeof desk.ticket.timeline>
export type Entry = Timeline['entries'][number]
export type Message = NonNullable<Entry['message']>

/** Who is signed in. */
export interface Me {
  readonly kind: 'agent' | 'customer'
  readonly id: Ticket['requesterId'] | NonNullable<Ticket['assigneeId']>
  readonly name: string
  readonly about: string
  /** The desk's time, in epoch milliseconds. */
  readonly now: number
}

export async function whoAmI(): Promise<Me> {
  const response = await fetch('/me')
  if (!response.ok) location.assign('/sign-in')
  return (await response.json()) as Me
}

/** Everything said and done in a ticket. */
export async function wholeTimeline(ticketId: Ticket['id']): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for (let after: number | null | undefined; after !== null; ) {
    const page: Timeline = await desk.ticket.timeline({ ticketId, ...(after === undefined ? {} : { after }) })
    entries.push(...page.entries)
    after = page.next
  }
  return entries
}

/** What went wrong, for people: the desk's refusals say what happened and what to do next. */
export function saysError(error: unknown): string {
  if (isDeskError(error)) return error.message
  return `Something failed on this page: ${error instanceof Error ? error.message : String(error)}`
}
