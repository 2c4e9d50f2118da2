/** What a batch of openings costs on PostgreSQL: against the same rows by the bare driver, and among many tickets. */
import { type Change, createDesk } from 'deskwright'
import { postgresStore } from 'deskwright/postgres'
import type pg from 'pg'
import type { PostgresServer } from '../test/servers/postgres.ts'
import {
  bareRows,
  changesBy,
  deskOn,
  inParallel,
  type Measured,
  madeInTime,
  median,
  poolOn,
  timed,
  WARM,
} from './postgres-bare.ts'

const SIZE = 50
const FEW = 10_000

/** How many batches a round has. */
const batchesOf = (block: number) => Math.max(2, Math.ceil(block / SIZE))
const rateOf = (ms: number) => Math.round((SIZE / ms) * 1000)

/** Batches of a desk, and the same rows in one statement each, in turn. */
export async function compareBatches(server: PostgresServer, rounds: number, block: number): Promise<void> {
  const count = batchesOf(block)
  const [deskPool, barePool] = [await poolOn(server, 1), await poolOn(server, 1)]
  const { desk, batch } = await deskOn(postgresStore(deskPool))
  await (await createDesk({ store: postgresStore(barePool) })).close()
  const next = await changesBy((on, n) => on.batch(n * SIZE, SIZE))
  for (const pool of [deskPool, barePool]) await pool.query('analyze')
  const ms: Record<'desk' | 'bare' | 'made', number[]> = { desk: [], bare: [], made: [] }
  let processor = 0
  for (let round = 0; round < rounds + WARM; round++) {
    const taken = (await next(count)).map(bareRows)
    const later = await next(count)
    const begin = process.cpuUsage()
    const own = await timed(() => inParallel(1, count, (n) => batch(n * SIZE, SIZE)))
    const { user, system } = process.cpuUsage(begin)
    const bare = await timed(() => inParallel(1, count, (n) => barePool.query(taken[n] as pg.QueryConfig)))
    const made = await timed(() =>
      inParallel(1, count, (n) => barePool.query(bareRows(madeInTime(later[n] as Change)))),
    )
    if (round < WARM) continue
    processor = (user + system) / 1000 / count
    ms.desk.push(own / count)
    ms.bare.push(bare / count)
    ms.made.push(made / count)
  }
  const [own, bare, made] = [median(ms.desk), median(ms.bare), median(ms.made)]
  console.log(
    `batch of ${SIZE} openings: desk ${own.toFixed(1)} ms (${rateOf(own)} a second), bare in one statement ${bare.toFixed(1)} ms (${rateOf(bare)})`,
  )
  console.log(
    `  ratio of rates ${(bare / own).toFixed(2)} (goal 0.60); processor time of this process ${processor.toFixed(1)} ms a batch`,
  )
  console.log(
    `  the bare driver reads nothing and has its values ready; with its JSON and hashes made in time ${made.toFixed(1)} ms: ratio ${(made / own).toFixed(2)}`,
  )
  await desk.close()
  await Promise.all([deskPool.end(), barePool.end()])
}

/** The same batches on a database of few tickets and on one of many, in turn. */
export async function compareSizes(
  server: PostgresServer,
  rounds: number,
  { block, large }: { readonly block: number; readonly large: number },
): Promise<void> {
  const count = batchesOf(block)
  const pools = [await poolOn(server, 1), await poolOn(server, 1)] as const
  const few = await deskOn(postgresStore(pools[0]))
  const many = await deskOn(postgresStore(pools[1]))
  const filling = await timed(async () => {
    await fill(pools[0], FEW)
    await fill(pools[1], large)
  })
  const ms: Record<'few' | 'many', number[]> = { few: [], many: [] }
  const one = async ({ batch }: Measured) =>
    (await timed(() => inParallel(1, count, (n) => batch(n * SIZE, SIZE)))) / count
  for (let round = 0; round < rounds + WARM; round++) {
    const [inFew, inMany] = [await one(few), await one(many)]
    if (round < WARM) continue
    ms.few.push(inFew)
    ms.many.push(inMany)
  }
  const [inFew, inMany] = [median(ms.few), median(ms.many)]
  console.log(
    `batch of ${SIZE} openings among ${large} tickets: ${rateOf(inMany)} a second, among ${FEW}: ${rateOf(inFew)} (filled in ${Math.round(filling / 1000)} s)`,
  )
  console.log(`  ratio of rates ${(inFew / inMany).toFixed(2)} (goal 0.80)`)
  for (const { desk } of [few, many]) await desk.close()
  await Promise.all(pools.map((pool) => pool.end()))
}

/** Copies one ticket until there are so many, its requester and its instants spread as they would be. */
async function fill(pool: pg.Pool, count: number): Promise<void> {
  const { rows } = await pool.query(
    `select column_name as name from information_schema.columns where table_name = 'desk_ticket' order by ordinal_position`,
  )
  const at = `to_char(timestamp '2024-01-01' + n * interval '30 s', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  const spread: Readonly<Record<string, string>> = {
    id: `'tkt_' || lpad(n::text, 26, '0')`,
    number: '1000000 + n',
    requester_id: `(array(select id from desk_customer))[1 + n * 7 % 200]`,
    opened_at: at,
    changed_at: at,
  }
  const columns = (rows as { name: string }[]).map(({ name }) => name)
  await pool.query(`insert into desk_ticket (${columns.map((name) => `"${name}"`)})
    select ${columns.map((name) => spread[name] ?? `t."${name}"`)}
    from generate_series(1, ${count}) as n, (select * from desk_ticket order by id limit 1) as t`)
  await pool.query('vacuum analyze')
  await pool.query('checkpoint')
}
