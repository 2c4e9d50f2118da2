/** One database, whose processes are killed again and again: what is done to it in a round, and what is looked at afterwards. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Desk, Store } from 'deskwright'
import type { BrokenWay } from './crash-broken.ts'
import { checks, type Finding } from './crash-check.ts'
import { openCrashDesk, TENANTS } from './crash-desk.ts'
import type { CrashPlace } from './crash-engines.ts'
import { closed, type Death, killed, startWorker, type Worker } from './crash-process.ts'
import { type Retried, retryOne } from './crash-retry.ts'
import type { CrashServer, Harm } from './crash-servers.ts'
import { standingsOf, takeSnapshot } from './crash-snapshot.ts'
import { checkTimers } from './crash-timers.ts'
import type { WorkerOrder } from './crash-worker.ts'

export interface Series {
  readonly folder: string
  readonly program: string
  readonly broken: BrokenWay | null
  readonly server: CrashServer
  readonly place: CrashPlace
  readonly deliveries: string
  readonly ledgers: string[]
  readonly retried: Map<string, Retried['outcome']>
  readonly figures: Figures
  /** Epoch milliseconds at which the present round began, by the clock of its processes. */
  now: number
}

export interface Figures {
  kills: number
  acknowledged: number
  /** Asked again, those that had been answered included. */
  retried: number
  /** Killed before the answer, and not done. */
  undone: number
  /** Killed before the answer, but after the commit. */
  unheard: number
  /** Not answered because the server was away. */
  away: number
}

const START = Date.parse('2026-03-02T09:30:00.000Z')
// Past every lease of a process that was killed in the round before.
const ROUND_MS = 120_000
const SURVIVAL_MS = 150
const ANSWERED_TO_RETRY = 5

export async function startSeries({
  program,
  server,
  broken,
}: Pick<Series, 'program' | 'server' | 'broken'>): Promise<Series> {
  const folder = mkdtempSync(join(tmpdir(), 'deskwright-crash-'))
  const figures = { kills: 0, acknowledged: 0, retried: 0, undone: 0, unheard: 0, away: 0 }
  const files = { place: await server.newPlace(), deliveries: join(folder, 'deliveries'), ledgers: [] }
  return { folder, program, server, broken, ...files, retried: new Map(), figures, now: START }
}

export function removeSeries({ folder }: Series): void {
  rmSync(folder, { recursive: true, force: true })
}

export interface Round {
  readonly seed: number
  readonly death: Death
  /** `survivor`: a second process works on the same database meanwhile, and is closed, not killed. */
  readonly beside: 'nobody' | 'survivor'
}

/** Kills a process at its work, and says whatever does not hold afterwards. */
export async function killOnce(series: Series, { seed, death, beside }: Round): Promise<Finding[]> {
  series.now += ROUND_MS
  const victim = start(series, seed, { dieAt: 'step' in death ? death : null })
  const survivor = beside === 'survivor' ? start(series, seed + 1) : null
  await killed(victim, death)
  series.figures.kills++
  if (survivor === null) return lookAndRetry(series)
  const early = await withDesk(series, ROUND_MS / 4, (desk, store) => retry(series, desk, store))
  await setTimeout(SURVIVAL_MS)
  await closed(survivor)
  return [...early, ...(await lookAndRetry(series))]
}

/** Harms the server under two processes that live on, and says whatever does not hold afterwards. */
export async function harmOnce(series: Series, seed: number, { harm, afterMs }: Harming): Promise<Finding[]> {
  series.now += ROUND_MS
  const workers = [seed, seed + 1].map((one) => start(series, one, { harm: 'expected' }))
  await Promise.all(workers.map(({ ready }) => ready))
  await setTimeout(afterMs)
  await series.server.harm?.(harm, series.place)
  series.figures.kills++
  await setTimeout(SURVIVAL_MS)
  await Promise.all(workers.map(closed))
  return lookAndRetry(series)
}

export interface Harming {
  readonly harm: Harm
  /** Since both processes have opened their desks. */
  readonly afterMs: number
}

/** Lets processes work side by side for a while, closes them all, and says whatever does not hold afterwards. */
export async function workTogether(series: Series, seeds: readonly number[], ms: number): Promise<Finding[]> {
  series.now += ROUND_MS
  const workers = seeds.map((seed) => start(series, seed))
  await Promise.all(workers.map(({ ready }) => ready))
  await setTimeout(ms)
  await Promise.all(workers.map(closed))
  return lookAndRetry(series)
}

