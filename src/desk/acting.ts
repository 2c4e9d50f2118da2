/** The types of `desk.ticket.solve()` and its kin, read off the two tables: a verb exists because its line does. */
import type * as z from 'zod'
import type { ConditionOn } from '../domain/condition.ts'
import type { SchemaInput, SchemaOutput, StandardSchema } from '../domain/fields.ts'
import type { PolicyDocuments, PolicyInputs, PolicyName } from '../domain/policy.ts'
import type { Fields, Records } from '../domain/records.ts'
import type { Report } from '../domain/reporting/report.ts'
import type { EscalationPolicyDefinition } from '../escalation/escalation-policy.ts'
import type { EscalationWarning } from '../escalation/lint-on-call.ts'
import type { ContactDefinition, OnCallScheduleDefinition } from '../escalation/on-call-schedule.ts'
import type { EscalationPreview } from '../escalation/preview-escalation.ts'
import type { CalendarDefinition } from '../sla/calendar-definition.ts'
import type { SlaPolicyDefinition } from '../sla/sla-policy.ts'
import type { Outcome } from './batch.ts'
import type { CommandName, Commands } from './commands.ts'
import type { EscalationTimes, LogEntry } from './escalation-reads.ts'
import type { FeedPage } from './feed.ts'
import type { Workaround } from './known-error-reads.ts'
import type { EventPage } from './late-queries.ts'
import type { OnCallPerson, ScheduleCoverage } from './on-call-reads.ts'
import type { CountRow } from './ports.ts'
import type { Queries, QueryName } from './queries.ts'
import type { Page } from './record-reads.ts'
import type { Simulation } from './simulate-clocks.ts'
import type { Attained, Rebuilt, SlaExplanation, SlaStanding } from './sla-reads.ts'
import type { SurveyForm, SurveyInvitation, SurveyPage, SurveyShown } from './survey-reads.ts'
import type { SurveyAudit, SurveyScores } from './survey-scores.ts'
import type { tables } from './tables.ts'
import type { Timeline } from './timeline.ts'
import type { Tree } from './tree.ts'
import type { Links } from './tree-reads.ts'

/** The schemas of a host's own fields, by kind of record. */
export interface FieldSchemas {
  readonly ticket?: StandardSchema | undefined
  readonly customer?: StandardSchema | undefined
  readonly organisation?: StandardSchema | undefined
}

type Kind = keyof Fields
type SchemaOf<S extends FieldSchemas, K extends Kind> = S[K] extends StandardSchema
  ? S[K]
  : StandardSchema<Record<never, never>>

/** What the host's schemas give back: the types of `fields` in records. */
export type FieldsOf<S extends FieldSchemas> = { readonly [K in Kind]: SchemaOutput<SchemaOf<S, K>> & object }
type GivenFields<S extends FieldSchemas, K extends Kind> = SchemaInput<SchemaOf<S, K>>

// A host that declares no fields can give none: `{}` alone would take any.
type Fieldless = { readonly fields?: undefined }
/** `fields` is needed exactly when the host's schema needs something. */
type Whole<I> = [keyof I] extends [never]
  ? Fieldless
  : Record<never, never> extends I
    ? { readonly fields?: I | undefined }
    : { readonly fields: I }
type Patch<I> = [keyof I] extends [never]
  ? Fieldless
  : { readonly fields?: { readonly [K in keyof I]?: I[K] | null } | undefined }

/** Policies as a host's code gives them. */
export type HostPolicies = Omit<PolicyInputs, 'calendars' | 'sla' | 'escalation' | 'onCall'> & {
  /** Opening hours by name. */
  readonly calendars?: Readonly<Record<string, CalendarDefinition>> | undefined
  /** Promises in order; the first whose condition a ticket meets is the ticket's. */
  readonly sla?: { readonly policies: readonly SlaPolicyDefinition[] } | undefined
  /** Escalation ladders, each with a name of its own. */
  readonly escalation?: { readonly policies: readonly EscalationPolicyDefinition[] } | undefined
  readonly onCall?:
    | {
        /** On-call schedules by name. */
        readonly schedules?: Readonly<Record<string, OnCallScheduleDefinition>> | undefined
        /** How each agent wants to be reached, by id. */
        readonly contacts?: Readonly<Record<string, ContactDefinition>> | undefined
      }
    | undefined
}

