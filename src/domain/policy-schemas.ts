/** What a policy may say: the schema of each kind of document, checked when one is published. */
import * as z from 'zod'
import { duration } from './duration-input.ts'
import type { JsonObject } from './json.ts'
import { surveysPolicy } from './surveys/survey-policy.ts'
import { followedPart } from './tickets/followed-part.ts'
import { scenariosPolicy } from './tickets/scenario-policy.ts'
import { CATEGORIES, PRIORITIES } from './tickets/ticket.ts'

const statusName = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a status is named in lower case, digits and hyphens')

/** The host's own statuses. The first one of a category is that category's default. */
const statuses = z
  .strictObject({
    statuses: z
      .array(z.strictObject({ name: statusName, category: z.enum(CATEGORIES) }))
      .min(4)
      .max(60),
    /** From each status to those that may follow it. Absent: the graph of the categories. */
    transitions: z.record(statusName, z.array(statusName)).optional(),
  })
  .superRefine((document, check) => {
    const known = new Set(document.statuses.map((status) => status.name))
    if (known.size < document.statuses.length)
      check.addIssue({ code: 'custom', path: ['statuses'], message: 'a status is named twice' })
    for (const category of ['new', 'open', 'solved', 'closed'])
      if (!document.statuses.some((status) => status.category === category))
        check.addIssue({ code: 'custom', path: ['statuses'], message: `no status of category ${category}` })
    for (const [from, nexts] of Object.entries(document.transitions ?? {}))
      for (const name of [from, ...nexts])
        if (!known.has(name))
          check.addIssue({ code: 'custom', path: ['transitions', from], message: `${name} is no status` })
    for (const { name, category } of document.statuses)
      if (category === 'closed' && (document.transitions?.[name]?.length ?? 0) > 0)
        check.addIssue({
          code: 'custom',
          path: ['transitions', name],
          message: 'closed is final; nothing may follow it',
        })
  })

const level = z.enum(PRIORITIES)
const matrixRow = z.strictObject({ high: level, medium: level, low: level })

/** Priority by impact (outer key) and urgency (inner key). */
const priority = z.strictObject({
  matrix: z.strictObject({ high: matrixRow, medium: matrixRow, low: matrixRow }),
  /** While impact or urgency is unknown. */
  otherwise: level,
})

const lifecycle = z.strictObject({
  /** How long after solving a customer's reply reopens the ticket; later it becomes a follow-up. */
  reopenWindow: duration,
  /** How long after its last message a solved ticket is closed; `null`: never by itself. */
  closeAfter: duration.nullable(),
  /** How long a pending ticket waits for the customer before it is solved; `null`: for ever. */
  solveAfterSilence: duration.nullable(),
  /** Whether a customer's message takes a ticket out of these. */
  customerReplyResumes: z.strictObject({ pending: z.boolean(), hold: z.boolean() }),
})

const permission = z.string().regex(/^(\*|[a-z][A-Za-z]*\.(\*|[a-z][A-Za-z]*))$/)

/** Roles of the host's own; one with a built-in name replaces it. */
const roles = z.strictObject({
  roles: z.record(
    z.string().regex(/^[a-z][A-Za-z0-9-]{0,39}$/),
    z.record(permission, z.enum(['own', 'team', 'organisation', 'any'])),
  ),
})

/** Opening hours by name; `deskwright/sla` says what a calendar is, and checks each. */
const calendars = z.record(
  z.string().min(1).max(100),
  z.custom<JsonObject>((value) => value !== null && typeof value === 'object' && !Array.isArray(value), 'is no object'),
)

/** Promises in order, the first match holds; `deskwright/sla` says what a policy is, and checks each. */
const sla = z.strictObject({
  policies: z
    .array(z.custom<JsonObject>((value) => value !== null && typeof value === 'object', 'is no object'))
    .max(200),
})

/** Ladders; `deskwright/escalation` says what one is, and checks each. */
const escalation = z.strictObject({
  policies: z
    .array(z.custom<JsonObject>((value) => value !== null && typeof value === 'object', 'is no object'))
    .max(200),
})

const byName = z.record(
  z.string().min(1).max(100),
  z.custom<JsonObject>((value) => value !== null && typeof value === 'object', 'is no object'),
)

/** On-call schedules by name, and by agent's id how each wants to be reached. */
const onCall = z.strictObject({ schedules: byName.default({}), contacts: byName.default({}) })

const guard = z.enum(['none', 'warn', 'block'])

/** What tickets that hang together do to each other. What is left out is as it was made to be. */
const relations = z
  .strictObject({
    /** How many generations may stand below a ticket without a parent. */
    depth: z.int().min(1).max(10).default(3),
    /** How many children that are neither solved nor closed a ticket may be given. */
    openChildren: z.int().min(1).max(10_000).default(200),
    /** What open children, and open tickets that block it, do to a ticket that is to be solved or closed. */
    guard: z.strictObject({ parent: guard.default('block'), blocks: guard.default('block') }).prefault({}),
    /** What solving a parent does to its open children. Closed is never carried down. */
    cascade: z.enum(['off', 'resolveOpen', 'cancelOpen', 'detach']).default('off'),
    /** How many tickets a cascade changes in one commit; those beyond follow as a job. */
    cascadeAtOnce: z.int().min(1).max(200).default(50),
    /** The status that `cancelOpen` gives, of the category solved; `null`: the first of it. */
    cancelStatus: statusName.nullable().default(null),
    whenChildrenSolved: z.enum(['nothing', 'resumeParent', 'noteOnParent']).default('nothing'),
    whenChildReopened: z.enum(['nothing', 'reopenParent', 'noteOnParent']).default('nothing'),
    /** What children have of their parent until they are given their own, where nothing else is said. */
    follow: z.array(followedPart).max(50).default([]),
    /** Whether clocks that name `waitingOnChild` as a pause stand still while a ticket has open children. */
    waitingOnChild: z.boolean().default(false),
    /** Whether solving a problem tells its incidents how: when it is asked to, or always. */
    offerResolution: z.enum(['asked', 'always']).default('asked'),
    merge: z
      .strictObject({
        /** Reply clocks of the target count from the oldest unanswered message of either ticket. */
        inheritOldest: z.boolean().default(false),
      })
      .prefault({}),
  })
  .refine((document) => document.guard.parent !== 'block' || document.cascade === 'off', {
    path: ['cascade'],
    message: 'never comes to pass while guard.parent is block: a parent with open children is not solved',
  })

/** What measures of tickets are kept by. */
const reports = z.strictObject({
  /** The calendar whose hours are working time; `null`: lengths are of all time alone. */
  hours: z.string().min(1).max(100).nullable().default(null),
  /** The ticket's own field that names the customer segment. */
  segment: z.string().min(1).max(100).nullable().default(null),
})

/** The schema of each kind of policy. */
export const policySchemas = {
  statuses,
  priority,
  lifecycle,
  roles,
  calendars,
  sla,
  relations,
  scenarios: scenariosPolicy,
  surveys: surveysPolicy,
  escalation,
  onCall,
  reports,
} as const
