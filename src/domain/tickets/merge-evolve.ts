/** What merging, unmerging and splitting do to a ticket: part of the fold of its journal. */
import type { Happened } from '../decider.ts'
import type { TicketId } from '../ids.ts'
import type { Instant } from '../time.ts'
import type { Given, Merge, MergeEventName, TakenLink, Ties } from './merge-words.ts'
import type { PostedMessage } from './message.ts'
import type { ExternalRef, Ticket } from './ticket.ts'

/** What an event changes in a ticket, which has many fields and so is copied once for each event. */
export type Changes = Partial<Ticket>

/** What an event of a merge or a split changes in a ticket. */
export function changesByMerge(ticket: Ticket, event: Happened<MergeEventName>): Changes {
  switch (event.name) {
    case 'ticket.absorbed':
      return { absorbed: [...ticket.absorbed, ...event.data.ids], ...withGiven(ticket, event.data) }
    case 'ticket.merged':
      return pointerOf(ticket, event)
    case 'ticket.repointed':
      return { mergedInto: event.data.into, merge: withEnd(ticket.merge as Merge, event.data.into) }
    case 'ticket.unmerged':
      return standingAgain(ticket, event)
    case 'ticket.released':
      return released(ticket, event)
    case 'message.arrived':
      return withWords(ticket, event.data, event.at)
    case 'ticket.split':
      return ticket.mergedInto === null || event.data.mode === 'copy'
        ? {}
        : { merge: noted(ticket.merge as Merge, 'splitOff', event.data.messageIds) }
    case 'message.moved':
    case 'message.copied':
      return { messageCount: ticket.messageCount + 1, ...withWords(ticket, event.data, event.data.postedAt) }
    default:
      return event satisfies never
  }
}

/** A redaction while the ticket is a pointer, which undoing the merge has to tell of. */
export function redactedInPointer(ticket: Ticket, { data }: Happened<'message.redacted'>): Changes {
  if (ticket.mergedInto === null) return {}
  return { merge: noted(ticket.merge as Merge, 'redacted', [data.messageId]) }
}

// It closes without having been solved: nobody answered it, and what counts solved tickets must not count it.
function pointerOf(ticket: Ticket, { data, at }: Happened<'ticket.merged'>): Changes {
  const { status, category, solvedAt, closedAt, snoozedUntil } = ticket
  const merge: Merge = {
    path: [data.into],
    at,
    was: { status, category, solvedAt, closedAt, snoozedUntil },
    gave: data.gave,
    ties: data.ties,
    waitingSince: data.waitingSince,
    readers: data.readers,
    redacted: [],
    splitOff: [],
    left: null,
  }
  return {
    status: data.status,
    category: 'closed',
    statusSince: at,
    closedAt: at,
    snoozedUntil: null,
    followerIds: [...ticket.followerIds, ...data.readers],
    mergedInto: data.into,
    merge,
  }
}

// A silence that ended it would have begun before the merge: it begins anew, so that nothing closes on return.
function standingAgain(ticket: Ticket, { data, at }: Happened<'ticket.unmerged'>): Changes {
  const merge = ticket.merge as Merge
  const { solvedAt, closedAt, snoozedUntil } = merge.was
  return {
    status: data.status,
    category: data.category,
    statusSince: at,
    solvedAt,
    closedAt,
    snoozedUntil,
    followerIds: without(ticket.followerIds, merge.readers),
    mergedInto: null,
    merge: { ...merge, readers: [], left: data.left },
  }
}

/** A path that ends at this ticket: cut off behind it where it is on the way, else led on to it. */
function withEnd(merge: Merge, into: TicketId): Merge {
  const place = merge.path.indexOf(into)
  return { ...merge, path: place < 0 ? [...merge.path, into] : merge.path.slice(0, place + 1) }
}

function withGiven(ticket: Ticket, { tags, followerIds, externalRefs }: Given): Changes {
  return {
    tags: [...ticket.tags, ...tags],
    followerIds: [...ticket.followerIds, ...followerIds],
    externalRefs: [...ticket.externalRefs, ...externalRefs],
  }
}

function released(ticket: Ticket, { data }: Happened<'ticket.released'>): Changes {
  const { merge } = ticket
  return {
    absorbed: without(ticket.absorbed, data.ids),
    // A pointer does not give on what it no longer has.
    merge: merge && { ...merge, gave: withoutGiven(merge.gave, data), ties: withoutTies(merge.ties, data.ties) },
    ...withoutGiven(ticket, data),
  }
}

/** What remains of some things when others are taken away. */
export function withoutGiven(from: Given, away: Given): Given {
  return {
    tags: without(from.tags, away.tags),
    followerIds: without(from.followerIds, away.followerIds),
    externalRefs: from.externalRefs.filter((ref) => !holdsRef(away.externalRefs, ref)),
  }
}

function withoutTies(from: Ties, away: Ties): Ties {
  const isAway = (link: TakenLink) =>
    away.links.some(({ type, otherId }) => type === link.type && otherId === link.otherId)
  return {
    children: without(from.children, away.children),
    links: from.links.filter((link) => !isAway(link)),
  }
}

export function holdsRef(refs: readonly ExternalRef[], { system, id }: ExternalRef): boolean {
  return refs.some((ref) => ref.system === system && ref.id === id)
}

function noted(merge: Merge, where: 'redacted' | 'splitOff', ids: Merge['redacted']): Merge {
  return { ...merge, [where]: [...merge[where], ...ids] }
}

/** A public message by a person moves the instants at which sides last spoke, never back. */
function withWords(
  ticket: Ticket,
  said: Pick<PostedMessage, 'visibility' | 'automatic' | 'authorKind'>,
  at: Instant,
): Changes {
  if (said.visibility !== 'public' || said.automatic) return {}
  if (said.authorKind === 'customer') return { lastCustomerMessageAt: latest(ticket.lastCustomerMessageAt, at) }
  return said.authorKind === 'agent' ? { lastAgentMessageAt: latest(ticket.lastAgentMessageAt, at) } : {}
}

function latest(before: Instant | null, at: Instant): Instant {
  return before !== null && before > at ? before : at
}

function without<T>(list: readonly T[], away: readonly T[]): readonly T[] {
  return away.length === 0 ? list : list.filter((item) => !away.includes(item))
}
