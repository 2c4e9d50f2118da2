/** What a simulation costs, and that its memory does not grow with the tickets: past tickets of an SQLite file under another policy. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createDesk, type DeskOptions, type Store, type TicketId } from 'deskwright'
import type { SlaPolicyDefinition } from 'deskwright/sla'
import { sqliteStore } from 'deskwright/sqlite'
import { manualClock, seededRandom } from 'deskwright/testing'
import Database from 'libsql'

const TICKETS = Number(process.env.TICKETS ?? 100_000)
/** Lives that are really lived; all others are copies of these, moved in time. */
const LIVES = 100
const MINUTE = 60_000
const YEAR = 365 * 24 * 60 * MINUTE
const START = Date.parse('2024-01-01T00:00:00Z')

const DAY = [['09:00', '17:00']] as const
const policies: NonNullable<DeskOptions['policies']> = {
  calendars: {
    office: {
      timeZone: 'America/New_York',
      weekly: { mon: DAY, tue: DAY, wed: DAY, thu: DAY, fri: DAY },
      exceptions: [{ yearly: '12-25', open: [] }],
    },
  },
  sla: {
    policies: [
      {
        name: 'standard',
        calendar: 'office',
        metrics: {
          firstReply: { target: { P1: '1h', otherwise: '4h' }, warn: [0.75] },
          nextReply: { target: '8h' },
          resolution: { target: { P1: '8h', otherwise: '40h' }, warn: [{ before: '1h' }] },
        },
      },
    ],
  },
}
const stricter: readonly SlaPolicyDefinition[] = [
  {
    name: 'stricter',
    metrics: {
      firstReply: { target: '10h' },
      nextReply: { target: '20h' },
      resolution: { target: '96h', pauseOn: [] },
    },
  },
]

const folder = mkdtempSync(join(tmpdir(), 'deskwright-simulate-'))
const path = join(folder, 'desk.db')

/** Some tickets, each with a life of its own: asked, answered, waited for, solved, some of them reopened. */
async function live(): Promise<TicketId[]> {
  const clock = manualClock(START)
  const desk = await createDesk({ store: sqliteStore(path), clock, policies })
  const setup = desk.as({ by: { kind: 'system', id: 'bench' } })
  const { id: agentId } = await setup.agent.create({ name: 'Ada' })
  const agent = desk.as({ by: { kind: 'agent', id: agentId } })
  const random = seededRandom(7)
  const wait = (longest: number) => clock.set(clock.now() + Math.ceil(random.next() * longest) * MINUTE)
  const ids: TicketId[] = []
  for (let n = 0; n < LIVES; n++) {
    wait(600)
    const urgency = n % 8 === 0 ? 'high' : 'medium'
    const requester = { email: `customer${n}@example.org` }
    const { id: ticketId, requesterId } = await setup.ticket.open({
      requester,
      subject: 'It hums',
      body: '…',
      urgency,
      impact: urgency,
    })
    const customer = desk.as({ by: { kind: 'customer', id: requesterId } })
    await agent.ticket.assign({ ticketId, assigneeId: agentId })
    wait(600)
    await agent.ticket.reply({ ticketId, body: 'Since when?', ...(n % 3 > 0 && { status: 'pending' }) })
    wait(3000)
    await customer.ticket.reply({ ticketId, body: 'Since Monday.' })
    wait(2000)
    await agent.ticket.reply({ ticketId, body: 'Done.', ...(n % 10 > 0 && { status: 'solved' }) })
    if (n % 7 === 0) {
      wait(2000)
      await customer.ticket.reply({ ticketId, body: 'It hums again.' })
    }
    ids.push(ticketId)
  }
  await desk.close()
  return ids
}

const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g

type Row = Readonly<Record<string, unknown>>

