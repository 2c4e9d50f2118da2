/** What solving, reopening and merging do to surveys, and when surveys are due: in the commit of what they follow from. */
import type { Draft } from '../domain/decider.ts'
import type { Actor } from '../domain/people/people.ts'
import type { PolicyDocuments } from '../domain/policy.ts'
import { solvingOf, surveyFor, surveyId } from '../domain/surveys/invite.ts'
import { isLow } from '../domain/surveys/question.ts'
import type { Survey } from '../domain/surveys/survey.ts'
import type { SurveyPolicy } from '../domain/surveys/survey-policy.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import { evolveTicket } from '../domain/tickets/ticket-evolve.ts'
import { type Instant, parseDuration, toInstant } from '../domain/time.ts'
import { type Calendar, calendar } from '../sla/calendar.ts'
import type { CalendarDefinition } from '../sla/calendar-definition.ts'
import type { Bringing, Brought, Committing, Follow, FollowUp } from './follow-words.ts'
import type { House } from './house.ts'
import type { Task, TaskKey } from './ports.ts'

const SURVEYOR: Actor = { kind: 'system', id: 'surveys' }
const NOTHING: FollowUp = { bring: [], set: [], clear: [] }

export const followSurveys: Follow = async (house, asked, committing) => {
  const parts = await Promise.all(committing.decided.map((event) => followOne(house, asked, { event, committing })))
  return {
    bring: parts.flatMap(({ bring }) => bring),
    set: parts.flatMap(({ set }) => set),
    clear: parts.flatMap(({ clear }) => clear),
  }
}

interface One {
  readonly event: Draft
  readonly committing: Committing
}

async function followOne(house: House, asked: Bringing, one: One): Promise<FollowUp> {
  const { event, committing } = one
  const { now } = committing.read
  switch (event.name) {
    case 'ticket.solved':
      return bringing(asked, planned(asked, one))
    case 'ticket.reopened':
      return bringing(asked, ended(await takenBack(house, asked.tenant, one), 'reopened'))
    case 'ticket.merged':
      return bringing(asked, ended(await waiting(house, asked.tenant, event.of.id), 'merged'))
    case 'ticket.deleted':
      return bringing(asked, ended(await waiting(house, asked.tenant, event.of.id), 'deleted'))
    case 'survey.planned':
      return { ...NOTHING, set: [timerOf(event.of.id, event.data.dueAt, 'survey.send')] }
    case 'survey.sent':
      return { ...NOTHING, set: [timerOf(event.of.id, event.data.expiresAt, 'survey.end')] }
    case 'survey.answered':
      return { ...NOTHING, clear: [keyOf(event.of.id)], set: lowOf(one, { score: event.data.score, now }) }
    case 'survey.amended':
      return { ...NOTHING, set: lowOf(one, { score: event.data.score, now }) }
    case 'survey.loopClosed':
      return { ...NOTHING, set: 'ticketId' in event.data ? escalated(one, event.data.ticketId) : [] }
    case 'respondent.optedOut':
      return { ...NOTHING, set: event.data.more ? [wipingOf(event.of.id, now)] : [] }
    case 'survey.withdrawn':
      return { ...NOTHING, clear: [keyOf(event.of.id)] }
    default:
      return NOTHING
  }
}

type Command = Pick<Brought, 'name' | 'input'>

function bringing(asked: Bringing, commands: readonly Command[]): FollowUp {
  const brought = commands.map((one) => ({ ...one, tenant: asked.tenant, by: SURVEYOR, cause: asked.cause ?? [] }))
  return { ...NOTHING, bring: brought }
}

/** The survey that a solved ticket comes up for. */
function planned(asked: Bringing, { event, committing: { read, drafts } }: One): Command[] {
  const before = ticketIn(read.stored, event.of.id)
  const own = drafts.filter(({ of }) => of.kind === 'ticket' && of.id === event.of.id)
  const ticket = own.reduce((folded, draft) => evolveTicket(folded, { at: read.now, ...draft } as never), before)
  const survey = ticket === null ? null : surveyFor(read.policies.surveys, ticket, { occasion: 'solve' })
  if (survey === null) return []
  const dueAt = dueOf(survey, read.policies, read.now)
  const solvedBy = asked.by.kind === 'agent' ? asked.by.id : null
  return [{ name: 'survey.plan', input: { ticketId: event.of.id, survey: survey.name, dueAt, solvedBy } }]
}

