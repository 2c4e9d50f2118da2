/**
 * What a desk costs on PostgreSQL: the same rows written by the bare driver in the same run, as ratios; and work among many tasks.
 *
 * Sizes by environment: BLOCK commands a round, ROUNDS, PENDING tasks, LARGE tickets (its goal is about 1,000,000).
 * ONLY names what to measure: openings, batches, sizes, firing, tasks.
 */
import { type Change, createDesk } from 'deskwright'
import { postgresStore } from 'deskwright/postgres'
import { sqliteStore } from 'deskwright/sqlite'
import { startPostgres } from '../test/servers/postgres.ts'
import {
  bareOf,
  changesBy,
  deskOn,
  inParallel,
  madeInTime,
  median,
  poolOn,
  processorMs,
  timed,
  WARM,
  type Written,
  writeMany,
} from './postgres-bare.ts'
import { compareBatches, compareSizes } from './postgres-batch.ts'
import { compareFiring } from './postgres-firing.ts'

const BLOCK = Number(process.env.BLOCK ?? 400)
const ROUNDS = Number(process.env.ROUNDS ?? 7)
const PENDING = Number(process.env.PENDING ?? 1_000_000)
const LARGE = Number(process.env.LARGE ?? Math.min(PENDING, 100_000))
const ONLY = process.env.ONLY?.split(' ')

const started = await startPostgres(['-c', 'fsync=on', '-c', 'max_connections=60'])
if (!started) process.exit(0)
const server = started

// ---------------------------------------------------------------- openings, side by side

async function compareOpenings(connections: number): Promise<void> {
  const [deskPool, barePool] = [await poolOn(server, connections), await poolOn(server, connections)]
  let trips = 0
  deskPool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown
    Object.assign(client, {
      query: (...args: unknown[]) => {
        trips += 1
        return query(...args)
      },
    })
  })
  const { desk, open, byEmail } = await deskOn(postgresStore(deskPool))
  await (await createDesk({ store: postgresStore(barePool) })).close()
  const next = await changesBy(({ open }, n) => open(n))
  for (const pool of [deskPool, barePool]) await pool.query('analyze')
  const ms: Record<'desk' | 'many' | 'one' | 'made', number[]> = { desk: [], many: [], one: [], made: [] }
  let [counted, processor] = [0, 0]
  const processors = { desk: 0, many: 0, one: 0, made: 0 }
  for (let round = 0; round < ROUNDS + WARM; round++) {
    const later = await next(BLOCK)
    const taken = (await next(2 * BLOCK)).map(bareOf)
    const work = {
      desk: open,
      many: (n: number) => writeMany(barePool, taken[n] as Written),
      one: (n: number) => barePool.query((taken[BLOCK + n] as Written).one),
      made: (n: number) => barePool.query(bareOf(madeInTime(later[n] as Change)).one),
    }
    for (const name of ['desk', 'many', 'one', 'made'] as const) {
      trips = 0
      const [begin, beginBoth] = [process.cpuUsage(), processorMs(server)]
      const taking = (await timed(() => inParallel(connections, BLOCK, work[name]))) / BLOCK
      const { user, system } = process.cpuUsage(begin)
      if (name === 'desk') [counted, processor] = [trips / BLOCK, (user + system) / 1000 / BLOCK]
      if (round < WARM) continue
      ms[name].push(taking)
      processors[name] += processorMs(server) - beginBoth
    }
  }
  const [own, many, one, made] = [median(ms.desk), median(ms.many), median(ms.one), median(ms.made)]
  console.log(
    `opening, ${connections} connections: desk ${own.toFixed(2)} ms, bare statement by statement ${many.toFixed(2)} ms, bare in one ${one.toFixed(2)} ms`,
  )
  console.log(
    `  ratio of rates ${(many / own).toFixed(2)} (goal 1.00) and ${(one / own).toFixed(2)} (goal 0.60); round trips a command ${counted.toFixed(2)} (goal 2)`,
  )
  console.log(
    `  the bare driver reads nothing and has its values ready; with its JSON and hashes made in time ${made.toFixed(2)} ms: ratio ${(made / own).toFixed(2)}`,
  )
  const { desk: both, ...bare } = processors
  console.log(
    `  ratios of processor time, this process and the server together: ${(bare.many / both).toFixed(2)} and ${(bare.one / both).toFixed(2)}`,
  )
  trips = 0
  await inParallel(1, BLOCK, byEmail)
  console.log(
    `  processor time of this process ${processor.toFixed(2)} ms an opening; round trips of one by an e-mail address, which is looked up first: ${(trips / BLOCK).toFixed(2)}`,
  )
  await desk.close()
  await Promise.all([deskPool.end(), barePool.end()])
}

// ---------------------------------------------------------------- tasks

const NOW = '2026-03-02T09:30:00.000Z'
const TASKS = (queue: string, count: number, due: string) => `
  insert into desk_task (tenant, queue, key, due_at, grp, seq, body, attempts, fence, ready_at, visible_at)
  select 't' || n % 50, '${queue}', 'key' || n, d, null, n, '{}', 0, 0, d, d
  from (select n, ${due} as d from generate_series(1, ${count}) as n) as s`

