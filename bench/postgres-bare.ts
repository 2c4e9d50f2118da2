/** What the measurements on PostgreSQL share: time, a desk, and the rows of its changes as the bare driver writes them. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { type Change, createDesk, type Desk, type Store, tables } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import pg from 'pg'
import type { PostgresServer } from '../test/servers/postgres.ts'

const BODY = 'The machine hums since this morning, and the display stays dark. I have tried another socket. '.repeat(3)

export const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number

/** Rounds before those that count, so that both sides run compiled code. */
export const WARM = 4

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Processor time so far of this process and of the server's, in milliseconds: other work on the machine adds nothing. */
export function processorMs({ folder }: PostgresServer): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000 + serverMs(folder)
}

// In hundredths of a second; 0 where the system does not tell.
function serverMs(folder: string): number {
  if (process.platform !== 'linux') return 0
  const [postmaster] = readFileSync(`${folder}/data/postmaster.pid`, 'utf8').split('\n', 1)
  const ticks = readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return []
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const [, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return parent === postmaster ? [Number(rest[9]) + Number(rest[10])] : []
    } catch {
      return []
    }
  })
  return ticks.reduce((sum, one) => sum + one, 0) * 10
}

/** A pool on a fresh database. Where the measuring fails, the server is stopped under it: that is no news. */
export async function poolOn(server: PostgresServer, max: number): Promise<pg.Pool> {
  const pool = new pg.Pool({ connectionString: await server.database(), max })
  pool.on('error', () => undefined)
  return pool
}

/** So many loops at once, which share the work. */
export async function inParallel(loops: number, count: number, one: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const loop = async () => {
    while (next < count) await one(next++)
  }
  await Promise.all(Array.from({ length: loops }, loop))
}

// ---------------------------------------------------------------- a desk, and the rows that it writes

const transports = [{ name: 'bench', deliver: async () => {} }]
type Opening = (n: number) => Promise<unknown>
/** Opens so many tickets in one commit, for customers from one on. */
type Batching = (from: number, count: number) => Promise<unknown>
type Hands = ReturnType<Desk['as']>

export interface Measured {
  readonly desk: Desk
  readonly acting: Hands
  readonly open: Opening
  readonly byEmail: Opening
  readonly batch: Batching
}

const letterOf = (requester: object) => ({ requester, subject: 'It hums', body: BODY, tags: ['hum'] })

let commands = 0
const commandId = () => `cmd-${Date.now()}-${String(commands++).padStart(9, '0')}`

export async function deskOn(store: Store): Promise<Measured> {
  const desk = await createDesk({ store, transports })
  const agent = await desk.as({ by: { kind: 'system', id: 'bench' } }).agent.create({ name: 'Ada' })
  const acting = desk.as({ by: { kind: 'agent', id: agent.id } })
  const openFor = (requester: object) => acting.ticket.open(letterOf(requester) as never, { commandId: commandId() })
  const customers: string[] = []
  const byEmail: Opening = (n) => openFor({ email: `customer${n % 200}@example.org` })
  await inParallel(1, 200, async (n) => customers.push(((await byEmail(n)) as { requesterId: string }).requesterId))
  const open: Opening = (n) => openFor({ customerId: customers[n % 200] })
  await inParallel(1, 20, open)
  const batch: Batching = (from, count) => {
    const inputs = Array.from({ length: count }, (_, n) => letterOf({ customerId: customers[(from + n) % 200] }))
    return batchOf(acting, 'ticket.open', inputs)
  }
  return { desk, acting, open, byEmail, batch }
}

/** Does one command many times in one commit, all of which must succeed; the records. */
export async function batchOf(acting: Hands, name: string, inputs: readonly object[]): Promise<{ id: string }[]> {
  const items = inputs.map((input) => ({ name, input }))
  const outcomes = await acting.batch(items as never, { commandId: commandId() })
  return (outcomes as readonly { done: boolean; record: { id: string }; fault: unknown }[]).map((one) => {
    if (!one.done) throw one.fault
    return one.record
  })
}

/**
 * Makes the changes that a desk makes, as many as are asked for: what the bare driver is to write. The desk is in memory
 * and keeps none of them, since what fills this process's memory slows down what is measured in it.
 */