function ticketIn(stored: Committing['read']['stored'], id: string): Ticket | null {
  return (stored.find((record) => record.kind === 'ticket' && record.id === id)?.doc ?? null) as Ticket | null
}

const compiled = new WeakMap<object, Calendar>()

function dueOf({ delay, calendar: name }: SurveyPolicy, { calendars }: PolicyDocuments, now: Instant): Instant {
  const ms = parseDuration(delay)
  const definition = name === null ? undefined : calendars[name]
  if (definition === undefined) return toInstant(Date.parse(now) + ms)
  const hours = compiled.get(definition) ?? calendar(definition as unknown as CalendarDefinition)
  compiled.set(definition, hours)
  // A calendar that never opens again puts off nothing.
  return toInstant(hours.add(now, ms) ?? Date.parse(now) + ms)
}

/** The survey about this solving, while it was not sent. */
async function takenBack({ store }: House, tenant: string, { event, committing }: One): Promise<readonly string[]> {
  const ticket = ticketIn(committing.read.stored, event.of.id)
  if (ticket === null) return []
  const id = surveyId(ticket.id, solvingOf(ticket))
  const [survey = null] = await store.get(tenant, [{ kind: 'survey', id }])
  return (survey?.doc as Survey | undefined)?.state === 'planned' ? [id] : []
}

/** The surveys of a ticket whose answer, or a change of it, could still come. */
async function waiting({ store }: House, tenant: string, ticketId: string): Promise<readonly string[]> {
  const where = { field: 'ticketId', is: ticketId }
  const records = await store.find(tenant, 'survey', { where, order: [], limit: 1000, after: null })
  return records.flatMap(({ id, doc }) => (doc.state === 'planned' || doc.tokenHash !== null ? [id] : []))
}

function ended(ids: readonly string[], because: string): Command[] {
  return ids.map((id) => ({ name: 'survey.end', input: { surveyId: id, because } }))
}

function wipingOf(customerId: string, now: Instant): Task {
  const body = { command: 'survey.forget', input: { customerId } }
  return { queue: 'timer', key: `survey-forget:${customerId}`, dueAt: now, group: customerId, seq: 0, body }
}

function keyOf(id: string): TaskKey {
  return { queue: 'timer', key: `survey:${id}` }
}

/** One timer a survey: it sends it, then ends it. */
function timerOf(id: string, dueAt: Instant, command: 'survey.send' | 'survey.end'): Task {
  const input = command === 'survey.send' ? { surveyId: id } : { surveyId: id, because: 'expired' }
  return { ...keyOf(id), dueAt, group: id, seq: 0, body: { command, input } }
}

/** What a low answer led to is escalated in a commit of its own as well: it stands whatever the ladder says. */
function escalated({ event, committing }: One, ticketId: string): Task[] {
  const policy = askedFor({ event, committing })?.asked.whenLow?.escalate ?? null
  if (policy === null) return []
  const body = { command: 'escalation.start', input: { ticketId, policy } }
  const key = `survey-escalate:${event.of.id}`
  return [{ queue: 'timer', key, dueAt: committing.read.now, group: event.of.id, seq: 2, body }]
}

/** The survey of an event, and what the policy in force says of it. */
function askedFor({ event, committing: { read } }: One) {
  const doc = read.stored.find(({ kind, id }) => kind === 'survey' && id === event.of.id)?.doc
  const asked = read.policies.surveys.surveys.find(({ name }) => name === doc?.survey)
  return doc === undefined || asked === undefined ? null : { survey: doc as unknown as Survey, asked }
}

/** A low answer is followed up in a commit of its own: whatever stands in the way of that, the answer is kept. */
function lowOf({ event, committing }: One, { score, now }: { score: number; now: Instant }): Task[] {
  const known = askedFor({ event, committing })
  if (known === null || known.survey.loop !== null || !isLow(known.asked, score)) return []
  const body = { command: 'survey.closeLoop', input: { surveyId: event.of.id } }
  return [{ queue: 'timer', key: `survey-low:${event.of.id}`, dueAt: now, group: event.of.id, seq: 1, body }]
}
