/** Random work on a small desk: steps that fast-check can shrink, and a runner that gives each its people and tickets. */
import { type Acting, type CommandName, createDesk, type Desk, isDeskError, type Store } from 'deskwright'
import { type ManualClock, manualClock, seededRandom } from 'deskwright/testing'
import fc from 'fast-check'
import { vi } from 'vitest'
import { MINUTE, MONDAY } from '../desk/world.ts'

/** How many times a law is tried; `FC_RUNS` multiplies it, as the run at length does. */
export const RUNS = (base: number): number => Math.ceil(base * Number(process.env.FC_RUNS ?? 1))

// The same cases each time, so that what fails is the change's own doing; `FC_SEED` tries others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) })
vi.setConfig({ testTimeout: RUNS(60_000) })

/** One command by one actor; numbers choose among what there is. */
export interface Step {
  readonly verb: CommandName | 'tick'
  readonly by: number
  readonly on: number
  readonly with: number
}

const VERBS: readonly [number, Step['verb']][] = [
  [4, 'ticket.open'],
  [6, 'ticket.reply'],
  [3, 'ticket.note'],
  [1, 'ticket.sideMessage'],
  [1, 'ticket.editMessage'],
  [1, 'ticket.redact'],
  [4, 'ticket.assign'],
  [2, 'ticket.change'],
  [2, 'ticket.tag'],
  [1, 'ticket.follow'],
  [2, 'ticket.pend'],
  [2, 'ticket.hold'],
  [2, 'ticket.resume'],
  [6, 'ticket.solve'],
  [3, 'ticket.reopen'],
  [3, 'ticket.close'],
  [2, 'ticket.snooze'],
  [1, 'ticket.wake'],
  [1, 'ticket.delete'],
  [1, 'ticket.restore'],
  [2, 'ticket.followUp'],
  [3, 'ticket.setParent'],
  [2, 'ticket.link'],
  [1, 'ticket.unlink'],
  [3, 'agent.change'],
  [3, 'agent.deactivate'],
  [1, 'agent.reactivate'],
  [2, 'customer.merge'],
  [1, 'customer.change'],
  [1, 'organisation.merge'],
  [1, 'organisation.change'],
  [1, 'policy.publish'],
  [3, 'tick'],
]

// Mostly the first few of each kind: what goes wrong needs several steps about the same ticket or agent.
const small = fc.oneof({ weight: 3, arbitrary: fc.nat({ max: 2 }) }, { weight: 1, arbitrary: fc.nat({ max: 11 }) })
export const anyStep: fc.Arbitrary<Step> = fc.record({
  verb: fc.oneof(...VERBS.map(([weight, verb]) => ({ weight, arbitrary: fc.constant(verb) }))),
  by: fc.nat({ max: 11 }),
  on: small,
  with: small,
})

/** An agent owns a solved ticket and leaves, and the ticket comes back: steps too far apart to be met with often by chance. */
const anyLeaving: fc.Arbitrary<Step[]> = fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 })).map(([ticket, agent]) => [
  { verb: 'ticket.assign', by: 8, on: ticket, with: agent + 4 },
  { verb: 'ticket.solve', by: 8, on: ticket, with: 0 },
  { verb: 'agent.change', by: 8, on: agent, with: 2 },
  { verb: 'agent.deactivate', by: 8, on: agent, with: 0 },
  { verb: 'ticket.reopen', by: 8, on: ticket, with: 0 },
])

/** Up to so many steps, or a few more. */
export const anyProgram = (maxLength: number): fc.Arbitrary<Step[]> =>
  fc
    .array(fc.oneof({ weight: 12, arbitrary: anyStep.map((step) => [step]) }, { weight: 1, arbitrary: anyLeaving }), {
      minLength: 1,
      maxLength,
    })
    .map((parts) => parts.flat())

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T

