/** Kills processes while they write to one database, harms its server under them, and shows that what was acknowledged is there, whole, once. */
import { seededRandom } from 'deskwright/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleProgram, programFolder } from './bundle.ts'
import type { BrokenWay } from './crash-broken.ts'
import type { Finding } from './crash-check.ts'
import { STEPS, type Step } from './crash-desk.ts'
import { ENGINES, type EngineName, readRows } from './crash-engines.ts'
import type { Death } from './crash-process.ts'
import {
  drain,
  type Figures,
  type Harming,
  harmOnce,
  killOnce,
  removeSeries,
  type Series,
  startSeries,
  withDesk,
  workTogether,
} from './crash-series.ts'
import { type CrashServer, startCrashServer } from './crash-servers.ts'

// What this does not show is a power cut: whoever is killed leaves what was written with the operating system.

const ENGINE = ENGINES.find((name) => name === (process.env.ENGINE ?? 'sqlite')) as EngineName
const KILLS = Number(process.env.KILLS ?? 60)
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000)
const KILLS_PER_FILE = 10

const { folder, remove } = programFolder()
const started: Series[] = []
const server = (await startCrashServer(ENGINE)) as CrashServer
let program: string

async function newSeries(broken: BrokenWay | null = null): Promise<Series> {
  const series = await startSeries({ program, server, broken })
  started.push(series)
  return series
}

beforeAll(async () => {
  console.log(`crash: to repeat: SEED=${SEED} npm run crash -- --engine ${ENGINE} --kills ${KILLS}`)
  program = await bundleProgram('crash-worker', folder)
})
afterAll(async () => {
  started.forEach(removeSeries)
  remove()
  await server?.stop()
})

/** How often a step can be passed before the kill; else 40. */
const OFTEN: Partial<Record<Step, number>> = { 'statement run': 600, 'numbers reserved': 4, 'timers claimed': 3 }

/** The nth kill: at each step in turn, and as often by the clock, from before the tables are there to the middle of the work. */
function deathOf(n: number, pick: (below: number) => number): Death {
  if (n % 4 === 0) return { since: 'start', afterMs: 100 + pick(500) }
  if (n % 4 === 2) return { since: 'opening', afterMs: pick(1000) }
  const step = STEPS[((n - 1) / 2) % STEPS.length] as Step
  return { step, nth: 1 + pick(OFTEN[step] ?? 40) }
}

/** Every fifth round, where there is a server. */
function harmOf(n: number, pick: (below: number) => number): Harming | null {
  if (server.harm === undefined || n % 5 !== 3) return null
  return { harm: n % 2 === 0 ? 'server' : 'connections', afterMs: pick(600) }
}

describe.skipIf(server === null)(`a desk on ${ENGINE}`, () => {
  const total: Figures = { kills: 0, acknowledged: 0, retried: 0, undone: 0, unheard: 0, away: 0 }
  const found: Finding[] = []

  for (let first = 0; first < KILLS; first += KILLS_PER_FILE) {
    const end = Math.min(first + KILLS_PER_FILE, KILLS)
    it(`keeps what it acknowledged, once and whole, through kills ${first + 1} to ${end}`, async () => {
      const random = seededRandom(SEED + first)
      const pick = (below: number) => Math.floor(random.next() * below)
      const series = await newSeries()
      const findings: Finding[] = []
      for (let n = first; n < end; n++) {
        const seed = pick(2 ** 31)
        const harming = harmOf(n, pick)
        const beside = n % 3 === 2 ? 'survivor' : 'nobody'
        const round = harming
          ? harmOnce(series, seed, harming)
          : killOnce(series, { seed, death: deathOf(n, pick), beside })
        findings.push(...(await round))
      }
      findings.push(...(await drain(series)))
      for (const key of Object.keys(total) as (keyof Figures)[]) total[key] += series.figures[key]
      found.push(...findings)
      expect(findings).toEqual([])
    })
  }

  it.runIf(KILLS >= 2 * STEPS.length)('is killed before commits, and after commits that nobody heard of', () => {
    expect(total.acknowledged).toBeGreaterThan(KILLS)
    expect(total.undone).toBeGreaterThan(0)
    expect(total.unheard).toBeGreaterThan(0)
  })

  it.runIf(server?.harm && KILLS >= 60)('is left without its server in the middle of commands', () => {
    expect(total.away).toBeGreaterThan(0)
  })

  afterAll(() => {
    const { kills, acknowledged, retried, undone, unheard, away } = total
    const [doubled, lost] = ['doubled', 'lost'].map((one) => found.filter(({ kind }) => kind === one).length)
    console.log(
      `crash on ${ENGINE}: ${kills} kills, ${acknowledged} commands acknowledged, ${retried} retried ` +
        `(${undone} not done before, ${unheard} done and unheard), ${away} while the server was away, ` +
        `${doubled} doubled, ${lost} lost`,
    )
  })

  it('loses no update while three processes write to it', async () => {
    const series = await newSeries()
    expect(await workTogether(series, [SEED, SEED + 1, SEED + 2], 2000)).toEqual([])
    expect(await drain(series)).toEqual([])
    expect(series.figures.acknowledged).toBeGreaterThan(50)
  })

  it('rings a timer that a killed process held when its lease is over, and once', async () => {
    const series = await newSeries()
    const death = { step: 'timers claimed', nth: 1 } as const
    expect(await killOnce(series, { seed: SEED, death, beside: 'nobody' })).toEqual([])
    const stored = async () => (await readRows(series.place)).tasks
    const held = (await stored()).find(({ queue, leaseUntil }) => queue === 'timer' && leaseUntil !== null)
    const stands = async () => (await stored()).some(({ key }) => key === held?.key)
    const leaseEnd = Date.parse(held?.leaseUntil ?? '')
    await withDesk(series, 0, async (desk) => {
      await desk.tick(leaseEnd - 1)
      expect(await stands()).toBe(true)
      await desk.tick(leaseEnd)
      expect(await stands()).toBe(false)
    })
    expect(await drain(series)).toEqual([])
  })
})

const BROKEN: readonly (readonly [BrokenWay, Death, Finding['kind']])[] = [
  ['commits in two transactions', { step: 'between two halves', nth: 20 }, 'half'],
  ['forgets command ids', { step: 'answer given', nth: 20 }, 'doubled'],
  ['answers before it commits', { step: 'answer written', nth: 20 }, 'lost'],
  ['forgets timers', { step: 'answer written', nth: 60 }, 'half'],
  ['settles deliveries when they are claimed', { step: 'delivery begun', nth: 20 }, 'lost'],
]

describe.skipIf(server === null)('a store that', () => {
  it.each(BROKEN)('%s is found out', async (way, death, kind) => {
    const series = await newSeries(way)
    const kinds = (await killOnce(series, { seed: 1, death, beside: 'nobody' })).map((finding) => finding.kind)
    expect(kinds).not.toEqual([])
    // On a server commands interleave between two statements, and what is found first depends on which one was cut.
    if (ENGINE === 'sqlite') expect(new Set(kinds)).toContain(kind)
  })
})