/** Rings and delivers all that is left, and says what is left nevertheless, or does not hold. */
export function drain(series: Series): Promise<Finding[]> {
  return withDesk(series, 2 * ROUND_MS, async (desk, store) => {
    await desk.tick()
    const left = await Promise.all(['timer', 'out.log'].map((queue) => store.nextDue(queue)))
    const waits = left.filter((at) => at !== null).map((at) => half(`A task waits for ${at}.`))
    return [...waits, ...(await look(series, store)), ...(await verify(desk))]
  })
}

/** Opens the desk at so many milliseconds into the present round. */
export async function withDesk<T>(
  series: Series,
  sinceMs: number,
  work: (desk: Desk, store: Store) => Promise<T>,
): Promise<T> {
  const clock = { now: () => series.now + sinceMs }
  const { desk, store } = await openCrashDesk({
    ...{ ...series, clock },
    ...{ reach: () => undefined, breathe: async () => undefined, report: () => undefined },
  })
  try {
    return await work(desk, store)
  } finally {
    await desk.close()
  }
}

function start(series: Series, seed: number, fate: Partial<Pick<WorkerOrder, 'dieAt' | 'harm'>> = {}): Worker {
  const { program, folder, ledgers, place, deliveries, broken, now } = series
  const ledger = join(folder, `ledger-${ledgers.length}`)
  ledgers.push(ledger)
  const name = `p${ledgers.length}`
  const told = { name, place, ledger, deliveries, seed, now, broken }
  return startWorker(program, { ...told, dieAt: null, harm: 'none', ...fate })
}

function lookAndRetry(series: Series): Promise<Finding[]> {
  return withDesk(series, ROUND_MS / 2, async (desk, store) => {
    const before = await look(series, store)
    if (before.length > 0) return before
    const again = await retry(series, desk, store)
    const { standings, away } = standingsIn(series)
    series.figures.away = away
    series.figures.acknowledged = [...standings.values()].filter(({ answer }) => answer !== null).length
    return [...again, ...(await look(series, store)), ...(await verify(desk))]
  })
}

function half(says: string): Finding {
  return { kind: 'half', says }
}

/** What the ledgers say, and what came of retries since. */
function standingsIn({ ledgers, retried }: Series) {
  const told = standingsOf(ledgers)
  for (const [id, outcome] of retried) {
    const standing = told.standings.get(id)
    // A survivor may have done what was refused to whoever asked at the same time.
    if (standing && (standing.answer === null || outcome.answer)) told.standings.set(id, { ...standing, ...outcome })
  }
  return told
}

async function look(series: Series, store: Store): Promise<Finding[]> {
  const { standings, failures } = standingsIn(series)
  const findings = failures.map(half)
  for (const tenant of TENANTS) {
    const snapshot = await takeSnapshot({ ...series, store, standings }, tenant)
    findings.push(...checks.flatMap((check) => check(snapshot)), ...checkTimers(snapshot))
    const highest = Math.max(0, ...snapshot.tickets.map(({ number }) => number))
    const next = await store.reserve(tenant, 'ticket', 1)
    if (next <= highest) findings.push({ kind: 'doubled', says: `number ${next} is handed out again` })
  }
  return findings
}

async function verify(desk: Desk): Promise<Finding[]> {
  const found = await Promise.all(TENANTS.map((tenant) => desk.verify({ tenant })))
  return found.flatMap(({ findings }) => findings.map(({ says }) => half(says)))
}

/** Asks again what was not answered, and a few that were. */
async function retry(series: Series, desk: Desk, store: Store): Promise<Finding[]> {
  const { figures, retried } = series
  const all = [...standingsIn(series).standings.values()]
  const unanswered = all.filter(({ answer, refused }) => answer === null && refused === null)
  const answered = all.filter(({ answer }) => answer !== null).slice(-ANSWERED_TO_RETRY)
  const findings: Finding[] = []
  for (const standing of [...unanswered, ...answered]) {
    const again = await retryOne(desk, store, standing)
    retried.set(again.id, again.outcome)
    findings.push(...again.findings)
    figures.retried++
    if (standing.answer === null) figures[again.first === 'done' ? 'unheard' : 'undone']++
  }
  return findings
}
