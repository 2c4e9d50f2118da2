/** What a tree costs on an SQLite file: one more child in a small tree and in a large one, and a look at a large one. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDesk, type TicketId } from 'deskwright'
import { sqliteStore } from 'deskwright/sqlite'
import Database from 'libsql'

/** How many children a ticket of the large tree has, and so its square how many tickets the tree. */
const WIDTH = Number(process.env.WIDTH ?? 100)
const BLOCK = Number(process.env.BLOCK ?? 40)
const ROUNDS = Number(process.env.ROUNDS ?? 15)

const folder = mkdtempSync(join(tmpdir(), 'deskwright-trees-'))
const statements: string[] = []

/** An open database that tells which statements are run. */
function counted(path: string) {
  const db = new Database(path)
  const telling = (sql: string) => {
    const statement = db.prepare(sql)
    const run =
      (name: 'run' | 'get' | 'all') =>
      (...params: never[]) => {
        statements.push(sql)
        return statement[name](...params) as unknown[]
      }
    return { run: run('run'), get: run('get'), all: run('all'), safeIntegers: () => {} }
  }
  return { prepare: telling, exec: (sql: string) => db.exec(sql), close: () => db.close() }
}

async function openDesk(name: string) {
  const child = { subject: 'A part of {number}' }
  const desk = await createDesk({
    store: sqliteStore(counted(join(folder, `${name}.db`))),
    policies: {
      relations: { openChildren: 10_000 },
      scenarios: {
        scenarios: { few: { children: Array(9).fill(child) }, many: { children: Array(WIDTH).fill(child) } },
      },
    },
  })
  return { desk, acting: desk.as({ by: { kind: 'system', id: 'bench' } }) }
}
type Acting = Awaited<ReturnType<typeof openDesk>>['acting']

const opening = { requester: { email: 'ada@example.org' }, subject: 'It hums', body: 'Since noon.' }

/** Makes the children of one ticket by a scenario, and names them. */
async function grow({ ticket }: Acting, ticketId: TicketId, scenario: 'few' | 'many'): Promise<TicketId[]> {
  await ticket.openChildren({ ticketId, scenario })
  const { root } = await ticket.tree({ ticketId, depth: 1 })
  return root.children.map((child) => child.ticketId)
}

/** A tree, and the place in it where more is added. */
interface Grown {
  readonly name: string
  readonly acting: Acting
  readonly rootId: TicketId
  readonly parentId: TicketId
  readonly openMs: number[]
  readonly moveMs: number[]
}

async function grown(name: string, shape: 'small' | 'bushy' | 'wide'): Promise<Grown> {
  const { acting } = await openDesk(name)
  const { id: rootId } = await acting.ticket.open(opening)
  const children = await grow(acting, rootId, shape === 'small' ? 'few' : 'many')
  if (shape === 'bushy') for (const id of children) await grow(acting, id, 'many')
  if (shape === 'wide')
    for (let n = 2; n < WIDTH; n++) await acting.ticket.openChildren({ ticketId: rootId, scenario: 'many' })
  return { name, acting, rootId, parentId: shape === 'bushy' ? children[0]! : rootId, openMs: [], moveMs: [] }
}

/** Adds children and takes them away again, so that the tree stays as large as it is; times the adding. */
async function addAndRemove({ acting: { ticket }, parentId, openMs, moveMs }: Grown): Promise<void> {
  const loose: TicketId[] = []
  openMs.push(
    await timed(async () => {
      for (let n = 0; n < BLOCK; n++) loose.push((await ticket.open({ ...opening, parentId })).id)
    }),
  )
  for (const ticketId of loose) await ticket.setParent({ ticketId, parentId: null })
  moveMs.push(
    await timed(async () => {
      for (const ticketId of loose) await ticket.setParent({ ticketId, parentId })
    }),
  )
  for (const ticketId of loose) await ticket.setParent({ ticketId, parentId: null })
}

async function timed(work: () => unknown): Promise<number> {
  const start = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - start) / 1e6
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}

const us = (ms: number) => `${((ms / BLOCK) * 1000).toFixed(0)} µs`.padStart(9)
const ratio = (large: readonly number[], small: readonly number[]) => (median(large) / median(small)).toFixed(2)

/** Looks at a whole tree, and says how long that took and which statements it was. */
async function look({ name, acting, rootId }: Grown): Promise<void> {
  const ms: number[] = []
  const read = async () => (await acting.ticket.tree({ ticketId: rootId })).root.total.tickets
  for (let n = 0; n < 5; n++) ms.push(await timed(read))
  statements.length = 0
  const tickets = await read()
  const below = statements.filter((sql) => /with recursive/i.test(sql))
  const rest = statements.filter((sql) => !below.includes(sql) && /^\s*(select|with)/i.test(sql))
  console.log(
    `${name}: ${tickets} tickets with their figures in ${median(ms).toFixed(0)} ms: ${below.length} statement for the tree (goal 1), ${rest.length} for the actor, the policies and the root`,
  )
}

try {
  const trees = [await grown('small', 'small'), await grown('bushy', 'bushy'), await grown('wide', 'wide')] as const
  // In turns, so that a change of the machine's mood meets all of them; the first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const tree of trees) await addAndRemove(tree)
    if (round === 0) for (const { openMs, moveMs } of trees) openMs.length = moveMs.length = 0
  }
  const [small, ...large] = trees
  for (const { name, openMs, moveMs } of trees)
    console.log(
      `${name.padEnd(6)} opening a child ${us(median(openMs))}   making a ticket a child ${us(median(moveMs))}`,
    )
  for (const { name, openMs, moveMs } of large)
    console.log(
      `${name.padEnd(6)} to small: ${ratio(openMs, small.openMs)} and ${ratio(moveMs, small.moveMs)} (goal at most 1.50)`,
    )
  for (const tree of large) await look(tree)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
