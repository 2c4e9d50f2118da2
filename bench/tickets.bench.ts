/** What a desk costs on an SQLite file: the same rows written by the bare driver in the same run, as ratios. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Change, createDesk } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { sqliteStore } from 'deskwright/sqlite'
import Database from 'libsql'
import { bareWriter, type Desks, openDesk, quoted } from './bare-writer.ts'

/** How many commands are timed in one block; blocks of the desk and of the driver take turns. */
const BLOCK = Number(process.env.BLOCK ?? 500)
const ROUNDS = Number(process.env.ROUNDS ?? 8)
const LARGE = Number(process.env.LARGE ?? 1_000_000)
const SMALL = 10_000
/** Rounds before those that count, so that both sides run compiled code. */
const WARM = 4
const BODY = 'The machine hums since this morning, and the display stays dark. I have tried another socket. '.repeat(3)

const folder = mkdtempSync(join(tmpdir(), 'deskwright-bench-'))
let lastCommand = 0
/** Ids that grow with time, as UUID version 7 does: random ones would touch another page of a large index each time. */
function commandId(): string {
  lastCommand = Math.max(lastCommand + 1, Date.now() * 1000)
  return `cmd-${lastCommand}`
}

type Work = (count: number) => Promise<void>

function openings({ desk, agentId }: Desks, customers: number): Work {
  const acting = desk.as({ by: { kind: 'agent', id: agentId } })
  let n = 0
  return async (count) => {
    for (let i = 0; i < count; i++) {
      const email = `customer${n++ % customers}@example.org`
      await acting.ticket.open(
        { requester: { email }, subject: 'It hums', body: BODY, tags: ['hum'] },
        { commandId: commandId() },
      )
    }
  }
}

