/** Parts of a child that are its parent's, until it is given its own. */
import { type Context, type Draft, draft } from '../decider.ts'
import type { TeamId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { Level, Priority, Ticket } from './ticket.ts'
import { priorityOf } from './ticket-priority.ts'

const URGENCY = ['impact', 'urgency', 'priority', 'priorityByHand'] as const
export const FIELD = 'fields.'

export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** The names of what differs between two sets of fields. */
export function differing(a: JsonObject, b: JsonObject): string[] {
  return Object.keys({ ...a, ...b }).filter((name) => !isSame(a[name], b[name]))
}

/**
 * The parts of a ticket that events change, as its children may follow them.
 *
 * @param facts - the ticket's fields before, but for those marked personal: events name these apart.
 */
export function partsChanged(facts: JsonObject, drafts: readonly Draft[]): string[] {
  const parts = drafts.flatMap((event): string[] => {
    switch (event.name) {
      case 'ticket.changed': {
        const { fields, personal = [] } = event.data
        return [
          ...(URGENCY.some((name) => event.data[name] !== undefined) ? ['priority'] : []),
          ...(fields === undefined ? [] : differing(facts, fields).map((name) => FIELD + name)),
          ...personal.filter((name) => name.startsWith(FIELD)),
        ]
      }
      case 'ticket.tagged':
        return ['tags']
      case 'ticket.absorbed':
      case 'ticket.released':
        return event.data.tags.length === 0 ? [] : ['tags']
      case 'ticket.assigned':
        return event.data.teamId === event.data.from.teamId ? [] : ['teamId']
      default:
        return []
    }
  })
  return [...new Set(parts)]
}

export type Splitting = Pick<Context<unknown, unknown>, 'split'>

/** What a change by hand makes a ticket's own: there it follows its parent no longer. */
export function unfollowed({ split }: Splitting, ticket: Ticket, drafts: readonly Draft[]): Draft[] {
  if (ticket.follows.length === 0) return []
  const changed = partsChanged(split('ticket', ticket.fields).facts, drafts)
  const parts = ticket.follows.filter((part) => changed.includes(part))
  return parts.length === 0 ? [] : [draft({ kind: 'ticket', id: ticket.id }, 'ticket.unfollowed', { parts })]
}

/** A ticket's parts as a parent has them; what it does not follow is its own. */
export function partsOf(parent: Ticket, ticket: Pick<Ticket, 'follows' | 'fields'>) {
  const has = (part: string) => ticket.follows.includes(part)
  const names = ticket.follows.filter((part) => part.startsWith(FIELD)).map((part) => part.slice(FIELD.length))
  const { impact, urgency, priority, priorityByHand, tags, teamId } = parent
  const fields: Record<string, JsonObject[string]> = { ...ticket.fields }
  for (const name of names)
    if (Object.hasOwn(parent.fields, name)) fields[name] = parent.fields[name]
    else delete fields[name]
  return {
    ...(has('priority') ? { urgency: { impact, urgency, priority, priorityByHand } } : {}),
    ...(has('tags') ? { tags } : {}),
    ...(has('teamId') ? { teamId } : {}),
    fields,
  }
}

interface Given {
  readonly follows?: readonly string[] | undefined
  readonly impact?: Level | undefined
  readonly urgency?: Level | undefined
  readonly priority?: Priority | undefined
  readonly tags: readonly string[]
  readonly teamId?: TeamId | undefined
}

/** What a new ticket has of its own, and what of its parent, where it is to follow that. */
export function partsAtOpening(
  { input, policies, fields }: Pick<Context<Given, unknown>, 'input' | 'policies' | 'fields'>,
  parent: Ticket | null,
) {
  const { impact = null, urgency = null, priority = null, teamId = null } = input
  const follows =
    parent === null ? [] : [...new Set(input.follows ?? leftOpen(policies.relations.follow, { ...input, fields }))]
  const own = {
    follows,
    urgency: priorityOf(policies.priority, { impact, urgency, byHand: priority }),
    tags: [...new Set(input.tags)],
    teamId,
    fields: fields ?? {},
  }
  return parent === null ? own : { ...own, ...partsOf(parent, own) }
}

/** The parts of a policy that an opening gives no values of its own. */
function leftOpen(parts: readonly string[], given: Given & { readonly fields: JsonObject | null }): string[] {
  const { impact, urgency, priority, tags, teamId, fields } = given
  return parts.filter((part) => {
    if (part === 'priority') return (impact ?? urgency ?? priority) === undefined
    if (part === 'tags') return tags.length === 0
    return part === 'teamId' ? teamId === undefined : fields?.[part.slice(FIELD.length)] === undefined
  })
}
