/**
 * How much room a desk takes on PostgreSQL: the size of each table and its indexes, for each ticket, after so many whole lives.
 *
 * A life: opened with 300 characters, answered with 300, solved; one customer for five tickets; two clocks.
 * Sizes by environment: TICKETS, which becomes a multiple of 250.
 */
import { createDesk, type DeskOptions, type TicketId } from 'deskwright'
import { postgresStore } from 'deskwright/postgres'
import pg from 'pg'
import { startPostgres } from '../test/servers/postgres.ts'

const ATONCE = 250
const TICKETS = Math.ceil(Number(process.env.TICKETS ?? 20_000) / ATONCE) * ATONCE
const COMMANDS = 2000
const BODY = 'The machine hums since this morning, and the display stays dark. I have tried another socket. '.repeat(4)
const text = BODY.slice(0, 300)

const server = await startPostgres()
if (!server) process.exit(0)

const policies: NonNullable<DeskOptions['policies']> = {
  sla: {
    policies: [{ name: 'standard', metrics: { firstReply: { target: '4h' }, resolution: { target: '40h' } } }],
  },
}

/** What stands in the schema: bytes of rows, and of indexes. */
const SIZES = `select relname as name, pg_table_size(c.oid)::float8 as rows, pg_indexes_size(c.oid)::float8 as indexes,
    c.reltuples::float8 as count
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind = 'r' order by pg_total_relation_size(c.oid) desc, relname`
interface Size {
  readonly name: string
  readonly rows: number
  readonly indexes: number
  readonly count: number
}

const sum = (all: readonly Size[]) => all.reduce((bytes, { rows, indexes }) => bytes + rows + indexes, 0)
const width = (value: number | string, letters: number) => String(value).padStart(letters)
const gigabytes = (bytes: number) =>
  bytes >= 1e12 ? `${(bytes / 1e12).toFixed(1)} TB` : `${(bytes / 1e9).toFixed(0)} GB`

try {
  const pool = new pg.Pool({ connectionString: await server.database(), max: 8 })
  pool.on('error', () => undefined)
  const desk = await createDesk({ store: postgresStore(pool), policies })
  const setup = desk.as({ by: { kind: 'system', id: 'bench' } })
  const agent = await setup.agent.create({ name: 'Ada' })
  const acting = desk.as({ by: { kind: 'agent', id: agent.id } })
  type Items = Parameters<typeof acting.batch>[0]

  async function all(items: Items): Promise<TicketId[]> {
    const outcomes = await acting.batch(items)
    return outcomes.map((outcome) => {
      if (!outcome.done) throw outcome.fault
      return outcome.record.id as TicketId
    })
  }
  for (let n = 0; n < TICKETS; n += ATONCE) {
    const requesterOf = (place: number) => ({ email: `customer${Math.floor((n + place) / 5)}@example.org` })
    const opened = await all(
      Array.from({ length: ATONCE }, (_, place) => ({
        name: 'ticket.open' as const,
        input: { requester: requesterOf(place), subject: 'It hums', body: text, tags: ['hum'] },
      })),
    )
    await all(opened.map((ticketId) => ({ name: 'ticket.reply' as const, input: { ticketId, body: text } })))
    await all(opened.map((ticketId) => ({ name: 'ticket.solve' as const, input: { ticketId } })))
  }

  async function sizes(): Promise<Size[]> {
    await pool.query('vacuum analyze')
    return (await pool.query<Size>(SIZES)).rows
  }
  const found = await sizes()
  const total = sum(found)
  const { version } = (await pool.query<{ version: string }>("select current_setting('server_version') as version"))
    .rows[0] as { version: string }
  console.log(`PostgreSQL ${version}, ${TICKETS} tickets: bytes a ticket`)
  console.log(
    `${'table'.padEnd(20)}${['rows', 'their bytes', 'indexes', 'both'].map((word) => width(word, 13)).join('')}`,
  )
  for (const { name, rows, indexes, count } of found) {
    const parts = [(count / TICKETS).toFixed(1), ...[rows, indexes, rows + indexes].map((n) => Math.round(n / TICKETS))]
    if (rows + indexes > TICKETS) console.log(`${name.padEnd(20)}${parts.map((part) => width(part, 13)).join('')}`)
  }
  const each = total / TICKETS
  console.log(`${'all'.padEnd(20)}${width(Math.round(each), 52)}`)
  console.log(`10 million tickets: ${gigabytes(each * 1e7)}; 1 billion: ${gigabytes(each * 1e9)}`)
  await pool.query('vacuum full')
  const packed = await sizes()
  console.log(
    `written anew, without the room that changes left free: ${Math.round(sum(packed) / TICKETS)} bytes a ticket`,
  )

  const name = 'desk_command'
  const bytesOf = (all: readonly Size[]) =>
    all.filter((one) => one.name === name).map((one) => one.rows + one.indexes)[0]
  const before = bytesOf(packed) ?? 0
  for (let n = 0; n < COMMANDS; n++) {
    const commandId = `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`
    await setup.team.create({ name: `Team ${n}` }, { commandId })
  }
  console.log(`a command id: ${Math.round(((bytesOf(await sizes()) ?? 0) - before) / COMMANDS)} bytes`)
  await desk.close()
  await pool.end()
} finally {
  await server.stop()
}
