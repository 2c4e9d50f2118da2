/** Every command and every read, by every role, on every kind of record: allowed, forbidden, or as if it were not there. */
import {
  type Acting,
  type ActingContext,
  type Desk,
  isDeskError,
  type Store,
  storeFault,
  type Ticket,
} from 'deskwright'
import { createClient } from 'deskwright/client'
import { handler } from 'deskwright/http'
import { memoryStore } from 'deskwright/memory'
import { describe, expect, it } from 'vitest'
import { type CommandName, commands } from '../../src/desk/commands.ts'
import { type QueryName, queries } from '../../src/desk/queries.ts'
import { authenticate, tokenOf } from '../adapters/http/served.ts'
import { openWorld } from './world.ts'

const ROLES = ['admin', 'agent', 'lightAgent', 'viewer', 'customer', 'bot', 'system', 'clerk', 'crew'] as const
type RoleName = (typeof ROLES)[number]
type Verb = CommandName | QueryName
type Reach = '-' | 'own' | 'team' | 'org' | 'any'
type Kind = 'ticket' | 'customer' | 'organisation' | 'agent' | 'team' | 'escalation'

// Two roles as a host may define them: a clerk works on their own tickets, a crew on their team's.
const HOST_ROLES = {
  clerk: { 'ticket.*': 'own', 'escalation.*': 'own', 'agent.*': 'own', 'customer.get': 'own', 'team.get': 'own' },
  crew: { 'ticket.*': 'team', 'escalation.*': 'team', 'team.*': 'team', 'policy.get': 'any', 'customer.*': 'any' },
} as const

const CALLS = { policies: [{ name: 'calls', steps: [{ targets: [{ webhook: 'pager' }], delay: '1h' }] }] } as const

