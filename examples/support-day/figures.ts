/** What the day came to: figures from the records and from the journal, as a host would compute them. */
import type { Attained, Ticket, Timeline } from 'deskwright'
import { median } from '../plain-text/lines.ts'
import type { Acting } from './live.ts'

export interface Figures {
  readonly byStatus: readonly Tally[]
  readonly byPriority: readonly Tally[]
  readonly byChannel: readonly Tally[]
  /** From a ticket's opening to the first public words of an agent, in milliseconds. */
  readonly firstReplies: readonly number[]
  readonly firstReplyMedian: number | null
  readonly solved: number
  readonly reopened: number
  readonly followUps: number
  /** Deleted ones stand in no other figure. */
  readonly deleted: number
  /** Promises whose time is over: kept, or broken. */
  readonly attained: readonly Attained[]
}

export interface Tally {
  readonly name: string
  readonly count: number
}

const STANDING = { field: 'deletedAt', is: null } as const

/** All tickets that are not deleted, by their number. */
export async function ticketsOf(me: Acting): Promise<Ticket[]> {
  const { items } = await me.ticket.find({ where: STANDING, order: [{ field: 'number' }], limit: 200 })
  return [...items]
}

export async function figuresOf(me: Acting, tickets: readonly Ticket[]): Promise<Figures> {
  const timelines = await Promise.all(tickets.map(({ id }) => me.ticket.timeline({ ticketId: id })))
  const firstReplies = timelines.flatMap((timeline) => firstReplyOf(timeline) ?? [])
  return {
    byStatus: await tally(me, 'status'),
    byPriority: (await tally(me, 'priority')).sort((a, b) => (a.name < b.name ? -1 : 1)),
    byChannel: await tally(me, 'channel'),
    firstReplies,
    firstReplyMedian: median(firstReplies),
    solved: tickets.filter(({ solvedAt }) => solvedAt !== null).length,
    reopened: tickets.filter(({ reopenCount }) => reopenCount > 0).length,
    followUps: tickets.filter(({ followUpOf }) => followUpOf !== null).length,
    deleted: (await me.ticket.count({ where: { not: STANDING } }))[0]?.count ?? 0,
    attained: await me.sla.attainment({ from: '2026-03-02T00:00:00Z', until: '2026-03-03T00:00:00Z' }),
  }
}

async function tally(me: Acting, by: 'status' | 'priority' | 'channel'): Promise<Tally[]> {
  const rows = await me.ticket.count({ where: STANDING, by: [by] })
  return rows.map(({ group, count }) => ({ name: String(group[0]), count })).sort((a, b) => b.count - a.count)
}

/** `null`: nobody has answered yet, or there was nothing to answer, as on the phone, where an agent wrote first. */
function firstReplyOf({ entries }: Timeline): number | null {
  const posted = entries.flatMap(({ event }) =>
    event.name === 'message.posted' && event.data.visibility === 'public' && !event.data.automatic ? [event] : [],
  )
  const [first] = posted
  const answer = posted.find(({ data }) => data.authorKind === 'agent')
  if (!first || !answer || answer === first) return null
  return Date.parse(answer.at) - Date.parse(first.at)
}
