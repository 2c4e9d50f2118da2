/** One morning of an outage: a problem, the customers it reaches, tasks for three teams, a mistake undone, and the end of it. */
import { type DeskEvent, drawTree, isDeskError, type TicketId } from 'deskwright'
import type { Ink } from '../../src/cli/ink.ts'
import { heading, indent, many, wrap } from '../plain-text/lines.ts'
import { type Acting, INCIDENTS, openUtility, type TeamName, type Utility } from './utility.ts'

interface Options {
  readonly ink: Ink
  readonly print: (lines: readonly string[]) => void
}

interface Outage extends Utility, Options {
  readonly problemId: TicketId
  readonly incidentIds: readonly TicketId[]
}

/**
 * Lives through the outage and prints what happens.
 *
 * @returns whether the journal holds in the end.
 */
export async function outage({ ink, print }: Options): Promise<boolean> {
  const utility = await openUtility()
  const told: DeskEvent[] = []
  utility.desk.on('*', (event) => void told.push(event))
  print([ink.bold('Deskwright: an outage, Monday 2 March 2026')])
  const one: Outage = { ...utility, ...(await begins(utility)), ink, print }
  await breakDown(one)
  await mistake(one)
  await work(one, told)
  await end(one, told)
  const verified = await one.desk.verify()
  print([...heading('The journal', ink), `  desk.verify() ${verified.ok ? 'is ok' : 'found something'}.`])
  await one.desk.close()
  return verified.ok
}

/** A problem, and the incidents that it causes. */
async function begins({ noor, clock }: Utility): Promise<Pick<Outage, 'problemId' | 'incidentIds'>> {
  const problem = await noor.ticket.open({
    requester: { email: 'watch@utility.example' },
    subject: 'Core switch Basel is down',
    body: 'Alarm at 07:58, no answer since.',
    channel: 'monitoring',
    type: 'problem',
    impact: 'high',
    urgency: 'medium',
    tags: ['outage'],
  })
  const incidentIds: TicketId[] = []
  for (let n = 1; n <= INCIDENTS; n++) {
    clock.advance(10_000)
    const incident = await noor.ticket.open({
      requester: { email: `customer${n}@example.org` },
      subject: n % 2 === 1 ? 'No internet' : 'The phone is dead',
      body: `Since eight o’clock. Customer ${n}.`,
      author: 'requester',
      type: 'incident',
    })
    await noor.ticket.link({ ticketId: problem.id, type: 'causes', otherId: incident.id })
    incidentIds.push(incident.id)
  }
  return { problemId: problem.id, incidentIds }
}

/** A workaround for those who wait, and a task for each team. */
async function breakDown({ noor, crew, problemId, incidentIds, clock, ink, print }: Outage): Promise<void> {
  clock.advance(5 * 60_000)
  await noor.ticket.setKnownError({ ticketId: problemId, workaround: 'Calls go through with 0 in front.' })
  const [shown] = await crew.field.ticket.workarounds({ ticketId: incidentIds[30]! })
  print([
    ...heading('A problem and its incidents', ink),
    `  #${shown?.number} causes ${many(incidentIds.length, 'incident')}. Each shows until it is solved:`,
    `  “${shown?.workaround}”`,
  ])
  await noor.ticket.openChildren({ ticketId: problemId, scenario: 'outage' })
  const [, , press] = await tasksOf(noor, problemId)
  await crew.press.ticket.change({ ticketId: press!, priority: 'P4' })
  await noor.ticket.change({ ticketId: problemId, urgency: 'high' })
  print([
    ...heading('Tasks for three teams', ink),
    '  Opened in one commit. They follow the priority of the problem; the press has given its own.',
    '',
    ...indent(await drawing(noor, problemId)),
  ])
}

async function tasksOf({ ticket }: Acting, ticketId: TicketId): Promise<TicketId[]> {
  return (await ticket.tree({ ticketId })).root.children.map((child) => child.ticketId)
}

async function drawing({ ticket }: Acting, ticketId: TicketId): Promise<string[]> {
  return drawTree(await ticket.tree({ ticketId }), 'text').split('\n')
}

