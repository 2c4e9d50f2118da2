/**
 * Reports on one SQLite file: the median and the 90th percentile of first replies by month, beside the SQL that asks the
 * same of the same rows and of messages; satisfaction by month and team, beside the scan; and what the rows cost.
 *
 * Rows are made by SQL, from those that the desk wrote for a few tickets. Sizes by environment: TICKETS, LIVES.
 */
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Change, createDesk, type Report, type Store } from 'deskwright'
import { sqliteStore } from 'deskwright/sqlite'
import { manualClock, seededRandom } from 'deskwright/testing'
import Database from 'libsql'
import { bucketOf } from '../src/domain/reporting/measure.ts'

const TICKETS = Number(process.env.TICKETS ?? 1_000_000)
const LIVES = Number(process.env.LIVES ?? 400)
const ROUNDS = 5
const folder = tmpdir()
const path = join(folder, `deskwright-reports-${process.pid}.db`)

/** A desk that counts what it writes: measures or none. */
function counting(store: Store, measures: 'kept' | 'dropped'): Store {
  if (measures === 'kept') return store
  const without = (change: Change): Change => ({
    ...change,
    writes: change.writes.filter(({ kind }) => kind !== 'measure'),
  })
  return { ...store, commit: (change) => store.commit(without(change)) }
}

async function open(store: Store) {
  const desk = await createDesk({ store })
  const setup = desk.as({ by: { kind: 'system', id: 'bench' } })
  const teams = await Promise.all(['First line', 'Second line', 'Field'].map((name) => setup.team.create({ name })))
  const agent = await setup.agent.create({ name: 'Ann', roles: ['admin'] })
  const acting = desk.as({ by: { kind: 'agent', id: agent.id } })
  let n = 0
  const live = async (count: number) => {
    for (let i = 0; i < count; i++) {
      n++
      const ticket = await acting.ticket.open({
        requester: { email: `customer${n % 200}@example.org` },
        subject: 'It hums',
        body: 'Since this morning, whenever it is warm. '.repeat(7),
        teamId: teams[n % 3]?.id,
      })
      await acting.ticket.reply({ ticketId: ticket.id, body: 'Please hold the red button. '.repeat(10) })
      await acting.ticket.solve({ ticketId: ticket.id })
    }
  }
  return { desk, acting, live }
}

async function timed(work: () => unknown): Promise<number> {
  const start = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - start) / 1e6
}

/** Time that the process itself was at work, so that others on the machine count little. */
async function worked(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const least = (values: readonly number[]) => Math.min(...values)
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] as number

/** Whole lives of tickets, written with their measures and without, in turns. */
async function writeRate() {
  const paths = ['kept', 'dropped'].map((name) => join(folder, `deskwright-reports-${process.pid}-${name}.db`))
  const kept = await open(counting(sqliteStore(paths[0] as string), 'kept'))
  const dropped = await open(counting(sqliteStore(paths[1] as string), 'dropped'))
  const spent: Record<'kept' | 'dropped', number[]> = { kept: [], dropped: [] }
  for (let round = 0; round <= 2 * ROUNDS; round++)
    for (const [name, one] of [
      ['kept', kept],
      ['dropped', dropped],
    ] as const) {
      const ms = (await worked(() => one.live(LIVES))) / LIVES
      if (round > 0) spent[name].push(ms)
    }
  await Promise.all([kept.desk.close(), dropped.desk.close()])
  for (const one of paths) for (const end of ['', '-wal', '-shm']) rmSync(one + end, { force: true })
  return {
    keptMs: median(spent.kept),
    droppedMs: median(spent.dropped),
    ratio: least(spent.dropped) / least(spent.kept),
  }
}

const quoted = (name: string) => `"${name}"`

/** Copies one row of a table over and over, with what is to differ said in SQL of `r.i`. */
function copy(db: Database.Database, table: string, where: string, replaced: Record<string, string>): void {
  const names = (db.prepare(`select name from pragma_table_info('desk_${table}')`).all() as { name: string }[])
    .map((row) => row.name)
    .filter((name) => name !== 'position')
  const values = names.map((name) => replaced[name] ?? `t.${quoted(name)}`)
  db.exec(
    `with recursive range(i) as (select 1 union all select i + 1 from range where i < ${TICKETS})
     insert into desk_${table} (${names.map(quoted)}) select ${values} from (select * from desk_${table} where ${where} limit 1) t, range r`,
  )
}

