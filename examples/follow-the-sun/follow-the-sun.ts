/** A ticket that travels round the world in virtual time: who is told where, who answers, and who does not. */
import type { TicketId } from 'deskwright'
import type { Ink } from '../../src/cli/ink.ts'
import { heading, indent, wrap } from '../plain-text/lines.ts'
import { openSites, SITES } from './sites.ts'

interface Options {
  readonly ink: Ink
  readonly print: (lines: readonly string[]) => void
}

type Sites = Awaited<ReturnType<typeof openSites>>

/**
 * Lives through the day and prints its timeline.
 *
 * @returns whether the journal holds in the end.
 */
export async function followTheSun({ ink, print }: Options): Promise<boolean> {
  const told: string[] = []
  const sites = await openSites(({ person, because }) => void told.push(`${sites.nameOf(person)} (${because})`))
  const { desk, setup } = sites
  print([ink.bold('Deskwright: a ticket follows the sun, Monday 2 March 2026')])
  const { text } = await setup.escalation.preview({ policy: 'follow the sun', at: '2026-03-02T02:00:00Z' })
  print([
    ...heading('The ladder, if nobody answered from noon in Sydney on', ink),
    ...text.split('\n').slice(1).map(shortened),
  ])
  const ticketId = await day(sites)
  print([
    ...heading('The day', ink),
    ...(await timeline(sites, ticketId)),
    '',
    ...indent(wrap(`The notifier told ${told.join(', ')}.`, 96)),
  ])
  print([...heading('Around it', ink), ...(await around(sites))])
  const { ok } = await desk.verify()
  print([...heading('The journal', ink), `  desk.verify() ${ok ? 'is ok' : 'found something'}.`])
  await desk.close()
  return ok
}

/** A line of a preview without the date and the offset, which are the same in all. */
function shortened(line: string): string {
  return `  ${line.trim().replaceAll(/ 2026-03-0\d| UTC\+00:00/g, '')}`
}

/** What happens, instant by instant; a worker looks every ten minutes. */
async function day({ desk, clock, acting }: Sites): Promise<TicketId> {
  const until = async (instant: string) => {
    const end = Date.parse(instant)
    for (; clock.now() < end; clock.set(Math.min(end, clock.now() + 600_000))) await desk.tick()
    await desk.tick()
  }
  const system = desk.as({ by: { kind: 'system', id: 'mail' } })
  const { id: ticketId } = await system.ticket.open({
    requester: { email: 'ops@customer.example' },
    subject: 'Payments fail',
    body: 'Since noon, in every shop.',
    author: 'requester',
    channel: 'email',
  })
  // An hour later the promise of a first reply warns; Mia in Sydney takes it, and does not finish before her day ends.
  await until('2026-03-02T02:12:00Z')
  const idOf = async () => (await system.escalation.find({ of: ticketId })).items[0]?.id ?? 'esc_'
  await acting('Mia').escalation.acknowledge({ escalationId: await idOf() })
  await acting('Mia').ticket.note({ ticketId, body: 'The gateway answers with 502; I ask the bank.' })
  // Her acknowledgement runs out when Sydney has closed. Sam on standby sleeps, and nobody of tier 2 is at work yet.
  await until('2026-03-02T08:20:00Z')
  await acting('Lea').escalation.acknowledge({ escalationId: await idOf() })
  await acting('Lea').ticket.note({ ticketId, body: 'The bank looks into it.' })
  await until('2026-03-02T12:30:00Z')
  await acting('Lea').escalation.acknowledge({ escalationId: await idOf() })
  // Berlin has closed as well; New York ends it.
  await until('2026-03-02T16:40:00Z')
  await acting('Ruth').escalation.acknowledge({ escalationId: await idOf() })
  await acting('Ruth').ticket.reply({ ticketId, body: 'The bank has put it right; please try again.' })
  return ticketId
}

/** The escalation's own log, in the time of the site that is at work. */
async function timeline({ setup, nameOf, people }: Sites, ticketId: TicketId): Promise<string[]> {
  const { items } = await setup.escalation.find({ of: ticketId })
  const entries = (await Promise.all(items.map(({ id }) => setup.escalation.log({ escalationId: id })))).flat()
  const named = (text: string) => [...people.keys()].reduce((said, id) => said.replaceAll(id, nameOf(id)), text)
  return [
    `  ${ZONES.map(({ name }) => name.padEnd(9)).join('')}`.trimEnd(),
    ...entries.flatMap(({ at, says }) => {
      const [first = '', ...rest] = wrap(named(says), 68)
      return [`  ${clocks(at)}${first}`, ...indent(rest, 29)]
    }),
  ]
}

const ZONES = Object.entries(SITES).map(([site, { timeZone }]) => ({
  name: site === 'newYork' ? 'New York' : `${site.slice(0, 1).toUpperCase()}${site.slice(1)}`,
  clock: new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }),
}))

/** An instant as the three sites read it. */
function clocks(instant: string): string {
  return ZONES.map(({ clock }) => clock.format(Date.parse(instant)).padEnd(9)).join('')
}

async function around({ setup, people }: Sites): Promise<string[]> {
  const week = { from: '2026-03-02T00:00:00Z', until: '2026-03-09T00:00:00Z' }
  const one = await setup.escalation.coverage({ schedule: 'tier 1', ...week })
  const two = await setup.escalation.coverage({ schedule: 'tier 2', ...week })
  const [lea] = [...people].find(([, name]) => name === 'Lea') ?? []
  const feed = await setup.escalation.feed({ agentId: lea ?? 'agt_', ...week })
  const [times] = await setup.escalation.times(week)
  const warnings = await setup.escalation.check(week)
  return [
    `  Tier 1 hands over ${one.shifts.length - 1} times in the week and has ${one.gaps.length} gaps; tier 2 has ${two.gaps.length}.`,
    ...warnings.map(({ code, place, message }) => `  ${code} in ${place}: ${message.slice(0, message.indexOf(','))}.`),
    `  Lea’s calendar has ${feed.match(/BEGIN:VEVENT/g)?.length ?? 0} turns.`,
    `  Mean time to acknowledge: ${Math.round((times?.meanMs ?? 0) / 60_000)} min.`,
  ]
}
