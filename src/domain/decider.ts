/** The shape of every rule: a command, what it reads, and the pure function that answers with events. */
import type * as z from 'zod'
import type { Principal, Role } from './access.ts'
import type { ApiKeyEvents } from './api-keys/api-key.ts'
import type { Condition } from './condition.ts'
import type { EscalationEvents } from './escalation/escalation.ts'
import type { IdKind, IdOf } from './ids.ts'
import type { JsonObject } from './json.ts'
import type { AgentEvents, CustomerEvents, OrganisationEvents, TeamEvents } from './people/people.ts'
import type { PolicyDocuments, PolicyEvents } from './policy.ts'
import type { RecordKind, RecordRef, Records } from './records.ts'
import type { SurveyEvents } from './surveys/survey.ts'
import type { TicketEvents } from './tickets/ticket.ts'
import type { Instant } from './time.ts'

/** What each event says, by its name. */
export type EventData = TicketEvents &
  CustomerEvents &
  OrganisationEvents &
  AgentEvents &
  TeamEvents &
  PolicyEvents &
  SurveyEvents &
  ApiKeyEvents &
  EscalationEvents
export type EventName = keyof EventData

/** An event as it is decided: which record it happens to, what happened, and the personal text that goes with it but never into the journal. */
export type Draft<N extends EventName = EventName> = {
  readonly [K in N]: { readonly of: RecordRef; readonly name: K; readonly data: EventData[K]; readonly text?: object }
}[N]

/** An event as records are folded from it; `text` is there only inside the commit that made it. */
export type Happened<N extends EventName = EventName> = Draft<N> & { readonly at: Instant }

/** A record that a command reads. A needed one that is absent, or out of the actor's sight, refuses the command. */
export interface Ref<K extends RecordKind = RecordKind, Needed extends 'needed' | 'maybe' = 'needed' | 'maybe'>
  extends RecordRef<K> {
  readonly needed: Needed
}
export type Refs = Readonly<Record<string, Ref | null>>

export function need<K extends RecordKind>(kind: K, id: string): Ref<K, 'needed'> {
  return { kind, id, needed: 'needed' }
}
export function maybe<K extends RecordKind>(kind: K, id: string | null | undefined): Ref<K, 'maybe'> {
  return { kind, id: id ?? '', needed: 'maybe' }
}

/** The records that `Refs` name, once read. */
export type Found<R> = {
  readonly [K in keyof R]: R[K] extends Ref<infer Kind, infer Needed>
    ? Needed extends 'needed'
      ? Records[Kind]
      : Records[Kind] | null
    : never
}

/** The host's own fields, those that the journal may hold apart from those marked personal. */
export interface SplitFields {
  readonly facts: JsonObject
  readonly text: JsonObject
}

/** All that a decision may know. */
export interface Context<Input, F> {
  readonly input: Input
  readonly found: F
  readonly now: Instant
  readonly by: Principal
  readonly policies: PolicyDocuments
  /** Ids of each kind are unique for ever and sort by the time they were made. */
  readonly newId: <K extends IdKind>(kind: K) => IdOf<K>
  /** Chance: 0 to less than 1, 32 bits a draw. */
  readonly random: () => number
  /** The host's secret that tokens are made with; `null`: it gave none. */
  readonly secret: string | null
  /** A reserved number, for commands that ask for one. */
  readonly number: number
  /** The host's fields as its schema gives them, for commands that carry some. */
  readonly fields: JsonObject | null
  /** Parts fields by whether the journal may hold them. */
  readonly split: (kind: 'ticket' | 'customer' | 'organisation', fields: JsonObject) => SplitFields
  /** The roles of a set of role names, built-in and the host's. */
  readonly rolesOf: (names: readonly string[]) => readonly Role[]
  /** Refuses policies that do not hold together, for one that is to be published. */
  readonly checkDocuments: (documents: PolicyDocuments) => void
  /** How many records met each condition that the command counts. */
  readonly counts: Readonly<Record<string, number>>
  /** The records that the command lists. */
  readonly lists: Readonly<Record<string, readonly JsonObject[]>>
}

/** Another command that is to be done in place of this one, with the same id. */
export interface Instead {
  readonly instead: string
  readonly input: object
}

/** What became of a step: the record it gave, or the code with which it was refused. */
export type StepOutcome = { readonly record: JsonObject } | { readonly refused: string }

/** Ordinary commands that are done in the commit of this one, each on what those before it left. */
export interface Steps {
  readonly steps: readonly { readonly name: string; readonly input: object }[]
  /** Whose right they need. The system may do what a policy says, whoever set it off. */
  readonly by: 'actor' | 'system'
  /** Whether one that is refused refuses the whole, or is told of while the others are done. */
  readonly refusal: 'of-all' | 'of-one'
  /** What this command says of it afterwards; one outcome for each step, in their order. */
  readonly afterwards: (outcomes: readonly StepOutcome[]) => readonly Draft[]
}

