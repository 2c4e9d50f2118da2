/** Which kinds of record there are, which of their fields conditions may name, and which of those a store indexes: declared once. */
import { apiKeyFields } from '../domain/api-keys/api-key.ts'
import type { FieldType, FieldTypes } from '../domain/condition.ts'
import { escalationFields } from '../domain/escalation/escalation.ts'
import { agentFields, customerFields, organisationFields, teamFields } from '../domain/people/people.ts'
import type { RecordKind } from '../domain/records.ts'
import { MEASURE_COLUMNS, measureFields } from '../domain/reporting/measure.ts'
import { surveyFields } from '../domain/surveys/survey.ts'
import { linkFields } from '../domain/tickets/links.ts'
import { messageFields } from '../domain/tickets/message.ts'
import { ticketFields } from '../domain/tickets/ticket.ts'

export interface Table {
  /** Fields that conditions may name. */
  readonly fields: FieldTypes
  /** Those of them that a store keeps as columns beside the document. Only columns can be ordered by. */
  readonly columns: readonly string[]
  /** Columns that are indexed together, always behind the tenant; the id stands behind them. */
  readonly indexes: readonly (readonly string[])[]
  /** Whether the host's own typed fields live under `fields.`, and conditions may name them. */
  readonly custom: boolean
}

function table<const F extends Readonly<Record<string, FieldType>>, const C extends readonly (keyof F & string)[]>(
  fields: F,
  rest: { columns: C; indexes: readonly (readonly C[number][])[]; custom: boolean },
) {
  return { fields, ...rest }
}

export const tables = {
  ticket: table(ticketFields, {
    columns: [
      'number',
      'status',
      'category',
      'priority',
      'type',
      'assigneeId',
      'teamId',
      'requesterId',
      'organisationId',
      'channel',
      'followUpOf',
      'parentId',
      'openedAt',
      'changedAt',
      'solvedAt',
      'closedAt',
      'snoozedUntil',
      'deletedAt',
      'slaPolicy',
      'nextDueAt',
      'slaBreached',
    ],
    indexes: [
      ['number'],
      ['status', 'priority', 'changedAt'],
      ['assigneeId', 'category', 'changedAt'],
      ['teamId', 'category', 'changedAt'],
      ['requesterId', 'changedAt'],
      ['organisationId', 'changedAt'],
      ['parentId', 'category'],
      ['nextDueAt'],
      ['openedAt'],
      ['changedAt'],
    ],
    custom: true,
  }),
  message: table(messageFields, {
    columns: ['ticketId', 'seq', 'visibility', 'authorKind', 'postedAt'],
    indexes: [['ticketId', 'seq']],
    custom: false,
  }),
  customer: table(customerFields, {
    columns: ['organisationId', 'externalId', 'createdAt'],
    indexes: [['organisationId'], ['externalId'], ['createdAt']],
    custom: true,
  }),
  organisation: table(organisationFields, {
    columns: ['externalId', 'createdAt'],
    indexes: [['createdAt']],
    custom: true,
  }),
  agent: table(agentFields, {
    columns: ['externalId', 'active', 'createdAt'],
    indexes: [['createdAt']],
    custom: false,
  }),
  team: table(teamFields, { columns: ['createdAt'], indexes: [['createdAt']], custom: false }),
  /** From a person's e-mail address, phone number or login to the customer: the id is a digest, so that no key is personal. */
  identity: table({ customerId: 'text' }, { columns: ['customerId'], indexes: [['customerId']], custom: false }),
  /** Which version of each policy is in force. One record a tenant, with the id `current`. */
  policies: table({}, { columns: [], indexes: [], custom: false }),
  /** The clocks of a ticket, under the ticket's id. */
  clocks: table({}, { columns: [], indexes: [], custom: false }),
  /** A relation of two tickets, for both of them; the id is made of its type and its ends. */
  link: table(linkFields, {
    columns: ['type', 'fromId', 'toId'],
    indexes: [
      ['fromId', 'type'],
      ['toId', 'type'],
    ],
    custom: false,
  }),
  /** How many children and blockers a ticket has, under the ticket's id; only of tickets that ever had some. */
  family: table({}, { columns: [], indexes: [], custom: false }),
  /** What the paths of `blocks` are checked under. One record a tenant, with the id `blocks`. */
  graph: table({}, { columns: [], indexes: [], custom: false }),
  /** A ladder at work for a ticket, under the digest of its key. */
  escalation: table(escalationFields, {
    columns: ['ticketId', 'policy', 'status', 'nextAt', 'startedAt'],
    indexes: [['ticketId'], ['status', 'startedAt'], ['startedAt']],
    custom: false,
  }),
  /** One invitation to a survey, and its answer. */
  survey: table(surveyFields, {
    columns: [
      ...['ticketId', 'customerId', 'state', 'consideredAt', 'sentAt', 'answeredAt'],
      ...['kind', 'answeredMonth', 'teamId', 'score', 'occasion'],
    ] as const,
    indexes: [
      ...[['ticketId'], ['customerId'], ['consideredAt'], ['sentAt'], ['answeredAt']],
      // Satisfaction by month and team is counted in it, without reading a row.
      ['kind', 'answeredMonth', 'teamId', 'score', 'answeredAt', 'occasion'],
    ] as const,
    custom: false,
  }),
  /** What is known of a customer in the matter of surveys, under the customer's id. */
  respondent: table({ id: 'text' }, { columns: [], indexes: [], custom: false }),
  /** An API key, by the hash of its text. */
  apiKey: table(apiKeyFields, { columns: ['createdAt'], indexes: [['createdAt']], custom: false }),
  /** What reports count and time: each is of what happened to a ticket once. */
  measure: table(measureFields, {
    columns: MEASURE_COLUMNS,
    // A median, and what is no whole month, are found in it without reading a row. Each further one would be paid for at
    // every reply and solution.
    indexes: [['what', 'month', 'lengthBucket', 'lengthMs', 'at']],
    custom: false,
  }),
  /** One published version of one policy. */
  policyVersion: table(
    { name: 'text', number: 'number' },
    { columns: ['name', 'number'], indexes: [['name', 'number']], custom: false },
  ),
} as const satisfies Record<RecordKind, Table>

export type { RecordKind }

export const RECORD_KINDS = Object.keys(tables) as RecordKind[]
