/** How fast timers ring on PostgreSQL: snoozed tickets that wake, against one statement of hand-written SQL for each hundred. */
import { createDesk, type Store } from 'deskwright'
import { postgresStore } from 'deskwright/postgres'
import type pg from 'pg'
import type { PostgresServer } from '../test/servers/postgres.ts'
import { batchOf, deskOn, median, poolOn, timed, WARM } from './postgres-bare.ts'

/** As many as the desk rings in one commit. */
const BATCH = 100

const DUE = `select ctid as place from desk_task where queue = 'timer' and due_at <= $1 and visible_at <= $1
    order by due_at, tenant, key limit ${BATCH} for update skip locked`

/** What a worker writes before it looks at what it has: if it dies, another takes over when the lease has ended. */
const LEASE = `update desk_task as t set fence = fence + 1, lease_until = $2, visible_at = $2
  from (${DUE}) as d where t.ctid = d.place returning t.*`

const wake = (due: string) => `with due as materialized (${due}), rung as (
    delete from desk_task as t using due where t.ctid = due.place
    returning t.tenant, t.body::json -> 'input' ->> 'ticketId' as id
  ), woken as (
    update desk_ticket as t set version = version + 1, tip = $2, snoozed_until = null, changed_at = $1,
      doc = replace(t.doc, '"snoozedUntil":"' || $1 || '"', '"snoozedUntil":null')
    from rung where t.tenant = rung.tenant and t.id = rung.id returning t.tenant, t.id, t.version
  ), noted as (
    insert into desk_journal (tenant, kind, id, version, n, name, at, body, hash)
    select tenant, 'ticket', id, version, 0, 'ticket.woken', $1, replace($3, $4, id), $2 from woken
  )
  insert into desk_task (tenant, queue, key, due_at, grp, seq, body, attempts, fence, ready_at, visible_at)
  select tenant, 'out.bench', replace($5, $4, id), $1, replace($6, $4, id), version, replace($7, $4, id), 0, 0, $1, $1
  from woken`
const AT_ONCE = wake(DUE)
const UNDER_LEASE = wake("select ctid as place from desk_task where queue = 'timer' and visible_at = $8")

interface Snoozed {
  readonly pool: pg.Pool
  readonly store: Store
  /** Lets all that is due until then ring. */
  tick(at: string): Promise<number>
}

/** Rings rounds of timers by a desk on one database, and by the statement on others that are like it, alone and under a lease. */
export async function compareFiring(server: PostgresServer, rounds: number, block: number): Promise<void> {
  const batches = Math.max(2, Math.ceil(block / BATCH))
  const count = batches * BATCH
  const own = await snoozed(server, rounds + WARM, count)
  const bare = await snoozed(server, rounds + WARM, count)
  const leased = await snoozed(server, rounds + WARM, count)
  const ms: Record<'own' | 'bare' | 'leased', number[]> = { own: [], bare: [], leased: [] }
  let processor = 0
  // What a desk writes for one: the text of a row is as long in both.
  const sample = async () => {
    const { rows } = await own.pool.query(
      `select j.hash, j.body, j.id, t.key, t.grp, t.body as task from desk_journal as j
        join desk_task as t on t.queue = 'out.bench' and t.grp like '%' || j.id and t.seq = j.version
        where j.name = 'ticket.woken' order by j.position desc limit 1`,
    )
    const [{ hash, body, id, key, grp, task }] = rows
    return [hash, body, id, key, grp, task]
  }
  for (let round = 0; round < rounds + WARM; round++) {
    const at = instantOf(round)
    const begin = process.cpuUsage()
    const ringing = await timed(async () => must(await own.tick(at), count))
    const { user, system } = process.cpuUsage(begin)
    const values = [at, ...(await sample())]
    const written = await timed(async () => {
      for (let batch = 0; batch < batches; batch++)
        must((await bare.pool.query({ name: 'wake', text: AT_ONCE, values })).rowCount, BATCH)
    })
    const until = new Date(Date.parse(at) + 30_000).toISOString()
    const underLease = await timed(async () => {
      for (let batch = 0; batch < batches; batch++) {
        must((await leased.pool.query({ name: 'lease', text: LEASE, values: [at, until] })).rowCount, BATCH)
        const query = { name: 'leased', text: UNDER_LEASE, values: [...values, until] }
        must((await leased.pool.query(query)).rowCount, BATCH)
      }
    })
    if (round < WARM) continue
    processor = (user + system) / 1000 / batches
    ms.own.push(ringing)
    ms.bare.push(written)
    ms.leased.push(underLease)
  }
  const [ringing, written, underLease] = [median(ms.own), median(ms.bare), median(ms.leased)]
  const rate = (taken: number) => Math.round((count / taken) * 1000)
  console.log(
    `firing ${count} timers, ${BATCH} a commit: ${rate(ringing)} a second, bare in one statement ${rate(written)}: ratio ${(written / ringing).toFixed(2)} (goal 0.60)`,
  )
  console.log(
    `  processor time of this process ${processor.toFixed(1)} ms for ${BATCH}; the statement takes no lease, reads no rules, and copies its hashes and texts from a sample`,
  )
  console.log(
    `  bare under a lease, which is a statement more: ${rate(underLease)} a second: ratio ${(underLease / ringing).toFixed(2)}`,
  )
  for (const { pool, store } of [own, bare, leased]) {
    await store.close()
    await pool.end()
  }
}

const instantOf = (round: number) => new Date(Date.UTC(2031, 0, 1, 0, round)).toISOString()

function must(found: number | null, expected: number): void {
  if (found !== expected) throw new Error(`${found} instead of ${expected}`)
}

/** A database with so many tickets for each round that are snoozed until its instant. */
async function snoozed(server: PostgresServer, rounds: number, count: number): Promise<Snoozed> {
  // The desk claims the next on one connection while it commits on another; the statements follow each other.
  const pool = await poolOn(server, 4)
  const store = postgresStore(pool)
  const { acting, batch } = await deskOn(store)
  for (let round = 0; round < rounds; round++)
    for (let from = 0; from < count; from += BATCH) {
      const opened = (await batch(from, BATCH)) as { id: string }[]
      const inputs = opened.map(({ id }) => ({ ticketId: id, until: instantOf(round) }))
      await batchOf(acting, 'ticket.snooze', inputs)
    }
  await pool.query('vacuum analyze')
  // What is written for the transport stays there: only the ringing is measured.
  const claim: Store['claim'] = async (queue, request) => (queue === 'timer' ? store.claim(queue, request) : [])
  const transports = [{ name: 'bench', deliver: async () => {} }]
  const ringing = await createDesk({ store: { ...store, claim }, transports })
  return { pool, store, tick: async (at) => (await ringing.tick(at)).rang }
}
