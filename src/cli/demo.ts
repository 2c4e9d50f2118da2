/** The verb `demo`: a desk with a week of tickets in it, to look at and to try commands on. */

import type { Desk } from '../desk/desk.ts'
import type { Store } from '../desk/ports.ts'
import { toInstant } from '../domain/time.ts'
import { createDesk } from '../index.ts'
import { type ManualClock, manualClock } from '../testing/manual-clock.ts'
import { AGENTS, CUSTOMERS, type Moment, type Person, POLICIES, STORY } from './demo-story.ts'
import { storePlace } from './open-store.ts'
import { flag, readOptions, text } from './options.ts'
import type { Verb } from './terminal.ts'

const WHERE = 'sqlite:deskwright-demo.db'
const HOUR = 3_600_000

export const demo: Verb = {
  help: `deskwright demo     makes a desk with a week of tickets, agents and customers in it

  --store URL      where; default ${WHERE}
  --tenant NAME    default main
  --json           one line of JSON

Run again, it finds done what was done, and changes nothing.`,
  async run(words, terminal) {
    const { values } = readOptions('demo', words, { store: { ...text, default: WHERE }, tenant: text, json: flag })
    const { store: url, tenant = 'main' } = values
    const store = await storePlace(url, terminal.folder).open()
    const { tickets, agents } = await tellStory(store, tenant)
    const on = `--store ${url}${tenant === 'main' ? '' : ` --tenant ${tenant}`}`
    const lines = [
      `${tickets} tickets of the last days are in ${url}. Try:`,
      `  deskwright run ticket.find ${on}`,
      `  deskwright run ticket.find ${on} --where '{"field":"slaBreached","is":true}'`,
      `  deskwright run ticket.count ${on} --by status --by priority --as agent:${agents.Noor}`,
      `  deskwright doctor ${on}`,
    ]
    terminal.print(values.json ? JSON.stringify({ store: url, tenant, tickets, agents }) : lines.join('\n'))
    return 0
  },
}

type Ids = Readonly<Record<string, string>>

/** Plays the story with a clock that is moved by hand, from the Monday on which it began. */
async function tellStory(store: Store, tenant: string): Promise<{ tickets: number; agents: Ids }> {
  const clock = manualClock(lastStart(Date.now()))
  const start = clock.now()
  const desk = await createDesk({ store, clock, policies: POLICIES as never })
  try {
    const { agents, customers } = await hire(desk, tenant)
    const tickets = new Map<string, string>()
    for (const [n, moment] of STORY.entries()) {
      await tickUntil(desk, clock, start + moment.at * HOUR)
      const id = await perform(desk, { tenant, moment, n, people: { ...agents, ...customers }, agents, tickets })
      tickets.set(moment.ticket, id)
    }
    await tickUntil(desk, clock, Date.now())
    await desk.tick()
    return { tickets: tickets.size, agents }
  } finally {
    await desk.close()
  }
}

/** The latest Monday at 8:00 UTC from which the whole story has passed. */
function lastStart(now: number): string {
  const last = Math.max(...STORY.map(({ at }) => at)) * HOUR
  const date = new Date(now - last)
  const monday = Date.UTC(
    date.getUTCFullYear(),
    date.getUTCMonth(),
    date.getUTCDate() - ((date.getUTCDay() + 6) % 7),
    8,
  )
  return toInstant(monday > now - last ? monday - 7 * 24 * HOUR : monday)
}

/** Timers ring on the way, hour by hour, as they would have. */
async function tickUntil(desk: Desk, clock: ManualClock, until: number): Promise<void> {
  while (clock.now() + HOUR < until) {
    clock.advance(HOUR)
    await desk.tick(clock.instant())
  }
  clock.set(until)
}

async function hire(desk: Desk, tenant: string) {
  const setup = desk.as({ tenant, by: { kind: 'system', id: 'demo' } })
  const agents: Record<string, string> = {}
  const customers: Record<string, string> = {}
  for (const { name, roles } of AGENTS)
    agents[name] = (await setup.agent.create({ name, roles: [...roles] }, { commandId: `demo/agent/${name}` })).id
  for (const { name, email } of CUSTOMERS) {
    const input = { name, identities: [{ kind: 'email' as const, value: email }] }
    customers[name] = (await setup.customer.create(input, { commandId: `demo/customer/${name}` })).id
  }
  return { agents, customers }
}

interface Scene {
  readonly tenant: string
  readonly moment: Moment
  readonly n: number
  readonly people: Ids
  readonly agents: Ids
  readonly tickets: ReadonlyMap<string, string>
}

type Verbs = Readonly<Record<string, (input: object, options: object) => Promise<{ readonly id: string }>>>

/** Does one moment of the story. @returns the id of its ticket. */
async function perform(desk: Desk, { tenant, moment, n, people, agents, tickets }: Scene): Promise<string> {
  const { by, does, ticket, input = {} } = moment
  const kind = by in agents ? ('agent' as const) : ('customer' as const)
  const acting = desk.as({ tenant, by: { kind, id: people[by as Person] as string } as never })
  const ticketId = tickets.get(ticket)
  const assignee = 'assigneeId' in input ? { assigneeId: people[String(input.assigneeId)] } : {}
  const given = { ...input, ...assignee, ...(ticketId !== undefined && { ticketId }) }
  const verb = (acting.ticket as unknown as Verbs)[does] as Verbs[string]
  const { id } = await verb(given, { commandId: `demo/${n}` })
  return ticketId ?? id
}