// Written by hand, not read off the roles: how far each role reaches with each verb.
const TABLE = `
verb                  kind          admin  agent  lightAgent  viewer  customer  bot  system  clerk  crew
ticket.open           none          any    any    -           -       own       any  any     own    team
ticket.followUp       ticket        any    any    -           -       org       -    any     own    team
ticket.merge          ticket        any    any    -           -       -         -    any     own    team
ticket.unmerge        ticket        any    any    -           -       -         -    any     own    team
ticket.split          ticket        any    any    -           -       -         -    any     own    team
ticket.reply          ticket        any    any    -           -       org       any  any     own    team
ticket.note           ticket        any    any    any         -       -         any  any     own    team
ticket.sideMessage    ticket        any    any    -           -       -         -    any     own    team
ticket.editMessage    ticket        any    any    -           -       -         -    any     own    team
ticket.redact         ticket        any    -      -           -       -         -    any     own    team
ticket.assign         ticket        any    any    -           -       -         any  any     own    team
ticket.change         ticket        any    any    -           -       -         any  any     own    team
ticket.tag            ticket        any    any    -           -       -         any  any     own    team
ticket.follow         ticket        any    any    -           -       -         any  any     own    team
ticket.pend           ticket        any    any    -           -       -         any  any     own    team
ticket.hold           ticket        any    any    -           -       -         any  any     own    team
ticket.resume         ticket        any    any    -           -       -         any  any     own    team
ticket.solve          ticket        any    any    -           -       own       any  any     own    team
ticket.reopen         ticket        any    any    -           -       own       any  any     own    team
ticket.close          ticket        any    any    -           -       -         -    any     own    team
ticket.snooze         ticket        any    any    -           -       -         any  any     own    team
ticket.wake           ticket        any    any    -           -       -         any  any     own    team
ticket.delete         ticket        any    -      -           -       -         -    any     own    team
ticket.restore        ticket        any    -      -           -       -         -    any     own    team
ticket.setParent      ticket        any    any    -           -       -         -    any     own    team
ticket.link           ticket        any    any    -           -       -         -    any     own    team
ticket.unlink         ticket        any    any    -           -       -         -    any     own    team
ticket.openChildren   ticket        any    any    -           -       -         -    any     own    team
ticket.setKnownError  ticket        any    any    -           -       -         -    any     own    team
ticket.cascade        ticket        -      -      -           -       -         -    any     -      -
ticket.takeResolution ticket        -      -      -           -       -         -    any     -      -
ticket.followParent   ticket        -      -      -           -       -         -    any     -      -
customer.create       none          any    any    -           -       -         any  any     -      any
customer.change       customer      any    any    -           -       own       any  any     -      any
customer.merge        customer      any    -      -           -       -         -    any     -      any
organisation.create   none          any    any    -           -       -         -    any     -      -
organisation.change   organisation  any    any    -           -       -         -    any     -      -
organisation.merge    organisation  any    -      -           -       -         -    any     -      -
agent.create          none          any    -      -           -       -         -    any     own    -
agent.change          agent         any    -      -           -       -         -    any     own    -
agent.deactivate      agent         any    -      -           -       -         -    any     own    -
agent.reactivate      agent         any    -      -           -       -         -    any     own    -
team.create           none          any    -      -           -       -         -    any     -      team
team.change           team          any    -      -           -       -         -    any     -      team
sla.setDue            ticket        any    -      -           -       -         -    any     -      -
sla.recompute         ticket        any    -      -           -       -         -    any     -      -
survey.invite         ticket        any    any    -           -       -         -    any     -      -
survey.plan           ticket        -      -      -           -       -         -    any     -      -
survey.send           none          -      -      -           -       -         -    any     -      -
survey.end            none          -      -      -           -       -         -    any     -      -
survey.bounce         none          any    -      -           -       -         -    any     -      -
survey.answer         none          any    -      -           -       own       -    any     -      -
survey.amend          none          any    -      -           -       own       -    any     -      -
survey.redactComment  none          any    -      -           -       -         -    any     -      -
survey.closeLoop      none          -      -      -           -       -         -    any     -      -
survey.unsubscribe    none          any    -      -           -       own       -    any     -      -
survey.optOut         customer      any    -      -           -       own       -    any     -      -
survey.optIn          customer      any    -      -           -       own       -    any     -      -
survey.forget         customer      any    -      -           -       -         -    any     -      -
policy.publish        none          any    -      -           -       -         -    any     -      -
ticket.get            ticket        any    any    any         any     org       any  any     own    team
ticket.find           none          any    any    any         any     org       any  any     own    team
ticket.count          none          any    any    any         any     org       any  any     own    team
ticket.timeline       ticket        any    any    any         any     org       any  any     own    team
ticket.messages       ticket        any    any    any         any     org       any  any     own    team
ticket.tree           ticket        any    any    any         any     -         any  any     own    team
ticket.links          ticket        any    any    any         any     -         any  any     own    team
ticket.workarounds    ticket        any    any    any         any     -         any  any     own    team
customer.get          customer      any    any    any         any     own       any  any     own    any
customer.find         none          any    any    any         any     -         any  any     -      any
organisation.get      organisation  any    any    any         any     own       any  any     -      -
organisation.find     none          any    any    any         any     -         any  any     -      -
agent.get             agent         any    any    any         any     -         any  any     own    -
agent.find            none          any    any    any         any     -         any  any     own    -
team.get              team          any    any    any         any     -         any  any     own    team
team.find             none          any    any    any         any     -         any  any     -      team
sla.get               ticket        any    any    any         any     -         any  any     -      -
sla.explain           ticket        any    any    any         any     -         any  any     -      -
sla.attainment        none          any    any    -           -       -         -    any     -      -
sla.rebuild           none          any    -      -           -       -         -    any     -      -
sla.simulate          none          any    -      -           -       -         -    any     -      -
survey.get            none          any    any    -           -       -         -    any     -      -
survey.find           none          any    any    -           -       -         -    any     -      -
survey.byToken        none          any    -      -           -       own       -    any     -      -
survey.invitation     none          -      -      -           -       -         -    any     -      -
survey.audit          none          any    -      -           -       -         -    any     -      -
survey.scores         none          any    any    -           -       -         -    any     -      -
event.find            none          any    -      -           -       -         -    any     -      -
event.feed            none          any    any    any         any     org       any  any     -      -
apiKey.create         none          any    -      -           -       -         -    any     -      -
apiKey.revoke         none          any    -      -           -       -         -    any     -      -
apiKey.get            none          any    -      -           -       -         -    any     -      -
apiKey.find           none          any    -      -           -       -         -    any     -      -
escalation.start      ticket        any    any    -           -       -         -    any     own    team
escalation.acknowledge  escalation    any    any    -           -       -         -    any     own    team
escalation.unacknowledge  escalation    any    any    -           -       -         -    any     own    team
escalation.escalate   escalation    any    any    -           -       -         -    any     own    team
escalation.resolve    escalation    any    any    -           -       -         -    any     own    team
escalation.begin      ticket        -      -      -           -       -         -    any     -      -
escalation.step       escalation    -      -      -           -       -         -    any     -      -
escalation.end        escalation    -      -      -           -       -         -    any     -      -
escalation.get        escalation    any    any    any         any     -         any  any     own    team
escalation.find       ticket        any    any    any         any     -         any  any     own    team
escalation.log        escalation    any    any    any         any     -         any  any     own    team
escalation.onCall     none          any    any    any         any     -         any  any     own    team
escalation.coverage   none          any    any    any         any     -         any  any     own    team
escalation.feed       none          any    any    any         any     -         any  any     own    team
escalation.preview    none          any    any    any         any     -         any  any     own    team
escalation.check      none          any    -      -           -       -         -    any     own    team
escalation.times      none          any    -      -           -       -         -    any     -      -
policy.get            none          any    any    -           -       -         -    any     -      any
policy.history        none          any    -      -           -       -         -    any     -      -
report.get            none          any    -      -           -       -         -    any     -      -
`
const [, ...LINES] = TABLE.trim().split('\n')
const ROWS = LINES.map((line) => {
  const [verb, kind, ...reaches] = line.split(/ +/) as [Verb, Kind | 'none', ...Reach[]]
  return {
    verb,
    kind,
    reach: Object.fromEntries(ROLES.map((role, n) => [role, reaches[n]])) as Record<RoleName, Reach>,
  }
})
const rowOf = (verb: string) => ROWS.find((row) => row.verb === verb)

