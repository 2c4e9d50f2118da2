/** The support day, from an empty file to the report. */
import { sqliteStore } from 'deskwright/sqlite'
import type { Ink } from '../../src/cli/ink.ts'
import { many } from '../plain-text/lines.ts'
import { afternoon } from './afternoon.ts'
import { figuresOf, ticketsOf } from './figures.ts'
import { type Acting, live, openShop, type Shop } from './live.ts'
import { midday } from './midday.ts'
import { morning } from './morning.ts'
import { type Evening, reportOf } from './report.ts'
import { agents, customers, SHOP, teams } from './shop.ts'
import { type Names, storyOf } from './story.ts'

interface Options {
  /** The SQLite file; it must not be there yet. */
  readonly file: string
  readonly ink: Ink
  readonly print: (lines: readonly string[]) => void
}

/**
 * Lives through the day and prints what happened.
 *
 * @returns whether the journal holds.
 */
export async function supportDay({ file, ink, print }: Options): Promise<boolean> {
  const script = [...morning, ...midday, ...afternoon]
  const shop = await openShop(sqliteStore(file))
  const refusals = await live(shop, script)
  shop.clock.set('2026-03-02T18:00:00Z')
  await shop.desk.tick()
  const me = shop.desk.as({ by: { kind: 'system', id: 'report' } })
  const tickets = await ticketsOf(me)
  const names = await namesOf(me)
  const figures = await figuresOf(me, tickets)
  const verified = await shop.desk.verify()
  const staff = `${Object.keys(agents).length} agents in ${Object.keys(teams).length} teams`
  print([
    ink.bold('Deskwright: a support day, Monday 2 March 2026'),
    `${SHOP}: ${staff}, ${many(tickets.length, 'ticket')}, ${many(script.length, 'command')}.`,
    ...reportOf(
      {
        story: await story(shop, names, ink),
        due: await dueTime(shop, me),
        refusals,
        tickets,
        names,
        figures,
        verified,
        file,
      },
      ink,
    ),
  ])
  await shop.desk.close()
  return verified.ok
}

async function story({ desk, tickets, people }: Shop, names: Names, ink: Ink): Promise<Evening['story']> {
  const ticketId = tickets.get('leak')!
  const nora = desk.as({ by: { kind: 'customer', id: people.get('nora')! } })
  const me = desk.as({ by: { kind: 'system', id: 'report' } })
  return {
    ticket: await me.ticket.get({ ticketId }),
    lines: storyOf(await me.ticket.timeline({ ticketId }), names, ink),
    customer: customers.nora.name,
    customerSees: (await nora.ticket.timeline({ ticketId })).entries.length,
  }
}

/** The due time that is explained: of a ticket that came late in the day. */
async function dueTime({ tickets }: Shop, me: Acting): Promise<Evening['due']> {
  const ticketId = tickets.get('portafilter')!
  return {
    ticket: await me.ticket.get({ ticketId }),
    explained: await me.sla.explain({ ticketId, metric: 'firstReply' }),
  }
}

async function namesOf(me: Acting): Promise<Names> {
  const people = await Promise.all([me.agent.find({}), me.team.find({}), me.customer.find({ limit: 200 })])
  return new Map(people.flatMap(({ items }) => items.map(({ id, name }): [string, string] => [id, name ?? 'unnamed'])))
}
