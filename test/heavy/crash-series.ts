/** One file, killed again and again: what is done to it in a round, and what is looked at afterwards. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Desk, Store } from 'deskwright'
import type { BrokenWay } from './crash-broken.ts'
import { checks, type Finding } from './crash-check.ts'
import { openCrashDesk, TENANTS } from './crash-desk.ts'
import { closed, type Death, killed, startWorker, type Worker } from './crash-process.ts'
import { type Retried, retryOne } from './crash-retry.ts'
import { standingsOf, takeSnapshot } from './crash-snapshot.ts'
import { checkTimers } from './crash-timers.ts'
import type { WorkerOrder } from './crash-worker.ts'

export interface Series {
  readonly folder: string
  readonly program: string
  readonly broken: BrokenWay | null
  readonly file: string
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
}

const START = Date.parse('2026-03-02T09:30:00.000Z')
// Past every lease of a process that was killed in the round before.
const ROUND_MS = 120_000
const SURVIVAL_MS = 150
const ANSWERED_TO_RETRY = 5

export function startSeries(program: string, broken: BrokenWay | null = null): Series {
  const folder = mkdtempSync(join(tmpdir(), 'deskwright-crash-'))
  const figures = { kills: 0, acknowledged: 0, retried: 0, undone: 0, unheard: 0 }
  const files = { file: join(folder, 'desk.db'), deliveries: join(folder, 'deliveries'), ledgers: [] }
  return { folder, program, broken, ...files, retried: new Map(), figures, now: START }
}

export function removeSeries({ folder }: Series): void {
  rmSync(folder, { recursive: true, force: true })
}

export interface Round {
  readonly seed: number
  readonly death: Death
  /** `survivor`: a second process works on the same file meanwhile, and is closed, not killed. */
  readonly beside: 'nobody' | 'survivor'
}

/** Kills a process at its work, and says whatever does not hold afterwards. */
export async function killOnce(series: Series, { seed, death, beside }: Round): Promise<Finding[]> {
  series.now += ROUND_MS
  const victim = start(series, seed, 'step' in death ? death : null)
  const survivor = beside === 'survivor' ? start(series, seed + 1, null) : null
  await killed(victim, death)
  series.figures.kills++
  if (survivor === null) return lookAndRetry(series)
  const early = await withDesk(series, ROUND_MS / 4, (desk, store) => retry(series, desk, store))
  await setTimeout(SURVIVAL_MS)
  await closed(survivor)
  return [...early, ...(await lookAndRetry(series))]
}

/** Lets processes work side by side for a while, closes them all, and says whatever does not hold afterwards. */
export async function workTogether(series: Series, seeds: readonly number[], ms: number): Promise<Finding[]> {
  series.now += ROUND_MS
  const workers = seeds.map((seed) => start(series, seed, null))
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

function start(series: Series, seed: number, dieAt: WorkerOrder['dieAt']): Worker {
  const { program, folder, ledgers, file, deliveries, broken, now } = series
  const ledger = join(folder, `ledger-${ledgers.length}`)
  ledgers.push(ledger)
  return startWorker(program, { name: `p${ledgers.length}`, file, ledger, deliveries, seed, now, dieAt, broken })
}

function lookAndRetry(series: Series): Promise<Finding[]> {
  return withDesk(series, ROUND_MS / 2, async (desk, store) => {
    const before = await look(series, store)
    if (before.length > 0) return before
    const again = await retry(series, desk, store)
    const { standings } = standingsIn(series)
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