const RELATIONS = ['own', 'near', 'stranger', 'foreign', 'absent'] as const
type Relation = (typeof RELATIONS)[number]
type Targets = Readonly<Record<Kind, Readonly<Partial<Record<Relation, string>>>>>

const TEXT = { body: 'B' }
const OTHER = 'cus_01JMERGED0000000000000000' // takes the place of the merge's other side, see `inputOf`
const ABSENT_SURVEY = 'srv_01JABSENT'
const INPUTS: Readonly<Record<Verb, object>> = {
  'ticket.open': { requester: { email: 'ada@example.org' }, subject: 'A', ...TEXT },
  'ticket.followUp': TEXT,
  'ticket.merge': {},
  'ticket.unmerge': {},
  'ticket.split': { mode: 'move', subject: 'S' },
  'ticket.reply': TEXT,
  'ticket.note': TEXT,
  'ticket.sideMessage': { ...TEXT, to: [{ email: 'x@example.org' }] },
  'ticket.editMessage': { ...TEXT },
  'ticket.redact': { reason: 'R' },
  'ticket.assign': { assigneeId: null },
  'ticket.change': { subject: 'C' },
  'ticket.tag': { add: ['t'] },
  'ticket.follow': { remove: ['agt_01J'] },
  'ticket.pend': {},
  'ticket.hold': {},
  'ticket.resume': {},
  'ticket.solve': {},
  'ticket.reopen': {},
  'ticket.close': {},
  'ticket.snooze': { until: '2027-01-01T00:00:00.000Z' },
  'ticket.wake': {},
  'ticket.delete': {},
  'ticket.restore': {},
  'ticket.setParent': { parentId: null },
  'ticket.link': { type: 'relates' },
  'ticket.unlink': { type: 'relates' },
  'ticket.tree': {},
  'ticket.links': {},
  'ticket.openChildren': { scenario: 'none' },
  'ticket.setKnownError': { workaround: 'W' },
  'ticket.cascade': { what: 'parts', since: '2026-03-02T09:30:00.000Z' },
  'ticket.takeResolution': { fromId: 'tkt_01JABSENT', since: '2026-03-02T09:30:00.000Z' },
  'ticket.followParent': {},
  'customer.create': { name: 'N' },
  'customer.change': { name: 'N' },
  'customer.merge': { customerId: OTHER },
  'organisation.create': { name: 'N' },
  'organisation.change': { name: 'N' },
  'organisation.merge': { organisationId: OTHER },
  'agent.create': { name: 'N' },
  'agent.change': { name: 'N' },
  'agent.deactivate': {},
  'agent.reactivate': {},
  'team.create': { name: 'N' },
  'team.change': { name: 'N' },
  'policy.publish': { name: 'priority', document: {} },
  'sla.setDue': { metric: 'resolution', dueAt: null, reason: 'R' },
  'sla.recompute': {},
  'survey.invite': {},
  'survey.plan': { survey: 's', dueAt: '2026-03-02T09:30:00.000Z', solvedBy: null },
  'survey.send': { surveyId: ABSENT_SURVEY },
  'survey.end': { surveyId: ABSENT_SURVEY, because: 'expired' },
  'survey.bounce': { surveyId: ABSENT_SURVEY },
  'survey.answer': { token: 't', answers: { score: 1 } },
  'survey.amend': { token: 't', answers: { score: 1 } },
  'survey.redactComment': { surveyId: ABSENT_SURVEY, reason: 'R' },
  'survey.closeLoop': { surveyId: ABSENT_SURVEY },
  'survey.unsubscribe': { token: 't' },
  'survey.optOut': {},
  'survey.optIn': {},
  'survey.forget': {},
  'survey.get': { surveyId: ABSENT_SURVEY },
  'survey.find': {},
  'survey.byToken': { token: 't' },
  'survey.invitation': { surveyId: ABSENT_SURVEY },
  'survey.audit': { from: 0, until: 1 },
  'survey.scores': { from: 0, until: 1 },
  'sla.get': {},
  'sla.explain': { metric: 'resolution' },
  'sla.attainment': { from: 0, until: 1 },
  'sla.rebuild': {},
  'sla.simulate': {},
  'escalation.start': { policy: 'calls' },
  'escalation.acknowledge': {},
  'escalation.unacknowledge': {},
  'escalation.escalate': {},
  'escalation.resolve': {},
  'escalation.begin': { policy: 'calls', start: 0 },
  'escalation.step': {},
  'escalation.end': { why: 'W' },
  'escalation.get': {},
  'escalation.find': {},
  'escalation.log': {},
  'escalation.onCall': { schedule: 'none' },
  'escalation.coverage': { schedule: 'none', from: 0, until: 1 },
  'escalation.feed': { agentId: 'agt_01J', from: 0, until: 1 },
  'escalation.preview': { policy: 'calls' },
  'escalation.check': {},
  'escalation.times': { from: 0, until: 1 },
  'event.find': {},
  'event.feed': {},
  'apiKey.create': { name: 'N', digest: '0'.repeat(64), actor: { kind: 'bot', id: 'b' } },
  'apiKey.revoke': { apiKeyId: 'key_01JABSENT' },
  'apiKey.get': { apiKeyId: 'key_01JABSENT' },
  'apiKey.find': {},
  'ticket.get': {},
  'ticket.find': {},
  'ticket.count': {},
  'ticket.timeline': {},
  'ticket.messages': {},
  'ticket.workarounds': {},
  'customer.get': {},
  'customer.find': {},
  'organisation.get': {},
  'organisation.find': {},
  'agent.get': {},
  'agent.find': {},
  'team.get': {},
  'team.find': {},
  'policy.get': { name: 'roles' },
  'policy.history': { name: 'roles' },
  'report.get': { from: 0, until: 1 },
}