/** Two customers are taken for one. */
async function mistake({ noor, incidentIds, clock, ink, print }: Outage): Promise<void> {
  clock.advance(10 * 60_000)
  const [kept, wrong] = [incidentIds[6]!, incidentIds[8]!]
  const said = async (ticketId: TicketId) => {
    const { entries } = await noor.ticket.timeline({ ticketId })
    return many(entries.filter(({ message }) => message).length, 'message')
  }
  const before = await said(kept)
  await noor.ticket.merge({ ticketId: wrong, intoId: kept })
  await noor.ticket.reply({ ticketId: kept, body: 'We are at it, both of you.' })
  const merged = await noor.ticket.get({ ticketId: wrong })
  const together = many((await noor.ticket.messages({ ticketId: kept })).items.length, 'message')
  await noor.ticket.unmerge({ ticketId: wrong })
  const back = await noor.ticket.get({ ticketId: wrong })
  print([
    ...heading('A wrong merge, undone', ink),
    `  #${(await noor.ticket.get({ ticketId: kept })).number} had ${before}; with #${merged.number} and a reply, ${together}.`,
    `  #${merged.number} was ${merged.status}, and is ${back.status} again with its own ${await said(wrong)}.`,
    `  The reply of meanwhile stays where it was written: ${await said(kept)}.`,
  ])
}

/** The teams do their parts; until then the problem cannot be solved. */
async function work(one: Outage, told: readonly DeskEvent[]): Promise<void> {
  const { noor, crew, problemId, clock, ink, print } = one
  const early = await refusal(noor.ticket.solve({ ticketId: problemId }))
  const ids = await tasksOf(noor, problemId)
  for (const [n, team] of (['network', 'field', 'press'] satisfies TeamName[]).entries()) {
    clock.advance(20 * 60_000)
    await crew[team].ticket.solve({ ticketId: ids[n]! })
  }
  const { entries } = await noor.ticket.timeline({ ticketId: problemId })
  const note = entries.findLast(({ message }) => message?.visibility === 'internal')?.message
  print([
    ...heading('The guard', ink),
    ...indent(wrap(`${early}`, 90)),
    '',
    ...indent(await drawing(noor, problemId)),
    '',
    `  ${many(told.filter(({ name }) => name === 'children.allSolved').length, 'event')} children.allSolved; the problem has the note “${note?.body}”`,
  ])
}

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'It was not refused.'
  } catch (error) {
    if (isDeskError(error)) return `${error.code}: ${error.message}`
    throw error
  }
}

/** The problem is solved, and its incidents with it: some at once, the others as the desk comes to them. */
async function end({ desk, noor, problemId, incidentIds, clock, ink, print }: Outage, told: readonly DeskEvent[]) {
  const own = incidentIds[3]!
  await noor.ticket.reply({ ticketId: own, body: 'Yours was a loose plug.', status: 'solved' })
  clock.advance(5 * 60_000)
  await noor.ticket.solve({ ticketId: problemId, resolution: 'The switch is changed; everything runs again.' })
  const solved = async () =>
    (
      await noor.ticket.count({
        where: {
          all: [
            { field: 'type', is: 'incident' },
            { field: 'category', is: 'solved' },
          ],
        },
      })
    )[0]?.count
  const atOnce = await solved()
  await desk.tick()
  const rounds = told.flatMap((event) =>
    event.name === 'ticket.cascaded' && event.data.what === 'resolution' ? [event.data] : [],
  )
  const taken = told.filter(({ name }) => name === 'ticket.resolutionTaken').map(({ record }) => record.id)
  const { ticketId, code } = rounds.flatMap(({ refused }) => refused)[0]!
  print([
    ...heading('The end of it', ink),
    `  Solving the problem offers its resolution to ${many(INCIDENTS, 'incident')}, in ${many(rounds.length, 'commit')}:`,
    ...rounds.map(({ done, refused }, n) => `    ${n + 1}.  ${done.length} solved, ${refused.length} refused`),
    `  ${atOnce} were solved with the problem itself, ${await solved()} in the end.`,
    `  Each was told once (${new Set(taken).size} of ${taken.length}). #${(await noor.ticket.get({ ticketId })).number} said ${code}: its plug was loose.`,
    '',
    ...indent(await drawing(noor, problemId)),
  ])
}
