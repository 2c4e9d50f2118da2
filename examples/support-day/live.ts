/** Lives the day: each step of the script at its time, through the desk's public commands alone. */
import {
  type Actor,
  type AgentId,
  type CommandInput,
  type CustomerId,
  createDesk,
  isDeskError,
  type Message,
  type MessageId,
  type Store,
  type TeamId,
  type TicketId,
} from 'deskwright'
import { manualClock } from 'deskwright/testing'
import {
  type AgentName,
  agents,
  type CustomerName,
  customers,
  policies,
  type ShopFields,
  type TeamName,
  teams,
  ticketFields,
} from './shop.ts'
import type { Plain, Step } from './step.ts'

const DAY = '2026-03-02'

/** What the desk refused, as its caller met it. */
export interface Refusal {
  readonly at: string
  readonly who: string
  readonly tried: string
  readonly code: string
  readonly message: string
}

/** Opens the shop's desk on a store, with a clock that the day moves. */
export async function openShop(store: Store) {
  const clock = manualClock(`${DAY}T07:30:00Z`)
  const desk = await createDesk({ store, clock, policies, fields: { ticket: ticketFields } })
  const staff = await hire(desk.as({ by: { kind: 'system', id: 'set-up' } }))
  return { desk, clock, ...staff, tickets: new Map<string, TicketId>(), people: new Map<CustomerName, CustomerId>() }
}
export type Shop = Awaited<ReturnType<typeof openShop>>
export type Acting = ReturnType<Shop['desk']['as']>
type OpenInput = CommandInput<'ticket.open', ShopFields>

async function hire(me: Acting) {
  const teamIds = new Map<TeamName, TeamId>()
  for (const [key, name] of Object.entries(teams)) teamIds.set(key as TeamName, (await me.team.create({ name })).id)
  const agentIds = new Map<AgentName, AgentId>()
  for (const [key, { name, roles, team }] of Object.entries(agents)) {
    const agent = await me.agent.create({ name, roles: [...roles], teamIds: [known(teamIds, team)] })
    agentIds.set(key as AgentName, agent.id)
  }
  // Two people of one café, who see each other's tickets.
  const { id: organisationId } = await me.organisation.create({ name: 'Café Nord', sharesTickets: true })
  for (const { email, name } of [customers.omar, customers.ida])
    await me.customer.create({ name, organisationId, identities: [{ kind: 'email', value: email }] })
  return { teamIds, agentIds }
}

/**
 * Lives through the script.
 *
 * @returns what the desk refused, each of which the script expects; another refusal is thrown.
 */
export async function live(shop: Shop, script: readonly Step[]): Promise<Refusal[]> {
  const refusals: Refusal[] = []
  for (const step of script) {
    shop.clock.set(`${DAY}T${step.at}:00Z`)
    // A host runs `desk.work()`; here time jumps, so what became due on the way is rung by hand.
    await shop.desk.tick()
    try {
      await act(shop, step)
    } catch (error) {
      if (!isDeskError(error, step.refused)) throw error
      const { code, message } = error
      refusals.push({
        at: step.at,
        who: nameOf(step.who),
        tried: `${step.does === 'merge' ? 'customer' : 'ticket'}.${step.does}`,
        code,
        message,
      })
    }
  }
  return refusals
}

async function act(shop: Shop, step: Step): Promise<void> {
  if (step.does === 'open') return open(shop, step)
  const me = shop.desk.as({ by: actorOf(shop, step.who) })
  switch (step.does) {
    case 'merge':
      await me.customer.merge({ customerId: known(shop.people, step.customer), into: known(shop.people, step.into) })
      return
    case 'assign': {
      const assigneeId = step.to && known(shop.agentIds, step.to)
      const teamId = step.team && known(shop.teamIds, step.team)
      await me.ticket.assign({ ticketId: known(shop.tickets, step.on), assigneeId, teamId })
      return
    }
    case 'redact': {
      const ticketId = known(shop.tickets, step.on)
      await me.ticket.redact({ ticketId, messageId: await messageAt(me, ticketId, step.message), reason: step.reason })
      return
    }
    default: {
      // Each step's `with` fits its own verb, which TypeScript does not follow through a union of verbs.
      const verbs = me.ticket as unknown as Record<Plain, (input: object) => Promise<Partial<Message>>>
      const result = await verbs[step.does]({ ticketId: known(shop.tickets, step.on), ...step.with })
      // A reply to a closed ticket stands in a new one.
      if (step.makes && result.ticketId) shop.tickets.set(step.makes, result.ticketId)
    }
  }
}

async function open(shop: Shop, step: Step & { does: 'open' }): Promise<void> {
  const customer = step.for ?? (step.who as CustomerName)
  // On the phone an agent writes; what comes in by other ways is handed over by the shop's own software.
  const by: Actor = step.for ? actorOf(shop, step.who) : { kind: 'system', id: `${step.with.channel}-gateway` }
  const { name, ...address } = customers[customer]
  const requester = name === null ? address : { ...address, name }
  const ticket = await shop.desk.as({ by }).ticket.open({ ...step.with, requester } as OpenInput)
  shop.tickets.set(step.on, ticket.id)
  shop.people.set(customer, ticket.requesterId)
}

function actorOf({ agentIds, people }: Shop, who: AgentName | CustomerName): Actor {
  if (who in agents) return { kind: 'agent', id: known(agentIds, who as AgentName) }
  return { kind: 'customer', id: known(people, who as CustomerName) }
}

async function messageAt(me: Acting, ticketId: TicketId, place: number): Promise<MessageId> {
  const { entries } = await me.ticket.timeline({ ticketId })
  const message = entries.map((entry) => entry.message).find((one) => one?.seq === place)
  if (!message) throw new Error(`Ticket ${ticketId} has no message ${place}.`)
  return message.id
}

function known<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key)
  if (value === undefined) throw new Error(`The script names ${String(key)} before it is there.`)
  return value
}

function nameOf(who: AgentName | CustomerName): string {
  return (who in agents ? agents[who as AgentName].name : customers[who as CustomerName].name) ?? who
}
