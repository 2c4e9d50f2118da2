/** Who may do what, to which records: one place for every command and every read. */
import type { Condition } from './condition.ts'
import { type DeskError, faultsOf } from './fault.ts'
import type { CustomerId, OrganisationId, TeamId } from './ids.ts'
import type { Actor, Agent } from './people/people.ts'

/**
 * How far a permission reaches: `own` (an agent's: assigned or followed; a customer's: asked by them or followed),
 * `team` (own, and those of the agent's teams), `organisation` (own, and those of the customer's organisation where it
 * shares them), `any`.
 */
export type Scope = 'own' | 'team' | 'organisation' | 'any'

/** Permission (`ticket.solve`, `ticket.*`, `*`) to how far it reaches. What is not named is not allowed. */
export type Role = Readonly<Record<string, Scope>>
export type Roles = Readonly<Record<string, Role>>

/** The actor of a call, with everything access is decided by. */
export interface Principal {
  readonly actor: Actor
  /** The record of an acting agent. */
  readonly agent: Agent | null
  readonly roles: readonly Role[]
  /** What the actor's rights are cut to; absent: to nothing less than they are. */
  readonly only?: readonly string[] | undefined
  readonly teamIds: readonly TeamId[]
  /** A customer's own id, and those merged into it. */
  readonly customerIds: readonly CustomerId[]
  /** The customer's organisation and those merged into it, where it shares tickets among its people; else none. */
  readonly sharedOrganisationIds: readonly OrganisationId[]
}

function grant(scope: Scope, ...permissions: string[]): Role {
  return Object.fromEntries(permissions.map((name) => [name, scope]))
}

const READS = [
  'ticket.get',
  'ticket.find',
  'ticket.count',
  'ticket.timeline',
  'ticket.tree',
  'ticket.links',
  'ticket.messages',
  'ticket.readInternal',
  'ticket.workarounds',
  'sla.get',
  'sla.explain',
  'event.feed',
  'escalation.get',
  'escalation.find',
  'escalation.log',
  'escalation.preview',
  'escalation.onCall',
  'escalation.coverage',
  'escalation.feed',
] as const
const PEOPLE_READS = [
  'customer.get',
  'customer.find',
  'organisation.get',
  'organisation.find',
  'agent.get',
  'agent.find',
  'team.get',
  'team.find',
] as const
const WORK = [
  'ticket.open',
  'ticket.reply',
  'ticket.note',
  'ticket.assign',
  'ticket.change',
  'ticket.tag',
  'ticket.pend',
  'ticket.hold',
  'ticket.resume',
  'ticket.solve',
  'ticket.reopen',
  'ticket.snooze',
  'ticket.wake',
  'ticket.follow',
] as const

/** The roles every tenant has. A `roles` policy adds others, or replaces one of these. */
export const BUILT_IN_ROLES: Roles = {
  admin: { '*': 'any' },
  agent: grant(
    'any',
    ...READS,
    ...PEOPLE_READS,
    ...WORK,
    'ticket.close',
    'ticket.followUp',
    'ticket.sideMessage',
    'ticket.editMessage',
    'ticket.merge',
    'ticket.unmerge',
    'ticket.split',
    'ticket.setParent',
    'ticket.link',
    'ticket.unlink',
    'ticket.openChildren',
    'ticket.setKnownError',
    'ticket.offerResolution',
    'escalation.start',
    'escalation.acknowledge',
    'escalation.unacknowledge',
    'escalation.escalate',
    'escalation.resolve',
    'customer.create',
    'customer.change',
    'organisation.create',
    'organisation.change',
    'policy.get',
    'sla.attainment',
    'survey.get',
    'survey.find',
    'survey.invite',
    'survey.scores',
  ),
  lightAgent: grant('any', ...READS, ...PEOPLE_READS, 'ticket.note'),
  viewer: grant('any', ...READS, ...PEOPLE_READS),
  customer: {
    // Whoever may write to a colleague's ticket may also go on from it once it is closed.
    ...grant(
      'organisation',
      'ticket.get',
      'ticket.find',
      'ticket.count',
      'ticket.timeline',
      'ticket.messages',
      'event.feed',
      'ticket.reply',
      'ticket.followUp',
    ),
    ...grant(
      'own',
      'ticket.open',
      'ticket.solve',
      'ticket.reopen',
      'customer.get',
      'customer.change',
      'organisation.get',
      'survey.byToken',
      'survey.answer',
      'survey.amend',
      'survey.unsubscribe',
      'survey.optOut',
      'survey.optIn',
    ),
  },
  bot: grant('any', ...READS, ...PEOPLE_READS, ...WORK, 'customer.create', 'customer.change'),
  system: { '*': 'any' },
}