/** The document of each policy, as it is published. */
type Published = Omit<PolicyDocuments, Lenient> & Required<Pick<HostPolicies, Lenient>>
type Lenient = 'calendars' | 'sla' | 'relations' | 'scenarios' | 'surveys' | 'escalation' | 'onCall'

/** Which commands carry the host's fields, and how: held equal to the table by a type test. */
export interface CustomCommands {
  readonly 'ticket.open': 'whole'
  readonly 'ticket.change': 'patch'
  readonly 'customer.create': 'whole'
  readonly 'customer.change': 'patch'
  readonly 'organisation.create': 'whole'
  readonly 'organisation.change': 'patch'
}

/** What a caller hands in is only read: lists out of records, which are read-only, may be given as they are. */
type Given<T> = unknown extends T
  ? T
  : T extends string | number | boolean | Date | null | undefined
    ? T
    : T extends readonly (infer E)[]
      ? readonly Given<E>[]
      : { readonly [K in keyof T]: Given<T[K]> }

type NounOf<N extends string> = N extends `${infer Noun}.${string}` ? Noun : never

/** What a command takes. */
export type CommandInput<N extends CommandName, S extends FieldSchemas = FieldSchemas> = N extends keyof CustomCommands
  ? Omit<Given<z.input<Commands[N]['input']>>, 'fields'> &
      (CustomCommands[N] extends 'whole'
        ? Whole<GivenFields<S, NounOf<N> & Kind>>
        : Patch<GivenFields<S, NounOf<N> & Kind>>)
  : N extends 'policy.publish'
    ? { readonly [P in PolicyName]: { readonly name: P; readonly document: Published[P] } }[PolicyName]
    : Given<z.input<Commands[N]['input']>>

/** Which kind of record each command returns: held equal to the table by a type test. */
type ReturnOf<N extends CommandName> = N extends `ticket.${'reply' | 'note' | 'sideMessage' | 'editMessage' | 'redact'}`
  ? 'message'
  : N extends `sla.${string}`
    ? 'ticket'
    : N extends 'survey.plan'
      ? 'ticket'
      : N extends `survey.${'optOut' | 'optIn' | 'unsubscribe' | 'forget'}`
        ? 'respondent'
        : N extends 'policy.publish'
          ? 'policies'
          : NounOf<N> & keyof Records

/** What a command gives back: its record, as of the commit. */
export type CommandOutput<N extends CommandName, S extends FieldSchemas = FieldSchemas> = Records<
  FieldsOf<S>
>[ReturnOf<N>]

export interface CommandOptions {
  /** Makes a retry harmless: a second call with this id, whenever and wherever, gives the first one's result. */
  readonly commandId?: string | undefined
  /** The version that the record must still have; else the command is refused with `store.stale-version`. */
  readonly ifVersion?: number | undefined
}

type Where<K extends keyof Records, S extends FieldSchemas> = ConditionOn<
  Records<FieldsOf<S>>[K],
  (typeof tables)[K]['fields']
>
type Sortable<K extends keyof typeof tables> = (typeof tables)[K]['columns'][number] | 'id'

export interface FindInput<K extends keyof Records, S extends FieldSchemas = FieldSchemas> {
  /** Absent: all that the actor may see. */
  readonly where?: Where<K, S> | undefined
  readonly order?: readonly { readonly field: Sortable<K>; readonly direction?: 'asc' | 'desc' }[] | undefined
  /** 1..200, 50 unless said. */
  readonly limit?: number | undefined
  /** The `next` of the page before. */
  readonly after?: string | undefined
}

export interface CountInput<S extends FieldSchemas = FieldSchemas> {
  readonly where?: Where<'ticket', S> | undefined
  readonly by?: readonly (typeof tables)['ticket']['columns'][number][] | undefined
}

/** What a simulation takes: policies and calendars as a host writes them. */
type SimulateInput<S extends FieldSchemas = FieldSchemas> = Pick<HostPolicies, 'calendars'> & {
  /** Instead of the policies in force. */
  readonly policies?: readonly SlaPolicyDefinition[] | undefined
  /** Which tickets; absent: all. */
  readonly where?: Where<'ticket', S> | undefined
} & Omit<z.input<Queries['sla.simulate']['input']>, 'policies' | 'calendars' | 'where'>

type Finder = 'ticket' | 'customer' | 'organisation' | 'agent' | 'team' | 'apiKey'

/** What a read takes. */
export type QueryInput<
  N extends QueryName,
  S extends FieldSchemas = FieldSchemas,