/** Copies the lives until there are so many tickets, spread over a year, as records and as journal. */
function multiply(ids: readonly TicketId[]): number {
  const db = new Database(path)
  db.exec('pragma journal_mode = wal; pragma synchronous = off')
  const rowsOf = (table: string, id: TicketId) =>
    (db.prepare(`select * from desk_${table} where id = ?`).all([id]) as Row[]).map(({ position: _, ...row }) => row)
  const lives = ids.map((id) => ({ id, ticket: rowsOf('ticket', id), journal: rowsOf('journal', id) }))
  const insert = (table: string, rows: readonly Row[]) => {
    const names = Object.keys(rows[0] ?? {})
    const sql = `insert into desk_${table} (${names.map((name) => `"${name}"`)}) values (${names.map(() => '?')})`
    const statement = db.prepare(sql)
    return (row: Row) => statement.run(names.map((name) => row[name]))
  }
  const first = lives[0]
  if (!first) throw new Error('Nobody has lived.')
  const writeTicket = insert('ticket', first.ticket)
  const writeEntry = insert('journal', first.journal)
  let entries = lives.reduce((sum, { journal }) => sum + journal.length, 0)
  db.exec('begin')
  for (let n = LIVES; n < TICKETS; n++) {
    const { id, ticket, journal } = lives[n % LIVES] as (typeof lives)[number]
    const own = `tkt_00${String(n).padStart(24, '0')}`
    const later = Math.floor((n / TICKETS) * YEAR)
    const moved = (value: unknown) =>
      typeof value === 'string'
        ? value.replaceAll(id, own).replace(INSTANT, (at) => new Date(Date.parse(at) + later).toISOString())
        : value
    const copied = (row: Row): Row =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, moved(value)]))
    for (const row of ticket) writeTicket({ ...copied(row), number: -n })
    for (const row of journal) writeEntry(copied(row))
    entries += journal.length
  }
  db.exec('commit')
  db.close()
  return entries
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`
const heapNow = () => {
  collect()
  return process.memoryUsage().heapUsed
}

const PAGE = 25
const SAMPLES = 50

/** The store, which now and then, when a page of tickets is asked of it, takes the size of the heap. */
function watched(store: Store, heaps: number[]): Store {
  const every = Math.max(1, Math.floor(TICKETS / PAGE / SAMPLES))
  let pages = 0
  return {
    ...store,
    find: (...request) => {
      if (request[1] === 'ticket' && pages++ % every === 0) heaps.push(heapNow())
      return store.find(...request)
    },
  }
}

async function simulate(): Promise<void> {
  const heaps: number[] = []
  const desk = await createDesk({
    store: watched(sqliteStore(path), heaps),
    clock: manualClock(START + 2 * YEAR),
    policies,
  })
  const me = desk.as({ by: { kind: 'system', id: 'bench' } })
  await me.sla.simulate({ policies: stricter, where: { field: 'number', lt: -TICKETS + 50 } })
  heaps.length = 0
  const before = heapNow()
  const started = performance.now()
  const { tickets, differing, rows } = await me.sla.simulate({ policies: stricter })
  const seconds = (performance.now() - started) / 1000
  const after = heapNow()
  await desk.close()
  if (tickets !== TICKETS) throw new Error(`${tickets} of ${TICKETS} tickets were played.`)
  const tenth = Math.max(1, Math.floor(heaps.length / 10))
  const [early, late] = [Math.max(...heaps.slice(0, tenth)), Math.max(...heaps.slice(-tenth))]
  console.log(
    `${tickets} tickets in ${seconds.toFixed(1)} s: ${Math.round(tickets / seconds)} tickets a second, each played twice; ${differing} differ, ${rows.length} rows`,
  )
  console.log(`heap in use: before ${megabytes(before)}, after ${megabytes(after)}`)
  console.log(
    `highest at a page of tickets: first tenth ${megabytes(early)}, last tenth ${megabytes(late)}: ratio ${(late / early).toFixed(2)} (goal at most 1.10)`,
  )
  console.log(
    `highest resident set of the process, filling included: ${megabytes(process.resourceUsage().maxRSS * 1024)}`,
  )
}

try {
  const filling = performance.now()
  const entries = multiply(await live())
  console.log(
    `${TICKETS} tickets, ${entries} events in an SQLite file, made in ${((performance.now() - filling) / 1000).toFixed(0)} s`,
  )
  await simulate()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
