/** The policy document of scenarios: which tickets a parent is broken down into, and what each takes from the parent. */
import * as z from 'zod'
import { id } from '../inputs.ts'
import { FIELD_PART, followedPart, partOf } from './followed-part.ts'
import { LEVELS, PRIORITIES, TICKET_TYPES } from './ticket.ts'

/** A part of a ticket that a child may take from its parent. */
const copied = partOf('type|priority|tags|teamId|assigneeId', 'type, priority, tags, teamId, assigneeId')

const PLACE = /\{([^{}]*)\}/g

/** Text in which `{subject}`, `{number}` and `{fields.<name>}` stand for the parent's. */
const template = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .superRefine((text, check) => {
      for (const [place, name = ''] of text.matchAll(PLACE))
        if (!new RegExp(`^(subject|number|${FIELD_PART})$`).test(name))
          check.addIssue({ code: 'custom', message: `${place} is none of {subject}, {number}, {fields.<name>}` })
    })

/** A template with its places filled. */
export function fillTemplate(text: string, filling: (name: string) => string): string {
  return text.replaceAll(PLACE, (_, name: string) => filling(name))
}

const values = z.strictObject({
  type: z.enum(TICKET_TYPES).optional(),
  impact: z.enum(LEVELS).optional(),
  urgency: z.enum(LEVELS).optional(),
  priority: z.enum(PRIORITIES).optional(),
  teamId: id('team').optional(),
  assigneeId: id('agent').optional(),
  /** Whose ticket the child is. Absent: the parent's requester, who then sees it. */
  requesterId: id('customer').optional(),
  tags: z.array(z.string().min(1).max(100)).max(100).optional(),
  fields: z.record(z.string().max(100), z.json()).optional(),
})

const child = z
  .strictObject({
    subject: template(500),
    /** The first message. */
    body: template(10_000).default('{subject}'),
    /** The same whatever the parent. */
    values: values.prefault({}),
    /** As the parent has it when the child is opened. */
    inherit: z.array(copied).max(50).default([]),
    /** From a part of the child to the part of the parent that it is copied from. */
    map: z.record(copied, copied).default({}),
    /** As the parent has it, from then on, until the child is given its own. Absent: what the `relations` policy says. */
    follow: z.array(followedPart).max(50).optional(),
  })
  .superRefine((document, check) => {
    for (const name of givenTwice(document)) check.addIssue({ code: 'custom', message: `${name} is given in two ways` })
    for (const [to, from] of Object.entries(document.map))
      if (to !== from && !to.startsWith('fields.') && !from.startsWith('fields.'))
        check.addIssue({ code: 'custom', path: ['map', to], message: `${from} can never be a ${to}` })
  })

type Given = Pick<z.output<typeof child>, 'values' | 'inherit' | 'map' | 'follow'>

/** The parts that a child is given in more than one way, of which one would win unseen. */
function givenTwice(document: Given): string[] {
  const names = [...partsGiven(document), ...(document.follow ?? [])]
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))]
}

/** The parts that a child is given a value of: fixed, inherited or mapped. */
export function partsGiven({
  values: { fields = {}, requesterId: _, ...own },
  inherit,
  map,
}: Omit<Given, 'follow'>): string[] {
  const { impact, urgency, priority, ...rest } = own
  return [
    ...((impact ?? urgency ?? priority) ? ['priority'] : []),
    ...Object.keys(rest),
    ...Object.keys(fields).map((name) => `fields.${name}`),
    ...inherit,
    ...Object.keys(map),
  ]
}

/** Scenarios by name: the children of each are opened in their order. */
export const scenariosPolicy = z.strictObject({
  scenarios: z.record(
    z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a scenario is named in lower case, digits and hyphens'),
    z.strictObject({ children: z.array(child).min(1).max(100) }),
  ),
})

export type ScenarioPolicy = z.output<typeof scenariosPolicy>
export type ScenarioChild = ScenarioPolicy['scenarios'][string]['children'][number]
