/** Breaks a ticket down by a scenario: all of its children are opened in one commit, or none is. */
import { draft, need, rules, type StepOutcome, type Steps } from '../decider.ts'
import type { TicketId } from '../ids.ts'
import type { Json } from '../json.ts'
import { openScenario } from './relation-inputs.ts'
import { fillTemplate, partsGiven, type ScenarioChild } from './scenario-policy.ts'
import type { Ticket } from './ticket.ts'
import { fault } from './ticket-refusals.ts'
import { mustStand } from './ticket-status.ts'

export const openChildren = rules(openScenario, {
  reads: (input) => ({ ticket: need('ticket', input.ticketId) }),
  decide: ({ input, found, policies }): Steps => {
    const { ticket } = found
    const { scenarios } = policies.scenarios
    const name = input.scenario
    mustStand(ticket)
    if (!Object.hasOwn(scenarios, name))
      throw fault('scenario.unknown', { scenario: name, known: Object.keys(scenarios) })
    const children = scenarios[name]?.children ?? []
    return {
      steps: children.map((child) => ({
        name: 'ticket.open',
        input: openingOf(ticket, child, policies.relations.follow),
      })),
      by: 'actor',
      refusal: 'of-all',
      afterwards: (outcomes) => [
        draft({ kind: 'ticket', id: ticket.id }, 'ticket.childrenOpened', {
          scenario: name,
          childIds: idsOf(outcomes),
        }),
      ],
    }
  },
  result: (_, input) => ({ kind: 'ticket', id: input.ticketId }),
})

function idsOf(outcomes: readonly StepOutcome[]): TicketId[] {
  return outcomes.flatMap((outcome) => ('record' in outcome ? [outcome.record.id as TicketId] : []))
}

/** A child as `ticket.open` takes it. What the parent has not, the child is not given. */
function openingOf(parent: Ticket, child: ScenarioChild, followed: readonly string[]): object {
  const { requesterId, fields, ...own } = child.values
  const given = partsGiven(child)
  const follows = child.follow ?? followed.filter((part) => !given.includes(part))
  const copies = [...[...child.inherit, ...follows].map((part) => [part, part]), ...Object.entries(child.map)]
  const copied = copies.flatMap(([to = '', from = '']) => {
    const value = partOf(parent, from)
    return value === undefined ? [] : [[to, value] as const]
  })
  const isField = ([name]: readonly [string, Json]) => name.startsWith(FIELD)
  return {
    ...own,
    ...Object.fromEntries(copied.filter((copy) => !isField(copy))),
    ...(copies.some(([to, from]) => to === 'priority' && from === 'priority') ? urgencyOf(parent) : {}),
    fields: {
      ...fields,
      ...Object.fromEntries(copied.filter(isField).map(([name, value]) => [name.slice(FIELD.length), value])),
    },
    requester: { customerId: requesterId ?? parent.requesterId },
    subject: cut(fillTemplate(child.subject, (name) => textOf(parent, name))),
    body: fillTemplate(child.body, (name) => textOf(parent, name)),
    author: 'actor',
    parentId: parent.id,
    follows,
  }
}

/** A subject holds 500 UTF-16 units, and the parent's may be as long by itself; half a character is none. */
function cut(subject: string): string {
  return subject.slice(0, 500).replace(/[\uD800-\uDBFF]$/, '')
}

const FIELD = 'fields.'

function partOf(parent: Ticket, part: string): Json | undefined {
  if (!part.startsWith(FIELD)) return parent[part as 'type'] ?? undefined
  const name = part.slice(FIELD.length)
  // Own fields alone: every object has a constructor.
  return Object.hasOwn(parent.fields, name) ? (parent.fields[name] ?? undefined) : undefined
}

/** Impact and urgency as the parent has them; its priority only where a person has set it. */
function urgencyOf({ impact, urgency, priority, priorityByHand }: Ticket): object {
  return {
    impact: impact ?? undefined,
    urgency: urgency ?? undefined,
    priority: priorityByHand ? priority : undefined,
  }
}

function textOf(parent: Ticket, name: string): string {
  const value = name === 'number' ? parent.number : name === 'subject' ? parent.subject : partOf(parent, name)
  return value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
}
