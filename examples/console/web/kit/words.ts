/** What happened, in words. */
import type { Entry } from './desk.ts'

/** The name behind an id. */
export type NameOf = (id: string) => string

/** `waiting-for-customer`, `firstReply` -> as people write it. */
export function plain(name: string): string {
  return name.replaceAll('-', ' ').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

/** One short sentence without its subject; `null`: not worth a line, since something else on the page says it. */
export function saysEvent({ event }: Entry, nameOf: NameOf): string | null {
  switch (event.name) {
    case 'ticket.opened':
      return event.data.channel === 'voice' ? 'took the call' : `opened it, by ${event.data.channel}`
    case 'ticket.assigned':
      return saysAssigned(event.data, nameOf)
    case 'ticket.changed':
      return saysChanged(event.data)
    case 'ticket.tagged':
      return [
        ...event.data.added.map((tag) => `tagged it ${tag}`),
        ...event.data.removed.map((tag) => `took off ${tag}`),
      ].join(', ')
    case 'ticket.solved':
      return 'solved it'
    case 'ticket.reopened':
      return 'reopened it'
    case 'ticket.closed':
      return 'closed it'
    case 'ticket.pended':
    case 'ticket.held':
      return `set it to ${plain(event.data.to)}`
    case 'ticket.resumed':
    case 'ticket.started':
      // A customer moves it by writing, and that is seen.
      return event.by.kind === 'customer' ? null : `set it to ${plain(event.data.to)}`
    case 'sla.breached':
      return `${plain(event.data.metric)} fell late`
    case 'sla.warned':
      return `${plain(event.data.metric)} is due soon`
    case 'message.redacted':
      return 'wiped a message for good'
    default:
      return null
  }
}

function saysAssigned(
  data: { readonly assigneeId: string | null; readonly teamId: string | null; readonly from: object },
  nameOf: NameOf,
): string {
  const from = data.from as typeof data
  const said = [
    data.assigneeId === from.assigneeId ? null : data.assigneeId === null ? 'nobody' : nameOf(data.assigneeId),
    data.teamId === from.teamId ? null : data.teamId === null ? 'no team' : nameOf(data.teamId),
  ].filter((part) => part !== null)
  return `gave it to ${said.join(', ')}`
}

function saysChanged(data: object): string | null {
  const named = ['priority', 'type', 'impact', 'urgency'] as const
  const said = Object.entries(data)
    .filter(([name]) => named.some((one) => one === name))
    .map(([name, value]) => `${name} to ${value ?? 'none'}`)
  return said.length > 0 ? `set ${said.join(', ')}` : 'changed its details'
}
