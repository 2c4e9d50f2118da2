/** Fills an empty desk: the people of the shop, and two days of their tickets. */
import type { Actor, AgentId, CustomerId, TeamId, TicketId } from 'deskwright'
import { type AgentName, agents, type CustomerName, customers, type TeamName, teams } from '../../support-day/shop.ts'
import type { Acting, ConsoleDesk } from './console-desk.ts'
import type { SeedClock } from './seed-clock.ts'
import { STORY } from './story.ts'

/** Who and what the story speaks of, by the names that it uses. */
export interface Seeding {
  /** The desk in the hands of an agent or a customer of the shop. */
  as(name: AgentName | CustomerName): Acting
  /** The host itself. */
  readonly system: Acting
  readonly teamIds: ReadonlyMap<TeamName, TeamId>
  readonly agentIds: ReadonlyMap<AgentName, AgentId>
  readonly customerIds: ReadonlyMap<CustomerName, CustomerId>
  /** Tickets, as the story calls them. */
  readonly tickets: Map<string, TicketId>
}

/** Those who have a login at the portal; all others are known by their tickets alone. */
const PORTAL: readonly CustomerName[] = ['nora', 'omar', 'ida', 'paul', 'greta']

/** Does nothing when the desk has people already. */
export async function seed(desk: ConsoleDesk, clock: SeedClock): Promise<void> {
  const system = desk.as({ by: { kind: 'system', id: 'set-up' } })
  // From the first call on: policies hold from the instant at which a tenant is first spoken of.
  clock.standBack(STORY[0]!.ago + 60)
  const isNew = (await system.agent.find({ limit: 1 })).items.length === 0
  if (isNew) await live(desk, clock, await settle(desk, system))
  clock.goOn()
  await desk.tick()
}

async function live(desk: ConsoleDesk, clock: SeedClock, seeding: Seeding): Promise<void> {
  for (const { ago, does } of STORY) {
    clock.standBack(ago)
    // Time jumps here, so what fell due on the way is rung by hand; afterwards `desk.work()` does it.
    await desk.tick()
    await does(seeding)
  }
}

async function settle(desk: ConsoleDesk, system: Acting): Promise<Seeding> {
  const teamIds = new Map<TeamName, TeamId>()
  for (const [key, name] of Object.entries(teams)) teamIds.set(key as TeamName, (await system.team.create({ name })).id)
  const agentIds = new Map<AgentName, AgentId>()
  for (const [key, { name, roles, team }] of Object.entries(agents)) {
    const agent = await system.agent.create({ name, roles, teamIds: [teamIds.get(team)!] })
    agentIds.set(key as AgentName, agent.id)
  }
  const { id: cafe } = await system.organisation.create({ name: 'Café Nord', sharesTickets: true })
  const customerIds = new Map<CustomerName, CustomerId>()
  for (const [key, person] of Object.entries(customers) as [CustomerName, (typeof customers)[CustomerName]][]) {
    const identity =
      'email' in person
        ? ({ kind: 'email', value: person.email } as const)
        : ({ kind: 'phone', value: person.phone } as const)
    const organisationId = key === 'omar' || key === 'ida' ? cafe : null
    const login = PORTAL.includes(key) ? [{ kind: 'login', value: key } as const] : []
    const customer = await system.customer.create({
      name: person.name,
      organisationId,
      identities: [identity, ...login],
    })
    customerIds.set(key, customer.id)
  }
  const actorOf = (name: AgentName | CustomerName): Actor =>
    name in agents
      ? { kind: 'agent', id: agentIds.get(name as AgentName)! }
      : { kind: 'customer', id: customerIds.get(name as CustomerName)! }
  return { as: (name) => desk.as({ by: actorOf(name) }), system, teamIds, agentIds, customerIds, tickets: new Map() }
}
