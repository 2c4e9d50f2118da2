/** The rules of agents and teams: who works here, with which rights, and how one leaves without leaving tickets behind. */
import { BUILT_IN_ROLES } from '../access.ts'
import { type Context, draft, type Found, maybe, need, type Ref, rules } from '../decider.ts'
import { fault as reference } from '../refusals.ts'
import type { Agent } from './people.ts'
import { changeAgent, changeTeam, createAgent, createTeam, nameAgent } from './people-inputs.ts'
import { fault } from './people-refusals.ts'

type TeamRefs = Record<`team:${string}`, Ref<'team', 'maybe'>>

function teamRefs(ids: readonly string[]): TeamRefs {
  return Object.fromEntries(ids.map((id) => [`team:${id}`, maybe('team', id)]))
}

function mustKnow(
  { policies, found }: Pick<Context<unknown, object>, 'policies' | 'found'>,
  roles: readonly string[],
  teamIds: readonly string[],
): void {
  const missing = roles.filter(
    (name) => !Object.hasOwn(BUILT_IN_ROLES, name) && !Object.hasOwn(policies.roles.roles, name),
  )
  if (missing.length > 0) throw fault('agent.unknown-role', { roles: missing })
  const absent = teamIds.filter((id) => (found as Record<string, unknown>)[`team:${id}`] == null)
  if (absent.length > 0) throw reference('reference.unknown', { ids: absent })
}

export const create = rules(createAgent, {
  reads: (input) => teamRefs(input.teamIds),
  decide: (context) => {
    const { name, email, externalId, roles, teamIds } = context.input
    mustKnow(context, roles, teamIds)
    const data = { externalId, roles: [...new Set(roles)], teamIds: [...new Set(teamIds)] }
    return [draft({ kind: 'agent', id: context.newId('agent') }, 'agent.created', data, { name, email })]
  },
})

/** The tickets that an agent still has to finish. */
function unsolvedOf(agentId: string) {
  return {
    kind: 'ticket' as const,
    where: {
      all: [
        { field: 'assigneeId', is: agentId },
        { field: 'category', in: ['new', 'open', 'pending', 'hold'] },
      ],
    },
  }
}

export const change = rules(changeAgent, {
  reads: (input) => ({ agent: need('agent', input.agentId), ...teamRefs(input.teamIds ?? []) }),
  counts: (input) => ({ unsolved: unsolvedOf(input.agentId) }),
  decide: (context) => {
    const { input } = context
    const { agent } = context.found as Found<{ agent: Ref<'agent', 'needed'> }>
    mustKnow(context, input.roles ?? [], input.teamIds ?? [])
    const { agentId: _, name, email, ...wanted } = input
    const facts = Object.fromEntries(
      Object.entries(wanted).filter(([key, value]) => differs(value, agent[key as keyof Agent])),
    )
    const text = Object.fromEntries(
      Object.entries({ name, email }).filter(([key, value]) => differs(value, agent[key as keyof Agent])),
    )
    if (Object.keys(facts).length + Object.keys(text).length === 0) throw fault('people.nothing-new', { id: agent.id })
    const loses = lost(agent.roles, input.roles) || lost(agent.teamIds, input.teamIds)
    if (loses) mustBeFreeOfWork(agent, context.counts.unsolved ?? 0)
    const personal = Object.keys(text)
    const data = personal.length > 0 ? { ...facts, personal } : facts
    return [draft({ kind: 'agent', id: agent.id }, 'agent.changed', data, text)]
  },
})

function differs(wanted: unknown, now: unknown): boolean {
  return wanted !== undefined && JSON.stringify(wanted) !== JSON.stringify(now)
}
function lost<T>(now: readonly T[], wanted: readonly T[] | undefined): boolean {
  return wanted !== undefined && now.some((item) => !wanted.includes(item))
}

// The count and the commit are two moments. Between them no ticket can arrive: giving one to an agent checks, in the
// commit, the version of an agent who accepts, and this agent has stopped accepting under an earlier version.
function mustBeFreeOfWork(agent: Agent, tickets: number): void {
  if (agent.accepting) throw fault('agent.still-accepting', { agentId: agent.id })
  if (tickets > 0) throw fault('agent.still-assigned', { agentId: agent.id, tickets })
}

export const deactivate = rules(nameAgent, {
  reads: (input) => ({ agent: need('agent', input.agentId) }),
  counts: (input) => ({ unsolved: unsolvedOf(input.agentId) }),
  decide: ({ found: { agent }, counts }) => {
    if (!agent.active) throw fault('agent.already', { agentId: agent.id, state: 'inactive' })
    mustBeFreeOfWork(agent, counts.unsolved ?? 0)
    return [draft({ kind: 'agent', id: agent.id }, 'agent.deactivated', {})]
  },
})

export const reactivate = rules(nameAgent, {
  reads: (input) => ({ agent: need('agent', input.agentId) }),
  decide: ({ found: { agent } }) => {
    if (agent.active) throw fault('agent.already', { agentId: agent.id, state: 'active' })
    return [draft({ kind: 'agent', id: agent.id }, 'agent.reactivated', {})]
  },
})

export const createOneTeam = rules(createTeam, {
  decide: ({ input, newId }) => [draft({ kind: 'team', id: newId('team') }, 'team.created', { name: input.name })],
})

export const changeOneTeam = rules(changeTeam, {
  reads: (input) => ({ team: need('team', input.teamId) }),
  decide: ({ input, found: { team } }) => {
    if (team.name === input.name) throw fault('people.nothing-new', { id: team.id })
    return [draft({ kind: 'team', id: team.id }, 'team.changed', { name: input.name })]
  },
})
