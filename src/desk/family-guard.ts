/** The guard of closing: open children and blockers hold a ticket open, for people, rules, macros, merges and timers alike. */
import { forbidden, reachedRecords } from '../domain/access.ts'
import { meets } from '../domain/condition-read.ts'
import { type Draft, draft } from '../domain/decider.ts'
import type { RelationPolicy } from '../domain/policy.ts'
import type { Family } from '../domain/tickets/family.ts'
import { fault } from '../domain/tickets/family-refusals.ts'
import type { Category, Ticket } from '../domain/tickets/ticket.ts'
import {
  type FamilyFollowed,
  familyRef,
  type Kin,
  storedOf,
  tallyOf,
  ticketBefore,
  ticketIds,
  ticketNow,
  ticketRef,
} from './family-kin.ts'
import type { ClaimRef } from './ports.ts'

/** Who closes, and how: the part of a request that the guard looks at. */
export interface Closing {
  readonly tenant: string
  readonly name: string
  readonly parsed: object
  readonly settle?: ClaimRef
}

/**
 * Holds every ticket of the commit that would be solved or closed with open children or blockers.
 *
 * @returns `held` where a ticket's own timer came too early: then nothing is done but to say so.
 * @throws DeskError `ticket.guarded`, `access.forbidden` for an override without the right to it.
 */
export function guardClosing(kin: Kin, closing: Closing): 'free' | 'held' {
  for (const id of ticketIds(kin.drafts)) {
    const category = closingOf(kin, id)
    const ticket = ticketNow(kin, id) as Ticket
    if (category === null || !ticket.related) continue
    // Counted, and so written with this commit: a child that opens meanwhile and this closing cannot both come through.
    const { now } = tallyOf(kin, id)
    const strictest = guardOf(kin.policy.guard, now)
    if (strictest === 'none') continue
    if (strictest === 'block' && isOwnTimer(closing)) return 'held'
    const data = { category, openChildren: now.openChildren, openBlockers: now.openBlockers }
    const of = ticketRef(id)
    kin.drafts.push(
      strictest === 'warn'
        ? draft(of, 'ticket.guardWarned', data)
        : draft(of, 'ticket.guardOverridden', { ...data, reason: overrideOf(kin, closing, ticket) }),
    )
  }
  return 'free'
}

function closingOf(kin: Kin, id: string): 'solved' | 'closed' | null {
  const stood = ticketBefore(kin, id)
  // One that comes back out of a merge stands as it stood: that solves nothing.
  if (stood?.mergedInto) return null
  const before: Category | undefined = stood?.category
  const { category } = ticketNow(kin, id) as Ticket
  return category !== before && (category === 'solved' || category === 'closed') ? category : null
}

function guardOf(guard: RelationPolicy['guard'], { openChildren, openBlockers }: Family): 'none' | 'warn' | 'block' {
  const met = [...(openChildren > 0 ? [guard.parent] : []), ...(openBlockers > 0 ? [guard.blocks] : [])]
  return met.includes('block') ? 'block' : met.includes('warn') ? 'warn' : 'none'
}

function isOwnTimer({ settle, name }: Closing): boolean {
  return settle !== undefined && (name === 'ticket.close' || name === 'ticket.solve')
}

/** The reason of an override, from who may override. */
function overrideOf(kin: Kin, { parsed }: Closing, ticket: Ticket): string {
  const { override } = parsed as { readonly override?: { readonly reason: string } | undefined }
  const { openChildren, openBlockers } = tallyOf(kin, ticket.id).now
  if (override === undefined) throw fault('ticket.guarded', { ticketId: ticket.id, openChildren, openBlockers })
  const { by } = kin.read
  if (!meets(reachedRecords(by, 'ticket.overrideGuard', 'ticket'), ticketBefore(kin, ticket.id) ?? ticket))
    throw forbidden(by.actor, 'ticket.overrideGuard')
  return override.reason
}

/**
 * What is left of a timer that came too early: it is used up, and set anew in the commit in which nothing holds the
 * ticket any more. So it neither comes again and again, nor is it lost.
 */
export function heldBy(kin: Kin, drafts: readonly Draft[]): FamilyFollowed {
  const held = ticketIds(drafts).flatMap((id) => {
    const category = closingOf(kin, id)
    if (category === null) return []
    const { openChildren, openBlockers } = tallyOf(kin, id).now
    return [{ id, data: { category, openChildren, openBlockers } }]
  })
  return {
    read: kin.read,
    drafts: held.map(({ id, data }) => draft(ticketRef(id), 'ticket.guardHeld', data)),
    writes: [],
    checks: held.map(({ id }) => ({ kind: 'family', id, version: storedOf(kin, familyRef(id))?.version ?? 0 })),
    set: [],
  }
}
