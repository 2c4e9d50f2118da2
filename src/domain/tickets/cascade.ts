/** Carries what happened to a ticket to those that hang on it, as ordinary commands: some in one commit, the rest in rounds of the same size. */
import type * as z from 'zod'
import type { Condition } from '../condition.ts'
import { draft, type Listing, maybe, need, rules, type StepOutcome, type Steps } from '../decider.ts'
import type { TicketId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { PolicyDocuments } from '../policy.ts'
import type { Cascaded } from './cascade-words.ts'
import type { Link } from './links.ts'
import { cascadeRound } from './relation-inputs.ts'
import type { Ticket } from './ticket.ts'

type Round = z.output<typeof cascadeRound>

/**
 * One round of a cascade, in one commit: each ticket has its own say, and what it said is told in `ticket.cascaded`.
 * When there are more, the same commit sets the timer of the next round, so that a crash loses and repeats nothing.
 */
export const cascade = rules(cascadeRound, {
  // With its family: a child that comes back after the listing and before the commit makes the round begin anew.
  reads: (input) => ({ ticket: need('ticket', input.ticketId), family: maybe('family', input.ticketId) }),
  lists: (input, _, { relations }) => ({ targets: { ...targetsOf(input), limit: relations.cascadeAtOnce + 1 } }),
  decide: ({ input, found, policies, lists }): Steps => {
    const { ticket } = found
    const { what, since, messageId, parts } = input
    const listed = isOver(input, ticket, policies) ? [] : (lists.targets ?? [])
    const targets = listed.slice(0, policies.relations.cascadeAtOnce)
    const next = listed.length > targets.length ? placeOf(input, targets.at(-1) as JsonObject) : null
    return {
      steps: targets.map((target) => stepTo(ticketOf(input, target), { input, policies })),
      by: 'system',
      refusal: 'of-one',
      afterwards: (outcomes) => {
        if (targets.length === 0) return []
        const told = toldOf(
          targets.map((target) => ticketOf(input, target)),
          outcomes,
        )
        const data: Cascaded = { what, since, messageId, parts, ...told, next }
        return [draft({ kind: 'ticket', id: ticket.id }, 'ticket.cascaded', data)]
      },
    }
  },
  result: (_, input) => ({ kind: 'ticket', id: input.ticketId }),
})

/**
 * A ticket that was deleted or opened again carries no ending any more, and a policy that was switched off stops it at
 * the next round. Parts are carried on: what a ticket became is its children's, also when it is deleted after that.
 */
function isOver({ what, since }: Round, ticket: Ticket, { relations }: PolicyDocuments): boolean {
  if (what === 'parts') return false
  if (ticket.deletedAt !== null || ticket.solvedAt !== since) return true
  return what === 'ending' && relations.cascade === 'off'
}

const OPEN: Condition = {
  all: [
    { field: 'deletedAt', is: null },
    { field: 'category', in: ['new', 'open', 'pending', 'hold'] },
  ],
}

/** Those that hang on a ticket, in the order of their numbers, or, for incidents, of their ids: both by age. */
function targetsOf({ ticketId, what, since, parts, after }: Round): Omit<Listing, 'limit'> {
  if (what === 'resolution') {
    const causes: Condition[] = [
      { field: 'fromId', is: ticketId },
      { field: 'type', is: 'causes' },
      { field: 'at', lte: since },
    ]
    return { kind: 'link', where: { all: causes }, after: after === null ? null : { values: [], id: after } }
  }
  const mine: Condition[] = [{ field: 'parentId', is: ticketId }, OPEN]
  if (what === 'parts') mine.push({ any: parts.map((part) => ({ field: 'follows', has: part })) })
  // Who was opened after the ending is none of its business.
  else mine.push({ field: 'openedAt', lte: since })
  if (after !== null) mine.push({ field: 'number', gt: Number(after) })
  return { kind: 'ticket', where: { all: mine }, orderBy: 'number' }
}

function ticketOf({ what }: Round, target: JsonObject): TicketId {
  return what === 'resolution' ? (target as unknown as Link).toId : (target as unknown as Ticket).id
}

function placeOf({ what }: Round, target: JsonObject): string {
  return String(what === 'resolution' ? target.id : target.number)
}

function stepTo(
  ticketId: TicketId,
  { input, policies }: { readonly input: Round; readonly policies: PolicyDocuments },
) {
  const { what, since, messageId, ticketId: fromId } = input
  const { cascade: mode, cancelStatus } = policies.relations
  if (what === 'parts') return { name: 'ticket.followParent', input: { ticketId } }
  if (what === 'ending' && mode === 'detach') return { name: 'ticket.setParent', input: { ticketId, parentId: null } }
  const resolution = { ticketId, fromId, since }
  return what === 'ending' && mode === 'cancelOpen'
    ? {
        name: 'ticket.takeResolution',
        input: { ...resolution, ...(cancelStatus === null ? {} : { status: cancelStatus }) },
      }
    : { name: 'ticket.takeResolution', input: { ...resolution, messageId } }
}

function toldOf(ids: readonly TicketId[], outcomes: readonly StepOutcome[]): Pick<Cascaded, 'done' | 'refused'> {
  const told = ids.map((ticketId, n) => ({ ticketId, outcome: outcomes[n] as StepOutcome }))
  return {
    done: told.flatMap(({ ticketId, outcome }) => ('record' in outcome ? [ticketId] : [])),
    refused: told.flatMap(({ ticketId, outcome }) =>
      'refused' in outcome ? [{ ticketId, code: outcome.refused }] : [],
    ),
  }
}