interface Cast {
  readonly acting: Acting
  readonly targets: Targets
}

const ABSENT = {
  ticket: 'tkt_01JABSENT',
  customer: 'cus_01JABSENT',
  organisation: 'org_01JABSENT',
  agent: 'agt_01JABSENT',
  team: 'tea_01JABSENT',
  escalation: 'esc_01JABSENT',
}

/** What becomes of every ticket before anybody is asked. Deleted ones are for those who may restore them. */
const STATES = {
  new: async () => {},
  solved: ({ ticket }, { id: ticketId }) => ticket.solve({ ticketId }),
  closed: async ({ ticket }, { id: ticketId }) => {
    await ticket.solve({ ticketId })
    await ticket.close({ ticketId })
  },
  deleted: ({ ticket }, { id: ticketId }) => ticket.delete({ ticketId }),
  // Into one of the same people.
  merged: async ({ ticket }, { id: ticketId, requesterId, teamId, assigneeId, followerIds }) => {
    const people = {
      requester: { customerId: requesterId },
      followerIds,
      ...(teamId && { teamId }),
      ...(assigneeId && { assigneeId }),
    }
    const into = await ticket.open({ ...people, subject: 'A', body: 'B' })
    await ticket.merge({ ticketId, intoId: into.id })
  },
} satisfies Record<string, (acting: Acting, ticket: Ticket) => Promise<unknown>>
type State = keyof typeof STATES

