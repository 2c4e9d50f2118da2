/** The world of a desk's ladders: its agents, teams and roles, who is on call, its calendars, and the ticket. */
import type { Listing } from '../domain/decider.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Agent } from '../domain/people/people.ts'
import type { PolicyDocuments } from '../domain/policy.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import type { EscalationPolicy, EscalationTarget } from '../escalation/escalation-policy.ts'
import type { LadderWorld } from '../escalation/ladder.ts'
import { type Directory, reachIn } from '../escalation/reach.ts'
import { ladderWorld } from '../escalation/replay-escalation.ts'
import { hoursIn, onCallOf } from './escalation-documents.ts'

type Subject = Pick<Ticket, 'assigneeId' | 'teamId'>

const MOST_AGENTS = 1000

/** The agents whom the targets of a policy may stand for. */
export function agentsFor(
  policy: EscalationPolicy,
  ticket: Subject,
  { onCall }: Pick<PolicyDocuments, 'onCall'>,
): Listing {
  const targets = targetsOf(policy)
  const { schedules } = onCallOf(onCall)
  const people = targets.flatMap((target) => {
    if ('agent' in target) return [target.agent]
    const schedule = 'onCall' in target ? schedules.get(target.onCall) : undefined
    return schedule === undefined
      ? []
      : [...schedule.layers.flatMap((layer) => layer.people), ...schedule.overrides.map(({ person }) => person)]
  })
  const ids = [...new Set([...people, ...(ticket.assigneeId === null ? [] : [ticket.assigneeId])])]
  const teams = targets.flatMap((target) => ('team' in target ? [target.team] : []))
  const roles = targets.flatMap((target) => ('role' in target ? [target.role] : []))
  return {
    kind: 'agent',
    where: {
      all: [
        { field: 'active', is: true },
        {
          any: [
            { field: 'id', in: ids },
            ...[...new Set([...teams, ...(ticket.teamId === null ? [] : [ticket.teamId])])].map((has) => ({
              field: 'teamIds',
              has,
            })),
            ...[...new Set(roles)].map((has) => ({ field: 'roles', has })),
          ],
        },
      ],
    },
    limit: MOST_AGENTS,
  }
}

function targetsOf({ steps, fallback }: EscalationPolicy): EscalationTarget[] {
  return [...steps.flatMap(({ targets }) => targets), ...fallback]
}

/** What a ladder asks of the world, in a desk. */
export function worldIn(
  policy: EscalationPolicy,
  known: {
    readonly ticket: Ticket | Subject
    readonly agents: readonly JsonObject[]
    readonly policies: PolicyDocuments
  },
): LadderWorld {
  const { ticket, agents, policies } = known
  const { schedules, contacts } = onCallOf(policies.onCall)
  const directory = directoryOf(agents as unknown as readonly Agent[], ticket)
  return ladderWorld({
    policy,
    hoursOf: hoursIn(policies.calendars),
    reach: reachIn({ directory, schedules, contacts, fallback: policy.fallback }),
    record: ticket,
  })
}

function directoryOf(agents: readonly Agent[], { assigneeId, teamId }: Subject): Directory {
  const by = (groupsOf: (agent: Agent) => readonly string[]) => {
    // Without a prototype: a role may be called `constructor`.
    const groups: Record<string, string[]> = Object.create(null)
    for (const agent of agents)
      for (const group of groupsOf(agent)) {
        groups[group] ??= []
        groups[group].push(agent.id)
      }
    return groups
  }
  return {
    people: new Set(agents.map(({ id }) => id)),
    teams: by(({ teamIds }) => teamIds),
    roles: by(({ roles }) => roles),
    assignee: assigneeId,
    team: teamId,
  }
}
