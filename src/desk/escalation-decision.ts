/** What a ladder did, as the decision of a command; and which tickets nothing is escalated for. */
import type { Decision, StepOutcome } from '../domain/decider.ts'
import type { StepCommand } from '../domain/escalation/escalation.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import type { Climbed } from '../escalation/ladder.ts'
import type { Ladder } from '../escalation/ladder-words.ts'
import { draftsOf, type Facts, shownOn } from './escalation-record.ts'

/** Events of a ladder as a decision: commands of its steps first, then what it says of them. */
export function decided(facts: Facts, ticket: Ticket, { ladder, events }: Climbed): Decision {
  const told = events.filter((event) => event.name === 'told')
  const asked = told.flatMap(({ commands }) => commands)
  const said = (commands: readonly StepCommand[]) => [
    ...draftsOf(facts, events, commands),
    ...shownOn(ticket, facts, ladder as Ladder),
  ]
  if (asked.length === 0) return said([])
  return {
    steps: asked.map(({ command: name, input }) => ({ name, input: { ...input, ticketId: ticket.id } })),
    by: 'system',
    refusal: 'of-one',
    afterwards: (outcomes) => said(asked.map((one, n) => outcomeOf(one, outcomes[n]))),
  }
}

function outcomeOf(
  { command: name, input = {} }: { readonly command: string; readonly input?: StepCommand['input'] },
  outcome: StepOutcome | undefined,
): StepCommand {
  return { command: name, input, refused: outcome !== undefined && 'refused' in outcome ? outcome.refused : null }
}

/** Why nothing is escalated for a ticket; `null`: it is at work. */
export function stateOfDone({
  category,
  deletedAt,
  mergedInto,
}: Pick<Ticket, 'category' | 'deletedAt' | 'mergedInto'>): string | null {
  if (mergedInto !== null) return 'merged'
  if (deletedAt !== null) return 'deleted'
  return category === 'solved' || category === 'closed' ? category : null
}
