/** Which kinds of record there are, and the type of each: what stores keep and commands read. */

import type { ApiKey } from './api-keys/api-key.ts'
import type { Escalation } from './escalation/escalation.ts'
import type { CustomerId } from './ids.ts'
import type { JsonObject } from './json.ts'
import type { Agent, Customer, Organisation, Team } from './people/people.ts'
import type { Policies, PolicyVersion } from './policy.ts'
import type { Measure } from './reporting/measure.ts'
import type { Respondent, Survey } from './surveys/survey.ts'
import type { Family, Graph } from './tickets/family.ts'
import type { Link } from './tickets/links.ts'
import type { Message } from './tickets/message.ts'
import type { Ticket } from './tickets/ticket.ts'

/** The host's own typed fields, by kind of record. */
export interface Fields {
  readonly ticket: object
  readonly customer: object
  readonly organisation: object
}

export interface AnyFields {
  readonly ticket: JsonObject
  readonly customer: JsonObject
  readonly organisation: JsonObject
}

export interface Identified {
  readonly customerId: CustomerId
}

/** A ticket's clocks at work: the state of `deskwright/sla`, whose own instants are epoch milliseconds. */
export interface ClocksRecord {
  readonly id: string
  readonly version: number
  readonly state: JsonObject
}

export interface Records<F extends Fields = AnyFields> {
  readonly ticket: Ticket<F['ticket']>
  readonly message: Message
  readonly customer: Customer<F['customer']>
  readonly organisation: Organisation<F['organisation']>
  readonly agent: Agent
  readonly team: Team
  readonly identity: Identified
  readonly policies: Policies
  readonly policyVersion: PolicyVersion
  readonly clocks: ClocksRecord
  readonly link: Link
  readonly family: Family
  readonly graph: Graph
  readonly survey: Survey
  readonly escalation: Escalation
  readonly respondent: Respondent
  readonly apiKey: ApiKey
  readonly measure: Measure
}

export type RecordKind = keyof Records

export interface RecordRef<K extends RecordKind = RecordKind> {
  readonly kind: K
  readonly id: string
}