/** How the desk is asked: itself, or by a client over HTTP. */
type Through = (desk: Desk) => (identity: ActingContext) => Acting
const THROUGH: Readonly<Record<string, Through>> = {
  'the desk': (desk) => (identity) => desk.as(identity),
  HTTP: (desk) => {
    const handle = handler(desk, { authenticate })
    return (identity) =>
      createClient<Desk>({ url: 'http://desk.test', token: tokenOf(identity), fetch: handle, retries: 0 }) as Acting
  },
}
// All states through both doors: what is slow is asked for. In the fast suite each door has one state.
const ROUNDS: readonly (readonly [string, State])[] =
  process.env.ACCESS === 'all'
    ? Object.keys(THROUGH).flatMap((door) => (Object.keys(STATES) as State[]).map((state) => [door, state] as const))
    : [
        ['the desk', 'new'],
        ['HTTP', 'deleted'],
      ]

/** A tenant with everybody in it, another one beside it, and a store that from then on commits nothing. */
async function castOf(through = THROUGH['the desk'] as Through, state: State = 'new') {
  const inner = memoryStore()
  const frozen = { now: 'no' as 'no' | 'yes' }
  const store: Store = {
    ...inner,
    commit: (change) =>
      frozen.now === 'yes'
        ? Promise.reject(storeFault('store.unavailable', { place: 'here', reason: 'it is frozen' }))
        : inner.commit(change),
  }
  const world = await openWorld({ store, policies: { roles: { roles: HOST_ROLES }, escalation: CALLS } })
  const { system } = world
  const actingOf = through(world.desk)
  const mine = await system.team.create({ name: 'Mine' })
  const theirs = await system.team.create({ name: 'Theirs' })
  const acme = await system.organisation.create({ name: 'Acme', sharesTickets: true })
  const other = await system.organisation.create({ name: 'Other', sharesTickets: true })
  const ada = await world.customer('ada@example.org', { organisationId: acme.id })
  const zoe = await world.customer('zoe@example.org', { organisationId: acme.id })
  const out = await world.customer('out@example.org', { organisationId: other.id })
  const mate = await world.agent(['agent'], { teamIds: [mine.id] })
  const far = await world.agent(['agent'], { teamIds: [theirs.id] })
  const strange = await world.open('out@example.org', { teamId: theirs.id, assigneeId: far.id })
  const elsewhere = world.as({ kind: 'system', id: 's' }, 'elsewhere')
  const abroad = await elsewhere.ticket.open({ requester: { email: 'ada@example.org' }, subject: 'A', body: 'B' })
  const call = async (acting: Acting, ticketId: string) =>
    (await acting.escalation.start({ ticketId: ticketId as 'tkt_', policy: 'calls' })).id
  const foreign: Readonly<Record<Kind, string>> = {
    escalation: await call(elsewhere, abroad.id),
    ticket: abroad.id,
    customer: abroad.requesterId,
    organisation: (await elsewhere.organisation.create({ name: 'Acme' })).id,
    agent: (await elsewhere.agent.create({ name: 'Mate' })).id,
    team: (await elsewhere.team.create({ name: 'Mine' })).id,
  }
  const about = (kind: Kind, known: Partial<Record<Relation, string>>) => ({
    ...known,
    foreign: foreign[kind],
    absent: ABSENT[kind],
  })
  const strangers = {
    ticket: about('ticket', { stranger: strange.id }),
    customer: about('customer', { stranger: out.id }),
    organisation: about('organisation', { stranger: other.id }),
    agent: about('agent', { near: mate.id, stranger: far.id }),
    team: about('team', { stranger: theirs.id }),
    escalation: about('escalation', { stranger: await call(system, strange.id) }),
  }

  const cast = new Map<RoleName, Cast>()
  for (const role of ROLES) {
    if (role === 'bot' || role === 'system') {
      const acting = actingOf({ by: { kind: role, id: 'matrix' } })
      cast.set(role, { acting, targets: strangers })
    } else if (role === 'customer') {
      const own = await world.open('ada@example.org')
      const near = await world.open('zoe@example.org')
      const ticket = about('ticket', { own: own.id, near: near.id, stranger: strange.id })
      const customer = about('customer', { own: ada.id, near: zoe.id, stranger: out.id })
      const organisation = about('organisation', { own: acme.id, stranger: other.id })
      const acting = actingOf({ by: { kind: 'customer', id: ada.id } })
      cast.set(role, { acting, targets: { ...strangers, ticket, customer, organisation } })
    } else {
      const me = await world.agent([role], { teamIds: [mine.id] })
      const own = await world.open('out@example.org', { followerIds: [me.id] })
      const near = await world.open('out@example.org', { teamId: mine.id })
      const ticket = about('ticket', { own: own.id, near: near.id, stranger: strange.id })
      const agent = about('agent', { own: me.id, near: mate.id, stranger: far.id })
      const team = about('team', { own: mine.id, stranger: theirs.id })
      const acting = actingOf({ by: { kind: 'agent', id: me.id } })
      cast.set(role, { acting, targets: { ...strangers, ticket, agent, team } })
    }
  }
  for (const [role, { acting, targets }] of cast) {
    const known = Object.entries(targets.ticket).filter(([relation]) => relation === 'own' || relation === 'near')
    const called: Partial<Record<Relation, string>> = {}
    for (const [relation, id] of known) called[relation as Relation] = await call(system, id)
    const escalation = { ...targets.escalation, ...called }
    cast.set(role, { acting, targets: { ...targets, escalation } })
  }
  const first = async (ticketId: string) => {
    const messages = await inner.find('main', 'message', {
      where: { field: 'ticketId', is: ticketId },
      order: [],
      limit: 1,
      after: null,
    })
    return messages[0]?.id ?? 'msg_01JABSENT'
  }
  for (const tenant of ['main', 'elsewhere']) {
    const acting = world.as({ kind: 'system', id: 's' }, tenant)
    const { items } = await acting.ticket.find({ limit: 200 })
    for (const ticket of items) await STATES[state](acting, ticket)
  }
  frozen.now = 'yes'
  return { cast, first, world }
}

