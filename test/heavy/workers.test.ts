/** Lets many workers ring the timers of one PostgreSQL, and kills them at random: each timer rings, and once. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { createDesk, type Store, type StoredEntry, type TicketId } from 'deskwright'
import { postgresStore } from 'deskwright/postgres'
import { seededRandom } from 'deskwright/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres } from '../servers/postgres.ts'
import { bundleProgram, programFolder } from './bundle.ts'
import type { WorkOrder } from './workers-worker.ts'

const WORKERS = 8
const TIMERS = Number(process.env.TIMERS ?? 20_000)
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000)
const OPENED = Date.parse('2026-03-02T09:30:00.000Z')
const DUE = OPENED + 3_600_000
const TENANT = 'acme'

const server = await startPostgres()
const { folder, remove } = programFolder()
let program: string

beforeAll(async () => {
  program = await bundleProgram('workers-worker', folder)
})
afterAll(async () => {
  remove()
  await server?.stop()
})

describe.skipIf(server === null)(`${WORKERS} workers on one PostgreSQL`, () => {
  it(`ring each of ${TIMERS} timers that are due at once, however they are killed`, async () => {
    const url = (await server?.database()) ?? ''
    const store = postgresStore(url)
    await snoozeTickets(store)
    const started = performance.now()
    const kills = await killWhileRinging(store, { url, since: Date.now(), now: DUE, speed: 20 })
    const seconds = (performance.now() - started) / 1000
    console.log(
      `workers: ${TIMERS} timers, ${kills} kills, ${seconds.toFixed(1)} s; to repeat: SEED=${SEED} TIMERS=${TIMERS}`,
    )
    expect(kills).toBeGreaterThan(0)
    expect(await oddlyWoken(store)).toEqual([])
    expect(await store.count(TENANT, 'ticket', { field: 'snoozedUntil', is: null }, [])).toEqual([
      { group: [], count: TIMERS },
    ])
    expect(await store.dead(TENANT, 'timer', 10)).toEqual([])
    await store.close()
  })
})

/** Opens tickets and puts all of them aside until one instant. */
async function snoozeTickets(store: Store): Promise<void> {
  const desk = await createDesk({ store, clock: { now: () => OPENED } })
  const host = desk.as({ tenant: TENANT, by: { kind: 'system', id: 'host' } })
  const until = new Date(DUE).toISOString()
  for (let made = 0; made < TIMERS; made += 200) {
    const few = Array.from({ length: Math.min(200, TIMERS - made) }, (_, n) => made + n)
    const opened = await host.batch(
      few.map((n) => ({
        name: 'ticket.open' as const,
        input: { subject: `ticket ${n}`, body: 'It hums.', requester: { email: `customer${n % 50}@example.org` } },
      })),
    )
    const ids = opened.map((outcome) => (outcome.done ? outcome.record.id : String(outcome.fault)) as TicketId)
    const snoozed = await host.batch(
      ids.map((ticketId) => ({ name: 'ticket.snooze' as const, input: { ticketId, until } })),
    )
    expect(snoozed.filter(({ done }) => !done)).toEqual([])
  }
}

/** Keeps the workers at work until no timer is left, and kills one of them now and then; says how many it killed. */
async function killWhileRinging(store: Store, order: WorkOrder): Promise<number> {
  const random = seededRandom(SEED)
  const workers = Array.from({ length: WORKERS }, () => start(order))
  let kills = 0
  while ((await store.nextDue('timer')) !== null) {
    await setTimeout(200 + random.next() * 800)
    const place = Math.floor(random.next() * WORKERS)
    const victim = workers[place] as ChildProcess
    if (!victim.kill('SIGKILL')) throw new Error(`A worker ended by itself with ${victim.exitCode}.`)
    await once(victim, 'exit')
    workers[place] = start(order)
    kills++
  }
  await Promise.all(workers.map(end))
  return kills
}

function start(order: WorkOrder): ChildProcess {
  return spawn(process.execPath, [program, JSON.stringify(order)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
}

async function end(worker: ChildProcess): Promise<void> {
  const ended = once(worker, 'exit')
  worker.kill('SIGKILL')
  await ended
}

/** The tickets that were not woken exactly once, with how often they were. */
async function oddlyWoken(store: Store): Promise<[string, number][]> {
  const counts = new Map((await everyEntry(store, 'ticket.opened')).map(({ id }): [string, number] => [id, 0]))
  expect(counts.size).toBe(TIMERS)
  for (const { id } of await everyEntry(store, 'ticket.woken')) counts.set(id, (counts.get(id) ?? 0) + 1)
  return [...counts].filter(([, count]) => count !== 1)
}

async function everyEntry(store: Store, name: string): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = []
  for (;;) {
    const page = await store.history(TENANT, { names: [name], after: entries.at(-1)?.position ?? 0, limit: 1000 })
    entries.push(...page)
    if (page.length < 1000) return entries
  }
}