const LIFECYCLES = [
  {
    reopenWindow: '2h',
    closeAfter: '90m',
    solveAfterSilence: '45m',
    customerReplyResumes: { pending: true, hold: true },
  },
  {
    reopenWindow: '1h',
    closeAfter: null,
    solveAfterSilence: null,
    customerReplyResumes: { pending: false, hold: true },
  },
] as const

/** A desk at work: its people, its tickets, and what its commands answered. */
export interface Site {
  readonly desk: Desk
  readonly store: Store
  readonly clock: ManualClock
  readonly tenant: string
  readonly agents: `agt_${string}`[]
  readonly customers: `cus_${string}`[]
  readonly organisations: `org_${string}`[]
  readonly actors: Acting[]
  readonly tickets: `tkt_${string}`[]
  readonly messages: { readonly ticketId: `tkt_${string}`; readonly messageId: `msg_${string}` }[]
}

/** The same store, each of whose answers comes a few turns later, so that commands at the same time really mix. */
export function jittery(store: Store, seed: number): Store {
  const random = seededRandom(seed)
  const late =
    <A extends unknown[], R>(method: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      for (let turns = Math.floor(random.next() * 24); turns > 0; turns--) await null
      return method(...args)
    }
  return {
    ...store,
    get: late(store.get),
    count: late(store.count),
    commit: late(store.commit),
    command: late(store.command),
  }
}

export async function openDesk(store: Store): Promise<{ desk: Desk; clock: ManualClock }> {
  const clock = manualClock(MONDAY)
  const policies = { lifecycle: LIFECYCLES[0] }
  const desk = await createDesk({ store, clock, random: seededRandom(3), policies, report: () => undefined })
  return { desk, clock }
}

/** Peoples a tenant: three agents, an admin, three customers of two organisations, a bot, the system, and two tickets. */
export async function openSite(
  store: Store,
  opened: { desk: Desk; clock: ManualClock },
  tenant = 'main',
): Promise<Site> {
  const { desk, clock } = opened
  const system = desk.as({ tenant, by: { kind: 'system', id: 'setup' } })
  const agents: Site['agents'] = []
  for (const roles of [['agent'], ['agent', 'viewer'], ['agent'], ['admin']])
    agents.push((await system.agent.create({ name: 'N', roles })).id)
  const organisations: Site['organisations'] = []
  for (const name of ['Acme', 'Group'])
    organisations.push((await system.organisation.create({ name, sharesTickets: true })).id)
  const customers: Site['customers'] = []
  for (const n of [0, 1, 2]) {
    const identities = [{ kind: 'email', value: `c${n}@example.org` }] as const
    customers.push((await system.customer.create({ identities, organisationId: pick(organisations, n) })).id)
  }
  const actors = [
    ...agents.map((id) => desk.as({ tenant, by: { kind: 'agent', id } })),
    ...customers.map((id) => desk.as({ tenant, by: { kind: 'customer', id } })),
    desk.as({ tenant, by: { kind: 'bot', id: 'bot' } }),
    system,
  ]
  const site: Site = { desk, store, clock, tenant, agents, customers, organisations, actors, tickets: [], messages: [] }
  for (const n of [0, 1]) {
    const ticket = await system.ticket.open({
      requester: { customerId: pick(customers, n) },
      subject: 'S',
      body: 'SAID',
    })
    site.tickets.push(ticket.id)
  }
  return site
}

