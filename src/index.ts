/** The front door: a desk, its refusals, and the types that a host writes down. */
import { system } from './adapters/system/system.ts'
import type { FieldSchemas } from './desk/acting.ts'
import { assembleDesk, type Desk, type DeskOptions } from './desk/desk.ts'

/**
 * Opens a desk on a store; makes or updates the store's schema first.
 *
 * @throws DeskError `policy.invalid` for policies that do not hold, `store.*` when the store cannot be used.
 * @example
 * ```ts
 * import { createDesk } from 'deskwright'
 * import { memoryStore } from 'deskwright/memory'
 *
 * const desk = await createDesk({ store: memoryStore() })
 * const me = desk.as({ by: { kind: 'system', id: 'example' } })
 * const ticket = await me.ticket.open({ requester: { email: 'ada@example.org' }, subject: 'It hums', body: 'Since noon.' })
 * ```
 */
export function createDesk<const S extends FieldSchemas = Record<never, never>>(
  options: DeskOptions<S>,
): Promise<Desk<S>> {
  return assembleDesk(options, system)
}

export type { ActingContext } from './desk/act.ts'
export type {
  Acting,
  BatchItem,
  CommandInput,
  CommandOptions,
  CommandOutput,
  CountInput,
  FieldSchemas,
  FieldsOf,
  FindInput,
  HostPolicies,
  Outcomes,
  QueryInput,
  QueryOutput,
} from './desk/acting.ts'
export type { Outcome } from './desk/batch.ts'
export type { Listener, Problem } from './desk/bus.ts'
export type { CommandName } from './desk/commands.ts'
export type { DeadRequest, DeadTask } from './desk/dead-tasks.ts'
export type { Desk, DeskOptions, DeskWithin, Ticked } from './desk/desk.ts'
export type { EscalationTimes, LogEntry } from './desk/escalation-reads.ts'
export type { Cause, DeskEvent } from './desk/events.ts'
export type { FeedPage, FeedRequest } from './desk/feed.ts'
export type { Workaround } from './desk/known-error-reads.ts'
export type { EventPage } from './desk/late-queries.ts'
export type { Logger, LogLevel } from './desk/log-work.ts'
export type { Ending, Observer, Watch, Work } from './desk/observe.ts'
export type { CoverageSpan, OnCallPerson, ScheduleCoverage } from './desk/on-call-reads.ts'
export { type DoneIds, type Once, onceOnly } from './desk/once.ts'
export type {
  Change,
  Check,
  Claim,
  ClaimRef,
  Clock,
  CommandRow,
  CommitOutcome,
  CountRow,
  FindRequest,
  HistoryRequest,
  JournalEntry,
  Order,
  RandomSource,
  RecordKey,
  Settlement,
  Store,
  StoreCapabilities,
  StoredEntry,
  StoredRecord,
  StoreState,
  Task,
  TaskKey,
  Write,
} from './desk/ports.ts'
export type { QueryName } from './desk/queries.ts'
export type { Page } from './desk/record-reads.ts'
export type { SimulatedDifference, SimulatedRow, Simulation } from './desk/simulate-clocks.ts'
export type { Attained, ClockDifference, Rebuilt, SlaExplanation, SlaStanding } from './desk/sla-reads.ts'
export type { SurveyForm, SurveyInvitation, SurveyPage, SurveyShown } from './desk/survey-reads.ts'
export type { ScoreGroup, SurveyAudit, SurveyScores, SurveyTally } from './desk/survey-scores.ts'
export { type Table, tables } from './desk/tables.ts'
export type { Timeline, TimelineEntry } from './desk/timeline.ts'
export type { Delivery, DeliveryFailure, Transport } from './desk/transport.ts'
export type { RolledUp, SlaState, Tree, TreeNode } from './desk/tree.ts'
export { drawTree } from './desk/tree-drawing.ts'
export type { Links, Relative, SeenLink } from './desk/tree-reads.ts'
export type { Finding, Verification } from './desk/verify.ts'
export type { Worker } from './desk/worker.ts'
export type { Role, Scope } from './domain/access.ts'
export type { Condition, ConditionOn, FieldType, FieldTypes, Leaf } from './domain/condition.ts'
export { CONDITION_LIMITS, type ConditionShape, checkCondition } from './domain/condition-check.ts'
export { compareText, compareValues, compileCondition, fieldOf, meets } from './domain/condition-read.ts'
export { saysTrace, type Trace, traceCondition } from './domain/condition-trace.ts'
export type { EventData, EventName } from './domain/decider.ts'
export type {
  Escalation,
  EscalationStart,
  EscalationStatus,
  ShownEscalation,
  StepCommand,
  ToldPerson,
} from './domain/escalation/escalation.ts'
export { DeskError, type FaultKind, isDeskError } from './domain/fault.ts'
export type { StandardSchema } from './domain/fields.ts'
export type {
  AgentId,
  CustomerId,
  EscalationId,
  MessageId,
  OrganisationId,
  SurveyId,
  TeamId,
  TicketId,
} from './domain/ids.ts'
export type { Json, JsonObject } from './domain/json.ts'
export type { Actor, Agent, Customer, Identity, Organisation, Team } from './domain/people/people.ts'
export type { Policies, PolicyDocuments, PolicyInputs, PolicyName, PolicyVersion } from './domain/policy.ts'
export type { RecordKind, Records } from './domain/records.ts'
export { fault as storeFault } from './domain/refusals.ts'
export type { Figure, Period, Report, ReportGroup, ReportUnit } from './domain/reporting/report.ts'
export type { Question } from './domain/surveys/question.ts'
export type { Respondent, Survey, SurveyState } from './domain/surveys/survey.ts'
export type { Cascaded, CascadeKind, CascadeOrder, Resolution } from './domain/tickets/cascade-words.ts'
export type { Attachment, Channel, Correspondent, Message, Visibility } from './domain/tickets/message.ts'
export type { Category, ExternalRef, Level, Priority, Ticket, TicketType } from './domain/tickets/ticket.ts'
export type { DurationLike, Instant, InstantLike } from './domain/time.ts'
