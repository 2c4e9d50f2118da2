/** Names behind ids: agents and teams are all read at the start, customers as they come up. */
import { type Customer, desk, type Me, type Ticket } from '../kit/desk.ts'
import { plain } from '../kit/words.ts'

type Agent = Awaited<ReturnType<typeof desk.agent.get>>
type Team = Awaited<ReturnType<typeof desk.team.get>>
interface Status {
  readonly name: string
  readonly category: Ticket['category']
}

export interface People {
  readonly agents: readonly Agent[]
  readonly teams: readonly Team[]
  readonly statuses: readonly Status[]
  /** The names of the escalation policies. */
  readonly ladders: readonly string[]
  /** The agent who is signed in. */
  readonly me: Agent
  nameOf(id: string): string
  customer(id: string): Customer | undefined
  /** Reads those customers that are not known yet, in one request. */
  meet(ids: readonly Ticket['requesterId'][]): Promise<void>
}

export async function readPeople({ id }: Me): Promise<People> {
  const [agents, teams, statuses, escalation] = await Promise.all([
    desk.agent.find({ order: [{ field: 'createdAt' }], limit: 200 }),
    desk.team.find({ limit: 200 }),
    desk.policy.get({ name: 'statuses' }),
    desk.policy.get({ name: 'escalation' }),
  ])
  const customers = new Map<string, Customer>()
  const names = new Map<string, string>([...agents.items, ...teams.items].map((one) => [one.id, one.name]))
  return {
    agents: agents.items.filter(({ active }) => active),
    teams: teams.items,
    statuses: statuses.document.statuses as unknown as Status[],
    ladders: (escalation.document.policies as unknown as { readonly name: string }[]).map(({ name }) => name),
    me: agents.items.find((agent) => agent.id === id) as Agent,
    nameOf: (one) => names.get(one) ?? customers.get(one)?.name ?? (one.includes('_') ? 'Somebody' : plain(one)),
    customer: (one) => customers.get(one),
    async meet(ids) {
      const unknown = [...new Set(ids)].filter((one) => !customers.has(one))
      if (unknown.length === 0) return
      const { items } = await desk.customer.find({ where: { field: 'id', in: unknown }, limit: 200 })
      for (const customer of items) customers.set(customer.id, customer)
    },
  }
}