> = N extends `${infer K extends Finder}.find`
  ? FindInput<K, S>
  : N extends 'ticket.count'
    ? CountInput<S>
    : N extends 'sla.simulate'
      ? SimulateInput<S>
      : z.input<Queries[N]['input']>

/** What the other reads give back. */
interface OtherOutputs {
  readonly 'ticket.tree': Tree
  readonly 'ticket.links': Links
  readonly 'ticket.messages': Page<Records['message']>
  readonly 'event.find': EventPage
  readonly 'event.feed': FeedPage
  readonly 'sla.get': SlaStanding
  readonly 'sla.explain': SlaExplanation
  readonly 'sla.attainment': readonly Attained[]
  readonly 'sla.rebuild': Rebuilt
  readonly 'sla.simulate': Simulation
  readonly 'ticket.workarounds': readonly Workaround[]
  readonly 'survey.get': SurveyShown
  readonly 'survey.find': SurveyPage
  readonly 'survey.byToken': SurveyForm
  readonly 'survey.invitation': SurveyInvitation
  readonly 'survey.audit': SurveyAudit
  readonly 'survey.scores': SurveyScores
  readonly 'escalation.find': Page<Records['escalation']>
  readonly 'escalation.log': readonly LogEntry[]
  readonly 'escalation.times': readonly EscalationTimes[]
  readonly 'escalation.preview': EscalationPreview
  readonly 'escalation.check': readonly EscalationWarning[]
  readonly 'escalation.onCall': readonly OnCallPerson[]
  readonly 'escalation.coverage': ScheduleCoverage
  readonly 'escalation.feed': string
  readonly 'report.get': Report
}

/** What a read gives back. */
export type QueryOutput<
  N extends QueryName,
  S extends FieldSchemas = FieldSchemas,
> = N extends `${infer K extends Finder}.find`
  ? Page<Records<FieldsOf<S>>[K]>
  : N extends `${infer K extends Finder | 'escalation'}.get`
    ? Records<FieldsOf<S>>[K]
    : N extends 'ticket.count'
      ? readonly CountRow[]
      : N extends 'ticket.timeline'
        ? Timeline
        : N extends keyof OtherOutputs
          ? OtherOutputs[N]
          : N extends 'policy.get'
            ? Records['policyVersion']
            : readonly Records['policyVersion'][]

type Verb<N extends string, Noun extends string> = N extends `${Noun}.${infer V}` ? V : never

/** One command of a batch. */
export type BatchItem<S extends FieldSchemas = FieldSchemas> = {
  readonly [N in CommandName]: {
    readonly name: N
    readonly input: CommandInput<N, S>
    /** As in {@link CommandOptions}. */
    readonly ifVersion?: number | undefined
  }
}[CommandName]

/** What became of the commands of a batch, in their order. */
export type Outcomes<B extends readonly { readonly name: CommandName }[], S extends FieldSchemas = FieldSchemas> = {
  readonly [I in keyof B]: Outcome<CommandOutput<B[I]['name'], S>>
}

/** A desk in the hands of one actor of one tenant: every command and every read, by noun and verb. */
export type Acting<S extends FieldSchemas = FieldSchemas> = Verbs<S> & {
  /**
   * Does 1 to 1,000 commands in one commit, each as if it stood alone behind those before it: for imports. One that is
   * refused changes nothing, and the others are done all the same. With a `commandId` the whole batch acts once; where
   * all were refused, nothing was done, and the same call does it anew.
   *
   * Commands about one record keep their order. A read that a command makes over many records (a count, a search)
   * sees what the commands before it did.
   */
  batch<const B extends readonly BatchItem<S>[]>(
    items: B,
    options?: Pick<CommandOptions, 'commandId'>,
  ): Promise<Outcomes<B, S>>
}

type Verbs<S extends FieldSchemas> = {
  readonly [Noun in NounOf<CommandName | QueryName>]: {
    readonly [V in Verb<CommandName, Noun>]: (
      input: CommandInput<`${Noun}.${V}` & CommandName, S>,
      options?: CommandOptions,
    ) => Promise<CommandOutput<`${Noun}.${V}` & CommandName, S>>
  } & {
    readonly [V in Verb<QueryName, Noun>]: (
      input: QueryInput<`${Noun}.${V}` & QueryName, S>,
    ) => Promise<QueryOutput<`${Noun}.${V}` & QueryName, S>>
  }
}