/** Whether a reach takes in a relation, by the meaning of the scopes. */
function takesIn(reach: Reach, kind: Kind, relation: Relation): boolean {
  if (relation === 'foreign' || relation === 'absent' || reach === '-') return false
  if (reach === 'any' || relation === 'own') return true
  return (kind === 'ticket' || kind === 'escalation') && relation === 'near' && (reach === 'team' || reach === 'org')
}

type Outcome = 'allowed' | 'forbidden' | 'not there'

function expected(
  verb: Verb,
  role: RoleName,
  on: { readonly kind: Kind | 'none'; readonly relation: Relation; readonly state?: State },
): Outcome {
  const { kind, relation, state = 'new' } = on
  const reach = rowOf(verb)?.reach[role] ?? '-'
  if (reach === '-') return 'forbidden'
  if (kind === 'none') return 'allowed'
  // An escalation is seen by whoever sees its ticket.
  const sight = rowOf(kind === 'escalation' ? 'ticket.get' : `${kind}.get`)?.reach[role] ?? '-'
  if (!takesIn(sight, kind, relation)) return 'not there'
  if (
    (kind === 'ticket' || kind === 'escalation') &&
    state === 'deleted' &&
    rowOf('ticket.restore')?.reach[role] === '-'
  )
    return 'not there'
  return takesIn(reach, kind, relation) ? 'allowed' : 'forbidden'
}

async function answerOf(acting: Acting, verb: Verb, input: object): Promise<{ outcome: Outcome; refusal: unknown }> {
  const [noun, name] = verb.split('.') as [string, string]
  const nouns = acting as unknown as Record<string, Record<string, (input: object) => Promise<unknown>>>
  try {
    await nouns[noun]?.[name]?.(input)
    return { outcome: 'allowed', refusal: null }
  } catch (error) {
    if (!isDeskError(error)) throw error
    const refusal = { code: error.code, kind: error.kind, message: error.message, data: error.data }
    if (error.code === 'access.forbidden') return { outcome: 'forbidden', refusal }
    // Behind the wall things may be missing too: a message, a clock.
    const isAbsent = /^(ticket|customer|organisation|agent|team|escalation)\.not-found$/.test(error.code)
    return { outcome: isAbsent ? 'not there' : 'allowed', refusal }
  }
}

