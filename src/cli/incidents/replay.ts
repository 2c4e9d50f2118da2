/** Does the steps of a plan on a desk, each at its own time; what was done by an earlier run is found done. */
import { type AgentId, createDesk, type HostPolicies, type Store, type TeamId, type TicketId } from '../../index.ts'
import { manualClock } from '../../testing/manual-clock.ts'
import { policies, ticketFields } from './desk-of-log.ts'
import type { Facts, Hands, Step } from './plan.ts'

export const TENANT = 'incident-log'

/** A desk for the log's incidents, with a clock that stands where the log is. `promises`: calendars and an SLA, where some are to be kept. */
export async function openDesk(store: Store, from: string, promises: HostPolicies = {}) {
  const clock = manualClock(from)
  const desk = await createDesk({
    store,
    clock,
    policies: { ...policies, ...promises },
    fields: { ticket: ticketFields },
  })
  return { desk, clock }
}
export type LogDesk = Awaited<ReturnType<typeof openDesk>>
export type Acting = ReturnType<LogDesk['desk']['as']>

/** Whom and what the log's names stand for in the desk. */
interface Directory {
  readonly teams: ReadonlyMap<string, TeamId>
  readonly agents: ReadonlyMap<string, AgentId>
  readonly tickets: Map<string, TicketId>
}

/** Does all steps, in order. `onRow` is told after each row of the log. */
export async function replay(logDesk: LogDesk, steps: readonly Step[], onRow: () => void): Promise<void> {
  const { desk, clock } = logDesk
  const directory = { ...(await hire(desk.as(importer('import')), steps)), tickets: new Map<string, TicketId>() }
  for (const step of steps) {
    clock.set(step.at)
    await perform(desk.as(importer(step.by)), step, directory)
    if (step.rows > 0) onRow()
  }
}

/** The log's authors are pseudonyms apart from those of its assignees, so they cannot act as agents; the journal names them still. */
export const importer = (id: string) => ({ tenant: TENANT, by: { kind: 'system', id } }) as const

/** Makes a team of each group and an agent of each assignee. */
async function hire(me: Acting, steps: readonly Step[]) {
  const hands = steps.flatMap(({ act }) => ('hands' in act ? [act.hands] : []))
  const teams = new Map<string, TeamId>()
  for (const name of namesIn(hands, 'team'))
    teams.set(name, (await me.team.create({ name }, { commandId: `team/${name}` })).id)
  const agents = new Map<string, AgentId>()
  for (const name of namesIn(hands, 'agent'))
    agents.set(name, (await me.agent.create({ name, externalId: name }, { commandId: `agent/${name}` })).id)
  return { teams, agents }
}

function namesIn(hands: readonly Hands[], part: keyof Hands): Set<string> {
  return new Set(hands.flatMap((hand) => hand[part] ?? []))
}

async function perform(me: Acting, { act, commandId, incident }: Step, directory: Directory): Promise<void> {
  const options = { commandId }
  if (act.does === 'open') {
    const ticket = await me.ticket.open({ ...openingOf(act.facts, act.caller), ...held(act.hands, directory) }, options)
    directory.tickets.set(incident, ticket.id)
    return
  }
  const ticketId = directory.tickets.get(incident) as TicketId
  switch (act.does) {
    case 'change':
      await me.ticket.change({ ticketId, ...changeOf(act.facts, act.before) }, options)
      return
    case 'assign':
      await me.ticket.assign({ ticketId, assigneeId: null, teamId: null, ...held(act.hands, directory) }, options)
      return
    case 'note':
      await me.ticket.note({ ticketId, body: act.body }, options)
      return
    default:
      await me.ticket[act.does]({ ticketId, status: act.status }, options)
  }
}

function held({ team, agent }: Hands, { teams, agents }: Directory) {
  const teamId = team === null ? undefined : teams.get(team)
  const assigneeId = agent === null ? undefined : agents.get(agent)
  return { ...(teamId && { teamId }), ...(assigneeId && { assigneeId }) }
}

function openingOf({ impact, urgency, externalRefs, fields }: Facts, caller: string) {
  const words = [fields.category, fields.subcategory, fields.symptom].filter((word) => word !== undefined)
  return {
    requester: { externalId: caller, name: caller },
    subject: `${fields.incident}: ${words.join(', ') || 'no category'}`,
    // The log has no words of anybody.
    body: `Reported by phone, from ${fields.location ?? 'an unknown place'}.`,
    channel: 'voice' as const,
    type: 'incident' as const,
    externalRefs: [...externalRefs],
    fields,
    ...(impact && { impact }),
    ...(urgency && { urgency }),
  }
}

function changeOf({ impact, urgency, externalRefs, fields }: Facts, before: Facts) {
  const gone = Object.keys(before.fields).filter((name) => !Object.hasOwn(fields, name))
  const patch = { ...fields, ...Object.fromEntries(gone.map((name) => [name, null])) }
  return { impact, urgency, externalRefs: [...externalRefs], fields: patch }
}
