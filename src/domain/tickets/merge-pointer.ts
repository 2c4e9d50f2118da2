/** What happens to commands that name a merged ticket: work is done on the live one, and words go where their reader is. */
import { type CommandRow, type Draft, draft, type Instead, maybe, need, type Ref } from '../decider.ts'
import type { Ticket } from './ticket.ts'
import { fault } from './ticket-refusals.ts'

interface Named {
  readonly ticketId: Ticket['id']
  readonly inId?: Ticket['id'] | undefined
}

/**
 * The rows of a table of commands, with what they do where they name a merged ticket.
 *
 * @param names - `followed`: they act on the live ticket, and need the right for both; a pointer always names the live
 *   one, so it is one step whatever was merged into what. `refused`: they would hit another ticket than was meant.
 */
export function throughPointers<const T extends object>(
  table: T,
  names: { readonly followed: readonly (keyof T & string)[]; readonly refused: readonly (keyof T & string)[] },
): T {
  const rows = table as unknown as Readonly<Record<string, CommandRow>>
  const followed = names.followed.map((name) => [name, before(rows[name] as CommandRow, followOf(name))])
  const refused = names.refused.map((name) => [name, before(rows[name] as CommandRow, refusePointer)])
  return { ...table, ...Object.fromEntries([...followed, ...refused]) }
}

type First = (ticket: Ticket, input: object) => Instead | null

function before(row: CommandRow, first: First): CommandRow {
  return {
    ...row,
    decide: (context) => {
      const { ticket } = context.found as unknown as { readonly ticket: Ticket }
      return first(ticket, context.input as object) ?? row.decide(context)
    },
  }
}

function followOf(name: string): First {
  return ({ mergedInto }, input) =>
    mergedInto === null ? null : { instead: name, input: { ...input, ticketId: mergedInto } }
}

const refusePointer: First = ({ id, mergedInto }) => {
  if (mergedInto !== null) throw fault('ticket.merged', { ticketId: id, into: mergedInto })
  return null
}

/** The two tickets that words said in a merged one are about: the live one, and the one in which they stand. */
export function readThread(input: Named): { ticket: Ref<'ticket'>; home: Ref<'ticket'> } {
  // Who speaks needs the right to the ticket in which the words stand; the live one may be another customer's.
  return input.inId === undefined
    ? { ticket: need('ticket', input.ticketId), home: maybe('ticket', null) }
    : { ticket: maybe('ticket', input.ticketId), home: need('ticket', input.inId) }
}

export interface Thread {
  readonly ticket: Ticket
  /** The ticket in which words stand: the live one, or one that was merged into it. */
  readonly home: Ticket
}

/** Where words go; another command in place of this one where they name a pointer, or one that is a ticket of its own again. */
export function threadOf(
  name: string,
  input: Named,
  { ticket, home }: { readonly ticket: Ticket | null; readonly home: Ticket | null },
): Thread | Instead {
  if (home === null) {
    const named = ticket as Ticket
    if (named.mergedInto === null) return { ticket: named, home: named }
    return { instead: name, input: { ...input, ticketId: named.mergedInto, inId: named.id } }
  }
  if (ticket !== null && home.mergedInto === ticket.id) return { ticket, home }
  return { instead: name, input: { ...input, ticketId: home.id, inId: undefined } }
}

/** What the live ticket's own journal says of words that stand in another: its clocks and its status move by them. */
export function arrived({ ticket, home }: Thread, posted: Draft): Draft[] {
  if (ticket.id === home.id || posted.name !== 'message.posted') return []
  const { seq: _, ...facts } = posted.data
  return [draft({ kind: 'ticket', id: ticket.id }, 'message.arrived', { ...facts, inId: home.id })]
}