/** One ticket that was answered and rated, as the desk writes it: what all rows are copies of. */
async function seed(): Promise<void> {
  const clock = manualClock('2024-01-01T00:00:00Z')
  const surveys = [
    { name: 'after', kind: 'csat', after: 'call', question: { en: 'How was it?' }, language: 'en' },
  ] as const
  const desk = await createDesk({
    store: sqliteStore(path),
    ...{ clock, secret: 'drawn at random, once for this bench', policies: { surveys: { surveys: [...surveys] } } },
  })
  const setup = desk.as({ by: { kind: 'system', id: 'bench' } })
  const team = await setup.team.create({ name: 'First line' })
  const agent = await setup.agent.create({ name: 'Ann' })
  const ticket = await setup.ticket.open({
    requester: { email: 'a@example.org' },
    subject: 'S',
    body: 'B',
    teamId: team.id,
  })
  clock.advance(60_000)
  const acting = desk.as({ by: { kind: 'agent', id: agent.id } })
  await acting.ticket.reply({ ticketId: ticket.id, body: 'B', status: 'solved' })
  const { id: surveyId } = await setup.survey.invite({ ticketId: ticket.id, occasion: 'call' })
  await desk.tick()
  const { token } = await setup.survey.invitation({ surveyId })
  await setup.survey.answer({ token, answers: { score: 5 } })
  await desk.close()
}

const toInstant = (ms: number) => new Date(ms).toISOString()
const MONTHS = 24
const FIRST_DAY = Date.UTC(2024, 0, 1)

/** Rows as the desk would have written them, had so many tickets been answered and rated over two years. */
function fill(): void {
  const db = new Database(path)
  db.exec('pragma journal_mode = wal; pragma synchronous = off; pragma cache_size = -400000')
  db.exec('create temp table made (i integer primary key, at text, ms real, bucket real, score real)')
  const random = seededRandom(7)
  const insert = db.prepare('insert into made values (?, ?, ?, ?, ?)')
  db.exec('begin')
  for (let i = 1; i <= TICKETS; i++) {
    const at = toInstant(FIRST_DAY + Math.floor((i / (TICKETS + 1)) * MONTHS * 30.4 * 86_400_000))
    // From seconds to days, as waiting is: each tenfold length about as likely as the one before.
    const ms = Math.floor(Math.exp(9 + random.next() * 10))
    insert.run(i, at, ms, bucketOf(ms), 1 + Math.floor(random.next() * 5))
  }
  db.exec('commit; begin')
  const at = `(select at from made where i = r.i)`
  const id = (prefix: string) => `'${prefix}_00' || printf('%024d', r.i)`
  const measured = { ms: '(select ms from made where i = r.i)', bucket: '(select bucket from made where i = r.i)' }
  copy(db, 'measure', `what = 'firstReply'`, {
    id: `${id('tkt')} || '/firstReply/2'`,
    at,
    month: `substr(${at}, 1, 7)`,
    length_ms: measured.ms,
    length_bucket: measured.bucket,
    doc: `json_set(t.doc, '$.id', ${id('tkt')} || '/firstReply/2', '$.ticketId', ${id('tkt')}, '$.at', ${at}, '$.month', substr(${at}, 1, 7), '$.lengthMs', cast(${measured.ms} as integer), '$.lengthBucket', cast(${measured.bucket} as integer))`,
  })
  const score = `(select score from made where i = r.i)`
  copy(db, 'survey', `state = 'answered'`, {
    id: id('sur'),
    answered_at: at,
    answered_month: `substr(${at}, 1, 7)`,
    score,
    doc: `json_set(t.doc, '$.id', ${id('sur')}, '$.answeredAt', ${at}, '$.answeredMonth', substr(${at}, 1, 7), '$.score', cast(${score} as integer))`,
  })
  db.exec('commit; analyze')
  db.close()
}

/** The best of some rounds: the machine has other work as well. */
async function best(work: () => unknown): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) times.push(await timed(work))
  return least(times)
}

