/** The words for people: customers and their identities, organisations, agents, teams, and who acts. */
import type { FieldType } from '../condition.ts'
import type { AgentId, CustomerId, OrganisationId, TeamId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { Instant } from '../time.ts'

export const ACTOR_KINDS = ['agent', 'customer', 'bot', 'rule', 'system'] as const
export type ActorKind = (typeof ACTOR_KINDS)[number]

/** Who asks. Agents and customers are records of the tenant; bots, rules and the system are named by the host. */
export type Actor =
  | { readonly kind: 'agent'; readonly id: AgentId }
  | { readonly kind: 'customer'; readonly id: CustomerId }
  | { readonly kind: 'bot' | 'rule' | 'system'; readonly id: string }

export const IDENTITY_KINDS = ['email', 'phone', 'social', 'login'] as const

/** One way to recognise a person. Unique in the tenant: an identity belongs to one customer. */
export interface Identity {
  readonly kind: (typeof IDENTITY_KINDS)[number]
  /** Normalised: e-mail in lower case, phone as E.164, social and login as given. */
  readonly value: string
  /** When the host proved that the person owns it; `null`: claimed only. */
  readonly verifiedAt: Instant | null
}

export interface Customer<Fields = JsonObject> {
  readonly id: CustomerId
  readonly version: number
  readonly name: string | null
  readonly identities: readonly Identity[]
  readonly organisationId: OrganisationId | null
  /** The host's own id of this person. */
  readonly externalId: string | null
  /** BCP 47, for example `de-CH`. */
  readonly language: string | null
  /** IANA, for example `Europe/Zurich`. */
  readonly timeZone: string | null
  readonly fields: Fields
  readonly createdAt: Instant
  readonly changedAt: Instant
  /** Set: this record is a pointer; the person goes on under that id. */
  readonly mergedInto: CustomerId | null
  /** Ids that were merged into this one, at any remove. */
  readonly mergedFrom: readonly CustomerId[]
}

export interface Organisation<Fields = JsonObject> {
  readonly id: OrganisationId
  readonly version: number
  readonly name: string
  readonly externalId: string | null
  /** Whether its customers see each other's tickets. */
  readonly sharesTickets: boolean
  readonly fields: Fields
  readonly createdAt: Instant
  readonly changedAt: Instant
  readonly mergedInto: OrganisationId | null
  readonly mergedFrom: readonly OrganisationId[]
}

export interface Agent {
  readonly id: AgentId
  readonly version: number
  readonly name: string
  readonly email: string | null
  readonly externalId: string | null
  /** Names of roles, of which each permission counts. */
  readonly roles: readonly string[]
  readonly teamIds: readonly TeamId[]
  /** Whether new tickets may be assigned to this agent. */
  readonly accepting: boolean
  /** Inactive agents may do nothing and own nothing. */
  readonly active: boolean
  readonly createdAt: Instant
  readonly changedAt: Instant
}

export interface Team {
  readonly id: TeamId
  readonly version: number
  readonly name: string
  readonly createdAt: Instant
  readonly changedAt: Instant
}

export const customerFields = {
  id: 'text',
  name: 'text',
  organisationId: 'text',
  externalId: 'text',
  language: 'text',
  timeZone: 'text',
  createdAt: 'instant',
  changedAt: 'instant',
  mergedInto: 'text',
  mergedFrom: 'list',
} as const satisfies Partial<Record<keyof Customer, FieldType>>

export const organisationFields = {
  id: 'text',
  name: 'text',
  externalId: 'text',
  sharesTickets: 'boolean',
  createdAt: 'instant',
  changedAt: 'instant',
  mergedInto: 'text',
} as const satisfies Partial<Record<keyof Organisation, FieldType>>

export const agentFields = {
  id: 'text',
  name: 'text',
  externalId: 'text',
  roles: 'list',
  teamIds: 'list',
  accepting: 'boolean',
  active: 'boolean',
  createdAt: 'instant',
  changedAt: 'instant',
} as const satisfies Partial<Record<keyof Agent, FieldType>>

export const teamFields = {
  id: 'text',
  name: 'text',
  createdAt: 'instant',
  changedAt: 'instant',
} as const satisfies Partial<Record<keyof Team, FieldType>>

/** What the journal says of a person: that something changed, never the name or the address. */
export interface CustomerEvents {
  'customer.created': {
    readonly organisationId: OrganisationId | null
    readonly externalId: string | null
    readonly language: string | null
    readonly timeZone: string | null
    readonly fields: JsonObject
    /** How many identities of each kind. */
    readonly identities: number
  }
  'customer.changed': {
    readonly organisationId?: OrganisationId | null
    readonly externalId?: string | null
    readonly language?: string | null
    readonly timeZone?: string | null
    readonly fields?: JsonObject
    readonly personal?: readonly string[]
  }
  /** On the record that became a pointer. */
  'customer.merged': { readonly into: CustomerId }
  /** On the record that goes on. */
  'customer.absorbed': { readonly from: CustomerId; readonly ids: readonly CustomerId[] }
}

export interface CustomerText {
  readonly name?: string | null
  readonly identities?: readonly Identity[]
  readonly fields?: JsonObject
}

export interface OrganisationEvents {
  'organisation.created': {
    readonly name: string
    readonly externalId: string | null
    readonly sharesTickets: boolean
    readonly fields: JsonObject
  }
  'organisation.changed': {
    readonly name?: string
    readonly externalId?: string | null
    readonly sharesTickets?: boolean
    readonly fields?: JsonObject
  }
  'organisation.merged': { readonly into: OrganisationId }
  'organisation.absorbed': { readonly from: OrganisationId; readonly ids: readonly OrganisationId[] }
}

export interface AgentEvents {
  'agent.created': {
    readonly externalId: string | null
    readonly roles: readonly string[]
    readonly teamIds: readonly TeamId[]
  }
  'agent.changed': {
    readonly externalId?: string | null
    readonly roles?: readonly string[]
    readonly teamIds?: readonly TeamId[]
    readonly accepting?: boolean
    readonly personal?: readonly string[]
  }
  'agent.deactivated': Record<never, never>
  'agent.reactivated': Record<never, never>
}

export interface AgentText {
  readonly name?: string
  readonly email?: string | null
}

export interface TeamEvents {
  'team.created': { readonly name: string }
  'team.changed': { readonly name: string }
}