/** What a step asks for, by the people and tickets that there are now. */
export function inputOf(site: Site, { verb, by, on, with: w }: Step): object {
  const ticketId = pick(site.tickets, on)
  const agentId = pick(site.agents, on)
  const body = `SAID ${by}.${on}.${w}`
  const message = site.messages.length > 0 ? pick(site.messages, w) : { ticketId, messageId: 'msg_01J' }
  switch (verb) {
    case 'ticket.open': {
      const address = { email: `c${w % 5}@example.org` }
      const aside = w % 3 === 0 ? { assigneeId: pick(site.agents, on) } : {}
      // Customers, who open for themselves, sit on these places.
      return { ...(by % 9 >= 4 && by % 9 <= 6 ? {} : { requester: address, ...aside }), subject: 'S', body }
    }
    case 'ticket.reply':
      return {
        ticketId,
        body,
        automatic: w === 5,
        ...(w > 8 && { status: pick(['open', 'pending', 'solved', 'closed'], on + w) }),
      }
    case 'ticket.note':
      return { ticketId, body: `NOTE ${body}` }
    case 'ticket.sideMessage':
      return { ticketId, body: `NOTE ${body}`, to: [{ email: 'maker@example.org' }] }
    case 'ticket.editMessage':
      return { ...message, body: `SAID anew ${w}` }
    case 'ticket.redact':
      return { ...message, reason: 'R' }
    case 'ticket.assign':
      return { ticketId, assigneeId: w === 0 ? null : pick(site.agents, w) }
    case 'ticket.change':
      return { ticketId, priority: `P${(w % 5) + 1}` }
    case 'ticket.tag':
      return { ticketId, add: [`t${w}`], remove: [`t${on}`] }
    case 'ticket.follow':
      return { ticketId, add: [pick([...site.agents, ...site.customers], w)] }
    case 'ticket.snooze':
      return { ticketId, until: site.clock.now() + (w - 2) * 10 * MINUTE }
    case 'ticket.followUp':
      return { ticketId, body }
    case 'ticket.setParent':
      return { ticketId, parentId: w === 0 ? null : pick(site.tickets, w) }
    case 'ticket.link':
    case 'ticket.unlink':
      return { ticketId, type: pick(['blocks', 'relates', 'causedBy'], w), otherId: pick(site.tickets, w) }
    case 'agent.change':
      return { agentId, ...(w < 8 ? { accepting: w < 2 } : { roles: w === 8 ? ['viewer'] : ['agent', 'viewer'] }) }
    case 'agent.deactivate':
    case 'agent.reactivate':
      return { agentId }
    case 'customer.merge':
      return { customerId: pick(site.customers, on), into: pick(site.customers, w) }
    case 'customer.change':
      return { customerId: pick(site.customers, on), name: `N${w}` }
    case 'organisation.merge':
      return { organisationId: pick(site.organisations, on), into: pick(site.organisations, w) }
    case 'organisation.change':
      return { organisationId: pick(site.organisations, on), sharesTickets: w % 2 === 0 }
    case 'policy.publish':
      return { name: 'lifecycle', document: pick(LIFECYCLES, w) }
    default:
      return { ticketId }
  }
}

/** What a step answered: the record, or the code of the refusal. Anything else that is thrown is a defect. */
export type Answer = { readonly done: object } | { readonly refused: string }

export async function run(
  site: Site,
  step: Step,
  options: { commandId?: string; ifVersion?: number } = {},
  input = inputOf(site, step),
): Promise<Answer> {
  if (step.verb === 'tick') {
    site.clock.advance(step.with * 10 * MINUTE)
    await site.desk.tick()
    return { done: {} }
  }
  const [noun, verb] = step.verb.split('.') as [string, string]
  const acting = pick(site.actors, step.by) as unknown as Record<
    string,
    Record<string, (input: object, options: object) => Promise<{ id: string; ticketId?: string }>>
  >
  try {
    const record = await acting[noun]?.[verb]?.(input, options)
    if (record?.id.startsWith('tkt_') && !site.tickets.includes(record.id as `tkt_${string}`))
      site.tickets.push(record.id as `tkt_${string}`)
    if (record?.id.startsWith('msg_'))
      site.messages.push({ ticketId: record.ticketId as `tkt_${string}`, messageId: record.id as `msg_${string}` })
    return { done: record ?? {} }
  } catch (error) {
    if (isDeskError(error)) return { refused: error.code }
    throw error
  }
}