function replies({ desk, agentId }: Desks, ticketIds: readonly `tkt_${string}`[]): Work {
  const acting = desk.as({ by: { kind: 'agent', id: agentId } })
  let n = 0
  return async (count) => {
    for (let i = 0; i < count; i++)
      await acting.ticket.reply(
        { ticketId: ticketIds[n++ % ticketIds.length]!, body: BODY },
        { commandId: commandId() },
      )
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}

async function timed(work: () => unknown): Promise<number> {
  return (await timedTwice(work)).ms
}

interface Timed {
  readonly ms: number
  /** Of this process: what other work on the machine, and the disk, do not add to. */
  readonly processorMs: number
}

async function timedTwice(work: () => unknown): Promise<Timed> {
  const begin = process.cpuUsage()
  const start = process.hrtime.bigint()
  await work()
  const ms = Number(process.hrtime.bigint() - start) / 1e6
  const { user, system } = process.cpuUsage(begin)
  return { ms, processorMs: (user + system) / 1000 }
}

/** The desk's changes for the same commands, made by a desk in memory: what the bare driver is to write. */
async function changesFor(
  work: (desks: Desks) => Promise<Work>,
  count: number,
): Promise<{ before: Change[]; timed: Change[] }> {
  const desks = await openDesk(memoryStore())
  const run = await work(desks)
  const before = desks.changes.splice(0)
  await run(count)
  return { before, timed: desks.changes }
}

interface Compared {
  readonly name: string
  readonly desk: Timed
  readonly bare: Timed
}

/** Times the desk and the bare driver in turns, each on a file of its own with the same content. */
async function compare(name: string, work: (desks: Desks) => Promise<Work>): Promise<Compared> {
  const paths = [join(folder, `${name}-desk.db`), join(folder, `${name}-bare.db`)] as const
  const desks = await openDesk(sqliteStore(paths[0]))
  await (await createDesk({ store: sqliteStore(paths[1]) })).close()
  const run = await work(desks)
  const bare = bareWriter(paths[1])
  const { before, timed: changes } = await changesFor(work, BLOCK * (ROUNDS + WARM))
  bare.write(bare.prepare(before))
  const ready = bare.prepare(changes)
  const of = (times: readonly Timed[]): Timed => ({
    ms: median(times.map(({ ms }) => ms)) / BLOCK,
    processorMs: median(times.map(({ processorMs }) => processorMs)) / BLOCK,
  })
  const [desk, bareDriver]: [Timed[], Timed[]] = [[], []]
  for (let round = 0; round < ROUNDS + WARM; round++) {
    const block = ready.slice(round * BLOCK, (round + 1) * BLOCK)
    const own = await timedTwice(() => run(BLOCK))
    const other = await timedTwice(() => bare.write(block))
    if (round >= WARM) {
      desk.push(own)
      bareDriver.push(other)
    }
    desks.changes.length = 0
  }
  await desks.desk.close()
  bare.db.close()
  return { name, desk: of(desk), bare: of(bareDriver) }
}

const opening = async (desks: Desks) => {
  const run = openings(desks, 200)
  await run(400)
  return run
}

const replying = async (desks: Desks) => {
  await openings(desks, 200)(400)
  const found = await desks.desk.as({ by: { kind: 'system', id: 'bench' } }).ticket.find({ limit: 200 })
  const run = replies(
    desks,
    found.items.map((ticket) => ticket.id),
  )
  await run(200)
  return run
}

/** Copies one opened ticket over and over by the bare driver, under ids of its own, until there are `count`. */
function fill(path: string, from: number, count: number): void {
  const db = new Database(path)
  db.exec('pragma journal_mode = wal; pragma synchronous = off; pragma cache_size = -400000')
  db.exec('drop table if exists temp.one')
  const copy = (table: string, replaced: Record<string, string>, where: string) => {
    const names = (db.prepare(`select name from pragma_table_info('desk_${table}')`).all() as { name: string }[])
      .map((row) => row.name)
      .filter((name) => name !== 'position')
    const values = names.map((name) => replaced[name] ?? `t.${quoted(name)}`)
    return `insert into desk_${table} (${names.map(quoted)}) select ${values} from (select * from desk_${table} where ${where}) t, range r`
  }
  // Copies spread over statuses and priorities as on a desk that has long been at work: most are closed.
  const status = `case when r.i % 50 = 0 then 'open' when r.i % 50 = 1 then 'pending' else 'closed' end`
  const priority = `'P' || (1 + (r.i / 50) % 5)`
  const at = `strftime('%Y-%m-%dT%H:%M:%fZ', 1600000000 + r.i, 'unixepoch')`
  const ticket = (db.prepare('select id from desk_ticket order by id limit 1').get() as { id: string }).id
  const range = `with recursive range(i) as (select ${from} union all select i + 1 from range where i < ${from + count - 1}) `
  const ticketId = `'tkt_00' || printf('%024d', r.i)`
  db.exec('begin')
  db.exec(
    range +
      copy(
        'ticket',
        { id: ticketId, number: `-r.i`, status, category: status, priority, opened_at: at, changed_at: at },
        `id = '${ticket}'`,
      ),
  )
  db.exec(
    range +
      copy(
        'message',
        { id: `'msg_00' || printf('%024d', r.i)`, ticket_id: ticketId },
        `ticket_id = '${ticket}' and seq = 1`,
      ),
  )
  db.exec(range + copy('journal', { id: ticketId }, `kind = 'ticket' and id = '${ticket}' and version = 1`))
  db.exec(range + copy('command', { id: `'bulk' || r.i` }, `id = (select id from desk_command limit 1)`))
  db.exec('commit')
  db.close()
}

interface Grown {
  readonly stored: number
  readonly openMs: number
  readonly pageMs: number
}

/** A file with so many tickets, and what is to be timed on it. */
async function grown(stored: number) {
  const path = join(folder, `growth-${stored}.db`)
  const first = await openDesk(sqliteStore(path))
  await openings(first, 200)(1)
  await first.desk.close()
  fill(path, 1, stored)
  const desks = await openDesk(sqliteStore(path))
  const acting = desks.desk.as({ by: { kind: 'agent', id: desks.agentId } })
  const run = openings(desks, 200)
  const page = async () => {
    const { items } = await acting.ticket.find({
      where: {
        all: [
          { field: 'status', is: 'open' },
          { field: 'priority', is: 'P2' },
        ],
      },
      order: [{ field: 'changedAt', direction: 'desc' }],
    })
    if (items.length < Math.min(50, stored / 250)) throw new Error(`a page of ${items.length}`)
  }
  await run(400)
  await page()
  const openMs: number[] = []
  const pageMs: number[] = []
  const round = async () => {
    openMs.push((await timed(() => run(BLOCK))) / BLOCK)
    for (let i = 0; i < 10; i++) pageMs.push(await timed(page))
    desks.changes.length = 0
  }
  const result = (): Grown => ({ stored, openMs: median(openMs), pageMs: median(pageMs) })
  return { round, result, close: () => desks.desk.close() }
}

/** Times both sizes in turns, so that a change of the machine's mood meets both. */
async function growth(): Promise<readonly [Grown, Grown]> {
  const [small, large] = [await grown(SMALL), await grown(LARGE)]
  for (let n = 0; n < ROUNDS; n++) {
    await small.round()
    await large.round()
  }
  await Promise.all([small.close(), large.close()])
  return [small.result(), large.result()]
}

/** Processor time of one command in memory: the process's own work, with no database in it. */
async function inMemory(work: (desks: Desks) => Promise<Work>): Promise<number> {
  const desks = await openDesk(memoryStore())
  const run = await work(desks)
  const times: number[] = []
  for (let round = 0; round < ROUNDS + WARM; round++) {
    const { processorMs } = await timedTwice(() => run(BLOCK))
    if (round >= WARM) times.push(processorMs / BLOCK)
    desks.changes.length = 0
  }
  await desks.desk.close()
  return median(times)
}

const us = (ms: number) => `${(ms * 1000).toFixed(0)} µs`.padStart(9)

try {
  for (const { name, desk, bare } of [await compare('opening', opening), await compare('replying', replying)]) {
    console.log(
      `${name.padEnd(9)} desk ${us(desk.ms)}   bare driver ${us(bare.ms)}   ratio of rates ${(bare.ms / desk.ms).toFixed(2)} (goal 0.60)`,
    )
    console.log(
      `  processor time ${us(desk.processorMs)} and ${us(bare.processorMs)}; the bare driver reads nothing, and its values, JSON and hashes were ready`,
    )
  }
  console.log(
    `in memory, processor time: opening ${us(await inMemory(opening))}, replying ${us(await inMemory(replying))}`,
  )
  if (LARGE > 0) {
    const [small, large] = await growth()
    for (const { stored, openMs, pageMs } of [small, large])
      console.log(
        `with ${String(stored).padStart(9)} stored tickets: one more ${us(openMs)}   a page of 50 by status and priority ${us(pageMs)}`,
      )
    console.log(`cost of one more, large to small: ${(large.openMs / small.openMs).toFixed(2)} (goal at most 1.20)`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