const WINDOW = (from: string) => `with ordered as (
    select substr(at, 1, 7) as month, length_ms, row_number() over w as place, count(*) over (partition by substr(at, 1, 7)) as n
    from ${from} where tenant = 'main' and what = 'firstReply' window w as (partition by substr(at, 1, 7) order by length_ms))
  select month, max(case when place = (n + 1) / 2 then length_ms end) as median, max(case when place = (n * 9 + 9) / 10 then length_ms end) as p90
  from ordered group by month order by month`
const SCAN = `select substr(answered_at, 1, 7) as month, json_extract(doc, '$.teamId') as team, count(*) as n,
    sum(json_extract(doc, '$.score') >= 4) as satisfied
  from desk_survey where tenant = 'main' and json_extract(doc, '$.kind') = 'csat' and answered_at is not null group by month, team order by month, team`

interface Line {
  readonly [column: string]: unknown
}

async function reading() {
  const desk = await createDesk({ store: sqliteStore(path) })
  const me = desk.as({ by: { kind: 'system', id: 'bench' } })
  const asked = { from: toInstant(FIRST_DAY), until: toInstant(FIRST_DAY + 731 * 86_400_000), per: 'month' } as const
  const db = new Database(path, { readonly: true })
  db.exec('pragma cache_size = -65536')
  const all = (sql: string) => db.prepare(sql).all() as Line[]
  const ours = () => me.report.get({ ...asked, metrics: ['firstReply'] })
  const scores = () => me.report.get({ ...asked, metrics: ['csat'], by: 'team' })
  mustAgree(await ours(), all(WINDOW('desk_measure')))
  mustAgreeOnScores(await scores(), all(SCAN))
  const times = {
    report: await best(ours),
    window: await best(() => all(WINDOW('desk_measure not indexed'))),
    indexed: await best(() => all(WINDOW('desk_measure'))),
    scores: await best(scores),
    scan: await best(() => all(SCAN)),
  }
  const heap = process.memoryUsage().heapUsed
  await ours()
  const grown = (process.memoryUsage().heapUsed - heap) / 1e6
  db.close()
  await desk.close()
  return { ...times, grown }
}

function mustAgree({ figures }: Report, lines: readonly Line[]): void {
  const said = figures.flatMap((one) => (one.kind === 'time' && one.n > 0 ? [[one.period, one.median, one.p90]] : []))
  const sql = lines.map(({ month, median, p90 }) => [month, Number(median) / 1000, Number(p90) / 1000])
  if (JSON.stringify(said) !== JSON.stringify(sql))
    throw new Error(`the report and the window query differ: ${JSON.stringify([said[0], sql[0]])}`)
}

function mustAgreeOnScores({ figures }: Report, lines: readonly Line[]): void {
  const said = figures.flatMap((one) =>
    one.kind === 'score' && one.n > 0 ? [[one.period, one.group, one.n, one.value]] : [],
  )
  const sql = lines.map(({ month, team, n, satisfied }) => [month, team, n, Number(satisfied) / Number(n)])
  if (JSON.stringify(said) !== JSON.stringify(sql))
    throw new Error(`the report and the scan differ: ${JSON.stringify([said[0], sql[0]])}`)
}

const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`.padStart(9)

try {
  const rate = await writeRate()
  console.log(
    `a ticket opened, answered and solved: ${ms(rate.keptMs)} with measures, ${ms(rate.droppedMs)} without   write rate ${(rate.ratio * 100).toFixed(1)} % (goal at least 90 %)`,
  )
  await seed()
  fill()
  const { report, window, indexed, scores, scan, grown } = await reading()
  const by = (other: number) => `${(other / report).toFixed(1)} times as fast`
  console.log(`first reply by month, ${TICKETS} tickets: report ${ms(report)}`)
  console.log(`  window query over the same rows ${ms(window)}: ${by(window)} (goal 7)`)
  console.log(`  window query with the report's index ${ms(indexed)}: ${by(indexed)}`)
  console.log(
    `CSAT by month and team, ${TICKETS} answers: report ${ms(scores)}   scan ${ms(scan)}   ${(scan / scores).toFixed(1)} times as fast (goal 10)`,
  )
  console.log(`the heap after one more report: ${grown.toFixed(1)} MB more`)
} finally {
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
}