export type Decision = readonly Draft[] | Instead | Steps

/** A page of records that a command lists. */
export interface Listing {
  readonly kind: RecordKind
  readonly where: Condition
  /** Ties are broken by id. */
  readonly orderBy?: string
  /** Behind this place: the value of `orderBy`, where there is one, and the id. */
  readonly after?: { readonly values: readonly (string | number)[]; readonly id: string } | null
  readonly limit: number
}

/** How records are folded from their events, by kind. */
export type Evolvers = Readonly<Partial<Record<RecordKind, (record: never, event: never) => object>>>

/** What a command is, before anything is asked of it. */
export interface CommandHead<S extends z.ZodType = z.ZodType> {
  /** One sentence for people: documentation, OpenAPI, command line. */
  readonly says: string
  readonly input: S
  /** The kind of record that the command returns. */
  readonly returns: RecordKind
  /** Which of the read records the actor's permission must reach; absent: having the permission at all is enough. */
  readonly on?: string
  /** Only the desk itself does it, whatever the roles of others: what it does was allowed where it was set off. */
  readonly by?: 'system'
  /** Carries the host's own fields: `whole` on creation, `patch` on change. */
  readonly custom?: { readonly kind: 'ticket' | 'customer' | 'organisation'; readonly mode: 'whole' | 'patch' }
  /** Needs a number for people. */
  readonly numbered?: true
  /** Decides nothing itself: its record's followers look at it again. */
  readonly follows?: true
  /** Publishes a document, which is to be checked beside all others. */
  readonly publishes?: true
}

/** What a command reads, and what it decides on it. */
export interface CommandRules<S extends z.ZodType = z.ZodType, R extends Refs = Refs, N extends Refs = Refs> {
  readonly reads?: (input: z.output<S>, by: Principal) => R
  /** A second read, for what only the first one can name. */
  readonly near?: (input: z.output<S>, found: Found<R>) => N
  /** Conditions whose matches are counted before the decision. */
  readonly counts?: (
    input: z.output<S>,
    found: Found<R & N>,
  ) => Readonly<Record<string, { kind: RecordKind; where: object }>>
  /** Records that are listed before the decision. */
  readonly lists?: (
    input: z.output<S>,
    found: Found<R & N>,
    policies: PolicyDocuments,
  ) => Readonly<Record<string, Listing>>
  readonly decide: (context: Context<z.output<S>, Found<R & N>>) => Decision
  /** How records that only this capability has are folded from their events. */
  readonly evolves?: Evolvers
  /** Which record is returned; absent: the first one that an event happened to, else the one under `on`. */
  readonly result?: (drafts: readonly Draft[], input: z.output<S>) => RecordRef
}

/** One row of the table of commands. */
export interface CommandRow<S extends z.ZodType = z.ZodType, R extends Refs = Refs, N extends Refs = Refs>
  extends CommandHead<S>,
    CommandRules<S, R, N> {
  readonly on?: keyof (R & N) & string
}

/** A row that few hosts need, or none often: the table has its name, and all else is loaded when it is first asked for. */
export interface AwayRow<Row> {
  readonly load: () => Promise<Row>
}

/** Rows by their names alone; a test holds the names equal to those of the table that is loaded. */
export function away<T extends object>(
  names: readonly (keyof T & string)[],
  load: () => Promise<T>,
): { readonly [K in keyof T]: AwayRow<T[K]> } {
  const rows = names.map((name) => [name, { load: async () => (await load())[name] }])
  return Object.fromEntries(rows) as { readonly [K in keyof T]: AwayRow<T[K]> }
}

/** A row where its own table has it. */
export async function here<Row extends object>(row: Row | AwayRow<Row>): Promise<Row> {
  return 'load' in row ? row.load() : row
}

/** Writes the rules of a row whose head stands elsewhere, with their types inferred from its input. */
export function rules<
  S extends z.ZodType,
  R extends Refs = Record<never, never>,
  N extends Refs = Record<never, never>,
>(_input: S, written: CommandRules<S, R, N>): CommandRules<S, R, N> {
  return written
}

/** Writes a row with its types inferred: what `reads` names is what `decide` finds. */
export function command<
  S extends z.ZodType,
  R extends Refs = Record<never, never>,
  N extends Refs = Record<never, never>,
>(row: CommandRow<S, R, N>): CommandRow<S, R, N> {
  return row
}

export function draft<N extends EventName>(of: RecordRef, name: N, data: EventData[N], text?: object): Draft {
  return (text === undefined ? { of, name, data } : { of, name, data, text }) as Draft
}
