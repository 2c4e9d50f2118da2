/** Several commands in the commit of one: the steps that it is made of, and what it carries to the tickets that hang on it. */
import { reachOf } from '../domain/access.ts'
import type { Draft, StepOutcome, Steps } from '../domain/decider.ts'
import { digest } from '../domain/digest.ts'
import { isDeskError } from '../domain/fault.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Actor } from '../domain/people/people.ts'
import type { CascadeKind, CascadeOrder } from '../domain/tickets/cascade-words.ts'
import { partsChanged } from '../domain/tickets/follow-fields.ts'
import { OFFER_RESOLUTION } from '../domain/tickets/problem.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import type { Instant } from '../domain/time.ts'
import type { Bringing, Brought, Committing, FollowUp } from './follow-words.ts'
import { type House, splitFields } from './house.ts'
import type { Task } from './ports.ts'
import type { Read } from './read.ts'

/** Who does what a policy says is to be carried on. */
const CASCADER: Actor = { kind: 'system', id: 'cascade' }

/** Does the steps of a command one after the other, each on what those before it left. */
export async function doSteps(
  { steps, by, refusal }: Steps,
  asked: Bringing & Pick<Brought, 'at'>,
  act: (brought: Brought) => Promise<JsonObject>,
): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = []
  const { tenant, cause = [], at } = asked
  const who = by === 'system' ? { by: CASCADER } : { by: asked.by, only: asked.only }
  for (const { name, input } of steps) {
    try {
      outcomes.push({ record: await act({ tenant, ...who, name, input, cause, ...(at && { at }) }) })
    } catch (error) {
      if (refusal === 'of-all' || !isDeskError(error) || error.kind === 'unavailable') throw error
      outcomes.push({ refused: error.code })
    }
  }
  return outcomes
}

/** A command that follows from what happened, and the key of its timer where it cannot follow at once. */
interface Errand {
  readonly name: 'ticket.cascade' | 'ticket.followParent'
  readonly input: { readonly ticketId: string }
  readonly key: string
}

/** What follows from events on tickets that hang together. */
export function followCascades(
  house: Pick<House, 'personal'>,
  asked: Bringing,
  { read, decided, drafts }: Pick<Committing, 'decided' | 'drafts'> & { readonly read: Seen },
): FollowUp {
  const errands = errandsOf(house, read, decided)
  return {
    bring: errandsNow(asked, errands, read.now),
    set: errandsLater(asked, { errands, drafts, now: read.now }),
    clear: [],
  }
}

type Seen = Pick<Read, 'by' | 'stored' | 'policies' | 'now'>

function errandsOf(house: Pick<House, 'personal'>, read: Seen, drafts: readonly Draft[]): Errand[] {
  const tickets = read.stored.filter(({ kind }) => kind === 'ticket').map(({ doc }) => doc as unknown as Ticket)
  const carried = tickets
    .filter(({ related }) => related)
    .flatMap((ticket) => cascadesOf(house, read, { ticket, drafts }))
  const missed = drafts.filter((event) => isBehind(event) || waitsAfterSolved(event, tickets))
  const behind = new Set(missed.map(({ of }) => of.id))
  // One that was not read may follow something; whether it does, it finds by itself.
  for (const { id, follows } of tickets) if (follows.length === 0) behind.delete(id)
  return [...carried.map(roundOf), ...[...behind].map(catchUp)]
}

type Order = CascadeOrder & { readonly ticketId: string; readonly after?: string }

function cascadesOf(
  house: Pick<House, 'personal'>,
  { by, policies, now }: Pick<Read, 'by' | 'policies' | 'now'>,
  { ticket, drafts }: { readonly ticket: Ticket; readonly drafts: readonly Draft[] },
): Order[] {
  const { cascade, offerResolution } = policies.relations
  const own = drafts.filter(({ of }) => of.kind === 'ticket' && of.id === ticket.id)
  const parts = partsChanged(splitFields(house, 'ticket', ticket.fields).facts, own)
  const solved = ticket.category === 'solved' ? undefined : own.find((event) => event.name === 'ticket.solved')
  const messageId = solved?.data.resolutionId ?? null
  const isOffered = messageId !== null || (offerResolution === 'always' && reachOf(by, OFFER_RESOLUTION) !== null)
  const whats: CascadeKind[] = [
    ...(parts.length > 0 ? ['parts' as const] : []),
    ...(solved && cascade !== 'off' ? ['ending' as const] : []),
    ...(solved && isOffered && ticket.type === 'problem' ? ['resolution' as const] : []),
  ]
  return whats.map((what) => {
    const carries = what === 'parts' ? { messageId: null, parts } : { messageId, parts: [] }
    return { ticketId: ticket.id, what, since: now, ...carries }
  })
}

/** One job a ticket and matter: what is carried anew takes the place of what was not carried to its end. */
function roundOf(order: Order): Errand {
  const { what, ticketId, parts } = order
  const which = what === 'parts' ? `:${digest(parts.join()).slice(0, 16)}` : ''
  return { name: 'ticket.cascade', input: order, key: `cascade:${what}:${ticketId}${which}` }
}

const COMES_BACK: ReadonlySet<string> = new Set(['ticket.reopened', 'ticket.restored', 'ticket.unmerged'])

/** Whether a ticket has another parent, or is at work again and may have missed what its parent became meanwhile. */
function isBehind(event: Draft): boolean {
  if (event.name === 'ticket.childOf') return event.data.parentId !== null
  return COMES_BACK.has(event.name)
}

/** Whether a ticket goes from solved straight to waiting, as a host's own graph may let it. */
function waitsAfterSolved({ name, of }: Draft, tickets: readonly Ticket[]): boolean {
  if (name !== 'ticket.pended' && name !== 'ticket.held') return false
  return tickets.some(({ id, category }) => id === of.id && category === 'solved')
}

function catchUp(ticketId: string): Errand {
  return { name: 'ticket.followParent', input: { ticketId }, key: `follow:${ticketId}` }
}

/**
 * Errands for the commit that sets them off; within a cascade they come later, each in its own commit: a commit is
 * never larger than one round, however deep the tree.
 */
function errandsNow(asked: Bringing, errands: readonly Errand[], at: Instant): Brought[] {
  if (isWithin(asked)) return []
  return errands.map(({ name, input, key }) => ({
    tenant: asked.tenant,
    by: CASCADER,
    name,
    input,
    at,
    cause: [...(asked.cause ?? []), { kind: 'cascade', id: key }],
  }))
}

function isWithin({ by }: Bringing): boolean {
  return by.kind === CASCADER.kind && by.id === CASCADER.id
}

/** The timers of what is still to come: of what a cascade sets off in turn, and of what it did not come to yet. */
function errandsLater(
  asked: Bringing,
  found: { readonly errands: readonly Errand[]; readonly drafts: readonly Draft[]; readonly now: string },
): Task[] {
  const rest = found.drafts.flatMap((event) => {
    if (event.name !== 'ticket.cascaded' || event.data.next === null) return []
    const { what, since, messageId, parts, next } = event.data
    return [roundOf({ ticketId: event.of.id, what, since, messageId, parts, after: next })]
  })
  return [...(isWithin(asked) ? found.errands : []), ...rest].map(({ name, input, key }) => ({
    queue: 'timer',
    key,
    dueAt: found.now,
    group: input.ticketId,
    seq: 0,
    body: { command: name, input: { ...input } },
  }))
}