const BARE_CLAIM = `update desk_task as t set fence = fence + 1, lease_until = $3, visible_at = $3
  from (select ctid from desk_task where queue = $1 and due_at <= $2 and visible_at <= $2
    order by due_at, tenant, key limit $4 for update skip locked) as d
  where t.ctid = d.ctid returning t.*`

async function compareClaims(): Promise<void> {
  const BATCH = 1000
  const batches = Math.max(2, Math.min(20, Math.floor(PENDING / BATCH / 4)))
  const pool = await poolOn(server, 4)
  const store = postgresStore(pool)
  await store.migrate()
  const due = `to_char(timestamp '2026-03-01' + n * interval '10 ms', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  for (const queue of ['own', 'bare']) await pool.query(TASKS(queue, batches * BATCH, due))
  await pool.query('vacuum analyze desk_task')
  const until = '2026-03-02T10:30:00.000Z'
  const ms: Record<'own' | 'bare', number[]> = { own: [], bare: [] }
  for (let batch = 0; batch < batches; batch++) {
    ms.own.push(await timed(() => store.claim('own', { now: NOW, limit: BATCH, leaseMs: 3_600_000 })))
    const values = ['bare', NOW, until, BATCH]
    ms.bare.push(await timed(() => pool.query({ name: 'claim', text: BARE_CLAIM, values })))
  }
  const [own, bare] = [median(ms.own), median(ms.bare)]
  console.log(
    `claims of ${BATCH}: ${Math.round((BATCH / own) * 1000)} a second, bare ${Math.round((BATCH / bare) * 1000)}: ratio ${(bare / own).toFixed(2)} (goal 0.70)`,
  )
  await store.close()
  await pool.end()
}

async function perCall(work: () => Promise<unknown>): Promise<number> {
  const ms: number[] = []
  for (let n = 0; n < 200; n++) ms.push(await timed(work))
  return median(ms)
}

const FUTURE = `to_char(timestamp '2027-01-01' + n * interval '1 s', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

async function idleOnPostgres(pending: number): Promise<number> {
  const pool = await poolOn(server, 2)
  const store = postgresStore(pool)
  await store.migrate()
  await pool.query(TASKS('timer', pending, FUTURE))
  await pool.query('vacuum analyze desk_task')
  const claim = await perCall(() => store.claim('timer', { now: NOW, limit: 100, leaseMs: 60_000 }))
  const next = await perCall(() => store.nextDue('timer'))
  const bare = await perCall(() =>
    pool.query({
      name: 'due',
      text: 'select key from desk_task where queue = $1 and due_at <= $2 order by due_at limit 1',
      values: ['timer', NOW],
    }),
  )
  console.log(
    `PostgreSQL, nothing due among ${pending}: claim ${claim.toFixed(3)} ms, nextDue ${next.toFixed(3)} ms (goal 0.5), bare query ${bare.toFixed(3)} ms`,
  )
  await store.close()
  await pool.end()
  return claim
}

async function idleOnSqlite(pending: number): Promise<void> {
  const store = sqliteStore(':memory:')
  await store.migrate()
  const body = {}
  const change = { tenant: 'main', writes: [], checks: [], journal: [], clear: [], settle: [], command: null }
  for (let from = 0; from < pending; from += 10_000) {
    const set = Array.from({ length: Math.min(10_000, pending - from) }, (_, n) => {
      const dueAt = new Date(Date.UTC(2027, 0) + (from + n) * 1000).toISOString()
      return { queue: 'timer', key: `key${from + n}`, dueAt, group: null, seq: n, body }
    })
    await store.commit({ ...change, set })
  }
  const claim = await perCall(() => store.claim('timer', { now: NOW, limit: 100, leaseMs: 60_000 }))
  const next = await perCall(() => store.nextDue('timer'))
  console.log(
    `SQLite, nothing due among ${pending}: claim ${claim.toFixed(4)} ms, nextDue ${next.toFixed(4)} ms (goal 0.05)`,
  )
  await store.close()
}

async function compareTasks(): Promise<void> {
  await compareClaims()
  const few = await idleOnPostgres(Math.ceil(PENDING / 100))
  const many = await idleOnPostgres(PENDING)
  console.log(
    `  scan among ${PENDING}, against a hundredth of it: ${(many / few).toFixed(2)} times (goal at most 1.50)`,
  )
  await idleOnSqlite(PENDING)
}

const parts = {
  openings: async () => {
    for (const connections of [1, 16]) await compareOpenings(connections)
  },
  batches: () => compareBatches(server, ROUNDS, BLOCK),
  sizes: () => compareSizes(server, ROUNDS, { block: BLOCK, large: LARGE }),
  firing: () => compareFiring(server, ROUNDS, BLOCK),
  tasks: compareTasks,
}

try {
  for (const [name, part] of Object.entries(parts)) if (!ONLY || ONLY.includes(name)) await part()
} finally {
  await server.stop()
}
