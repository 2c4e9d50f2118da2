/** Prints the day for a reader: one ticket's story, what was refused, the desk in the evening, figures, and where it all lies. */
import type { Ticket, Verification } from 'deskwright'
import type { Ink } from '../plain-text/ink.ts'
import { count, heading, indent, lasting, many, table, wrap } from '../plain-text/lines.ts'
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
    { title: 'subject', max: 27 },
    { title: 'status', max: 20 },
    { title: 'prio' },
    { title: 'team' },
    { title: 'assignee' },
    { title: 'channel' },
    { title: 'msg', align: 'right' },
  ] as const
  const rows = tickets.map((ticket) => [
    ticket.number,
    ticket.subject,
    ticket.status,
    ticket.priority,
    named(ticket.teamId),
    named(ticket.assigneeId),
    ticket.channel,
    ticket.messageCount,
  ])
  return table(columns, rows, ink)
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
    [
      'solved',
      `${solved}, of which ${reopened} had been reopened; ${many(followUps, 'follow-up')}, ${figures.deleted} deleted`,
    ],
  ]
  return rows.flatMap(([name = '', text = '']) =>
    wrap(text, 82).map((line, index) => `${(index === 0 ? name : '').padEnd(13)}${line}`),
  )
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