function inputOf(verb: Verb, kind: Kind | 'none', targetId: string, messageId: string): object {
  if (kind === 'none') return INPUTS[verb]
  if (verb === 'ticket.link' || verb === 'ticket.unlink')
    return { ...INPUTS[verb], ticketId: targetId, otherId: targetId }
  if (verb === 'escalation.find') return { of: targetId }
  if (verb === 'ticket.merge') return { ticketId: targetId, intoId: targetId }
  if (verb === 'ticket.split') return { ...INPUTS[verb], ticketId: targetId, messageIds: [messageId] }
  if (verb.endsWith('.merge')) return { [`${kind}Id`]: targetId, into: targetId }
  const message = verb === 'ticket.editMessage' || verb === 'ticket.redact' ? { messageId } : {}
  return { ...INPUTS[verb], ...message, [`${kind}Id`]: targetId }
}

describe('the access table', () => {
  it('has a line for every command and every read, and no other', () => {
    const verbs = [...Object.keys(commands), ...Object.keys(queries)].sort()
    expect(ROWS.map((row) => row.verb).sort()).toEqual(verbs)
  })

  it.each(ROUNDS)(
    'is what %s does, for every verb, role and relation, with tickets that are %s',
    async (door, state) => {
      const { cast, first } = await castOf(THROUGH[door], state)
      const wrong: string[] = []
      let cells = 0
      for (const { verb, kind } of ROWS)
        for (const [role, { acting, targets }] of cast)
          for (const relation of kind === 'none' ? (['own'] as const) : RELATIONS) {
            const targetId = kind === 'none' ? '' : targets[kind][relation]
            if (targetId === undefined) continue
            cells++
            const messageId = kind === 'ticket' ? await first(targetId) : ''
            const { outcome } = await answerOf(acting, verb, inputOf(verb, kind, targetId, messageId))
            const wanted = expected(verb, role, { kind, relation, state })
            if (outcome !== wanted) wrong.push(`${role} ${verb} on ${relation}: ${outcome}, not ${wanted}`)
          }
      expect(wrong).toEqual([])
      expect(cells).toBeGreaterThan(1300)
    },
    60_000,
  )

  it('gives the same answer for what is absent, another tenant’s, or out of sight', async () => {
    const { cast } = await castOf()
    for (const { verb, kind } of ROWS.filter((row) => row.kind !== 'none'))
      for (const [role, { acting, targets }] of cast) {
        if (kind === 'none') continue
        const answers = new Map<string, string[]>()
        for (const relation of RELATIONS) {
          const targetId = targets[kind][relation]
          if (targetId === undefined || expected(verb, role, { kind, relation }) !== 'not there') continue
          const { refusal } = await answerOf(acting, verb, inputOf(verb, kind, targetId, 'msg_01JABSENT'))
          const text = JSON.stringify(refusal).replaceAll(targetId, '…')
          answers.set(text, [...(answers.get(text) ?? []), relation])
        }
        expect([verb, role, [...answers.values()].length <= 1]).toEqual([verb, role, true])
      }
  })

  it('shows in lists, counts and timelines what can be got one by one', async () => {
    const { cast, world } = await castOf()
    const everything = new Map<Kind, string[]>()
    for (const kind of ['ticket', 'customer', 'organisation', 'agent', 'team'] as const)
      everything.set(
        kind,
        (await world.store.find('main', kind, { where: null, order: [], limit: 1000, after: null })).map(
          ({ id }) => id,
        ),
      )
    for (const [role, { acting }] of cast)
      for (const [kind, ids] of everything) {
        const gets = async (verb: Verb) => {
          const seen: string[] = []
          for (const id of ids)
            if ((await answerOf(acting, verb, { [`${kind}Id`]: id })).outcome === 'allowed') seen.push(id)
          return seen.sort()
        }
        const gettable = await gets(`${kind}.get`)
        if (rowOf(`${kind}.find`)?.reach[role] === '-') continue
        const { items } = await acting[kind].find({ limit: 200 })
        expect([role, kind, items.map(({ id }) => id as string).sort()]).toEqual([role, kind, gettable])
        if (kind !== 'ticket') continue
        expect(await acting.ticket.count({})).toEqual([{ group: [], count: gettable.length }])
        expect(await gets('ticket.timeline')).toEqual(gettable)
        expect(await gets('ticket.messages')).toEqual(gettable)
      }
  })
})
