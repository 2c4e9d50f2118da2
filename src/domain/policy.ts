/** The words of policies: versioned documents that an admin publishes, each version with the time for which it held. */
import type * as z from 'zod'
import type { JsonObject } from './json.ts'
import type { policySchemas } from './policy-schemas.ts'
import type { Instant } from './time.ts'

export type PolicyName = keyof typeof policySchemas
export const POLICY_NAMES: readonly [PolicyName, ...PolicyName[]] = [
  'statuses',
  'priority',
  'lifecycle',
  'roles',
  'calendars',
  'sla',
  'relations',
  'scenarios',
  'surveys',
  'escalation',
  'onCall',
  'reports',
]

/** The document of each kind of policy. */
export type PolicyDocuments = { readonly [N in PolicyName]: z.output<(typeof policySchemas)[N]> }
/** The same as a host writes it. */
export type PolicyInputs = { readonly [N in PolicyName]?: z.input<(typeof policySchemas)[N]> }

export type StatusPolicy = PolicyDocuments['statuses']
export type PriorityPolicy = PolicyDocuments['priority']
export type LifecyclePolicy = PolicyDocuments['lifecycle']
export type RelationPolicy = PolicyDocuments['relations']

/** Which version of each policy is in force in a tenant. */
export interface Policies {
  readonly id: 'current'
  readonly version: number
  readonly changedAt: Instant
  readonly inForce: Readonly<Record<string, { readonly version: number; readonly codeDigest: string | null }>>
}

/** One published version; it held from `from` until `until` (`null`: it holds). */
export interface PolicyVersion {
  readonly id: string
  readonly version: number
  readonly name: PolicyName
  readonly number: number
  readonly document: JsonObject
  readonly from: Instant
  readonly until: Instant | null
}

export interface PolicyEvents {
  /** `codeDigest` is set when the document came from the host's code, so that a later start sees whether the code changed. */
  'policy.published': {
    readonly name: PolicyName
    readonly number: number
    readonly document: JsonObject
    readonly codeDigest: string | null
  }
}

/** What holds until a host says otherwise. */
export const DEFAULT_POLICIES: PolicyDocuments = {
  statuses: {
    statuses: [
      { name: 'new', category: 'new' },
      { name: 'open', category: 'open' },
      { name: 'pending', category: 'pending' },
      { name: 'hold', category: 'hold' },
      { name: 'solved', category: 'solved' },
      { name: 'closed', category: 'closed' },
    ],
  },
  // Impact + urgency - 1, the lookup that ITIL tools ship.
  priority: {
    matrix: {
      high: { high: 'P1', medium: 'P2', low: 'P3' },
      medium: { high: 'P2', medium: 'P3', low: 'P4' },
      low: { high: 'P3', medium: 'P4', low: 'P5' },
    },
    otherwise: 'P3',
  },
  lifecycle: {
    reopenWindow: '672h',
    closeAfter: '672h',
    solveAfterSilence: null,
    customerReplyResumes: { pending: true, hold: true },
  },
  roles: { roles: {} },
  calendars: {},
  sla: { policies: [] },
  // As the schema fills in what is left out.
  relations: {
    depth: 3,
    openChildren: 200,
    guard: { parent: 'block', blocks: 'block' },
    cascade: 'off',
    cascadeAtOnce: 50,
    cancelStatus: null,
    whenChildrenSolved: 'nothing',
    whenChildReopened: 'nothing',
    follow: [],
    waitingOnChild: false,
    offerResolution: 'asked',
    merge: { inheritOldest: false },
  },
  scenarios: { scenarios: {} },
  surveys: { surveys: [], cap: { atMost: 1, within: '720h' }, ownAddresses: [], spamTags: ['spam'], segment: null },
  escalation: { policies: [] },
  onCall: { schedules: {}, contacts: {} },
  reports: { hours: null, segment: null },
}
