/** Tells one ticket's timeline as a person would: when, who, what, and the words that were said. */
import type { DeskEvent, Timeline, TimelineEntry } from 'deskwright'
import type { Ink } from '../../src/cli/ink.ts'
import { clockTime, cut } from '../plain-text/lines.ts'

/** The name behind an id, as far as the reader may know it. */
export type Names = ReadonlyMap<string, string>

type TicketEvent = TimelineEntry['event']

// That clocks start, pause and go on can be seen from the moves of the ticket.
const UNTOLD = /^sla\.(started|paused|resumed|cancelled|changed|shown)$/

/** One line for each entry. What every internal note says is faint, as no customer sees it. */
export function storyOf(timeline: Timeline, names: Names, ink: Ink): string[] {
  const entries = timeline.entries.filter(({ event }) => !UNTOLD.test(event.name))
  const who = entries.map((entry) => whoDid(entry.event, names))
  const width = Math.max(...who.map((name) => name.length))
  return entries.map((entry, index) => {
    const line = `${clockTime(entry.at)}  ${who[index]!.padEnd(width)}  ${cut(saysOf(entry, names), 100 - width - 11)}`
    return entry.message?.visibility === 'internal' ? ink.faint(line) : line
  })
}

function whoDid(event: TicketEvent, names: Names): string {
  const author = event.name === 'message.posted' ? event.data.authorId : event.by.id
  return names.get(author) ?? author
}

function saysOf({ event, message }: TimelineEntry, names: Names): string {
  const named = (id: string | null) => (id === null ? 'nobody' : (names.get(id) ?? id))
  switch (event.name) {
    case 'ticket.opened':
      return `opened #${event.data.number} by ${event.data.channel}, ${event.data.priority}`
    case 'message.posted':
      return `${wrote(event)} ${message?.redactedAt ? '[redacted]' : `“${message?.body ?? ''}”`}`
    case 'message.edited':
      return 'edited a message'
    case 'message.redacted':
      return `wiped a message for good: ${event.data.reason}`
    case 'ticket.assigned':
      return `gave it to ${named(event.data.assigneeId)}, ${named(event.data.teamId)}`
    case 'ticket.changed':
      return `changed ${changes(event)}`
    case 'ticket.tagged':
      return `tagged it ${event.data.added.join(', ')}`
    case 'ticket.followed':
      return 'changed who follows it'
    case 'ticket.snoozed':
      return `put it aside until ${clockTime(event.data.until)}`
    case 'ticket.woken':
      return event.data.because === 'time' ? 'woke it: the time has come' : 'woke it'
    case 'ticket.deleted':
      return `deleted it: ${event.data.reason ?? 'no reason given'}`
    case 'ticket.restored':
      return 'restored it'
    case 'sla.met':
      return `${said(event.data.metric)} ${event.data.late ? 'late' : 'in time'}`
    case 'sla.warned':
      return `${said(event.data.metric)} is soon due`
    case 'sla.breached':
      return `${said(event.data.metric)} is late`
    default:
      // All that is left are moves between statuses, and what policies that this shop does not have would add.
      return 'from' in event.data ? `${verbOf(event.name)}: ${event.data.from} → ${event.data.to}` : event.name
  }
}

/** `firstReply` -> `first reply`. */
function said(metric: string): string {
  return metric.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

/** `ticket.reopened` -> `reopened`. */
function verbOf(name: string): string {
  return name.slice(name.indexOf('.') + 1)
}

function wrote({ data }: DeskEvent<'message.posted'>): string {
  if (data.visibility === 'internal') return 'noted'
  return data.visibility === 'side' ? 'wrote to a third party' : 'wrote'
}

function changes({ data }: DeskEvent<'ticket.changed'>): string {
  const said = Object.entries(data)
    .filter(([name]) => name === 'urgency' || name === 'impact' || name === 'priority' || name === 'type')
    .map(([name, value]) => `${name} to ${value}`)
  return said.join(', ') || 'fields'
}
