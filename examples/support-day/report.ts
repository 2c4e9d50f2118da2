/** Prints the day for a reader: one ticket's story, what was refused, the desk in the evening, figures, and where it all lies. */
import type { Attained, SlaExplanation, Ticket, Verification } from 'deskwright'
import type { Ink } from '../../src/cli/ink.ts'
import { count, dayTime, heading, indent, lasting, many, table, wrap } from '../plain-text/lines.ts'
import type { Figures, Tally } from './figures.ts'
import type { Refusal } from './live.ts'
import type { Names } from './story.ts'

export interface Evening {
  readonly story: {
    readonly ticket: Ticket
    readonly lines: readonly string[]
    readonly customer: string
    readonly customerSees: number
  }
  readonly due: { readonly ticket: Ticket; readonly explained: SlaExplanation }
  readonly refusals: readonly Refusal[]
  readonly tickets: readonly Ticket[]
  readonly names: Names
  readonly figures: Figures
  readonly verified: Verification
  readonly file: string
}

export function reportOf(evening: Evening, ink: Ink): string[] {
  const { story, refusals, tickets, names, figures } = evening
  const { number, subject } = story.ticket
  return [
    ...heading(`One ticket, from the first message on: #${number} ${subject}`, ink),
    ...indent(story.lines),
    ...indent([
      '',
      `${story.customer} sees ${story.customerSees} of these ${story.lines.length} lines: what was noted and arranged among agents is not hers to read.`,
    ]),
    ...heading('What the desk refused', ink),
    ...indent(refusals.flatMap((refusal) => refused(refusal, ink))),
    ...heading('The desk in the evening', ink),
    ...indent(desk(tickets, names, ink)),
    ...heading(`Why is the first reply to #${evening.due.ticket.number} due when it is?`, ink),
    ...indent(explained(evening.due, ink)),
    ...heading('Figures', ink),
    ...indent(figured(figures)),
    ...heading('The journal', ink),
    ...indent(journal(evening, ink)),
    ...heading('Look into it', ink),
    ...indent(next(evening.file)),
  ]
}

function refused({ at, who, tried, code, message }: Refusal, ink: Ink): string[] {
  return [`${at}  ${who} tried ${tried}: ${ink.bad(code)}`, ...indent(wrap(message, 88), 7)]
}

function desk(tickets: readonly Ticket[], names: Names, ink: Ink): string[] {
  const named = (id: string | null) => (id === null ? '–' : (names.get(id) ?? id))
  const columns = [
    { title: '#', align: 'right' },
    { title: 'subject', max: 26 },
    { title: 'status', max: 20 },
    { title: 'prio' },
    { title: 'team' },
    { title: 'assignee' },
    { title: 'msg', align: 'right' },
    { title: 'due' },
  ] as const
  const rows = tickets.map((ticket) => [
    ticket.number,
    ticket.subject,
    ticket.status,
    ticket.priority,
    named(ticket.teamId),
    named(ticket.assigneeId),
    ticket.messageCount,
    dueOf(ticket),
  ])
  return table(columns, rows, ink).map((line) => line.replace(/late$/, ink.bad))
}

/** The next promise that falls due. Waiting for others stops the clock, and then there is none. */
function dueOf({ slaBreached, nextDueAt, category }: Ticket): string {
  if (slaBreached) return 'late'
  if (nextDueAt !== null) return dayTime(nextDueAt)
  return category === 'pending' || category === 'hold' ? 'waits' : '–'
}

const SAYS = { open: 'it runs', closed: 'closed', paused: 'paused', stopped: 'stopped' } as const

function explained({ ticket, explained }: Evening['due'], ink: Ink): string[] {
  const { policy, target, segments, dueAt } = explained
  const columns = [
    { title: 'from' },
    { title: 'until' },
    { title: '' },
    { title: 'why' },
    { title: 'sum', align: 'right' },
  ] as const
  const rows = segments.map(({ kind, from, to, why, sum }) => [
    dayTime(from),
    dayTime(to),
    SAYS[kind],
    kind === 'open' ? `hours of ${why}` : why,
    lasting(sum),
  ])
  return [
    ...wrap(`${ticket.subject}: promised in ${lasting(target)} of the shop’s hours, by the policy “${policy}”.`, 94),
    ...table(columns, rows, ink),
    dueAt === null ? 'It is not due while it waits.' : `Due ${dayTime(dueAt)}.`,
  ]
}

function figured(figures: Figures): string[] {
  const { firstReplies, firstReplyMedian, solved, reopened, followUps } = figures
  const tallied = (tallies: readonly Tally[]) => tallies.map(({ name, count }) => `${name} ${count}`).join(', ')
  const answered =
    firstReplyMedian === null
      ? 'nobody was answered'
      : `median ${lasting(firstReplyMedian)}, longest ${lasting(Math.max(...firstReplies))}, over ${many(firstReplies.length, 'ticket')}`
  const rows = [
    ['by status', tallied(figures.byStatus)],
    ['by priority', tallied(figures.byPriority)],
    ['by channel', tallied(figures.byChannel)],
    ['first reply', answered],
    ...kept(figures.attained).map((text, index) => [index === 0 ? 'promises' : '', text]),
    [
      'solved',
      `${solved}, of which ${reopened} had been reopened; ${many(followUps, 'follow-up')}, ${figures.deleted} deleted`,
    ],
  ]
  return rows.flatMap(([name = '', text = '']) =>
    wrap(text, 82).map((line, index) => `${(index === 0 ? name : '').padEnd(13)}${line}`),
  )
}

const PROMISES: Readonly<Record<string, string>> = {
  firstReply: 'first replies',
  nextReply: 'later replies',
  resolution: 'solutions',
}

/** Of each metric, over all priorities and policies. */
function kept(attained: readonly Attained[]): string[] {
  return Object.entries(PROMISES).map(([metric, what]) => {
    const rows = attained.filter((row) => row.metric === metric)
    const met = rows.reduce((sum, row) => sum + row.met, 0)
    const all = rows.reduce((sum, row) => sum + row.met + row.breached, 0)
    return `${what} ${met} of ${all} in time`
  })
}

function journal({ verified }: Evening, ink: Ink): string[] {
  if (!verified.ok) return verified.findings.map(({ says }) => ink.bad(says))
  return [
    `${count(verified.entries)} events of ${many(verified.records, 'record')}.`,
    `desk.verify() is ${ink.good('ok')}: every hash holds, and every record is what its events give.`,
  ]
}

function next(file: string): string[] {
  const sql = "select number, status, doc ->> 'subject' from desk_ticket"
  return [
    `The desk is one SQLite file: ${file}`,
    `  sqlite3 ${file} \\`,
    `    "${sql}"`,
    '',
    'Try next:',
    '  examples/support-day/morning.ts        the script of the day; change a line and start again',
    '  npm start -- --incidents PATH          replays a real incident log, and compares the totals',
    '  npm start -- --help                    what else there is to say',
  ]
}
