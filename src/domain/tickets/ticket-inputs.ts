/** What is asked of a ticket: the schema of each command, checked at the wall. */
import * as z from 'zod'
import { personInput } from '../identity.ts'
import { customFields, id, instant, line, text } from '../inputs.ts'
import { followedPart } from './followed-part.ts'
import { CHANNELS } from './message.ts'
import { LEVELS, PRIORITIES, TICKET_TYPES } from './ticket.ts'

const ticketId = id('ticket')
const body = text(1_000_000)
const tag = line(100)
const tags = z.array(tag).max(100)
const status = z.string().max(40)
const follower = z.union([id('agent'), id('customer')])
const externalRefs = z.array(z.strictObject({ system: line(100), id: line(254) })).max(50)
const attachments = z
  .array(
    z.strictObject({
      ref: line(1000),
      name: line(255),
      mediaType: line(255),
      bytes: z.int().min(0),
    }),
  )
  .max(100)
  .default([])
const channel = z.enum(CHANNELS)
/** Solves or closes in spite of open children or blockers, with the right `ticket.overrideGuard`. */
const override = z.strictObject({ reason: line(500) }).optional()

export const openTicket = z
  .strictObject({
    /** Who needs help. A customer opens for themselves and leaves it out. */
    requester: personInput.optional(),
    subject: line(500),
    body,
    attachments,
    /** Whose words the body is. Absent: an agent's own when an agent opens, else the requester's. */
    author: z.enum(['requester', 'actor']).optional(),
    channel: channel.default('api'),
    type: z.enum(TICKET_TYPES).default('question'),
    impact: z.enum(LEVELS).optional(),
    urgency: z.enum(LEVELS).optional(),
    /** By hand; absent: from impact and urgency. */
    priority: z.enum(PRIORITIES).optional(),
    tags: tags.default([]),
    assigneeId: id('agent').optional(),
    teamId: id('team').optional(),
    followerIds: z.array(follower).max(100).default([]),
    externalRefs: externalRefs.default([]),
    fields: customFields.optional(),
    /** The ticket that it is to be a part of. */
    parentId: id('ticket').optional(),
    /** Parts that are its parent's until it is given its own; absent: those of the `relations` policy that are not given here. */
    follows: z.array(followedPart).max(50).optional(),
  })
  .refine(({ follows, parentId }) => follows === undefined || parentId !== undefined, 'follows needs a parentId')

/** Which of the tickets merged into it the words belong to, and so who reads them. Absent: none of them. */
const inId = id('ticket').optional()

export const replyTicket = z.strictObject({
  ticketId,
  inId,
  body,
  attachments,
  channel: channel.optional(),
  /** Written by a machine without a person behind it: it moves no status and no clock. */
  automatic: z.boolean().default(false),
  /** Moves the ticket in the same commit, after the message. */
  status: status.optional(),
  override,
})

export const noteTicket = z.strictObject({ ticketId, inId, body, attachments, channel: channel.optional() })

export const sideMessage = z.strictObject({
  ticketId,
  inId,
  to: z
    .array(
      z.strictObject({
        email: line(254).regex(/^[^\s@<>]+@[^\s@<>]+$/, 'is not an e-mail address'),
        name: line(200).optional(),
      }),
    )
    .min(1)
    .max(50),
  body,
  attachments,
})

export const editMessage = z.strictObject({ ticketId, messageId: id('message'), body })
export const redactMessage = z.strictObject({ ticketId, messageId: id('message'), reason: line(500) })

/** `null` takes the assignee or the team away; absent leaves it. */
export const assignTicket = z
  .strictObject({ ticketId, assigneeId: id('agent').nullable().optional(), teamId: id('team').nullable().optional() })
  .refine(
    (input) => input.assigneeId !== undefined || input.teamId !== undefined,
    'name an assigneeId, a teamId, or both',
  )

export const changeTicket = z
  .strictObject({
    ticketId,
    subject: line(500).optional(),
    type: z.enum(TICKET_TYPES).optional(),
    impact: z.enum(LEVELS).nullable().optional(),
    urgency: z.enum(LEVELS).nullable().optional(),
    /** By hand; `null` gives it back to impact and urgency. */
    priority: z.enum(PRIORITIES).nullable().optional(),
    externalRefs: externalRefs.optional(),
    requester: personInput.optional(),
    /** Only the named ones change; `null` removes one. */
    fields: customFields.optional(),
  })
  .refine(
    ({ ticketId: _, ...changes }) => Object.values(changes).some((value) => value !== undefined),
    'names nothing to change',
  )

export const tagTicket = z
  .strictObject({ ticketId, add: tags.default([]), remove: tags.default([]) })
  .refine(({ add, remove }) => add.length + remove.length > 0, 'names no tag')
export const followTicket = z
  .strictObject({
    ticketId,
    add: z.array(follower).max(100).default([]),
    remove: z.array(follower).max(100).default([]),
  })
  .refine(({ add, remove }) => add.length + remove.length > 0, 'names nobody')

/** `status` names one of the host's statuses of the category; absent: the category's first. */
export const moveTicket = z.strictObject({ ticketId, status: status.optional() })
/** `resolution` is told to the requester, and to those of the incidents and children that are solved with it. */
export const solveTicket = z.strictObject({ ...moveTicket.shape, override, resolution: body.optional() })
export const closeTicket = z.strictObject({ ...moveTicket.shape, override })
export const snoozeTicket = z.strictObject({ ticketId, until: instant })
export const wakeTicket = z.strictObject({ ticketId })
export const followUpTicket = z.strictObject({
  ticketId,
  subject: line(500).optional(),
  body,
  attachments,
  channel: channel.optional(),
})
export const deleteTicket = z.strictObject({ ticketId, reason: line(500).optional() })
export const restoreTicket = z.strictObject({ ticketId })
