/** Surveys after solving, told step by step: who is asked and who is not, a scanner that casts nothing, answers, scores, and dead links. */
import type { TicketId } from 'deskwright'
import type { Ink } from '../../src/cli/ink.ts'
import { heading, indent, wrap } from '../plain-text/lines.ts'
import { scanLinks } from './link-scanner.ts'
import { openSurveyHouse, posted, type SurveyHouse, tokenIn } from './survey-house.ts'
import type { SurveyMail } from './survey-mail.ts'

interface Telling {
  readonly ink: Ink
  readonly print: (lines: readonly string[]) => void
}

/** What the customers of each agent answer: `null` lets the mail lie. */
const ANSWERS = {
  Noor: [5, 4, 5, null, 5, 4, 5, 3, 5, 4],
  Jonas: [4, 2, null, 5, 1, 4, null, 5, 3, 4],
} as const

/**
 * Lives through some days and prints what happens.
 *
 * @returns whether all came as it should, and the journal holds.
 */
export async function afterSolveSurvey({ ink, print }: Telling): Promise<boolean> {
  const house = await openSurveyHouse()
  print([ink.bold('Deskwright: surveys after solving')])
  const say = (title: string, lines: readonly string[]) =>
    print([...heading(title, ink), ...indent(lines.flatMap((line) => wrap(line, 90)))])
  const oks = [await scanned(house, say), await answers(house, say), await deadLinks(house, say)]
  await figures(house, say)
  const { ok } = await house.desk.verify()
  say('The journal', [`desk.verify() ${ok ? 'is ok' : 'found something'}.`])
  await house.desk.close()
  return ok && oks.every(Boolean)
}

type Say = (title: string, lines: readonly string[]) => void

async function solved({ app }: SurveyHouse, email: string, rest: object = {}): Promise<TicketId> {
  const { id } = await app.ticket.open({ requester: { email }, subject: 'It hums', body: 'Since noon.', ...rest })
  await app.ticket.solve({ ticketId: id })
  return id
}

function mailOf({ mails }: SurveyHouse, ticketId: TicketId): SurveyMail {
  const mail = mails.get(ticketId)
  if (mail === undefined) throw new Error(`no mail about ${ticketId}`)
  return mail
}

async function scanned(house: SurveyHouse, say: Say): Promise<boolean> {
  const ticketId = await solved(house, 'ada@customer.example')
  await house.pass(24)
  const mail = mailOf(house, ticketId)
  const requests = await scanLinks(mail.html, house.pages)
  const { items } = await house.app.survey.find({ where: { field: 'ticketId', is: ticketId } })
  const state = items[0]?.state
  const response = await house.pages(posted(`/s/${tokenIn(mail)}`, { score: '2', comment: 'Slow <b>and</b> loud.' }))
  const page = await response.text()
  await house.pages(
    posted(`/s/${tokenIn(mail)}/more`, { score: '2', comment: 'Slow <b>and</b> loud.', reason: 'slow' }),
  )
  await house.pass(0)
  const followUps = await house.app.ticket.find({ where: { field: 'followUpOf', is: ticketId } })
  say('A mail is scanned, then answered', [
    `The mail’s scanner makes ${requests} requests, GET and HEAD, along every link, and the survey is ${state}.`,
    `Ada presses 2: ${response.status}. ${page.includes('What went wrong?') ? 'Now she is asked what went wrong.' : ''}`,
    `Her answer opens a follow-up: “${followUps.items[0]?.subject}”.`,
  ])
  return state === 'sent' && response.status === 200 && followUps.items.length === 1
}

async function answers(house: SurveyHouse, say: Say): Promise<boolean> {
  const { desk, app, pages } = house
  let count = 0
  for (const [name, scores] of Object.entries(ANSWERS)) {
    const { id } = await app.agent.create({ name, roles: ['agent'] })
    const agent = { ...house, app: desk.as({ by: { kind: 'agent', id } }) }
    const tickets: TicketId[] = []
    for (const n of scores.keys()) tickets.push(await solved(agent, `${name.toLowerCase()}-${n}@customer.example`))
    await house.pass(24)
    for (const [n, score] of scores.entries())
      if (score !== null) {
        const token = tokenIn(mailOf(house, tickets[n] as TicketId))
        count += (await pages(posted(`/s/${token}`, { score: String(score) }))).status === 200 ? 1 : 0
      }
  }
  for (const email of ['no-reply@shop.example.net', 'noor@shop.example.org', 'noor-1@customer.example'])
    await solved(house, email)
  await solved(house, 'spam@customer.example', { tags: ['spam'] })
  await house.pass(24)
  say('Twenty customers are asked', [`${count} answer.`])
  return count === 17
}

async function deadLinks(house: SurveyHouse, say: Say): Promise<boolean> {
  const { app, pages } = house
  const [used, merged, late] = [
    await solved(house, 'used@customer.example'),
    await solved(house, 'merged@customer.example'),
    await solved(house, 'late@customer.example'),
  ]
  await house.pass(24)
  const into = await app.ticket.open({ requester: { email: 'merged@customer.example' }, subject: 'Again', body: 'B' })
  await app.ticket.merge({ ticketId: merged, intoId: into.id })
  const tokens = [used, merged, late].map((ticketId) => tokenIn(mailOf(house, ticketId)))
  const press = async (n: number) => (await pages(posted(`/s/${tokens[n]}`, { score: '5' }))).status
  const first = await press(0)
  const statuses = [await press(0), await press(1)]
  await house.pass(14 * 24)
  statuses.push(await press(2))
  say('Links that are dead', [
    `A first answer gets ${first}; a second one ${statuses[0]}, one after a merge ${statuses[1]}, one after two weeks ${statuses[2]}.`,
  ])
  return first === 200 && statuses.join() === '409,404,410'
}

const percent = (share: number | null) => (share === null ? '–' : `${Math.round(share * 100)} %`)

async function figures({ app }: SurveyHouse, say: Say): Promise<void> {
  const period = { from: '2026-03-01T00:00:00Z', until: '2026-04-01T00:00:00Z' }
  const { items } = await app.agent.find({})
  const names = new Map<string | null, string>(items.map(({ id, name }) => [id, name]))
  const idOf = (name: string) => items.find((agent) => agent.name === name)?.id ?? ''
  const compare: [string, string] = [idOf('Noor'), idOf('Jonas')]
  const { groups, differences } = await app.survey.scores({ ...period, by: 'agent', compare })
  const lines = groups.map(({ group, score, responseRate }) => {
    if (score.kind !== 'csat') return ''
    const range =
      score.interval === null ? '' : `, between ${percent(score.interval.low)} and ${percent(score.interval.high)}`
    return `${names.get(group) ?? 'nobody'}: ${percent(score.share)} satisfied${range}; ${score.n} answers, response rate ${percent(responseRate)}.`
  })
  say('Scores', [...lines, `Noor against Jonas: ${differences[0]?.words}.`])
  const { tallies } = await app.survey.audit(period)
  say(
    'The audit',
    tallies.map(
      ({ survey, considered, states, suppressed }) =>
        `${survey}: ${considered} came up. ${told(states)}. Not asked: ${told(suppressed)}.`,
    ),
  )
}

function told(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}