// From the narrowest to the widest. A scope that is for others is as `own`, so it never outdoes one that is more.
const AGENT_REACH: readonly Scope[] = ['organisation', 'own', 'team', 'any']
const CUSTOMER_REACH: readonly Scope[] = ['team', 'own', 'organisation', 'any']

export const accessFaults = {
  'access.forbidden': {
    kind: 'forbidden',
    says: (d: { readonly permission: string; readonly actorKind: string; readonly actorId: string }) =>
      `${d.actorKind} ${d.actorId} has no permission ${d.permission} here; ask an admin for a role that has it.`,
  },
} as const
const fault = faultsOf(accessFaults)

export function forbidden(actor: Actor, permission: string): DeskError {
  return fault('access.forbidden', { permission, actorKind: actor.kind, actorId: actor.id })
}

/** How far an actor's permission reaches; `null`: not at all. The widest of its roles counts. */
export function reachOf(principal: Principal, permission: string): Scope | null {
  const noun = `${permission.slice(0, permission.indexOf('.'))}.*`
  const names = [permission, noun, '*']
  if (principal.only?.some((name) => names.includes(name)) === false) return null
  const reaches = principal.actor.kind === 'customer' ? CUSTOMER_REACH : AGENT_REACH
  let widest = -1
  for (const role of principal.roles)
    for (const name of names)
      if (Object.hasOwn(role, name)) widest = Math.max(widest, reaches.indexOf(role[name] as Scope))
  return reaches[widest] ?? null
}

const NOTHING: Condition = { any: [] }

/**
 * The records a permission reaches, as a condition; `null`: all of them. `get` reads it in memory, `find` and `count`
 * hand it to the store: so all of them show the same records.
 */
export function reachedRecords(principal: Principal, permission: string, kind: string): Condition | null {
  const scope = reachOf(principal, permission)
  if (scope === null) return NOTHING
  const reached = kind === 'ticket' ? reachedTickets(principal, scope) : reachedPeople(principal, scope, kind)
  if (kind !== 'ticket' || reachOf(principal, 'ticket.restore') !== null) return reached
  const standing: Condition = { field: 'deletedAt', is: null }
  return reached === null ? standing : { all: [reached, standing] }
}

function reachedTickets(principal: Principal, scope: Scope): Condition | null {
  if (scope === 'any') return null
  const { actor, customerIds, teamIds, sharedOrganisationIds } = principal
  const ids = actor.kind === 'customer' ? customerIds : [actor.id]
  const reached: Condition[] = ids.map((has) => ({ field: 'followerIds', has }))
  if (actor.kind === 'customer') reached.push({ field: 'requesterId', in: customerIds })
  else reached.push({ field: 'assigneeId', is: actor.id })
  if (scope === 'team' && teamIds.length > 0) reached.push({ field: 'teamId', in: teamIds })
  if (scope === 'organisation' && sharedOrganisationIds.length > 0)
    reached.push({ field: 'organisationId', in: sharedOrganisationIds })
  return { any: reached }
}

function reachedPeople(principal: Principal, scope: Scope, kind: string): Condition | null {
  if (scope === 'any') return null
  const { actor, customerIds, sharedOrganisationIds, teamIds } = principal
  switch (kind) {
    case 'customer':
      return actor.kind === 'customer' ? { field: 'id', in: customerIds } : NOTHING
    case 'agent':
      return { field: 'id', is: actor.id }
    case 'team':
      return { field: 'id', in: teamIds }
    case 'organisation':
      return { field: 'id', in: sharedOrganisationIds }
    default:
      return NOTHING
  }
}

/** Whether a ticket may be given to an agent: an active one, open for work, whose rights reach it. */
export function mayOwn(agent: Agent, roles: readonly Role[], ticket: { readonly teamId: TeamId | null }): boolean {
  if (!agent.active || !agent.accepting) return false
  const principal: Principal = {
    actor: { kind: 'agent', id: agent.id },
    agent,
    roles,
    teamIds: agent.teamIds,
    customerIds: [],
    sharedOrganisationIds: [],
  }
  const reach = reachOf(principal, 'ticket.solve')
  if (reach === 'team') return ticket.teamId !== null && agent.teamIds.includes(ticket.teamId)
  return reach !== null
}