export async function changesBy(
  work: (on: Measured, n: number) => Promise<unknown>,
): Promise<(count: number) => Promise<Change[]>> {
  const store = memoryStore()
  let changes: Change[] | null = null
  const commit: Store['commit'] = async (change) => {
    if (changes === null) return store.commit(change)
    changes.push(change)
    return { committed: true }
  }
  const on = await deskOn({ ...store, commit })
  changes = []
  let done = 0
  return async (count) => {
    for (let n = 0; n < count; n++) await work(on, done++)
    return changes.splice(0)
  }
}

// ---------------------------------------------------------------- the bare driver

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** One statement that is ready to be written: its text without numbers for its parameters, and those. */
interface Bare {
  readonly table: string
  readonly row: Readonly<Record<string, unknown>>
}

function rowsOf({ tenant, command, writes, journal, set }: Change): Bare[] {
  return [
    ...(command ? [{ table: 'command', row: { tenant, ...command, result: JSON.stringify(command.result) } }] : []),
    ...writes.map(({ kind, id, expected, doc, tip }) => {
      const fields = tables[kind].columns.map((name) => [snake(name), doc?.[name] ?? null])
      const row = { tenant, id, version: expected + 1, tip, doc: JSON.stringify(doc), ...Object.fromEntries(fields) }
      return { table: snake(kind), row }
    }),
    ...journal.map((entry) => ({ table: 'journal', row: { tenant, ...entry } })),
    ...set.map(({ dueAt, group, body, ...rest }) => {
      const due = { due_at: dueAt, ready_at: dueAt, visible_at: dueAt }
      return {
        table: 'task',
        row: { tenant, ...rest, ...due, grp: group, body: JSON.stringify(body), attempts: 0, fence: 0 },
      }
    }),
  ]
}

function insertOf({ table, row }: Bare, from: number): string {
  const names = Object.keys(row)
  return `insert into desk_${table} (${names.map((name) => `"${name}"`)}) values (${names.map((_, n) => `$${from + n}`)})`
}

const names = new Map<string, string>()
function prepared(text: string, values: unknown[]): { name: string; text: string; values: unknown[] } {
  const name = names.get(text) ?? `bare${names.size}`
  names.set(text, name)
  return { name, text, values }
}

export type Written = {
  readonly one: ReturnType<typeof prepared>
  readonly many: readonly ReturnType<typeof prepared>[]
}

/** A change as one statement and as several, made before the clock starts. */
export function bareOf(change: Change): Written {
  const rows = rowsOf(change)
  const many = rows.map((bare) => prepared(insertOf(bare, 1), Object.values(bare.row)))
  const values: unknown[] = []
  const parts = rows.map((bare, n) => {
    const text = `part${n} as (${insertOf(bare, values.length + 1)} returning 1)`
    values.push(...Object.values(bare.row))
    return text
  })
  return { one: prepared(`with ${parts.join(', ')} select 1`, values), many }
}

export async function writeMany(pool: pg.Pool, { many }: Written): Promise<void> {
  const client = await pool.connect()
  await client.query('begin')
  for (const config of many) await client.query(config)
  await client.query('commit')
  client.release()
}

/** What the bare driver is spared, made in time as a desk has to: the journal's hashes, and JSON text of what is written. */
export function madeInTime(change: Change): Change {
  for (const { body, hash } of change.journal) createHash('sha256').update(`${hash}\n${body}`).digest('hex')
  return change
}

/** A change as one statement, with one part for each table that holds all of its rows. */
export function bareRows(change: Change): Written['one'] {
  const byTable = new Map<string, Bare[]>()
  for (const bare of rowsOf(change)) byTable.set(bare.table, [...(byTable.get(bare.table) ?? []), bare])
  const values: unknown[] = []
  const parts = [...byTable.values()].map((rows, n) => {
    const [first] = rows as [Bare, ...Bare[]]
    const names = Object.keys(first.row)
    const places = rows.map(({ row }) => `(${names.map((name) => `$${values.push(row[name])}`)})`)
    return `part${n} as (insert into desk_${first.table} (${names.map((name) => `"${name}"`)}) values ${places} returning 1)`
  })
  return prepared(`with ${parts.join(', ')} select 1`, values)
}
